"""Consignments by the words of their buyer's name, for the search.

The words stand beside the buyer, written by a trigger whenever the buyer changes: an erased one is
found no more. Intake gives them itself, since working them out by regular expressions would cost it
as much as all of a consignment's other indexes together (`orders.core.naming`). Each word carries
the seller, so that a look-up reads that seller's alone; since `@@` is not leakproof, one function
of the owner looks them up and holds the scope itself (docs/decisions/0026).
"""

from django.db import migrations, models

from torgpred.runtime.database.together import Together

WORDS = r"""
CREATE FUNCTION orders_buyer_words(seller bigint, buyer text)
RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN buyer = '' THEN '' ELSE regexp_replace(
        public.catalogue_folded(coalesce(buyer::json ->> 'name', '')),
        '(\S{1,60})\S*', seller || ':\1', 'g') END
$$
"""
KEEP = """
CREATE FUNCTION orders_name_buyer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.names := public.orders_buyer_words(NEW.seller_id, NEW.buyer);
    RETURN NEW;
END
$$
"""
KEEPING = """
CREATE TRIGGER name_new_buyer BEFORE INSERT ON orders_consignment
FOR EACH ROW WHEN (NEW.names = '' AND NEW.buyer <> '') EXECUTE FUNCTION orders_name_buyer();
CREATE TRIGGER name_buyer BEFORE UPDATE ON orders_consignment
FOR EACH ROW WHEN (NEW.buyer IS DISTINCT FROM OLD.buyer) EXECUTE FUNCTION orders_name_buyer();
"""
NOT_KEEPING = """
DROP TRIGGER name_new_buyer ON orders_consignment;
DROP TRIGGER name_buyer ON orders_consignment;
"""
FILL = """
UPDATE orders_consignment SET names = orders_buyer_words(seller_id, buyer) WHERE buyer <> ''
"""
WANTED = """
CREATE FUNCTION orders_buyer_wanted(seller bigint, said text)
RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(format('%L:*', seller || ':' || left(one.word, 60)), ' & ')::tsquery
    FROM unnest((string_to_array(public.catalogue_folded(said), ' '))[:10]) AS one (word)
    WHERE one.word <> ''
$$
"""
INDEX = """
CREATE INDEX consignments_by_buyer ON orders_consignment
USING gin (array_to_tsvector(string_to_array(names, ' '))) WHERE names <> ''
"""
FOUND = """
CREATE FUNCTION orders_of_buyer(seller bigint, said text)
RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT part.id FROM public.orders_consignment part
    WHERE part.names <> '' AND part.seller_id = seller
      AND array_to_tsvector(string_to_array(part.names, ' '))
          @@ public.orders_buyer_wanted(seller, said)
      AND (part.seller_id = (SELECT NULLIF(current_setting('torgpred.tenant', true), '')::bigint)
           OR (SELECT current_setting('torgpred.operator', true) = 'on'))
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0001_schema"),
        ("orders", "0002_lists"),
    ]

    operations = [
        Together(
            migrations.AddField(
                "consignment",
                "names",
                models.TextField(blank=True, db_default="", default=""),
            ),
            migrations.AddConstraint(
                "consignment",
                models.CheckConstraint(
                    condition=models.Q(names="") | ~models.Q(buyer=""),
                    name="no_name_of_nobody",
                ),
            ),
        ),
        migrations.RunSQL(WORDS, "DROP FUNCTION orders_buyer_words"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, "DROP FUNCTION orders_name_buyer"),
        migrations.RunSQL(KEEPING, NOT_KEEPING),
        migrations.RunSQL(WANTED, "DROP FUNCTION orders_buyer_wanted"),
        migrations.RunSQL(INDEX, "DROP INDEX consignments_by_buyer"),
        migrations.RunSQL(FOUND, "DROP FUNCTION orders_of_buyer"),
    ]

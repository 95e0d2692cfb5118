"""Consignments by the words of their buyer's name, for the search.

The index is an expression over the buyer's own column and no copy: an erased buyer is found no
more. Each word carries the seller, so that a look-up reads that seller's alone; since `@@` is not
leakproof, one function of the owner looks them up and holds the scope itself
(docs/decisions/0026).
"""

from django.db import migrations

WORDS = r"""
CREATE FUNCTION orders_buyer_words(seller bigint, buyer text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(string_to_array(regexp_replace(
        public.catalogue_folded(coalesce(buyer::json ->> 'name', '')),
        '(\S{1,60})\S*', seller || ':\1', 'g'), ' '))
$$
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
USING gin (orders_buyer_words(seller_id, buyer)) WHERE buyer <> ''
"""
FOUND = """
CREATE FUNCTION orders_of_buyer(seller bigint, said text)
RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT part.id FROM public.orders_consignment part
    WHERE part.buyer <> '' AND part.seller_id = seller
      AND public.orders_buyer_words(part.seller_id, part.buyer)
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
        migrations.RunSQL(WORDS, "DROP FUNCTION orders_buyer_words"),
        migrations.RunSQL(WANTED, "DROP FUNCTION orders_buyer_wanted"),
        migrations.RunSQL(INDEX, "DROP INDEX consignments_by_buyer"),
        migrations.RunSQL(FOUND, "DROP FUNCTION orders_of_buyer"),
    ]

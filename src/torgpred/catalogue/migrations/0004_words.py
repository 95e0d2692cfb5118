"""Words of offers, to be found by.

A tsvector holds "<seller>:<word>" for each word and each Russian stem: the index is shared by all
sellers, and a look-up touches one seller's entries alone. Row security lets no index serve an
operator that is not leakproof, such as @@; `catalogue_found` therefore runs as the owner and holds
the scope itself, word for word as the policies do.
"""

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope

# Letters and digits alone, so that a number with a dash or a file's name is no special token.
FOLDED = """
CREATE FUNCTION catalogue_folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT btrim(regexp_replace(translate(lower(said), 'ё', 'е'), '[^[:alnum:]]+', ' ', 'g'))
$$
"""
WORDS = """
CREATE FUNCTION catalogue_words(seller bigint, said text)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT array_to_tsvector(ARRAY(
        SELECT seller || ':' || left(one.word, 60)
        FROM (SELECT catalogue_folded(said) AS folded) AS told
        CROSS JOIN LATERAL unnest(
            string_to_array(told.folded, ' ')
            || tsvector_to_array(to_tsvector('pg_catalog.russian', told.folded))) AS one (word)
        WHERE one.word <> ''))
$$
"""
OF_OFFER = """
CREATE FUNCTION catalogue_words_of(seller bigint, content bytea)
RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT catalogue_words(seller, concat_ws(' ', offer ->> 'key', offer ->> 'product_key',
        offer ->> 'name', offer ->> 'vendor', offer ->> 'vendor_code', offer ->> 'model',
        offer ->> 'barcodes'))
    FROM (SELECT convert_from(content, 'UTF8')::json AS offer) AS kept
$$
"""
# Every word that is looked for begins a word, or has its stem.
WANTED = """
CREATE FUNCTION catalogue_wanted(seller bigint, said text)
RETURNS tsquery LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(format('(%L:* | %L)', seller || ':' || left(one.word, 60), seller || ':'
        || coalesce((tsvector_to_array(to_tsvector('pg_catalog.russian', one.word)))[1],
                    left(one.word, 60))), ' & ')::tsquery
    FROM unnest((string_to_array(catalogue_folded(said), ' '))[:10]) AS one (word)
    WHERE one.word <> ''
$$
"""
FOUND = """
CREATE FUNCTION catalogue_found(seller bigint, said text)
RETURNS TABLE (key text, product_key text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT known.key, known.product_key FROM public.catalogue_offer_words known
    WHERE known.words @@ public.catalogue_wanted(seller, said) AND known.seller_id = seller
      AND (known.seller_id = (SELECT NULLIF(current_setting('torgpred.tenant', true), '')::bigint)
           OR (SELECT current_setting('torgpred.operator', true) = 'on'))
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sign_in"),
        ("catalogue", "0003_reading_requests"),
    ]

    operations = [
        migrations.CreateModel(
            name="OfferWords",
            fields=[
                (
                    "offer",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="catalogue.offerrow",
                    ),
                ),
                ("key", models.TextField()),
                ("product_key", models.TextField()),
                ("words", django.contrib.postgres.search.SearchVectorField()),
                (
                    "seller",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
            ],
            options={
                "db_table": "catalogue_offer_words",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["words"], name="offers_by_word"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="WordsLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("intake", models.BigIntegerField(default=0)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=["seller"], name="one_words_look")],
            },
        ),
        EnableScope("catalogue_offer_words", "seller_id"),
        EnableScope("catalogue_wordslook", "seller_id"),
        migrations.RunSQL(FOLDED, "DROP FUNCTION catalogue_folded"),
        migrations.RunSQL(WORDS, "DROP FUNCTION catalogue_words"),
        migrations.RunSQL(OF_OFFER, "DROP FUNCTION catalogue_words_of"),
        migrations.RunSQL(WANTED, "DROP FUNCTION catalogue_wanted"),
        migrations.RunSQL(FOUND, "DROP FUNCTION catalogue_found"),
    ]

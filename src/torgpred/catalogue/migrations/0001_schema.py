import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

# A tsvector holds "<seller>:<word>" for each word and each Russian stem: the index is shared by all
# sellers, and a look-up touches one seller's entries alone. Row security lets no index serve an
# operator that is not leakproof, such as @@; `catalogue_found` therefore runs as the owner and holds
# the scope itself, word for word as the policies do.

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
    initial = True
    replaces = [
        ("catalogue", "0001_initial"),
        ("catalogue", "0002_papers"),
        ("catalogue", "0003_reading_requests"),
        ("catalogue", "0004_words"),
    ]
    dependencies = [
        ("accounts", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="OfferRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.TextField()),
                    ("product_key", models.TextField()),
                    ("category_key", models.TextField(blank=True)),
                    ("digest", models.BinaryField(max_length=16)),
                    ("source_digest", models.BinaryField(max_length=16)),
                    (
                        "state",
                        models.CharField(
                            choices=[("present", "Present"), ("missing", "Missing")],
                            default="present",
                            max_length=8,
                        ),
                    ),
                    ("read_in", models.BigIntegerField()),
                    ("changed_in", models.BigIntegerField()),
                    (
                        "feed",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="catalogue.feed",
                        ),
                    ),
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
                    "db_table": "catalogue_offer",
                    "indexes": [
                        models.Index(fields=["seller", "product_key"], name="offer_by_product")
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "key"), name="one_offer_key"),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["present", "missing"])),
                            name="offer_state",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Feed",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("name", models.CharField(max_length=100)),
                    ("source", models.TextField(blank=True)),
                    ("format", models.CharField(blank=True, max_length=16)),
                    ("profile", models.CharField(blank=True, max_length=32)),
                    ("memory", models.JSONField(blank=True, null=True)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
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
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "name"), name="one_feed_name")
                    ],
                },
            ),
            migrations.CreateModel(
                name="CategoryRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.TextField()),
                    ("name", models.TextField()),
                    ("parent", models.TextField(blank=True)),
                    (
                        "path",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="catalogue.feed",
                        ),
                    ),
                ],
                options={
                    "db_table": "catalogue_category",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "feed", "key"), name="one_category_key"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Intake",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    (
                        "outcome",
                        models.CharField(
                            choices=[
                                ("running", "Running"),
                                ("taken", "Taken"),
                                ("failed", "Failed"),
                            ],
                            default="running",
                            max_length=8,
                        ),
                    ),
                    ("problem", models.TextField(blank=True)),
                    ("actor", models.CharField(max_length=200)),
                    ("source", models.TextField(blank=True)),
                    ("started_at", models.DateTimeField()),
                    ("finished_at", models.DateTimeField(blank=True, null=True)),
                    ("format", models.CharField(blank=True, max_length=16)),
                    ("profile", models.CharField(blank=True, max_length=32)),
                    ("encoding", models.CharField(blank=True, max_length=32)),
                    ("scope", models.CharField(blank=True, max_length=16)),
                    ("complete", models.BooleanField(default=False)),
                    ("reader_version", models.PositiveIntegerField(default=0)),
                    ("file_size", models.PositiveBigIntegerField(default=0)),
                    ("counts", models.JSONField(default=dict)),
                    ("finding_totals", models.JSONField(default=dict)),
                    (
                        "missing",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "feed",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="intakes",
                            to="catalogue.feed",
                        ),
                    ),
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
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "feed", "number"), name="one_intake_number"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("outcome__in", ["running", "taken", "failed"])),
                            name="intake_outcome",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="FindingRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("position", models.PositiveIntegerField()),
                    ("code", models.CharField(max_length=80)),
                    ("body", models.JSONField()),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "intake",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="finding_rows",
                            to="catalogue.intake",
                        ),
                    ),
                ],
                options={
                    "db_table": "catalogue_finding",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "intake", "position"), name="finding_place"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="OfferContent",
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
                    ("content", models.BinaryField()),
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
                    "db_table": "catalogue_offer_content",
                },
            ),
            migrations.CreateModel(
                name="Picture",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("digest", models.BinaryField(max_length=16)),
                    ("reference", models.TextField()),
                    ("key", models.TextField(blank=True)),
                    ("file", models.TextField(blank=True)),
                    ("media_type", models.CharField(blank=True, max_length=32)),
                    ("width", models.PositiveIntegerField(default=0)),
                    ("height", models.PositiveIntegerField(default=0)),
                    ("size", models.PositiveBigIntegerField(default=0)),
                    ("checked_at", models.DateTimeField()),
                    ("problem", models.JSONField(null=True)),
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("key", ""), _negated=True),
                            fields=["seller", "key"],
                            name="picture_by_key",
                        ),
                        models.Index(
                            condition=models.Q(("file", ""), _negated=True),
                            fields=["file"],
                            name="picture_by_file",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "digest"), name="one_picture")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Price",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=20)),
                    ("old_amount", models.DecimalField(decimal_places=4, max_digits=20, null=True)),
                    ("currency", models.CharField(blank=True, max_length=3)),
                    ("valid_from", models.DateTimeField()),
                    ("valid_to", models.DateTimeField(null=True)),
                    (
                        "offer",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="catalogue.offerrow",
                        ),
                    ),
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("valid_to__isnull", False)),
                            fields=["seller", "offer", "valid_from"],
                            name="closed_prices",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("valid_to", None)),
                            fields=("seller", "offer"),
                            name="one_open_price",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("valid_to", None),
                                ("valid_to__gt", models.F("valid_from")),
                                _connector="OR",
                            ),
                            name="price_period",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Statement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("kind", models.CharField(max_length=40)),
                    ("value", models.JSONField()),
                    (
                        "group_by",
                        models.CharField(
                            choices=[("category", "Category"), ("keys", "Keys"), ("all", "All")],
                            max_length=8,
                        ),
                    ),
                    ("category", models.TextField(blank=True)),
                    (
                        "keys",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    ("given_by", models.CharField(max_length=200)),
                    ("given_at", models.DateTimeField()),
                    ("undone_by", models.CharField(blank=True, max_length=200)),
                    ("undone_at", models.DateTimeField(blank=True, null=True)),
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("undone_at", None)),
                            fields=["seller", "kind"],
                            name="active_statements",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("category", ""), ("group_by", "all"), ("keys", [])),
                                models.Q(
                                    ("category", ""), ("group_by", "keys"), ("keys__len__gt", 0)
                                ),
                                models.Q(
                                    ("group_by", "category"),
                                    ("keys", []),
                                    models.Q(("category", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="statement_group",
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "catalogue_statementevent" ("category", "given_at", "given_by", "group_by", "id", "keys", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "undone_at", "undone_by", "value") VALUES (NEW."category", NEW."given_at", NEW."given_by", NEW."group_by", NEW."id", NEW."keys", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."undone_at", NEW."undone_by", NEW."value"); RETURN NULL;',
                                hash="a0d63c41745a895ebf02b6bdede96b8f18f66c54",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_97b4f",
                                table="catalogue_statement",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "catalogue_statementevent" ("category", "given_at", "given_by", "group_by", "id", "keys", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "undone_at", "undone_by", "value") VALUES (NEW."category", NEW."given_at", NEW."given_by", NEW."group_by", NEW."id", NEW."keys", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seller_id", NEW."undone_at", NEW."undone_by", NEW."value"); RETURN NULL;',
                                hash="987a0c5b20dafa3e1c1a23edce5aeb69621f4602",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_a9c2b",
                                table="catalogue_statement",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="StatementEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("kind", models.CharField(max_length=40)),
                    ("value", models.JSONField()),
                    (
                        "group_by",
                        models.CharField(
                            choices=[("category", "Category"), ("keys", "Keys"), ("all", "All")],
                            max_length=8,
                        ),
                    ),
                    ("category", models.TextField(blank=True)),
                    (
                        "keys",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    ("given_by", models.CharField(max_length=200)),
                    ("given_at", models.DateTimeField()),
                    ("undone_by", models.CharField(blank=True, max_length=200)),
                    ("undone_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "pgh_context",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="pghistory.context",
                        ),
                    ),
                    (
                        "pgh_obj",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="events",
                            to="catalogue.statement",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="56eeacbd81dbbc0b3f63ba85c57bb730e40d3641",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_411e5",
                                table="catalogue_statementevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaperRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("certificate", "certificate"),
                                ("declaration", "declaration"),
                                ("state_registration", "state_registration"),
                                ("trademark", "trademark"),
                                ("marking_registration", "marking_registration"),
                                ("licence", "licence"),
                                ("letter_of_authorisation", "letter_of_authorisation"),
                                ("other", "other"),
                            ],
                            max_length=32,
                        ),
                    ),
                    ("number", models.CharField(blank=True, max_length=200)),
                    ("issuer", models.CharField(blank=True, max_length=300)),
                    ("valid_from", models.DateField(blank=True, null=True)),
                    ("valid_until", models.DateField(blank=True, null=True)),
                    (
                        "group_by",
                        models.CharField(
                            choices=[("category", "Category"), ("keys", "Keys"), ("all", "All")],
                            max_length=8,
                        ),
                    ),
                    ("category", models.TextField(blank=True)),
                    (
                        "keys",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    ("brand", models.CharField(blank=True, max_length=200)),
                    ("file", models.TextField(blank=True)),
                    ("file_name", models.CharField(blank=True, max_length=255)),
                    ("given_by", models.CharField(max_length=200)),
                    ("given_at", models.DateTimeField()),
                    ("undone_by", models.CharField(blank=True, max_length=200)),
                    ("undone_at", models.DateTimeField(blank=True, null=True)),
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
                    "db_table": "catalogue_paper",
                    "indexes": [
                        models.Index(
                            condition=models.Q(("undone_at", None)),
                            fields=["seller", "kind"],
                            name="active_papers",
                        )
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("category", ""), ("group_by", "all"), ("keys", [])),
                                models.Q(
                                    ("category", ""), ("group_by", "keys"), ("keys__len__gt", 0)
                                ),
                                models.Q(
                                    ("group_by", "category"),
                                    ("keys", []),
                                    models.Q(("category", ""), _negated=True),
                                ),
                                _connector="OR",
                            ),
                            name="paper_group",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    [
                                        "certificate",
                                        "declaration",
                                        "state_registration",
                                        "trademark",
                                        "marking_registration",
                                        "licence",
                                        "letter_of_authorisation",
                                        "other",
                                    ],
                                )
                            ),
                            name="paper_kind",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("valid_from", None),
                                ("valid_until", None),
                                ("valid_until__gte", models.F("valid_from")),
                                _connector="OR",
                            ),
                            name="paper_period",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "catalogue_paperevent" ("brand", "category", "file", "file_name", "given_at", "given_by", "group_by", "id", "issuer", "keys", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "undone_at", "undone_by", "valid_from", "valid_until") VALUES (NEW."brand", NEW."category", NEW."file", NEW."file_name", NEW."given_at", NEW."given_by", NEW."group_by", NEW."id", NEW."issuer", NEW."keys", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."undone_at", NEW."undone_by", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                                hash="f6b6ac5fd342f3ce2acf87f1497c97ceca970c6f",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_7079b",
                                table="catalogue_paper",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "catalogue_paperevent" ("brand", "category", "file", "file_name", "given_at", "given_by", "group_by", "id", "issuer", "keys", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "undone_at", "undone_by", "valid_from", "valid_until") VALUES (NEW."brand", NEW."category", NEW."file", NEW."file_name", NEW."given_at", NEW."given_by", NEW."group_by", NEW."id", NEW."issuer", NEW."keys", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seller_id", NEW."undone_at", NEW."undone_by", NEW."valid_from", NEW."valid_until"); RETURN NULL;',
                                hash="4badd018344240a68882977864e05b76aad31682",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_c8f0f",
                                table="catalogue_paper",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PaperEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    (
                        "kind",
                        models.CharField(
                            choices=[
                                ("certificate", "certificate"),
                                ("declaration", "declaration"),
                                ("state_registration", "state_registration"),
                                ("trademark", "trademark"),
                                ("marking_registration", "marking_registration"),
                                ("licence", "licence"),
                                ("letter_of_authorisation", "letter_of_authorisation"),
                                ("other", "other"),
                            ],
                            max_length=32,
                        ),
                    ),
                    ("number", models.CharField(blank=True, max_length=200)),
                    ("issuer", models.CharField(blank=True, max_length=300)),
                    ("valid_from", models.DateField(blank=True, null=True)),
                    ("valid_until", models.DateField(blank=True, null=True)),
                    (
                        "group_by",
                        models.CharField(
                            choices=[("category", "Category"), ("keys", "Keys"), ("all", "All")],
                            max_length=8,
                        ),
                    ),
                    ("category", models.TextField(blank=True)),
                    (
                        "keys",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    ("brand", models.CharField(blank=True, max_length=200)),
                    ("file", models.TextField(blank=True)),
                    ("file_name", models.CharField(blank=True, max_length=255)),
                    ("given_by", models.CharField(max_length=200)),
                    ("given_at", models.DateTimeField()),
                    ("undone_by", models.CharField(blank=True, max_length=200)),
                    ("undone_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "pgh_context",
                        models.ForeignKey(
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            to="pghistory.context",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "pgh_obj",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="events",
                            to="catalogue.paperrow",
                        ),
                    ),
                ],
                options={
                    "abstract": False,
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="95106d4bd0564897247d3f6dada1e62e048e7a08",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_3ba64",
                                table="catalogue_paperevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReadingRequest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("feed_name", models.CharField(max_length=100)),
                    ("name", models.CharField(max_length=200)),
                    ("file", models.CharField(max_length=64)),
                    ("accept_missing", models.BooleanField(default=False)),
                    ("asked_by", models.CharField(max_length=254)),
                    ("asked_at", models.DateTimeField()),
                    ("leased_until", models.DateTimeField(null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("entries", models.IntegerField(default=0)),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("trouble", models.JSONField(null=True)),
                    (
                        "intake",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="catalogue.intake",
                        ),
                    ),
                    (
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
            ),
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
                    "constraints": [
                        models.UniqueConstraint(fields=("seller",), name="one_words_look")
                    ],
                },
            ),
        ),
        EnableScope("catalogue_feed", "seller_id"),
        EnableScope("catalogue_intake", "seller_id"),
        EnableScope("catalogue_finding", "seller_id"),
        EnableScope("catalogue_category", "seller_id"),
        EnableScope("catalogue_offer", "seller_id"),
        EnableScope("catalogue_offer_content", "seller_id"),
        EnableScope("catalogue_price", "seller_id"),
        EnableScope("catalogue_picture", "seller_id"),
        EnableScope("catalogue_statement", "seller_id"),
        EnableScope("catalogue_statementevent", "seller_id"),
        EnableScope("catalogue_paper", "seller_id"),
        EnableScope("catalogue_paperevent", "seller_id"),
        EnableScope("catalogue_readingrequest", "seller_id"),
        EnableScope("catalogue_offer_words", "seller_id"),
        EnableScope("catalogue_wordslook", "seller_id"),
        # Contents are some 1 to 2 KB: kept in the row and uncompressed, since pglz costs more than
        # the disk it saves; only those over 8 KB go aside.
        migrations.RunSQL(
            "ALTER TABLE catalogue_offer_content ALTER COLUMN content SET STORAGE EXTERNAL, "
            "SET (toast_tuple_target = 8160)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(FOLDED, "DROP FUNCTION catalogue_folded"),
        migrations.RunSQL(WORDS, "DROP FUNCTION catalogue_words"),
        migrations.RunSQL(OF_OFFER, "DROP FUNCTION catalogue_words_of"),
        migrations.RunSQL(WANTED, "DROP FUNCTION catalogue_wanted"),
        migrations.RunSQL(FOUND, "DROP FUNCTION catalogue_found"),
    ]

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

ANY_SCOPE = "(SELECT NULLIF(current_setting('torgpred.tenant', true), '') IS NOT NULL)"


class Migration(migrations.Migration):
    initial = True
    replaces = [("programmes", "0001_initial")]
    dependencies = [
        ("accounts", "0001_schema"),
        ("channels", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Assurance",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("kind", models.CharField(max_length=20)),
                    ("about", models.CharField(max_length=40)),
                    ("holds", models.BooleanField()),
                    ("text", models.CharField(blank=True, max_length=500)),
                    (
                        "number",
                        models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True),
                    ),
                    ("given_by", models.CharField(max_length=254)),
                    ("given_at", models.DateTimeField()),
                    ("undone_by", models.CharField(blank=True, max_length=254)),
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
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("undone_at", None)),
                            fields=("seller", "kind", "about"),
                            name="one_assurance_in_force",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("kind__in", ["returns_address", "warranty", "delivery", "rating"])
                            ),
                            name="assurance_kind",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "programmes_assuranceevent" ("about", "given_at", "given_by", "holds", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "text", "undone_at", "undone_by") VALUES (NEW."about", NEW."given_at", NEW."given_by", NEW."holds", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."text", NEW."undone_at", NEW."undone_by"); RETURN NULL;',
                                hash="ad455928a8f35fa1605849f7a08579cc64e47715",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_a835f",
                                table="programmes_assurance",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "programmes_assuranceevent" ("about", "given_at", "given_by", "holds", "id", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "text", "undone_at", "undone_by") VALUES (NEW."about", NEW."given_at", NEW."given_by", NEW."holds", NEW."id", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seller_id", NEW."text", NEW."undone_at", NEW."undone_by"); RETURN NULL;',
                                hash="c0101e4f5c906f81b0896c0a0619d7469afca64d",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_2e6ad",
                                table="programmes_assurance",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AssuranceEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("kind", models.CharField(max_length=20)),
                    ("about", models.CharField(max_length=40)),
                    ("holds", models.BooleanField()),
                    ("text", models.CharField(blank=True, max_length=500)),
                    (
                        "number",
                        models.DecimalField(blank=True, decimal_places=2, max_digits=8, null=True),
                    ),
                    ("given_by", models.CharField(max_length=254)),
                    ("given_at", models.DateTimeField()),
                    ("undone_by", models.CharField(blank=True, max_length=254)),
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
                            to="programmes.assurance",
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
                                hash="5f992f505e85940e467b3aab3306771aaa017d1f",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_8691b",
                                table="programmes_assuranceevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Judgement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("code", models.CharField(max_length=40)),
                    ("sku", models.CharField(max_length=255)),
                    ("product_key", models.CharField(max_length=255)),
                    ("category", models.CharField(blank=True, max_length=40)),
                    ("listed", models.BooleanField()),
                    ("verdict", models.CharField(max_length=9)),
                    (
                        "lacks",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=40), size=None
                        ),
                    ),
                    ("pieces", models.IntegerField(null=True)),
                    ("abroad", models.IntegerField(null=True)),
                    ("pieces_short", models.IntegerField()),
                    ("warehouse", models.CharField(blank=True, max_length=20)),
                    ("lead_days", models.SmallIntegerField(null=True)),
                    ("delivery_days", models.SmallIntegerField(null=True)),
                    ("price", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ("currency", models.CharField(blank=True, max_length=3)),
                    ("digest", models.BinaryField(max_length=16)),
                    ("judged_at", models.DateTimeField()),
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
                    (
                        "shop",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "family", "code", "shop", "sku"), name="one_judgement"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("verdict__in", ["qualifies", "nearly", "no", "unknown"])
                            ),
                            name="judgement_verdict",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("verdict", "qualifies"), _negated=True),
                                ("lacks", []),
                                _connector="OR",
                            ),
                            name="qualifies_lacking_nothing",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Judging",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("code", models.CharField(max_length=40)),
                    ("version", models.PositiveSmallIntegerField()),
                    ("judged_at", models.DateTimeField()),
                    ("offers", models.PositiveIntegerField()),
                    ("redone", models.PositiveIntegerField()),
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
                            fields=("seller", "family", "code"), name="one_judging"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProgrammeVersion",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("code", models.CharField(max_length=40)),
                    ("version", models.PositiveSmallIntegerField()),
                    ("name", models.CharField(max_length=200)),
                    ("country", models.CharField(max_length=2)),
                    ("near", models.PositiveSmallIntegerField()),
                    ("conditions", models.JSONField()),
                    ("source", models.TextField()),
                    ("dated", models.DateField()),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    ("ended_by", models.CharField(blank=True, max_length=254)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "db_table": "programmes_programme",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("family", "code", "version"), name="one_programme_version"
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at", None)),
                            fields=("family", "code"),
                            name="one_programme_in_force",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "programmes_programmeevent" ("code", "conditions", "country", "dated", "ended_at", "ended_by", "family", "id", "name", "near", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by", "source", "tenant_id", "version") VALUES (NEW."code", NEW."conditions", NEW."country", NEW."dated", NEW."ended_at", NEW."ended_by", NEW."family", NEW."id", NEW."name", NEW."near", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."said_at", NEW."said_by", NEW."source", NEW."tenant_id", NEW."version"); RETURN NULL;',
                                hash="72958126090fa8bae27f0f40823efd88ecf4f0cd",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_f86b4",
                                table="programmes_programme",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "programmes_programmeevent" ("code", "conditions", "country", "dated", "ended_at", "ended_by", "family", "id", "name", "near", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "said_at", "said_by", "source", "tenant_id", "version") VALUES (NEW."code", NEW."conditions", NEW."country", NEW."dated", NEW."ended_at", NEW."ended_by", NEW."family", NEW."id", NEW."name", NEW."near", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."said_at", NEW."said_by", NEW."source", NEW."tenant_id", NEW."version"); RETURN NULL;',
                                hash="21daa16097db1277cac528e7c1dd17f83b71275a",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_f6990",
                                table="programmes_programme",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ProgrammeEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("family", models.CharField(max_length=40)),
                    ("code", models.CharField(max_length=40)),
                    ("version", models.PositiveSmallIntegerField()),
                    ("name", models.CharField(max_length=200)),
                    ("country", models.CharField(max_length=2)),
                    ("near", models.PositiveSmallIntegerField()),
                    ("conditions", models.JSONField()),
                    ("source", models.TextField()),
                    ("dated", models.DateField()),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    ("ended_by", models.CharField(blank=True, max_length=254)),
                    ("ended_at", models.DateTimeField(blank=True, null=True)),
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
                        "tenant",
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
                            to="programmes.programmeversion",
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
                                hash="5fe1ee674ae180722b68fb3695b029aa2ce00d96",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_df196",
                                table="programmes_programmeevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
        ),
        EnableScope("programmes_programme", "tenant_id", also=ANY_SCOPE),
        EnableScope("programmes_programmeevent", "tenant_id"),
        EnableScope("programmes_assurance", "seller_id"),
        EnableScope("programmes_assuranceevent", "seller_id"),
        EnableScope("programmes_judgement", "seller_id"),
        EnableScope("programmes_judging", "seller_id"),
    ]

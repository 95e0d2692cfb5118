import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_context"),
        ("channels", "0001_initial"),
        ("listings", "0002_adopting_and_guards"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.AddField(
            model_name="listedproduct",
            name="applied_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="listedproduct",
            name="told_since",
            field=models.JSONField(
                db_default=models.Value({}, output_field=models.JSONField()), default=dict
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="cannot",
            field=models.JSONField(
                db_default=models.Value([], output_field=models.JSONField()), default=list
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="undoes",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="undone_by_plans",
                to="listings.plan",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="base_digest",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.CreateModel(
            name="DriftDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("product_key", models.CharField(max_length=255)),
                ("sku", models.CharField(blank=True, max_length=255)),
                ("field", models.CharField(max_length=80)),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("take_over", "Take Over"),
                            ("leave", "Leave"),
                            ("set_back", "Set Back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("value", models.JSONField(null=True)),
                ("decided_by", models.CharField(max_length=254)),
                ("decided_at", models.DateTimeField()),
                ("undone_by", models.CharField(blank=True, max_length=254)),
                ("undone_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "seller",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="channels.shop",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DriftDecisionEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("product_key", models.CharField(max_length=255)),
                ("sku", models.CharField(blank=True, max_length=255)),
                ("field", models.CharField(max_length=80)),
                (
                    "choice",
                    models.CharField(
                        choices=[
                            ("take_over", "Take Over"),
                            ("leave", "Leave"),
                            ("set_back", "Set Back"),
                        ],
                        max_length=9,
                    ),
                ),
                ("value", models.JSONField(null=True)),
                ("decided_by", models.CharField(max_length=254)),
                ("decided_at", models.DateTimeField()),
                ("undone_by", models.CharField(blank=True, max_length=254)),
                ("undone_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
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
                        to="listings.driftdecision",
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
                    "shop",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="channels.shop",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="driftdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("choice__in", ["take_over", "leave", "set_back"])),
                name="drift_choice",
            ),
        ),
        migrations.AddConstraint(
            model_name="driftdecision",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True), ("undone_at__isnull", True)),
                fields=("seller", "shop", "product_key", "sku", "field"),
                name="one_drift_decision_a_place",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="driftdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "listings_driftdecisionevent" ("choice", "decided_at", "decided_by", "ended_at", "field", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_key", "seller_id", "shop_id", "sku", "undone_at", "undone_by", "value") VALUES (NEW."choice", NEW."decided_at", NEW."decided_by", NEW."ended_at", NEW."field", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."product_key", NEW."seller_id", NEW."shop_id", NEW."sku", NEW."undone_at", NEW."undone_by", NEW."value"); RETURN NULL;',
                    hash="9ceb7af423a059abff8005657f3931770c21a686",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_2eb2c",
                    table="listings_driftdecision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="driftdecision",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "listings_driftdecisionevent" ("choice", "decided_at", "decided_by", "ended_at", "field", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_key", "seller_id", "shop_id", "sku", "undone_at", "undone_by", "value") VALUES (NEW."choice", NEW."decided_at", NEW."decided_by", NEW."ended_at", NEW."field", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."product_key", NEW."seller_id", NEW."shop_id", NEW."sku", NEW."undone_at", NEW."undone_by", NEW."value"); RETURN NULL;',
                    hash="4846bfea0e14528bb0e6f88335011255b4e87f8a",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_6f06b",
                    table="listings_driftdecision",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="driftdecisionevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="d7721276ed788d7f72a8039b00da0c24d005e8ae",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_4ea13",
                    table="listings_driftdecisionevent",
                    when="BEFORE",
                ),
            ),
        ),
        EnableScope("listings_driftdecision", "seller_id"),
        EnableScope("listings_driftdecisionevent", "seller_id"),
    ]

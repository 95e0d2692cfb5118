"""What a file tells of stock and how it is used; what is owing as a movement of its own."""

import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_context"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("stock", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="FeedLook",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("intake", models.BigIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="FeedPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "use",
                    models.CharField(
                        choices=[("physical", "Physical"), ("free", "Free"), ("off", "Off")],
                        default="physical",
                        max_length=8,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FeedPolicyEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                (
                    "use",
                    models.CharField(
                        choices=[("physical", "Physical"), ("free", "Free"), ("off", "Off")],
                        default="physical",
                        max_length=8,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="movement",
            name="movement_kind",
        ),
        migrations.AddField(
            model_name="level",
            name="told",
            field=models.IntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="movement",
            name="kind",
            field=models.CharField(
                choices=[
                    ("feed", "Feed"),
                    ("count", "Count"),
                    ("hand", "Hand"),
                    ("shipped", "Shipped"),
                    ("returned", "Returned"),
                    ("owing", "Owing"),
                ],
                max_length=8,
            ),
        ),
        migrations.AddIndex(
            model_name="lock",
            index=models.Index(
                condition=models.Q(("closed_at", None)), fields=["until"], name="due_locks"
            ),
        ),
        migrations.AddIndex(
            model_name="level",
            index=models.Index(
                condition=models.Q(("owing__gt", 0)), fields=["seller", "sku"], name="owing_levels"
            ),
        ),
        migrations.AddConstraint(
            model_name="level",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("owing", 0),
                    models.Q(
                        (
                            "on_hand",
                            django.db.models.expressions.CombinedExpression(
                                models.F("reserved"), "+", models.F("locked")
                            ),
                        ),
                        ("owing__lte", models.F("on_hand")),
                    ),
                    _connector="OR",
                ),
                name="owing_is_promised",
            ),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["feed", "count", "hand", "shipped", "returned", "owing"])
                ),
                name="movement_kind",
            ),
        ),
        migrations.AddField(
            model_name="feedlook",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddField(
            model_name="feedpolicy",
            name="seller",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddField(
            model_name="feedpolicy",
            name="warehouse",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.warehouse",
            ),
        ),
        migrations.AddField(
            model_name="feedpolicyevent",
            name="pgh_context",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="pghistory.context",
            ),
        ),
        migrations.AddField(
            model_name="feedpolicyevent",
            name="pgh_obj",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="events",
                to="stock.feedpolicy",
            ),
        ),
        migrations.AddField(
            model_name="feedpolicyevent",
            name="seller",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="feedpolicyevent",
            name="warehouse",
            field=models.ForeignKey(
                blank=True,
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="stock.warehouse",
            ),
        ),
        migrations.AddConstraint(
            model_name="feedlook",
            constraint=models.UniqueConstraint(fields=("seller",), name="one_feed_look"),
        ),
        migrations.AddConstraint(
            model_name="feedpolicy",
            constraint=models.UniqueConstraint(fields=("seller",), name="one_feed_policy"),
        ),
        migrations.AddConstraint(
            model_name="feedpolicy",
            constraint=models.CheckConstraint(
                condition=models.Q(("use__in", ["physical", "free", "off"])), name="feed_use"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "stock_feedpolicyevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "use", "warehouse_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."use", NEW."warehouse_id"); RETURN NULL;',
                    hash="ff9191c2a6305447d1bbab76a0986ae7d5578ae8",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_37ec4",
                    table="stock_feedpolicy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedpolicy",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "stock_feedpolicyevent" ("id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "use", "warehouse_id") VALUES (NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seller_id", NEW."use", NEW."warehouse_id"); RETURN NULL;',
                    hash="d116034b137d5ef91de5064363a451efd3024338",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_4895a",
                    table="stock_feedpolicy",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="feedpolicyevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="11b19281b1555cc9cd057ddcfd41670ef72668df",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_bfa04",
                    table="stock_feedpolicyevent",
                    when="BEFORE",
                ),
            ),
        ),
        EnableScope("stock_feedpolicy", "seller_id"),
        EnableScope("stock_feedpolicyevent", "seller_id"),
        EnableScope("stock_feedlook", "seller_id"),
    ]

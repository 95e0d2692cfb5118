import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.expressions
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("stock", "0001_initial"),
        ("stock", "0002_feeds_and_owing"),
        ("stock", "0003_locks_for_shops"),
    ]
    dependencies = [
        ("accounts", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Change",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("at", models.DateTimeField()),
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
            ),
            migrations.CreateModel(
                name="Warehouse",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=20)),
                    ("name", models.CharField(max_length=200)),
                    ("country", models.CharField(max_length=2)),
                    ("rank", models.PositiveSmallIntegerField(default=0)),
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
                        models.UniqueConstraint(
                            fields=("seller", "code"), name="one_warehouse_code"
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "stock_warehouseevent" ("code", "country", "created_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank", "seller_id") VALUES (NEW."code", NEW."country", NEW."created_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rank", NEW."seller_id"); RETURN NULL;',
                                hash="d5ea5cb256310608e09a0bd6ddd3dba1ebd0847c",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_846b6",
                                table="stock_warehouse",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "stock_warehouseevent" ("code", "country", "created_at", "id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rank", "seller_id") VALUES (NEW."code", NEW."country", NEW."created_at", NEW."id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rank", NEW."seller_id"); RETURN NULL;',
                                hash="333bc7674bdd7f80c76c169343d55d6b89bf06b4",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_7b505",
                                table="stock_warehouse",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Movement",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("pieces", models.IntegerField()),
                    (
                        "kind",
                        models.CharField(
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
                    ("reference", models.CharField(blank=True, max_length=200)),
                    ("actor", models.CharField(blank=True, max_length=254)),
                    ("at", models.DateTimeField()),
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
                        "warehouse",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.warehouse",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["seller", "sku", "id"], name="movements_of_sku")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("pieces", 0), _negated=True), name="movement_moves"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "kind__in",
                                    ["feed", "count", "hand", "shipped", "returned", "owing"],
                                )
                            ),
                            name="movement_kind",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Lock",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("pieces", models.PositiveIntegerField()),
                    ("purpose", models.CharField(max_length=200)),
                    ("until", models.DateTimeField(null=True)),
                    ("opened_by", models.CharField(max_length=254)),
                    ("opened_at", models.DateTimeField()),
                    ("closed_by", models.CharField(blank=True, max_length=254)),
                    ("closed_at", models.DateTimeField(null=True)),
                    (
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "warehouse",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.warehouse",
                        ),
                    ),
                    ("freed", models.PositiveIntegerField(db_default=0, default=0)),
                    (
                        "shop_ids",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.BigIntegerField(),
                            db_default=[],
                            default=list,
                            size=None,
                        ),
                    ),
                    ("used", models.PositiveIntegerField(db_default=0, default=0)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("closed_at", None)),
                            fields=["seller", "sku"],
                            name="open_locks",
                        ),
                        models.Index(
                            condition=models.Q(("closed_at", None)),
                            fields=["until"],
                            name="due_locks",
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("pieces__gt", 0)), name="lock_keeps_something"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("freed__gte", 0),
                                (
                                    "pieces__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("used"), "+", models.F("freed")
                                    ),
                                ),
                                ("used__gte", 0),
                                models.Q(
                                    ("closed_at", None),
                                    (
                                        "pieces",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("used"), "+", models.F("freed")
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            name="lock_adds_up",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Level",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("on_hand", models.IntegerField(db_default=0, default=0)),
                    ("reserved", models.IntegerField(db_default=0, default=0)),
                    ("locked", models.IntegerField(db_default=0, default=0)),
                    ("buffer", models.IntegerField(db_default=0, default=0)),
                    ("owing", models.IntegerField(db_default=0, default=0)),
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
                        "warehouse",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.warehouse",
                        ),
                    ),
                    ("told", models.IntegerField(null=True)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("owing__gt", 0)),
                            fields=["seller", "sku"],
                            name="owing_levels",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "sku", "warehouse"), name="one_level"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("buffer__gte", 0),
                                ("locked__gte", 0),
                                ("on_hand__gte", 0),
                                ("reserved__gte", 0),
                                ("owing__gte", 0),
                            ),
                            name="level_not_negative",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "on_hand__gte",
                                    django.db.models.expressions.CombinedExpression(
                                        models.F("reserved"), "+", models.F("locked")
                                    ),
                                )
                            ),
                            name="promised_within_hand",
                        ),
                        models.CheckConstraint(
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
                    ],
                },
            ),
            migrations.CreateModel(
                name="WarehouseEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("code", models.CharField(max_length=20)),
                    ("name", models.CharField(max_length=200)),
                    ("country", models.CharField(max_length=2)),
                    ("rank", models.PositiveSmallIntegerField(default=0)),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
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
                            to="stock.warehouse",
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
                                hash="2f33fede3f517945f19c59014ceffdcb7cd6a79e",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_9379d",
                                table="stock_warehouseevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
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
                        models.UniqueConstraint(fields=("seller",), name="one_feed_look")
                    ],
                },
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
                    (
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "warehouse",
                        models.ForeignKey(
                            blank=True,
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="stock.warehouse",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("seller",), name="one_feed_policy"),
                        models.CheckConstraint(
                            condition=models.Q(("use__in", ["physical", "free", "off"])),
                            name="feed_use",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
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
                        pgtrigger.compiler.Trigger(
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
                    ],
                },
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
                            to="stock.feedpolicy",
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
                        "warehouse",
                        models.ForeignKey(
                            blank=True,
                            db_constraint=False,
                            null=True,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="stock.warehouse",
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
                                hash="11b19281b1555cc9cd057ddcfd41670ef72668df",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_bfa04",
                                table="stock_feedpolicyevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
        ),
        EnableScope("stock_warehouse", "seller_id"),
        EnableScope("stock_warehouseevent", "seller_id"),
        EnableScope("stock_level", "seller_id"),
        EnableScope("stock_movement", "seller_id"),
        EnableScope("stock_lock", "seller_id"),
        EnableScope("stock_change", "seller_id"),
        EnableScope("stock_feedpolicy", "seller_id"),
        EnableScope("stock_feedpolicyevent", "seller_id"),
        EnableScope("stock_feedlook", "seller_id"),
        # A level is updated far more often than made: room on its page keeps that cheap.
        migrations.RunSQL("ALTER TABLE stock_level SET (fillfactor = 50)", migrations.RunSQL.noop),
        # A lock is used with each order of its shops: room on its page keeps that cheap.
        migrations.RunSQL("ALTER TABLE stock_lock SET (fillfactor = 50)", migrations.RunSQL.noop),
    ]

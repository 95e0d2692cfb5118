import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

# Two spans of one offer in one shop must not overlap. Without btree_gist no such constraint can
# compare keys with "=", so key and time become one number: each offer has a stretch of the number
# line to itself, on which its times lie (in seconds since 2000; a stretch is some 3,000 years).
# Two keys would share a stretch only where their 64-bit hashes are the same.
_STRETCH = """
    hashtextextended(seller_id::text || ' ' || shop_id::text || ' ' || offer_key, 0)::numeric
    * 100000000000 + extract(epoch FROM {moment} - timestamptz '2000-01-01 00:00:00+00')
"""
_START = _STRETCH.format(moment="starts_at")
_UNTIL = _STRETCH.format(
    moment="greatest(starts_at, least(ends_at, coalesce(withdrawn_at, ends_at)))"
)
_APART = f"""
    ALTER TABLE listings_timedprice ADD CONSTRAINT one_timed_price_at_a_time
    EXCLUDE USING gist (numrange({_START}, {_UNTIL}) WITH &&) DEFERRABLE INITIALLY IMMEDIATE
"""


class Migration(migrations.Migration):
    initial = True
    replaces = [
        ("listings", "0001_initial"),
        ("listings", "0002_adopting_and_guards"),
        ("listings", "0003_undo_and_drift"),
        ("listings", "0004_duties_and_references"),
        ("listings", "0005_stated"),
        ("listings", "0006_rests"),
        ("listings", "0007_stock_to_shops"),
        ("listings", "0008_plan_requests"),
        ("listings", "0009_assessments"),
        ("listings", "0010_working_out"),
        ("listings", "0011_mapping_ends"),
        ("listings", "0012_timed_prices"),
    ]
    dependencies = [
        ("accounts", "0001_schema"),
        ("channels", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="AttributeMapping",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("market_category", models.CharField(max_length=40)),
                    ("param", models.CharField(blank=True, max_length=255)),
                    ("value", models.CharField(blank=True, max_length=255)),
                    ("attribute", models.CharField(blank=True, max_length=40)),
                    ("value_id", models.CharField(blank=True, max_length=40)),
                    ("decided_by", models.CharField(max_length=254)),
                    ("decided_at", models.DateTimeField(auto_now_add=True)),
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
                            condition=models.Q(("value", "")),
                            fields=("seller", "family", "market_category", "param"),
                            name="one_attribute_a_param",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("value", ""), _negated=True),
                            fields=("seller", "family", "market_category", "attribute", "value"),
                            name="one_meaning_a_value",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "listings_attributemappingevent" ("attribute", "decided_at", "decided_by", "family", "id", "market_category", "param", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "value", "value_id") VALUES (NEW."attribute", NEW."decided_at", NEW."decided_by", NEW."family", NEW."id", NEW."market_category", NEW."param", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."value", NEW."value_id"); RETURN NULL;',
                                hash="603cdb094922b84e32dd40819b9d50c398936a39",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_8ba1b",
                                table="listings_attributemapping",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "listings_attributemappingevent" ("attribute", "decided_at", "decided_by", "family", "id", "market_category", "param", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "value", "value_id") VALUES (NEW."attribute", NEW."decided_at", NEW."decided_by", NEW."family", NEW."id", NEW."market_category", NEW."param", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seller_id", NEW."value", NEW."value_id"); RETURN NULL;',
                                hash="0b028752bfbec0dfe4ec83e3cc3aea12530b8131",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_b76e6",
                                table="listings_attributemapping",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="delete_delete",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "listings_attributemappingevent" ("attribute", "decided_at", "decided_by", "family", "id", "market_category", "param", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "value", "value_id") VALUES (OLD."attribute", OLD."decided_at", OLD."decided_by", OLD."family", OLD."id", OLD."market_category", OLD."param", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."seller_id", OLD."value", OLD."value_id"); RETURN NULL;',
                                hash="3ac4b06c25646c59c00c7f0cfc5477dec5432fa6",
                                operation="DELETE",
                                pgid="pgtrigger_delete_delete_48a6f",
                                table="listings_attributemapping",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="AttributeMappingEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("family", models.CharField(max_length=40)),
                    ("market_category", models.CharField(max_length=40)),
                    ("param", models.CharField(blank=True, max_length=255)),
                    ("value", models.CharField(blank=True, max_length=255)),
                    ("attribute", models.CharField(blank=True, max_length=40)),
                    ("value_id", models.CharField(blank=True, max_length=40)),
                    ("decided_by", models.CharField(max_length=254)),
                    ("decided_at", models.DateTimeField(auto_now_add=True)),
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
                            to="listings.attributemapping",
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
                                hash="c209c0f9b9b819c52824b61f7df45fe91bcc7340",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_d7350",
                                table="listings_attributemappingevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Desired",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("product_key", models.CharField(max_length=255)),
                    ("offers_digest", models.BinaryField(max_length=16)),
                    ("context_digest", models.BinaryField(max_length=16)),
                    ("draft_digest", models.BinaryField(max_length=16, null=True)),
                    ("offers", models.PositiveIntegerField()),
                    ("ready_offers", models.PositiveIntegerField()),
                    ("findings", models.BinaryField(default=b"")),
                    ("refused_digest", models.BinaryField(max_length=16, null=True)),
                    ("refusal", models.BinaryField(db_default=b"", default=b"")),
                    ("prices", models.BinaryField(default=b"")),
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
                    ("stated", models.BinaryField(db_default=b"", default=b"")),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "shop", "product_key"), name="one_desired_a_product"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ready_offers__lte", models.F("offers"))),
                            name="ready_within_offers",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DraftContent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("digest", models.BinaryField(max_length=16)),
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
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "digest"), name="one_draft_a_digest"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ExchangeRate",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("source", models.CharField(max_length=3)),
                    ("target", models.CharField(max_length=3)),
                    ("value", models.DecimalField(decimal_places=8, max_digits=20)),
                    ("as_of", models.DateField()),
                    ("said_by", models.CharField(max_length=200)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("source", "target", "as_of"), name="one_rate_a_day"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("value__gt", 0)), name="rate_above_zero"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="ListedProduct",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("product_key", models.CharField(max_length=255)),
                    ("external_id", models.CharField(max_length=64)),
                    ("remote_id", models.CharField(max_length=64)),
                    ("status", models.CharField(max_length=12)),
                    ("ended_by_us", models.BooleanField(db_default=False, default=False)),
                    (
                        "bound_at",
                        models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
                    ),
                    ("applied_digest", models.BinaryField(max_length=16, null=True)),
                    ("agreed_digest", models.BinaryField(max_length=16, null=True)),
                    ("page_digest", models.BinaryField(max_length=16, null=True)),
                    ("seen", models.BinaryField(null=True)),
                    ("seen_at", models.DateTimeField(null=True)),
                    ("gone_at", models.DateTimeField(null=True)),
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
                    ("adopted_at", models.DateTimeField(null=True)),
                    ("adopted_by", models.CharField(blank=True, db_default="", max_length=254)),
                    ("seen_digest", models.BinaryField(max_length=16, null=True)),
                    ("applied_at", models.DateTimeField(null=True)),
                    (
                        "told_since",
                        models.JSONField(
                            db_default=models.Value({}, output_field=models.JSONField()),
                            default=dict,
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "shop", "product_key"), name="one_listed_product"
                        ),
                        models.UniqueConstraint(
                            fields=("shop", "remote_id"), name="one_remote_product"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Listing",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("remote_sku_id", models.CharField(blank=True, max_length=64)),
                    ("stock", models.IntegerField(null=True)),
                    (
                        "product",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="listings",
                            to="listings.listedproduct",
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
                    ("not_ours", models.BooleanField(db_default=False, default=False)),
                    ("offer_key", models.CharField(blank=True, db_default="", max_length=255)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(
                                models.Q(("offer_key", ""), _negated=True),
                                ("not_ours", True),
                                _connector="OR",
                            ),
                            fields=["seller", "product"],
                            name="listing_called_otherwise",
                        ),
                        models.Index(fields=["seller", "sku"], name="listing_by_sku"),
                        models.Index(
                            condition=models.Q(("offer_key", ""), _negated=True),
                            fields=["seller", "offer_key"],
                            name="listing_by_offer",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "product", "sku"), name="one_listing_a_sku"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Mapping",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("category_key", models.CharField(max_length=255)),
                    ("market_category", models.CharField(max_length=40)),
                    ("how", models.CharField(max_length=12)),
                    ("reason", models.TextField(blank=True)),
                    ("decided_by", models.CharField(max_length=254)),
                    ("decided_at", models.DateTimeField(auto_now_add=True)),
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
                            fields=("seller", "family", "category_key"),
                            name="one_mapping_a_category",
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "listings_mappingevent" ("category_key", "decided_at", "decided_by", "family", "how", "id", "market_category", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "seller_id") VALUES (NEW."category_key", NEW."decided_at", NEW."decided_by", NEW."family", NEW."how", NEW."id", NEW."market_category", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."seller_id"); RETURN NULL;',
                                hash="07ded9aac0457813c461c935af08d2c676be23c3",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_eafed",
                                table="listings_mapping",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "listings_mappingevent" ("category_key", "decided_at", "decided_by", "family", "how", "id", "market_category", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "seller_id") VALUES (NEW."category_key", NEW."decided_at", NEW."decided_by", NEW."family", NEW."how", NEW."id", NEW."market_category", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."seller_id"); RETURN NULL;',
                                hash="96e7ef7f35d6cf4c8370fffedbf5069833f7f56d",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_0f707",
                                table="listings_mapping",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="delete_delete",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "listings_mappingevent" ("category_key", "decided_at", "decided_by", "family", "how", "id", "market_category", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "seller_id") VALUES (OLD."category_key", OLD."decided_at", OLD."decided_by", OLD."family", OLD."how", OLD."id", OLD."market_category", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."seller_id"); RETURN NULL;',
                                hash="51a6b3412715d40bdb7afcecae4e4ac3fa3eed8d",
                                operation="DELETE",
                                pgid="pgtrigger_delete_delete_3608c",
                                table="listings_mapping",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="MappingEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("family", models.CharField(max_length=40)),
                    ("category_key", models.CharField(max_length=255)),
                    ("market_category", models.CharField(max_length=40)),
                    ("how", models.CharField(max_length=12)),
                    ("reason", models.TextField(blank=True)),
                    ("decided_by", models.CharField(max_length=254)),
                    ("decided_at", models.DateTimeField(auto_now_add=True)),
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
                            to="listings.mapping",
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
                                hash="e9f1f260e2b654c9197c1848f5fe7efe0c471c6e",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_279ba",
                                table="listings_mappingevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="MappingMemory",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("path_key", models.TextField()),
                    ("market_category", models.CharField(max_length=40)),
                    ("uses", models.PositiveIntegerField(default=1)),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("family", "path_key", "market_category"), name="one_memory"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Observation",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("started_at", models.DateTimeField()),
                    ("finished_at", models.DateTimeField(null=True)),
                    ("products", models.PositiveIntegerField(default=0)),
                    ("unknown", models.PositiveIntegerField(default=0)),
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Plan",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("made", "Made"),
                                ("applying", "Applying"),
                                ("applied", "Applied"),
                            ],
                            default="made",
                            max_length=8,
                        ),
                    ),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField(auto_now_add=True)),
                    ("applied_by", models.CharField(blank=True, max_length=254)),
                    ("applied_at", models.DateTimeField(null=True)),
                    ("finished_at", models.DateTimeField(null=True)),
                    ("counts", models.JSONField()),
                    ("holds", models.JSONField()),
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
                    ("confirmed", models.JSONField(db_default=[], default=list)),
                    ("guards", models.JSONField(db_default=[], default=list)),
                    (
                        "cannot",
                        models.JSONField(
                            db_default=models.Value([], output_field=models.JSONField()),
                            default=list,
                        ),
                    ),
                    (
                        "undoes",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="undone_by_plans",
                            to="listings.plan",
                        ),
                    ),
                    ("as_of", models.DateTimeField(null=True)),
                    ("due_at", models.DateTimeField(null=True)),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["made", "applying", "applied"])),
                            name="plan_state",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("due_at__isnull", True), ("state", "applying")),
                            fields=("seller", "shop"),
                            name="one_apply_at_a_time",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(("due_at__isnull", False), ("state", "made")),
                            fields=("seller", "shop", "due_at"),
                            name="one_coming_switch",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Policy",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("content", models.JSONField()),
                    ("changed_by", models.CharField(max_length=254)),
                    ("changed_at", models.DateTimeField(auto_now=True)),
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
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "shop"), name="one_policy_a_shop")
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "listings_policyevent" ("changed_at", "changed_by", "content", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "shop_id") VALUES (NEW."changed_at", NEW."changed_by", NEW."content", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."shop_id"); RETURN NULL;',
                                hash="9762331d6dc9bf88ec427f1c23d9c13fb7163314",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_7fe45",
                                table="listings_policy",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "listings_policyevent" ("changed_at", "changed_by", "content", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "shop_id") VALUES (NEW."changed_at", NEW."changed_by", NEW."content", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."seller_id", NEW."shop_id"); RETURN NULL;',
                                hash="4dd89fd86fd85fc6f98ec0a44d164fe9fdc391fa",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_8d39e",
                                table="listings_policy",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PolicyEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("content", models.JSONField()),
                    ("changed_by", models.CharField(max_length=254)),
                    ("changed_at", models.DateTimeField(auto_now=True)),
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
                            to="listings.policy",
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
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="557173ff50ea216a73d0b971916d5c15eafc9b6d",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_824a7",
                                table="listings_policyevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShelfPrice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("price", models.DecimalField(decimal_places=2, max_digits=14)),
                    (
                        "discount_price",
                        models.DecimalField(decimal_places=2, max_digits=14, null=True),
                    ),
                    ("currency", models.CharField(max_length=3)),
                    ("seen_from", models.DateTimeField()),
                    ("until", models.DateTimeField(null=True)),
                    (
                        "listing",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="shelf_prices",
                            to="listings.listing",
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
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("until__isnull", True)),
                            fields=("seller", "listing"),
                            name="one_shelf_price_now",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Submission",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("action", models.CharField(max_length=8)),
                    ("content", models.BinaryField()),
                    ("submitted_at", models.DateTimeField()),
                    ("poll_at", models.DateTimeField()),
                    ("polls", models.PositiveIntegerField(default=0)),
                    ("settled_at", models.DateTimeField(null=True)),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="submissions",
                            to="listings.plan",
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
                    ("stocks", models.BinaryField(db_default=b"", default=b"")),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("settled_at__isnull", True)),
                            fields=["seller", "plan", "poll_at"],
                            name="submission_due",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Step",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("number", models.PositiveIntegerField()),
                    ("product_key", models.CharField(max_length=255)),
                    ("action", models.CharField(max_length=8)),
                    ("draft_digest", models.BinaryField(max_length=16, null=True)),
                    ("remote_id", models.CharField(blank=True, max_length=64)),
                    ("offers", models.PositiveIntegerField()),
                    ("changes", models.BinaryField(default=b"")),
                    ("before", models.BinaryField(default=b"")),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "Waiting"),
                                ("claimed", "Claimed"),
                                ("submitted", "Submitted"),
                                ("unclear", "Unclear"),
                                ("done", "Done"),
                                ("refused", "Refused"),
                                ("skipped", "Skipped"),
                            ],
                            default="waiting",
                            max_length=9,
                        ),
                    ),
                    ("lease_until", models.DateTimeField(null=True)),
                    ("fence", models.PositiveIntegerField(default=0)),
                    ("not_before", models.DateTimeField(null=True)),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("problems", models.BinaryField(default=b"")),
                    ("ended_at", models.DateTimeField(null=True)),
                    (
                        "plan",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="steps",
                            to="listings.plan",
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
                    (
                        "submission",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            to="listings.submission",
                        ),
                    ),
                    ("desired_digest", models.BinaryField(max_length=16, null=True)),
                    ("seen_digest", models.BinaryField(max_length=16, null=True)),
                    ("base_digest", models.BinaryField(max_length=16, null=True)),
                    ("holder", models.CharField(blank=True, db_default="", max_length=32)),
                    ("put_off", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(
                                ("state__in", ["waiting", "claimed", "submitted", "unclear"])
                            ),
                            fields=["plan", "number"],
                            name="step_open",
                        ),
                        models.Index(
                            condition=models.Q(("submission__isnull", False)),
                            fields=["submission"],
                            name="step_submitted",
                        ),
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "plan", "number"), name="one_step_number"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "waiting",
                                        "claimed",
                                        "submitted",
                                        "unclear",
                                        "done",
                                        "refused",
                                        "skipped",
                                    ],
                                )
                            ),
                            name="step_state",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="UnboundProduct",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.CharField(max_length=64)),
                    ("status", models.CharField(max_length=12)),
                    (
                        "skus",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), size=None
                        ),
                    ),
                    ("page_digest", models.BinaryField(max_length=16)),
                    ("seen", models.BinaryField()),
                    ("detailed", models.BooleanField(default=False)),
                    ("why", models.CharField(blank=True, max_length=16)),
                    ("claims", models.JSONField(default=list)),
                    ("first_met_at", models.DateTimeField()),
                    ("met_at", models.DateTimeField()),
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
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
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("shop", "remote_id"), name="one_unbound_product"
                        )
                    ],
                },
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
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("choice__in", ["take_over", "leave", "set_back"])),
                            name="drift_choice",
                        ),
                        models.UniqueConstraint(
                            condition=models.Q(
                                ("ended_at__isnull", True), ("undone_at__isnull", True)
                            ),
                            fields=("seller", "shop", "product_key", "sku", "field"),
                            name="one_drift_decision_a_place",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
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
                        pgtrigger.compiler.Trigger(
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
                    ],
                },
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
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="d7721276ed788d7f72a8039b00da0c24d005e8ae",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_4ea13",
                                table="listings_driftdecisionevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ReferencePriceRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("key", models.CharField(max_length=255)),
                    ("family", models.CharField(blank=True, max_length=40)),
                    ("amount", models.DecimalField(decimal_places=4, max_digits=20)),
                    ("currency", models.CharField(max_length=3)),
                    ("seen_on", models.DateField()),
                    ("source", models.CharField(max_length=200)),
                    ("given_by", models.CharField(max_length=254)),
                    ("given_at", models.DateTimeField()),
                    (
                        "seller",
                        models.ForeignKey(
                            db_index=False,
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "db_table": "listings_referenceprice",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "key", "family", "seen_on", "source"),
                            name="one_reference_a_day",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("amount__gt", 0)), name="reference_above_zero"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DutyRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=60)),
                    ("family", models.CharField(blank=True, max_length=40)),
                    ("programme", models.CharField(blank=True, max_length=40)),
                    ("title", models.CharField(max_length=300)),
                    ("since", models.DateField()),
                    ("until", models.DateField(blank=True, null=True)),
                    ("source", models.TextField()),
                    (
                        "needs",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=32), default=list, size=None
                        ),
                    ),
                    ("forbids", models.BooleanField(default=False)),
                    (
                        "tnved",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=10), default=list, size=None
                        ),
                    ),
                    (
                        "categories",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "words",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "without",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    ("branded", models.BooleanField(default=False)),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    ("lifted_by", models.CharField(blank=True, max_length=254)),
                    ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ],
                options={
                    "db_table": "listings_duty",
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("lifted_at", None)),
                            fields=("code", "family", "programme"),
                            name="one_duty_in_force",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("forbids", True), ("needs", [])),
                                models.Q(("forbids", False), ("needs__len__gt", 0)),
                                _connector="OR",
                            ),
                            name="duty_asks_or_forbids",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("until", None), ("until__gte", models.F("since")), _connector="OR"
                            ),
                            name="duty_period",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "listings_dutyevent" ("branded", "categories", "code", "family", "forbids", "id", "lifted_at", "lifted_by", "needs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "said_at", "said_by", "since", "source", "title", "tnved", "until", "without", "words") VALUES (NEW."branded", NEW."categories", NEW."code", NEW."family", NEW."forbids", NEW."id", NEW."lifted_at", NEW."lifted_by", NEW."needs", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."programme", NEW."said_at", NEW."said_by", NEW."since", NEW."source", NEW."title", NEW."tnved", NEW."until", NEW."without", NEW."words"); RETURN NULL;',
                                hash="ba8a0e4dee83701467af44c2e533e0e41331e4fb",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_1ca29",
                                table="listings_duty",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "listings_dutyevent" ("branded", "categories", "code", "family", "forbids", "id", "lifted_at", "lifted_by", "needs", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme", "said_at", "said_by", "since", "source", "title", "tnved", "until", "without", "words") VALUES (NEW."branded", NEW."categories", NEW."code", NEW."family", NEW."forbids", NEW."id", NEW."lifted_at", NEW."lifted_by", NEW."needs", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."programme", NEW."said_at", NEW."said_by", NEW."since", NEW."source", NEW."title", NEW."tnved", NEW."until", NEW."without", NEW."words"); RETURN NULL;',
                                hash="bda6fc6c791da6f8d496b174c2c9652385ca0e53",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_c2b0b",
                                table="listings_duty",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="DutyEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("code", models.CharField(max_length=60)),
                    ("family", models.CharField(blank=True, max_length=40)),
                    ("programme", models.CharField(blank=True, max_length=40)),
                    ("title", models.CharField(max_length=300)),
                    ("since", models.DateField()),
                    ("until", models.DateField(blank=True, null=True)),
                    ("source", models.TextField()),
                    (
                        "needs",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=32), default=list, size=None
                        ),
                    ),
                    ("forbids", models.BooleanField(default=False)),
                    (
                        "tnved",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.CharField(max_length=10), default=list, size=None
                        ),
                    ),
                    (
                        "categories",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "words",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    (
                        "without",
                        django.contrib.postgres.fields.ArrayField(
                            base_field=models.TextField(), default=list, size=None
                        ),
                    ),
                    ("branded", models.BooleanField(default=False)),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                    ("lifted_by", models.CharField(blank=True, max_length=254)),
                    ("lifted_at", models.DateTimeField(blank=True, null=True)),
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
                            to="listings.dutyrow",
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
                                hash="2f68a45f23bca84e6a7c83293ffdcc6fe4e1cbc2",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_326f0",
                                table="listings_dutyevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Rest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("what", models.CharField(blank=True, max_length=8)),
                    ("reason", models.TextField()),
                    ("since", models.DateTimeField()),
                    ("until", models.DateTimeField()),
                    ("access", models.BinaryField(db_default=b"", default=b"")),
                    (
                        "plan",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="rests",
                            to="listings.plan",
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
                        models.UniqueConstraint(fields=("plan", "what"), name="one_rest_of_a_kind")
                    ],
                },
            ),
            migrations.CreateModel(
                name="StockCall",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("content", models.BinaryField()),
                    ("sent", models.BinaryField()),
                    ("submitted_at", models.DateTimeField()),
                    ("poll_at", models.DateTimeField()),
                    ("polls", models.PositiveSmallIntegerField(default=0)),
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="StockNumber",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("version", models.BigIntegerField(db_default=1, default=1)),
                    ("told_version", models.BigIntegerField(db_default=0, default=0)),
                    ("told", models.IntegerField(null=True)),
                    ("told_at", models.DateTimeField(null=True)),
                    (
                        "listing",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="listings.listing",
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
                    (
                        "telling",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="numbers",
                            to="listings.stocktelling",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("told_version__lte", models.F("version"))),
                            name="told_what_was_noted",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="StockPause",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("since", models.DateTimeField()),
                    ("until", models.DateTimeField()),
                    ("failures", models.PositiveSmallIntegerField(default=1)),
                    ("needs_person", models.BooleanField(default=False)),
                    ("reason", models.TextField()),
                    (
                        "shop",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="StockTelling",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("since", models.DateTimeField(null=True)),
                    ("rank", models.PositiveSmallIntegerField(db_default=0, default=0)),
                    ("not_before", models.DateTimeField(null=True)),
                    ("again_at", models.DateTimeField(null=True)),
                    ("lease_until", models.DateTimeField(null=True)),
                    ("fence", models.IntegerField(db_default=0, default=0)),
                    ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                    ("problems", models.BinaryField(db_default=b"", default=b"")),
                    (
                        "call",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="tellings",
                            to="listings.stockcall",
                        ),
                    ),
                    (
                        "product",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="listings.listedproduct",
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
                    "indexes": [
                        models.Index(
                            condition=models.Q(("since__isnull", False)),
                            fields=["shop", "attempts", "rank", "since"],
                            name="stock_to_tell",
                        ),
                        models.Index(
                            condition=models.Q(("again_at__isnull", False)),
                            fields=["again_at"],
                            name="stock_to_tell_again",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="PlanRequest",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("asked_by", models.CharField(max_length=254)),
                    ("asked_at", models.DateTimeField()),
                    ("leased_until", models.DateTimeField(null=True)),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("trouble", models.JSONField(null=True)),
                    (
                        "plan",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="listings.plan",
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
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                    (
                        "undoes",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="listings.plan",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            condition=models.Q(("ended_at__isnull", True)),
                            fields=("seller", "shop"),
                            name="one_plan_request",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Assessment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("token_digest", models.BinaryField(unique=True)),
                    ("name", models.CharField(max_length=200)),
                    ("address", models.CharField(blank=True, max_length=2000)),
                    ("file", models.CharField(blank=True, max_length=64)),
                    ("size", models.BigIntegerField(default=0)),
                    ("basis", models.CharField(blank=True, max_length=10)),
                    ("made_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField()),
                    ("leased_until", models.DateTimeField(null=True)),
                    ("attempts", models.SmallIntegerField(default=0)),
                    ("looked_at", models.DateTimeField(null=True)),
                    ("ended_at", models.DateTimeField(null=True)),
                    ("seen", models.IntegerField(default=0)),
                    ("look", models.BinaryField(null=True)),
                    ("result", models.BinaryField(null=True)),
                    ("trouble", models.JSONField(null=True)),
                    (
                        "operator",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["expires_at"], name="assessment_expiry")],
                },
            ),
            migrations.CreateModel(
                name="WorkingOut",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("asked_at", models.DateTimeField()),
                    ("done_to", models.DateTimeField(null=True)),
                    ("leased_until", models.DateTimeField(null=True)),
                    ("offers", models.IntegerField(default=0)),
                    ("ready", models.IntegerField(default=0)),
                    ("trouble", models.JSONField(null=True)),
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
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("seller", "shop"), name="one_working_out")
                    ],
                },
            ),
            migrations.CreateModel(
                name="PriceSwitch",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("due_at", models.DateTimeField()),
                    ("inputs", models.BinaryField(db_default=b"", default=b"")),
                    ("prepared_at", models.DateTimeField(null=True)),
                    ("begun_at", models.DateTimeField(null=True)),
                    ("look_at", models.DateTimeField(null=True)),
                    ("holder", models.CharField(blank=True, db_default="", max_length=32)),
                    ("looks", models.PositiveSmallIntegerField(default=0)),
                    ("settled_at", models.DateTimeField(null=True)),
                    ("left", models.PositiveIntegerField(default=0)),
                    (
                        "plan",
                        models.ForeignKey(
                            null=True,
                            on_delete=django.db.models.deletion.SET_NULL,
                            related_name="+",
                            to="listings.plan",
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
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(
                            condition=models.Q(("settled_at__isnull", True)),
                            fields=["due_at"],
                            name="price_switch_open",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "shop", "due_at"), name="one_price_switch"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="TimedPrice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("offer_key", models.CharField(max_length=255)),
                    ("price", models.DecimalField(decimal_places=2, max_digits=14)),
                    ("listed", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ("starts_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    ("reference", models.CharField(blank=True, max_length=80)),
                    ("set_by", models.CharField(max_length=254)),
                    ("set_at", models.DateTimeField()),
                    ("moved_by", models.CharField(blank=True, max_length=254)),
                    ("moved_at", models.DateTimeField(null=True)),
                    ("withdrawn_by", models.CharField(blank=True, max_length=254)),
                    ("withdrawn_at", models.DateTimeField(null=True)),
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
                    "indexes": [
                        models.Index(
                            fields=["seller", "shop", "offer_key"], name="timed_price_of_offer"
                        ),
                        models.Index(
                            fields=["seller", "shop", "ends_at"], name="timed_price_by_end"
                        ),
                        models.Index(
                            fields=["seller", "reference"], name="timed_price_by_reference"
                        ),
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                ("price__gt", 0),
                                models.Q(
                                    ("listed__isnull", True),
                                    ("listed__gt", models.F("price")),
                                    _connector="OR",
                                ),
                            ),
                            name="timed_price_amounts",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                            name="timed_price_span",
                        ),
                    ],
                },
            ),
        ),
        EnableScope("listings_mapping", "seller_id"),
        EnableScope("listings_attributemapping", "seller_id"),
        EnableScope("listings_policy", "seller_id"),
        EnableScope("listings_mappingevent", "seller_id"),
        EnableScope("listings_attributemappingevent", "seller_id"),
        EnableScope("listings_policyevent", "seller_id"),
        EnableScope("listings_draftcontent", "seller_id"),
        EnableScope("listings_desired", "seller_id"),
        EnableScope("listings_listedproduct", "seller_id"),
        EnableScope("listings_listing", "seller_id"),
        EnableScope("listings_shelfprice", "seller_id"),
        EnableScope("listings_plan", "seller_id"),
        EnableScope("listings_submission", "seller_id"),
        EnableScope("listings_step", "seller_id"),
        EnableScope("listings_observation", "tenant_id"),
        EnableScope("listings_unboundproduct", "tenant_id"),
        EnableScope("listings_driftdecision", "seller_id"),
        EnableScope("listings_driftdecisionevent", "seller_id"),
        EnableScope("listings_referenceprice", "seller_id"),
        EnableScope("listings_rest", "seller_id"),
        EnableScope("listings_stockcall", "tenant_id"),
        EnableScope("listings_stocktelling", "seller_id"),
        EnableScope("listings_stocknumber", "seller_id"),
        EnableScope("listings_stockpause", "tenant_id"),
        EnableScope("listings_planrequest", "seller_id"),
        EnableScope("listings_assessment", "operator_id"),
        EnableScope("listings_workingout", "seller_id"),
        EnableScope("listings_timedprice", "seller_id"),
        EnableScope("listings_priceswitch", "seller_id"),
        # Drafts are some 2 KB: kept in the row and uncompressed, as the offers' contents are.
        migrations.RunSQL(
            "ALTER TABLE listings_draftcontent ALTER COLUMN content SET STORAGE EXTERNAL, "
            "SET (toast_tuple_target = 8160)",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            _APART, "ALTER TABLE listings_timedprice DROP CONSTRAINT one_timed_price_at_a_time"
        ),
    ]

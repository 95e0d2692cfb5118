import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

_ADMITTED = (
    "EXISTS (SELECT FROM channels_admission AS admission WHERE admission.shop_id = {shop}"
    " AND admission.seller_id = (SELECT NULLIF(current_setting('torgpred.tenant', true), '')::bigint))"
)


class Migration(migrations.Migration):
    initial = True
    replaces = [("channels", "0001_initial")]
    dependencies = [
        ("accounts", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Category",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("locale", models.CharField(max_length=16)),
                    ("remote_id", models.TextField()),
                    ("leaf", models.BooleanField()),
                    ("content", models.BinaryField()),
                    ("digest", models.BinaryField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("family", "locale", "remote_id"), name="one_category"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Dictionary",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("locale", models.CharField(max_length=16)),
                    ("category_id", models.TextField()),
                    ("attribute_id", models.TextField()),
                    ("content", models.BinaryField()),
                    ("digest", models.BinaryField()),
                    ("learnt_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("family", "locale", "category_id", "attribute_id"),
                            name="one_dictionary",
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleBook",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("locale", models.CharField(max_length=16)),
                    ("tree_digest", models.BinaryField()),
                    ("dictionaries_digest", models.BinaryField()),
                    ("learnt_at", models.DateTimeField()),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("family", "locale"), name="one_rule_book")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Shop",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("family", models.CharField(max_length=40)),
                    ("name", models.CharField(max_length=200)),
                    ("address", models.CharField(max_length=300)),
                    ("currency", models.CharField(max_length=3)),
                    ("joint", models.BooleanField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("active", "active"),
                                ("paused", "paused"),
                                ("closed", "closed"),
                            ],
                            default="active",
                            max_length=8,
                        ),
                    ),
                    ("created_at", models.DateTimeField(auto_now_add=True)),
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
                            fields=("tenant", "family", "name"), name="one_shop_name"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("state__in", ["active", "paused", "closed"])),
                            name="shop_state",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "channels_shopevent" ("address", "created_at", "currency", "family", "id", "joint", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "tenant_id") VALUES (NEW."address", NEW."created_at", NEW."currency", NEW."family", NEW."id", NEW."joint", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."state", NEW."tenant_id"); RETURN NULL;',
                                hash="a0cf264b64be3facde6e40a4f7bfc2280825decf",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_bafbd",
                                table="channels_shop",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "channels_shopevent" ("address", "created_at", "currency", "family", "id", "joint", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "tenant_id") VALUES (NEW."address", NEW."created_at", NEW."currency", NEW."family", NEW."id", NEW."joint", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."state", NEW."tenant_id"); RETURN NULL;',
                                hash="8b81350353f14e79c82381fcdcd49fc126588ef0",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_dab79",
                                table="channels_shop",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Credential",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sealed", models.TextField()),
                    ("changed_at", models.DateTimeField(auto_now=True)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "shop",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
            ),
            migrations.CreateModel(
                name="Brand",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.TextField()),
                    ("name", models.TextField()),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "shop",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="channels.shop",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("shop", "remote_id"), name="one_brand")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Admission",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("admitted_at", models.DateTimeField(auto_now_add=True)),
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
                        models.UniqueConstraint(fields=("seller", "shop"), name="one_admission")
                    ],
                },
            ),
            migrations.CreateModel(
                name="ShopEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("family", models.CharField(max_length=40)),
                    ("name", models.CharField(max_length=200)),
                    ("address", models.CharField(max_length=300)),
                    ("currency", models.CharField(max_length=3)),
                    ("joint", models.BooleanField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("active", "active"),
                                ("paused", "paused"),
                                ("closed", "closed"),
                            ],
                            default="active",
                            max_length=8,
                        ),
                    ),
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
                            to="channels.shop",
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
                ],
                options={
                    "abstract": False,
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="append_only",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                                hash="659095160833ac6e41526a32048290f0b60c0e78",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_59ed1",
                                table="channels_shopevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Template",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("remote_id", models.TextField()),
                    ("name", models.TextField()),
                    (
                        "shop",
                        models.ForeignKey(
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
                options={
                    "constraints": [
                        models.UniqueConstraint(fields=("shop", "remote_id"), name="one_template")
                    ],
                },
            ),
            migrations.CreateModel(
                name="Trial",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("at", models.DateTimeField()),
                    ("ok", models.BooleanField()),
                    ("message", models.TextField()),
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
        ),
        EnableScope("channels_shop", "tenant_id", also=_ADMITTED.format(shop="channels_shop.id")),
        EnableScope("channels_shopevent", "tenant_id"),
        EnableScope("channels_credential", "tenant_id"),
        EnableScope("channels_admission", "seller_id"),
        EnableScope("channels_trial", "tenant_id"),
        EnableScope(
            "channels_template",
            "tenant_id",
            also=_ADMITTED.format(shop="channels_template.shop_id"),
        ),
        EnableScope(
            "channels_brand", "tenant_id", also=_ADMITTED.format(shop="channels_brand.shop_id")
        ),
    ]

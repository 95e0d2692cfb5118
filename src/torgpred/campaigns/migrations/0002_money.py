import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope

_OPERATOR = "(SELECT current_setting('torgpred.operator', true) = 'on')"
_NOBODY = "false"
_OF_CAMPAIGN = "FOREIGN KEY (source_id, campaign_id) REFERENCES campaigns_source (id, campaign_id)"
# Money is the operator's to write; what was entered or told is never changed nor taken away.
_ADDED_ONLY = ("spend", "traffic", "marked")
_TABLES = ("source", "sourceevent", "report", *_ADDED_ONLY)


def _policies(table: str) -> tuple[str, ...]:
    changing = _NOBODY if table in _ADDED_ONLY else _OPERATOR
    return (
        f"ALTER POLICY scope_insert ON campaigns_{table} WITH CHECK ({_OPERATOR})",
        f"ALTER POLICY scope_update ON campaigns_{table} USING ({changing}) WITH CHECK ({changing})",
        f"ALTER POLICY scope_delete ON campaigns_{table} USING ({_NOBODY})",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_schema"),
        ("campaigns", "0001_schema"),
        ("channels", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        migrations.CreateModel(
            name="Report",
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
                        choices=[("traffic", "traffic"), ("marked", "marked")], max_length=7
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("digest", models.BinaryField(max_length=32)),
                ("rows", models.PositiveIntegerField()),
                ("refused", models.PositiveIntegerField()),
                ("given_by", models.CharField(max_length=254)),
                ("given_at", models.DateTimeField()),
                ("withdrawn_by", models.CharField(blank=True, max_length=254)),
                ("withdrawn_at", models.DateTimeField(null=True)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
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
            name="Source",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("marketplace_ads", "marketplace_ads"),
                            ("search_ads", "search_ads"),
                            ("blogger", "blogger"),
                            ("social", "social"),
                            ("newsletter", "newsletter"),
                            ("partner_link", "partner_link"),
                            ("marketplace_coupon", "marketplace_coupon"),
                            ("bank_coupon", "bank_coupon"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("link", models.JSONField(default=dict)),
                ("codes", models.JSONField(default=list)),
                ("made_by", models.CharField(max_length=254)),
                ("made_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
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
            name="Marked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("order", models.CharField(max_length=64)),
                ("mark", models.CharField(blank=True, max_length=300)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
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
                    "tenant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.tenant",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.report",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.source",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SourceEvent",
            fields=[
                ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                ("pgh_label", models.TextField(help_text="The event label.")),
                ("id", models.BigIntegerField()),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(max_length=200)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("marketplace_ads", "marketplace_ads"),
                            ("search_ads", "search_ads"),
                            ("blogger", "blogger"),
                            ("social", "social"),
                            ("newsletter", "newsletter"),
                            ("partner_link", "partner_link"),
                            ("marketplace_coupon", "marketplace_coupon"),
                            ("bank_coupon", "bank_coupon"),
                            ("other", "other"),
                        ],
                        max_length=20,
                    ),
                ),
                ("link", models.JSONField(default=dict)),
                ("codes", models.JSONField(default=list)),
                ("made_by", models.CharField(max_length=254)),
                ("made_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        related_query_name="+",
                        to="campaigns.campaign",
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
                        to="campaigns.source",
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
            },
        ),
        migrations.CreateModel(
            name="Spend",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=16)),
                ("currency", models.CharField(max_length=3)),
                ("shares", models.JSONField()),
                ("document", models.CharField(max_length=100)),
                ("note", models.CharField(blank=True, max_length=300)),
                ("take", models.PositiveIntegerField(default=1)),
                ("entered_by", models.CharField(max_length=254)),
                ("entered_at", models.DateTimeField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.source",
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
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.spend",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Traffic",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("day", models.DateField()),
                ("sku", models.CharField(blank=True, max_length=255)),
                ("views", models.PositiveIntegerField(null=True)),
                ("clicks", models.PositiveIntegerField(null=True)),
                ("orders", models.PositiveIntegerField(null=True)),
                ("revenue", models.DecimalField(decimal_places=2, max_digits=16, null=True)),
                ("currency", models.CharField(max_length=3)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.report",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="campaigns.source",
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
        migrations.AddIndex(
            model_name="report",
            index=models.Index(fields=["campaign", "kind"], name="money_reports_of"),
        ),
        migrations.AddConstraint(
            model_name="report",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["traffic", "marked"])), name="money_report_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                fields=("campaign", "code"), name="one_source_a_code"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.UniqueConstraint(
                fields=("id", "campaign"), name="source_of_campaign"
            ),
        ),
        migrations.AddConstraint(
            model_name="source",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "marketplace_ads",
                            "search_ads",
                            "blogger",
                            "social",
                            "newsletter",
                            "partner_link",
                            "marketplace_coupon",
                            "bank_coupon",
                            "other",
                        ],
                    )
                ),
                name="source_kind",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "campaigns_sourceevent" ("campaign_id", "code", "codes", "id", "kind", "link", "made_at", "made_by", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tenant_id") VALUES (NEW."campaign_id", NEW."code", NEW."codes", NEW."id", NEW."kind", NEW."link", NEW."made_at", NEW."made_by", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."tenant_id"); RETURN NULL;',
                    hash="6a7dc359ef53fab77d95273805e643bc17ee4f7a",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_b276e",
                    table="campaigns_source",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="source",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "campaigns_sourceevent" ("campaign_id", "code", "codes", "id", "kind", "link", "made_at", "made_by", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "tenant_id") VALUES (NEW."campaign_id", NEW."code", NEW."codes", NEW."id", NEW."kind", NEW."link", NEW."made_at", NEW."made_by", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."tenant_id"); RETURN NULL;',
                    hash="27af6819fe8048ddc053f8b8dc51d324274cc46c",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_fab86",
                    table="campaigns_source",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="marked",
            index=models.Index(fields=["campaign", "shop", "order"], name="marked_of"),
        ),
        migrations.AddConstraint(
            model_name="marked",
            constraint=models.UniqueConstraint(
                fields=("report", "order"), name="one_mark_a_report"
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="sourceevent",
            trigger=pgtrigger.compiler.Trigger(
                name="append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="5e355f168d1749b6226c57bdd010d5a79654457d",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_append_only_09710",
                    table="campaigns_sourceevent",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.AddIndex(
            model_name="spend",
            index=models.Index(fields=["campaign", "day"], name="spend_of"),
        ),
        migrations.AddConstraint(
            model_name="spend",
            constraint=models.UniqueConstraint(
                fields=("source", "document", "day", "amount", "currency", "take"),
                name="one_spend_a_document",
            ),
        ),
        migrations.AddConstraint(
            model_name="spend",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount__gt", 0), ("undoes", None)),
                    models.Q(("amount__lt", 0), ("undoes__isnull", False)),
                    _connector="OR",
                ),
                name="spend_or_its_opposite",
            ),
        ),
        migrations.AddIndex(
            model_name="traffic",
            index=models.Index(fields=["campaign", "source"], name="traffic_of"),
        ),
        migrations.AddConstraint(
            model_name="traffic",
            constraint=models.UniqueConstraint(
                fields=("report", "source", "day", "sku"), name="one_traffic_row"
            ),
        ),
        *[EnableScope(f"campaigns_{table}", "tenant_id") for table in _TABLES],
        *[
            migrations.RunSQL(
                f"ALTER TABLE campaigns_{table} ADD CONSTRAINT {table}_of_campaign {_OF_CAMPAIGN}",
                f"ALTER TABLE campaigns_{table} DROP CONSTRAINT {table}_of_campaign",
            )
            for table in _ADDED_ONLY
        ],
        *[migrations.RunSQL(_policies(table), migrations.RunSQL.noop) for table in _TABLES],
    ]

import django.db.models.deletion
import pgtrigger.compiler
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

_OWN = "seller_id = (SELECT NULLIF(current_setting('torgpred.tenant', true), '')::bigint)"
_OPERATOR = "(SELECT current_setting('torgpred.operator', true) = 'on')"
_NOMINATED = (
    "EXISTS (SELECT FROM campaigns_nomination AS nominated"
    " WHERE nominated.campaign_id = campaigns_campaign.id AND nominated.seller_id ="
    " (SELECT NULLIF(current_setting('torgpred.tenant', true), '')::bigint))"
)

# A consent is of the nomination's own seller. What is enrolled refers to a nomination and to a
# consent that stands, both of the same terms: it cannot be there without them, nor they change.
_KEYS = {
    "consent_of_its_seller": (
        "campaigns_consent",
        "(nomination_id, seller_id) REFERENCES campaigns_nomination (id, seller_id)",
    ),
    "enrolled_terms": (
        "campaigns_enrolment",
        (
            "(nomination_id, terms_digest, seller_id, campaign_id)"
            " REFERENCES campaigns_nomination (id, terms_digest, seller_id, campaign_id)"
        ),
    ),
    "enrolled_with_consent": (
        "campaigns_enrolment",
        (
            "(nomination_id, terms_digest, seller_id, standing)"
            " REFERENCES campaigns_consent (nomination_id, terms_digest, seller_id, standing)"
        ),
    ),
}

# Narrower than a scope: what is judged, proposed and settled is the operator's to write, a yes the
# seller's alone, whoever else may see the rows.
_WRITERS = [
    ("campaigns_consent", _OWN),
    *[
        (f"campaigns_{table}", _OPERATOR)
        for table in ("judging", "verdict", "stars", "nomination", "enrolment")
    ],
]


class Migration(migrations.Migration):
    initial = True
    replaces = [("campaigns", "0001_initial"), ("campaigns", "0002_running")]
    dependencies = [
        ("accounts", "0001_schema"),
        ("channels", "0001_schema"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Budget",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("total", models.DecimalField(decimal_places=2, max_digits=16)),
                    ("currency", models.CharField(max_length=3)),
                    ("shares", models.JSONField()),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "campaign",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="campaigns.campaign",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("total__gte", 0)), name="budget_not_negative"
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_budgetevent" ("campaign_id", "currency", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shares", "tenant_id", "total") VALUES (NEW."campaign_id", NEW."currency", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."shares", NEW."tenant_id", NEW."total"); RETURN NULL;',
                                hash="774efa737934bd8a505ce429d113abb4eab49227",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_c31d7",
                                table="campaigns_budget",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "campaigns_budgetevent" ("campaign_id", "currency", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "shares", "tenant_id", "total") VALUES (NEW."campaign_id", NEW."currency", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."shares", NEW."tenant_id", NEW."total"); RETURN NULL;',
                                hash="f1d62321858ab25c190dbb99669c161f7cac1e6d",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_7b8e2",
                                table="campaigns_budget",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Campaign",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=16, unique=True)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("open", "open"),
                                ("frozen", "frozen"),
                                ("running", "running"),
                                ("paused", "paused"),
                                ("over", "over"),
                                ("cancelled", "cancelled"),
                            ],
                            default="draft",
                            max_length=9,
                        ),
                    ),
                    ("starts_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    ("outline", models.JSONField()),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("moved_at", models.DateTimeField()),
                    ("reason", models.TextField(blank=True)),
                    (
                        "tenant",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "rules",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="campaigns.rulesetrow",
                        ),
                    ),
                ],
                options={
                    "indexes": [
                        models.Index(fields=["state", "starts_at"], name="campaigns_by_state")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(
                                (
                                    "state__in",
                                    [
                                        "draft",
                                        "open",
                                        "frozen",
                                        "running",
                                        "paused",
                                        "over",
                                        "cancelled",
                                    ],
                                )
                            ),
                            name="campaign_state",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("ends_at__gt", models.F("starts_at"))),
                            name="campaign_window",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_campaignevent" ("code", "ends_at", "id", "made_at", "made_by", "moved_at", "name", "outline", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rules_id", "starts_at", "state", "tenant_id") VALUES (NEW."code", NEW."ends_at", NEW."id", NEW."made_at", NEW."made_by", NEW."moved_at", NEW."name", NEW."outline", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."rules_id", NEW."starts_at", NEW."state", NEW."tenant_id"); RETURN NULL;',
                                hash="e40def41c95eabe414e2c7da30da13db0f100886",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_5522d",
                                table="campaigns_campaign",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "campaigns_campaignevent" ("code", "ends_at", "id", "made_at", "made_by", "moved_at", "name", "outline", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rules_id", "starts_at", "state", "tenant_id") VALUES (NEW."code", NEW."ends_at", NEW."id", NEW."made_at", NEW."made_by", NEW."moved_at", NEW."name", NEW."outline", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."rules_id", NEW."starts_at", NEW."state", NEW."tenant_id"); RETURN NULL;',
                                hash="2c28f50aaf60b1683e6d1d8e4460945989d15078",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_f2afa",
                                table="campaigns_campaign",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="BudgetEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("total", models.DecimalField(decimal_places=2, max_digits=16)),
                    ("currency", models.CharField(max_length=3)),
                    ("shares", models.JSONField()),
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
                            to="campaigns.budget",
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
                        "campaign",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="campaigns.campaign",
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
                                hash="bda957f08d0476b7923144f2e7ccf800e27b5090",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_0c809",
                                table="campaigns_budgetevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="CampaignShop",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "campaign",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="shops",
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
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("campaign", "shop"), name="one_shop_a_campaign"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Consent",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("seen", models.JSONField()),
                    ("rule", models.CharField(blank=True, max_length=100)),
                    ("given_by", models.CharField(max_length=254)),
                    ("given_at", models.DateTimeField()),
                    ("standing", models.BooleanField(default=True)),
                    ("withdrawn_by", models.CharField(blank=True, max_length=254)),
                    ("withdrawn_at", models.DateTimeField(null=True)),
                    (
                        "seller",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="accounts.tenant",
                        ),
                    ),
                    (
                        "nomination",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="consents",
                            to="campaigns.nomination",
                        ),
                    ),
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("nomination", "terms_digest"), name="one_consent_to_terms"
                        ),
                        models.UniqueConstraint(
                            fields=("nomination", "terms_digest", "seller", "standing"),
                            name="consent_that_stands",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                models.Q(("standing", True), ("withdrawn_at", None)),
                                models.Q(("standing", False), ("withdrawn_at__isnull", False)),
                                _connector="OR",
                            ),
                            name="consent_stands_or_withdrawn",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_consentevent" ("given_at", "given_by", "id", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rule", "seen", "seller_id", "standing", "terms_digest", "withdrawn_at", "withdrawn_by") VALUES (NEW."given_at", NEW."given_by", NEW."id", NEW."nomination_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."rule", NEW."seen", NEW."seller_id", NEW."standing", NEW."terms_digest", NEW."withdrawn_at", NEW."withdrawn_by"); RETURN NULL;',
                                hash="8ce3326d8e0f27e5bb609b4363543d48d435abd2",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_d8a60",
                                table="campaigns_consent",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "campaigns_consentevent" ("given_at", "given_by", "id", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rule", "seen", "seller_id", "standing", "terms_digest", "withdrawn_at", "withdrawn_by") VALUES (NEW."given_at", NEW."given_by", NEW."id", NEW."nomination_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."rule", NEW."seen", NEW."seller_id", NEW."standing", NEW."terms_digest", NEW."withdrawn_at", NEW."withdrawn_by"); RETURN NULL;',
                                hash="81702b3d734bd945f14e98a65465e6ca46f8567c",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_98f48",
                                table="campaigns_consent",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="delete_delete",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_consentevent" ("given_at", "given_by", "id", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rule", "seen", "seller_id", "standing", "terms_digest", "withdrawn_at", "withdrawn_by") VALUES (OLD."given_at", OLD."given_by", OLD."id", OLD."nomination_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."rule", OLD."seen", OLD."seller_id", OLD."standing", OLD."terms_digest", OLD."withdrawn_at", OLD."withdrawn_by"); RETURN NULL;',
                                hash="79d3fee4cd30eb6c042003fa87a876e0d4969575",
                                operation="DELETE",
                                pgid="pgtrigger_delete_delete_1ce44",
                                table="campaigns_consent",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Enrolment",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("standing", models.BooleanField(default=True)),
                    ("enrolled_by", models.CharField(max_length=254)),
                    ("enrolled_at", models.DateTimeField()),
                    (
                        "campaign",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="campaigns.campaign",
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
                        "nomination",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="campaigns.nomination",
                        ),
                    ),
                ],
                options={
                    "indexes": [models.Index(fields=["campaign", "seller"], name="enrolled_of")],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("standing", True)), name="enrolled_by_consent"
                        )
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="insert_insert",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_enrolmentevent" ("campaign_id", "enrolled_at", "enrolled_by", "id", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "standing", "terms_digest") VALUES (NEW."campaign_id", NEW."enrolled_at", NEW."enrolled_by", NEW."id", NEW."nomination_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."seller_id", NEW."standing", NEW."terms_digest"); RETURN NULL;',
                                hash="7b7499138e5d1bf5de0b4fb161e452d1be0731ce",
                                operation="INSERT",
                                pgid="pgtrigger_insert_insert_c254b",
                                table="campaigns_enrolment",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="delete_delete",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_enrolmentevent" ("campaign_id", "enrolled_at", "enrolled_by", "id", "nomination_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "seller_id", "standing", "terms_digest") VALUES (OLD."campaign_id", OLD."enrolled_at", OLD."enrolled_by", OLD."id", OLD."nomination_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."seller_id", OLD."standing", OLD."terms_digest"); RETURN NULL;',
                                hash="eb5a6e072defaec8b5b945488fe0dc11862394a9",
                                operation="DELETE",
                                pgid="pgtrigger_delete_delete_9c7e6",
                                table="campaigns_enrolment",
                                when="AFTER",
                            ),
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
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("judged_at", models.DateTimeField()),
                    (
                        "campaign",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="campaigns.campaign",
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
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "shop", "campaign"), name="one_judging_a_place"
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Nomination",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("offer_key", models.CharField(max_length=255)),
                    ("price", models.DecimalField(decimal_places=2, max_digits=14)),
                    ("pieces", models.PositiveIntegerField()),
                    ("terms", models.JSONField()),
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("proposed_by", models.CharField(max_length=254)),
                    ("proposed_at", models.DateTimeField()),
                    ("dropped_by", models.CharField(blank=True, max_length=254)),
                    ("dropped_at", models.DateTimeField(null=True)),
                    (
                        "campaign",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="campaigns.campaign",
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
                        models.Index(fields=["campaign", "seller"], name="nominations_of_campaign")
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "campaign", "shop", "offer_key"),
                            name="one_nomination_an_offer",
                        ),
                        models.UniqueConstraint(
                            fields=("id", "seller"), name="nomination_of_seller"
                        ),
                        models.UniqueConstraint(
                            fields=("id", "terms_digest", "seller", "campaign"),
                            name="nomination_terms",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("pieces__gt", 0), ("price__gt", 0)),
                            name="nomination_offers_something",
                        ),
                    ],
                    "triggers": [
                        pgtrigger.compiler.Trigger(
                            name="update_update",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                                func='INSERT INTO "campaigns_nominationevent" ("campaign_id", "dropped_at", "dropped_by", "id", "offer_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pieces", "price", "proposed_at", "proposed_by", "seller_id", "shop_id", "terms", "terms_digest") VALUES (NEW."campaign_id", NEW."dropped_at", NEW."dropped_by", NEW."id", NEW."offer_key", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."pieces", NEW."price", NEW."proposed_at", NEW."proposed_by", NEW."seller_id", NEW."shop_id", NEW."terms", NEW."terms_digest"); RETURN NULL;',
                                hash="282fda25a451514b3cbfe0a1268fb8160d36020a",
                                operation="UPDATE",
                                pgid="pgtrigger_update_update_9861b",
                                table="campaigns_nomination",
                                when="AFTER",
                            ),
                        ),
                        pgtrigger.compiler.Trigger(
                            name="delete_delete",
                            sql=pgtrigger.compiler.UpsertTriggerSql(
                                func='INSERT INTO "campaigns_nominationevent" ("campaign_id", "dropped_at", "dropped_by", "id", "offer_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pieces", "price", "proposed_at", "proposed_by", "seller_id", "shop_id", "terms", "terms_digest") VALUES (OLD."campaign_id", OLD."dropped_at", OLD."dropped_by", OLD."id", OLD."offer_key", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pieces", OLD."price", OLD."proposed_at", OLD."proposed_by", OLD."seller_id", OLD."shop_id", OLD."terms", OLD."terms_digest"); RETURN NULL;',
                                hash="5f53edbb93fc6460d377d85d3795f2c05c123fa5",
                                operation="DELETE",
                                pgid="pgtrigger_delete_delete_3a561",
                                table="campaigns_nomination",
                                when="AFTER",
                            ),
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="EnrolmentEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("standing", models.BooleanField(default=True)),
                    ("enrolled_by", models.CharField(max_length=254)),
                    ("enrolled_at", models.DateTimeField()),
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
                            to="campaigns.enrolment",
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
                        "nomination",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="campaigns.nomination",
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
                                hash="056c26c14714c8d7be455f652a6f7e0bd772abdd",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_9eafd",
                                table="campaigns_enrolmentevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="ConsentEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("seen", models.JSONField()),
                    ("rule", models.CharField(blank=True, max_length=100)),
                    ("given_by", models.CharField(max_length=254)),
                    ("given_at", models.DateTimeField()),
                    ("standing", models.BooleanField(default=True)),
                    ("withdrawn_by", models.CharField(blank=True, max_length=254)),
                    ("withdrawn_at", models.DateTimeField(null=True)),
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
                            to="campaigns.consent",
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
                        "nomination",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="campaigns.nomination",
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
                                hash="a0a3edd6bcbbcf715f5a55139e6264489eb1a75a",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_d73e3",
                                table="campaigns_consentevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="NominationEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("offer_key", models.CharField(max_length=255)),
                    ("price", models.DecimalField(decimal_places=2, max_digits=14)),
                    ("pieces", models.PositiveIntegerField()),
                    ("terms", models.JSONField()),
                    ("terms_digest", models.BinaryField(max_length=16)),
                    ("proposed_by", models.CharField(max_length=254)),
                    ("proposed_at", models.DateTimeField()),
                    ("dropped_by", models.CharField(blank=True, max_length=254)),
                    ("dropped_at", models.DateTimeField(null=True)),
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
                            to="campaigns.nomination",
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
                                hash="54a6585f18448cd1373fa922d148a511d81c4117",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_753b8",
                                table="campaigns_nominationevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="RuleSetRow",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("code", models.CharField(max_length=60)),
                    ("version", models.PositiveIntegerField()),
                    ("content", models.JSONField()),
                    ("said_by", models.CharField(max_length=254)),
                    ("said_at", models.DateTimeField()),
                ],
                options={
                    "db_table": "campaigns_ruleset",
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("code", "version"), name="one_rules_version"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("version__gt", 0)), name="rules_version"
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="CampaignEvent",
                fields=[
                    ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                    ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                    ("pgh_label", models.TextField(help_text="The event label.")),
                    ("id", models.BigIntegerField()),
                    ("code", models.CharField(max_length=16)),
                    ("name", models.CharField(max_length=200)),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("draft", "draft"),
                                ("open", "open"),
                                ("frozen", "frozen"),
                                ("running", "running"),
                                ("paused", "paused"),
                                ("over", "over"),
                                ("cancelled", "cancelled"),
                            ],
                            default="draft",
                            max_length=9,
                        ),
                    ),
                    ("starts_at", models.DateTimeField()),
                    ("ends_at", models.DateTimeField()),
                    ("outline", models.JSONField()),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("moved_at", models.DateTimeField()),
                    ("reason", models.TextField(blank=True)),
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
                            to="campaigns.campaign",
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
                        "rules",
                        models.ForeignKey(
                            db_constraint=False,
                            on_delete=django.db.models.deletion.DO_NOTHING,
                            related_name="+",
                            related_query_name="+",
                            to="campaigns.rulesetrow",
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
                                hash="cd78d02846c8c3f1cd9afeabc1d0e11b4eea1c90",
                                operation="UPDATE OR DELETE",
                                pgid="pgtrigger_append_only_6a65a",
                                table="campaigns_campaignevent",
                                when="BEFORE",
                            ),
                        )
                    ],
                },
            ),
            migrations.CreateModel(
                name="Stars",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("product_key", models.CharField(blank=True, max_length=255)),
                    ("stars", models.DecimalField(decimal_places=2, max_digits=3)),
                    ("seen_on", models.DateField()),
                    ("said_by", models.CharField(max_length=254)),
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
                        models.UniqueConstraint(
                            fields=("seller", "shop", "product_key"), name="one_rating_a_product"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("stars__gte", 0), ("stars__lte", 5)),
                            name="stars_within_five",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Verdict",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("offer_key", models.CharField(max_length=255)),
                    ("sku", models.CharField(blank=True, max_length=255)),
                    ("product_key", models.CharField(max_length=255)),
                    ("inputs", models.BigIntegerField()),
                    ("answer", models.CharField(max_length=7)),
                    ("price", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ("usual", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ("base", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    ("keeps", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                    (
                        "usual_keeps",
                        models.DecimalField(decimal_places=2, max_digits=14, null=True),
                    ),
                    ("margin", models.DecimalField(decimal_places=1, max_digits=14, null=True)),
                    ("days", models.SmallIntegerField()),
                    ("to_come", models.SmallIntegerField()),
                    ("pieces", models.IntegerField(null=True)),
                    ("code", models.CharField(blank=True, max_length=60)),
                    ("reasons", models.BinaryField(default=b"")),
                    (
                        "campaign",
                        models.ForeignKey(
                            db_constraint=False,
                            db_index=False,
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="campaigns.campaign",
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
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "campaign", "shop", "offer_key"),
                            name="one_verdict_an_offer",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("answer__in", ["yes", "no", "unknown"])),
                            name="verdict_answer",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Proof",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("note", models.TextField()),
                    ("name", models.CharField(blank=True, max_length=200)),
                    ("file", models.CharField(blank=True, max_length=80)),
                    ("given_by", models.CharField(max_length=254)),
                    ("given_at", models.DateTimeField()),
                    (
                        "campaign",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="campaigns.campaign",
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
                    "indexes": [models.Index(fields=["campaign", "seller"], name="proofs_of")],
                },
            ),
            migrations.CreateModel(
                name="Readiness",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    (
                        "stage",
                        models.CharField(
                            choices=[
                                ("waiting", "waiting"),
                                ("ready", "ready"),
                                ("paused", "paused"),
                                ("ended", "ended"),
                            ],
                            default="waiting",
                            max_length=7,
                        ),
                    ),
                    ("asked", models.PositiveIntegerField(default=0)),
                    ("kept", models.PositiveIntegerField(default=0)),
                    ("offers", models.PositiveIntegerField(default=0)),
                    ("prices", models.PositiveIntegerField(default=0)),
                    ("troubles", models.JSONField(default=list)),
                    ("stock_at", models.DateTimeField(null=True)),
                    ("at", models.DateTimeField()),
                    (
                        "campaign",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.PROTECT,
                            related_name="+",
                            to="campaigns.campaign",
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
                    "indexes": [models.Index(fields=["campaign", "stage"], name="readiness_of")],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "campaign", "shop"), name="one_readiness"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("stage__in", ["waiting", "ready", "paused", "ended"])
                            ),
                            name="readiness_stage",
                        ),
                    ],
                },
            ),
        ),
        EnableScope("campaigns_campaign", "tenant_id", also=_NOMINATED),
        EnableScope("campaigns_campaignevent", "tenant_id"),
        EnableScope("campaigns_campaignshop", "tenant_id"),
        EnableScope("campaigns_budget", "tenant_id"),
        EnableScope("campaigns_budgetevent", "tenant_id"),
        EnableScope("campaigns_judging", "seller_id"),
        EnableScope("campaigns_verdict", "seller_id"),
        EnableScope("campaigns_stars", "seller_id"),
        EnableScope("campaigns_nomination", "seller_id"),
        EnableScope("campaigns_nominationevent", "seller_id"),
        EnableScope("campaigns_consent", "seller_id"),
        EnableScope("campaigns_consentevent", "seller_id"),
        EnableScope("campaigns_enrolment", "seller_id"),
        EnableScope("campaigns_enrolmentevent", "seller_id"),
        EnableScope("campaigns_proof", "seller_id"),
        EnableScope("campaigns_readiness", "seller_id"),
        *[
            migrations.RunSQL(
                f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY {key}",
                f"ALTER TABLE {table} DROP CONSTRAINT {name}",
            )
            for name, (table, key) in _KEYS.items()
        ],
        *[
            migrations.RunSQL(
                [
                    f"ALTER POLICY scope_insert ON {table} WITH CHECK ({who})",
                    f"ALTER POLICY scope_update ON {table} WITH CHECK ({who})",
                    f"ALTER POLICY scope_delete ON {table} USING ({who})",
                ],
                migrations.RunSQL.noop,
            )
            for table, who in _WRITERS
        ],
    ]

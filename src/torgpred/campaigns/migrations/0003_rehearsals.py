import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope

_OPERATOR = "(SELECT current_setting('torgpred.operator', true) = 'on')"


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_schema"),
        ("campaigns", "0002_money"),
        ("channels", "0001_schema"),
    ]

    operations = [
        migrations.CreateModel(
            name="Rehearsal",
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
                            ("asked", "asked"),
                            ("playing", "playing"),
                            ("done", "done"),
                            ("failed", "failed"),
                            ("stopped", "stopped"),
                        ],
                        default="asked",
                        max_length=8,
                    ),
                ),
                ("assumptions", models.JSONField()),
                ("minutes", models.FloatField()),
                ("agreed_only", models.BooleanField()),
                ("asked_by", models.CharField(max_length=254)),
                ("asked_at", models.DateTimeField()),
                ("began_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("holder", models.CharField(blank=True, max_length=32)),
                ("leased_until", models.DateTimeField(null=True)),
                ("told", models.CharField(blank=True, max_length=200)),
                ("part", models.FloatField(default=0.0)),
                ("trouble", models.TextField(blank=True)),
                ("totals", models.JSONField(null=True)),
                ("machine", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, max_length=32)),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
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
            name="RehearsalPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("assumptions", models.JSONField()),
                ("agreed_only", models.BooleanField()),
                ("day", models.JSONField()),
                (
                    "campaign",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaigns.campaign",
                    ),
                ),
                (
                    "rehearsal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="campaigns.rehearsal",
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
        ),
        migrations.AddIndex(
            model_name="rehearsal",
            index=models.Index(fields=["campaign", "-id"], name="rehearsals_of"),
        ),
        migrations.AddConstraint(
            model_name="rehearsal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["asked", "playing", "done", "failed", "stopped"])
                ),
                name="rehearsal_state",
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at", None)),
                fields=("campaign",),
                name="one_rehearsal_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at", None), ("ended_at__gte", models.F("asked_at")), _connector="OR"
                ),
                name="rehearsal_ends",
            ),
        ),
        migrations.AddIndex(
            model_name="rehearsalpart",
            index=models.Index(
                fields=["seller", "campaign", "-rehearsal"], name="parts_of_rehearsal"
            ),
        ),
        migrations.AddConstraint(
            model_name="rehearsalpart",
            constraint=models.UniqueConstraint(
                fields=("seller", "rehearsal", "shop"), name="one_part_a_shop"
            ),
        ),
        EnableScope("campaigns_rehearsal", "tenant_id"),
        EnableScope("campaigns_rehearsalpart", "seller_id"),
        # A seller reads its part; what the day came to is the operator's to write.
        migrations.RunSQL(
            [
                f"ALTER POLICY scope_insert ON campaigns_rehearsalpart WITH CHECK ({_OPERATOR})",
                f"ALTER POLICY scope_update ON campaigns_rehearsalpart WITH CHECK ({_OPERATOR})",
                f"ALTER POLICY scope_delete ON campaigns_rehearsalpart USING ({_OPERATOR})",
            ],
            migrations.RunSQL.noop,
        ),
    ]

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_schema"),
        ("campaigns", "0005_simulations"),
    ]

    operations = [
        migrations.CreateModel(
            name="JudgingRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asked_by", models.CharField(max_length=254)),
                ("asked_at", models.DateTimeField()),
                ("holder", models.CharField(blank=True, max_length=32)),
                ("leased_until", models.DateTimeField(null=True)),
                ("part", models.FloatField(default=0.0)),
                ("ended_at", models.DateTimeField(null=True)),
                ("result", models.JSONField(null=True)),
                ("trouble", models.JSONField(null=True)),
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
            options={
                "indexes": [models.Index(fields=["campaign", "-id"], name="judgingrequests_of")],
                "constraints": [
                    models.UniqueConstraint(
                        condition=Q(ended_at=None),
                        fields=("campaign",),
                        name="one_judgingrequest_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=Q(ended_at=None) | Q(ended_at__gte=F("asked_at")),
                        name="judgingrequest_ends",
                    ),
                ],
            },
        ),
        EnableScope("campaigns_judgingrequest", "tenant_id"),
    ]

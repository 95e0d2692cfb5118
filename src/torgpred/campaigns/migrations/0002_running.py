import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_contact"),
        ("campaigns", "0001_initial"),
        ("channels", "0001_initial"),
    ]

    operations = [
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
                        condition=models.Q(("stage__in", ["waiting", "ready", "paused", "ended"])),
                        name="readiness_stage",
                    ),
                ],
            },
        ),
        EnableScope("campaigns_proof", "seller_id"),
        EnableScope("campaigns_readiness", "seller_id"),
    ]

"""Why an apply waits and until when; who holds a step; how often a step was put off."""

import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_context"),
        ("listings", "0005_stated"),
    ]

    operations = [
        migrations.AddField(
            model_name="step",
            name="holder",
            field=models.CharField(blank=True, db_default="", max_length=32),
        ),
        migrations.AddField(
            model_name="step",
            name="put_off",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
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
        EnableScope("listings_rest", "seller_id"),
    ]

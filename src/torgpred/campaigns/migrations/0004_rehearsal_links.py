import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_schema"),
        ("campaigns", "0003_rehearsals"),
    ]

    operations = [
        Together(
            migrations.CreateModel(
                name="RehearsalLink",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("digest", models.BinaryField(max_length=32, unique=True)),
                    ("made_by", models.CharField(max_length=254)),
                    ("made_at", models.DateTimeField()),
                    ("expires_at", models.DateTimeField()),
                    ("withdrawn_by", models.CharField(blank=True, max_length=254)),
                    ("withdrawn_at", models.DateTimeField(null=True)),
                    (
                        "rehearsal",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="campaigns.rehearsal",
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
                    "indexes": [
                        models.Index(fields=["rehearsal", "-id"], name="links_of_rehearsal")
                    ],
                    "constraints": [
                        models.CheckConstraint(
                            condition=models.Q(("expires_at__gt", models.F("made_at"))),
                            name="rehearsal_link_ends",
                        )
                    ],
                },
            ),
        ),
        EnableScope("campaigns_rehearsallink", "tenant_id"),
    ]

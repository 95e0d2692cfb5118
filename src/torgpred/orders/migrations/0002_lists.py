"""Indexes that the lists of orders and dialogues are read by."""

from django.db import migrations, models

from torgpred.runtime.database.together import Together


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_schema")]

    operations = [
        Together(
            migrations.AddIndex(
                model_name="consignment",
                index=models.Index(
                    condition=models.Q(
                        ("notice", "back"),
                        models.Q(("dispute", ""), _negated=True),
                        _connector="OR",
                    ),
                    fields=["seller", "id"],
                    name="consignments_in_trouble",
                ),
            ),
            migrations.AddIndex(
                model_name="dialogue",
                index=models.Index(
                    fields=["tenant", "waiting_since", "-last_at", "id"],
                    name="dialogues_as_listed",
                ),
            ),
            migrations.AddIndex(
                model_name="line",
                index=models.Index(fields=["seller", "sku"], name="lines_by_sku"),
            ),
        ),
    ]

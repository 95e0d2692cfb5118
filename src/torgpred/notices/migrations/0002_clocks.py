"""Campaigns and asks have clocks that are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0001_schema")]

    operations = [
        migrations.RemoveConstraint("notice", "notice_kind"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "ship_by",
                            "shortage",
                            "rejected",
                            "message",
                            "access",
                            "paper",
                            "campaign",
                            "ask",
                            "digest",
                        ],
                    )
                ),
                name="notice_kind",
            ),
        ),
    ]

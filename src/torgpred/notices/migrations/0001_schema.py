import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    initial = True
    replaces = [("notices", "0001_initial")]
    dependencies = [
        ("accounts", "0001_schema"),
    ]
    operations = [
        Together(
            migrations.CreateModel(
                name="Notice",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("channel", models.CharField(max_length=7)),
                    ("kind", models.CharField(max_length=8)),
                    ("key", models.CharField(max_length=300)),
                    ("data", models.JSONField()),
                    ("made_at", models.DateTimeField()),
                    ("due_at", models.DateTimeField()),
                    (
                        "state",
                        models.CharField(
                            choices=[
                                ("waiting", "Waiting"),
                                ("trying", "Trying"),
                                ("sent", "Sent"),
                                ("failed", "Failed"),
                            ],
                            default="waiting",
                            max_length=7,
                        ),
                    ),
                    ("attempts", models.PositiveSmallIntegerField(default=0)),
                    ("done_at", models.DateTimeField(null=True)),
                    ("problem", models.CharField(default="", max_length=500)),
                    (
                        "member",
                        models.ForeignKey(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="accounts.member",
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
                        models.Index(
                            condition=models.Q(("state", "waiting")),
                            fields=["due_at"],
                            name="notices_due",
                        )
                    ],
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("member", "channel", "key"), name="told_once"
                        ),
                        models.CheckConstraint(
                            condition=models.Q(
                                ("state__in", ["waiting", "trying", "sent", "failed"])
                            ),
                            name="notice_state",
                        ),
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
                                        "digest",
                                    ],
                                )
                            ),
                            name="notice_kind",
                        ),
                        models.CheckConstraint(
                            condition=models.Q(("channel__in", ["mail", "webhook"])),
                            name="notice_channel",
                        ),
                    ],
                },
            ),
            migrations.CreateModel(
                name="Wish",
                fields=[
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("off", models.JSONField(default=list)),
                    ("mail", models.BooleanField(default=True)),
                    ("zone", models.CharField(max_length=40)),
                    ("quiet_from", models.PositiveSmallIntegerField()),
                    ("quiet_until", models.PositiveSmallIntegerField()),
                    ("digest_hour", models.PositiveSmallIntegerField()),
                    ("webhook", models.CharField(default="", max_length=500)),
                    ("sealed", models.TextField(default="")),
                    (
                        "member",
                        models.OneToOneField(
                            on_delete=django.db.models.deletion.CASCADE,
                            related_name="+",
                            to="accounts.member",
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
                        models.CheckConstraint(
                            condition=models.Q(
                                ("digest_hour__lt", 24),
                                ("quiet_from__lt", 24),
                                ("quiet_until__lt", 24),
                            ),
                            name="wish_hours",
                        )
                    ],
                },
            ),
        ),
        EnableScope("notices_wish", "tenant_id"),
        EnableScope("notices_notice", "tenant_id"),
    ]

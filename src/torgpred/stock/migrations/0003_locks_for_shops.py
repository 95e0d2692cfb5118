"""Locks name the shops that sell their pieces, and count what was used of them."""

import django.contrib.postgres.fields
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_contact"),
        ("stock", "0002_feeds_and_owing"),
    ]

    operations = [
        migrations.AddField(
            model_name="lock",
            name="freed",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="lock",
            name="shop_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            model_name="lock",
            name="used",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
        # What was closed before was given back whole.
        migrations.RunSQL(
            "UPDATE stock_lock SET freed = pieces WHERE closed_at IS NOT NULL",
            migrations.RunSQL.noop,
        ),
        # A lock is used with each order of its shops: room on its page keeps that cheap.
        migrations.RunSQL("ALTER TABLE stock_lock SET (fillfactor = 50)", migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="lock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("freed__gte", 0),
                    (
                        "pieces__gte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("used"), "+", models.F("freed")
                        ),
                    ),
                    ("used__gte", 0),
                    models.Q(
                        ("closed_at", None),
                        (
                            "pieces",
                            django.db.models.expressions.CombinedExpression(
                                models.F("used"), "+", models.F("freed")
                            ),
                        ),
                        _connector="OR",
                    ),
                ),
                name="lock_adds_up",
            ),
        ),
    ]

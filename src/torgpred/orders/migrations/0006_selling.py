"""What was sold, minute by minute."""

import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_sign_in"),
        ("channels", "0001_initial"),
        ("orders", "0005_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Tally",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("minute", models.DateTimeField()),
                ("parts", models.IntegerField()),
                ("orders", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
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
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="MinuteSum",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("minute", models.DateTimeField()),
                ("parts", models.IntegerField()),
                ("orders", models.IntegerField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=18)),
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
                "indexes": [models.Index(fields=["minute"], name="sums_by_minute")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("seller", "minute", "shop", "currency"), name="one_sum_a_minute"
                    )
                ],
            },
        ),
        EnableScope("orders_tally", "seller_id"),
        EnableScope("orders_minutesum", "seller_id"),
        # Orders that were there before count too, each at one of its sellers.
        migrations.RunSQL(
            """
            INSERT INTO orders_minutesum
                (seller_id, shop_id, currency, minute, parts, orders, amount)
            SELECT seller_id, shop_id, currency, date_trunc('minute', placed_at), count(*),
                   count(*) FILTER (WHERE place = 1), sum(amount)
            FROM (SELECT *, row_number() OVER (PARTITION BY order_id ORDER BY seller_id) AS place
                  FROM orders_consignment) part
            GROUP BY 1, 2, 3, 4
            """,
            migrations.RunSQL.noop,
        ),
    ]

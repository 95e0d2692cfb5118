import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_context"),
        ("channels", "0001_initial"),
        ("listings", "0006_rests"),
    ]

    operations = [
        migrations.CreateModel(
            name="StockCall",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                ("sent", models.BinaryField()),
                ("submitted_at", models.DateTimeField()),
                ("poll_at", models.DateTimeField()),
                ("polls", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="StockNumber",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("sku", models.CharField(max_length=255)),
                ("version", models.BigIntegerField(db_default=1, default=1)),
                ("told_version", models.BigIntegerField(db_default=0, default=0)),
                ("told", models.IntegerField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="StockPause",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                ("failures", models.PositiveSmallIntegerField(default=1)),
                ("needs_person", models.BooleanField(default=False)),
                ("reason", models.TextField()),
            ],
        ),
        migrations.CreateModel(
            name="StockTelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField(null=True)),
                ("rank", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("not_before", models.DateTimeField(null=True)),
                ("again_at", models.DateTimeField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("fence", models.IntegerField(db_default=0, default=0)),
                ("attempts", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("problems", models.BinaryField(db_default=b"", default=b"")),
            ],
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(fields=["seller", "sku"], name="listing_by_sku"),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(("offer_key", ""), _negated=True),
                fields=["seller", "offer_key"],
                name="listing_by_offer",
            ),
        ),
        migrations.AddField(
            model_name="stockcall",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.shop"
            ),
        ),
        migrations.AddField(
            model_name="stockcall",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddField(
            model_name="stocknumber",
            name="listing",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="listings.listing"
            ),
        ),
        migrations.AddField(
            model_name="stocknumber",
            name="seller",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="stockpause",
            name="shop",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="channels.shop"
            ),
        ),
        migrations.AddField(
            model_name="stockpause",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddField(
            model_name="stocktelling",
            name="call",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="tellings",
                to="listings.stockcall",
            ),
        ),
        migrations.AddField(
            model_name="stocktelling",
            name="product",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="listings.listedproduct",
            ),
        ),
        migrations.AddField(
            model_name="stocktelling",
            name="seller",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.tenant",
            ),
        ),
        migrations.AddField(
            model_name="stocktelling",
            name="shop",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="channels.shop",
            ),
        ),
        migrations.AddField(
            model_name="stocknumber",
            name="telling",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="numbers",
                to="listings.stocktelling",
            ),
        ),
        migrations.AddIndex(
            model_name="stocktelling",
            index=models.Index(
                condition=models.Q(("since__isnull", False)),
                fields=["shop", "attempts", "rank", "since"],
                name="stock_to_tell",
            ),
        ),
        migrations.AddIndex(
            model_name="stocktelling",
            index=models.Index(
                condition=models.Q(("again_at__isnull", False)),
                fields=["again_at"],
                name="stock_to_tell_again",
            ),
        ),
        migrations.AddConstraint(
            model_name="stocknumber",
            constraint=models.CheckConstraint(
                condition=models.Q(("told_version__lte", models.F("version"))),
                name="told_what_was_noted",
            ),
        ),
        migrations.AddField(
            model_name="submission",
            name="stocks",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
        EnableScope("listings_stockcall", "tenant_id"),
        EnableScope("listings_stocktelling", "seller_id"),
        EnableScope("listings_stocknumber", "seller_id"),
        EnableScope("listings_stockpause", "tenant_id"),
    ]

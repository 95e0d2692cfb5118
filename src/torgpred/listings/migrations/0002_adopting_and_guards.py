"""What stood in a shop before us, guards of plans, and what steps were planned from."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.scope import EnableScope


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_audit_context"),
        ("channels", "0001_initial"),
        ("listings", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="UnboundProduct",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("remote_id", models.CharField(max_length=64)),
                ("status", models.CharField(max_length=12)),
                (
                    "skus",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.TextField(), size=None
                    ),
                ),
                ("page_digest", models.BinaryField(max_length=16)),
                ("seen", models.BinaryField()),
                ("detailed", models.BooleanField(default=False)),
                ("why", models.CharField(blank=True, max_length=16)),
                ("claims", models.JSONField(default=list)),
                ("first_met_at", models.DateTimeField()),
                ("met_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="listedproduct",
            name="adopted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="listedproduct",
            name="adopted_by",
            field=models.CharField(blank=True, db_default="", max_length=254),
        ),
        migrations.AddField(
            model_name="listedproduct",
            name="seen_digest",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="listing",
            name="not_ours",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="listing",
            name="offer_key",
            field=models.CharField(blank=True, db_default="", max_length=255),
        ),
        migrations.AddField(
            model_name="plan",
            name="confirmed",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="plan",
            name="guards",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="step",
            name="desired_digest",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddField(
            model_name="step",
            name="seen_digest",
            field=models.BinaryField(max_length=16, null=True),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(
                condition=models.Q(
                    models.Q(("offer_key", ""), _negated=True), ("not_ours", True), _connector="OR"
                ),
                fields=["seller", "product"],
                name="listing_called_otherwise",
            ),
        ),
        migrations.AddField(
            model_name="unboundproduct",
            name="shop",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.shop"
            ),
        ),
        migrations.AddField(
            model_name="unboundproduct",
            name="tenant",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.tenant"
            ),
        ),
        migrations.AddConstraint(
            model_name="unboundproduct",
            constraint=models.UniqueConstraint(
                fields=("shop", "remote_id"), name="one_unbound_product"
            ),
        ),
        EnableScope("listings_unboundproduct", "tenant_id"),
    ]

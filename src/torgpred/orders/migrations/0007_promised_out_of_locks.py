"""A promise keeps out of which lock it was made."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_contact"),
        ("orders", "0006_selling"),
        ("stock", "0003_locks_for_shops"),
    ]

    operations = [
        migrations.AddField(
            model_name="allocation",
            name="lock",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="stock.lock",
            ),
        ),
        migrations.AddIndex(
            model_name="allocation",
            index=models.Index(
                condition=models.Q(("lock__isnull", False)),
                fields=["lock"],
                name="allocations_of_locks",
            ),
        ),
    ]

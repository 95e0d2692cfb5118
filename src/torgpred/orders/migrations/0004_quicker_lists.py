"""Parcels that come back by an index of their own, and orders searched side by side.

A function that is not said to be safe beside others makes a whole statement one process's work.
The one that finds buyers only reads, under settings that workers have from their leader.
"""

from django.db import migrations, models

SAFE = "ALTER FUNCTION orders_of_buyer(bigint, text) PARALLEL SAFE"
UNSAFE = "ALTER FUNCTION orders_of_buyer(bigint, text) PARALLEL UNSAFE"


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_buyers_by_name")]

    operations = [
        migrations.AddIndex(
            model_name="parcel",
            index=models.Index(
                condition=models.Q(("phase__in", ["returning", "returned"])),
                fields=["seller", "consignment"],
                name="parcels_coming_back",
            ),
        ),
        migrations.RunSQL(SAFE, UNSAFE),
    ]

"""Periods of shelf prices by listing, told by their index alone.

A campaign's judging looks whether any price of each listing changed: out of the table that was a
third of all that judging again took, where little had changed.
"""

import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.database.together import Together


class Migration(migrations.Migration):
    dependencies = [("listings", "0001_schema")]

    operations = [
        Together(
            migrations.AddIndex(
                model_name="shelfprice",
                index=models.Index(
                    fields=["listing"], include=("id", "until", "seller"), name="shelf_periods"
                ),
            ),
            migrations.AlterField(
                model_name="shelfprice",
                name="listing",
                field=models.ForeignKey(
                    db_index=False,
                    on_delete=django.db.models.deletion.CASCADE,
                    related_name="shelf_prices",
                    to="listings.listing",
                ),
            ),
        ),
    ]

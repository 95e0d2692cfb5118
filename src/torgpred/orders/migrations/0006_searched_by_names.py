"""Orders searched by the names of what was sold, each kept once, and counted by indexes alone.

Looking for a text read every line that a seller ever sold, and where one table holds the lines of
all sellers, theirs too. A name is there once, however often it is sold.
"""

import django.db.models.deletion
from django.db import migrations, models

from torgpred.runtime.database.together import Together
from torgpred.runtime.scope import EnableScope

FILL = """
INSERT INTO orders_soldname (seller_id, sku, name)
SELECT DISTINCT seller_id, sku, name FROM orders_line
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_schema"),
        ("orders", "0005_mismatch"),
    ]

    operations = [
        Together(
            migrations.CreateModel(
                "SoldName",
                [
                    (
                        "id",
                        models.BigAutoField(
                            auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                        ),
                    ),
                    ("sku", models.CharField(max_length=255)),
                    ("name", models.CharField(blank=True, max_length=255)),
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
                ],
                options={
                    "constraints": [
                        models.UniqueConstraint(
                            fields=("seller", "sku", "name"), name="one_sold_name"
                        )
                    ]
                },
            ),
            migrations.RemoveIndex("line", "lines_by_sku"),
            migrations.AddIndex(
                "line",
                models.Index(
                    fields=["seller", "sku"], include=("consignment",), name="lines_by_sku"
                ),
            ),
            migrations.RemoveIndex("consignment", "open_consignments"),
            migrations.AddIndex(
                "consignment",
                models.Index(
                    fields=["seller", "ship_by"],
                    include=("phase", "mismatch"),
                    condition=models.Q(("phase__in", ("placed", "to_ship"))),
                    name="open_consignments",
                ),
            ),
            migrations.AddIndex(
                "consignment",
                models.Index(
                    fields=["seller", "phase"],
                    condition=models.Q(("phase__in", ["cancelled", "unknown"])),
                    name="consignments_not_sent",
                ),
            ),
            migrations.AddIndex(
                "parcel",
                models.Index(fields=["seller", "track_number"], name="parcels_by_track_number"),
            ),
            migrations.AddIndex(
                "parcel",
                models.Index(fields=["seller", "remote_id"], name="parcels_by_remote_id"),
            ),
            migrations.AddIndex(
                "shipment",
                models.Index(fields=["seller", "track_number"], name="shipments_by_track_number"),
            ),
        ),
        EnableScope("orders_soldname", "seller_id"),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]

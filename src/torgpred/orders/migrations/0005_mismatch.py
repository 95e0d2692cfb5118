"""A consignment's `notice` is called what it is: notices are what members are told."""

from django.db import migrations, models

CALL = """
    ALTER TABLE orders_consignment RENAME COLUMN {old} TO {new};
    ALTER TABLE orders_consignment RENAME CONSTRAINT consignment_{old} TO consignment_{new};
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0004_quicker_lists")]

    operations = [
        # PostgreSQL lets constraints and indexes follow the column; Django would make them anew.
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    CALL.format(old="notice", new="mismatch"),
                    CALL.format(old="mismatch", new="notice"),
                )
            ],
            state_operations=[
                migrations.RemoveIndex("consignment", "consignments_in_trouble"),
                migrations.RemoveConstraint("consignment", "consignment_notice"),
                migrations.RenameField("consignment", "notice", "mismatch"),
                migrations.AddConstraint(
                    "consignment",
                    models.CheckConstraint(
                        condition=models.Q(("mismatch__in", ["", "ahead", "back"])),
                        name="consignment_mismatch",
                    ),
                ),
                migrations.AddIndex(
                    "consignment",
                    models.Index(
                        condition=models.Q(
                            ("mismatch", "back"),
                            models.Q(("dispute", ""), _negated=True),
                            _connector="OR",
                        ),
                        fields=["seller", "id"],
                        name="consignments_in_trouble",
                    ),
                ),
            ],
        ),
    ]

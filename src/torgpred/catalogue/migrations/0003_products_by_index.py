"""Products counted and paged by an index alone, which has the state of their offers too."""

from django.db import migrations, models

from torgpred.runtime.database.together import Together


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0002_papers_and_columns")]

    operations = [
        Together(
            migrations.RemoveIndex("offerrow", "offer_by_product"),
            migrations.AddIndex(
                "offerrow",
                models.Index(
                    fields=["seller", "product_key"], include=("state",), name="product_state"
                ),
            ),
        ),
    ]

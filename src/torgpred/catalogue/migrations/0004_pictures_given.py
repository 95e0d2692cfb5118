"""A ZIP of pictures is given as a file of goods is, and taken in by a worker."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0003_products_by_index")]

    operations = [
        migrations.AddField(
            "readingrequest", "pictures", models.BooleanField(db_default=False, default=False)
        ),
        migrations.AddField("readingrequest", "report", models.JSONField(null=True)),
    ]

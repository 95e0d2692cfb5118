"""Since when a product stands without one of its variants, which is told no stock from then on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0003_standing_by_index")]

    operations = [
        migrations.AddField("listing", "gone_at", models.DateTimeField(null=True)),
    ]

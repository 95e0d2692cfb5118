"""When a seller's drafts in a shop moved last: a plan made before does not know it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0004_variants_that_are_gone")]

    operations = [
        migrations.AddField("workingout", "moved_at", models.DateTimeField(null=True)),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("listings", "0004_duties_and_references")]

    operations = [
        migrations.AddField(
            model_name="desired",
            name="stated",
            field=models.BinaryField(db_default=b"", default=b""),
        ),
    ]

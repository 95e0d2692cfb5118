"""How a shop's products stand, told by indexes alone: counted and paged without their wide rows."""

from django.db import migrations, models

from torgpred.runtime.database.together import Together

REFUSED = models.ExpressionWrapper(
    models.Q(draft_digest__isnull=False, refused_digest__isnull=False)
    & models.Q(refused_digest=models.F("draft_digest")),
    output_field=models.BooleanField(),
)


class Migration(migrations.Migration):
    dependencies = [("listings", "0002_shelf_periods")]

    operations = [
        Together(
            migrations.RemoveConstraint("desired", "one_desired_a_product"),
            migrations.RemoveConstraint("listedproduct", "one_listed_product"),
            migrations.AddField(
                "desired",
                "refused",
                models.GeneratedField(
                    expression=REFUSED, output_field=models.BooleanField(), db_persist=True
                ),
            ),
            migrations.AddConstraint(
                "desired",
                models.UniqueConstraint(
                    fields=("seller", "shop", "product_key"),
                    include=("offers", "ready_offers", "refused"),
                    name="one_desired_a_product",
                ),
            ),
            migrations.AddConstraint(
                "listedproduct",
                models.UniqueConstraint(
                    fields=("seller", "shop", "product_key"),
                    include=("status", "gone_at"),
                    name="one_listed_product",
                ),
            ),
        ),
    ]

"""What was sold: its names, and its sums minute by minute for the live board and comparisons.

Whoever takes orders in adds a `Tally` in the same statement, so that it is never more or less than
the consignments, and two that take in at once never wait for each other. A job folds tallies into
`MinuteSum`s; a reader adds up both in one statement and is right at any moment.
"""

from typing import ClassVar

from django.db import models


class _Sum(models.Model):
    """So much of a seller's goods in one shop, in one minute and currency."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    currency = models.CharField(max_length=3)
    minute = models.DateTimeField()
    """The minute in which buyers placed the orders."""
    parts = models.IntegerField()
    """Consignments of the seller."""
    orders = models.IntegerField()
    """The same, but an order of several sellers counts at one of them only."""
    amount = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        abstract = True


class Tally(_Sum):
    """What one batch brought; gone once it is folded."""


class MinuteSum(_Sum):
    """A minute's sum, without what stands in tallies."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "minute", "shop", "currency"], name="one_sum_a_minute"
            )
        ]
        indexes: ClassVar = [models.Index(fields=["minute"], name="sums_by_minute")]


class SoldName(models.Model):
    """A name under which a seller's SKU was sold; orders are searched by it."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sku = models.CharField(max_length=255)
    name = models.CharField(max_length=255, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "sku", "name"], name="one_sold_name")
        ]

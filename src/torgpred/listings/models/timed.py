"""Prices for a time, and the moments at which prices change by them."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class TimedPrice(models.Model):
    """What one offer costs in one shop from a moment until another.

    It is in force from `starts_at` until `ends_at`, or until it was withdrawn if that was before.
    Two of one offer in one shop are never in force at once: the database holds it
    (`one_timed_price_at_a_time`, an exclusion constraint that the migration makes).
    """

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
    offer_key = models.CharField(max_length=255)
    price = models.DecimalField(max_digits=14, decimal_places=2)
    """What the shopper pays, in the shop's currency."""
    listed = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """The crossed-out price beside it; null: none is shown."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reference = models.CharField(max_length=80, blank=True)
    """Why: such as a campaign's code."""
    set_by = models.CharField(max_length=254)
    set_at = models.DateTimeField()
    moved_by = models.CharField(max_length=254, blank=True)
    moved_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=254, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(price__gt=0) & (Q(listed__isnull=True) | Q(listed__gt=F("price"))),
                name="timed_price_amounts",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="timed_price_span"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "shop", "offer_key"], name="timed_price_of_offer"),
            models.Index(fields=["seller", "shop", "ends_at"], name="timed_price_by_end"),
            models.Index(fields=["seller", "reference"], name="timed_price_by_reference"),
        ]


class PriceSwitch(models.Model):
    """A moment at which prices of a seller in a shop change: prepared before, settled after.

    Written in the transaction that plans, moves or withdraws prices, so that no crash loses one.
    Which offers it concerns stands in their timed prices.
    """

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField()
    plan = models.ForeignKey(
        "listings.Plan", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    """Its steps, made ahead; null where they are not made yet."""
    inputs = models.BinaryField(default=b"", db_default=b"")
    """Digest of what the steps were worked out from: another one means that they are old."""
    prepared_at = models.DateTimeField(null=True)
    begun_at = models.DateTimeField(null=True)
    look_at = models.DateTimeField(null=True)
    """When to look at it next: whether what it was made from has changed; once begun, whether all
    its prices are right."""
    holder = models.CharField(max_length=32, blank=True, db_default="")
    """runtime.holders: the process that looks after it now."""
    looks = models.PositiveSmallIntegerField(default=0)
    """How often prices had to be planned again after it."""
    settled_at = models.DateTimeField(null=True)
    left = models.PositiveIntegerField(default=0)
    """Products whose price is not as wanted, as of the last look."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "shop", "due_at"], name="one_price_switch")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"], condition=Q(settled_at__isnull=True), name="price_switch_open"
            )
        ]

"""Stock on its way to shops: which numbers are to be told, which calls are under way.

A product of a shop is told by one call at a time: that is its `StockTelling`, claimed under a
lease and a fence. The numbers themselves are read when it is claimed, so that the last one wins.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from torgpred.listings.models.states import ListedProduct, Listing

OFFER_KEY = """
    CASE WHEN listing.offer_key <> '' THEN listing.offer_key
         WHEN place.joint THEN substr(listing.sku, length('s' || product.seller_id || '-') + 1)
         ELSE listing.sku END
"""
"""The offer that a `listing` of a `product` in a shop called `place` is: see `joint_prefix`."""


class StockCall(models.Model):
    """A call whose outcome the marketplace has not told yet. A joint shop's is of many sellers."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    content = models.BinaryField()
    """channels.core.Submission as JSON."""
    sent = models.BinaryField()
    """What it told, as JSON of listings.services.claiming.Claimed."""
    submitted_at = models.DateTimeField()
    poll_at = models.DateTimeField()
    polls = models.PositiveSmallIntegerField(default=0)


class StockTelling(models.Model):
    """A product of a shop whose numbers are told, now or before."""

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
    product = models.OneToOneField(ListedProduct, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(null=True)
    """When the oldest change that is still to be told was noted; null where all is told."""
    rank = models.PositiveSmallIntegerField(default=0, db_default=0)
    """What goes first: 0 nothing is left of an SKU, 1 less than the shop was told, 2 more."""
    not_before = models.DateTimeField(null=True)
    """A refused one rests until then."""
    again_at = models.DateTimeField(null=True)
    """An answer was lost, or a listing has just begun: it is looked at once more then."""
    lease_until = models.DateTimeField(null=True)
    """A process is about to tell it; past: that process is gone."""
    fence = models.IntegerField(default=0, db_default=0)
    call = models.ForeignKey(
        StockCall, null=True, on_delete=models.SET_NULL, related_name="tellings"
    )
    """The marketplace has a call of it that has not ended."""
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    """Refusals in a row."""
    problems = models.BinaryField(default=b"", db_default=b"")
    """Why it was refused last, as JSON of channels.core.Problem; empty where it was not."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["shop", "attempts", "rank", "since"],
                condition=Q(since__isnull=False),
                name="stock_to_tell",
            ),
            models.Index(
                fields=["again_at"],
                condition=Q(again_at__isnull=False),
                name="stock_to_tell_again",
            ),
        ]


class StockNumber(models.Model):
    """The number of one listing: what was told last, and whether another is to be told."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    telling = models.ForeignKey(StockTelling, on_delete=models.CASCADE, related_name="numbers")
    listing = models.OneToOneField(Listing, on_delete=models.CASCADE, related_name="+")
    sku = models.CharField(max_length=255)
    """Key of the seller's offer, by which its levels are kept."""
    version = models.BigIntegerField(default=1, db_default=1)
    """Raised with every change of the level."""
    told_version = models.BigIntegerField(default=0, db_default=0)
    told = models.IntegerField(null=True)
    """Pieces that the shop was told last."""
    told_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(told_version__lte=F("version")), name="told_what_was_noted"
            )
        ]


class StockPause(models.Model):
    """Why a shop is told nothing for now: it does not answer, or a person has to mend it."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.OneToOneField("channels.Shop", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    failures = models.PositiveSmallIntegerField(default=1)
    needs_person = models.BooleanField(default=False)
    reason = models.TextField()

"""Tables of stock: warehouses, levels, movements, locks, and what changed.

A level is the sum of its movements (on hand), of open allocations (reserved, kept by `orders`) and
of what is left of open locks. It is written set-wise only, its rows locked in the order of seller,
SKU and warehouse. Foreign keys of the bulk tables carry no database constraint
(docs/decisions/0006).

What truly lies there is on hand less `owing`: promises are never cut by a count, so that on hand
stays at what is promised until orders took promises back, and the difference is owing. Movements
of the kind `owing` are that difference, so that both sums recompute.
"""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


@pghistory.track()
class Warehouse(models.Model):
    """A place where a seller's goods lie. It is local to buyers of its country."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    rank = models.PositiveSmallIntegerField(default=0)
    """Where two could serve an order alike, the lower one does."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "code"], name="one_warehouse_code")
        ]


class Level(models.Model):
    """Pieces of one SKU in one warehouse. Available = on hand - reserved - locked - buffer."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sku = models.CharField(max_length=255)
    """Key of the seller's offer."""
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    on_hand = models.IntegerField(default=0, db_default=0)
    reserved = models.IntegerField(default=0, db_default=0)
    locked = models.IntegerField(default=0, db_default=0)
    buffer = models.IntegerField(default=0, db_default=0)
    """Kept back from every shop, since somebody sells elsewhere too."""
    owing = models.IntegerField(default=0, db_default=0)
    """Pieces that are promised, though a count found fewer: until promises were taken back."""
    told = models.IntegerField(null=True)
    """Pieces that the seller's file told last: only another number is taken from it again."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "sku", "warehouse"], name="one_level"),
            models.CheckConstraint(
                condition=Q(on_hand__gte=0, reserved__gte=0, locked__gte=0, buffer__gte=0)
                & Q(owing__gte=0),
                name="level_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=F("reserved") + F("locked")), name="promised_within_hand"
            ),
            models.CheckConstraint(
                condition=Q(owing=0)
                | Q(on_hand=F("reserved") + F("locked"), owing__lte=F("on_hand")),
                name="owing_is_promised",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "sku"], condition=Q(owing__gt=0), name="owing_levels")
        ]


class MovementKind(models.TextChoices):
    """Why pieces came or went."""

    FEED = "feed"  # the seller's file told another number
    COUNT = "count"  # a stock-take
    HAND = "hand"
    SHIPPED = "shipped"
    RETURNED = "returned"
    OWING = "owing"  # promised and not found: above 0; promises taken back since: below


class Movement(models.Model):
    """Pieces that came (above 0) or went. The sum of a level's movements is what is on hand."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sku = models.CharField(max_length=255)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    pieces = models.IntegerField()
    kind = models.CharField(max_length=8, choices=MovementKind)
    reference = models.CharField(max_length=200, blank=True)
    """Where the number came from: an intake, a consignment, a file."""
    actor = models.CharField(max_length=254, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(kind__in=MovementKind.values), name="movement_kind"),
            models.CheckConstraint(condition=~Q(pieces=0), name="movement_moves"),
        ]
        indexes: ClassVar = [models.Index(fields=["seller", "sku", "id"], name="movements_of_sku")]


class Lock(models.Model):
    """Pieces kept for a purpose, such as a campaign, until it is closed.

    What is left of it is pieces - used - freed: 0 once it is closed. Written under the lock of its
    level only, so that a level and its locks are read and changed together.
    """

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    sku = models.CharField(max_length=255)
    warehouse = models.ForeignKey(Warehouse, on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    """What was kept when it was opened."""
    shop_ids = ArrayField(models.BigIntegerField(), default=list, db_default=[])
    """Shops whose orders are served from it; none: nobody's."""
    used = models.PositiveIntegerField(default=0, db_default=0)
    """Promised out of it, and not taken back since."""
    freed = models.PositiveIntegerField(default=0, db_default=0)
    """Given back to all shops."""
    purpose = models.CharField(max_length=200)
    until = models.DateTimeField(null=True)
    opened_by = models.CharField(max_length=254)
    opened_at = models.DateTimeField()
    closed_by = models.CharField(max_length=254, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(pieces__gt=0), name="lock_keeps_something"),
            models.CheckConstraint(
                condition=Q(used__gte=0, freed__gte=0, pieces__gte=F("used") + F("freed"))
                & (Q(closed_at=None) | Q(pieces=F("used") + F("freed"))),
                name="lock_adds_up",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "sku"], condition=Q(closed_at=None), name="open_locks"),
            models.Index(fields=["until"], condition=Q(closed_at=None), name="due_locks"),
        ]


class Change(models.Model):
    """An SKU whose availability may have changed: areas above look at it and delete the row."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sku = models.CharField(max_length=255)
    at = models.DateTimeField()
    """When it was noted, for the measure of how long shops wait to be told."""


class FeedUse(models.TextChoices):
    """What the number of pieces in a seller's file means for the stock."""

    PHYSICAL = "physical"  # what lies there, promised or not
    FREE = "free"  # what may still be sold: promised pieces come on top
    OFF = "off"  # nothing: stock is kept here or elsewhere


@pghistory.track()
class FeedPolicy(models.Model):
    """How a seller's file is used for stock; where there is none, "physical"."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    use = models.CharField(max_length=8, choices=FeedUse, default=FeedUse.PHYSICAL)
    warehouse = models.ForeignKey(
        Warehouse, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    """Where the file's pieces lie; null: in the seller's first warehouse."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller"], name="one_feed_policy"),
            models.CheckConstraint(condition=Q(use__in=FeedUse.values), name="feed_use"),
        ]


class FeedLook(models.Model):
    """Up to which intake a seller's catalogue was looked through for stock."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    intake = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller"], name="one_feed_look"),
        ]

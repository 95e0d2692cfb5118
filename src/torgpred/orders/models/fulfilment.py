"""Tables of fulfilment by the marketplace's logistics, and of cancellations that are awaited.

Every row is written down before the marketplace is called for it.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from torgpred.channels.core.orders import ParcelPhase

_PHASES = [(one.value, one.value) for one in ParcelPhase]


class HandoverState(models.TextChoices):
    """How far a handover list is here."""

    WANTED = "wanted"  # written down, perhaps made at the marketplace already: look there
    OPEN = "open"
    HANDED_OVER = "handed_over"
    REFUSED = "refused"  # the marketplace did not make it; its parcels are free again


class Handover(models.Model):
    """A list of one seller's parcels in one shop, which are handed over together."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=11, choices=HandoverState)
    remote_id = models.CharField(max_length=64, default="", db_default="")
    word = models.CharField(max_length=100, default="", db_default="")
    """The marketplace's own word for its state."""
    arrival = models.DateField(null=True)
    """The day on which the parcels are brought; null where the list was made in the cabinet."""
    problem = models.TextField(default="", db_default="")
    """Why the last call did not go through; empty where all is well."""
    asked_at = models.DateTimeField(null=True)
    """When the call left that makes it, while its outcome is not known."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop", "remote_id"],
                condition=~Q(remote_id=""),
                name="one_handover",
            ),
            models.CheckConstraint(
                condition=Q(state__in=HandoverState.values), name="handover_state"
            ),
        ]


class ParcelState(models.TextChoices):
    """How far a parcel is here."""

    WANTED = "wanted"  # written down, perhaps made at the marketplace already: look there
    MADE = "made"
    LEFT = "left"  # handed over: its pieces left the stock
    REFUSED = "refused"  # the marketplace did not make it
    DELETED = "deleted"


class Parcel(models.Model):
    """A parcel of one consignment for the marketplace's logistics."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    consignment = models.ForeignKey(
        "orders.Consignment", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    handover = models.ForeignKey(Handover, on_delete=models.PROTECT, related_name="+", null=True)
    """The list that it is on, or is to be put on."""
    state = models.CharField(max_length=7, choices=ParcelState)
    phase = models.CharField(max_length=11, choices=_PHASES, default=ParcelPhase.UNKNOWN.value)
    """How far the marketplace says that it is."""
    word = models.CharField(max_length=100, default="", db_default="")
    """The marketplace's own word for that."""
    remote_id = models.CharField(max_length=64, default="", db_default="")
    track_number = models.CharField(max_length=200, default="", db_default="")
    length_cm = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    width_cm = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    height_cm = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    weight_kg = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    """Null where it was made in the marketplace's cabinet."""
    problem = models.TextField(default="", db_default="")
    """Why it was not made or deleted, in the marketplace's words; empty where all is well."""
    asked_at = models.DateTimeField(null=True)
    """When the call left that makes it, while its outcome is not known."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["shop", "remote_id"], condition=~Q(remote_id=""), name="one_parcel"
            ),
            models.CheckConstraint(condition=Q(state__in=ParcelState.values), name="parcel_state"),
            models.CheckConstraint(
                condition=Q(phase__in=[value for value, _ in _PHASES]), name="parcel_phase"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "consignment"],
                condition=Q(phase__in=["returning", "returned"]),
                name="parcels_coming_back",
            ),
            models.Index(fields=["seller", "track_number"], name="parcels_by_track_number"),
            models.Index(fields=["seller", "remote_id"], name="parcels_by_remote_id"),
        ]


class ParcelItem(models.Model):
    """So many pieces of a line in a parcel."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="+")
    line = models.ForeignKey(
        "orders.Line", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    pieces = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["parcel", "line"], name="one_item_a_line"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="item_of_something"),
        ]


class Cancellation(models.Model):
    """A cancellation that the seller wants and the marketplace has to carry out."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    consignment = models.OneToOneField(
        "orders.Consignment", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    reason = models.CharField(max_length=200, blank=True)
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    """When the marketplace told of it, or it was withdrawn; null while it is awaited."""
    withdrawn = models.BooleanField(default=False)

"""Tables of orders: what shops received, split into one consignment per seller, with promises.

Orders enter set-wise by `services.accept` alone. The order belongs to the shop's owner, everything
below it to the seller whose goods they are, so that each sees, ships and is paid for its own part.
Buyers' messages belong to the order they are about, as far as it is known.
Foreign keys of the bulk tables carry no database constraint (docs/decisions/0006): the one
statement that writes a child makes its parent.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from torgpred.channels.core.orders import CourierStep, OrderPhase
from torgpred.orders.core.mismatches import Mismatch
from torgpred.orders.models.fulfilment import (
    Cancellation,
    Handover,
    HandoverState,
    Parcel,
    ParcelItem,
    ParcelState,
)
from torgpred.orders.models.messages import (
    AnswerTemplate,
    Dialogue,
    Message,
    MessagePull,
    MessageState,
)
from torgpred.orders.models.promised import Allocation, Shortage, Why
from torgpred.orders.models.selling import MinuteSum, SoldName, Tally

__all__ = [
    "DIGEST",
    "OPEN_PHASES",
    "Allocation",
    "AnswerTemplate",
    "Cancellation",
    "Condition",
    "Consignment",
    "Dialogue",
    "Handover",
    "HandoverState",
    "Line",
    "Message",
    "MessagePull",
    "MessageState",
    "MinuteSum",
    "Order",
    "Parcel",
    "ParcelItem",
    "ParcelState",
    "Pull",
    "Return",
    "Shipment",
    "ShipmentState",
    "Shortage",
    "SoldName",
    "Tally",
    "UnreadOrder",
    "Why",
]

_PHASES = [(one.value, one.value) for one in OrderPhase]
_STEPS = [(one.value, one.value) for one in CourierStep]
OPEN_PHASES = (OrderPhase.PLACED.value, OrderPhase.TO_SHIP.value)
DIGEST = 16


class Order(models.Model):
    """What a shop received. It holds nothing personal: that stands with the consignments."""

    tenant = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    """Owner of the shop."""
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    remote_id = models.CharField(max_length=64)
    phase = models.CharField(max_length=9, choices=_PHASES)
    words = models.CharField(max_length=200, blank=True)
    """The marketplace's own words for its states."""
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    """The marketplace's time of the version that is known."""
    taken_at = models.DateTimeField()
    ship_by = models.DateTimeField(null=True)
    currency = models.CharField(max_length=3)
    total = models.DecimalField(max_digits=16, decimal_places=2)
    fees = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    payout = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    """What the marketplace estimates that it will pay for the whole order."""
    country = models.CharField(max_length=2, blank=True)
    digest = models.BinaryField(max_length=DIGEST)
    """Of the version that is known: equal digests, nothing new."""
    troubles = models.TextField(blank=True)
    """What of it could not be read or does not add up, one a line."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_order"),
            models.CheckConstraint(
                condition=Q(phase__in=[one.value for one in OrderPhase]), name="order_phase"
            ),
        ]


class Consignment(models.Model):
    """One seller's part of an order: shipped together, paid to that seller."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    remote_id = models.CharField(max_length=64)
    """The order's, so that the seller can name it."""
    phase = models.CharField(max_length=9, choices=_PHASES)
    placed_at = models.DateTimeField()
    ship_by = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """When it was shipped or cancelled."""
    currency = models.CharField(max_length=3)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    payout = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    """This part's share of what the marketplace estimates that it will pay."""
    country = models.CharField(max_length=2, blank=True)
    buyer = models.TextField(blank=True)
    """channels.core.Buyer as JSON; empty where it was erased. Never logged."""
    names = models.TextField(blank=True, default="", db_default="")
    """Words of the buyer's name that the search finds (`core.naming`); a trigger writes them."""
    reason = models.CharField(max_length=200, default="", db_default="")
    """Why it is held or was cancelled, in the marketplace's words; empty where nothing is."""
    dispute = models.CharField(max_length=200, default="", db_default="")
    """The marketplace's words for a dispute or refund that is open about this part."""
    mismatch = models.CharField(
        max_length=5,
        choices=[(one.value, one.value) for one in Mismatch],
        default="",
        db_default="",
    )
    """What its seller has to be told beside the phase; a Mismatch's value."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "seller"], name="one_consignment_a_seller"),
            models.CheckConstraint(
                condition=Q(phase__in=[one.value for one in OrderPhase]), name="consignment_phase"
            ),
            models.CheckConstraint(
                condition=Q(mismatch__in=["", *(one.value for one in Mismatch)]),
                name="consignment_mismatch",
            ),
            models.CheckConstraint(condition=Q(names="") | ~Q(buyer=""), name="no_name_of_nobody"),
        ]
        indexes: ClassVar = [
            # The inbox counts its views by this one and the two below, and reads no rows for it.
            models.Index(
                fields=["seller", "ship_by"],
                include=["phase", "mismatch"],
                condition=Q(phase__in=OPEN_PHASES),
                name="open_consignments",
            ),
            models.Index(
                fields=["seller", "phase"],
                condition=Q(phase__in=[OrderPhase.CANCELLED.value, OrderPhase.UNKNOWN.value]),
                name="consignments_not_sent",
            ),
            models.Index(fields=["seller", "placed_at"], name="consignments_by_time"),
            models.Index(
                fields=["seller", "id"],
                condition=Q(mismatch=Mismatch.BACK) | ~Q(dispute=""),
                name="consignments_in_trouble",
            ),
            # Buyers to be erased. Neither holds an order that is just taken in.
            models.Index(
                fields=["ended_at"],
                condition=Q(ended_at__isnull=False) & ~Q(buyer=""),
                name="buyers_by_end",
            ),
            models.Index(
                fields=["placed_at"],
                condition=Q(ended_at=None) & ~Q(phase__in=OPEN_PHASES) & ~Q(buyer=""),
                name="buyers_without_end",
            ),
        ]


class Line(models.Model):
    """So many pieces of one of the seller's offers."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    order = models.ForeignKey(
        Order, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    consignment = models.ForeignKey(
        Consignment, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    remote_id = models.CharField(max_length=64)
    sku = models.CharField(max_length=255)
    """Key of the seller's offer; as the shop calls it where no offer is known."""
    remote_sku_id = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=255, blank=True)
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=16, decimal_places=2)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    issue = models.CharField(max_length=100, default="", db_default="")
    """The marketplace's word for a dispute about this line; empty where there is none."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["seller", "sku"], include=["consignment"], name="lines_by_sku")
        ]


class Pull(models.Model):
    """How far a shop's orders were read, so that a restart goes on and no time is left out."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.OneToOneField("channels.Shop", on_delete=models.PROTECT, related_name="+")
    finished_until = models.DateTimeField()
    """Every change up to here was read for certain; the next full walk begins here."""
    walked_until = models.DateTimeField(null=True)
    """End of the last walk, full or quick."""
    full_at = models.DateTimeField(null=True)
    """End of the last full walk."""
    walk_until = models.DateTimeField(null=True)
    """End of the walk under way; null where none is."""
    cursor = models.TextField(blank=True)
    """Where that walk goes on."""
    pulled_at = models.DateTimeField(null=True)
    """When the last walk ended."""
    not_before = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    """Why the last walk broke off, in words for a person; empty where all is well."""


class UnreadOrder(models.Model):
    """An order that could not be read at all, kept for a person, without the buyer."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=DIGEST)
    content = models.TextField()
    met_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "digest"], name="one_unread_order")
        ]


class ShipmentState(models.TextChoices):
    """How far a shipment is here."""

    WANTED = "wanted"  # written down, perhaps told to the marketplace already: tell it again
    WAITING = "waiting"  # gone; the marketplace hears once the order's other parts are gone too
    SENT = "sent"


class Shipment(models.Model):
    """A consignment with the seller's own courier, written down before anybody is told."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    consignment = models.OneToOneField(
        Consignment, on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    state = models.CharField(max_length=7, choices=ShipmentState)
    track_number = models.CharField(max_length=200)
    carrier = models.CharField(max_length=200)
    url = models.CharField(max_length=500, blank=True)
    phone = models.CharField(max_length=50, blank=True)
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    step = models.CharField(
        max_length=16, choices=_STEPS, default=_STEPS[0][0], db_default=_STEPS[0][0]
    )
    """How far the courier is with this part."""
    told = models.CharField(max_length=16, choices=_STEPS, default="", db_default="")
    """The step that the marketplace heard of; of an order of several parts the least of all."""
    problem = models.TextField(default="", db_default="")
    """Why the marketplace could not be told; empty where all is well."""
    tried_at = models.DateTimeField(null=True)
    """When the marketplace was called for it last."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=ShipmentState.values), name="shipment_state"
            ),
            models.CheckConstraint(
                condition=Q(step__in=[value for value, _ in _STEPS]), name="shipment_step"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "track_number"], name="shipments_by_track_number")
        ]


class Condition(models.TextChoices):
    """In what state returned pieces were seen."""

    GOOD = "good"  # lie in the warehouse again
    DAMAGED = "damaged"  # written off


class Return(models.Model):
    """Pieces of a line that somebody saw come back."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, related_name="+", db_constraint=False)
    warehouse = models.ForeignKey("stock.Warehouse", on_delete=models.PROTECT, related_name="+")
    pieces = models.PositiveIntegerField()
    condition = models.CharField(max_length=7, choices=Condition)
    seen_by = models.CharField(max_length=254)
    seen_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(condition__in=Condition.values), name="return_condition"
            ),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="return_of_something"),
        ]

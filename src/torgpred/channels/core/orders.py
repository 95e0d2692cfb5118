"""Orders as marketplaces tell them, in one form for all: what connectors read and `orders` takes.

Money is Decimal in the order's currency; times are aware UTC; ids are text. What a marketplace did
not tell is None or empty, and an unknown word is kept beside what it was taken for.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec


class OrderPhase(StrEnum):
    """How far an order is, whatever words its marketplace has for it."""

    PLACED = "placed"  # not paid yet, or being checked: nothing may be shipped
    TO_SHIP = "to_ship"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"  # a word that nobody knows: shown to a person, kept as it was


class Buyer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """Who gets the parcel: personal data, kept out of logs and journals, erased after a time."""

    name: str = ""
    phone: str = ""
    country: str = ""
    region: str = ""
    city: str = ""
    street: str = ""
    postcode: str = ""
    address: str = ""
    """The whole address in one line, where the marketplace gives it so."""


class ParcelPhase(StrEnum):
    """How far a parcel of the marketplace's logistics is."""

    MADE = "made"  # exists, not handed over
    HANDED_OVER = "handed_over"  # declared so by the seller, not yet seen by the marketplace
    MOVING = "moving"
    ARRIVED = "arrived"  # waits for its buyer
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"  # back at the sender; stock comes back only when it is seen there
    CANCELLED = "cancelled"
    FAILED = "failed"  # could not be made, or was not accepted
    UNKNOWN = "unknown"


class ParcelOutcome(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """What became of a parcel request, or how a parcel stands now."""

    ref: str = ""
    """The request's own key; empty where nobody asked for it here."""
    remote_id: str = ""
    order_id: str = ""
    track_number: str = ""
    state_word: str = ""
    """The marketplace's own word for the parcel's state."""
    handover_id: str = ""
    problem: str = ""
    """Why there is none, in the marketplace's words; empty where all is well."""
    phase: ParcelPhase = ParcelPhase.UNKNOWN
    handover_word: str = ""
    """The marketplace's own word for the state of its handover list."""
    items: tuple[tuple[str, int], ...] = ()
    """(the marketplace's SKU id, pieces), where it was told."""


class RawLine(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line: so many pieces of one SKU at one price.

    Whatever came in, `quantity` is 0 to 1,000,000, `price` and `amount` are 0 to 10^12 with two
    places at most, ids and SKU are at most 200 characters, and no text holds a NUL. What had to be
    bent is told in the order's `troubles`; a quantity of 0 is one that could not be read.
    """

    remote_id: str
    sku: str
    """As the shop calls it."""
    quantity: int
    price: Decimal
    """Of one piece, as the buyer pays it."""
    amount: Decimal
    """Of the line; checked against price x quantity."""
    remote_product_id: str = ""
    remote_sku_id: str = ""
    name: str = ""
    comment: str = ""
    fees: Decimal | None = None
    issue: str = ""
    """The marketplace's word for a dispute about this line; empty where there was none."""


class RawOrder(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One order of one shop, as last told. `updated_at` orders the versions of it.

    `total` is bounded like a line's amount; `payout` and `fees` may be below 0. Lines have remote
    ids that differ within the order.
    """

    remote_id: str
    created_at: datetime
    updated_at: datetime
    phase: OrderPhase
    words: str
    """The marketplace's own words for its states, separated by commas."""
    currency: str
    total: Decimal
    lines: tuple[RawLine, ...]
    paid_at: datetime | None = None
    ship_by: datetime | None = None
    buyer_country: str = ""
    buyer: Buyer | None = None
    payout: Decimal | None = None
    """What the marketplace estimates that the seller will get of it."""
    fees: Decimal | None = None
    """What the marketplace says that it keeps of it."""
    comment: str = ""
    reason: str = ""
    """Why it was cancelled or is held, in the marketplace's words."""
    troubles: tuple[str, ...] = ()
    """What of it could not be read, in plain words: the order is kept all the same. They hold no
    personal data."""
    parcels: tuple[ParcelOutcome, ...] = ()
    """What the marketplace's logistics made of it so far."""
    dispute: str = ""
    """The marketplace's words for a dispute or refund that is open; empty where there is none."""


class OrdersPage(msgspec.Struct, frozen=True):
    """One page of orders in the order they changed; `next` is empty on the last."""

    orders: tuple[RawOrder, ...]
    next: str = ""
    unreadable: tuple[str, ...] = ()
    """Orders that could not be read at all, as JSON cut to 2,000 characters without the buyer."""


# --- shipping -----------------------------------------------------------------------------------
class CourierStep(StrEnum):
    """What the seller's own courier did with an order."""

    IN_TRANSIT = "in_transit"
    READY_FOR_PICKUP = "ready_for_pickup"
    DELIVERED = "delivered"


class Tracking(msgspec.Struct, frozen=True, omit_defaults=True):
    """A parcel's number with the seller's own courier."""

    number: str
    carrier: str
    url: str = ""
    phone: str = ""


class ParcelRequest(msgspec.Struct, frozen=True):
    """A parcel to be made for the marketplace's logistics. `ref` is the caller's own key."""

    ref: str
    order_id: str
    length_cm: Decimal
    width_cm: Decimal
    height_cm: Decimal
    weight_kg: Decimal
    items: tuple[tuple[str, int], ...]
    """(the marketplace's SKU id, pieces)."""


class Handover(msgspec.Struct, frozen=True, omit_defaults=True):
    """A list of parcels that are handed over together."""

    remote_id: str
    state_word: str = ""
    transferred: bool = False
    """Whether it was declared handed over."""
    parcel_ids: tuple[str, ...] = ()
    arrival: datetime | None = None


class Paper(msgspec.Struct, frozen=True, omit_defaults=True):
    """A document to print: its bytes, or the address where the marketplace keeps it.

    An address may need no token and expire: fetch or show it soon, and do not keep it.
    """

    address: str = ""
    body: bytes = b""
    media_type: str = "application/pdf"


# --- messages -----------------------------------------------------------------------------------
class RawMessage(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message between a buyer and a shop."""

    remote_id: str
    dialogue: str
    """The marketplace's id of the conversation."""
    at: datetime
    text: str
    from_buyer: bool
    order_id: str = ""
    read: bool = False

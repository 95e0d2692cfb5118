"""Orders, shortages, shipping, payouts, messages."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.stock import Code
from torgpred.api.shapes.values import NO_CONTROL, PIECES, Currency, Given, Key, Number, Shape

Phase = Literal["", "placed", "to_ship", "shipped", "delivered", "cancelled", "unknown"]


class OrderShape(Shape):
    """The seller's part of an order."""

    order: str = Field(description="The marketplace's number.", examples=["5000000001"])
    shop: int
    phase: str = Field(description="placed, to_ship, shipped, delivered, cancelled or unknown")
    placed_at: datetime
    ship_by: datetime | None
    currency: Currency
    amount: Number
    payout: Number | None = Field(description="What the marketplace estimates; null: not told.")
    country: str
    pieces: int
    short: int = Field(description="Pieces that are not there.")
    reason: str = Field(description="Why it waits or ended, as the marketplace says.")
    dispute: str = Field(description="How a dispute about it stands; empty: there is none.")
    mismatch: str = Field(
        description="ahead: the marketplace says shipped, and this part is open here; back: it says"
        " cancelled, and this part was shipped; empty: neither."
    )


class Orders(Shape):
    """A page of orders, the last placed first."""

    items: list[OrderShape]
    next: Next


class OrderLine(Shape):
    """A line of the seller's part."""

    sku: str
    name: str
    quantity: int
    price: Number
    amount: Number
    promised: int = Field(description="Pieces that are kept for it.")
    short: int
    why: str = Field(description="Why they are short; empty: they are not.")
    issue: str = Field(description="What the marketplace says of the line.")


class BuyerShape(Shape):
    """Who gets the parcel."""

    name: str
    phone: str
    country: str
    region: str
    city: str
    street: str
    postcode: str
    address: str


class OrderInFull(Shape):
    """One order with its lines; the buyer only for tokens with `orders:personal`."""

    order: OrderShape
    lines: list[OrderLine]
    buyer: BuyerShape | None = Field(description="Null: not allowed, erased or unknown.")


class ShortageShape(Shape):
    """Pieces that were sold and are not there."""

    shortage: int
    order: str
    sku: str
    pieces: int
    why: str
    remedy: str = Field(description="What was chosen; empty: nothing yet.")


class Shortages(Shape):
    """Open shortages, the oldest line first."""

    items: list[ShortageShape]


class Remedy(Given):
    """What is done about a shortage."""

    remedy: Literal["other", "wait", "cancel"] = Field(
        description="From another warehouse; wait for pieces; cancel the order."
    )


class Remedied(Shape):
    """What became of a shortage."""

    pieces: int = Field(description="Pieces that are promised now.")
    todo: str = Field(description="What a person has to do for it; empty: nothing.")


Word = Annotated[str, Field(max_length=200, pattern=NO_CONTROL)]


class Ship(Given):
    """A parcel with the seller's own courier."""

    track_number: str = Field(min_length=1, max_length=64, pattern=r"^[!-~]+$")
    carrier: str = Field(min_length=1, max_length=100, pattern=NO_CONTROL, examples=["Почта"])
    url: Word = Field(default="", description="Where the buyer follows it.")
    phone: Word = ""


class Shipped(Shape):
    """How a shipment stands."""

    state: str = Field(description="sent; or waiting for the order's parts of other sellers")


class CourierAt(Given):
    """How far the seller's own courier is."""

    step: Literal["ready_for_pickup", "delivered"]


class StepTold(Shape):
    """What the marketplace knows."""

    marketplace: str = Field(description="The step of the whole order; empty: none yet.")


class Cancel(Given):
    """Why a part of an order is cancelled."""

    reason: str = Field(default="", max_length=200, pattern=NO_CONTROL)


class Cancelling(Shape):
    """What is to be done for a cancellation."""

    awaits: bool = Field(description="The marketplace will tell of its end.")
    steps: list[str] = Field(description="For a person, in their order.")


class ExpectedShape(Shape):
    """Pieces of a line that are expected back."""

    order: str
    shop: int
    sku: str
    name: str
    sent: int
    seen: int = Field(description="Seen back so far.")
    why: str


class ExpectedBack(Shape):
    """A page of what is expected back, the orders taken in last first."""

    items: list[ExpectedShape]
    next: Next


class Returns(Given):
    """Pieces that came back, by SKU."""

    pieces: dict[Key, Annotated[int, Field(ge=1, le=PIECES)]] = Field(
        min_length=1, max_length=1_000, examples=[{"SKU-1": 1}]
    )
    condition: Literal["good", "damaged"] = Field(
        description="Good ones lie in the warehouse again, damaged ones are written off."
    )
    warehouse: Code = ""


class Returned(Shape):
    """Pieces that were written down."""

    pieces: int


class Part(Shape):
    """One part of a sum."""

    label: str
    amount: Number


class PayoutShape(Shape):
    """What is expected for an order: the marketplace's estimate beside ours."""

    order: str
    shop: int
    phase: str
    placed_at: datetime
    currency: Currency
    amount: Number
    theirs: Number | None
    ours: Number | None
    parts: list[Part] = Field(description="They add up to ours.")
    keeps: Number | None = Field(description="What the seller keeps.")
    difference: Number | None = Field(description="Theirs less ours.")
    unknown: list[str] = Field(description="What kept ours from being worked out.")


class Payouts(Shape):
    """A page of expected payouts, the last placed first."""

    items: list[PayoutShape]
    next: Next


class DialogueShape(Shape):
    """A dialogue with a buyer about an order."""

    id: int
    shop: int
    order: str
    last_at: datetime
    waiting_since: datetime | None
    answer_by: datetime | None
    late: bool
    unsent: int
    trouble: str


class Dialogues(Shape):
    """A page of dialogues, those that wait longest first."""

    items: list[DialogueShape]
    next: Next


class MessageShape(Shape):
    """One message; `text` is what a person wrote: never show it as HTML."""

    id: int
    at: datetime
    from_buyer: bool
    text: str
    state: str
    written_by: str
    read: bool


class Messages(Shape):
    """The messages of a dialogue, oldest first."""

    items: list[MessageShape]


class NewAnswer(Given):
    """What is written to a buyer."""

    text: str = Field(min_length=1, max_length=10_000)


class Written(Shape):
    """An answer that was written down; it is sent within a minute."""

    message: int


class Marked(Shape):
    """Messages that were marked as read."""

    marked: int

"""Feeds, intakes, products with readiness, statements, mappings."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import (
    NO_CONTROL,
    Currency,
    FindingShape,
    Given,
    Key,
    Number,
    Shape,
)


class FeedShape(Shape):
    """A seller's catalogue file, under the name it is read by."""

    name: str = Field(examples=["catalogue"])
    format: str = Field(description="yml, table ...; empty before the first intake.")
    profile: str


class Feeds(Shape):
    """A seller's feeds, by name."""

    items: list[FeedShape]


class IntakeShape(Shape):
    """One reading of a feed."""

    id: int
    feed: str
    number: int = Field(description="Counted within its feed, from 1.")
    outcome: str = Field(description="running, taken, nothing, failed ...", examples=["taken"])
    problem: str
    actor: str
    started_at: datetime
    finished_at: datetime | None
    format: str
    encoding: str
    complete: bool = Field(description="A whole catalogue, read to its end.")
    counts: dict[str, int] = Field(examples=[{"entries": 120, "taken": 118, "broken": 2}])
    finding_totals: dict[str, int] = Field(description="Findings by code.")


class Intakes(Shape):
    """A page of intakes, the newest first."""

    items: list[IntakeShape]
    next: Next


class FindingsShape(Shape):
    """A page of an intake's findings, in the order they were made."""

    items: list[FindingShape]
    next: Next


class Reading(Shape):
    """An intake that was just made, with its first findings."""

    intake: IntakeShape
    findings: list[FindingShape] = Field(description="The first 100; the intake has all kept.")


class OfferShape(Shape):
    """One sellable variant, as the seller states it."""

    sku: str
    name: str
    category: str = Field(description="The seller's category key.")
    price: Number | None
    old_price: Number | None
    currency: Currency
    available: bool | None
    quantity: int | None
    weight_kg: Number | None
    country: str
    barcodes: list[str]
    pictures: list[str]


class Remark(Shape):
    """What holds an offer, or what is worth knowing of it."""

    sku: str = Field(description="Empty: the whole product.")
    holds: bool
    code: str
    message: str
    mend: str
    fact: str = Field(description="The fact that a statement would give; empty: none can.")


class PriceInShop(Shape):
    """An offer's price in a shop."""

    sku: str
    price: str | None
    listed: str | None
    keeps: str | None = Field(description="What the seller keeps of it.")


class Standing(Shape):
    """How a product stands with one shop, as of its last plan."""

    shop: int
    offers: int
    ready: int = Field(description="Offers that nothing holds.")
    status: str = Field(description="The listing's; empty while there is none.")
    refused: bool
    remarks: list[Remark]
    prices: list[PriceInShop]


class ProductShape(Shape):
    """A product: its offers, and how it stands in each shop."""

    product_key: str
    offers: list[OfferShape]
    shops: list[Standing]


class Products(Shape):
    """A page of products, by product key."""

    items: list[ProductShape]
    next: Next


class PricePeriod(Shape):
    """What the seller asked from a moment until the next."""

    amount: Number
    old_amount: Number | None
    currency: Currency
    valid_from: datetime
    valid_to: datetime | None


class OfferInFull(Shape):
    """One offer with its product's standing and its prices."""

    offer: OfferShape
    missing: bool = Field(description="The catalogue no longer holds it.")
    shops: list[Standing]
    prices: list[PricePeriod] = Field(description="Oldest first.")


class StatementShape(Shape):
    """A fact about a group of offers."""

    id: int
    kind: str = Field(examples=["weight_kg"])
    value: Any = Field(examples=["0.3"])
    category: str
    keys: list[str]
    everything: bool
    offers: int = Field(description="Present offers that it is about.")
    given_by: str
    given_at: datetime
    undone_at: datetime | None


class Statements(Shape):
    """A seller's statements, oldest first."""

    items: list[StatementShape]


class StatementsMade(Shape):
    """Statements that were just kept."""

    ids: list[int]


class StatementUndone(Shape):
    """A statement that is no longer in force."""

    id: int
    kind: str
    undone_at: datetime | None


class AttributeGiven(Given):
    """A marketplace's attribute with a value of its dictionary, or free text."""

    attribute_id: str = Field(min_length=1, max_length=64, pattern=NO_CONTROL)
    value_id: str = Field(default="", max_length=64, pattern=NO_CONTROL)
    text: str = Field(default="", max_length=1_000, pattern=NO_CONTROL)


class NewStatement(Given):
    """A fact to be kept, about one of: a category, some keys, everything."""

    kind: str = Field(min_length=1, max_length=40, pattern=NO_CONTROL, examples=["parcel"])
    value: Annotated[str, Field(min_length=1, max_length=10_000)] | AttributeGiven = Field(
        description="As a person types it, with its unit; of the kind `attribute`, its parts.",
        examples=["0.3 kg, 20x15x5 cm"],
    )
    category: str = Field(default="", max_length=255, pattern=NO_CONTROL)
    keys: list[Key] = Field(default=[], max_length=10_000)
    everything: bool = False


class NewStatements(Given):
    """Facts to be kept, all or none."""

    facts: list[NewStatement] = Field(min_length=1, max_length=1_000)


class MappingShape(Shape):
    """Where a seller's category belongs at a marketplace."""

    category_key: str
    market_category: str
    how: str = Field(description="hand, or by which rule it was certain")
    reason: str
    decided_by: str


class Mappings(Shape):
    """A page of a seller's mappings at a marketplace, by category key."""

    items: list[MappingShape]
    next: Next


class Proposal(Shape):
    """A category of the marketplace that may be meant."""

    market_category: str
    path: list[str]


class Unmapped(Shape):
    """A seller's category that nobody mapped yet."""

    category_key: str
    path: list[str]
    offers: int
    proposals: list[Proposal] = Field(description="Best first.")


class UnmappedList(Shape):
    """Categories to be mapped, the largest first."""

    items: list[Unmapped]


class NewMapping(Given):
    """Where a seller's category belongs."""

    category_key: Key
    market_category: Annotated[str, Field(min_length=1, max_length=64, pattern=NO_CONTROL)]


class CategoryShape(Shape):
    """A seller's category."""

    key: str
    path: list[str]
    offers: int


class Categories(Shape):
    """A seller's categories, by key."""

    items: list[CategoryShape]
    next: Next

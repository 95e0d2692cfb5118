"""A campaign's money, and what is told of it afterwards."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from torgpred.api.shapes.values import NO_CONTROL, FindingShape, Given, Number, Shape

Sums = Annotated[dict[str, Number], Field(description="Amounts by currency.")]
Units = Annotated[dict[str, Number], Field(description="Amounts by unit: pieces, or a currency.")]


class CountedShape(Shape):
    """Orders and their revenue."""

    orders: int
    revenue: Sums


class SourceShape(Shape):
    """What brings buyers to a campaign, and how its orders are known."""

    code: str = Field(examples=["blogger-anna"])
    name: str
    kind: str
    link: dict[str, str] = Field(description="Parameters that its links carry, all of them.")
    codes: list[str]


class SourceResultShape(Shape):
    """What a source cost and brought. Our orders and the report are never mixed."""

    source: SourceShape
    spend: Sums
    by_payer: dict[str, Sums]
    ours: CountedShape | None = Field(description="Our orders that carry its mark.")
    told: CountedShape | None = Field(description="The marketplace's report.")
    views: int | None
    clicks: int | None
    basis: str = Field(description="ours, report or nothing: what the cost of an order rests on.")
    cost_per_order: Sums
    difference_orders: int | None = Field(description="The report less ours.")
    difference_revenue: Sums | None


class SellerResultShape(Shape):
    """One seller's part of the campaign's orders and spend."""

    seller: str
    orders: int
    pieces: int
    revenue: Sums
    spend: Sums
    own_spend: Sums
    given: Sums
    cost_per_order: Sums


class MoneyShape(Shape):
    """A campaign's traffic and money, for the operator's eyes."""

    sources: list[SourceResultShape]
    sellers: list[SellerResultShape]
    orders: CountedShape
    unmarked: CountedShape
    spend: Sums
    unshared: Sums = Field(description="Spend that nobody's sales were found for.")
    cost_per_order: Sums


class NewSpendShape(Given):
    """Money spent on a source. The same again is the same entry."""

    source: str = Field(min_length=1, max_length=40, pattern=NO_CONTROL)
    day: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}$", examples=["2026-11-11"])
    amount: str = Field(pattern=r"^\d{1,12}(\.\d{1,2})?$", examples=["10000.00"])
    currency: str = Field(pattern="^[A-Z]{3}$")
    payers: str = Field(
        max_length=300, pattern=NO_CONTROL, examples=["operator 50, marketplace 50"]
    )
    document: str = Field(min_length=1, max_length=100, pattern=NO_CONTROL)
    note: str = Field(default="", max_length=300, pattern=NO_CONTROL)


class EntryShape(Shape):
    """The number of an entry of spend."""

    entry: int


class SellerRowShape(Shape):
    """One seller in the operator's report."""

    seller: str
    orders: int
    pieces: int
    revenue: Sums
    kept: Sums
    fee: Sums
    spend: Sums
    operator_spend: Sums
    margin: Sums
    cost_per_order: Sums
    unknown_orders: int
    returned: int
    late: int
    unused: int


class OverviewShape(Shape):
    """The operator's report; `over` false: so far."""

    over: bool
    rows: list[SellerRowShape]
    orders: int
    pieces: int
    revenue: Sums
    kept: Sums
    fee: Sums
    spend: Sums
    unshared: Sums
    operator_spend: Sums
    margin: Sums
    cost_per_order: Sums


class TogetherShape(Shape):
    """A sum that may be shown; several names: they are told together."""

    names: list[str]
    sellers: int
    amounts: Units


class BreakdownShape(Shape):
    """Groups that may be shown, and those that are told together."""

    name: str
    shown: list[TogetherShape]
    together: TogetherShape | None


class PooledShape(Shape):
    """What may be told to the marketplace; without a whole: nothing."""

    least: int = Field(description="Sellers that each figure rests on at least.")
    whole: TogetherShape | None
    breakdowns: list[BreakdownShape]


class MoneyLineShape(Shape):
    """A seller's money in one currency."""

    currency: str
    pieces: int
    orders: int
    usual: Number
    discount: Number
    revenue: Number
    revenue_unknown: Number
    commission: Number
    delivery: Number
    tax: Number
    fee: Number
    kept: Number
    own_spend: Number
    given: Number
    left: Number
    unknown_usual: int
    unknown_orders: int
    returned: int
    returned_amount: Number


class OfferLineShape(Shape):
    """How one offer went."""

    offer_key: str
    currency: str
    price: Number
    pieces: int
    revenue: Number
    returned: int
    kept: int
    margin: Number | None
    sold_out_at: datetime | None


class SellerReportShape(Shape):
    """A seller's own report; `over` false: so far."""

    over: bool
    money: list[MoneyLineShape]
    offers: list[OfferLineShape]
    locks_kept: int
    locks_used: int
    orders: int
    late: int
    overdue: int
    cancelled: int
    lessons: list[FindingShape] = Field(description="What to do next time.")

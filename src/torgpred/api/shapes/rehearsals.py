"""Rehearsals of a campaign: asked for, followed, and what came of them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.campaign_money import Sums
from torgpred.api.shapes.values import PIECES, Currency, Given, Number, Shape
from torgpred.campaigns.core.rehearsing.demand import ORDERS_MOST
from torgpred.campaigns.services.rehearsing import LEAST_MINUTES, MINUTES, MOST_MINUTES

_FACTOR = r"^\d{1,3}(\.\d{1,3})?$"
_POWER = r"^\d(\.\d{1,3})?$"
Factor = Annotated[str, Field(max_length=7, pattern=_FACTOR, examples=["6"])]
Power = Annotated[str, Field(max_length=5, pattern=_POWER, examples=["2"])]


class NewRehearsal(Given):
    """A rehearsal to be played by a worker. What is left out is taken for granted as usual."""

    seed: int = Field(default=11, ge=0, le=PIECES, description="The same seed, the same day.")
    shape: Literal["2015", "2017"] = Field(
        default="2015", description="The year whose 11.11 says how orders lie in the day."
    )
    crowd: Factor = Field(default="6", description="Buyers for each of an ordinary day.")
    elasticity: Power = Field(
        default="2", description="Sales grow by (usual price / campaign price) to this power."
    )
    position: Power = Field(
        default="1", description="The same against the middle price of the category."
    )
    unknown: Factor = Field(default="1", description="Pieces a day of what never sold.")
    handling: int = Field(default=50, ge=1, le=1_000_000, description="Parcels packed in a day.")
    ship_days: int = Field(default=3, ge=1, le=365)
    orders: int | None = Field(
        default=None, ge=1, le=ORDERS_MOST, description="Of the day; null: as the factors give."
    )
    minutes: float = Field(
        default=MINUTES, ge=LEAST_MINUTES, le=MOST_MINUTES,
        description="That the day is pressed into; a slow machine takes longer.",
    )  # fmt: skip
    agreed_only: bool = Field(default=False, description="Only what sellers agreed to.")


class AssumptionsShape(Shape):
    """What a rehearsal takes for granted. None of it is measured."""

    seed: int
    shape: str
    crowd: Number
    elasticity: Number
    position: Number
    unknown: Number
    handling: int
    ship_days: int
    orders: int | None


class TotalsShape(Shape):
    """What the whole day came to. Money by currency."""

    sellers: int
    offers: int
    orders: int
    wanted: int = Field(description="Pieces that buyers asked for.")
    missed: int = Field(description="Of them, in vain.")
    sold_out: int = Field(description="Offers.")
    losing: int = Field(description="Offers that lose money.")
    late: int = Field(description="Orders that would leave late.")
    revenue: Sums
    payout: Sums


class RehearsalShape(Shape):
    """A rehearsal, and how far it is."""

    rehearsal: int
    state: str = Field(description="asked, playing, done, failed or stopped")
    assumptions: AssumptionsShape
    minutes: float
    agreed_only: bool
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    stage: str | None = Field(
        description="copying, setting_up, switching, selling or adding_up; null: waits."
    )
    part: float = Field(description="How much of the day is over, 0 to 1.")
    trouble: str = Field(description="Why it failed.")
    totals: TotalsShape | None = Field(description="Null until it is done.")
    digest: str = Field(description="Over assumptions and result: equal ones, the same day.")


class Rehearsals(Shape):
    """A page of rehearsals, the newest first."""

    items: list[RehearsalShape]
    next: Next


class RehearsedOfferShape(Shape):
    """One offer's rehearsed day, and what was really sold in the campaign's window."""

    sku: str
    price: Number
    usual: Number | None
    basis: str = Field(description="sales, category or assumed: what expected sales rest on.")
    expected: Number
    wanted: int
    sold: int
    missed: int
    sold_out_minute: int | None = Field(description="Of the day; null: all buyers got theirs.")
    keeps: Number | None = Field(description="Of one piece; null: not known.")
    gain: Number | None = Field(description="Against a day without the campaign.")
    loses: bool
    in_fact: int = Field(description="Pieces really sold in the campaign's window so far.")


class RehearsedPartShape(Shape):
    """A seller's part of the day in one shop."""

    seller: str
    shop: int
    currency: Currency
    orders: int
    pieces: int
    missed: int
    revenue: Number
    payout: Number
    unpaid: int = Field(description="Orders of which the payout is not known.")
    late: int
    parcels: int = Field(description="That it packs in a day.")
    parcels_known: bool = Field(description="By its own days; else assumed.")
    offers: list[RehearsedOfferShape]


class WholeRehearsal(RehearsalShape):
    """A rehearsal with all sellers' parts; none until it is done."""

    parts: list[RehearsedPartShape]


class OwnRehearsal(Shape):
    """A seller's own parts of the newest rehearsal that is done."""

    at: datetime | None = Field(description="When it ended; null: none was played.")
    assumptions: AssumptionsShape | None
    agreed_only: bool
    parts: list[RehearsedPartShape]

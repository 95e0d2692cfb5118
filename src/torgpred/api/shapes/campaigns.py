"""Campaigns, verdicts, nominations, consents, and prices for a time."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import NO_CONTROL, PIECES, Currency, Given, Id, Key, Number, Shape

AMOUNT = r"^\d{1,10}(\.\d{1,2})?$"
Amount = Annotated[
    str, Field(max_length=13, pattern=AMOUNT, description="In the shop's currency.",
               examples=["800.00"]),
]  # fmt: skip
Percent = Annotated[str, Field(max_length=7, pattern=r"^-?\d{1,3}(\.\d{1,2})?$", examples=["12"])]
AnswerName = Literal["yes", "no", "unknown"]
Digest = Annotated[str, Field(pattern="^[0-9a-f]{32}$", examples=["0" * 32])]
Why = Annotated[str, Field(min_length=1, max_length=500, pattern=NO_CONTROL)]


class PhaseShape(Shape):
    """A phase, until just before its end."""

    kind: str
    starts: datetime
    ends: datetime


class CampaignShape(Shape):
    """A joint promotion."""

    code: str = Field(examples=["7K2MX"])
    name: str
    state: str = Field(description="draft, open, frozen, running, paused, over or cancelled")
    reason: str = Field(description="Why it was paused or cancelled.")
    rules: str = Field(description="Code of the rule set.")
    rules_version: int
    zone: str
    country: str = Field(description="Of the buyers.")
    reduced_from: datetime = Field(description="When prices fall.")
    sold_until: datetime = Field(description="When they come back.")
    answers_until: datetime = Field(description="When sellers have to answer.")
    phases: list[PhaseShape]
    shops: list[int] = Field(description="Shops that take part; a seller sees none.")
    moved_at: datetime


class Campaigns(Shape):
    """A page of campaigns, the newest first."""

    items: list[CampaignShape]
    next: Next


class CampaignStandingShape(Shape):
    """How far nominations are."""

    nominated: int
    agreed: int
    void: int = Field(description="Agreed to, before their terms changed.")
    enrolled: int
    sellers: int
    pieces: int


class WholeCampaign(Shape):
    """A campaign and how far its nominations are."""

    campaign: CampaignShape
    standing: CampaignStandingShape


class RulesShape(Shape):
    """The rule set that a campaign goes by, as data with its source."""

    code: str
    version: int
    title: str
    source: str
    content: dict[str, Any]


class VerdictReasonShape(Shape):
    """What stands in the way, or is to be known."""

    code: str
    holds: bool
    message: str
    mend: str


class VerdictShape(Shape):
    """What was judged of one offer in one shop. Amounts are in the shop's currency."""

    seller: str
    shop: int
    sku: str
    answer: AnswerName
    price: Number | None = Field(description="The highest that the rules let pass.")
    usual: Number | None
    base: Number | None = Field(description="What the reduction is counted from.")
    keeps: Number | None
    usual_keeps: Number | None
    margin: Number | None = Field(description="Percent over the cost.")
    days: int = Field(description="Days of the look-back that are known.")
    pieces: int | None
    reasons: list[VerdictReasonShape]


class Verdicts(Shape):
    """A page of verdicts."""

    items: list[VerdictShape]
    next: Next


class NominationShape(Shape):
    """An offer put forward, with its terms."""

    nomination: int
    seller: str
    shop: int
    sku: str
    digest: str = Field(description="Of the terms: a consent names it.")
    currency: Currency
    price: Number
    set_price: Number | None = Field(description="What a manager chose below the highest.")
    buyer_pays: Number
    borne: Number = Field(description="The seller's share of coupons.")
    keeps: Number | None
    usual: Number | None
    usual_keeps: Number | None
    margin: Number | None
    worst: Number | None = Field(description="Given up at most, if all pieces are sold.")
    pieces: int
    consented: bool
    void: bool = Field(description="There was a yes to other terms.")
    rule: str
    enrolled: bool


class Nominations(Shape):
    """A page of nominations."""

    items: list[NominationShape]
    next: Next


class NominationRefusalShape(Shape):
    """An offer that could not be put forward, and why."""

    seller: str
    shop: int
    sku: str
    reasons: list[VerdictReasonShape]


class Nominated(Shape):
    """What putting forward did."""

    nominated: int
    unchanged: int
    refused: list[NominationRefusalShape]


class Consented(Shape):
    """What saying yes did."""

    agreed: int
    before: int = Field(description="Had a yes already.")
    left_out: int = Field(description="Not taken by the rule.")


class Withdrawn(Shape):
    """How many yeses were taken back."""

    withdrawn: int


class ReadinessShape(Shape):
    """How far one seller in one shop is."""

    seller: str
    shop: int
    stage: str = Field(description="waiting, ready, paused or ended")
    asked: int = Field(description="Pieces to be kept.")
    kept: int
    offers: int
    prices: int = Field(description="Offers whose price for the time is planned.")
    troubles: list[VerdictReasonShape]
    at: datetime


class RunningShape(Shape):
    """How far a campaign's running is."""

    state: str
    reason: str
    sellers: list[ReadinessShape]


class NewNominations(Given):
    """Which offers are put forward: those judged a yes that fit, or those named."""

    seller: str | None = Field(default=None, min_length=1, max_length=40, pattern=NO_CONTROL)
    shop: Id | None = None
    skus: list[Key] = Field(default=[], max_length=1_000)
    least_margin: Percent | None = None
    most_pieces: Annotated[int, Field(ge=1, le=PIECES)] | None = Field(
        default=None, description="Of each offer; null: all that are free."
    )


class NewPrice(Given):
    """A price below what the rules let pass; null: the highest again."""

    seller: str = Field(min_length=1, max_length=40, pattern=NO_CONTROL)
    shop: Id
    sku: Key
    price: Amount | None


class HaltReason(Given):
    """Why a campaign is paused or cancelled."""

    reason: Why


class NoDetails(Given):
    """An empty body."""


class SeenTerms(Given):
    """A nomination whose terms were seen."""

    nomination: Id
    digest: Digest


class NewConsents(Given):
    """A yes to terms that were seen, or to all that a rule takes: one of them."""

    offers: list[SeenTerms] = Field(default=[], max_length=10_000)
    rule: str = Field(default="", max_length=100, pattern=NO_CONTROL, examples=["margin >= 12"])


class Withdrawal(Given):
    """Which yeses are taken back; null: all."""

    nominations: list[Id] | None = Field(default=None, max_length=10_000)


class TimedPriceShape(Shape):
    """A price for a time."""

    id: int
    shop: int
    sku: str
    price: Number
    listed: Number | None = Field(description="The crossed-out price.")
    starts_at: datetime
    ends_at: datetime
    reference: str = Field(description="Why it was set; a campaign's code where one did.")
    state: str = Field(description="coming, in force, ended or withdrawn")
    set_by: str


class TimedPrices(Shape):
    """A page of prices for a time, in the order they were set."""

    items: list[TimedPriceShape]
    next: Next


class OnePrice(Given):
    """What an offer costs for the time."""

    sku: Key
    price: Amount
    listed: Amount | None = None


Moment = Annotated[
    str, Field(
        max_length=35, examples=["2026-11-11T00:00:00+03:00"],
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$",
        description="With its zone.",
    ),
]  # fmt: skip


class NewTimedPrices(Given):
    """Prices from a moment until another; a start that is past means now."""

    prices: list[OnePrice] = Field(min_length=1, max_length=1_000)
    starts_at: Moment
    ends_at: Moment
    reference: str = Field(default="", max_length=40, pattern=NO_CONTROL)


class NotTaken(Shape):
    """A price that was not planned, and why."""

    sku: str
    code: str
    message: str
    mend: str


class Planned(Shape):
    """What was planned; the others were not taken."""

    prices: int
    starts_at: datetime
    ends_at: datetime
    not_taken: list[NotTaken]


class PriceCancelling(Given):
    """Which prices for a time are taken back."""

    ids: list[Id] = Field(min_length=1, max_length=1_000)


class Cancelled(Shape):
    """How many were taken back: in force until now, and still to come."""

    in_force: int
    coming: int

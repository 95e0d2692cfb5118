"""Shops, plans, receipts, drift."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import Currency, Given, Id, Shape


class ShopShape(Shape):
    """One account on a marketplace."""

    id: int
    family: str = Field(description="The marketplace family.", examples=["aliexpress_ru"])
    name: str
    currency: Currency
    state: str = Field(description="active, paused or closed")
    joint: bool = Field(description="The operator owns it, and several sellers sell there.")


class Shops(Shape):
    """A seller's shops: its own, then joint ones."""

    items: list[ShopShape]


class NewState(Given):
    """Whether Torgpred works for a shop."""

    state: Literal["active", "paused"]


class Guard(Shape):
    """Something that waits for an explicit yes."""

    code: str
    count: int
    of: int
    message: str
    mend: str
    examples: list[str]


class Hold(Shape):
    """Why offers are held."""

    code: str
    fact: str
    group: str
    offers: int
    message: str
    mend: str
    examples: list[str]


class PlanShape(Shape):
    """The difference between desired and observed, saved."""

    code: str = Field(examples=["1E"])
    shop: int
    state: str = Field(description="made, applying or applied")
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    counts: dict[str, int] = Field(examples=[{"offers": 12, "ready": 10, "steps": 3, "create": 3}])
    guards: list[Guard]
    holds: list[Hold]
    undoes: str = Field(description="Code of the plan that this one takes back; else empty.")
    due_at: datetime | None = Field(
        description="Of a switch of prices: when it is applied, by itself; else null."
    )
    trouble: str = Field(description="While it is applied: why something waits.")


class Plans(Shape):
    """A page of plans, the newest first."""

    items: list[PlanShape]
    next: Next


class NewPlan(Given):
    """Which shop a plan is asked for."""

    shop: Id


class RequestShape(Shape):
    """A plan that is being made, or that could not be; once made, it is among the plans."""

    id: int
    shop: int
    undoes: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    trouble: str = Field(description="Why it could not be made; empty: nothing is wrong.")


class Requests(Shape):
    """Plans that are being made, and the last that could not be."""

    items: list[RequestShape]


class Asked(Shape):
    """A plan was asked for."""

    request: int


class Change(Shape):
    """One line of a step."""

    place: str = Field(description="The SKU; empty: the product.")
    field: str
    old: str
    new: str
    reason: str


class Refusal(Shape):
    """Why a step was refused, in the marketplace's words."""

    code: str
    message: str
    mend: str


class StepShape(Shape):
    """One step: what it changes, and what became of it."""

    number: int
    product_key: str
    action: str
    offers: int
    state: str
    changes: list[Change]
    problems: list[Refusal]


class Steps(Shape):
    """A page of a plan's steps, by number."""

    items: list[StepShape]
    next: Next


Action = Literal["", "create", "update", "price", "pause", "resume", "remove"]
State = Literal["", "waiting", "claimed", "submitted", "unclear", "done", "refused", "skipped"]


class Apply(Given):
    """What is said yes to."""

    confirmed: list[Annotated[str, Field(max_length=80)]] = Field(
        default=[], max_length=50, description="Codes of guards.", examples=[["many_removals"]]
    )


class ReceiptShape(Shape):
    """What an apply did so far; every step is counted in one state."""

    plan: str
    state: str
    steps: dict[str, int] = Field(examples=[{"create.done": 3}])
    offers: dict[str, int]
    refusals: dict[str, int] = Field(description="Refused steps by reason.")


class DriftLine(Shape):
    """One place that stands in the shop as nobody here desired."""

    product_key: str
    sku: str
    field: str
    ours: str
    there: str
    since: datetime
    choices: list[str]
    note: str
    by: str


class Drift(Shape):
    """What drifted in a shop, as last seen."""

    total: int
    products: int
    unread: int
    items: list[DriftLine] = Field(description="The first 1,000.")

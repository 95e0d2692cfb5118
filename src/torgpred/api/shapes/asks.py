"""Asks of marketplaces, their figures, and what a recomputation comes to."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import NO_CONTROL, Given, Number, Shape

Text = Annotated[str, Field(max_length=20_000)]
Sums = Annotated[
    dict[str, Number], Field(description="Amounts by unit, or by currency where it is money.")
]


class AskShape(Shape):
    """An ask."""

    code: str = Field(examples=["7K2MX"])
    family: str = Field(description="The marketplace's code.", examples=["aliexpress_ru"])
    kind: str = Field(description="slot, placement, fee, coupon, programme, rule or complaint")
    title: str
    texts: dict[str, str] = Field(description="What is asked, by language.")
    asked_by: str
    campaign: str
    state: str
    made_by: str
    made_at: datetime
    figures: int
    head: str = Field(description="The last seal, in hex; empty where there is no figure.")
    due: date | None = Field(description="Nearest day of its clocks and promises.")
    overdue: bool


class Asks(Shape):
    """A page of asks, the newest first."""

    items: list[AskShape]
    next: Next


class ValueShape(Shape):
    """What a figure says: the whole, and the same by group."""

    total: Sums
    groups: dict[str, Sums]


class FigureShape(Shape):
    """A figure with all that its seal covers, but for single sellers' parts."""

    number: int
    query: str
    version: int
    sql: str
    params: dict[str, Any]
    as_of: datetime
    rows: int
    rows_digest: str
    value: ValueShape
    seal: str
    says: str
    made_by: str
    struck_at: datetime | None


class WholeShape(Shape):
    """An ask with its figures, for the operator's eyes."""

    ask: AskShape
    figures: list[FigureShape]


class CheckedShape(Shape):
    """One figure recomputed."""

    name: str = Field(description="Its number, or the code of a joined seller.")
    query: str
    verdict: str = Field(description="same, changed, tampered or unknown")
    kept: ValueShape
    now: ValueShape | None
    digest_kept: str
    digest_now: str | None


class VerificationShape(Shape):
    """All figures of an ask recomputed from their stored queries."""

    ask: str
    head: str
    whole: bool = Field(description="None was taken out of the chain.")
    known_seal: bool | None = Field(description="Whether the seal asked after is in the chain.")
    well: bool
    figures: list[CheckedShape]


class DossierShape(Shape):
    """An ask as it may be handed out: small groups are withheld."""

    dossier: dict[str, Any]


class CaseShape(Shape):
    """What of a seller a complaint would use."""

    ask: str
    family: str
    title: str
    texts: dict[str, str]
    query: str
    params: dict[str, Any]
    as_of: datetime
    rows: int
    value: ValueShape
    seal: str
    state: str = Field(description="asked, joined, declined or left")
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None


class Cases(Shape):
    """The cases that a seller was asked to join, the newest first."""

    items: list[CaseShape]


class NewAsk(Given):
    """An ask to begin."""

    family: str = Field(min_length=1, max_length=40, pattern="^[a-z0-9][a-z0-9_]*$")
    kind: str = Field(min_length=1, max_length=20, pattern=NO_CONTROL, examples=["slot"])
    title: str = Field(min_length=1, max_length=200, pattern=NO_CONTROL)
    texts: dict[str, Text] = Field(
        default={}, max_length=3, description="By language: ru, en, zh-hans."
    )
    asked_by: str = Field(default="", max_length=200, pattern=NO_CONTROL)
    campaign: str = Field(default="", max_length=40, pattern="^[0-9A-Za-z._-]*$")


class NewFigure(Given):
    """A figure to be made by a query of the library and sealed."""

    query: str = Field(min_length=1, max_length=40, pattern=NO_CONTROL, examples=["sold"])
    params: dict[str, Annotated[str, Field(max_length=4_000, pattern=NO_CONTROL)]] = Field(
        max_length=10, examples=[{"since": "2026-11-11", "until": "2026-11-12"}]
    )
    says: str = Field(default="", max_length=300, pattern=NO_CONTROL)


class NewState(Given):
    """The state that an ask is to move to."""

    state: str = Field(min_length=1, max_length=20, pattern=NO_CONTROL, examples=["sent"])
    note: str = Field(default="", max_length=1_000, pattern=NO_CONTROL)

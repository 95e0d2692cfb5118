"""Programmes, judgements, what a seller says about itself, supply by category."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from torgpred.api.paging import Next
from torgpred.api.shapes.values import NO_CONTROL, Given, Number, Shape

VerdictName = Literal["qualifies", "nearly", "no", "unknown"]


class ProgrammeShape(Shape):
    """What a marketplace lets goods into on conditions; `version` 0: nobody wrote them down."""

    family: str
    code: str
    version: int
    name: str
    country: str = Field(description="Of the buyers that goods have to be near to.")
    source: str
    dated: date
    near: int = Field(description="So many unmet conditions still count as near.")
    conditions: list[dict[str, Any]] = Field(
        description="Each with its kind, what it asks for, and its source.",
        examples=[[{"kind": "local_stock", "pieces": 1, "source": "told on the phone"}]],
    )


class CountsShape(Shape):
    """Listings, and offers ready to be listed, by verdict."""

    qualifies: int
    nearly: int
    no: int
    unknown: int = Field(description="Something is not known; it never passes.")


class Missing(Shape):
    """What listings lack, with how many lack it, and how many lack nothing else."""

    code: str
    offers: int
    frees: int
    pieces: int = Field(description="Missing in all, where pieces are.")
    message: str
    mend: str


class ProgrammeStanding(Shape):
    """A programme as it stands for one seller."""

    programme: ProgrammeShape
    counts: CountsShape
    missing: list[Missing] = Field(description="What frees most comes first.")
    judged_at: datetime | None


class ProgrammeStandings(Shape):
    """All programmes of the seller's marketplaces."""

    items: list[ProgrammeStanding]


class PromiseShape(Shape):
    """What the buyer is promised for goods from local stock."""

    warehouse: str
    ship_hours: int | None
    delivery_days: int | None = Field(description="On the way; null: nobody said.")


class LackShape(Shape):
    """A condition that is not met."""

    code: str
    message: str
    mend: str


class JudgementShape(Shape):
    """One offer in one shop, judged."""

    sku: str
    shop: int
    listed: bool = Field(description="It stands in the shop; else it is ready to be listed.")
    verdict: VerdictName
    lacks: list[LackShape]
    pieces: int | None = Field(description="In the programme's country; null: nobody knows.")
    abroad: int | None
    promise: PromiseShape | None
    price: Number | None
    currency: str
    judged_at: datetime


class Judgements(Shape):
    """A page of judgements, by SKU and shop."""

    items: list[JudgementShape]
    next: Next


class AssuranceShape(Shape):
    """A fact about the seller itself that one of its people gave."""

    id: int
    kind: str
    about: str
    holds: bool
    text: str
    number: Number | None
    given_by: str
    given_at: datetime
    undone_at: datetime | None


class Assurances(Shape):
    """What the seller said about itself, the oldest first."""

    items: list[AssuranceShape]


class NewAssurance(Given):
    """A fact about the seller itself; it takes the place of what was said before."""

    kind: Literal["returns_address", "warranty", "delivery", "rating"]
    about: Annotated[
        str,
        Field(
            min_length=1,
            max_length=40,
            pattern=NO_CONTROL,
            description="A country, a code of a warehouse (delivery), a marketplace (rating).",
            examples=["RU"],
        ),
    ]
    holds: bool = Field(default=True, description="False: there is none.")
    text: Annotated[str, Field(max_length=500, pattern=NO_CONTROL)] = ""
    number: Annotated[
        str,
        Field(
            max_length=8,
            pattern=r"^([0-9]{1,4}([.][0-9]{1,2})?)?$",
            description="Months, days or the rating; empty where there is none to give.",
            examples=["12"],
        ),
    ] = ""


class SideShape(Shape):
    """The sellers seated in one country, in one category."""

    country: str
    sellers: int
    offers: int
    qualifying: int
    pieces: int = Field(description="In the programme's country.")
    ready_pieces: int = Field(description="Of these, of qualifying offers.")
    price_from: Number | None
    price_to: Number | None
    kept: int = Field(description="Paid consignments that left by their time, in 28 days.")
    late: int


class CandidateShape(Shape):
    """A seller that has goods of the category and none that qualifies."""

    code: str
    name: str
    country: str
    fit: Literal["near", "abroad", "listed", "unlisted"]
    offers: int
    abroad: int


class CategorySupplyShape(Shape):
    """Supply of one category of the marketplace, and who could add to it."""

    category: str = Field(description="The marketplace's id; empty: not mapped.")
    path: list[str]
    lacks: Literal["", "few", "short"] = Field(description="Why supply is thin; empty: it is not.")
    sold: int = Field(description="Pieces ordered in 28 days.")
    days_left: int | None
    sides: list[SideShape]
    candidates: list[CandidateShape]


class Supply(Shape):
    """Supply by category, those that lack it first."""

    items: list[CategorySupplyShape]

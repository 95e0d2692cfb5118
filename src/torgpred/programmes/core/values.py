"""What a programme asks for, what is known of an offer, and what was judged of it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.catalogue.core.papers import PaperKind
from torgpred.kernel.digests import digest_of


class Condition(msgspec.Struct, frozen=True, tag_field="kind", forbid_unknown_fields=True):
    """One thing that a programme asks for. `source` says where it is written or who told it."""

    source: str = ""

    @property
    def kind(self) -> str:
        """Return the kind's code, such as "local_stock"."""
        return str(self.__struct_config__.tag)


class LocalStock(Condition, frozen=True, tag="local_stock"):
    """So many pieces lie in warehouses of the programme's country."""

    pieces: int = 1


class LeadTime(Condition, frozen=True, tag="lead_time"):
    """Goods leave at most so many days after the order."""

    days: int = 3


class ReturnsAddress(Condition, frozen=True, tag="returns_address"):
    """The seller takes returns at an address in the programme's country."""


class Warranty(Condition, frozen=True, tag="warranty"):
    """The seller gives a warranty of so many months in the programme's country; 0: of any time."""

    months: int = 0


class Papers(Condition, frozen=True, tag="papers"):
    """A valid paper of one of these kinds covers the goods."""

    papers: tuple[PaperKind, ...] = ()


class Delivery(Condition, frozen=True, tag="delivery"):
    """The buyer has the goods at most so many days after the order: lead time and the way."""

    days: int = 7


class PriceFrom(Condition, frozen=True, tag="price"):
    """The buyer's price is at least so much."""

    amount: Decimal = Decimal(0)
    currency: str = ""


class Rating(Condition, frozen=True, tag="rating"):
    """The seller's rating at the marketplace is at least so much."""

    at_least: Decimal = Decimal(0)


Conditions = (
    LocalStock | LeadTime | ReturnsAddress | Warranty | Papers | Delivery | PriceFrom | Rating
)


class Programme(msgspec.Struct, frozen=True):
    """A programme of a marketplace family, in one version.

    `country` is the buyers' one that goods have to be near to. An offer is called near where not
    more than `near` conditions are unmet. `dated` is the day its source is of. Versions of the
    library have no `said_at`.
    """

    family: str
    code: str
    version: int
    name: str
    country: str
    source: str
    dated: date
    conditions: tuple[Conditions, ...] = ()
    near: int = 2
    said_by: str = ""
    said_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return how a person names it: "aliexpress_ru/mall"."""
        return f"{self.family}/{self.code}"

    @property
    def digest(self) -> bytes:
        """Return 16 bytes over all that judging depends on; sources and names are not in it."""
        asked = [msgspec.structs.replace(one, source="") for one in self.conditions]
        return digest_of([self.country, self.near, asked])


class AssuranceKind(StrEnum):
    """What a seller can give its word on, since no file or marketplace tells it."""

    RETURNS = "returns_address"  # about a country: an address there that takes returns
    WARRANTY = "warranty"  # about a country: months of warranty there
    DELIVERY = "delivery"  # about a warehouse: days from it to the buyer
    RATING = "rating"  # about a marketplace: the rating its cabinet shows


class Assurance(msgspec.Struct, frozen=True):
    """A fact about the seller itself that a person of the seller gave, dated, undoable.

    `about` is a country, a warehouse's code or a marketplace family, as the kind has it. `holds`
    is False where the seller said that there is none.
    """

    id: int
    kind: AssuranceKind
    about: str
    holds: bool
    text: str
    number: Decimal | None
    given_by: str
    given_at: datetime
    undone_by: str = ""
    undone_at: datetime | None = None


class Word(msgspec.Struct, frozen=True):
    """What an assurance says, without who and when: what judging depends on."""

    holds: bool
    number: Decimal | None = None


Words = dict[tuple[str, str], Word]
"""(kind, about) -> what the seller said."""


class Facts(msgspec.Struct, frozen=True, gc=False):
    """What is known of one offer in one shop; None: nobody knows.

    `pieces` lie in the programme's country and are not sold, `abroad` elsewhere. `warehouse` is the
    local one that serves the next order, else the one where goods would be brought; empty where
    the seller has none there. `papers` are kinds of valid papers that cover the offer.
    """

    pieces: int | None = None
    abroad: int | None = None
    warehouse: str = ""
    lead_days: int | None = None
    price: Decimal | None = None
    currency: str = ""
    papers: frozenset[PaperKind] = frozenset()


class Verdict(StrEnum):
    """Whether a programme would let an offer in."""

    QUALIFIES = "qualifies"
    NEARLY = "nearly"  # few conditions are unmet, and all of these can be mended
    NO = "no"
    UNKNOWN = "unknown"  # nothing is missing, but something is not known: it never passes


class How(StrEnum):
    """Why a condition is not met."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    BARRED = "barred"  # nothing that the seller does today mends it


class Lack(msgspec.Struct, frozen=True):
    """A condition that is not met. `pieces`: how many of them are missing, where that counts."""

    kind: str
    how: How
    pieces: int = 0

    @property
    def code(self) -> str:
        """Return kind and how: "local_stock.missing"."""
        return f"{self.kind}.{self.how.value}"


class Judged(msgspec.Struct, frozen=True):
    """What was judged of one offer, and what the buyer would be promised for it.

    `delivery_days` are those from `Facts.warehouse` to the buyer, as the seller said.
    """

    verdict: Verdict
    lacks: tuple[Lack, ...]
    delivery_days: int | None = None


ASKED: Final = frozenset(one.value for one in AssuranceKind)
"""Kinds of conditions that an assurance answers."""

WHATS: Final = ("kind", "text", "address", "number", "warehouse", "marketplace")
"""What can be wrong with a seller's word."""
NO_KIND: Final = "choose one of the list"
NO_NUMBER: Final = "give the number, or say nothing"
NO_ADDRESS: Final = "say where returns are taken"
NO_MARKET: Final = "name a marketplace that is installed"
NO_HOUSE: Final = "name one of your warehouses"
LONG_TEXT: Final = "give at most 500 letters, without control characters"
NUMBERS: Final[dict[AssuranceKind, tuple[int, str]]] = {
    AssuranceKind.WARRANTY: (240, "give months, 1 to 240"),
    AssuranceKind.DELIVERY: (365, "give days, 1 to 365"),
    AssuranceKind.RATING: (100, "give the rating, above 0 and at most 100"),
}
"""The most that a kind's number may be, and what is told where it is not."""
WHYS: Final = (
    NO_KIND, NO_NUMBER, NO_ADDRESS, NO_MARKET, NO_HOUSE, LONG_TEXT,
    *(why for _, why in NUMBERS.values()),
)  # fmt: skip
"""Why a seller's word cannot be kept."""

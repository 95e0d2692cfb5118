"""What the demo knows of a seller beside its file: who it is and what its desk would answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from torgpred.listings.core.pricing import PricingPolicy


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact that the file lacks and the seller's desk can give: one future statement.

    `kind` is "weight_kg" (Decimal), "package" (length, width, height in cm, Decimals), "country",
    "vendor" or "category" (text). `category` is the seller's category by the names from the root;
    empty means all offers. `category_key` is its key in the file where the file has one (YML), else
    empty. It is about offers that lack the fact only.
    """

    kind: str
    value: Decimal | tuple[Decimal, Decimal, Decimal] | str
    category: tuple[str, ...] = ()
    category_key: str = ""


@dataclass(frozen=True, slots=True)
class Mapped:
    """A category mapping that a person decides: the seller's names -> the twin's, root first.

    Only for categories where the right suggestion is not certain by name alone.
    """

    category: tuple[str, ...]
    target: tuple[str, ...]
    category_key: str = ""


@dataclass(frozen=True, slots=True)
class Meant:
    """A value that a person translates once: the seller's word -> a word of the twin's dictionary.

    Only for words that no dictionary of ours brings together.
    """

    attribute: str
    """The twin's attribute by name."""
    said: str
    value: str


@dataclass(frozen=True, slots=True)
class Span:
    """An expected number, both ends included."""

    least: int
    most: int

    def __contains__(self, number: object) -> bool:
        return isinstance(number, int) and self.least <= number <= self.most


@dataclass(frozen=True, slots=True)
class Expected:
    """What should come of the file. Numbers are of offers, duplicates and broken ones counted.

    `taken`: usable offers after reading; `whole`: offers whose file alone gives name, price,
    picture, weight and sides of the parcel; `whole_once_stated`: the same after the statements.
    """

    offers: int
    taken: Span
    whole: Span
    whole_once_stated: Span


@dataclass(frozen=True, slots=True)
class DemoSeller:
    """A plainly fictional producer with its own file.

    `code` is at most 16 characters; `kind` the legal form; `country` ISO 3166 alpha-2; `inn` or
    `uscc` has valid check digits and a region code that no register gives out. `faults` says how
    many offers of the file have which fault (see `torgpred.demo.sellers.faults`).
    """

    code: str
    name: str
    kind: str
    country: str
    trade: str
    file_name: str
    write: Callable[[Path, str], None] = field(repr=False)
    pricing: PricingPolicy
    expected: Expected
    faults: Mapping[str, int]
    brands: tuple[str, ...] = ()
    """Brands that the marketplace approved for the seller."""
    inn: str = ""
    uscc: str = ""
    currency: str = "RUB"
    stock_country: str = "RU"
    """Where the goods lie: a Chinese seller's stock may lie in a Russian warehouse."""
    stock_place: str = ""
    statements: tuple[Stated, ...] = ()
    mapping: tuple[Mapped, ...] = ()
    values: tuple[Meant, ...] = ()

    @property
    def registration(self) -> str:
        """INN or USCC, as the seller's country has it."""
        return self.inn or self.uscc

    def write_feed(self, folder: Path, *, picture_base: str) -> Path:
        """Write the seller's file into a folder (made if missing) and return its path.

        The same bytes every time for the same `picture_base`; a picture's address is
        `{picture_base}/{sku}-1.png`, the SKU percent-encoded.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / self.file_name
        self.write(path, picture_base.rstrip("/"))
        return path

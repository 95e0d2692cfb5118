"""Rule sets: what a marketplace or a law asks of a reduction, as data with its source and date.

A field that is None is not asked for; one that is named in `unknown` is asked for, but nobody
knows how, and whatever depends on it is judged unknown: nothing is guessed.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.kernel.digests import digest_of
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import hold


class Base(StrEnum):
    """The price that a reduction is counted from."""

    LOWEST_REGULAR = "lowest_regular"  # the lowest listed price of the look-back, discounts aside
    LOWEST_SHOWN = "lowest_shown"  # the lowest price that buyers saw in it, discounts included
    LISTED = "listed"  # the listed price at present
    SHOWN = "shown"  # what buyers see at present


class Sellers(StrEnum):
    """Whose prices of the same goods make up a low."""

    OWN = "own"
    ALL = "all"


class Duty(StrEnum):
    """How firmly something is asked for."""

    REQUIRED = "required"
    RECOMMENDED = "recommended"


class EditionPhase(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """When a phase of a known edition was, in the rule set's time zone. None: not found."""

    kind: str
    starts: datetime | None = None
    ends: datetime | None = None
    note: str = ""


class RuleSet(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What one marketplace or law asks of goods in a promotion.

    Percents and days are plain numbers: `percent_off` 20, `look_back_days` 30. `low_days` and
    `below_low_percent` are a second test beside the first: the price lies so much below the lowest
    price that buyers saw in so many days, counting the sellers of `low_sellers`.
    """

    code: str
    title: str
    source: str = ""
    """Where the rules stand."""
    dated: date | None = None
    """Date of the source."""
    family: str = ""
    """Connector family of the marketplace; empty where none is installed, and for laws."""
    edition: str = ""
    zone: str = ""
    percent_off: Decimal | None = None
    base: Base | None = None
    look_back_days: int | None = None
    below_low_percent: Decimal | None = None
    low_days: int | None = None
    low_sellers: Sellers = Sellers.OWN
    seller_stars: Decimal | None = None
    product_stars: Decimal | None = None
    local_stock: bool | None = None
    programme: str = ""
    """The marketplace's programme that has to let an offer in, by its key: "aliexpress_ru/mall"."""
    stock_lock: str = ""
    """How stock is kept for the promotion and set free again."""
    coupon: Duty | None = None
    delivery_insurance: Duty | None = None
    price_protection: Duty | None = None
    free_shipping: Duty | None = None
    approval: str = ""
    """Who decides who takes part, and by what."""
    cancelling: str = ""
    """What cancelling costs, and when the marketplace cancels."""
    phases: tuple[EditionPhase, ...] = ()
    note: str = ""
    unknown: tuple[str, ...] = ()
    """Fields that are asked for, though how is not known."""

    def lacks(self, field: str) -> bool:
        """Tell whether a field is asked for, though how is not known."""
        return field in self.unknown

    @property
    def digest(self) -> bytes:
        """16 bytes over all that the rule set says."""
        return digest_of(self)


OUTSIDE = hold(
    "rules.outside",
    "{field} is {value}; it lies from {least} to {most}.",
    "Put in the number that the source names.",
)
LOOK_BACK_MISSING = hold(
    "rules.look_back_missing",
    "A lowest price is asked for, and not of how many days.",
    'Say {field}, or that it is not known: unknown = ["{field}"].',
)
NOT_A_FIELD = hold(
    "rules.not_a_field",
    "{value} is no field that may be unknown.",
    "Name fields of the rule set: {known}.",
)
KNOWN_AND_UNKNOWN = hold(
    "rules.known_and_unknown",
    "{value} has a value and is said to be unknown.",
    "Take it out of `unknown`, or take the value away.",
)
NOT_A_PROGRAMME = hold(
    "rules.not_a_programme",
    "{value} names no programme of a marketplace.",
    'Name it as the mall does: programme = "aliexpress_ru/mall".',
)
NO_SOURCE = hold(
    "rules.no_source",
    "The rule set names no source.",
    'Say where they stand: an address, a page, a contract; or unknown = ["source"].',
)

JUDGED: Final = (
    "percent_off", "base", "look_back_days", "below_low_percent", "low_days", "seller_stars",
    "product_stars", "local_stock", "programme",
)  # fmt: skip
"""Fields that verdicts depend on."""
_UNJUDGED: Final = (
    "source", "dated",
    "stock_lock", "coupon", "delivery_insurance", "price_protection", "free_shipping", "approval",
    "cancelling", "phases",
)  # fmt: skip
_BOUNDS: Final = {
    "percent_off": (Decimal("0.01"), Decimal("99.99")),
    "below_low_percent": (Decimal("0.01"), Decimal("99.99")),
    "look_back_days": (1, 400),
    "low_days": (1, 400),
    "seller_stars": (Decimal(0), Decimal(5)),
    "product_stars": (Decimal(0), Decimal(5)),
}


def _parts(programme: str) -> list[str]:
    return programme.split("/") if programme.count("/") == 1 else [""]


def unfit(rules: RuleSet) -> list[Finding]:
    """Return what cannot be so in a rule set; the place is its code."""
    return list(_unfit(rules))


def _unfit(rules: RuleSet) -> Iterator[Finding]:
    place = rules.code
    if not rules.source.strip() and not rules.lacks("source"):
        yield NO_SOURCE.at(place)
    if rules.programme and not all(part.strip() for part in _parts(rules.programme)):
        yield NOT_A_PROGRAMME.at(place, rules.programme)
    for field, (least, most) in _BOUNDS.items():
        value = getattr(rules, field)
        if value is not None and not least <= value <= most:
            yield OUTSIDE.at(place, value, field=field, least=least, most=most)
    for field in rules.unknown:
        if field not in JUDGED + _UNJUDGED:
            yield NOT_A_FIELD.at(place, field, known=", ".join(JUDGED + _UNJUDGED))
        elif getattr(rules, field) not in {None, "", ()}:
            yield KNOWN_AND_UNKNOWN.at(place, field)
    counted = (
        ("look_back_days", rules.base in {Base.LOWEST_REGULAR, Base.LOWEST_SHOWN}),
        ("low_days", rules.below_low_percent is not None),
    )
    for field, wanted in counted:
        if wanted and getattr(rules, field) is None and not rules.lacks(field):
            yield LOOK_BACK_MISSING.at(place, field=field)

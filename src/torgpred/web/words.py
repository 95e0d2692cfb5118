"""Torgpred's own sentences in the reader's language.

Everything that Torgpred says is an English template with `{names}`; the template is the key of
its translations, and the names are filled in afterwards. So an error, a finding or a hold is told
here without the areas knowing of languages. A value that is itself a sentence of ours (a reason
within a reason) is translated too; whatever others wrote (names, a marketplace's words) stays.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from string import Formatter
from typing import Final
from zoneinfo import ZoneInfo

from django.utils.translation import gettext, ngettext
from django.utils.translation import pgettext as context_gettext

from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding
from torgpred.listings.core import diff
from torgpred.web import amounts, formats, order_words, reasons
from torgpred.web.ask_labels import LABELS

_FORMATTER = Formatter()
_MONEY = re.compile(r"(\d+(?:\.\d+)?) ([A-Z]{3})\b")
_DECIMAL = re.compile(r"\d+\.\d+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)")
_CLOCK = re.compile(r"\d\d:\d\d\b")
_DAYS: Final = frozenset({
    "date", "day", "due", "end", "ends", "seen_on", "since", "start", "starts", "time", "until",
    "valid_from", "valid_until",
})  # fmt: skip
"""What is a day or a moment in whatever sentence it stands; an SKU may look like one elsewhere."""

WORKERS: Final = (
    "the seller's file", "the seller", "the worker", "the marketplace", "the count", "the stock",
    "the campaign", "earlier movements, summed", "weight_kg", "package", "brand", "MAIN",
)  # fmt: skip
"""Who acts where no person does, and other short texts that areas write into their rows."""
COMPOSED: Final = (
    "missing since {feed}, reading {n}",
    "{feed}, reading {n}",
    "{n}: campaign {campaign}",
    "campaign {campaign}",
    "{title}, since {day}",
    "{fact}: statement {n} of {day}",
    "Plan {plan} took it back already.",
    "Plan {plan} changed it since.",
    "{what} wait for their turn: the marketplace takes only so many calls and changes in a time.",
    "{what} wait: the marketplace takes no more of them for now.",
    "{what} wait: the marketplace said: {said} It is tried again by itself.",
    "{what} wait: {why}. It is tried again by itself.",
    *(one for one in diff.REASONS if "{" in one),
    *order_words.ERRORS,
    *order_words.SHAPES,
    *reasons.SHAPES,
)
"""Texts that areas write into their rows already filled: told apart by their shape."""


def _shape(template: str) -> re.Pattern[str]:
    parts = (
        re.escape(text) + (f"(?P<{name}>.+)" if name else "")
        for text, name, _, _ in _FORMATTER.parse(template)
    )
    return re.compile("".join(parts))


_COMPOSED = tuple((one, _shape(one)) for one in COMPOSED)


def say(template: str, **data: object) -> str:
    """Return a template in the reader's language, filled with data."""
    return fill(word(template), data)


def say_many(one: str, many: str, n: int, **data: object) -> str:
    """Return the form of a sentence that fits a number; `{n}` is the number."""
    return fill(ngettext(one, many, n), {"n": formats.number(n), **data})


def word(text: str) -> str:
    """Return a text of ours in the reader's language; what is not ours as it is."""
    return gettext(text) if text else ""


def stored(text: str) -> str:
    """Return a text that an area wrote into a row, in the reader's language.

    One that was filled before it was written is known by its shape, also several of them in a row.
    Others' words stay as they are.
    """
    known = word(text)
    if known != text:
        return known
    for template, shape in _COMPOSED:
        # Several in a row come before one whose data hold the mark between them.
        several = [text] if "; " in template else text.split("; ")
        for parts in (several, [text]):
            found = [one for one in map(shape.fullmatch, parts) if one is not None]
            if len(found) == len(parts):
                return "; ".join(fill(gettext(template), _dated(one.groupdict())) for one in found)
    return text


def _dated(found: dict[str, str]) -> dict[str, str]:
    """Return what a text was filled with, days as the screens write them."""
    return {name: _dated_one(value) for name, value in found.items()}


def _dated_one(value: str) -> str:
    # A number of eight digits is a day to `fromisoformat` as well.
    if not _DAY.fullmatch(value):
        return value
    try:
        return formats.day(date.fromisoformat(value))
    except ValueError:  # no such day
        return value


def _moment(value: str) -> str:
    """Return a day, with its time where there is one, as the screens write it; other texts of ours.

    An aware moment of ISO 8601 is told in UTC; a time behind a day and a space is its sender's own.
    """
    day, _, rest = value.partition(" ")
    if _DAY.fullmatch(day) and (not rest or _CLOCK.match(rest)):
        return ", ".join(filter(None, (_dated_one(day), rest)))
    if not _MOMENT.fullmatch(value):
        return stored(value)
    return f"{formats.exact(datetime.fromisoformat(value), ZoneInfo('UTC'))} UTC"


def label(kind: str, value: str) -> str:
    """Return a code's name, such as the state "applied" of a "plan"; unknown ones as they are."""
    names = LABELS.get(kind, {})
    named = names.get(value) or names.get(value.partition(".")[0])
    return context_gettext(kind, named) if named else value.replace("_", " ")


def stated_value(kind: str, value: str) -> str:
    """Say what a statement of a kind states: a unit, a country or a currency by its name."""
    if kind in {"weight_kg", "package"}:
        return formats.measured(value)
    if kind == "unit":
        return label("unit", value)
    if kind == "country":
        return formats.country(value)
    return formats.currency(value) if kind == "currency" else value


def tell(error: TorgpredError) -> str:
    """Return what an error says in the reader's language."""
    try:
        return fill(word(error.template), error.data)
    except (KeyError, IndexError, ValueError):  # a template that asks for what is not there
        return str(error)


def tell_finding(finding: Finding, currency: str = "") -> tuple[str, str]:
    """Return a finding's message and mend in the reader's language.

    `currency` is that of the shop which the finding is about, where one is known.
    """
    known = {"value": finding.value, "place": finding.place, **finding.data}
    names = amounts.written(finding.code, known, currency)
    return fill(word(finding.template), names), fill(word(finding.mend_template), names)


def fill(template: str, data: Mapping[str, object]) -> str:
    """Fill a template's names; texts of ours among the data are translated, amounts written."""
    return _FORMATTER.vformat(
        template, (), {name: _inner(name, value) for name, value in data.items()}
    )


def _inner(name: str, value: object) -> object:
    if isinstance(value, Decimal):  # ids, codes and years are none
        return formats.exact_number(value)
    if name in _DAYS and isinstance(value, str):
        return _moment(value)
    if name == "country":
        return formats.country(str(value))
    # What stands in capitals is a code, but for the warehouse that every seller begins with.
    ours = isinstance(value, str) and (name == "warehouse" or not value.isupper())
    return stored(str(value)) if ours else value


PRICE_LINES = (
    "Price on the shelf", "Price by the rules", "Price for a time", "You keep",
    "Left for the seller", "Left over the cost", "Price of the feed", "Cost", "Tax got back",
    "Margin", "Rounding", "Delivery", "Marketplace's commission", "Integrator's fee", "Tax",
    "Seller's share of the coupon",
)  # fmt: skip
"""English labels of a price's lines (`listings.core.pricing`), for translators."""


NOTE_PARTS = (
    " of the price",
    " contained in the price",
    " a parcel",
    " kg",
    "to the seller",
    " got back on the route domestic",
    " got back on the route ",
    ", route domestic",
    ", route ",
    "given by option",
)
"""English pieces of a price line's note; numbers and currencies stand around them."""


def note(text: str) -> str:
    """Say a price line's note: its English pieces translated, its numbers and money written."""
    if text.endswith(" a parcel"):
        text = _MONEY.sub(lambda found: formats.money(Decimal(found[1]), found[2]), text)
    for piece in NOTE_PARTS:
        if piece in text:
            text = text.replace(piece, context_gettext("note", piece))
    return _DECIMAL.sub(lambda found: formats.number(Decimal(found[0])), text)

"""What areas return, made ready to be shown: sentences translated, lists paged."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

import msgspec
from django.http import Http404

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Category
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.families import families
from torgpred.kernel.findings import Finding
from torgpred.listings.core.guards import MOVES, PRICES, SAID, Guard
from torgpred.listings.core.holds import HoldGroup
from torgpred.listings.core.pricing import Line, Waterfall
from torgpred.listings.core.remarks import Remark
from torgpred.web import price_moves, words

PAGE: Final = 50
_T = TypeVar("_T")


def whole_number(text: str) -> int:
    """Return a number out of an address or a form, 0 where it is empty. Raises Http404."""
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise Http404
    return int(text)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list by keyset: its rows, and where the next one begins (empty on the last)."""

    rows: Sequence[object]
    next: str
    first: bool


def page(found: Sequence[_T], key: Callable[[_T], str], after: str, size: int = PAGE) -> Page:
    """Return a page of `size` rows out of one row more that was asked for."""
    rows = found[:size]
    return Page(rows, key(rows[-1]) if len(found) > size else "", not after)


@dataclass(frozen=True, slots=True)
class Said:
    """Something to be dealt with: how many it concerns, what is wrong, how to mend it."""

    count: int
    message: str
    mend: str
    code: str = ""
    where: str = ""
    examples: tuple[str, ...] = ()
    address: str = ""
    button: str = ""
    level: str = "warn"
    until: datetime | None = None
    way: str = ""
    """Address of the page where it is mended, beside the one that shows it."""
    way_button: str = ""


def hold(group: HoldGroup, where: str = "", currency: str = "") -> Said:
    """Say why offers are held; `currency` is the shop's."""
    message, mend = group.message, group.mend
    if group.finding is not None:
        message, mend = words.tell_finding(group.finding, currency)
    of = words.say_many("{n} offer", "{n} offers", group.offers)
    return Said(
        group.offers, message, mend, group.code, f"{of} · {where}" if where else of, group.examples
    )


def guards(seller_id: int, waiting: Sequence[Guard], currency: str) -> list[Said]:
    """Say what a seller's plan waits for, its examples with the names of the goods."""
    skus = price_moves.skus(text for one in waiting for text in one.examples)
    names = {key: one.name for key, one in catalogue.offers_of(seller_id, skus).items()}
    return [guard(one, currency, names) for one in waiting]


def guard(one: Guard, currency: str = "", names: Mapping[str, str] | None = None) -> Said:
    """Say what a plan waits for; `currency` is the shop's, `names` are those of goods by SKU."""
    examples = one.examples
    if one.code in {PRICES, MOVES}:
        examples = tuple(price_moves.example(each, currency, names) for each in examples)
    if one.code not in SAID:
        return Said(one.count, one.message, one.mend, one.code, examples=examples)
    message, mend = SAID[one.code]
    data = {"count": one.count, "of": one.of, "limit": one.limit or "3"}
    return Said(
        one.count, words.say(message, **data), words.word(mend), one.code, examples=examples
    )


def remark(one: Remark, currency: str = "") -> Said:
    """Say what a check found; `currency` is that of the shop it looked for."""
    message, mend = words.tell_finding(one.finding, currency)
    level = "bad" if one.holds else "warn" if one.finding.severity.value == "warning" else "info"
    return Said(1, message, mend, one.code, one.sku, level=level)


def named(finding: Finding, categories: Mapping[str, Category]) -> Finding:
    """Return a finding that calls the seller's category by its names instead of its key."""
    category = categories.get(finding.data.get("category", ""))
    if category is None:
        return finding
    told = " / ".join(category.path) or category.name
    return msgspec.structs.replace(finding, data={**finding.data, "category": told})


def shop_name(shop: ShopCard) -> str:
    """Return a shop as people call it: the marketplace, and its name where that says more."""
    return f"{market_name(shop.family)} · {shop.name}"


def market_name(family: str) -> str:
    """Return a marketplace's name."""
    known = families().get(family)
    return str(getattr(known, "title", "") or getattr(known, "name", "") or family)


_LEFT: Final = frozenset({"Left for the seller", "Left over the cost"})


def waterfall_lines(
    waterfall: Waterfall | None, *, for_a_time: bool = False
) -> list[dict[str, object]]:
    """Return a price line by line in the reader's language; empty if held.

    Each line says what it adds (`plus`) or takes, up to the next sum. A price that is made of
    something is added up to; one that is given is taken apart. Its sums are the price, what the
    seller gets of it, and where the cost is known, what that is above it. `for_a_time`: the price
    is not the rules' but one that holds for a time.
    """
    if waterfall is None or waterfall.price is None:
        return []
    lines, keeps = waterfall.lines, waterfall.keeps or Decimal(0)
    left = next((place for place, one in enumerate(lines) if one.label in _LEFT), None)
    kept = _sum(Line("You keep", keeps))
    price = Line("Price for a time" if for_a_time else "Price by the rules", waterfall.price)
    if left is None:
        base = [one for one in lines if one.label in {"Cost", "Tax got back"}]
        known = lines[0].label == "Cost"
        above = Line("Left over the cost", keeps - sum(one.amount for one in base))
        rest = [_step(one, one.amount) for one in lines[1:]]
        first = _step(lines[0], lines[0].amount) | {"plus": False}
        return [first, *rest, _sum(price), kept, *([_sum(above)] if known else [])]
    above = lines[left]
    own = [_step(one, -one.amount) for one in lines[:left]]
    if above.label == "Left over the cost":
        own.append(_sum(above))
    elif above.note:
        price = Line(price.label, price.amount, above.note)
    away = [_step(one, -one.amount) for one in lines[left + 1 :]]
    return [_sum(price), *away, kept, *own]


def _step(line: Line, amount: Decimal) -> dict[str, object]:
    note = words.note(line.note)
    return {"label": words.word(line.label), "amount": amount, "note": note, "plus": amount > 0}


def _sum(line: Line) -> dict[str, object]:
    return _step(line, line.amount) | {"sum": True, "plus": False}

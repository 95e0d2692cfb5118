"""How far prices move, as pages of plans tell it: old, new, and by how much of itself."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from torgpred.kernel.quantity import decimal_of
from torgpred.listings.selectors import StepCard
from torgpred.web import formats

_EXAMPLE: Final = re.compile(r"(.+): (\d+(?:\.\d+)?) -> (\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Move:
    """The price of a step that moves the furthest; `prices` of it move at all."""

    old: str
    new: str
    percent: str
    prices: int


def furthest(step: StepCard, currency: str) -> Move | None:
    """Return the price of a step that moves the furthest; None where none moves from a known one.

    Of a variant with a discount it is the discounted price: what a buyer pays.
    """
    told: dict[str, dict[str, tuple[Decimal | None, Decimal | None]]] = {}
    for one in step.changes:
        if one.field in {"price", "discount_price"}:
            both = decimal_of(one.old), decimal_of(one.new)
            told.setdefault(one.place, {})[one.field] = both
    moves = [move for one in told.values() if (move := _paid(one)) is not None]
    if not moves:
        return None
    old, new = max(moves, key=lambda one: abs(one[1] - one[0]) / one[0])
    shown = formats.money(old, currency), formats.money(new, currency)
    return Move(*shown, formats.move(old, new), len(moves))


def _paid(told: dict[str, tuple[Decimal | None, Decimal | None]]) -> tuple[Decimal, Decimal] | None:
    """Return what a buyer pays before and after, where both are told."""
    price, reduced = told.get("price", (None, None)), told.get("discount_price", (None, None))
    old, new = reduced[0] or price[0], reduced[1] or price[1]
    return (old, new) if old and new else None


def skus(examples: Iterable[str]) -> list[str]:
    """Return the SKUs that guards' examples of prices speak of."""
    return [found[1] for one in examples if (found := _EXAMPLE.fullmatch(one))]


def example(text: str, currency: str, names: Mapping[str, str] | None = None) -> str:
    """Return a guard's example of a price as the reader writes it; any other text as it is.

    `names` are what offers are called, by SKU.
    """
    found = _EXAMPLE.fullmatch(text)
    if found is None or not Decimal(found[2]):
        return text
    old, new = Decimal(found[2]), Decimal(found[3])
    told = formats.money(old, currency), formats.money(new, currency), formats.move(old, new)
    name = (names or {}).get(found[1], "")
    return "{}: {} → {} ({})".format(found[1], *told) + (f" · {name}" if name else "")

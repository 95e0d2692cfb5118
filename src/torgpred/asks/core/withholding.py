"""Small groups: what of a figure may be shown outside.

A figure is withheld that rests on fewer sellers than a chosen number, or of which one seller makes
up more than a chosen share of any unit. Groups of a figure are held to the same; those that fail
are told together, and shown ones join them until what is told together passes: else the whole less
what is shown would tell it.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.asks.core.adding import ZERO, Amounts, Cell, by_seller, value_of

LEAST: Final = 5
MOST_SHARE: Final = 50


class SmallGroups(msgspec.Struct, frozen=True):
    """The operator's rule: at least so many sellers, of which none has over so many per cent."""

    least: int = LEAST
    most_share: int = MOST_SHARE


class Withheld(msgspec.Struct, frozen=True):
    """Why a figure is not shown: too few sellers, or one that makes up too much of it."""

    few: bool
    rule: SmallGroups


class Outside(msgspec.Struct, frozen=True):
    """A figure as it may be shown; `together`: how many groups were put together, and their sum."""

    sellers: int
    total: Amounts
    groups: dict[str, Amounts]
    together: tuple[int, Amounts] | None = None


def why_withheld(cells: Iterable[Cell], rule: SmallGroups) -> Withheld | None:
    """Return why the sum of cells may not be shown; None where it may."""
    parts = [one for one in by_seller(cells).values() if any(one.values())]
    if len(parts) < rule.least:
        return Withheld(few=True, rule=rule)
    for unit in {unit for one in parts for unit in one}:
        amounts = [abs(one.get(unit, ZERO)) for one in parts]
        if max(amounts) * 100 > sum(amounts, ZERO) * rule.most_share:
            return Withheld(few=False, rule=rule)
    return None


def outside(cells: Iterable[Cell], rule: SmallGroups, *, grouped: bool) -> Outside | Withheld:
    """Return what of a figure may be shown, or why nothing of it may."""
    all_cells = tuple(cells)
    reason = why_withheld(all_cells, rule)
    if reason is not None:
        return reason
    sellers = len([one for one in by_seller(all_cells).values() if any(one.values())])
    groups: dict[str, list[Cell]] = {}
    for one in all_cells if grouped else ():
        groups.setdefault(one.group, []).append(one)
    failing = {name for name, some in groups.items() if why_withheld(some, rule) is not None}
    shown = sorted(set(groups) - failing, key=lambda name: _size(groups[name]))
    together = [one for name in sorted(failing) for one in groups[name]]
    while shown and failing and why_withheld(together, rule) is not None:
        name = shown.pop(0)
        failing.add(name)
        together += groups[name]
    total = value_of(all_cells, grouped=False).total
    told = {name: value_of(groups[name], grouped=False).total for name in sorted(shown)}
    rest = (len(failing), value_of(together, grouped=False).total) if failing else None
    return Outside(sellers, total, told, rest)


def _size(cells: Iterable[Cell]) -> Decimal:
    return sum((abs(amount) for one in cells for amount in one.amounts.values()), ZERO)

"""Small groups: what of a figure may be shown outside.

A figure is withheld that rests on fewer sellers than a chosen number, or of which one seller makes
up more than a chosen share of any unit. Groups of a figure are held to the same; those that fail
are told together, and shown ones join them until what is told together passes: else the whole less
what is shown would tell it.

Nor is a figure shown that tells one beside an earlier one: where one counts all that the other
does, what lies between them is held to the rule too. Three figures, or two dossiers, are not laid
side by side: who hands them out has to see to that.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

import msgspec

from torgpred.asks.core.adding import ZERO, Amounts, Cell, by_seller, value_of

LEAST: Final = 5
MOST_SHARE: Final = 50


class SmallGroups(msgspec.Struct, frozen=True):
    """The operator's rule: at least so many sellers, of which none has over so many per cent."""

    least: int = LEAST
    most_share: int = MOST_SHARE


class Reason(StrEnum):
    """Why a figure is not shown."""

    FEW = "few"  # too few sellers
    ONE = "one"  # one makes up too much of it
    BESIDE = "beside"  # less an earlier figure, it would tell of too few


class Withheld(msgspec.Struct, frozen=True):
    """Why a figure is not shown; `beside` is the number of the earlier one, else 0."""

    reason: Reason
    rule: SmallGroups
    beside: int = 0


class Outside(msgspec.Struct, frozen=True):
    """A figure as it may be shown; `together`: how many groups were put together, and their sum."""

    sellers: int
    total: Amounts
    groups: dict[str, Amounts]
    together: tuple[int, Amounts] | None = None


def why_withheld(cells: Iterable[Cell], rule: SmallGroups) -> Withheld | None:
    """Return why the sum of cells may not be shown; None where it may.

    Each unit is a number that is shown, so each is held to the rule by itself.
    """
    units: dict[str, list[Decimal]] = {}
    for one in by_seller(cells).values():
        for unit, amount in one.items():
            if amount:
                units.setdefault(unit, []).append(abs(amount))
    if not units or any(len(amounts) < rule.least for amounts in units.values()):
        return Withheld(Reason.FEW, rule)
    for amounts in units.values():
        if max(amounts) * 100 > sum(amounts, ZERO) * rule.most_share:
            return Withheld(Reason.ONE, rule)
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


class Counted(msgspec.Struct, frozen=True):
    """What a shown figure counts: by which query and text, narrowed how, and its sums."""

    number: int
    query: str
    sql: str
    params: Mapping[str, Any]
    cells: tuple[Cell, ...]


def tells_beside(later: Counted, earlier: Sequence[Counted], rule: SmallGroups) -> Withheld | None:
    """Return why a figure may not be shown beside those that are; None where it may.

    Two whose sums are the same, or of which neither counts all that the other does, tell nothing.
    """
    for one in earlier:
        wider, within = (later, one) if covers(later.params, one.params) else (one, later)
        if one.sql != later.sql or not covers(wider.params, within.params):
            continue
        between = [_between(_flat(wider.cells), _flat(within.cells))]
        if wider.query == within.query:
            between += [
                _between(_of(wider.cells, group), _of(within.cells, group))
                for group in {cell.group for cell in wider.cells}
            ]
        if any(why_withheld(part, rule) for parts in between for part in parts):
            return Withheld(Reason.BESIDE, rule, one.number)
    return None


def covers(wider: Mapping[str, Any], within: Mapping[str, Any]) -> bool:
    """Tell whether one set of a query's parameters counts all that another does."""
    for name, value in wider.items():
        other = within.get(name)
        if name == "since":
            fits = value <= str(other)
        elif name == "until":
            fits = value >= str(other)
        elif name == "sellers":
            fits = not value or (bool(other) and set(value) >= set(other or ()))
        else:
            fits = not value or value == other
        if not fits:
            return False
    return True


def _between(cells: Sequence[Cell], others: Sequence[Cell]) -> list[list[Cell]]:
    """Return what cells of one group have over others, for each unit of both that differs."""
    taken = {one.seller: one.amounts for one in others}
    told = {unit for one in others for unit in one.amounts}
    found: dict[str, list[Cell]] = {}
    for one in cells:
        for unit, amount in one.amounts.items():
            rest = amount - taken.get(one.seller, {}).get(unit, ZERO)
            if rest and unit in told:
                found.setdefault(unit, []).append(Cell(one.group, one.seller, {unit: rest}))
    return list(found.values())


def _flat(cells: Iterable[Cell]) -> list[Cell]:
    return [Cell("", seller, sums) for seller, sums in by_seller(cells).items()]


def _of(cells: Iterable[Cell], group: str) -> list[Cell]:
    return [one for one in cells if one.group == group]


def _size(cells: Iterable[Cell]) -> Decimal:
    return sum((abs(amount) for one in cells for amount in one.amounts.values()), ZERO)

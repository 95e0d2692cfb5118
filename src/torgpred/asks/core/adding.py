"""Rows added up to a figure: cells of one group and seller, of which all its sums are made."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from torgpred.asks.core.library import Query
from torgpred.kernel.digests import canonical

Amounts = dict[str, Decimal]
"""Amounts by unit: a word of the library, or an ISO currency."""
ZERO: Final = Decimal(0)


class Cell(msgspec.Struct, frozen=True):
    """What one seller adds to one group of a figure."""

    group: str
    seller: int
    amounts: Amounts


class Value(msgspec.Struct, frozen=True):
    """What a figure says: the whole, and the same by group, the groups in the order of names."""

    total: Amounts
    groups: dict[str, Amounts] = {}


class Reading(msgspec.Struct, frozen=True):
    """What a query came to at a moment; `digest` is the SHA-256 of its rows in their order."""

    rows: int
    digest: bytes
    cells: tuple[Cell, ...]
    value: Value


class Adder:
    """Takes a query's rows one by one and holds the sums only, never the rows."""

    def __init__(self, query: Query, columns: Sequence[str]) -> None:
        self._query = query
        self._columns = columns
        self._digest = hashlib.sha256(canonical([query.code, query.version, list(columns)]))
        self._rows = 0
        self._sums: dict[tuple[str, int], Amounts] = {}
        self._seen: dict[tuple[str, int, str], set[Any]] = {}

    def add(self, row: Sequence[Any]) -> None:
        """Add one row."""
        line = canonical(list(row))
        self._digest.update(len(line).to_bytes(4, "big") + line)
        self._rows += 1
        named = dict(zip(self._columns, row, strict=True))
        group = str(named[self._query.group] or "") if self._query.group else ""
        seller = int(named["seller_id"])
        sums = self._sums.setdefault((group, seller), {})
        for one in self._query.measures:
            if one.distinct:
                self._seen.setdefault((group, seller, one.unit), set()).add(named[one.column])
                continue
            unit = one.unit or str(named["currency"])
            sums[unit] = sums.get(unit, ZERO) + Decimal(named[one.column])

    def reading(self) -> Reading:
        """Return what all rows came to."""
        for (group, seller, unit), seen in self._seen.items():
            self._sums[group, seller][unit] = Decimal(len(seen))
        cells = tuple(
            Cell(group, seller, dict(sorted(sums.items())))
            for (group, seller), sums in sorted(self._sums.items())
        )
        return Reading(
            self._rows,
            self._digest.digest(),
            cells,
            value_of(cells, grouped=bool(self._query.group)),
        )


def value_of(cells: Iterable[Cell], *, grouped: bool) -> Value:
    """Return what cells add up to."""
    total: Amounts = {}
    groups: dict[str, Amounts] = {}
    for one in cells:
        _into(total, one.amounts)
        if grouped:
            _into(groups.setdefault(one.group, {}), one.amounts)
    return Value(dict(sorted(total.items())), {name: groups[name] for name in sorted(groups)})


def by_seller(cells: Iterable[Cell]) -> dict[int, Amounts]:
    """Return what each seller adds over all groups."""
    found: dict[int, Amounts] = {}
    for one in cells:
        _into(found.setdefault(one.seller, {}), one.amounts)
    return found


def _into(sums: Amounts, more: Mapping[str, Decimal]) -> None:
    for unit, amount in more.items():
        sums[unit] = sums.get(unit, ZERO) + amount

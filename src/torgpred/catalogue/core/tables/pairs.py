"""Parameters that take several columns: what is told in one, how much in another, its unit."""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import msgspec

from torgpred.catalogue.core.tables.columns import ColumnProposal
from torgpred.catalogue.core.tables.names import PAIRED, TRIPLED

NO_OPTION: Final = ("title", "default title")
"""What Shopify writes where a product has no variants."""


class Told(msgspec.Struct, frozen=True):
    """Where a parameter's name, value and unit stand in a row; `unit` is -1 where none does."""

    name: int
    value: int
    unit: int = -1


def told_together(columns: Sequence[ColumnProposal]) -> tuple[Told, ...]:
    """Return the columns that make one parameter together.

    They are called so, "Имя атрибута 1" and "Значения атрибутов 1", or stand side by side again
    and again: Название_Характеристики, Измерение_Характеристики, Значение_Характеристики.
    """
    return (*_paired(columns), *_tripled(columns))


def names_a_parameter(column: str) -> bool:
    """Tell whether a column holds what a parameter is called, and its value stands in another."""
    half = _half(column)
    return half is not None and half[0]


def _paired(columns: Sequence[ColumnProposal]) -> list[Told]:
    names: dict[str, int] = {}
    values: dict[str, int] = {}
    for column in columns:
        half = _half(column.column)
        if half is not None:
            (names if half[0] else values)[half[1]] = column.index
    return [Told(name, values[one]) for one, name in names.items() if one in values]


def _tripled(columns: Sequence[ColumnProposal]) -> list[Told]:
    kinds = [(_kind(column.column), column.index) for column in columns]
    found = []
    for place, ((kind, index), (after, at)) in enumerate(pairwise(kinds)):
        if kind != 0 or at != index + 1:
            continue
        if after == 2:
            found.append(Told(index, at))
        elif after == 1 and kinds[place + 2 : place + 3] == [(2, index + 2)]:
            found.append(Told(index, index + 2, at))
    return found


def _kind(column: str) -> int | None:
    bare = _bare(column)
    return next((kind for kind, name in enumerate(TRIPLED) if name.fullmatch(bare)), None)


def _half(column: str) -> tuple[bool, str] | None:
    """Tell whether a column names a parameter (or gives its value), and which pair it is of."""
    match = PAIRED.fullmatch(_bare(column))
    if match is None:
        return None
    if match["option"]:
        part = match["part"] or ""
        return (part == "name", f"option {match['number']}") if part else None
    return bool(match["named"]), match["number"]


def _bare(column: str) -> str:
    return re.sub(r"[\s_]+", " ", column.lower()).strip()

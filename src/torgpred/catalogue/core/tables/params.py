"""Parameters of a row: what no field of an offer takes is kept under its column's name."""

import re
from collections.abc import Sequence
from typing import Final

from torgpred.catalogue.core.offers import Param
from torgpred.catalogue.core.tables.columns import ColumnProposal, header_of
from torgpred.catalogue.core.tables.pairs import NO_OPTION, Told, told_together
from torgpred.kernel.findings import Finding, Kind, Severity

VALUE_LIMIT: Final = 2_000
TEXT_CUT = Kind(
    "feed.offer.text_cut",
    Severity.WARNING,
    "The cell in the column {column} is longer than {limit} characters; it was cut.",
    "Shorten the text.",
)
_LISTS: Final = frozenset({"editions", "properties", "sku properties", "sku属性"})
"""Columns that hold several parameters in one cell: "Размер:M;Цвет:белый", as Tilda does, and
AdvantShop, AliExpress and 1688."""
_CHOSEN: Final = re.compile(r"<\{(.*)\}>")
"""How Webasyst marks a value that a buyer chooses by."""


class Params:
    """Reads the parameters of one layout's rows."""

    def __init__(self, columns: Sequence[ColumnProposal]) -> None:
        self._columns = tuple(columns)
        self._lists = {one.index for one in columns if header_of(one.column).bare in _LISTS}
        told = told_together(columns)
        self._told = {one.name: one for one in told}
        self._part_of = {part: one for one in told for part in (one.value, one.unit) if part >= 0}

    def of(
        self,
        row: Sequence[str],
        place: str,
        findings: list[Finding],
        more: Sequence[ColumnProposal] = (),
    ) -> tuple[Param, ...]:
        """Return a row's parameters, those that take several columns as one; `more` come last.

        Half a pair stays as it is, under its own column's name.
        """
        params: list[Param] = []
        for column in (*self._columns, *more):
            text = _kept(row, column, place, findings)
            if text:
                params += self._read(row, column, text)
        return tuple(params)

    def _read(self, row: Sequence[str], column: ColumnProposal, text: str) -> list[Param]:
        told = self._told.get(column.index)
        if told is not None and _cell(row, told.value):
            return _joined(row, told, text)
        whole = self._part_of.get(column.index)
        if whole is not None and _cell(row, whole.name):
            return []
        if column.index in self._lists:
            return _listed(column.column, text)
        return [Param(column.column, _CHOSEN.sub(r"\1", text), column.unit)]


def _joined(row: Sequence[str], told: Told, name: str) -> list[Param]:
    value = _cell(row, told.value)[:VALUE_LIMIT]
    if (name.lower(), value.lower()) == NO_OPTION:
        return []
    return [Param(name, value, _cell(row, told.unit) if told.unit >= 0 else "")]


def _listed(column: str, text: str) -> list[Param]:
    parts = [part.partition(":") for part in text.replace("：", ":").split(";") if part.strip()]
    if not all(mark and name.strip() and value.strip() for name, mark, value in parts):
        return [Param(column, text)]
    return [Param(name.strip(), value.strip()) for name, _, value in parts]


def _kept(row: Sequence[str], column: ColumnProposal, place: str, findings: list[Finding]) -> str:
    text = _cell(row, column.index)
    if len(text) > VALUE_LIMIT:
        findings.append(TEXT_CUT.at(place, text[:50], column=column.column, limit=VALUE_LIMIT))
    return text[:VALUE_LIMIT]


def _cell(row: Sequence[str], index: int) -> str:
    return " ".join(row[index].split()) if index < len(row) else ""

"""Columns whose meaning nobody is sure of, with what stands in them: to be shown to a person."""

from collections.abc import Sequence
from typing import Final

import msgspec

from torgpred.catalogue.core.tables.columns import MEASURES, UNIT_COLUMNS, ColumnProposal, header_of
from torgpred.catalogue.core.tables.memory import PARAM, TableMemory
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.kernel.quantity import decimal_of

STOCKS = Kind(
    "table.column.stocks",
    Severity.NOTE,
    "The stock stands in several columns; {value} was read, and not {others}.",
    "If the pieces add up, say of the other columns that they hold more of the stock.",
)

SURE: Final = 0.7
"""From so sure on a column is taken for what its name says, and nobody is asked."""
SAMPLES: Final = 3
_SHOWN: Final = 60
_ALWAYS: Final = frozenset({PARAM, "published"})
"""Shown however sure: what says that goods are left out must be there to be contradicted."""
_MOST: Final = 100


class AskedColumn(msgspec.Struct, frozen=True):
    """A column that a person can say more about.

    `header` stands so in the table; `field` is what it is read as now, "param" where it is kept as
    a parameter; `unit` is the one its bare numbers are in, by the header or by what a person said;
    `filled` counts the rows that have something in it.
    """

    header: str
    field: str
    unit: str = ""
    decided: bool = False
    filled: int = 0
    samples: tuple[str, ...] = ()

    @property
    def bare(self) -> bool:
        """Tell whether numbers without a unit of their own stand in it."""
        return any(decimal_of(one) is not None for one in self.samples)


class Columns:
    """Gathers what stands in the doubtful columns of a table while its rows go by."""

    def __init__(self, proposals: Sequence[ColumnProposal], memory: TableMemory) -> None:
        fields = {one.field for one in proposals}
        self._asked = [
            (one, header_of(one.header).bare in memory.decisions)
            for one in proposals
            if one.field in _ALWAYS
            or one.confidence < SURE
            or (_open(one) and UNIT_COLUMNS[one.field] not in fields)
            or header_of(one.header).bare in memory.decisions
        ][:_MOST]
        self._filled = [0] * len(self._asked)
        self._samples: list[list[str]] = [[] for _ in self._asked]
        self.rows = 0

    def take(self, row: Sequence[str]) -> None:
        """Look at one row."""
        self.rows += 1
        for place, (one, _) in enumerate(self._asked):
            cell = row[one.index] if one.index < len(row) else ""
            if cell:
                self._filled[place] += 1
                samples = self._samples[place]
                if len(samples) < SAMPLES and cell[:_SHOWN] not in samples:
                    samples.append(cell[:_SHOWN])

    def found(self) -> tuple[AskedColumn, ...]:
        """Return the columns in the order of the table.

        A measure that is known for sure is there only where its numbers have no unit.
        """
        found = []
        for (one, decided), filled, samples in zip(
            self._asked, self._filled, self._samples, strict=True
        ):
            asked = AskedColumn(one.header, one.field, one.unit, decided, filled, tuple(samples))
            if decided or one.field in _ALWAYS or one.confidence < SURE or asked.bare:
                found.append(asked)
        return tuple(found)


def _open(one: ColumnProposal) -> bool:
    """Tell whether a column measures something and its header does not say in what."""
    return one.field in MEASURES and not one.unit


def stocks_told(columns: Sequence[ColumnProposal], place: str) -> list[Finding]:
    """Tell that stock stands in more columns than the one that is read."""
    others = ", ".join(one.column for one in columns if one.rival == "quantity")
    read = [one.column for one in columns if one.field == "quantity"]
    return [STOCKS.at(place, column, others=others) for column in read if others]

"""Names of what was sold, each kept once: what orders are searched by, instead of all their lines.

They are kept in the transaction that makes the lines, before any level is locked, and sorted, so
that two batches wait for one another at most and never for each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, LiteralString

import psycopg

from torgpred.channels.core.orders import RawLine
from torgpred.orders.services.staging import LONGEST_NAME, Whose
from torgpred.runtime.arrays import array

SoldName = tuple[int, str, str]
"""(seller, SKU, name in the shop)."""

_MOST: Final = 200_000
"""Names that are remembered at once; more are asked for again."""
_KEEP: LiteralString = """
    INSERT INTO orders_soldname (seller_id, sku, name)
    SELECT given.seller_id, given.sku, given.name
    FROM unnest(%(sellers)s::bigint[], %(skus)s::text[], %(names)s::text[]) WITH ORDINALITY
         AS given (seller_id, sku, name, place)
    ORDER BY given.place
    ON CONFLICT DO NOTHING
"""


class Remembered:
    """Names that are kept for certain, so that a batch asks the database for the others alone."""

    def __init__(self) -> None:
        self._names: set[SoldName] = set()

    def unknown(self, names: Iterable[SoldName]) -> list[SoldName]:
        """Return those of some names that nobody remembers, in order."""
        return sorted(set(names) - self._names)

    def add(self, names: Iterable[SoldName]) -> None:
        """Remember names whose transaction is over."""
        if len(self._names) >= _MOST:
            self._names.clear()
        self._names.update(names)


def named(whose: Whose, lines: Iterable[RawLine]) -> Iterator[SoldName]:
    """Yield the names of some lines as they are kept."""
    for line in lines:
        yield *whose.of(line.sku), line.name[:LONGEST_NAME]


def keep_names(cursor: psycopg.Cursor[Any], given: Sequence[SoldName]) -> None:
    """Keep names, given in order, in the transaction of their lines; known ones do no harm."""
    if given:
        columns = {
            "sellers": array([seller for seller, _, _ in given]),
            "skus": array([sku for _, sku, _ in given]),
            "names": array([name for _, _, name in given]),
        }
        cursor.execute(_KEEP, columns, prepare=True)

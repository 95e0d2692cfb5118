"""What nobody is sure of in a seller's tables, and what was decided about it."""

from typing import Any

import msgspec

from torgpred.catalogue.core.tables.asked import AskedColumn
from torgpred.catalogue.core.tables.memory import TableMemory
from torgpred.catalogue.models import Feed
from torgpred.runtime.scope import scope


class FeedColumns(msgspec.Struct, frozen=True):
    """The doubtful columns of a feed's last table of `rows` rows.

    `decisions` are all that a person made: bare header -> field, "param" or "ignore".
    """

    feed: str
    rows: int
    columns: tuple[AskedColumn, ...]
    decisions: dict[str, str]

    @property
    def open(self) -> int:
        """Return how many of them nobody decided about."""
        return sum(not one.decided for one in self.columns)


def feed_columns(seller_id: int) -> list[FeedColumns]:
    """Return the feeds of a seller whose last table has such columns, or decisions, by name."""
    with scope(seller_id):
        rows = Feed.objects.filter(seller_id=seller_id).order_by("name")
        found = [_of(row.name, row.columns or {}, row.memory or {}) for row in rows]
    return [one for one in found if one.columns or one.decisions]


def _of(name: str, kept: dict[str, Any], memory: dict[str, Any]) -> FeedColumns:
    return FeedColumns(
        feed=name,
        rows=kept.get("rows", 0),
        columns=msgspec.convert(kept.get("columns", ()), tuple[AskedColumn, ...]),
        decisions=msgspec.convert(memory, TableMemory).decisions,
    )

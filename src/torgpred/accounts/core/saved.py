"""Saved views: a member's own name for what it filters and seeks in a list again and again."""

from dataclasses import dataclass
from typing import Final

from torgpred.accounts.core.entries import checked_name
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.kernel.errors import TorgpredError

PAGES: Final = ("catalogue", "orders")
"""Lists that have views."""
MOST: Final = 12
"""Views of a member for one list: more tabs than one reads are no help."""
LONGEST_NAME: Final = 40
LONGEST_QUERY: Final = 500


class TooManyViewsError(TorgpredError):
    """The member keeps as many views of the list as are shown."""

    code = "accounts.too_many_views"
    template = "There are {most} saved views already. Remove one that you no longer use."


class UnknownViewError(TorgpredError):
    """The member keeps no such view."""

    code = "accounts.unknown_view"
    template = "View {given} is not known."


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view as its tab shows it; `query` is what the list's address ends with, without "?"."""

    id: int
    name: str
    query: str


def checked_view(page: str, name: str, query: str) -> tuple[str, str]:
    """Return name and query as they are kept. Raises UnfitEntryError."""
    if page not in PAGES:
        raise UnfitEntryError(what="list", value=page[:40], why=f"choose of {', '.join(PAGES)}")
    kept = checked_name(name, "name of a view")
    if len(kept) > LONGEST_NAME:
        raise UnfitEntryError(
            what="name of a view", value=kept[:40], why=f"give 1 to {LONGEST_NAME} letters"
        )
    if not query or len(query) > LONGEST_QUERY or not query.isprintable():
        raise UnfitEntryError(what="filter", value=query[:40], why="it is too long")
    return kept, query

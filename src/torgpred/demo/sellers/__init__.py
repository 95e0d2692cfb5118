"""The demo world's sellers: plainly fictional producers of different trades, each with its file.

Files are written, not stored: the same bytes on every machine. Beside its file a seller brings
what its export desk would answer when asked: statements, category decisions, a pricing policy.
"""

from torgpred.demo.sellers import cosmetics, fruit, games, kettle, lamps, thermal
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Meant, Span, Stated

__all__ = [
    "NEWCOMER",
    "DemoSeller",
    "Expected",
    "Mapped",
    "Meant",
    "Span",
    "Stated",
    "all_sellers",
    "is_demo_seller",
]


def all_sellers() -> tuple[DemoSeller, ...]:
    """Return the sellers in the order of the demo's story: five Russian ones, one Chinese."""
    modules = (cosmetics, thermal, games, lamps, fruit, kettle)
    return tuple(module.SELLER for module in modules)


NEWCOMER = "NEWCOMER-"
"""Beginning of the codes of the new producers that a visitor of the demo makes by one click."""


def is_demo_seller(code: str) -> bool:
    """Tell whether a seller is one of the demo's, by its code."""
    given = code.upper()
    return given.startswith(NEWCOMER) or given in {one.code.upper() for one in all_sellers()}

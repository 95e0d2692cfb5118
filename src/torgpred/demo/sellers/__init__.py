"""The demo world's sellers: plainly fictional producers of different trades, each with its file.

Files are written, not stored: the same bytes on every machine. Beside its file a seller brings
what its export desk would answer when asked: statements, category decisions, a pricing policy.
"""

from torgpred.demo.sellers import cosmetics, fruit, games, kettle, lamps, thermal
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Meant, Span, Stated

__all__ = ["DemoSeller", "Expected", "Mapped", "Meant", "Span", "Stated", "all_sellers"]


def all_sellers() -> tuple[DemoSeller, ...]:
    """Return the sellers in the order of the demo's story: five Russian ones, one Chinese."""
    modules = (cosmetics, thermal, games, lamps, fruit, kettle)
    return tuple(module.SELLER for module in modules)

"""A seller with listed goods at a running twin."""

from tests.db.orders.conftest import one_twin, twin, world

__all__ = ["one_twin", "twin", "world"]

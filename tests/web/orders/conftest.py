from tests.db.orders.conftest import one_twin, selling, twin, world

__all__ = ["one_twin", "selling", "twin", "world"]

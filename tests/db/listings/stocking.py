"""Levels as tests need them, and telling the shops in this thread until nothing is due."""

import time
from typing import Any

from django.db import connection
from tests.db.listings.world import World

from torgpred.kernel.clock import now
from torgpred.listings.services import claiming, marking, telling
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope, scope


def set_level(seller_id: int, sku: str, pieces: int, *, warehouse: str = "MAIN") -> None:
    """Let so many pieces lie in a warehouse, and note the change, as stock does."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
            " VALUES (%s, %s, %s, 'RU', 0, now()) ON CONFLICT DO NOTHING",
            [seller_id, warehouse, warehouse],
        )
        cursor.execute(
            "INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand)"
            " SELECT %s, %s, id, %s FROM stock_warehouse WHERE seller_id = %s AND code = %s"
            " ON CONFLICT (seller_id, sku, warehouse_id) DO UPDATE SET on_hand = excluded.on_hand",
            [seller_id, sku, pieces, seller_id, warehouse],
        )
        note(seller_id, sku)


def note(seller_id: int, sku: str) -> None:
    """Note that an SKU may have changed."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_change (seller_id, sku, at) VALUES (%s, %s, now())",
            [seller_id, sku],
        )
        jobs.wake("stock.changed")


def mark_all() -> None:
    """Take in all notes of changes."""
    while marking.take_in()[1]:
        pass


def tell_all(seconds: float = 120.0) -> None:
    """Mark, tell and ask until nothing more is due now and no call is under way."""
    mark_all()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with operator_scope():
            due = claiming.shops_due(now())
        told = [shop_id for shop_id in due if telling.tell(shop_id)]
        waited_for = asked()
        if not told and not waited_for:
            return
        pauses = [pause for shop_id in waited_for if (pause := telling.ask(shop_id)) is not None]
        time.sleep(min(pauses, default=0.0))
    raise AssertionError("shops were not told in time")


def asked() -> list[int]:
    """Return the shops with calls under way."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT shop_id FROM listings_stockcall")
        return [row[0] for row in cursor.fetchall()]


def counted(world: World) -> dict[str, Any]:
    """Return how often the twin was asked what, since it was cleared last."""
    counts: dict[str, Any] = world.twin.control("GET", "counters")["requests"]
    return counts

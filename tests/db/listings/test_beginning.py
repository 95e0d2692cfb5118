"""Listings begin while stock changes: what changes beside the moment of that is told, too."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.db.listings.stocking import mark_all, set_level, tell_all
from tests.db.listings.test_telling import shown
from tests.db.listings.world import World, make_boots

from torgpred.kernel.clock import now
from torgpred.listings.services import marking


def beside(work: Callable[[], None]) -> None:
    """Do something in a transaction of its own, beside the one that is open here."""

    def closing() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=closing)
    thread.start()
    thread.join()


def change_beside(world: World, pieces: int) -> None:
    """Let another process change the level of B-1, and take its note in."""

    def change() -> None:
        set_level(world.seller, "B-1", pieces)
        mark_all()

    beside(change)


def test_a_change_beside_the_end_of_a_create_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.feed(make_boots("B-1"))
    set_level(world.seller, "B-1", 7)
    mark_all()
    look = marking.mark_moved

    def look_then_change(**what: Any) -> None:  # noqa: ANN401 - handed through
        look(**what)
        change_beside(world, 3)

    monkeypatch.setattr(marking, "mark_moved", look_then_change)
    world.apply(world.plan())
    marking.mark_again(now())
    tell_all()
    assert shown(world) == {"B-1": 3}


def test_a_change_beside_the_return_of_a_product_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.feed(make_boots("B-1"))
    set_level(world.seller, "B-1", 7)
    world.carry_out()
    set_level(world.seller, "B-1", 6)
    tell_all()
    world.run("UPDATE listings_listedproduct SET gone_at = now(), page_digest = NULL")
    look = marking.mark_differing

    def look_then_change(product_ids: list[int], **what: Any) -> None:  # noqa: ANN401
        look(product_ids, **what)
        change_beside(world, 9)

    monkeypatch.setattr(marking, "mark_differing", look_then_change)
    world.look()
    marking.mark_again(now())
    tell_all()
    assert shown(world) == {"B-1": 9}


def test_a_listing_that_began_with_what_there_is_is_told_nothing(world: World) -> None:
    world.feed(make_boots("B-1"))
    set_level(world.seller, "B-1", 7)
    mark_all()
    world.carry_out()
    world.twin.control("DELETE", "counters")
    marking.mark_again(now())
    tell_all()
    assert "stock.update" not in world.twin.control("GET", "counters")["requests"]

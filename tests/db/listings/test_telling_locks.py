"""Shops are told what is free, and those that a lock names what it has left for them as well."""

import pytest
from tests.db.listings.stocking import set_level, tell_all
from tests.db.listings.test_telling import shown
from tests.db.listings.world import World, make_boots, open_shop
from tests.db.orders.making import make_line, make_order

from torgpred.orders.services.accepting import accept
from torgpred.orders.services.staging import Staged, Whose
from torgpred.stock import selectors as stock
from torgpred.stock.services import keeping, moving


@pytest.fixture
def listed(world: World) -> World:
    """Two products that stand in the shop."""
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    return world


def keep(world: World, shop: int, pieces: int = 3, sku: str = "B-1") -> int:
    """Keep pieces for a shop; return the lock's number."""
    [card] = keeping.keep(
        seller_id=world.seller,
        purpose="11.11",
        shop_ids=[shop],
        pieces={(sku, stock.warehouses(world.seller)[0].id): pieces},
        until=None,
        actor="test",
    )
    return card.id


def sell(world: World, shop: int, number: int, pieces: int) -> None:
    staged = Staged()
    line = make_line("B-1", pieces)
    staged.add(shop, Whose(owner=world.seller), [make_order(number, line)])
    accept(staged)


def told(world: World) -> int:
    tell_all()
    return shown(world)["B-1"]


def count(world: World, pieces: int) -> None:
    place = stock.warehouses(world.seller)[0].id
    moving.count(seller_id=world.seller, warehouse_id=place, pieces={"B-1": pieces}, actor="test")


def test_a_shop_in_a_lock_is_told_what_is_free_and_what_the_lock_has_left(listed: World) -> None:
    set_level(listed.seller, "B-1", 5)
    other = open_shop(listed.twin, listed.seller, "OTHER")
    kept = keep(listed, listed.shop)
    assert told(listed) == 5
    sell(listed, other, 1, 1)
    assert told(listed) == 4, "a free one went"
    sell(listed, listed.shop, 2, 1)
    assert told(listed) == 3, "one out of the lock went"
    count(listed, 3)
    assert told(listed) == 1, "of three that lie there two are promised, whatever is kept"
    count(listed, 5)
    keeping.unlock(seller_id=listed.seller, lock_ids=[kept], actor="test")
    assert told(listed) == 3


def test_a_shop_outside_a_lock_is_told_only_what_is_free(listed: World) -> None:
    set_level(listed.seller, "B-1", 5)
    assert told(listed) == 5
    other = open_shop(listed.twin, listed.seller, "OTHER")
    kept = keep(listed, other)
    assert told(listed) == 2, "opened"
    keeping.release(seller_id=listed.seller, pieces={kept: 1}, actor="test")
    assert told(listed) == 3, "given back in part"
    sell(listed, other, 1, 2)
    assert told(listed) == 3, "used: nothing that was free went"
    keeping.unlock(seller_id=listed.seller, lock_ids=[kept], actor="test")
    assert told(listed) == 3, "nothing was left in it"


def test_a_draft_starts_with_what_its_shop_may_sell(listed: World) -> None:
    for sku in ("B-3", "B-4"):
        set_level(listed.seller, sku, 5)
    keep(listed, listed.shop, sku="B-3")
    keep(listed, open_shop(listed.twin, listed.seller, "OTHER"), sku="B-4")
    listed.feed(*(make_boots(f"B-{number}") for number in range(1, 5)))
    listed.carry_out()
    assert {sku: shown(listed)[sku] for sku in ("B-3", "B-4")} == {"B-3": 5, "B-4": 2}

"""Shops are told the stock that is available: the last value, in all of them, never a guess."""

from datetime import timedelta
from pathlib import Path

import pytest
from tests.db.conftest import make_tenant
from tests.db.listings.stocking import counted, mark_all, set_level, tell_all
from tests.db.listings.test_adopting import ean13, standing
from tests.db.listings.world import World, make_boots, open_shop

from torgpred.catalogue.core.offers import Offer, Param
from torgpred.channels import services as channels
from torgpred.kernel.clock import now
from torgpred.listings import selectors, tasks
from torgpred.listings.models import StockCall
from torgpred.listings.services import claiming, handing, marking, stock_pauses, telling, undoing
from torgpred.listings.services.observing import Depth
from torgpred.runtime.scope import operator_scope
from torgpred.twins.testing import RunningTwin


def shown(world: World) -> dict[str, int]:
    """Return the pieces that the shop shows, by SKU."""
    return {
        sku["code"]: sku["ipm_sku_stock"]
        for listing in world.twin.control("GET", "listings")
        for sku in listing["sku"]
    }


def card(world: World) -> selectors.StockCard:
    return next(one for one in selectors.stock_to_tell() if one.shop_id == world.shop)


def forget_times(world: World) -> None:
    """Let every rest and every lease be over."""
    world.run(
        "UPDATE listings_stocktelling SET not_before = now() - interval '1 s',"
        " lease_until = CASE WHEN lease_until IS NOT NULL THEN now() - interval '1 s' END,"
        " again_at = CASE WHEN again_at IS NOT NULL THEN now() - interval '1 s' END"
    )
    with operator_scope():
        stock_pauses.over(world.shop)


def sized(*keys: str) -> list[Offer]:
    """Return variants of one product, told apart by their size."""
    own = make_boots().params
    return [
        make_boots(key, product_key="V", params=(*own, Param("Размер", str(26 + place))))
        for place, key in enumerate(keys, start=1)
    ]


@pytest.fixture
def listed(world: World) -> World:
    """Two products that stand in the shop with seven pieces each."""
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    marking.mark_again(now())
    world.twin.control("DELETE", "counters")
    return world


def test_many_changes_become_one_call_with_the_last_value(listed: World) -> None:
    for pieces in (6, 5, 4, 3):
        set_level(listed.seller, "B-1", pieces)
        mark_all()
    tell_all()
    assert shown(listed) == {"B-1": 3, "B-2": 7}
    assert counted(listed)["stock.update"] == 1
    tell_all()
    assert counted(listed)["stock.update"] == 1, "what was told is not told again"


def test_what_is_available_is_the_sum_of_the_warehouses(listed: World) -> None:
    set_level(listed.seller, "B-1", 5, warehouse="NORTH")
    set_level(listed.seller, "B-1", 4, warehouse="SOUTH")
    listed.run("UPDATE stock_level SET reserved = 2, locked = 1, buffer = 1 WHERE on_hand = 5")
    listed.run("UPDATE stock_level SET buffer = 9 WHERE on_hand = 4")
    tell_all()
    assert shown(listed)["B-1"] == 1, "a warehouse that is short takes nothing off the other"


def test_a_sku_without_a_level_is_told_nothing_and_shown_so(listed: World) -> None:
    set_level(listed.seller, "B-1", 3)
    listed.run("DELETE FROM stock_level")
    tell_all()
    assert shown(listed) == {"B-1": 7, "B-2": 7}
    assert "stock.update" not in counted(listed)
    assert card(listed).unknown == 2


def test_nothing_left_goes_first_then_less_then_the_oldest(listed: World) -> None:
    listed.feed(*(make_boots(f"B-{number}") for number in range(1, 5)))
    listed.carry_out()
    for key, pieces in (("B-1", 9), ("B-2", 5), ("B-3", 0), ("B-4", 4)):
        set_level(listed.seller, key, pieces)
        mark_all()
    order = []
    for _ in range(4):
        with operator_scope():
            [one] = claiming.claim(
                listed.shop, now=now(), most=1, cap=99, settle=timedelta(seconds=1)
            )
        order.append(one.numbers[0].sku)
    assert order == ["B-3", "B-2", "B-4", "B-1"]


def test_a_product_is_not_told_again_before_its_call_has_ended(listed: World) -> None:
    listed.twin.control("PATCH", "settings", {"task_delay_min": 30, "task_delay_max": 30})
    set_level(listed.seller, "B-1", 3)
    mark_all()
    assert telling.tell(listed.shop)
    set_level(listed.seller, "B-1", 2)
    mark_all()
    assert not telling.tell(listed.shop)
    assert (card(listed).waiting, card(listed).under_way) == (1, 1)
    set_level(listed.seller, "B-2", 1)
    mark_all()
    assert telling.tell(listed.shop), "others do not wait for it"
    listed.twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    listed.twin.control("POST", "clock", {"advance_seconds": 40})
    tell_all()
    assert shown(listed) == {"B-1": 2, "B-2": 1}


def test_a_call_that_never_ends_is_waited_for_no_longer(listed: World) -> None:
    listed.fault("task_stuck", operations=["stock.update"], count=1)
    set_level(listed.seller, "B-1", 3)
    mark_all()
    assert telling.tell(listed.shop)
    with operator_scope():
        StockCall.objects.update(submitted_at=now() - 2 * telling.OVERDUE, poll_at=now())
    tell_all()
    assert shown(listed)["B-1"] == 3


def test_a_lost_answer_is_told_again_as_it_is_by_then_and_once_more(listed: World) -> None:
    listed.fault("cut_after", operations=["stock.update"], count=3)
    set_level(listed.seller, "B-1", 3)
    mark_all()
    assert telling.tell(listed.shop)
    assert card(listed).waiting == 1
    assert "gave no good answer" in card(listed).reason
    set_level(listed.seller, "B-1", 2)
    with operator_scope():
        stock_pauses.over(listed.shop)
    tell_all()
    assert shown(listed)["B-1"] == 2
    before = counted(listed)["stock.update"]
    assert not marking.mark_again(now())
    forget_times(listed)
    assert marking.mark_again(now()) == {listed.shop}
    tell_all()
    assert counted(listed)["stock.update"] == before + 1


def test_what_a_dead_process_held_is_told_by_another(
    listed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_level(listed.seller, "B-1", 3)
    mark_all()
    with monkeypatch.context() as patch:
        # It died after the marketplace took the call, before it kept the answer.
        patch.setattr(telling, "_keep", lambda *_: None)
        assert telling.tell(listed.shop)
    set_level(listed.seller, "B-1", 2)
    mark_all()
    assert not telling.tell(listed.shop), "the lease still runs"
    forget_times(listed)
    tell_all()
    assert shown(listed)["B-1"] == 2
    assert listed.rows("SELECT count(*) FROM listings_stocktelling WHERE again_at IS NOT NULL") == [
        (1,)
    ]


def test_who_lost_the_lease_can_no_longer_record(listed: World) -> None:
    set_level(listed.seller, "B-1", 3)
    mark_all()
    given = {"most": 9, "cap": 99, "settle": timedelta(seconds=1)}
    with operator_scope():
        old = claiming.claim(listed.shop, now=now(), **given)  # type: ignore[arg-type]
    forget_times(listed)
    set_level(listed.seller, "B-1", 2)
    mark_all()
    with operator_scope():
        new = claiming.claim(listed.shop, now=now(), **given)  # type: ignore[arg-type]
        claiming.told(old, now=now())
    assert [one.numbers[0].pieces for one in (*old, *new)] == [3, 2]
    assert card(listed).waiting == 1
    with operator_scope():
        claiming.told(new, now=now())
    assert card(listed).waiting == 0


@pytest.mark.parametrize("way", ["update", "undo", "cabinet"])
def test_a_variant_that_a_product_lost_is_told_no_more(world: World, way: str) -> None:
    both, one = sized("V-1", "V-2"), sized("V-1")
    world.feed(*(one if way == "undo" else both))
    world.carry_out()
    if way == "undo":
        world.feed(*both)
        plan = world.plan()
        world.apply(plan)
        world.apply(undoing.make_undo(seller_id=world.seller, plan_id=plan.id, actor="test"))
    elif way == "update":
        world.feed(*one)
        world.carry_out()
    else:
        product = world.standing()["V-1"]["id"]
        world.twin.control("PATCH", f"listings/{product}", {"remove_sku": "V-2"})
        world.look(Depth.ALL)
    assert list(shown(world)) == ["V-1"]
    set_level(world.seller, "V-1", 3)
    set_level(world.seller, "V-2", 2)
    tell_all()
    assert shown(world) == {"V-1": 3}
    assert (card(world).waiting, card(world).refused) == (0, 0)

    world.feed(*both)
    world.carry_out()
    set_level(world.seller, "V-2", 1)
    tell_all()
    assert shown(world) == {"V-1": 3, "V-2": 1}, "it came back"


def test_a_refusal_is_kept_in_words_and_tried_again_later(listed: World) -> None:
    listed.fault("task_failed", operations=["stock.update"], count=1, code="E7", message="not now")
    set_level(listed.seller, "B-1", 3)
    tell_all()
    [refusal] = selectors.stock_refusals(listed.shop, listed.seller)
    assert refusal.product_key == "B-1"
    assert "not now" in refusal.problems[0].message
    assert (card(listed).waiting, card(listed).refused) == (1, 1)
    tell_all()
    assert shown(listed)["B-1"] == 7, "it rests"
    stock_pauses.try_again(shop_id=listed.shop)
    tell_all()
    assert shown(listed)["B-1"] == 3
    assert selectors.stock_refusals(listed.shop) == []


def test_one_bad_product_does_not_keep_its_batch_from_being_told(listed: World) -> None:
    listed.fault("unknown_error", operations=["stock.update"], count=2)
    for key in ("B-1", "B-2"):
        set_level(listed.seller, key, 3)
    mark_all()
    for _ in range(2):
        assert telling.tell(listed.shop)
    assert card(listed).refused == 2
    tell_all()
    assert shown(listed) == {"B-1": 3, "B-2": 3}


def test_an_outage_loses_nothing(listed: World) -> None:
    set_level(listed.seller, "B-1", 3)
    set_level(listed.seller, "B-2", 0)
    mark_all()
    listed.fault("server_error", operations=["stock.update"], count=3)
    assert telling.tell(listed.shop)
    assert not telling.tell(listed.shop), "the shop rests"
    assert card(listed).waiting == 2
    with operator_scope():
        stock_pauses.over(listed.shop)
    tell_all()
    assert shown(listed) == {"B-1": 3, "B-2": 0}
    assert card(listed).reason == ""


def test_a_429_is_waited_for_as_long_as_it_says(listed: World) -> None:
    set_level(listed.seller, "B-1", 3)
    mark_all()
    listed.fault("too_many_requests", operations=["stock.update"], count=1, seconds=7000)
    telling.tell(listed.shop)
    until = card(listed).resting_until
    assert until is not None
    assert timedelta(seconds=6000) < until - now() <= timedelta(seconds=7000)


def test_a_dead_token_waits_for_a_person(listed: World) -> None:
    set_level(listed.seller, "B-1", 3)
    mark_all()
    listed.fault("dead_token", operations=["stock.update"], count=1)
    telling.tell(listed.shop)
    assert card(listed).needs_person
    assert card(listed).waiting == 1
    stock_pauses.try_again(shop_id=listed.shop)
    tell_all()
    assert shown(listed)["B-1"] == 3


def test_a_joint_shop_is_told_of_all_sellers_in_one_call(
    transactional_db: None, twin: RunningTwin, tmp_path: Path
) -> None:
    operator = make_tenant("operator", "OP")
    shop = open_shop(twin, operator, "joint")
    channels.test_shop(shop)
    channels.learn_rules(shop)
    one = World(twin, tmp_path, "ONE", shop_id=shop)
    two = World(twin, tmp_path, "TWO", shop_id=shop)
    for world in (one, two):
        world.feed(make_boots("B-1"))
        world.carry_out()
    twin.control("DELETE", "counters")
    set_level(one.seller, "B-1", 5)
    set_level(two.seller, "B-1", 4)
    tell_all()
    assert shown(one) == {f"s{one.seller}-B-1": 5, f"s{two.seller}-B-1": 4}
    assert counted(one)["stock.update"] == 1
    assert [(it.shop_id, it.waiting) for it in selectors.stock_to_tell(one.seller)] == [(shop, 0)]


def test_an_adopted_listing_is_told_under_the_name_it_had(world: World) -> None:
    world.preload(standing("OLD-1", bar_code=ean13(1)))
    world.feed(make_boots("B-1", barcodes=(ean13(1),)))
    set_level(world.seller, "B-1", 4)
    assert world.adopt().bound == 1
    tell_all()
    assert shown(world) == {"OLD-1": 4}, "a shop that was never told is told when it is adopted"
    set_level(world.seller, "B-1", 2)
    tell_all()
    assert shown(world) == {"OLD-1": 2}


def test_a_shop_that_shows_more_than_there_is_is_told_anew(listed: World) -> None:
    set_level(listed.seller, "B-1", 3)
    tell_all()
    product = listed.standing()["B-1"]["id"]
    listed.twin.control("PATCH", f"listings/{product}", {"inventory": 50})
    listed.look()
    tell_all()
    assert shown(listed)["B-1"] == 3
    listed.twin.control("PATCH", f"listings/{product}", {"inventory": 2})
    listed.look()
    tell_all()
    assert shown(listed)["B-1"] == 2, "it may have sold one that we have not heard of yet"


def test_a_create_starts_with_what_is_available(world: World) -> None:
    set_level(world.seller, "B-1", 2)
    mark_all()
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    assert shown(world) == {"B-1": 2, "B-2": 7}
    world.twin.control("DELETE", "counters")
    tell_all()
    assert "stock.update" not in counted(world), "the create told it"


def test_an_edit_never_leaves_an_older_number(
    listed: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_level(listed.seller, "B-1", 5)
    tell_all()
    listed.feed(make_boots("B-1", name="Валенки новые", quantity=40), make_boots("B-2"))
    plan = listed.plan()
    original = handing._keep

    def sold_meanwhile(*given: object) -> None:
        set_level(listed.seller, "B-1", 1)
        tell_all()
        original(*given)  # type: ignore[arg-type]

    listed.twin.control("PATCH", "settings", {"task_delay_min": 1, "task_delay_max": 1})
    monkeypatch.setattr(handing, "_keep", sold_meanwhile)
    listed.apply(plan)
    tell_all()
    assert shown(listed)["B-1"] == 1


def test_the_job_tells_all_shops_of_a_seller_and_waits_for_none(listed: World) -> None:
    listed.twin.control("POST", "accounts", {"code": "more"})
    set_level(listed.seller, "B-1", 3)
    while tasks.tell():
        pass
    assert tasks.desk().wait(120)
    assert shown(listed)["B-1"] == 3

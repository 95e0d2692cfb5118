"""Parcels by the marketplace's logistics: made once, labelled, listed, out of stock once."""

from decimal import Decimal

import httpx
import pytest
from tests.db.orders.making import levels, rows, run
from tests.db.orders.selling import Selling, at_twin, buy, happen, pack, parcels_there

from torgpred.kernel.clock import now
from torgpred.orders.core.packing import Box
from torgpred.orders.selectors import fulfilment
from torgpred.orders.selectors.watching import watch
from torgpred.orders.services import handing_over, packing, unpacking
from torgpred.orders.services.handing_over import make_handover, transfer
from torgpred.orders.services.packing import Wish, make_parcels
from torgpred.orders.services.pulling import pull
from torgpred.orders.services.returning import see_returns


def hand_over(world: Selling, *orders: str) -> str:
    (made,) = make_handover(
        seller_id=world.seller, names=orders, arrival=now().date(), actor="test"
    )
    return made.list


def block(world: Selling) -> dict[str, str]:
    return {one.order: one.block.value for one in watch(world.seller, hours=24 * 60)}


def test_from_parcel_to_transfer_and_the_pieces_leave_once(selling: Selling) -> None:
    first, second = buy(selling, ("B-0", 2), ("B-1", 1)), buy(selling, ("B-0", 1))
    assert block(selling) == {first: "not packed", second: "not packed"}
    made = pack(selling, first, second)
    assert [(one.order, one.state, one.problem) for one in made] == [
        (first, "made", ""),
        (second, "made", ""),
    ]
    assert [len(parcels_there(selling, one)) for one in (first, second)] == [1, 1]
    assert pack(selling, first) == made[:1], "repeating it makes none"
    assert len(parcels_there(selling, first)) == 1
    ((sides, weight),) = rows(
        "SELECT ARRAY[length_cm, width_cm, height_cm]::text, weight_kg FROM orders_parcel"
        " WHERE remote_id = %s",
        made[0].parcel,
    )
    assert (sides, weight) == ("{30.00,20.00,36.00}", Decimal("2.400")), "three boxes, flat"
    (paper,) = unpacking.labels(seller_id=selling.seller, names=[first, second])
    label = httpx.get(paper.address, trust_env=False).content
    assert label.startswith(b"%PDF")
    assert made[0].track_number.encode() in label
    assert block(selling) == {first: "not on a list", second: "not on a list"}
    number = hand_over(selling)
    assert block(selling) == {first: "not handed over", second: "not handed over"}
    sheet = handing_over.document(seller_id=selling.seller, handover=number)
    assert httpx.get(sheet.address, trust_env=False).content.startswith(b"%PDF")
    assert levels(selling.seller) == {("M", "B-0"): (10, 3), ("M", "B-1"): (10, 1)}
    done = transfer(seller_id=selling.seller, handover=number, actor="test")
    assert (done.state, done.shipped) == ("handed_over", 4)
    again = transfer(seller_id=selling.seller, handover=number, actor="test")
    pull(shop_id=selling.shop)
    assert (again.state, again.shipped) == ("handed_over", 0)
    assert levels(selling.seller) == {("M", "B-0"): (7, 0), ("M", "B-1"): (9, 0)}
    assert rows("SELECT DISTINCT phase FROM orders_consignment") == [("shipped",)]
    assert block(selling) == {}


def test_the_pull_meets_the_transfer_first(selling: Selling) -> None:
    order = buy(selling, ("B-0", 2))
    pack(selling, order)
    number = hand_over(selling, order)
    rest = {"handover_list_id": int(number)}
    answer = httpx.post(
        f"{selling.twin.base_url}/seller-api/v1/handover-list/transfer",
        json=rest,
        headers={"x-auth-token": selling.twin.token},
        trust_env=False,
    )
    assert answer.json()["error"] is None
    pull(shop_id=selling.shop)
    assert levels(selling.seller)["M", "B-0"] == (8, 0)
    assert transfer(seller_id=selling.seller, handover=number, actor="test").shipped == 0
    assert levels(selling.seller)["M", "B-0"] == (8, 0)
    assert rows("SELECT state, handed_over_at IS NULL FROM orders_handover") == [
        ("handed_over", False)
    ]


@pytest.mark.parametrize("kind", ["cut_after", "server_error"])
def test_a_lost_answer_makes_no_second_parcel(selling: Selling, kind: str) -> None:
    order = buy(selling, ("B-0", 2))
    selling.fault(kind, operations=["parcels.create"], count=1)
    pack(selling, order)
    for _ in range(2):
        (one,) = pack(selling, order)
    selling.run("UPDATE orders_parcel SET asked_at = asked_at - interval '1 hour'")
    (one,) = pack(selling, order)
    assert (one.state, one.problem) == ("made", "")
    assert len(parcels_there(selling, order)) == 1
    assert len(rows("SELECT id FROM orders_parcel WHERE state = 'made'")) == 1


def test_a_process_that_died_in_the_call_is_gone_on_from(
    selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buy(selling, ("B-0", 2))
    with monkeypatch.context() as broken:
        broken.setattr(packing, "_record", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pack(selling, order)
    assert rows("SELECT state FROM orders_parcel") == [("wanted",)]
    (one,) = pack(selling, order)
    assert (one.state, len(parcels_there(selling, order))) == ("made", 1)


def test_while_nobody_knows_nobody_asks_again(
    selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call is under way elsewhere: a look that finds nothing is not believed yet."""
    order = buy(selling, ("B-0", 2))
    with monkeypatch.context() as broken:
        broken.setattr(packing, "_requests", lambda _: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pack(selling, order)
    (one,) = pack(selling, order)
    assert (one.state, "lost" in one.problem) == ("wanted", True)
    assert parcels_there(selling, order) == []
    assert block(selling) == {order: "unclear"}
    selling.fault("server_error", operations=["orders.list"], count=50)
    pack(selling, order)
    selling.twin.control("DELETE", "faults")
    assert "lost" in pack(selling, order)[0].problem, "a look that fails tells nothing either"
    assert parcels_there(selling, order) == []
    selling.run("UPDATE orders_parcel SET asked_at = asked_at - interval '1 hour'")
    (one,) = pack(selling, order)
    assert (one.state, one.problem) == ("made", "")


def test_a_pull_takes_over_what_was_made_and_lost(
    selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = buy(selling, ("B-0", 2))
    with monkeypatch.context() as broken:
        broken.setattr(packing, "_record", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pack(selling, order)
    pull(shop_id=selling.shop)
    (one,) = fulfilment.parcels(selling.seller, [order])
    assert (one.state, one.items) == ("made", "2 x B-0")


def test_one_that_is_refused_holds_up_no_other(selling: Selling) -> None:
    good, gone = buy(selling, ("B-0", 1)), buy(selling, ("B-0", 1))
    selling.twin.control("POST", f"orders/{gone}/cancel", {})
    made = {one.order: one for one in pack(selling, gone, good, "77")}
    assert (made[good].state, made[good].problem) == ("made", "")
    assert made[gone].state == "refused"
    assert "WrongOrderStatus" in made[gone].problem
    assert "not known" in made["77"].problem
    (shown,) = fulfilment.parcels(selling.seller, [gone])
    assert "WrongOrderStatus" in shown.problem
    assert block(selling)[gone] == "refused"
    pull(shop_id=selling.shop)
    assert gone not in block(selling)


def test_an_order_may_go_in_several_parcels(selling: Selling) -> None:
    order = buy(selling, ("B-0", 3))
    wish = Wish(Box((Decimal(10), Decimal(10), Decimal(10)), Decimal(1)), {"B-0": 2})
    make_parcels(seller_id=selling.seller, orders=[order], actor="test", wish=wish)
    made = pack(selling, order)
    assert [one.items for one in fulfilment.parcels(selling.seller, [order])] == [
        "1 x B-0",
        "2 x B-0",
    ]
    number = hand_over(selling, made[0].parcel)
    transfer(seller_id=selling.seller, handover=number, actor="test")
    assert levels(selling.seller)["M", "B-0"] == (8, 1)
    assert rows("SELECT phase FROM orders_consignment") == [("to_ship",)]
    second = hand_over(selling)
    transfer(seller_id=selling.seller, handover=second, actor="test")
    assert levels(selling.seller)["M", "B-0"] == (7, 0)
    assert rows("SELECT phase FROM orders_consignment") == [("shipped",)]


def test_what_is_too_large_or_of_unknown_size_is_told(selling: Selling) -> None:
    order = buy(selling, ("B-0", 1))
    huge = Wish(Box((Decimal(900), Decimal(1), Decimal(1)), Decimal(1)))
    (one,) = make_parcels(seller_id=selling.seller, orders=[order], actor="test", wish=huge)
    assert "700" in one.problem
    run("UPDATE orders_line SET sku = 'X' WHERE sku = 'B-0'")
    (one,) = pack(selling, order)
    assert "size of X is not known" in one.problem


def test_a_deleted_parcel_may_be_made_anew_and_one_on_a_list_stays(selling: Selling) -> None:
    first, second = buy(selling, ("B-0", 1)), buy(selling, ("B-0", 1))
    pack(selling, first, second)
    number = hand_over(selling, second)
    gone = unpacking.delete_parcels(seller_id=selling.seller, names=[first, second])
    assert [(one.order, one.state, bool(one.problem)) for one in gone] == [
        (first, "deleted", False),
        (second, "made", True),
    ]
    told = handing_over.remove(seller_id=selling.seller, handover=number, names=[second])
    assert told.parcels == ()
    (again,) = pack(selling, first)
    assert (again.state, len(parcels_there(selling, first))) == ("made", 1)
    told = handing_over.add(seller_id=selling.seller, handover=number, names=[first, second])
    assert len(told.parcels) == 2
    assert transfer(seller_id=selling.seller, handover=number, actor="test").shipped == 2


def test_a_lost_answer_makes_no_second_list(selling: Selling) -> None:
    order = buy(selling, ("B-0", 1))
    (parcel,) = pack(selling, order)
    selling.fault("cut_after", operations=["handovers.create"], count=1)
    for _ in range(2):
        make_lists = rows("SELECT count(*) FROM orders_handover WHERE state = 'open'")
        if make_lists == [(0,)]:
            hand_over(selling, order)
    assert rows("SELECT state FROM orders_handover") == [("open",)]
    assert parcels_there(selling, order)[0]["handover_list_id"] is not None
    with pytest.raises(handing_over.NothingToHandOverError, match="on list"):
        hand_over(selling, parcel.parcel)


def test_what_was_cancelled_meanwhile_keeps_its_pieces(selling: Selling) -> None:
    stays, gone = buy(selling, ("B-0", 1)), buy(selling, ("B-0", 2))
    pack(selling, stays, gone)
    number = hand_over(selling)
    selling.twin.control("POST", f"orders/{gone}/cancel", {})
    assert transfer(seller_id=selling.seller, handover=number, actor="test").shipped == 1
    assert levels(selling.seller)["M", "B-0"] == (9, 2)
    pull(shop_id=selling.shop)
    assert levels(selling.seller)["M", "B-0"] == (9, 0)


def test_a_parcel_made_in_the_cabinet_is_the_sellers_too(selling: Selling) -> None:
    order = buy(selling, ("B-0", 2))
    line = at_twin(selling, order)["order_lines"][0]
    body = {
        "trade_order_id": int(order),
        **dict.fromkeys(("total_length", "total_width", "total_height"), 10),
        "total_weight": 1,
        "items": [{"quantity": 2, "sku_id": int(line["sku_id"])}],
    }
    httpx.post(
        f"{selling.twin.base_url}/seller-api/v1/logistic-order/create",
        json={"orders": [body]},
        headers={"x-auth-token": selling.twin.token},
        trust_env=False,
    )
    pull(shop_id=selling.shop)
    (one,) = fulfilment.parcels(selling.seller, [order])
    assert (one.state, one.items) == ("made", "2 x B-0")
    (made,) = pack(selling, order)
    assert made.parcel == one.parcel


def test_what_turns_round_is_expected_back_and_seen(selling: Selling) -> None:
    order = buy(selling, ("B-0", 2))
    pack(selling, order)
    transfer(seller_id=selling.seller, handover=hand_over(selling), actor="test")
    assert fulfilment.expected_back(selling.seller) == []
    happen(selling, order, "send_back")
    (one,) = fulfilment.expected_back(selling.seller)
    assert (one.order, one.sku, one.sent, one.seen) == (order, "B-0", 2, 0)
    happen(selling, order, "send_back")
    assert levels(selling.seller)["M", "B-0"] == (8, 0), "not stock before it is seen"
    see_returns(
        seller_id=selling.seller,
        order=order,
        pieces={"B-0": 2},
        warehouse_id=selling.warehouse,
        condition="good",
        actor="test",
    )
    assert levels(selling.seller)["M", "B-0"] == (10, 0)
    assert fulfilment.expected_back(selling.seller) == []

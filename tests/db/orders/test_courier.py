"""The seller's own courier at a running twin: steps, repeats, orders of several sellers."""

from pathlib import Path

import pytest
from tests.db.listings.world import open_shop
from tests.db.orders.making import levels, rows
from tests.db.orders.selling import Selling, at_twin, buy, happen, pack, parcels_there

from torgpred.accounts import services as accounts
from torgpred.channels.core.orders import CourierStep, Tracking
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError
from torgpred.orders import selectors, tasks
from torgpred.orders.selectors import fulfilment
from torgpred.orders.services import cancelling, finishing, fulfilling, packing, parts
from torgpred.orders.services.fulfilling import tell_step
from torgpred.orders.services.handing_over import make_handover, transfer
from torgpred.orders.services.pulling import pull
from torgpred.twins.testing import RunningTwin

READY, DONE = CourierStep.READY_FOR_PICKUP, CourierStep.DELIVERED


def ship(world: Selling, order: str, number: str = "T-1") -> str:
    return fulfilling.ship_by_courier(
        seller_id=world.seller,
        order=order,
        tracking=Tracking(number, "Учебный курьер"),
        actor="test",
    ).value


def step(world: Selling, order: str, taken: CourierStep) -> str | None:
    told = tell_step(seller_id=world.seller, order=order, step=taken)
    return told.value if told else None


def phase(world: Selling, order: str) -> str:
    (state,) = fulfilment.states(world.seller, order)
    return state.phase


def test_a_courier_takes_it_to_the_buyer_step_by_step(selling: Selling) -> None:
    order = buy(selling)
    with pytest.raises(parts.NotToShipError, match="not shipped by"):
        step(selling, order, READY)
    selling.fault("cut_after", operations=["courier.in_transit"], count=1)
    assert ship(selling, order) == "sent"
    assert at_twin(selling, order)["delivery_status"] == "InTransit"
    assert levels(selling.seller)["M", "B-0"] == (8, 0)
    with pytest.raises(fulfilling.TrackingStandsError, match="T-1 of Учебный курьер: that track"):
        ship(selling, order, "T-2")
    assert [step(selling, order, READY) for _ in range(2)] == ["ready_for_pickup"] * 2
    assert at_twin(selling, order)["delivery_status"] == "ReadyForPickup"
    pull(shop_id=selling.shop)
    assert step(selling, order, DONE) == "delivered"
    assert step(selling, order, READY) == "delivered", "a step is never taken back"
    pull(shop_id=selling.shop)
    assert (phase(selling, order), at_twin(selling, order)["status"]) == ("delivered", "Finished")
    assert levels(selling.seller)["M", "B-0"] == (8, 0)


def test_a_marketplace_that_does_not_answer_is_told_later(selling: Selling) -> None:
    order = buy(selling)
    selling.fault("server_error", operations=["courier.in_transit"], count=50)
    with pytest.raises(OutboundError):
        ship(selling, order)
    assert levels(selling.seller)["M", "B-0"] == (10, 2)
    selling.twin.control("DELETE", "faults")
    with pytest.raises(fulfilling.TrackingStandsError):
        ship(selling, order, "T-2")
    assert levels(selling.seller)["M", "B-0"] == (8, 0)
    assert rows("SELECT track_number, state FROM orders_shipment") == [("T-1", "sent")]


def grow_old() -> None:
    for table in ("shipment", "parcel", "handover"):
        rows(f"UPDATE orders_{table} SET made_at = made_at - interval '1 hour' RETURNING id")
    rows("UPDATE orders_shipment SET tried_at = NULL RETURNING id")


def test_the_worker_goes_on_with_what_was_not_carried_out(
    selling: Selling, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent, packed = buy(selling), buy(selling)
    selling.fault("server_error", operations=["courier.in_transit"], count=50)
    with pytest.raises(OutboundError):
        ship(selling, sent)
    with monkeypatch.context() as broken:
        broken.setattr(packing, "have_made", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            pack(selling, packed)
    ((problem,),) = rows("SELECT problem FROM orders_shipment")
    assert problem
    finishing.finish()
    assert at_twin(selling, sent)["delivery_status"] == "Init", "its command has it to itself yet"
    grow_old()
    finishing.finish()
    selling.twin.control("DELETE", "faults")
    grow_old()
    tasks.finish_shipping()
    assert at_twin(selling, sent)["delivery_status"] == "InTransit"
    assert len(parcels_there(selling, packed)) == 1
    assert levels(selling.seller)["M", "B-0"] == (8, 2)
    selling.fault("server_error", operations=["courier.delivered"], count=50)
    with pytest.raises(OutboundError):
        step(selling, sent, DONE)
    selling.twin.control("DELETE", "faults")
    grow_old()
    tasks.finish_shipping()
    assert at_twin(selling, sent)["delivery_status"] == "Delivered"
    assert finishing.finish() == 0


# --- orders of two sellers ------------------------------------------------------------------------
@pytest.fixture
def both(transactional_db: None, twin: RunningTwin, tmp_path: Path) -> tuple[Selling, Selling]:
    """Two sellers in the operator's shop."""
    shop = open_shop(twin, accounts.ensure_operator().id, "joint")
    first = Selling(twin, tmp_path, "J-1", shop_id=shop)
    return first, Selling(twin, tmp_path, "J-2", shop_id=shop)


def buy_both(first: Selling, second: Selling) -> str:
    return buy(first, (f"{first.prefix}B-0", 2), (f"{second.prefix}B-0", 1))


TABLES = (
    "orders_consignment", "orders_line", "orders_allocation", "orders_shortage",
    "orders_shipment", "orders_parcel", "orders_parcelitem", "orders_handover", "orders_return",
    "orders_cancellation", "stock_level", "stock_movement",
)  # fmt: skip


def only_own(world: Selling) -> None:
    """Check by raw SQL, under the seller's scope, that no other seller's row is seen."""
    for table in TABLES:
        seen = rows(f"SELECT DISTINCT seller_id FROM {table}", seller=world.seller)
        assert seen in ([], [(world.seller,)]), table
    assert rows("SELECT count(*) FROM orders_order", seller=world.seller) == [(0,)]


def test_each_seller_sees_ships_and_is_paid_for_its_part_only(
    both: tuple[Selling, Selling],
) -> None:
    first, second = both
    order = buy_both(first, second)
    paid = at_twin(first, order)["commission"]["estimate_revenue"]
    shares = []
    for world, pieces in ((first, 2), (second, 1)):
        ((payout,),) = rows("SELECT payout FROM orders_consignment", seller=world.seller)
        assert rows("SELECT sku, quantity FROM orders_line", seller=world.seller) == [
            ("B-0", pieces)
        ]
        assert [one.quantity for one in selectors.consignment_lines(world.seller, order)] == [
            pieces
        ]
        shares.append(payout)
        only_own(world)
    assert shares[0] == 2 * shares[1]
    assert sum(shares) * 100 == paid
    assert ship(first, order, "A-1") == "waiting"
    assert step(first, order, READY) is None, "the other part is not even shipped"
    assert at_twin(first, order)["delivery_status"] == "Init"
    assert (phase(first, order), phase(second, order)) == ("shipped", "to_ship")
    assert levels(second.seller)["M", "B-0"] == (10, 1)
    assert ship(second, order, "B-1") == "sent"
    assert at_twin(first, order)["delivery_status"] == "InTransit"
    pull(shop_id=first.shop)
    assert (phase(first, order), phase(second, order)) == ("shipped", "shipped")
    assert step(second, order, DONE) == "ready_for_pickup", "as far as the slower part is"
    assert step(first, order, DONE) == "delivered"
    for world, left in ((first, 8), (second, 9)):
        assert levels(world.seller)["M", "B-0"] == (left, 0)
        assert rows("SELECT sum(pieces)::int FROM stock_movement WHERE kind = 'shipped'",
                    seller=world.seller) == [(left - 10,)]  # fmt: skip
        assert [one.track_number for one in fulfilment.states(world.seller, order)] == [
            {8: "A-1", 9: "B-1"}[left]
        ]
        only_own(world)


def test_each_seller_packs_its_own_lines(both: tuple[Selling, Selling]) -> None:
    first, second = both
    order = buy_both(first, second)
    (made,) = pack(first, order)
    assert made.problem == ""
    with pytest.raises(parts.NotToShipError, match="goes by the marketplace's logistics"):
        ship(second, order)
    pack(second, order)
    assert [[p.items for p in fulfilment.parcels(w.seller)] for w in both] == [
        ["2 x B-0"],
        ["1 x B-0"],
    ]
    (made_list,) = make_handover(
        seller_id=first.seller, names=(), arrival=now().date(), actor="test"
    )
    assert made_list.parcels == (made.parcel,)
    assert transfer(seller_id=first.seller, handover=made_list.list, actor="test").shipped == 2
    pull(shop_id=first.shop)
    assert (phase(first, order), phase(second, order)) == ("shipped", "to_ship")
    assert levels(second.seller)["M", "B-0"] == (10, 1)
    for world in both:
        only_own(world)


def test_an_open_part_of_an_order_that_is_told_as_shipped_stays_open_and_is_told(
    both: tuple[Selling, Selling],
) -> None:
    first, second = both
    order = buy_both(first, second)
    assert ship(first, order) == "waiting"
    first.twin.control("PATCH", f"orders/{order}", {"delivery_status": "InTransit"})
    pull(shop_id=first.shop)
    (state,) = fulfilment.states(second.seller, order)
    assert (state.phase, state.mismatch) == ("to_ship", "ahead")
    assert levels(second.seller)["M", "B-0"] == (10, 1), "its pieces lie there still"
    assert fulfilment.states(first.seller, order)[0].mismatch == ""
    assert ship(second, order, "B-1") == "sent"
    (state,) = fulfilment.states(second.seller, order)
    assert (state.phase, state.mismatch) == ("shipped", "")
    assert levels(second.seller)["M", "B-0"] == (9, 0)


def test_a_part_that_waits_is_told_once_the_others_are_no_more(
    both: tuple[Selling, Selling],
) -> None:
    first, second = both
    order = buy_both(first, second)
    assert ship(first, order) == "waiting"
    rows("UPDATE orders_line SET quantity = 0 WHERE seller_id = %s RETURNING id", second.seller)
    grow_old()
    finishing.finish()
    assert at_twin(first, order)["delivery_status"] == "InTransit"
    assert rows("SELECT state, told FROM orders_shipment") == [("sent", "in_transit")]


def test_a_part_that_was_never_shipped_here_is_gone_once_the_buyer_has_it(
    both: tuple[Selling, Selling],
) -> None:
    first, second = both
    order = buy_both(first, second)
    first.twin.control(
        "PATCH", f"orders/{order}", {"delivery_status": "Delivered", "status": "Finished"}
    )
    pull(shop_id=first.shop)
    for world, left in ((first, 8), (second, 9)):
        assert phase(world, order) == "delivered"
        assert levels(world.seller)["M", "B-0"] == (left, 0)


# --- cancelled, held, disputed --------------------------------------------------------------------
def cancel(world: Selling, order: str) -> tuple[bool, str]:
    told = cancelling.cancel(seller_id=world.seller, order=order, actor="test")
    return told.awaits, " ".join(told.steps)


def test_a_cancellation_is_written_down_awaited_and_met(selling: Selling) -> None:
    order = buy(selling)
    pack(selling, order)
    awaits, steps = cancel(selling, order)
    assert awaits
    assert "Delete its parcels first" in steps
    assert f"Open order {order} in the seller's cabinet" in steps
    with pytest.raises(parts.NotToShipError, match="cancellation is awaited"):
        ship(selling, order)
    cancelling.withdraw(seller_id=selling.seller, order=order)
    with pytest.raises(cancelling.NotAwaitedError):
        cancelling.withdraw(seller_id=selling.seller, order=order)
    cancel(selling, order)
    happen(selling, order, "cancel", reason="CancelledBySeller")
    (state,) = fulfilment.states(selling.seller, order)
    assert (state.phase, state.reason, state.cancel_asked_at) == (
        "cancelled",
        "CancelledBySeller",
        None,
    )
    assert levels(selling.seller)["M", "B-0"] == (10, 0)
    assert rows("SELECT state FROM orders_parcel") == [("deleted",)]
    assert cancel(selling, order) == (False, "It is cancelled already, and its pieces are free.")


def test_an_unpaid_order_may_end_by_itself_and_a_sent_one_comes_back(selling: Selling) -> None:
    unpaid = buy(selling, ("B-0", 1), paid=False)
    assert "ends by itself" in cancel(selling, unpaid)[1]
    sent = buy(selling, ("B-0", 2))
    ship(selling, sent)
    awaits, steps = cancel(selling, sent)
    assert (awaits, "turn it" in steps) == (False, True)
    selling.twin.control(
        "PATCH", f"orders/{sent}", {"status": "Cancelled", "payment_status": "Cancelled"}
    )
    pull(shop_id=selling.shop)
    (state,) = fulfilment.states(selling.seller, sent)
    assert (state.phase, state.mismatch) == ("shipped", "back")
    (one,) = fulfilment.expected_back(selling.seller)
    assert (one.sku, one.sent, one.why) == ("B-0", 2, "cancelled after it was shipped")
    assert levels(selling.seller)["M", "B-0"] == (8, 1)


def test_what_the_buyer_asks_to_cancel_is_held_until_it_is_settled(selling: Selling) -> None:
    order = buy(selling)
    happen(selling, order, "ask_cancel")
    (one,) = selectors.inbox(selling.seller)
    assert (one.phase, one.reason) == ("to_ship", "InCancel")
    with pytest.raises(parts.NotToShipError, match="the buyer asks to cancel it"):
        ship(selling, order)
    assert "the buyer asks" in pack(selling, order)[0].problem
    assert rows("SELECT troubles FROM orders_order") == [("",)]
    happen(selling, order, "withdraw")
    assert ship(selling, order) == "sent"


def test_a_dispute_is_shown_with_its_line_and_expects_the_goods(
    both: tuple[Selling, Selling],
) -> None:
    first, second = both
    order = buy_both(first, second)
    ship(first, order)
    ship(second, order)
    line = at_twin(first, order)["order_lines"][1]["id"]
    happen(first, order, "dispute", line_id=line, reason="LowQuality")
    assert [one.issue for one in selectors.consignment_lines(second.seller, order)] == ["InProcess"]
    assert [fulfilment.states(w.seller, order)[0].dispute for w in both] == ["", "InProcess"]
    assert [one.order for one in selectors.inbox(second.seller, disputed=True)] == [order]
    assert selectors.inbox(first.seller, disputed=True) == []
    assert [one.sku for one in fulfilment.expected_back(second.seller)] == ["B-0"]
    happen(first, order, "settle", result="Rejected")
    assert fulfilment.states(second.seller, order)[0].dispute == ""

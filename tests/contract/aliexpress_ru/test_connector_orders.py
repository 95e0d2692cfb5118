"""The connector's trade against the twin: orders, couriers, parcels, handover lists, messages."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest
from tests.contract.aliexpress_ru.test_connector import PlainTransport

from torgpred.channels.core.contract import Connector
from torgpred.channels.core.orders import (
    CourierStep,
    OrderPhase,
    ParcelPhase,
    ParcelRequest,
    RawOrder,
    Tracking,
)
from torgpred.connectors.aliexpress_ru import family
from torgpred.kernel.errors import RefusedError, RetryLaterError
from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin

WARES = 3


@pytest.fixture
def shop(twin: RunningTwin) -> Iterator[Connector]:
    products = [
        make_product(external_id=f"{n}", sku_info_list=[make_sku(sku_code=f"S-{n}", inventory=900)])
        for n in range(WARES)
    ]
    twin.control("POST", "listings", {"account": "first", "products": products})
    transport = PlainTransport(twin.base_url)
    yield family.open(transport, {"token": twin.token})
    transport.close()


def bought(twin: RunningTwin, *quantities: int, **details: object) -> dict[str, Any]:
    listings = twin.control("GET", "listings")
    lines = [
        {"sku_id": listing["sku"][0]["sku_id"], "quantity": quantity}
        for listing, quantity in zip(listings, quantities or (1,), strict=False)
    ]
    order: dict[str, Any] = twin.control("POST", "orders", {"lines": lines, **details})
    return order


def happen(twin: RunningTwin, order: dict[str, Any], act: str, **details: object) -> None:
    twin.control("POST", f"orders/{order['id']}/{act}", details)


def walked(shop: Connector, minutes: float = 5) -> list[RawOrder]:
    now = datetime.now(UTC)
    found: list[RawOrder] = []
    cursor = ""
    while True:
        page = shop.orders(now - timedelta(minutes=minutes), now + timedelta(minutes=5), cursor)
        assert page.unreadable == ()
        found += page.orders
        cursor = page.next
        if not cursor:
            return found


def seen(shop: Connector, order: dict[str, Any]) -> RawOrder:
    found = shop.order(str(order["id"]))
    assert found is not None
    return found


def make_request(order: dict[str, Any], *pieces: int, ref: str = "r") -> ParcelRequest:
    lines = order["order_lines"]
    counts = pieces or tuple(line["quantity"] for line in lines)
    return ParcelRequest(
        ref,
        str(order["id"]),
        Decimal("30.5"),
        Decimal(20),
        Decimal(12),
        Decimal("0.801"),
        tuple((line["sku_id"], count) for line, count in zip(lines, counts, strict=False)),
    )


def handed_over(shop: Connector, order: dict[str, Any]) -> str:
    (parcel,) = shop.make_parcels([make_request(order)])
    handover = shop.make_handover([parcel.remote_id], datetime.now(UTC).date())
    shop.transfer_handover(handover)
    return handover


# --- orders --------------------------------------------------------------------------------------
def test_all_that_buyers_bought_is_read_with_nothing_odd(
    twin: RunningTwin, shop: Connector
) -> None:
    twin.control("POST", "orders/bulk", {"count": 350, "lines": 2, "paid_share": 0.7})
    taken = {
        str(one["order"]["id"]): one["order"] for one in twin.control("GET", "orders")["orders"]
    }
    found = {order.remote_id: order for order in walked(shop)}
    assert found.keys() == taken.keys()
    for order_id, order in found.items():
        told = taken[order_id]
        assert order.troubles == ()
        assert order.total * 100 == told["total_amount"]
        assert [(line.sku, line.quantity) for line in order.lines] == [
            (line["sku_code"], line["quantity"]) for line in told["order_lines"]
        ]
        assert order.phase is (
            OrderPhase.TO_SHIP if told["payment_status"] == "Hold" else OrderPhase.PLACED
        )
        assert order.ship_by
        assert order.buyer
        assert order.payout


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "orders_shuffled"},
        {"kind": "orders_shuffled", "mode": "list"},
        {"kind": "orders_repeated", "value": 7},
    ],
)
def test_nothing_is_lost_whatever_the_order_of_the_list(
    twin: RunningTwin, shop: Connector, fault: dict[str, object]
) -> None:
    for _ in range(4):
        twin.control("POST", "orders/bulk", {"count": 60})
        twin.control("POST", "clock", {"advance_seconds": 20})
    twin.control("POST", "faults", fault)
    twin.control("POST", "clock", {"factor": 1})
    taken = {str(one["order"]["id"]) for one in twin.control("GET", "orders")["orders"]}
    assert {order.remote_id for order in walked(shop)} == taken


def test_a_change_shows_as_a_later_version(twin: RunningTwin, shop: Connector) -> None:
    order = bought(twin, paid=False)
    first = seen(shop, order)
    assert first.phase is OrderPhase.PLACED
    assert first.paid_at is None
    happen(twin, order, "pay")
    paid = seen(shop, order)
    assert (paid.phase, paid.updated_at > first.updated_at) == (OrderPhase.TO_SHIP, True)
    happen(twin, order, "address", city="Другой", name="Новая Анна")
    moved = seen(shop, order)
    assert moved.buyer
    assert (moved.buyer.city, moved.buyer.name) == ("Другой", "Новая Анна")
    happen(twin, order, "ask_cancel")
    assert (seen(shop, order).phase, seen(shop, order).reason) == (OrderPhase.PLACED, "InCancel")
    happen(twin, order, "cancel")
    ended = seen(shop, order)
    assert (ended.phase, ended.reason) == (OrderPhase.CANCELLED, "CancelledByBuyer")
    assert [each.remote_id for each in walked(shop)] == [str(order["id"])]


def test_a_dispute_is_seen_and_settled(twin: RunningTwin, shop: Connector) -> None:
    order = bought(twin, 1, 1)
    happen(twin, order, "dispute", reason="ItemDamaged")
    told = seen(shop, order)
    assert (told.phase, told.dispute) == (OrderPhase.PLACED, "InProcess")
    assert [line.issue for line in told.lines] == ["InProcess", ""]
    happen(twin, order, "settle", result="Full")
    told = seen(shop, order)
    assert (told.phase, told.dispute) == (OrderPhase.CANCELLED, "")


def test_an_order_that_is_not_there_is_none(shop: Connector) -> None:
    assert shop.order("77") is None
    assert walked(shop) == []


# --- the seller's own courier --------------------------------------------------------------------
def test_a_courier_s_steps_may_be_told_twice_but_not_out_of_turn(
    twin: RunningTwin, shop: Connector
) -> None:
    order = bought(twin)
    order_id = str(order["id"])
    with pytest.raises(ValueError, match="carrier"):
        shop.courier_step(order_id, CourierStep.IN_TRANSIT)
    with pytest.raises(RefusedError):
        shop.courier_step(order_id, CourierStep.DELIVERED)
    tracking = Tracking("AB123", "СДЭК", url="https://track.example/AB123")
    for _ in range(2):
        shop.courier_step(order_id, CourierStep.IN_TRANSIT, tracking)
    assert seen(shop, order).phase is OrderPhase.SHIPPED
    shop.courier_step(order_id, CourierStep.READY_FOR_PICKUP)
    for _ in range(2):
        shop.courier_step(order_id, CourierStep.DELIVERED)
    assert seen(shop, order).phase is OrderPhase.DELIVERED
    unpaid = bought(twin, paid=False)
    with pytest.raises(RefusedError):
        shop.courier_step(str(unpaid["id"]), CourierStep.IN_TRANSIT, tracking)


# --- parcels -------------------------------------------------------------------------------------
def test_parcels_are_made_beside_those_that_are_refused(twin: RunningTwin, shop: Connector) -> None:
    good, unpaid = bought(twin, 2, 1), bought(twin, paid=False)
    requests = [
        make_request(unpaid, ref="unpaid"),
        make_request(good, ref="good"),
        replaced(make_request(good), order_id="77", ref="none"),
    ]
    told = {outcome.ref: outcome for outcome in shop.make_parcels(requests)}
    assert told["good"].problem == ""
    assert (told["good"].phase, told["good"].order_id) == (ParcelPhase.MADE, str(good["id"]))
    assert "WrongOrderStatus" in told["unpaid"].problem
    assert "OrderNotFound" in told["none"].problem
    (parcel,) = shop.parcels([str(good["id"]), str(unpaid["id"])])
    assert parcel.remote_id == told["good"].remote_id
    assert parcel.track_number
    assert parcel.items == tuple((line["sku_id"], line["quantity"]) for line in good["order_lines"])
    assert seen(shop, good).parcels == (parcel,)


def test_an_order_is_split_into_parcels_but_never_sent_twice(
    twin: RunningTwin, shop: Connector
) -> None:
    order = bought(twin, 3)
    for pieces in (1, 2):
        (parcel,) = shop.make_parcels([make_request(order, pieces)])
        assert parcel.problem == ""
    (surplus,) = shop.make_parcels([make_request(order, 1)])
    assert "InvalidItems" in surplus.problem
    first, second = shop.parcels([str(order["id"])])
    handover = shop.make_handover([first.remote_id], datetime.now(UTC).date())
    shop.transfer_handover(handover)
    twin.control("POST", "clock", {"advance_seconds": 7 * 3600})
    assert seen(shop, order).phase is OrderPhase.TO_SHIP
    shop.transfer_handover(shop.make_handover([second.remote_id], twin_day(twin)))
    twin.control("POST", "clock", {"advance_seconds": 7 * 3600})
    assert seen(shop, order).phase is OrderPhase.SHIPPED


def test_two_parcels_of_an_order_and_large_batches_are_not_sent(
    twin: RunningTwin, shop: Connector
) -> None:
    order = bought(twin, 3)
    with pytest.raises(ValueError, match="one parcel of an order"):
        shop.make_parcels([make_request(order, 1), make_request(order, 2)])
    with pytest.raises(ValueError, match="at most"):
        shop.make_parcels([make_request(order)] * 51)


def test_a_parcel_whose_answer_was_lost_is_found_by_looking(
    twin: RunningTwin, shop: Connector
) -> None:
    order = bought(twin)
    twin.control(
        "POST", "faults", {"kind": "cut_after", "operations": ["parcels.create"], "count": 1}
    )
    with pytest.raises(RetryLaterError) as caught:
        shop.make_parcels([make_request(order)])
    assert caught.value.data["unclear"]
    assert len(shop.parcels([str(order["id"])])) == 1


def test_a_deleted_parcel_is_gone_and_one_on_a_list_stays(
    twin: RunningTwin, shop: Connector
) -> None:
    first, second = bought(twin), bought(twin)
    parcels = shop.make_parcels([make_request(first), make_request(second)])
    ids = [parcel.remote_id for parcel in parcels]
    shop.make_handover(ids[1:], twin_day(twin))
    gone, stays = shop.delete_parcels(ids)
    assert gone.problem == ""
    assert "RemoveOrdersFromBatch" in stays.problem
    assert shop.delete_parcels([ids[0]])[0].problem == ""
    assert seen(shop, first).parcels[0].phase is ParcelPhase.CANCELLED
    (again,) = shop.make_parcels([make_request(first)])
    assert again.problem == ""


def test_labels_and_lists_are_documents(twin: RunningTwin, shop: Connector) -> None:
    order = bought(twin)
    (parcel,) = shop.make_parcels([make_request(order)])
    handover = shop.make_handover([parcel.remote_id], twin_day(twin))
    for paper in (shop.parcel_labels([parcel.remote_id]), shop.handover_document(handover)):
        fetched = httpx.get(paper.address, trust_env=False)
        assert fetched.headers["content-type"] == "application/pdf"
        assert_pdf(fetched.content)
    with pytest.raises(RefusedError):
        shop.parcel_labels(["77"])


def test_a_handover_list_is_filled_transferred_and_closed(
    twin: RunningTwin, shop: Connector
) -> None:
    first, second = bought(twin), bought(twin)
    parcels = shop.make_parcels([make_request(first), make_request(second)])
    ids = [parcel.remote_id for parcel in parcels]
    handover = shop.make_handover(ids[:1], twin_day(twin))
    for _ in range(2):
        shop.add_to_handover(handover, ids[1:])
    (told,) = shop.handovers(ids)
    assert (told.remote_id, told.parcel_ids) == (handover, tuple(ids))
    assert not told.transferred
    for _ in range(2):
        shop.remove_from_handover(handover, ids[:1])
    assert shop.handovers(ids[:1]) == []
    for _ in range(2):
        shop.transfer_handover(handover)
    assert shop.handovers(ids)[0].transferred
    with pytest.raises(RefusedError, match="WrongHandoverListStatusError"):
        shop.add_to_handover(handover, ids[:1])
    with pytest.raises(RefusedError, match="HandoverListNotFound"):
        shop.transfer_handover("77")
    assert seen(shop, second).parcels[0].phase is ParcelPhase.HANDED_OVER


def test_a_list_whose_answer_was_lost_is_found_by_looking(
    twin: RunningTwin, shop: Connector
) -> None:
    (parcel,) = shop.make_parcels([make_request(bought(twin))])
    twin.control(
        "POST", "faults", {"kind": "cut_after", "operations": ["handovers.create"], "count": 1}
    )
    with pytest.raises(RetryLaterError) as caught:
        shop.make_handover([parcel.remote_id], twin_day(twin))
    assert caught.value.data["unclear"]
    assert len(shop.handovers([parcel.remote_id])) == 1


def test_parcels_move_by_the_clock_until_they_are_delivered(
    twin: RunningTwin, shop: Connector
) -> None:
    order = bought(twin, 1, 2)
    handed_over(shop, order)
    assert seen(shop, order).phase is OrderPhase.TO_SHIP
    phases = []
    for _ in range(4):
        twin.control("POST", "clock", {"advance_seconds": 6 * 3600 + 1})
        phases.append(seen(shop, order).parcels[0].phase)
    assert phases == [
        ParcelPhase.MOVING,
        ParcelPhase.MOVING,
        ParcelPhase.ARRIVED,
        ParcelPhase.DELIVERED,
    ]
    assert seen(shop, order).phase is OrderPhase.DELIVERED
    assert seen(shop, order).reason == "ConfirmedByLogistic"


def test_what_is_not_picked_up_comes_back(twin: RunningTwin, shop: Connector) -> None:
    order = bought(twin)
    handed_over(shop, order)
    happen(twin, order, "send_back")
    told = seen(shop, order)
    assert (told.phase, told.parcels[0].phase) == (OrderPhase.SHIPPED, ParcelPhase.RETURNING)
    happen(twin, order, "send_back")
    told = seen(shop, order)
    assert (told.phase, told.parcels[0].phase) == (OrderPhase.CANCELLED, ParcelPhase.RETURNED)
    assert told.reason == "BuyerNotPickUpPosting"


# --- messages ------------------------------------------------------------------------------------
@pytest.mark.parametrize("inclusive", ["no", "yes"])
def test_messages_are_read_to_the_last_and_answered(
    twin: RunningTwin, shop: Connector, inclusive: str
) -> None:
    twin.control("PATCH", "settings", {"messages_inclusive": inclusive == "yes"})
    order = bought(twin)
    for number in range(120):
        twin.control(
            "POST", "messages", {"order_id": order["id"], "text": f"Где посылка {number}?"}
        )
    found = list(shop.messages())
    while more := shop.messages(found[-1].remote_id):
        found += more
        assert len(found) <= 120
    assert [message.text for message in found] == [f"Где посылка {n}?" for n in range(120)]
    last = found[-1]
    assert last.from_buyer
    assert not last.read
    assert last.order_id == str(order["id"])
    sent = shop.send_message(last.dialogue, "Уже едет")
    (answer,) = shop.messages(last.remote_id)
    assert (answer.remote_id, answer.text, answer.from_buyer) == (sent, "Уже едет", False)
    assert answer.dialogue == last.dialogue
    shop.mark_read(last.dialogue, answer.at)
    assert all(message["is_read"] for message in twin.control("GET", "messages"))


def test_a_message_is_sent_once_and_looked_for(twin: RunningTwin, shop: Connector) -> None:
    twin.control("POST", "messages", {"text": "Есть размер 28?", "account": "first"})
    (asked,) = shop.messages()
    twin.control("POST", "faults", {"kind": "cut_after", "operations": ["chat.send"], "count": 1})
    with pytest.raises(RetryLaterError) as caught:
        shop.send_message(asked.dialogue, "Есть")
    assert caught.value.data["unclear"]
    assert [message.text for message in shop.messages(asked.remote_id)] == ["Есть"]
    with pytest.raises(RefusedError):
        shop.send_message("nobody", "Есть")
    with pytest.raises(ValueError, match="empty"):
        shop.send_message(asked.dialogue, "  ")


def test_a_picture_is_told_as_one(twin: RunningTwin, shop: Connector) -> None:
    twin.control("POST", "messages", {"text": "https://x.example/1.jpg", "kind": "image"})
    assert shop.messages()[0].text == "[image]"


# --- within --------------------------------------------------------------------------------------
def twin_day(twin: RunningTwin) -> Any:  # noqa: ANN401 - a date
    return datetime.fromisoformat(twin.control("GET", "clock")["now"]).date()


def replaced(request: ParcelRequest, **changes: object) -> ParcelRequest:
    return msgspec.structs.replace(request, **changes)


def assert_pdf(raw: bytes) -> None:
    """Check that the table of objects points at objects, as a reader does."""
    assert raw.startswith(b"%PDF-1.4")
    assert raw.endswith(b"%%EOF\n")
    start = int(raw.rsplit(b"startxref\n", 1)[1].split()[0])
    lines = raw[start:].split(b"\n")
    assert lines[0] == b"xref"
    for number, line in enumerate(lines[3 : 2 + int(lines[1].split()[1])], start=1):
        assert raw[int(line[:10]) :].startswith(b"%d 0 obj" % number)

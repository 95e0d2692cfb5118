import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.channels.core.orders import OrderPhase, OrdersPage, ParcelPhase, RawOrder
from torgpred.connectors.aliexpress_ru import odd_orders
from torgpred.connectors.aliexpress_ru.order_answers import read_orders

BIG = 9_007_199_254_740_993_123


def make_line(number: int = 1, **overrides: object) -> dict[str, Any]:
    return {
        "id": BIG + number,
        "item_id": "1005004380425710",
        "sku_id": str(BIG + 100 + number),
        "sku_code": f"VAL-{number}",
        "name": "Валенки детские",
        "img_url": "https://seller.example/1.jpg",
        "item_price": 199005,
        "quantity": 2,
        "total_amount": 398010,
        "properties": ["серый"],
        "buyer_comment": "Побыстрее",
        "height": 2.3,
        "weight": "0.80",
        "issue_status": "NoDispute",
        "promotions": None,
        "order_line_fees": None,
    } | overrides


def make_order(**overrides: object) -> dict[str, Any]:
    return {
        "id": BIG,
        "created_at": "2026-11-11T00:00:00.000001Z",
        "paid_at": "2026-11-11T00:00:01.5+00:00",
        "updated_at": "2026-11-11T00:00:02.123456Z",
        "status": "Created",
        "payment_status": "Hold",
        "delivery_status": "Init",
        "antifraud_status": "Passed",
        "order_display_status": "WaitSendGoods",
        "total_amount": 796020,
        "buyer_name": "Пробная Варвара",
        "buyer_phone": "+70000000001",
        "buyer_country_code": "Россия",
        "delivery_address": "Россия, г. Пробинск, Учебная ул., д. 5",
        "delivery_info": {
            "country": "Россия",
            "region": "Тверская область",
            "city": "Пробинск",
            "street_house": "Учебная ул., д. 5",
            "index": "000000",
            "receiver": {"name": "Примерова Алия", "phone": "+70000000003"},
        },
        "seller_comment": None,
        "fully_prepared": False,
        "finish_reason": None,
        "cut_off_date": "2026-11-13T11:25:37+00:00",
        "shipping_deadline": "2026-11-12T13:00:00+07:00",
        "disputes": None,
        "commission": {"platform_fee": 63681, "affiliate_fee": 15920, "estimate_revenue": 716419},
        "order_lines": [make_line(1), make_line(2)],
        "pre_split_postings": None,
        "logistic_orders": None,
    } | overrides


def body_of(*orders: object, **data: object) -> bytes:
    told = {"data": {"total_count": len(orders), "orders": list(orders), **data}, "error": None}
    return json.dumps(told, ensure_ascii=False).encode()


def read_one(**overrides: object) -> RawOrder:
    (order,) = read_orders(body_of(make_order(**overrides))).orders
    return order


# --- an order as it should be --------------------------------------------------------------------
def test_an_order_is_read_whole() -> None:
    order = read_one()
    assert order.remote_id == str(BIG)
    assert order.created_at == datetime(2026, 11, 11, 0, 0, 0, 1, UTC)
    assert order.updated_at.microsecond == 123456
    assert order.paid_at == datetime(2026, 11, 11, 0, 0, 1, 500000, UTC)
    assert order.phase is OrderPhase.TO_SHIP
    assert order.words == "Created,Hold,Init,Passed,WaitSendGoods"
    assert (order.currency, order.total) == ("RUB", Decimal("7960.20"))
    assert (order.payout, order.fees) == (Decimal("7164.19"), Decimal("796.01"))
    assert order.buyer_country == "RU"
    assert order.troubles == ()
    line = order.lines[0]
    assert (line.sku, line.quantity, line.price) == ("VAL-1", 2, Decimal("1990.05"))
    assert (line.remote_id, line.remote_sku_id) == (str(BIG + 1), str(BIG + 101))
    assert (line.amount, line.comment, line.issue) == (Decimal("3980.10"), "Побыстрее", "")


def test_the_earlier_of_two_deadlines_counts_and_is_in_utc() -> None:
    ship_by = read_one().ship_by
    assert ship_by == datetime(2026, 11, 12, 6, 0, tzinfo=UTC)
    assert ship_by.utcoffset() == timedelta(0)
    assert read_one(cut_off_date=None, shipping_deadline="0001-01-01T00:00:00Z").ship_by is None


def test_the_receiver_comes_before_the_buyer() -> None:
    buyer = read_one().buyer
    assert buyer is not None
    assert (buyer.name, buyer.phone) == ("Примерова Алия", "+70000000003")
    assert (buyer.city, buyer.street, buyer.postcode) == ("Пробинск", "Учебная ул., д. 5", "000000")
    bare = read_one(delivery_info=None).buyer
    assert bare is not None
    assert bare.name == "Пробная Варвара"


def test_kopecks_are_exact() -> None:
    lines = [make_line(item_price=1, quantity=3, total_amount=3)]
    order = read_one(order_lines=lines, total_amount=3)
    assert (order.lines[0].price, order.total) == (Decimal("0.01"), Decimal("0.03"))
    most = 10**14
    lines = [make_line(item_price=most, quantity=1, total_amount=most)]
    assert read_one(order_lines=lines, total_amount=most).total == Decimal(10**12)


def test_a_parcel_tells_where_it_is() -> None:
    parcel = {
        "id": 1113758,
        "trade_order_id": BIG,
        "track_number": "80099374337016",
        "status": "ProviderPostingArrived",
        "creation_error": {"code": None, "description": None},
        "lines": [{"sku_id": BIG, "quantity": 2}],
        "handover_list_id": 17,
        "handover_list_status": "Accepted",
    }
    (told,) = read_one(logistic_orders=[parcel]).parcels
    assert (told.remote_id, told.order_id) == ("1113758", str(BIG))
    assert (told.track_number, told.phase) == ("80099374337016", ParcelPhase.ARRIVED)
    assert (told.handover_id, told.problem, told.items) == ("17", "", ((str(BIG), 2),))


@pytest.mark.parametrize(
    ("word", "list_word", "phase"),
    [
        ("AwaitingHandoverList", "", ParcelPhase.MADE),
        ("AwaitingConfirmation", "Created", ParcelPhase.MADE),
        ("AwaitingConfirmation", "Transferred", ParcelPhase.HANDED_OVER),
        ("ProviderPostingReturned", "Completed", ParcelPhase.RETURNED),
        ("Cancelled", "", ParcelPhase.CANCELLED),
        ("OnAHorse", "", ParcelPhase.UNKNOWN),
    ],
)
def test_words_of_parcels(word: str, list_word: str, phase: ParcelPhase) -> None:
    parcel = {"id": 1, "status": word, "handover_list_status": list_word}
    assert read_one(logistic_orders=[parcel]).parcels[0].phase is phase


@pytest.mark.parametrize(
    ("changed", "phase"),
    [
        ({}, OrderPhase.TO_SHIP),
        ({"order_display_status": "WaitSendGood"}, OrderPhase.TO_SHIP),
        ({"order_display_status": "PartialSendGoods"}, OrderPhase.TO_SHIP),
        ({"order_display_status": None}, OrderPhase.TO_SHIP),
        ({"order_display_status": "NewWord", "status": "InProgress"}, OrderPhase.TO_SHIP),
        ({"antifraud_status": "Checking"}, OrderPhase.PLACED),
        ({"antifraud_status": "Blocked"}, OrderPhase.PLACED),
        ({"payment_status": "NotPaid"}, OrderPhase.PLACED),
        ({"order_display_status": "PlaceOrderSuccess"}, OrderPhase.PLACED),
        ({"order_display_status": "InCancel"}, OrderPhase.PLACED),
        ({"order_display_status": "InIssue"}, OrderPhase.PLACED),
        ({"order_display_status": "InIssue", "delivery_status": "Shipped"}, OrderPhase.SHIPPED),
        ({"delivery_status": "InTransit"}, OrderPhase.SHIPPED),
        ({"order_display_status": "WaitAcceptGoods"}, OrderPhase.SHIPPED),
        ({"delivery_status": "Delivered"}, OrderPhase.DELIVERED),
        ({"order_display_status": "Complete"}, OrderPhase.DELIVERED),
        ({"status": "Finished", "order_display_status": None}, OrderPhase.DELIVERED),
        ({"status": "Finished", "payment_status": "Refunded"}, OrderPhase.CANCELLED),
        ({"status": "Finished", "finish_reason": "PaymentTimeout"}, OrderPhase.CANCELLED),
        ({"status": "Closed", "finish_reason": "AutoConfirm"}, OrderPhase.DELIVERED),
        ({"status": "Cancelled"}, OrderPhase.CANCELLED),
        ({"payment_status": "Cancelled"}, OrderPhase.CANCELLED),
        ({"status": "Melted", "order_display_status": "NewWord"}, OrderPhase.UNKNOWN),
        ({"delivery_status": "Flying", "order_display_status": None}, OrderPhase.UNKNOWN),
    ],
)
def test_words_of_orders(changed: dict[str, object], phase: OrderPhase) -> None:
    order = read_one(**changed)
    assert order.phase is phase
    assert order.troubles == ()
    for word in changed.values():
        assert word is None or str(word) in order.words + order.reason


def test_why_an_order_is_held_is_told() -> None:
    assert read_one(order_display_status="InFrozen").reason == "InFrozen"
    assert read_one(antifraud_status="Blocked").reason == "Blocked"
    assert read_one(status="Cancelled", finish_reason="ProductNotEnough").reason == (
        "ProductNotEnough"
    )


def test_a_dispute_is_told_with_its_line() -> None:
    order = read_one(order_lines=[make_line(1, issue_status="InProcess"), make_line(2)])
    assert (order.lines[0].issue, order.lines[1].issue) == ("InProcess", "")
    assert order.dispute == "InProcess"
    told = [{"status": "InProcess", "reason": "LowQuality"}, {"status": "Finished"}]
    assert read_one(disputes=told).dispute == "InProcess LowQuality"


# --- money that does not add up ------------------------------------------------------------------
def test_sums_that_do_not_match_are_told_and_kept() -> None:
    order = read_one(total_amount=796021)
    assert order.total == Decimal("7960.21")
    assert order.troubles == ("The lines make 7960.20, the order says 7960.21.",)
    order = read_one(order_lines=[make_line(1, total_amount=398011), make_line(2)])
    assert order.lines[0].amount == Decimal("3980.11")
    assert order.troubles[0] == "Line 1: 2 x 1990.05 is 3980.10, the line says 3980.11."


# --- hostile orders ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("changed", "word"),
    [
        ({"total_amount": None}, "total_amount"),
        ({"total_amount": -1}, "total_amount"),
        ({"total_amount": 10**40}, "total_amount"),
        ({"total_amount": "много"}, "total_amount"),
        ({"total_amount": 1.5}, "total_amount"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"updated_at": None}, "updated_at"),
        ({"updated_at": "0001-01-01T00:00:00Z"}, "updated_at"),
        ({"order_lines": None}, "no lines"),
        ({"order_lines": "two"}, "no lines"),
        ({"order_lines": []}, "no lines"),
        ({"order_lines": [make_line(quantity=0), make_line(2)]}, "quantity"),
        ({"order_lines": [make_line(quantity=-3)]}, "quantity"),
        ({"order_lines": [make_line(quantity=10**30)]}, "quantity"),
        ({"order_lines": [make_line(quantity=True)]}, "quantity"),
        ({"order_lines": [make_line(item_price={})]}, "item_price"),
        ({"order_lines": [make_line(total_amount=[])]}, "total_amount"),
        ({"order_lines": [make_line(sku_code=None)]}, "sku_code"),
        ({"order_lines": [make_line(sku_code="x" * 5000)]}, "sku_code"),
        ({"order_lines": [make_line(id=None)]}, "id is missing"),
        ({"order_lines": [make_line(1), make_line(1)]}, "another line has its id"),
        ({"order_lines": [None]}, "quantity"),
        ({"commission": "much"}, "commission"),
        ({"commission": {"platform_fee": "x"}}, "commission"),
        ({"logistic_orders": [7]}, "logistic_orders"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_order_is_kept(
    changed: dict[str, object], word: str
) -> None:
    page = read_orders(body_of(make_order(id=1), make_order(**changed), make_order(id=3)))
    assert [order.remote_id for order in page.orders] == ["1", str(BIG), "3"]
    assert page.orders[0].troubles == page.orders[2].troubles == ()
    assert word in " ".join(page.orders[1].troubles)
    assert_in_bounds(page.orders[1])


def test_numbers_as_text_are_numbers() -> None:
    lines = [make_line(item_price="199005", quantity="2", total_amount="398010", sku_id=BIG)]
    order = read_one(id=str(BIG), order_lines=lines, total_amount="398010")
    assert order.troubles == ()
    assert (order.total, order.lines[0].quantity) == (Decimal("3980.10"), 2)
    assert order.lines[0].remote_sku_id == str(BIG)


def test_moments_without_zone_are_utc() -> None:
    assert read_one(updated_at="2026-11-11T00:00:00").updated_at == datetime(
        2026, 11, 11, 0, 0, tzinfo=UTC
    )


def test_texts_that_databases_refuse_are_mended() -> None:
    body = body_of(make_order(id=1), make_order(buyer_name="Ва\x00ря", delivery_info=None))
    first, second = read_orders(body).orders
    assert second.buyer is not None
    assert (first.troubles, second.buyer.name) == ((), "Варя")
    for broken in (rb"\ud800", b"\xff"):
        body = body_of(make_order(id=1), make_order(seller_comment="@@")).replace(b"@@", broken)
        first, second = read_orders(body).orders
        assert first.troubles == second.troubles == ()
        second.comment.encode()


@pytest.mark.parametrize("field", ["promotions", "disputes", "order_lines", "id"])
def test_a_value_nested_a_thousandfold_harms_only_its_order(field: str) -> None:
    body = body_of(make_order(id=1), make_order(**{field: "@@"}), make_order(id=3))
    for deep in (b"[" * 5000 + b"]" * 5000, b'{"]":' * 3000 + b'"\\"[{"' + b"}" * 3000):
        page = read_orders(body.replace(b'"@@"', deep))
        assert len(page.orders) + len(page.unreadable) == 3
        assert page.orders[0].troubles == page.orders[-1].troubles == ()
        assert (page.orders[0].remote_id, page.orders[-1].remote_id) == ("1", "3")


def test_an_order_without_id_is_shown_without_its_buyer() -> None:
    names: tuple[object, ...] = (None, "", [], "x" * 500)
    for missing in names:
        page = read_orders(body_of(make_order(id=missing), make_order(id=7)))
        assert [order.remote_id for order in page.orders] == ["7"]
        (shown,) = page.unreadable
        assert "VAL-1" in shown
        assert len(shown) <= 2000
        assert_nothing_of_the_buyer(shown)
    page = read_orders(body_of("Пробная Варвара", 7, None, ["Примерова"], make_order()))
    assert (len(page.orders), len(page.unreadable)) == (1, 4)
    assert_nothing_of_the_buyer("".join(page.unreadable))


def test_troubles_hold_nothing_of_the_buyer() -> None:
    broken = make_order(total_amount="x", updated_at="x", order_lines=[None], commission=3)
    assert_nothing_of_the_buyer("".join(read_orders(body_of(broken)).orders[0].troubles))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        '{"data": {"orders": [{"buyer_name": "Проб'.encode(),
        b'{"data": null, "error": {"code": "ErrorCode.X", "message": "no"}}',
        b'{"data": {"orders": {}}}',
        b'{"data": {"orders": [' + b"[" * 5000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_page_of_orders_is_an_error(body: bytes) -> None:
    with pytest.raises(msgspec.DecodeError) as caught:
        read_orders(body)
    assert "Проб" not in str(caught.value)


def test_no_orders_are_no_orders() -> None:
    assert read_orders(b'{"data": {"total_count": 0, "orders": null}}') == OrdersPage(())
    assert read_orders(body_of()) == OrdersPage(())


# --- laws ----------------------------------------------------------------------------------------
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**45), 10**45),
    st.floats(),
    st.text(max_size=20),
    st.just([]),
    st.just({}),
    st.lists(st.integers(), max_size=3),
    st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
    st.sampled_from(["2026-11-11T00:00:00Z", "12.5", "1e9", "٣", "Cancelled", "\x00"]),
)
FIELDS = sorted(make_order())
LINE_FIELDS = sorted(make_line())


@given(
    dropped=st.sets(st.sampled_from(FIELDS)),
    changed=st.dictionaries(st.sampled_from(FIELDS), ODD, max_size=5),
    line_dropped=st.sets(st.sampled_from(LINE_FIELDS)),
    line_changed=st.dictionaries(st.sampled_from(LINE_FIELDS), ODD, max_size=5),
)
def test_any_order_is_kept_or_shown_and_harms_no_other(
    dropped: set[str],
    changed: dict[str, object],
    line_dropped: set[str],
    line_changed: dict[str, object],
) -> None:
    line = make_line() | line_changed
    lines = [{name: line[name] for name in line if name not in line_dropped}, make_line(2)]
    order = make_order(order_lines=lines) | changed
    order = {name: order[name] for name in order if name not in dropped}
    page = read_orders(body_of(make_order(id="a"), order, make_order(id="z")))
    assert len(page.orders) + len(page.unreadable) == 3
    assert page.orders[0].remote_id == "a"
    assert page.orders[-1].remote_id == "z"
    assert page.orders[0].troubles == page.orders[-1].troubles == ()
    for each in page.orders:
        assert_in_bounds(each)
    for shown in page.unreadable:
        assert "id" not in order or not odd_orders.whole(order["id"])
        assert_nothing_of_the_buyer(shown)


@given(st.data())
def test_the_careful_way_reads_a_good_order_as_the_quick_one(data: st.DataObject) -> None:
    lines = [
        make_line(number, item_price=price, quantity=pieces, total_amount=price * pieces)
        for number, (price, pieces) in enumerate(
            data.draw(
                st.lists(
                    st.tuples(st.integers(0, 10**9), st.integers(1, 999)), min_size=1, max_size=4
                )
            )
        )
    ]
    order = make_order(
        order_lines=lines,
        total_amount=data.draw(st.integers(0, 10**14)),
        status=data.draw(st.sampled_from(["Created", "InProgress", "Finished", "Odd", None])),
        payment_status=data.draw(st.sampled_from(["Hold", "NotPaid", "Refunded", None])),
        order_display_status=data.draw(st.sampled_from(["WaitSendGoods", "InIssue", "Odd", None])),
        buyer_country_code=data.draw(st.sampled_from(["RU", "ru", "Беларусь", "Марс", None])),
        disputes=data.draw(st.sampled_from([None, [], [{"status": "InProcess"}]])),
        logistic_orders=data.draw(
            st.sampled_from([None, [], [{"id": 5, "status": "New", "trade_order_id": BIG}]])
        ),
    )
    (quick,) = read_orders(body_of(order)).orders
    assert odd_orders.read(odd_orders.loads(json.dumps(order).encode())) == quick


def assert_in_bounds(order: RawOrder) -> None:
    assert 0 < len(order.remote_id) <= 200
    for moment in (order.created_at, order.updated_at, order.paid_at, order.ship_by):
        assert moment is None or moment.utcoffset() == timedelta(0)
    amounts = [order.total, *(line.amount for line in order.lines)]
    amounts += [line.price for line in order.lines]
    assert all(0 <= amount <= 10**12 and amount == round(amount, 2) for amount in amounts)
    assert all(0 <= line.quantity <= 1_000_000 for line in order.lines)
    assert len({line.remote_id for line in order.lines}) == len(order.lines)
    raw = json.dumps(msgspec.to_builtins(order), ensure_ascii=False)
    assert "\\u0000" not in raw
    raw.encode()


def assert_nothing_of_the_buyer(said: str) -> None:
    for word in ("Варвара", "Алия", "Пробн", "Пример", "+7000", "Учебная", "Пробинск", "Побыстрее"):
        assert word not in said

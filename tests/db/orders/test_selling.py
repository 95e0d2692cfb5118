"""What was sold is there by minutes: exactly what came, whoever folds, for one's own eyes."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tests.db.orders.making import NOON, Shop, make_line, make_order, make_warehouse, put, rows

from torgpred.orders.selectors import selling
from torgpred.orders.services.tallying import fold
from torgpred.stock import selectors as stock

DAY = datetime(2026, 11, 11, tzinfo=UTC)
LATE = DAY + timedelta(hours=23)
BOTH = (make_line("s1-A", 2), make_line("s2-B", 1, price=Decimal("50.00")))


def sums(seller: int | None = None) -> list[tuple[int, int, Decimal]]:
    return [
        (one.parts, one.orders, one.amount) for one in selling.sold(seller, since=DAY, until=LATE)
    ]


def joint(operator: int, seller_a: int, seller_b: int) -> Shop:
    return Shop(operator, joint=True, prefixes={"s1-": seller_a, "s2-": seller_b})


def test_an_order_of_two_sellers_is_one_order_and_a_part_of_each(
    operator: int, seller_a: int, seller_b: int
) -> None:
    joint(operator, seller_a, seller_b).take(make_order(1, *BOTH))

    assert sums() == [(1, 1, Decimal("200.00")), (1, 0, Decimal("50.00"))]
    assert sums(seller_b) == [(1, 0, Decimal("50.00"))]


def test_folding_changes_no_sum_and_what_came_twice_counts_once(seller_a: int) -> None:
    shop = Shop(seller_a)
    shop.take(*(make_order(number) for number in range(100)))
    before = sums()
    assert not fold()
    shop.take(*(make_order(number) for number in range(90, 110)))
    assert fold(batch=1)

    assert before == [(100, 100, Decimal("10000.00"))]
    assert sums() == [(110, 110, Decimal("11000.00"))]
    assert rows("SELECT count(*) FROM orders_tally") == [(0,)]
    assert rows("SELECT sum(parts), sum(amount) FROM orders_minutesum") == rows(
        "SELECT count(*), sum(amount) FROM orders_consignment"
    )


def test_currencies_stand_side_by_side(seller_a: int) -> None:
    shop = Shop(seller_a)
    shop.take(make_order(1), make_order(2, currency="CNY"))

    found = selling.sold(seller_a, since=DAY, until=LATE)

    assert [(one.currency, one.amount) for one in found] == [
        ("CNY", Decimal("100.00")),
        ("RUB", Decimal("100.00")),
    ]


def test_the_running_minute_and_the_one_before_stand_apart(seller_a: int) -> None:
    shop = Shop(seller_a)
    shop.take(*(make_order(number) for number in (-90, -30, 5, 30)))

    (found,) = selling.sold(seller_a, since=DAY, until=NOON + timedelta(seconds=40))

    assert (found.parts, found.parts_before, found.parts_now) == (4, 1, 2)
    assert found.amount_now == Decimal("200.00")


def test_the_course_of_a_day_counts_by_steps(seller_a: int) -> None:
    Shop(seller_a).take(*(make_order(number) for number in (0, 299, 300, 1200)))

    found = selling.course(
        seller_a, since=DAY, until=DAY + timedelta(days=1), step=timedelta(minutes=5)
    )

    assert found == [(144, 2), (145, 1), (148, 1)]


def test_a_seller_is_told_nothing_of_another(seller_a: int, seller_b: int) -> None:
    put(seller_a, make_warehouse(seller_a), "A", 2)
    Shop(seller_a).take(make_order(1, ship_by=NOON))

    assert [one.seller_id for one in selling.oldest_unsent(seller_a)] == [seller_a]
    assert [one.sku for one in stock.running_out(seller_a)[0]] == ["A"]
    assert sums(seller_b) == []
    assert selling.oldest_unsent(seller_b) == []
    assert stock.running_out(seller_b) == ([], 0)
    # The second line of defence: the rows themselves, whatever a query asks for.
    for table in ("orders_tally", "orders_minutesum"):
        assert rows(f"SELECT count(*) FROM {table}", seller=seller_b) == [(0,)]


def test_what_has_to_leave_first_comes_first(seller_a: int, seller_b: int) -> None:
    Shop(seller_a).take(
        make_order(1, ship_by=NOON + timedelta(hours=2)), make_order(2, ship_by=None)
    )
    Shop(seller_b).take(make_order(3, ship_by=NOON + timedelta(hours=1)))

    assert [one.order for one in selling.oldest_unsent(None)] == ["O-3", "O-1"]


def test_goods_that_nobody_buys_or_that_lie_elsewhere_do_not_run_out(seller_a: int) -> None:
    near, far = make_warehouse(seller_a), make_warehouse(seller_a, "F", rank=1)
    put(seller_a, near, "A", 3)
    put(seller_a, near, "B", 3)
    put(seller_a, far, "B", 500)
    put(seller_a, near, "C", 1)
    Shop(seller_a).take(make_order(1, make_line("A"), make_line("B")))

    found, in_all = stock.running_out(seller_a)

    assert [(one.sku, one.available) for one in found] == [("A", 2)]
    assert in_all == 1

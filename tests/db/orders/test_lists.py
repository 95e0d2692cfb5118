"""Dialogues, what comes back and parcels: pages of any size give every row once, in one order."""

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest
from tests.db.orders.making import Shop, make_line, make_order, rows, run

from torgpred.orders.selectors import fulfilment, messages

pytestmark = pytest.mark.django_db(transaction=True)


def walked(page: Callable[[int], Sequence[object]], most: int = 50) -> list[object]:
    """Walk to the end: `page` gives the next rows and is told how many were seen."""
    found: list[object] = []
    while some := page(len(found)):
        found += some
        assert len(found) <= most
    return found


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_dialogues_come_once_those_that_wait_first(seller_a: int, size: int) -> None:
    shop = Shop(seller_a)
    # Two wait since the same moment, and two of the others spoke last at the same.
    run(
        "INSERT INTO orders_dialogue (tenant_id, shop_id, buyer, order_number, last_at,"
        " waiting_since) SELECT %s, %s, 'b' || n, '', moment - n / 2 * interval '1 hour',"
        " CASE WHEN n < 4 THEN moment - n / 2 * interval '1 hour' END"
        " FROM generate_series(0, 7) n, (SELECT now()) AS clock (moment)",
        seller_a,
        shop.id,
    )
    whole = messages.dialogues(seller_a, everything=True)
    assert len(whole) == 8
    waiting = [one.waiting_since is not None for one in whole]
    assert waiting == sorted(waiting, reverse=True)
    last = ""

    def page(_: int) -> list[messages.DialogueCard]:
        nonlocal last
        found = messages.dialogues(seller_a, everything=True, after=last, limit=size)
        last = messages.key(found[-1]) if found else last
        return found

    assert walked(page) == whole
    counted = messages.waiting_dialogues(seller_a)
    assert (counted.dialogues, counted.late) == (4, 0)
    assert counted.answer_by is not None
    assert counted.answer_by - timedelta(hours=24) == whole[0].waiting_since


@pytest.mark.parametrize("after", ["1", "x~y~1", "infinity~infinity~1'", "infinity~infinity~-1"])
def test_a_place_that_is_none_is_refused(seller_a: int, after: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        messages.dialogues(seller_a, everything=True, after=after)


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_what_comes_back_comes_line_by_line(
    seller_a: int, at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fulfilment, "_AT_ONCE", at_once)
    shop = Shop(seller_a)
    shop.take(*(make_order(n, make_line("A"), make_line("B"), make_line("C")) for n in range(4)))
    run("UPDATE orders_consignment SET phase = 'shipped', dispute = 'InIssue', ship_by = NULL")
    run("DELETE FROM orders_allocation")
    ((place,),) = rows(
        "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
        " VALUES (%s, 'M', 'M', 'RU', 0, now()) RETURNING id",
        seller_a,
    )
    run(
        "INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces, shipped)"
        " SELECT seller_id, id, %s, sku, quantity, true FROM orders_line WHERE sku <> 'B'",
        place,
    )
    whole = fulfilment.expected_back(seller_a)
    assert [(one.order, one.sku) for one in whole] == [
        (f"O-{n}", sku) for n in (3, 2, 1, 0) for sku in ("A", "C")
    ]
    for size in (1, 3):
        place_of: tuple[int, int] | None = None

        def page(_: int, size: int = size) -> list[fulfilment.ExpectedCard]:
            nonlocal place_of
            found = fulfilment.expected_back(seller_a, after=place_of, limit=size)
            place_of = found[-1].place if found else place_of
            return found

        assert walked(page) == whole

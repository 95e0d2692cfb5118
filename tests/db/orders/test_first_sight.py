"""Orders that are old when they are first met: what was told of them until then is kept."""

import pytest
from tests.db.orders.making import Shop, levels, make_line, make_order, make_warehouse, put, rows

from torgpred.channels.core.orders import OrderPhase, ParcelOutcome, ParcelPhase
from torgpred.listings.core.question import joint_prefix


@pytest.fixture
def shop(seller_a: int) -> Shop:
    return Shop(seller_a)


def test_why_an_order_is_held_is_kept(shop: Shop) -> None:
    shop.take(make_order(1, phase=OrderPhase.PLACED, reason="InCancel"))
    assert rows("SELECT reason, dispute FROM orders_consignment") == [("InCancel", "")]


def test_a_dispute_belongs_to_the_seller_of_its_line(seller_a: int, seller_b: int) -> None:
    prefixes = {joint_prefix(one): one for one in (seller_a, seller_b)}
    shop = Shop(seller_a, joint=True, prefixes=prefixes)
    shop.take(
        make_order(
            1,
            make_line(f"{joint_prefix(seller_a)}A", remote_id="1"),
            make_line(f"{joint_prefix(seller_b)}B", remote_id="2", issue="InProcess"),
            dispute="InProcess",
        )
    )
    assert rows("SELECT seller_id, dispute FROM orders_consignment ORDER BY seller_id") == [
        (seller_a, ""),
        (seller_b, "InProcess"),
    ]
    assert rows("SELECT issue FROM orders_line ORDER BY remote_id") == [("",), ("InProcess",)]


def test_a_dispute_about_no_line_is_everybodys(seller_a: int, seller_b: int) -> None:
    prefixes = {joint_prefix(one): one for one in (seller_a, seller_b)}
    shop = Shop(seller_a, joint=True, prefixes=prefixes)
    lines = [make_line(f"{joint_prefix(one)}A", remote_id=str(one)) for one in (seller_a, seller_b)]
    shop.take(make_order(1, *lines, dispute="refund"))
    assert rows("SELECT dispute FROM orders_consignment") == [("refund",), ("refund",)]


@pytest.mark.parametrize(("phase", "left"), [(ParcelPhase.MADE, False), (ParcelPhase.MOVING, True)])
def test_parcels_made_in_the_cabinet_are_taken_over(
    shop: Shop, phase: ParcelPhase, *, left: bool
) -> None:
    put(shop.owner, make_warehouse(shop.owner), "A", 5)
    line = make_line("A", 2, remote_sku_id="77")
    parcel = ParcelOutcome(
        remote_id="P-1", order_id="O-1", track_number="T-1", phase=phase, items=(("77", 2),)
    )
    shop.take(make_order(1, line, parcels=(parcel,)), make_order(2))
    assert rows("SELECT remote_id, track_number, state FROM orders_parcel") == [
        ("P-1", "T-1", "left" if left else "made")
    ]
    # The second order's piece stays promised; the parcel's pieces leave once they are on their way.
    assert levels(shop.owner) == {("M", "A"): (3, 1) if left else (5, 3)}
    phases = rows("SELECT phase FROM orders_consignment ORDER BY remote_id")
    assert phases == [("shipped" if left else "to_ship",), ("to_ship",)]

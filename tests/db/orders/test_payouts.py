"""Expected payouts out of the database: each seller its own part, by its own policy."""

from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
from tests.db.listings.world import World, make_boots
from tests.db.orders.making import Shop, make_line, make_order, rows

from torgpred.kernel.clock import now
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import Logistics, PricingPolicy, Route
from torgpred.listings.services import contexts, decisions
from torgpred.orders.core.payouts import NO_POLICY, Part
from torgpred.orders.selectors.payouts import kept_share, payouts
from torgpred.orders.services.pulling import pull
from torgpred.runtime.scope import scope

D = Decimal


def choose(seller: int, shop: int, commission: str, logistics: Logistics | None = None) -> None:
    pricing = PricingPolicy(commission=D(commission), route=Route(logistics=logistics))
    contexts.set_policy(
        seller_id=seller, shop_id=shop, policy=ShopPolicy(pricing=pricing), actor="test"
    )


def test_each_seller_of_a_joint_shop_sees_its_own_part_only(
    operator: int, seller_a: int, seller_b: int
) -> None:
    joint = Shop(operator, joint=True, prefixes={f"s{one}-": one for one in (seller_a, seller_b)})
    choose(seller_a, joint.id, "8")
    joint.take(
        make_order(
            1,
            make_line(f"s{seller_a}-A", 2),
            make_line(f"s{seller_b}-A", 1, price=D("300.00")),
            payout=D("450.00"),
            fees=D("50.00"),
        )
    )
    [one] = payouts(seller_a)
    assert (one.amount, one.theirs, one.fees) == (D("200.00"), D("180.00"), D("20.00"))
    assert (one.ours.payout, one.keeps) == (D("184.00"), D("184.00"))
    assert one.difference.amount == D("-4.00")
    assert one.difference.parts == (Part("commission", D("-4.00")),)
    [other] = payouts(seller_b)
    assert (other.amount, other.theirs, other.fees) == (D("300.00"), D("270.00"), D("30.00"))
    assert (other.ours.payout, other.ours.unknown) == (None, (NO_POLICY,))
    assert other.difference.amount is None
    with scope(seller_a):
        assert [(card.amount, card.ours.payout) for card in payouts(seller_a)] == [
            (D("200.00"), D("184.00"))
        ]


def test_delivery_by_weight_over_the_protocol(world: World) -> None:
    world.feed(make_boots("B-0", quantity=10), make_boots("B-1", quantity=9, weight_kg=D(2)))
    world.carry_out()
    choose(world.seller, world.shop, "8", Logistics("RUB", per_parcel=D(100), per_kg=D(50)))
    standing = world.standing()
    lines = [
        {"sku_id": standing[key]["sku"][0]["sku_id"], "quantity": pieces}
        for key, pieces in (("B-0", 1), ("B-1", 2))
    ]
    world.twin.control("POST", "orders", {"lines": lines})
    pull(shop_id=world.shop)
    [one] = payouts(world.seller)
    assert one.theirs == D("6723.00")
    assert [part.amount for part in one.ours.parts] == [D("7470.00"), D("-597.60"), D("-340.00")]
    assert sum(part.amount for part in one.difference.parts) == one.difference.amount
    assert rows("UPDATE orders_consignment SET phase = 'cancelled' RETURNING 1")
    assert payouts(world.seller) == []


def test_a_sum_of_ours_is_by_the_rules_that_stood_when_the_goods_were_sold(
    seller_a: int, seller_b: int
) -> None:
    shop = Shop(seller_a)
    choose(seller_a, shop.id, "0")  # not finished: what is chosen next says what was meant
    choose(seller_a, shop.id, "8")
    between = now()
    choose(seller_a, shop.id, "20")
    shop.take(
        msgspec.structs.replace(make_order(1, make_line("A", 2)), created_at=between),
        msgspec.structs.replace(make_order(2, make_line("A", 2)), created_at=now()),
        make_order(3, make_line("A", 2)),
    )
    assert {card.order: card.ours.payout for card in payouts(seller_a)} == {
        "O-1": D("184.00"), "O-2": D("160.00"), "O-3": D("184.00"),
    }  # fmt: skip


def test_rates_are_those_of_the_day_of_the_order(seller_a: int) -> None:
    shop = Shop(seller_a)
    choose(seller_a, shop.id, "10", Logistics("CNY", per_parcel=D(10)))
    for day, value in ((10, "12"), (12, "14")):
        decisions.set_rate(
            source="CNY", target="RUB", value=D(value), as_of=date(2026, 11, day), said_by="test"
        )
    order = make_order(1, make_line("A", 2))
    shop.take(
        *(
            msgspec.structs.replace(
                order, remote_id=str(day), created_at=datetime(2026, 11, day, 12, tzinfo=UTC)
            )
            for day in (9, 11, 13)
        )
    )
    assert {card.order: card.ours.part("delivery") for card in payouts(seller_a)} == {
        "9": D("-120.00"), "11": D("-120.00"), "13": D("-140.00"),
    }  # fmt: skip


def test_what_the_marketplace_keeps_is_told_of_sales_in_that_shop_alone(
    operator: int, seller_a: int, seller_b: int
) -> None:
    joint = Shop(operator, joint=True, prefixes={f"s{one}-": one for one in (seller_a, seller_b)})
    assert kept_share(seller_a, joint.id) is None
    lines = make_line(f"s{seller_a}-A", 2), make_line(f"s{seller_b}-A", 1, price=D("300.00"))
    joint.take(make_order(1, *lines, fees=D("50.00")))
    joint.take(make_order(2, *lines, fees=D("63.00")), make_order(3, *lines))
    own = Shop(seller_a)
    own.take(make_order(4, make_line("A", 1), fees=D("30.00")))
    assert kept_share(seller_a, joint.id) == D("11.3")
    assert kept_share(seller_b, joint.id) == D("11.3")
    assert kept_share(seller_a, own.id) == D("30.0")
    assert kept_share(seller_b, own.id) is None
    rows("UPDATE orders_consignment SET phase = 'cancelled' WHERE remote_id = 'O-2' RETURNING 1")
    assert kept_share(seller_a, joint.id) == D("10.0")

"""A shop that is not empty: what is ours is bound, nothing doubles, the rest is never touched."""

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.db.listings.world import World, actions, make_boots, open_shop

from torgpred.accounts import services as accounts
from torgpred.catalogue.core.offers import Param
from torgpred.channels import services as channels
from torgpred.kernel.errors import NeedsPersonError
from torgpred.listings import selectors
from torgpred.listings.services import adopting, observing
from torgpred.twins.aliexpress_ru.samples import SIZE, SIZE_28, make_product, make_sku
from torgpred.twins.testing import RunningTwin


def ean13(number: int) -> str:
    """Return a GTIN of a Russian prefix with its check digit."""
    body = f"460{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return f"{body}{-total % 10}"


def standing(sku: str, title: str = "Старый валенок", **sku_fields: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a listing as somebody made it before us."""
    return make_product(
        external_id=None,
        multi_language_subject_list=[{"language": "ru", "subject": title}],
        sku_info_list=[make_sku(sku_code=sku, sku_attributes_list=[], **sku_fields)],
    )


def skus_there(world: World) -> Counter[str]:
    listings = world.twin.control("GET", "listings")
    return Counter(sku["code"] for one in listings for sku in one["sku"])


def test_of_200_listings_180_are_bound_none_is_made_twice_and_20_are_listed(world: World) -> None:
    by_sku = [standing(f"B-{n}") for n in range(150)]
    by_barcode = [standing(f"OLD-{n}", bar_code=ean13(n)) for n in range(150, 180)]
    strangers = [standing(f"X-{n}", bar_code=ean13(900 + n)) for n in range(20)]
    ids = world.preload(*by_sku, *by_barcode, *strangers)
    world.feed(*(make_boots(f"B-{n}", barcodes=(ean13(n),)) for n in range(200)))
    adopted = world.adopt()
    assert (adopted.bound, adopted.loose) == (180, {"unknown": 20})
    left = selectors.unbound(world.shop)
    assert {one.skus[0] for one in left} == {f"X-{n}" for n in range(20)}
    assert {one.why for one in left} == {"No offer has its SKU or barcode."}
    plan = world.plan()
    kinds = Counter(
        action for _, action in actions(selectors.steps_page(world.seller, plan.id, limit=999))
    )
    assert kinds == {"create": 20, "update": 180}
    before = {one["id"]: one for one in world.twin.control("GET", "listings")}
    world.apply(plan)
    after = {one["id"]: one for one in world.twin.control("GET", "listings")}
    assert set(skus_there(world).values()) == {1}
    assert len(after) == 220
    for stranger in ids[180:]:
        assert after[stranger] == before[stranger]
    world.look()
    assert world.plan().steps == 0
    assert world.adopt().bound == 0


def test_a_plan_shows_all_that_adopting_would_change_and_nothing_where_it_agrees(
    world: World,
) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    world.carry_out()
    # As if another installation had made them: the same listings, unknown to us.
    world.run("DELETE FROM listings_shelfprice")
    for table in ("stocktelling", "listing", "listedproduct"):
        world.run(f"DELETE FROM listings_{table}")
    product = world.standing()["B-2"]["id"]
    world.twin.control("PATCH", f"listings/{product}", {"weight": "2.50", "price": "1990.00"})
    assert world.adopt().bound == 2
    (step,) = world.steps(world.plan())
    assert step.product_key == "B-2"
    assert {(one.field, one.old, one.new) for one in step.changes} == {
        ("weight_kg", "2.50", "0.8"),
        ("price", "1990.00", "2490.00"),
    }


def test_names_that_the_shop_gave_stay_when_barcodes_prove_the_goods(world: World) -> None:
    world.preload(standing("OLD-1", bar_code=ean13(1)))
    world.feed(make_boots("B-1", barcodes=(ean13(1),)))
    assert world.adopt().bound == 1
    world.apply(world.plan())
    assert skus_there(world) == {"OLD-1": 1}
    world.look()
    assert world.plan().steps == 0
    world.feed(make_boots("B-1", barcodes=(ean13(1),), price=Decimal(2000)))
    plan = world.plan()
    assert [(one.place, one.field) for one in world.steps(plan)[0].changes] == [("OLD-1", "price")]
    world.apply(plan)
    assert world.standing()["OLD-1"]["sku"][0]["price"] == "2000.00"


def test_a_variant_that_is_no_offer_of_ours_stays_as_it_stands(world: World) -> None:
    size = {"sku_attribute_name_id": SIZE, "sku_attribute_value_id": SIZE_28}
    world.preload(
        make_product(
            external_id=None,
            sku_info_list=[
                make_sku(sku_code="B-1"),
                make_sku(
                    sku_code="ALIEN",
                    price="999.00",
                    discount_price="888.00",
                    inventory=3,
                    sku_attributes_list=[size],
                ),
            ],
        )
    )
    world.feed(make_boots("B-1", params=(*make_boots().params, Param("Размер", "27"))))
    world.adopt()
    plan = world.plan()
    assert all(one.place != "ALIEN" for one in world.steps(plan)[0].changes)
    world.apply(plan)
    alien = world.standing()["B-1"]["sku"][1]
    assert (alien["code"], alien["price"], alien["discount_price"]) == ("ALIEN", "999.00", "888.00")
    assert alien["ipm_sku_stock"] == 3
    world.look()
    assert world.plan().steps == 0


def test_what_cannot_be_bound_is_not_created_beside_it(world: World) -> None:
    world.preload(
        make_product(
            external_id=None,
            sku_info_list=[
                make_sku(sku_code="B-1"),
                make_sku(
                    sku_code="B-2",
                    sku_attributes_list=[
                        {"sku_attribute_name_id": SIZE, "sku_attribute_value_id": SIZE_28}
                    ],
                ),
            ],
        )
    )
    world.feed(make_boots("B-1"), make_boots("B-2"), make_boots("B-3"))
    assert world.adopt().loose == {"split": 1}
    plan = world.plan()
    assert actions(world.steps(plan)) == [("B-3", "create")]
    (hold,) = plan.holds
    assert (hold.code, hold.offers) == ("adopt.stands_already", 2)
    assert "different products in the catalogue" in hold.message
    assert plan.counts["standing"] == 2


def test_nothing_is_created_beside_a_listing_that_nobody_tried_to_bind(world: World) -> None:
    world.preload(standing("B-1"))
    world.feed(make_boots("B-1"))
    world.look()
    plan = world.plan()
    assert plan.steps == 0
    assert plan.holds[0].code == "adopt.stands_already"


def test_variants_that_stand_in_other_listings_are_not_added_to_the_bound_one(
    world: World,
) -> None:
    params = make_boots().params
    world.preload(standing("V-1"), standing("V-2"))
    world.feed(
        make_boots("V-1", product_key="V", params=(*params, Param("Размер", "27"))),
        make_boots("V-2", product_key="V", params=(*params, Param("Размер", "28"))),
    )
    adopted = world.adopt()
    assert (adopted.bound, adopted.loose) == (1, {"double": 1})
    world.apply(world.plan())
    assert skus_there(world) == {"V-1": 1, "V-2": 1}


def test_a_barcode_that_proves_nothing_binds_nothing(world: World) -> None:
    own_number = "2000000000015"
    shared = ean13(7)
    world.preload(standing("OLD-1", bar_code=own_number), standing("OLD-2", bar_code=shared))
    world.feed(
        make_boots("B-1", barcodes=(own_number,)),
        make_boots("B-2", barcodes=(shared,)),
        make_boots("B-3", barcodes=(shared,)),
    )
    adopted = world.adopt()
    assert (adopted.bound, adopted.loose) == (0, {"unknown": 1, "split": 1})


def test_what_left_the_shop_is_listed_no_more_and_what_changed_is_tried_again(
    world: World,
) -> None:
    first, second = world.preload(standing("X-1"), standing("X-2"))
    world.feed(make_boots("B-1"))
    assert world.adopt().loose == {"unknown": 2}
    world.twin.control("PATCH", f"listings/{first}", {"status": "deleted"})
    world.adopt()
    assert [one.remote_id for one in selectors.unbound(world.shop)] == [str(second)]
    world.feed(make_boots("X-2"))
    assert world.adopt().bound == 1, "an SKU that is new in the catalogue is tried again"
    assert selectors.unbound(world.shop) == []


def test_in_a_joint_shop_the_bare_key_of_one_seller_is_enough_and_of_two_is_not(
    transactional_db: None, twin: RunningTwin, tmp_path: Path
) -> None:
    shop = open_shop(twin, accounts.ensure_operator().id, "joint")
    channels.learn_rules(shop)
    first = World(twin, tmp_path, "J-1", shop_id=shop)
    second = World(twin, tmp_path, "J-2", shop_id=shop)
    first.feed(make_boots("A-1"), make_boots("C-1"))
    second.feed(make_boots("B-1"), make_boots("C-1"))
    first.preload(standing("A-1"), standing(f"s{second.seller}-B-1"), standing("C-1"))
    observing.observe(shop_id=shop)
    adopted = adopting.adopt(shop_id=shop, actor="test")
    assert (adopted.bound, adopted.loose) == (2, {"sellers": 1})
    for world, key in ((first, "A-1"), (second, "B-1")):
        plan = world.plan()
        assert actions(world.steps(plan)) == [(key, "update")]
        assert plan.counts["standing"] == 1, "C-1 stands there, and nobody knows whose it is"
        world.apply(plan)
    assert set(skus_there(first).values()) == {1}
    assert skus_there(first).keys() == {"A-1", f"s{second.seller}-B-1", "C-1"}


def test_adopting_goes_on_where_it_broke_off(world: World) -> None:
    world.preload(*(standing(f"B-{n}") for n in range(60)))
    world.feed(*(make_boots(f"B-{n}") for n in range(60)))
    world.fault("dead_token", operations=["product.get"], count=1)
    world.look()
    told: list[tuple[int, int]] = []
    with pytest.raises(NeedsPersonError, match="token"):
        adopting.adopt(shop_id=world.shop, actor="test", on_progress=lambda *at: told.append(at))
    assert adopting.adopt(shop_id=world.shop, actor="test").bound == 60

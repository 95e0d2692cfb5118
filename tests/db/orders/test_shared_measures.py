"""A variant that tells nothing of itself is priced, packed and paid as its product is listed."""

from decimal import Decimal

from tests.db.listings.world import World, make_boots
from tests.db.orders.test_payouts import choose

from torgpred.listings.core.pricing import Logistics
from torgpred.listings.services import pricing
from torgpred.listings.services.weights import measures
from torgpred.orders.core.packing import Box
from torgpred.orders.services.measuring import sizes_of

D = Decimal


def test_a_bare_variant_follows_its_product_wherever_it_is_looked_at(world: World) -> None:
    told = make_boots("V-1", product_key="V", weight_kg=D("1.5"))
    bare = make_boots("V-2", product_key="V", category="", weight_kg=None, package=None)
    world.feed(told, bare, make_boots("B-1", weight_kg=None, package=None))
    choose(world.seller, world.shop, "8", Logistics("RUB", per_parcel=D(100), per_kg=D(50)))

    priced = {
        sku: pricing.example(seller_id=world.seller, shop_id=world.shop, sku=sku)
        for sku in ("V-1", "V-2", "B-1")
    }
    prices = {sku: one.waterfall.price for sku, one in priced.items() if one is not None}
    assert prices["V-2"] == prices["V-1"] is not None
    assert prices["B-1"] is None, "nobody told what it weighs"

    known = measures(seller_id=world.seller, shop_id=world.shop, keys=["V-2", "B-1", "?"])
    assert known["V-2"].weight_kg == D("1.5")
    assert known["B-1"].weight_kg is None
    assert "?" not in known
    box = sizes_of(world.seller, world.shop, ["V-2"]).box([("V-2", 2)], Box())
    assert box.weight_kg == D(3)
    assert box.sides is not None


def test_what_a_variant_tells_of_itself_goes_before_its_product(world: World) -> None:
    world.feed(
        make_boots("V-1", product_key="V", weight_kg=D("1.5")),
        make_boots("V-2", product_key="V", weight_kg=D("0.4")),
    )
    known = measures(seller_id=world.seller, shop_id=world.shop, keys=["V-1", "V-2"])
    assert {key: one.weight_kg for key, one in known.items()} == {"V-1": D("1.5"), "V-2": D("0.4")}

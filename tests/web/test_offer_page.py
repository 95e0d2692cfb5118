"""One offer's page: what of it is the offer's own, and what the whole product's."""

import re
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from tests.db.catalogue.readers import MemoryReader, opening
from tests.db.listings.world import BOOTS, make_boots
from tests.db.orders.making import run
from tests.db.orders.test_funnel import make_shop
from tests.web.test_asks import member_of

from torgpred.accounts import services as accounts
from torgpred.catalogue import services as catalogue
from torgpred.listings.core.checks.variants import StockFits
from torgpred.listings.core.remarks import Remark, hold
from torgpred.listings.services import statements
from torgpred.web import showing, words

pytestmark = pytest.mark.django_db(transaction=True)


def addresses(*names: str) -> tuple[str, ...]:
    return tuple(f"https://seller.example/{name}.jpg" for name in names)


def pictures_told(seller: int, key: str) -> str:
    page = member_of(seller).get(f"/s/BOOTS/catalogue/offer/?key={key}").content.decode()
    [told] = re.findall(r"<dt>Pictures</dt>\s*<dd>(.*?)</dd>", page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", told).split())


def test_pictures_of_other_variants_are_not_counted_as_the_offers_own(tmp_path: Path) -> None:
    seller = accounts.add_seller(name="Валенки", country="RU", code="BOOTS").id
    path = tmp_path / "boots.yml"
    path.write_text("stands in memory")
    content = (
        make_boots("V-1", product_key="V", pictures=addresses("all", "red", "red side")),
        make_boots("V-2", product_key="V", pictures=addresses("all", "blue")),
        make_boots("V-3", product_key="V", pictures=addresses("all")),
        make_boots("B-1", pictures=addresses("all", "twice", "twice")),
    )
    catalogue.take_in(
        seller_id=seller, feed_name="main", path=path, actor="test",
        open_reader=opening(MemoryReader(content, categories=BOOTS)),
    )  # fmt: skip

    assert pictures_told(seller, "V-1") == "2 and 1 that other variants of the product have too"
    assert pictures_told(seller, "V-2") == "1 and 1 that other variants of the product have too"
    assert pictures_told(seller, "V-3") == "0 and 1 that other variants of the product have too"
    assert pictures_told(seller, "B-1") == "2"


def one_good(tmp_path: Path) -> int:
    """Return a seller with one good and a shop."""
    seller = accounts.add_seller(name="Валенки", country="RU", code="BOOTS").id
    path = tmp_path / "boots.yml"
    path.write_text("stands in memory")
    catalogue.take_in(
        seller_id=seller, feed_name="main", path=path, actor="test",
        open_reader=opening(MemoryReader((make_boots("B-1"),), categories=BOOTS)),
    )  # fmt: skip
    make_shop(seller)
    return seller


def test_two_attributes_that_lack_are_two_reasons(tmp_path: Path) -> None:
    seller = one_good(tmp_path)
    lacks = hold("attribute.missing", "It asks for {name}.", "State {name}.")
    holds = [Remark(lacks.at("B-1", name=one), "", f"attribute:{one}") for one in ("size", "sole")]
    run(
        "INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,"
        " context_digest, offers, ready_offers, findings, prices, stated, refusal)"
        " SELECT tenant_id, id, (SELECT product_key FROM catalogue_offer), '', '', 1, 0, %s, '',"
        " '', '' FROM channels_shop",
        msgspec.json.encode(holds),
    )

    page = member_of(seller).get("/s/BOOTS/catalogue/").content.decode()
    assert "It asks for size." in page
    assert "and 1 more reason" in page


def test_a_variant_without_category_and_weight_is_shown_as_its_product_is_listed(
    tmp_path: Path,
) -> None:
    seller = accounts.add_seller(name="Валенки", country="RU", code="BOOTS").id
    path = tmp_path / "boots.yml"
    path.write_text("stands in memory")
    content = (
        make_boots("V-1", product_key="V"),
        make_boots("V-2", product_key="V", category="", weight_kg=None, package=None),
    )
    catalogue.take_in(
        seller_id=seller, feed_name="main", path=path, actor="test",
        open_reader=opening(MemoryReader(content, categories=BOOTS)),
    )  # fmt: skip
    make_shop(seller)
    page = member_of(seller).get("/s/BOOTS/catalogue/offer/?key=V-2").content.decode()
    assert "Обувь / Валенки" in page
    assert re.search(r"0\.8\s+kg:\s+told by its other variants or stated", page)


def test_amounts_are_told_in_the_currency_that_was_stated(tmp_path: Path) -> None:
    seller = accounts.add_seller(name="Валенки", country="RU", code="BOOTS").id
    path = tmp_path / "boots.yml"
    path.write_text("stands in memory")
    bare = make_boots("B-1", price=Decimal("549.5"), currency="")
    catalogue.take_in(
        seller_id=seller, feed_name="main", path=path, actor="test",
        open_reader=opening(MemoryReader((bare,), categories=BOOTS)),
    )  # fmt: skip
    make_shop(seller)
    client = member_of(seller)
    assert "549.50" in client.get("/s/BOOTS/catalogue/").content.decode()
    statements.state_fact(
        seller_id=seller, kind="currency", value="RUB", category="10", given_by="test"
    )
    for here in ("catalogue/", "catalogue/offer/?key=B-1"):
        assert "₽549.50" in client.get(f"/s/BOOTS/{here}").content.decode()


def test_a_finding_calls_the_category_by_its_names() -> None:
    kind = hold("paper.missing", "It lacks a paper.", "Add it once for the category {category}.")
    finding = showing.named(kind.at("B-1", category="10"), BOOTS)
    assert words.tell_finding(finding)[1] == "Add it once for the category Обувь / Валенки."
    unknown = kind.at("B-1", category="99")
    assert showing.named(unknown, BOOTS) == unknown


def test_a_stock_that_was_counted_is_no_longer_told_as_unknown(tmp_path: Path) -> None:
    seller = one_good(tmp_path)
    run(
        "INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,"
        " context_digest, offers, ready_offers, findings, prices, stated, refusal)"
        " SELECT tenant_id, id, (SELECT product_key FROM catalogue_offer), '', '', 1, 1, %s, '',"
        " '', '' FROM channels_shop",
        msgspec.json.encode([Remark(StockFits.UNKNOWN.at("B-1"), "", "stock")]),
    )
    client = member_of(seller)
    address = "/s/BOOTS/catalogue/offer/?key=B-1"
    told = "Put the quantity into the file, or set the stock."
    run("DELETE FROM stock_level")
    assert told in client.get(address).content.decode()
    client.post("/s/BOOTS/stock/count/", {"sku": "B-1", "pieces": "0"})
    assert told not in client.get(address).content.decode()

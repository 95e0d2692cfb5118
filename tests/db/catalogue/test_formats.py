"""Exchanges of 1C and Google Merchant feeds are taken in as any catalogue is."""

import zipfile
from decimal import Decimal
from pathlib import Path

from tests.unit.catalogue.test_commerceml import goods, imported, offer, offered
from tests.unit.catalogue.test_merchant import ITEM, rss

from torgpred.catalogue import selectors, services


def take(seller: int, path: Path) -> services.IntakeReport:
    return services.take_in(seller_id=seller, feed_name="shop", path=path, actor="t")


def pack(path: Path, *products: str, price: str = "100,50") -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("import.xml", imported(*products))
        archive.writestr("offers.xml", offered(offer().replace("100,50", price), offer("p2")))
    return path


def test_an_exchange_is_taken_in_recognised_and_follows_prices(
    seller_a: int, tmp_path: Path
) -> None:
    path = tmp_path / "exchange.zip"
    first = take(seller_a, pack(path, goods(), goods("p2")))
    assert (first.format, first.counts.added, first.complete) == ("commerceml", 2, True)
    assert selectors.categories(seller_a)["g2"].path == ("Дом", "Посуда")

    again = take(seller_a, path)
    assert (again.counts.unchanged, again.counts.parsed) == (2, 0)

    cheaper = take(seller_a, pack(path, goods(), goods("p2"), price="90"))
    assert (cheaper.counts.changed, cheaper.counts.unchanged) == (1, 1)
    assert selectors.offers_of(seller_a, ["p1"])["p1"].price == 90


def test_offers_alone_bring_prices_to_known_goods(seller_a: int, tmp_path: Path) -> None:
    take(seller_a, pack(tmp_path / "exchange.zip", goods(), goods("p2")))
    path = tmp_path / "offers.xml"
    path.write_text(offered(offer().replace("100,50", "80")), encoding="utf-8")
    report = take(seller_a, path)

    assert (report.scope, report.counts.changed, report.missing) == ("partial", 1, ())
    known = selectors.offers_of(seller_a, ["p1"])["p1"]
    assert (known.price, known.weight_kg) == (80, Decimal("0.350"))


def test_goods_deleted_in_1c_are_missing_here(seller_a: int, tmp_path: Path) -> None:
    path = tmp_path / "exchange.zip"
    take(seller_a, pack(path, goods(), goods("p2")))
    report = take(seller_a, pack(path, goods(), goods("p2", head=' Статус="Удален"')))

    assert report.missing == ("p2",)


def test_a_google_feed_keeps_its_categories_when_nothing_changed(
    seller_a: int, tmp_path: Path
) -> None:
    path = tmp_path / "google.xml"
    path.write_text(rss(ITEM, ITEM.replace("A-1", "A-2")), encoding="utf-8")
    first = take(seller_a, path)
    again = take(seller_a, path)

    assert (first.format, first.counts.added, again.counts.unchanged) == ("google", 2, 2)
    assert set(selectors.categories(seller_a)) == {"Дом", "Дом > Посуда"}

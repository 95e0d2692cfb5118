"""Tables as shops really keep them: words in price cells, dates for SKUs, archives of several."""

import zipfile
from decimal import Decimal
from pathlib import Path

import pytest

from torgpred.catalogue.core.check import check
from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.core.opening import open_feed

HEADER = "Артикул;Наименование;Цена, руб;Остаток\n"


def read_csv(tmp_path: Path, row: str) -> tuple[Offer, list[str]]:
    path = tmp_path / "price.csv"
    path.write_text(f"{HEADER}{row}\nB1;Стул;200;3\n", encoding="utf-8")
    reader = open_feed(path)
    taken = reader.read(next(iter(reader.entries())))
    assert taken.offer is not None
    return taken.offer, [finding.code for finding in taken.findings]


@pytest.mark.parametrize(
    ("cell", "amount", "found"),
    [
        ("1 299 ₽", 1299, []),
        ("700 руб", 700, []),
        ("от 500", 500, ["feed.offer.price_from"]),
        ("от 1 500 руб.", 1500, ["feed.offer.price_from"]),
    ],
)
def test_a_price_with_words_is_read(
    tmp_path: Path, cell: str, amount: int, found: list[str]
) -> None:
    offer, codes = read_csv(tmp_path, f"A1;Лампа;{cell};1")

    assert (offer.price, offer.currency) == (Decimal(amount), "RUB")
    assert codes == found


@pytest.mark.parametrize("key", ["01.02.2024", "2024-02-01", "01.фев"])
def test_a_date_for_an_sku_is_told(tmp_path: Path, key: str) -> None:
    offer, codes = read_csv(tmp_path, f"{key};Лампа;100;1")

    assert offer.key == key
    assert codes == ["table.key.date"]


def test_what_is_wrong_with_an_archive_is_told_for_a_table_too(tmp_path: Path) -> None:
    path = tmp_path / "price.zip"
    table = f"{HEADER}A1;Лампа;100;1\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one.csv", table * 3)
        archive.writestr("two.csv", table)
        archive.writestr("../three.csv", table)
    found = check(path)

    assert found.taken == 1
    assert {"feed.archive.several", "feed.archive.path"} <= found.counts.keys()

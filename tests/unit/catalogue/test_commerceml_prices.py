"""Prices of 1C exchanges: which of several kinds is read, in which currency, and what is told."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.unit.catalogue.test_commerceml import (
    exchange,
    goods,
    imported,
    offered,
    packed,
    plain,
    read,
)

from torgpred.catalogue.core.commerceml.classifier import currency_code


def priced(prices: dict[str, str], currency: str = "руб", key: str = "p1") -> str:
    """Return an offer with an amount for each kind of price, in this order."""
    given = "".join(
        f"<Цена><ИдТипаЦены>{kind}</ИдТипаЦены><ЦенаЗаЕдиницу>{amount}</ЦенаЗаЕдиницу>"
        f"<Валюта>{currency}</Валюта></Цена>"
        for kind, amount in prices.items()
    )
    return f"<Предложение><Ид>{key}</Ид><Цены>{given}</Цены></Предложение>"


def kinds(*names: str, currency: str = "руб") -> str:
    """Return kinds of prices t1, t2 ... by their names."""
    told = "".join(
        f"<ТипЦены><Ид>t{at}</Ид><Наименование>{name}</Наименование><Валюта>{currency}</Валюта>"
        "</ТипЦены>"
        for at, name in enumerate(names, 1)
    )
    return f"<ТипыЦен>{told}</ТипыЦен>"


@pytest.mark.parametrize(
    ("names", "read_kind", "code"),
    [
        (("Оптовая", "Розничная"), "Розничная", "price_kind"),
        (("Интернет опт", "Цена продажи"), "Цена продажи", "price_kind"),
        (("Розничная для партнёров", "Прайс"), "Прайс", "price_kind"),
        (("Крупнооптовая", "Gold", "Розница"), "Розница", "price_kind"),
        (("Опт1", "Gold", "Старая цена"), "Gold", "price_kind"),
        (("Old price", "Оптика"), "Оптика", "price_kind"),
        (("Цена Грозный опт", "Оптимальная"), "Оптимальная", "price_kind"),
        (("Цена продажи",), "Цена продажи", ""),
        (("Крупный опт", "Опт", "Мелкооптовая"), "Крупный опт", "wholesale"),
        (("Оптом",), "Оптом", "wholesale"),
        (("Закупочная", "Дилерская"), "Дилерская", "wholesale"),
        (("Закупочная", "Учётная"), "", "costs_only"),
        (("Себестоимость",), "", "costs_only"),
    ],
)
def test_the_kind_that_shoppers_pay_is_read(
    tmp_path: Path, names: tuple[str, ...], read_kind: str, code: str
) -> None:
    amounts = {f"t{at}": str(at * 10) for at in range(1, len(names) + 1)}
    package = offered(priced(amounts), kinds=kinds(*names))
    (one,), found = read(packed(tmp_path, {"a.xml": imported(goods()), "b.xml": package}))

    wanted = Decimal(names.index(read_kind) + 1) * 10 if read_kind else None
    assert one.price == wanted
    of_kinds = {f"commerceml.{one}" for one in ("price_kind", "wholesale", "costs_only")}
    assert [one for one in found if one in of_kinds] == [f"commerceml.{code}"] * bool(code)


@pytest.mark.parametrize(
    ("offers", "prices"),
    [
        ([{"a": "10"}, {"a": "20"}], [Decimal(10), Decimal(20)]),
        ([{"": "10"}, {"": "20"}], [Decimal(10), Decimal(20)]),
        ([{"a": "10", "b": "9"}, {"b": "19", "a": "20"}], [None, None]),
        ([{"a": "10"}, {"b": "19"}], [None, None]),
        ([{"a": "10"}, {"": "19"}], [None, None]),
    ],
)
def test_of_kinds_that_nothing_explains_only_a_single_one_is_read(
    tmp_path: Path, offers: list[dict[str, str]], prices: list[Decimal | None]
) -> None:
    written = [priced(one, key=f"p{at}") for at, one in enumerate(offers)]
    reader = plain(tmp_path, offered(*written, kinds=""))
    taken, found = read(reader)

    assert [one.price for one in taken] == prices
    assert ("commerceml.price_kinds_unknown" in found) is (None in prices)


def test_unexplained_kinds_are_told_by_their_ids(tmp_path: Path) -> None:
    amounts = {f"kind-{at}": "10" for at in range(9)}
    reader = plain(tmp_path, offered(priced(amounts), kinds=""))
    read(reader)

    (told,) = [one for one in reader.findings() if "price_kinds" in one.code]
    assert "9 kinds (kind-0, kind-1, kind-2, kind-3, ...)" in told.message


def test_the_file_with_the_kinds_explains_those_of_another(tmp_path: Path) -> None:
    files = {
        "offers0_1.xml": offered(kinds=kinds("Оптовая", "Розничная")),
        "prices0_1.xml": offered(priced({"t1": "9", "t2": "10"}), kinds=""),
    }
    (one,), found = read(packed(tmp_path, files))

    assert one.price == 10
    assert "commerceml.price_kinds_unknown" not in found


@pytest.mark.parametrize("known", [True, False])
def test_goods_that_bring_their_price_are_not_told_to_lack_it(
    tmp_path: Path, *, known: bool
) -> None:
    price = (
        "<Цены><Цена><ИдТипаЦены>BASE</ИдТипаЦены><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></Цена></Цены>"
    )
    (one,), found = read(plain(tmp_path, imported(goods(more=price if known else ""))))

    assert one.price == (Decimal(5) if known else None)
    assert ("commerceml.no_prices" in found) is not known


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("руб", "RUB"), ("руб.", "RUB"), ("643", "RUB"), ("RUR", "RUB"), ("бел. руб.", "BYN"),
        ("грн", "UAH"), ("грн.", "UAH"), ("980", "UAH"), ("UAH", "UAH"), ("сом", "KGS"),
        ("417", "KGS"), ("сум", "UZS"), ("тнг", "KZT"), ("тенге", "KZT"), ("тг.", "KZT"),
        ("dram", "AMD"), ("драм", "AMD"), ("у.е.", ""), ("попугаи", ""), ("", ""),
    ],
)  # fmt: skip
def test_words_of_currencies(word: str, code: str) -> None:
    assert currency_code(word) == code


def test_an_unknown_currency_is_told_once_and_never_taken_for_another(tmp_path: Path) -> None:
    offers = [priced({"t1": "10"}, "у.е.", f"p{at}") for at in range(3)]
    offers.append(priced({"t1": "10"}, "", "p3"))
    reader = plain(tmp_path, offered(*offers, kinds=kinds("Розничная")))
    taken, found = read(reader)

    assert [one.currency for one in taken] == ["", "", "", "RUB"]
    assert found.count("commerceml.currency_unknown") == 1
    assert "feed.offer.currency_bad" not in found


def test_an_unknown_currency_of_a_kind_is_told(tmp_path: Path) -> None:
    told = kinds("Розничная", currency="попугаи")
    (one,), found = read(plain(tmp_path, offered(priced({"t1": "10"}, ""), kinds=told)))

    assert (one.price, one.currency) == (10, "")
    assert found.count("commerceml.currency_unknown") == 1


def test_kinds_of_goods_without_offers_count_too(tmp_path: Path) -> None:
    price = "<Цены><Цена><ИдТипаЦены>{}</ИдТипаЦены><ЦенаЗаЕдиницу>5</ЦенаЗаЕдиницу></Цена></Цены>"
    inside = "".join(goods(key, price.format(kind)) for key, kind in (("p1", "a"), ("p2", "b")))
    text = exchange(f"<Каталог><Товары>{inside}</Товары></Каталог>")
    taken, found = read(plain(tmp_path, text))

    assert [one.price for one in taken] == [None, None]
    assert "commerceml.price_kinds_unknown" in found

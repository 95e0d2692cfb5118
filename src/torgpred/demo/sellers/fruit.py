"""Dried fruit: a workbook of several sheets, header in row 3, headings between, SKUs as floats."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Final

from torgpred.demo.sellers.faults import DUPLICATE_KEY, spoil
from torgpred.demo.sellers.items import Item, number, picture_addresses, table, with_barcodes
from torgpred.demo.sellers.sheets import Heading, Sheet, write_workbook
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Span, Stated
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route

BRAND: Final = "Долина Сушкина"
FAULTS: Final = {
    "no_price": 5,
    "no_picture": 3,
    "no_description": 6,
    "wrong_barcode": 3,
    "no_barcode": 4,
    "spaced_price": 2,
    DUPLICATE_KEY: 1,
}
COLUMNS: Final = (
    "Артикул", "Наименование", "Бренд", "Вес нетто, г", "Вид плодов", "Вид ореха", "Обработка",
    "Страна происхождения", "Срок годности, мес", "Состав", "Вес с упаковкой, кг",
    "Цена за шт., руб.", "Штрихкод", "Остаток, шт.", "Фото", "Описание",
)  # fmt: skip
_PACKS: Final = (150, 300, 500, 1000)
_UNWEIGHED: Final = "Орехи"
"""The sheet that came from another storekeeper and has no gross weights."""
_ONE_SIZE: Final = {"Орехи": (300,)}


def items() -> list[Item]:
    """Return the offers of the file, faults and all. `group` is the sheet's name."""
    return spoil(with_barcodes(_sound(), "469000505"), FAULTS)


def write(path: Path, picture_base: str) -> None:
    """Write the workbook: three sheets of goods and one of addresses."""
    offers = items()
    sheets = [
        Sheet(
            name=sheet["name"],
            above=("Долина Сушкина. Прайс-лист", "от 05.11.2026, без НДС"),
            header=COLUMNS,
            rows=tuple(_rows(sheet["name"], offers, picture_base)),
        )
        for sheet in table("fruit")["sheet"]
    ]
    contacts = Sheet(
        name="Контакты",
        above=("ООО «Долина Сушкина»", "Склад: с. Урюково, Садовая, 1. Отгрузка по будням."),
    )
    write_workbook(path, [*sheets, contacts])


def _rows(
    sheet: str, offers: list[Item], picture_base: str
) -> Iterator[Heading | dict[str, str | float]]:
    part = ""
    for item in sorted((i for i in offers if i.group == sheet), key=lambda i: i.category):
        if item.category != part:
            part = item.category
            yield Heading(part.partition(" ")[2])
        yield _row(item, picture_base)


def _row(item: Item, picture_base: str) -> dict[str, str | float]:
    row: dict[str, str | float] = {name: value for name, value, _ in item.params}
    return row | {
        # The program that made the file keeps articles and barcodes as numbers.
        "Артикул": float(item.key),
        "Наименование": item.name,
        "Бренд": item.vendor,
        "Вес нетто, г": float(row["Вес нетто, г"]),
        "Вес с упаковкой, кг": float(item.weight) if item.weight else "",
        "Цена за шт., руб.": _number_or_text(item.price),
        "Штрихкод": float(item.barcode) if item.barcode else "",
        "Остаток, шт.": float(item.quantity or 0),
        "Страна происхождения": item.country,
        "Фото": "\n".join(picture_addresses(item, picture_base)),
        "Описание": item.description,
    }


def _number_or_text(price: str) -> str | float:
    return float(price) if price.replace(".", "").isdigit() else price


def _sound() -> Iterator[Item]:
    key = 100
    for sheet in table("fruit")["sheet"]:
        for place, part in enumerate(sheet["part"], 1):
            for line in part["goods"].strip().splitlines():
                for pack in _ONE_SIZE.get(sheet["name"], _PACKS):
                    key += 1
                    offer = _offer(str(key), line.split("|"), pack)
                    yield replace(
                        offer,
                        # The place keeps the parts in order; it is not written into the file.
                        category=f"{place} {part['name']}",
                        group=sheet["name"],
                        weight="" if sheet["name"] == _UNWEIGHED else offer.weight,
                    )


def _offer(key: str, said: list[str], pack: int) -> Item:
    name, kind, processing, country, per_kg, says = said
    nut = "орех" in kind or "семена" in kind or kind in {"миндаль", "фундук", "кешью", "арахис"}
    price = int(per_kg) * pack / 1000 * (1.15 if pack < 500 else 1) + 12
    return Item(
        key=key,
        category="",
        name=f"{name}, {pack} г" if pack < 1000 else f"{name}, 1 кг",
        vendor=BRAND,
        price=f"{round(price)}.00",
        quantity=number(0, 600, "fruit", key),
        pictures=number(1, 2, "fruit pictures", key),
        description=f"{says} Упаковано в плотный пакет с застёжкой.",
        params=(
            ("Вес нетто, г", str(pack), "г"),
            ("Вид ореха" if nut else "Вид плодов", kind, ""),
            ("Обработка", processing, ""),
            ("Срок годности, мес", "9" if nut else "12", ""),
            ("Состав", name.partition(" «")[0].lower(), ""),
        ),
        weight=f"{pack / 1000 + 0.02:.2f}",
        country=country,
    )


def _package(*sides: int) -> tuple[Decimal, Decimal, Decimal]:
    length, width, height = map(Decimal, sides)
    return length, width, height


def _twin(leaf: str) -> tuple[str, ...]:
    return ("Продукты питания", "Сухофрукты и орехи", leaf)


SELLER: Final = DemoSeller(
    code="sushkin-valley",
    name="ООО «Долина Сушкина»",
    kind="ООО",
    country="RU",
    inn="0005000050",
    trade="fruit",
    file_name="dolina-sushkina.xlsx",
    write=write,
    faults=FAULTS,
    brands=(BRAND,),
    stock_place="фруктохранилище, с. Урюково",
    pricing=PricingPolicy(
        basis=Basis.KEPT,
        commission=Decimal(5),
        fee=Decimal(4),
        margin=Decimal(10),
        route=Route(
            tax_out=Decimal(10),
            logistics=Logistics(currency="RUB", per_parcel=Decimal(70), per_kg=Decimal(60)),
        ),
        step=Decimal(10),
        ending=Decimal(9),
    ),
    statements=(
        Stated("weight_kg", Decimal("0.32"), ("Орехи очищенные",)),
        Stated("weight_kg", Decimal("0.32"), ("Семечки",)),
        *(
            Stated("package", _package(24, 16, 6), (part,))
            for part in (
                "Косточковые плоды",
                "Виноград и финики",
                "Яблоки, груши, прочее",
                "Орехи очищенные",
                "Семечки",
                "Смеси",
            )
        ),
    ),
    mapping=(
        Mapped(("Косточковые плоды",), _twin("Сухофрукты")),
        Mapped(("Виноград и финики",), _twin("Сухофрукты")),
        Mapped(("Яблоки, груши, прочее",), _twin("Сухофрукты")),
        Mapped(("Орехи очищенные",), _twin("Орехи")),
        Mapped(("Смеси",), _twin("Смеси орехов и сухофруктов")),
        Mapped(("Семечки",), _twin("Семечки")),
    ),
    expected=Expected(
        offers=98,
        taken=Span(97, 98),
        whole=Span(0, 2),
        whole_once_stated=Span(74, 80),
    ),
)

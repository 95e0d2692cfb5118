"""LED lamps: a CSV price list out of 1C, windows-1251, heading first, numbers as text."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from torgpred.demo.sellers.faults import DUPLICATE_KEY, spoil
from torgpred.demo.sellers.items import (
    Item,
    cost_of,
    number,
    picture_addresses,
    table,
    with_barcodes,
)
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Span, Stated
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route

BRAND: Final = "Люменёк"
FAULTS: Final = {
    "no_price": 4,
    "no_weight": 14,
    "no_sides": 22,
    "no_picture": 5,
    "no_description": 12,
    "no_barcode": 9,
    "wrong_barcode": 4,
    "long_title": 1,
    DUPLICATE_KEY: 2,
}
_HEADER: Final = (
    "Код;Артикул;Наименование;Группа товара;Бренд;Ед. изм.;Мощность, Вт;Цоколь;"
    "Цветовая температура, К;Свет;Световой поток, лм;Напряжение, В;Степень защиты;Форма колбы;"
    "Длина изделия, мм;Материал;Штрихкод;Цена, руб.;Себестоимость;Остаток;"
    "Вес брутто, г;Размер упаковки, см;Страна;Фото;Описание"
)
COLUMNS: Final = tuple(_HEADER.split(";"))


def items() -> list[Item]:
    """Return the offers of the file, faults and all."""
    return spoil(with_barcodes(_sound(), "469000404"), FAULTS)


def write(path: Path, picture_base: str) -> None:
    """Write the file: the header stands in row 4, a note follows the last offer."""
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    blank = [""] * (len(COLUMNS) - 1)
    rows.writerow(["ООО «Завод Люменёк»", *blank])
    rows.writerow(["Прайс-лист на 01.11.2026, оптовый", *blank])
    rows.writerow(["Цены указаны в рублях с НДС", *blank])
    rows.writerow(COLUMNS)
    rows.writerows(_row(item, picture_base) for item in items())
    rows.writerow(["Прайс-лист действителен до 31.12.2026", *blank])
    path.write_bytes(text.getvalue().encode("cp1251"))


def _row(item: Item, picture_base: str) -> list[str]:
    said = {name: value for name, value, _ in item.params}
    whole, _, cents = item.price.partition(".")
    cells = {
        "Код": item.key,
        "Артикул": item.vendor_code,
        "Наименование": item.name,
        "Группа товара": item.category,
        "Бренд": item.vendor,
        "Ед. изм.": "шт",
        "Штрихкод": item.barcode,
        "Цена, руб.": f"{int(whole):,}".replace(",", "\u00a0") + f",{cents}" if whole else "",
        "Себестоимость": item.cost.replace(".", ","),
        "Остаток": "" if item.quantity is None else f"{item.quantity},000",
        "Вес брутто, г": f"{float(item.weight) * 1000:.0f}" if item.weight else "",
        "Размер упаковки, см": item.sides,
        "Страна": item.country,
        "Фото": ", ".join(picture_addresses(item, picture_base)),
        "Описание": item.description,
    }
    return [cells.get(column, said.get(column, "")) for column in COLUMNS]


def _sound() -> Iterator[Item]:
    words = table("lamps")
    serial = 0
    for family in words["family"]:
        for socket in family["sockets"]:
            for step, watt in enumerate(family["watts"]):
                for kelvin, light in words["light"]:
                    serial += 1
                    yield _lamp(family, socket, step, (kelvin, light), serial, watt)


def _lamp(
    family: dict[str, Any], socket: str, step: int, light: tuple[int, str], serial: int, watt: int
) -> Item:
    kelvin, colour = light
    base, per_watt = family["price"]
    key = f"{serial:05}"
    price = f"{base + per_watt * watt:.2f}"
    fields = {
        "Мощность, Вт": f"{watt},0" if step == 1 else str(watt),
        "Цоколь": socket,
        "Цветовая температура, К": str(kelvin),
        "Свет": colour,
        "Световой поток, лм": str(watt * family["lumen"]),
        "Напряжение, В": family.get("voltage", "230"),
        "Степень защиты": family.get("protection", "IP20" if not socket else ""),
        "Форма колбы": family.get("shape", ""),
        "Длина изделия, мм": str(family["length"][step]) if "length" in family else "",
        "Материал": family.get("material", ""),
    }
    name = family["name"].format(watt=watt, socket=socket, kelvin=kelvin)
    return Item(
        key=key,
        category=family["group"],
        name=name,
        vendor=BRAND,
        vendor_code=f"LM-{family['code']}{socket and '-'}{socket}-{watt}-{kelvin // 100}",
        price=price,
        cost=cost_of(price, key, 60, 92),
        quantity=number(0, 3000, "lamps", key),
        pictures=1 + (serial % 3 == 0),
        description=family["says"],
        params=tuple((name, value, "") for name, value in fields.items() if value),
        weight=f"{(family['grams'] * (1 + step / 4) + 15) / 1000:.3f}",
        sides=family["box"],
        country="Россия",
    )


def _twin(*path: str) -> tuple[str, ...]:
    return ("Освещение", *path)


SELLER: Final = DemoSeller(
    code="lumenek",
    name="ООО «Завод Люменёк»",
    kind="ООО",
    country="RU",
    inn="0004000040",
    trade="lamps",
    file_name="lumenek-price.csv",
    write=write,
    faults=FAULTS,
    brands=(BRAND,),
    stock_place="заводской склад, г. Ясный Свет",
    pricing=PricingPolicy(
        basis=Basis.KEPT,
        commission=Decimal(10),
        fee=Decimal(4),
        margin=Decimal(20),
        route=Route(
            tax_out=Decimal(20),
            tax_in=Decimal(20),
            logistics=Logistics(currency="RUB", per_parcel=Decimal(55), per_kg=Decimal(70)),
        ),
        step=Decimal(10),
        ending=Decimal(9),
    ),
    statements=(
        Stated("weight_kg", Decimal("0.06"), ("Лампы светодиодные",)),
        Stated("weight_kg", Decimal("0.06"), ("Лампы филаментные",)),
        Stated("weight_kg", Decimal("0.25"), ("Лампы трубчатые T8",)),
        Stated("weight_kg", Decimal("0.6"), ("Прожекторы уличные",)),
        Stated("weight_kg", Decimal("0.5"), ("Панели светодиодные",)),
        Stated("weight_kg", Decimal("0.2"), ("Лента светодиодная",)),
        Stated("weight_kg", Decimal("1.2"), ("Светильники настольные",)),
        Stated("weight_kg", Decimal("0.2"), ("Светильники точечные",)),
        Stated("package", (Decimal(18), Decimal(18), Decimal(5)), ("Светильники точечные",)),
        Stated("package", (Decimal(6), Decimal(6), Decimal(11)), ("Лампы светодиодные",)),
        Stated("package", (Decimal(6), Decimal(6), Decimal(11)), ("Лампы филаментные",)),
        Stated("package", (Decimal(122), Decimal(4), Decimal(4)), ("Лампы трубчатые T8",)),
        Stated("package", (Decimal(18), Decimal(14), Decimal(5)), ("Прожекторы уличные",)),
        Stated("package", (Decimal(32), Decimal(32), Decimal(6)), ("Панели светодиодные",)),
        Stated("package", (Decimal(20), Decimal(20), Decimal(3)), ("Лента светодиодная",)),
        Stated("package", (Decimal(40), Decimal(20), Decimal(9)), ("Светильники настольные",)),
    ),
    mapping=(
        Mapped(("Лампы трубчатые T8",), _twin("Лампочки", "Линейные лампы")),
        Mapped(("Прожекторы уличные",), _twin("Уличное освещение", "Прожекторы")),
        Mapped(("Светильники настольные",), _twin("Настольные и напольные", "Настольные лампы")),
    ),
    expected=Expected(
        offers=167,
        taken=Span(165, 166),
        whole=Span(132, 136),
        whole_once_stated=Span(152, 158),
    ),
)

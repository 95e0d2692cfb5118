"""Thermal wear: simplified YML out of 1C, sizes and colours as offers, without any weight."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from torgpred.demo.sellers.faults import BARE_AMPERSAND, DUPLICATE_KEY, spoil
from torgpred.demo.sellers.items import Item, cost_of, number, table, with_barcodes
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Meant, Span, Stated
from torgpred.demo.sellers.yml import Catalogue, yml
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route

BRAND: Final = "Мерзлоход"
FAULTS: Final = {
    "no_price": 6,
    "no_picture": 9,
    "no_description": 20,
    "no_vendor": 12,
    "no_barcode": 31,
    "wrong_barcode": 8,
    "spaced_price": 40,
    "grams_as_kg": 5,
    "orphan_category": 3,
    "long_title": 1,
    BARE_AMPERSAND: 1,
    DUPLICATE_KEY: 2,
}
_WEIGHED: Final = {"0401"}
"""The only category that the warehouse has put on the scales."""


def items() -> list[Item]:
    """Return the offers of the file, faults and all."""
    return spoil(with_barcodes(_sound(), "469000202"), FAULTS)


def write(path: Path, picture_base: str) -> None:
    """Write the file: UTF-8 with a byte order mark and a DTD line, RUR for roubles."""
    catalogue = Catalogue(
        shop="Мерзлоход — тёплая одежда",
        company='ООО "Мерзлоход"',
        site="https://merzlohod.example",
        date="2026-11-03 03:15",
        categories=table("thermal")["categories"],
        currency="RUR",
        platform="1С:Предприятие",
        doctype=True,
        elements=('<delivery-options><option cost="350" days="2-5"/></delivery-options>',),
    )
    path.write_bytes(yml(catalogue, items(), picture_base).encode("utf-8-sig"))


def _sound() -> Iterator[Item]:
    words = table("thermal")
    serial = 0
    for place, model in enumerate(words["model"], 1):
        sizes = words["sizes"][model["sizes"]]
        for colour in model["colours"]:
            for step, size in enumerate(sizes):
                serial += 1
                yield _offer(model, place, colour, size, step - len(sizes) // 2, serial)


def _offer(
    model: dict[str, Any], place: int, colour: str, size: str, step: int, serial: int
) -> Item:
    key = f"ЦБ-{serial:08}"
    weighed = model["category"] in _WEIGHED
    price = f"{model['price'] + (200 if step > 1 else 0)}.00"
    return Item(
        key=key,
        category=model["category"],
        name=f"{model['name']}, {colour}, р. {size}",
        vendor=BRAND,
        vendor_code=f"МХ-{place:03}",
        # An older release of the export plug-in left the group out for socks.
        group="" if model["category"] == "02" else str(7000 + place),
        price=price,
        cost=cost_of(price, key, 45, 66),
        currency="RUR",
        quantity=number(0, 40, key),
        pictures=2,
        description=_description(model),
        params=_params(model, colour, size),
        weight=f"{model['grams'] / 1000 * (1 + step * 0.04) + 0.03:.2f}" if weighed else "",
        sides="35/28/8" if weighed else "",
        country="РОССИЯ",
    )


def _description(model: dict[str, Any]) -> str:
    return (
        f"{model['says']}<br>Состав: {model['composition']}. "
        f"Рассчитано на прогулку при температуре до {model['minimum']} °C.<br/>"
        "Уход: стирка при 30 градусах, не отжимать, сушить расправленным."
    )


def _params(model: dict[str, Any], colour: str, size: str) -> tuple[tuple[str, str, str], ...]:
    return (
        ("Размер", size, "RU"),
        ("Цвет", colour, ""),
        ("Пол ребёнка" if model["category"] == "0104" else "Пол", model["gender"], ""),
        ("Материал", model["material"], ""),
        ("Состав", model["composition"], ""),
        ("Назначение слоя", model["layer"], ""),
        ("Сезон", model["season"], ""),
        ("Нижняя температура", str(model["minimum"]), "°C"),
        *((("Вид спорта", "туризм", ""),) if model["category"] in _WEIGHED else ()),
    )


def _twin(*path: str) -> tuple[str, ...]:
    return ("Одежда", *path)


SELLER: Final = DemoSeller(
    code="merzlohod",
    name="ООО «Мерзлоход»",
    kind="ООО",
    country="RU",
    inn="0002000020",
    trade="thermal",
    file_name="merzlohod-1c.yml",
    write=write,
    faults=FAULTS,
    brands=(BRAND,),
    stock_place="фабричный склад, г. Зимник",
    pricing=PricingPolicy(
        basis=Basis.SHELF,
        commission=Decimal(8),
        fee=Decimal(4),
        route=Route(
            tax_out=Decimal(20),
            logistics=Logistics(currency="RUB", per_parcel=Decimal(60), per_kg=Decimal(110)),
        ),
    ),
    statements=(
        Stated("weight_kg", Decimal("0.45"), ("Термобельё", "Термокомплекты"), "0101"),
        Stated("weight_kg", Decimal("0.3"), ("Термобельё", "Фуфайки и лонгсливы термо"), "0102"),
        Stated("weight_kg", Decimal("0.25"), ("Термобельё", "Кальсоны и рейтузы термо"), "0103"),
        Stated("weight_kg", Decimal("0.28"), ("Термобельё", "Детское термобельё"), "0104"),
        Stated("weight_kg", Decimal("0.14"), ("Термоноски",), "02"),
        Stated("weight_kg", Decimal("0.1"), ("Балаклавы и шапки-маски",), "03"),
        Stated("package", (Decimal(32), Decimal(25), Decimal(6)), ("Термобельё",), "01"),
        Stated("package", (Decimal(22), Decimal(12), Decimal(4)), ("Термоноски",), "02"),
        Stated(
            "package", (Decimal(24), Decimal(18), Decimal(3)), ("Балаклавы и шапки-маски",), "03"
        ),
        Stated("vendor", BRAND),
    ),
    mapping=(
        Mapped(
            ("Термобельё", "Фуфайки и лонгсливы термо"),
            _twin("Термобельё", "Термофутболки и термокофты"),
            "0102",
        ),
        Mapped(
            ("Термобельё", "Кальсоны и рейтузы термо"),
            _twin("Термобельё", "Термоштаны и кальсоны"),
            "0103",
        ),
        Mapped(
            ("Термобельё", "Детское термобельё"),
            ("Детские товары", "Детское термобельё", "Комплекты термобелья детские"),
            "0104",
        ),
        Mapped(
            ("Термобельё", "Термокомплекты"),
            _twin("Термобельё", "Комплекты термобелья"),
            "0101",
        ),
        Mapped(("Балаклавы и шапки-маски",), _twin("Термобельё", "Балаклавы и подшлемники"), "03"),
        Mapped(("Флис", "Кофты флисовые"), _twin("Спортивная одежда", "Флисовые кофты"), "0401"),
    ),
    values=(
        Meant("Цвет", "серый меланж", "серый"),
        Meant("Цвет", "пудра", "пудровый"),
        Meant("Цвет", "лаванда", "лавандовый"),
        Meant("Цвет", "мята", "мятный"),
        Meant("Цвет", "графит", "графитовый"),
    ),
    expected=Expected(
        offers=223,
        taken=Span(221, 221),
        whole=Span(15, 17),
        whole_once_stated=Span(194, 198),
    ),
)

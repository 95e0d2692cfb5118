"""Skin and hair care: YML of the vendor.model kind, honest windows-1251, volumes as variants."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from torgpred.demo.sellers.faults import DUPLICATE_KEY, spoil
from torgpred.demo.sellers.items import Item, number, table, with_barcodes
from torgpred.demo.sellers.types import DemoSeller, Expected, Mapped, Span, Stated
from torgpred.demo.sellers.yml import Catalogue, yml
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route, Step

BRAND: Final = "Мшистый берег"
FAULTS: Final = {
    "no_price": 3,
    "no_weight": 6,
    "no_picture": 4,
    "no_description": 11,
    "wrong_barcode": 5,
    "script": 1,
    DUPLICATE_KEY: 1,
}
_LINES_A_VARIANT: Final = 5


def items() -> list[Item]:
    """Return the offers of the file, faults and all."""
    return spoil(with_barcodes(_sound(), "469000101"), FAULTS)


def write(path: Path, picture_base: str) -> None:
    """Write the file."""
    catalogue = Catalogue(
        shop=BRAND,
        company="ООО «Мшистый берег»",
        site="https://mshisty-bereg.example",
        date="2026-11-02 09:30",
        categories=table("cosmetics")["categories"],
        declared="windows-1251",
        platform="Витрина",
    )
    path.write_bytes(yml(catalogue, items(), picture_base).encode("cp1251"))


def _sound() -> Iterator[Item]:
    words = table("cosmetics")
    lines = words["line"]
    for place, kind in enumerate(words["type"]):
        for turn, (first, effect) in enumerate(kind["variants"]):
            for step in range(_LINES_A_VARIANT):
                line = lines[(place + 2 * turn + step) % len(lines)]
                yield from _variants(kind, first, effect, line, f"{place + 1:02}{turn + 1}{step}")


def _variants(
    kind: dict[str, Any], first: str, effect: str, line: dict[str, str], code: str
) -> Iterator[Item]:
    base, unit = kind["volumes"][0], "г" if kind["texture"] in {"твёрдая", "порошок"} else "мл"
    for volume in kind["volumes"]:
        price = round(kind["price"] * (volume / base) ** 0.75 / 10) * 10
        key = f"MB-{code}-{volume}"
        yield Item(
            key=key,
            category=kind["category"],
            type_prefix=kind["prefix"],
            vendor=BRAND,
            model=f"«{line['name']}» {first}, {volume} {unit}",
            vendor_code=f"{code}/{volume}",
            group=f"MB-{code}",
            price=f"{price}.00",
            old_price=f"{round(price * 1.25)}.00" if number(0, 4, key) == 0 else "",
            quantity=number(0, 180, key),
            pictures=number(1, 3, key, "pictures"),
            description=_description(kind, line),
            params=_params(kind, effect, line, volume, unit),
            weight=f"{(volume + kind['grams']) / 1000:.3f}",
            sides="" if kind["category"].startswith("1") else _sides(volume),
            country="Россия",
        )


def _sides(volume: int) -> str:
    """Return the box of a bottle that holds so much, in cm."""
    side = round(volume ** (1 / 3) + 0.8, 1)
    return f"{side}/{side}/{round(side * 2.2, 1)}"


def _description(kind: dict[str, Any], line: dict[str, str]) -> str:
    return (
        f"<p>{line['says']} {kind['says']}</p>"
        f"<p><b>Как пользоваться.</b> {kind['usage']}</p>"
        "<ul><li>Без парабенов и минеральных масел</li><li>Не испытываем на животных</li></ul>"
    )


def _params(
    kind: dict[str, Any], effect: str, line: dict[str, str], volume: int, unit: str
) -> tuple[tuple[str, str, str], ...]:
    hair = kind["category"].startswith("3")
    return (
        ("Тип волос", line["hair"], "") if hair else ("Тип кожи", line["skin"], ""),
        ("Действие", effect, ""),
        ("Активный компонент", line["active"], ""),
        ("Текстура", kind["texture"], ""),
        ("Зона применения", kind["area"], ""),
        ("Аромат", line["scent"], ""),
        ("Вес нетто" if unit == "г" else "Объём", str(volume), unit),
        ("Срок годности", "24", "мес"),
    )


SELLER: Final = DemoSeller(
    code="mossy-shore",
    name="ООО «Мшистый берег»",
    kind="ООО",
    country="RU",
    inn="0001000010",
    trade="cosmetics",
    file_name="mossy-shore.xml",
    write=write,
    faults=FAULTS,
    brands=(BRAND,),
    stock_place="склад производства, пос. Мшистый",
    pricing=PricingPolicy(
        basis=Basis.KEPT,
        commission=Decimal(8),
        fee=Decimal(4),
        margin=Decimal(5),
        route=Route(
            logistics=Logistics(
                currency="RUB",
                steps=(
                    Step(Decimal("0.5"), Decimal(95)),
                    Step(Decimal(1), Decimal(140)),
                    Step(Decimal(5), Decimal(260)),
                ),
            )
        ),
        step=Decimal(10),
        ending=Decimal(9),
    ),
    statements=(
        Stated("package", (Decimal(6), Decimal(6), Decimal(15)), ("Уход за лицом",), "1"),
        Stated("weight_kg", Decimal("0.12"), ("Уход за лицом",), "1"),
        Stated("weight_kg", Decimal("0.35"), ("Уход за телом",), "2"),
        Stated("weight_kg", Decimal("0.4"), ("Уход за волосами",), "3"),
    ),
    mapping=(
        Mapped(
            ("Уход за телом", "Мыло ручной варки"),
            ("Красота и уход", "Уход за телом", "Мыло твёрдое"),
            "24",
        ),
        Mapped(
            ("Уход за телом", "Всё для ванны"),
            ("Красота и уход", "Уход за телом", "Соли и пены для ванны"),
            "26",
        ),
    ),
    expected=Expected(
        offers=241,
        taken=Span(240, 240),
        whole=Span(136, 138),
        whole_once_stated=Span(229, 233),
    ),
)

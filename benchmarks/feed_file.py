"""Write a YML catalogue of any size: what the feed benchmarks read.

An offer is about 1.7 KB: 4 pictures, 6 params, HTML text in CDATA. The same seed gives the same
offers, so that two files may differ in date, order or a share of prices alone.
"""

import argparse
import random
from pathlib import Path

CATEGORIES = 400
_BATCH = 2_000

_TRADES = ("Крем", "Термобельё", "Настольная игра", "Светильник", "Сухофрукты", "Чайник")
_COLOURS = ("белый", "чёрный", "синий", "зелёный", "красный", "бежевый", "серый")
_MATERIALS = ("хлопок", "шерсть", "дерево", "алюминий", "стекло", "картон")
_SENTENCES = (
    "Сделано небольшими партиями на собственном производстве.",
    "Подходит для ежедневного использования круглый год.",
    "Упаковка бережёт товар в дороге и годится для подарка.",
    "Проверяется перед отправкой, срок службы от трёх лет.",
    "Состав и размеры указаны на ярлыке.",
    "Уход простой: достаточно влажной салфетки.",
    "В комплекте памятка на русском и английском языках.",
)

_OFFER = """\
<offer id="{key}" available="{available}">
<url>https://shop.example/catalogue/{section}/{key}?utm_source=yml&amp;utm_medium=feed</url>
<price>{price}</price>
<oldprice>{old}</oldprice>
<currencyId>RUB</currencyId>
<categoryId>{section}</categoryId>
<picture>https://img.example/goods/{key}/front.jpg</picture>
<picture>https://img.example/goods/{key}/side.jpg</picture>
<picture>https://img.example/goods/{key}/back.jpg</picture>
<picture>https://img.example/goods/{key}/box.jpg</picture>
<name>{trade} «Пример {key}» {colour}</name>
<vendor>Мастерская {brand}</vendor>
<vendorCode>M{brand}-{key}</vendorCode>
<description><![CDATA[<p>{first}</p><ul><li>{second}</li><li>{third}</li></ul>\
<p>{fourth} {fifth} {first}</p>]]></description>
<barcode>{barcode}</barcode>
<param name="Цвет">{colour}</param>
<param name="Материал">{material}</param>
<param name="Размер" unit="см">{size}</param>
<param name="Гарантия" unit="мес">{warranty}</param>
<param name="Страна бренда">Россия</param>
<param name="Артикул производителя">{brand}/{number}</param>
<weight>{weight}</weight>
<dimensions>{length}/{width}/{height}</dimensions>
<count>{count}</count>
</offer>
"""


def make_feed(
    path: Path,
    offers: int,
    *,
    changed: float = 0.0,
    shuffled: bool = False,
    date: str = "2026-11-01 10:00",
    seed: int = 7,
) -> Path:
    """Write a catalogue of so many offers and return its path.

    `changed` is the share (0 to 1) of offers whose price differs from the file with `changed=0`;
    `shuffled` puts the same offers in another order; `date` is the catalogue's date attribute.
    """
    order = list(range(offers))
    if shuffled:
        random.Random(seed + 1).shuffle(order)
    touched = set(random.Random(seed + 2).sample(range(offers), round(offers * changed)))
    with path.open("w", encoding="utf-8", newline="\n", buffering=1 << 20) as out:
        out.write(_head(date))
        for start in range(0, offers, _BATCH):
            batch = order[start : start + _BATCH]
            out.write("".join(_offer(number, seed, number in touched) for number in batch))
        out.write("</offers>\n</shop>\n</yml_catalog>\n")
    return path


def _head(date: str) -> str:
    sections = "".join(
        f'<category id="{number}"'
        + (f' parentId="{1 + number % 20}"' if number > 20 else "")
        + f">{_TRADES[number % len(_TRADES)]} {number}</category>\n"
        for number in range(1, CATEGORIES + 1)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE yml_catalog SYSTEM "shops.dtd">\n'
        f'<yml_catalog date="{date}">\n<shop>\n<name>Пример</name>\n'
        "<company>ООО «Пример»</company>\n<url>https://shop.example/</url>\n"
        '<currencies>\n<currency id="RUB" rate="1"/>\n</currencies>\n'
        f"<categories>\n{sections}</categories>\n<offers>\n"
    )


def _offer(number: int, seed: int, touched: bool) -> str:  # noqa: FBT001 - private, one caller
    mix = (number * 2_654_435_761 + seed * 40_503) & 0xFFFFFFFF
    price = 190 + mix % 9_000 + (1 if touched else 0)
    lines = _SENTENCES
    return _OFFER.format(
        key=100_000 + number,
        available="true" if mix % 7 else "false",
        section=1 + mix % CATEGORIES,
        price=price,
        old=price + 300,
        trade=_TRADES[mix % 6],
        colour=_COLOURS[mix % 7],
        material=_MATERIALS[(mix >> 3) % 6],
        brand=1 + mix % 90,
        number=number,
        first=lines[mix % 7],
        second=lines[(mix >> 3) % 7],
        third=lines[(mix >> 6) % 7],
        fourth=lines[(mix >> 9) % 7],
        fifth=lines[(mix >> 12) % 7],
        barcode=_barcode(number),
        size=10 + mix % 80,
        warranty=6 + mix % 30,
        weight=f"{(50 + mix % 4_000) / 1000:.3f}",
        length=10 + mix % 40,
        width=8 + (mix >> 4) % 30,
        height=5 + (mix >> 8) % 20,
        count=mix % 120,
    )


def _barcode(number: int) -> str:
    digits = f"460{number:09d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return digits + str(-total % 10)


def main() -> None:
    """Write one feed, as told on the command line."""
    parser = argparse.ArgumentParser(description=make_feed.__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--offers", type=int, default=200_000)
    parser.add_argument("--changed", type=float, default=0.0)
    parser.add_argument("--shuffled", action="store_true")
    parser.add_argument("--date", default="2026-11-01 10:00")
    parser.add_argument("--seed", type=int, default=7)
    given = vars(parser.parse_args())
    make_feed(given.pop("path"), given.pop("offers"), **given)


if __name__ == "__main__":
    main()

"""The faults of real files, put into fictional ones: how many offers have which is exact."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Final
from zlib import crc32

from torgpred.demo.sellers.items import Item

DUPLICATE_KEY: Final = "duplicate_key"
BARE_AMPERSAND: Final = "bare_ampersand"
_LONG: Final = (
    " — хит продаж, выгодная цена, подарок на любой праздник, быстрая доставка по всей стране, "
    "только оригинальный товар от производителя, успейте купить, количество ограничено"
)
_SCRIPT: Final = (
    '<script type="text/javascript">document.write("<b>Акция!</b>");</script>'
    '<div style="color:red" onclick="alert(1)">Подробности по телефону</div>'
)


def _wrong_check_digit(item: Item) -> Item:
    last = str((int(item.barcode[-1]) + 5) % 10)
    return replace(item, barcode=item.barcode[:-1] + last)


def _spaced_price(item: Item) -> Item:
    """Write 1299.00 as 1 299,00, the way 1C prints it, with a no-break space."""
    whole, _, cents = item.price.partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    return replace(item, price=f"{grouped},{cents or '00'}")


def _grams_as_kg(item: Item) -> Item:
    return replace(item, weight=str(round(float(item.weight.replace(",", ".")) * 1000)))


def _long_title(item: Item) -> Item:
    field = "name" if item.name else "model"
    return replace(item, **{field: getattr(item, field) + _LONG})


def _bare_ampersand(item: Item) -> Item:
    return replace(item, name=f"{item.name} (верх & низ)", bare=True)


SPOILS: Final[Mapping[str, tuple[Callable[[Item], bool], Callable[[Item], Item]]]] = {
    "no_price": (lambda item: bool(item.price), lambda item: replace(item, price="")),
    "no_weight": (lambda item: bool(item.weight), lambda item: replace(item, weight="")),
    "no_sides": (lambda item: bool(item.sides), lambda item: replace(item, sides="")),
    "no_picture": (lambda item: item.pictures > 0, lambda item: replace(item, pictures=0)),
    "no_description": (
        lambda item: bool(item.description),
        lambda item: replace(item, description=""),
    ),
    "no_vendor": (lambda item: bool(item.vendor), lambda item: replace(item, vendor="")),
    "no_barcode": (lambda item: bool(item.barcode), lambda item: replace(item, barcode="")),
    "wrong_barcode": (lambda item: bool(item.barcode), _wrong_check_digit),
    "spaced_price": (lambda item: len(item.price.partition(".")[0]) > 3, _spaced_price),
    "grams_as_kg": (lambda item: bool(item.weight), _grams_as_kg),
    "orphan_category": (lambda _: True, lambda item: replace(item, category="9999")),
    "long_title": (lambda _: True, _long_title),
    "script": (
        lambda item: bool(item.description),
        lambda item: replace(item, description=item.description + _SCRIPT),
    ),
    BARE_AMPERSAND: (lambda item: bool(item.name), _bare_ampersand),
}
"""Fault -> (which items can have it, what it does). Applied in this order."""


def spoil(items: Iterable[Item], wanted: Mapping[str, int]) -> list[Item]:
    """Put exactly so many of each fault into the items; which ones depends on their keys alone.

    `DUPLICATE_KEY` adds an item: another one of the list under a key that was used before.
    """
    spoilt = list(items)
    for fault, (can_have, change) in SPOILS.items():
        places = [place for place, item in enumerate(spoilt) if can_have(item)]
        for place in _chosen(fault, places, spoilt, wanted.get(fault, 0)):
            spoilt[place] = change(spoilt[place])
    places = list(range(len(spoilt) - 1))
    twice = _chosen(DUPLICATE_KEY, places, spoilt, wanted.get(DUPLICATE_KEY, 0))
    copies = [replace(spoilt[place + 1], key=spoilt[place].key) for place in sorted(twice)]
    return spoilt + copies


def _chosen(fault: str, places: list[int], items: list[Item], amount: int) -> list[int]:
    if amount > len(places):
        raise ValueError(f"only {len(places)} items can have the fault {fault}")
    return sorted(places, key=lambda place: crc32(f"{fault}:{items[place].key}".encode()))[:amount]

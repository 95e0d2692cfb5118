"""One offer as a seller's program writes it: texts, with whatever faults they have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import count
from tomllib import loads
from typing import Any
from urllib.parse import quote
from zlib import crc32


@dataclass(frozen=True, slots=True)
class Item:
    """All values are the text of the file; empty means that the file says nothing.

    `category` is the category's key in the file. `price` is in the seller's currency, `weight` in
    kg, `sides` "length/width/height" in cm, `pictures` how many addresses are given.
    """

    key: str
    category: str
    name: str = ""
    type_prefix: str = ""
    vendor: str = ""
    model: str = ""
    vendor_code: str = ""
    group: str = ""
    price: str = ""
    old_price: str = ""
    cost: str = ""
    """What it costs the seller itself, where its file says so."""
    currency: str = "RUB"
    quantity: int | None = None
    pictures: int = 1
    description: str = ""
    params: tuple[tuple[str, str, str], ...] = ()
    """(name, value, unit)"""
    barcode: str = ""
    weight: str = ""
    sides: str = ""
    country: str = ""
    bare: bool = False
    """Texts are written without escaping, as a home-made export does."""

    @property
    def title(self) -> str:
        """The name, or what stands for it."""
        return self.name or " ".join(
            part for part in (self.type_prefix, self.vendor, self.model) if part
        )

    @property
    def whole(self) -> bool:
        """Tell whether the file alone gives what every marketplace asks of a parcel of goods."""
        wanted = (self.title, self.price, self.pictures, self.weight, self.sides)
        return all(wanted) and float(self.weight.replace(",", ".")) < 50


@cache
def table(name: str) -> dict[str, Any]:
    """Return a word table of this package (`{name}.toml`)."""
    text = (resources.files(__package__) / f"{name}.toml").read_text(encoding="utf-8")
    return loads(text)


def draw(choices: Sequence[str], *marks: object) -> str:
    """Return one of the choices, always the same for the same marks, spread evenly."""
    return choices[crc32(":".join(map(str, marks)).encode()) % len(choices)]


def number(least: int, most: int, *marks: object) -> int:
    """Return a number within least .. most, always the same for the same marks."""
    return least + crc32(":".join(map(str, marks)).encode()) % (most - least + 1)


def cost_of(price: str, key: str, usual: int, dear: int) -> str:
    """Return what an offer costs its seller: so many percent of the price, more for every sixth."""
    percent = dear if number(0, 5, "cost", key) == 0 else usual
    return f"{float(price) * percent / 100:.2f}"


def ean13(prefix: str, serial: int) -> str:
    """Return a barcode of 13 digits with a valid check digit."""
    body = prefix + str(serial).zfill(12 - len(prefix))
    odd, even = sum(map(int, body[::2])), sum(map(int, body[1::2]))
    return f"{body}{-(odd + 3 * even) % 10}"


def with_barcodes(items: Iterable[Item], prefix: str) -> list[Item]:
    """Return the items with barcodes counted up within a prefix of 7 to 9 digits."""
    serial = count(1)
    return [replace(item, barcode=ean13(prefix, next(serial))) for item in items]


def picture_addresses(item: Item, base: str) -> list[str]:
    """Return the addresses of an item's pictures, the SKU percent-encoded."""
    return [f"{base}/{quote(item.key, safe='')}-{n}.png" for n in range(1, item.pictures + 1)]

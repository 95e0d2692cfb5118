"""What every feed format is read into: one seller's offers, as the seller states them.

Nothing here is guessed: a field the file lacks stays empty, and statements or checks deal with it.
"""

from decimal import Decimal

import msgspec

READER_VERSION = 3
"""Part of every offer's digest: raise it when the same bytes should be read differently."""


class Param(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A free attribute as the seller names it. Several of one name are several values."""

    name: str
    value: str
    unit: str = ""


class Package(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Sides of the parcel in centimetres, in the order length, width, height."""

    length: Decimal
    width: Decimal
    height: Decimal


class Offer(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One sellable variant, normalised. Money is in `currency`; mass in kg; sides in cm."""

    key: str
    """The seller's own id of the offer (SKU): trimmed, never empty, at most 255 characters."""
    name: str = ""
    product_key: str = ""
    """Variants of one product share it; the offer's own key where the file has no groups."""
    category: str = ""
    """Key of the seller's category, empty where unknown."""
    vendor: str = ""
    model: str = ""
    vendor_code: str = ""
    price: Decimal | None = None
    old_price: Decimal | None = None
    cost: Decimal | None = None
    """What the offer costs the seller (purchase_price), where the file says so."""
    currency: str = ""
    """ISO 4217 code; RUR is read as RUB."""
    vat: str = ""
    available: bool | None = None
    """In stock now (True), to order (False), not said (None)."""
    quantity: int | None = None
    """Pieces in stock, where the file says so."""
    pictures: tuple[str, ...] = ()
    description: str = ""
    """As given, HTML included, bounded in length."""
    params: tuple[Param, ...] = ()
    barcodes: tuple[str, ...] = ()
    """Only those whose check digit holds."""
    weight_kg: Decimal | None = None
    package: Package | None = None
    country: str = ""
    """Country of origin as the seller writes it."""
    tnved: tuple[str, ...] = ()
    url: str = ""
    adult: bool = False


class Category(msgspec.Struct, frozen=True):
    """A seller's category. `path` holds the names from the root to itself."""

    key: str
    name: str
    parent: str = ""
    path: tuple[str, ...] = ()

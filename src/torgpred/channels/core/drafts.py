"""A product as it should stand, or was seen to stand, in a shop: one form for all marketplaces.

A draft holds one product with its variants; every variant is one of the seller's offers.
Numbers travel as Decimal, never float; HTML as text; ids of marketplaces as text.
"""

from decimal import Decimal
from enum import StrEnum

import msgspec


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """An attribute's value: a dictionary value by id, or free text, with its unit if any."""

    attribute_id: str
    value_id: str = ""
    text: str = ""


class Variant(msgspec.Struct, frozen=True, omit_defaults=True):
    """One SKU of a product. `price` and `discount_price` are in the shop's currency."""

    sku: str
    price: Decimal
    discount_price: Decimal | None = None
    stock: int = 0
    """Starting stock for a create; shown in plans afterwards, never a step (design, section 2)."""
    barcode: str = ""
    attributes: tuple[Value, ...] = ()


class Draft(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product as desired in a shop. Texts are by language code ("ru", "en")."""

    external_id: str
    """Our stable id of the product in this shop, sent with every create."""
    category_id: str
    titles: dict[str, str]
    descriptions: dict[str, str]
    pictures: tuple[str, ...]
    weight_kg: Decimal
    length_cm: Decimal
    width_cm: Decimal
    height_cm: Decimal
    lead_time_days: int
    delivery_template_id: str
    unit: str = "piece"
    """"piece", "pair", "pack", "set", "square_metre"."""
    brand: str = ""
    country: str = ""
    tnved: tuple[str, ...] = ()
    attributes: tuple[Value, ...] = ()
    variants: tuple[Variant, ...] = ()


class Status(StrEnum):
    """What the marketplace says of a product. An unknown word is shown, never an error."""

    ON_SALE = "on_sale"
    OFF_SALE = "off_sale"  # paused
    IN_REVIEW = "in_review"
    REJECTED = "rejected"
    DELETED = "deleted"
    UNKNOWN = "unknown"


class SeenVariant(msgspec.Struct, frozen=True, omit_defaults=True):
    """One SKU as the marketplace last showed it. None means: this answer did not tell."""

    sku: str
    remote_sku_id: str
    price: Decimal | None = None
    discount_price: Decimal | None = None
    stock: int | None = None
    barcode: str | None = None
    attributes: tuple[Value, ...] | None = None


class Seen(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product as the marketplace last showed it. None means: this answer did not tell."""

    remote_id: str
    status: Status
    status_word: str
    """The marketplace's own word for the status."""
    variants: tuple[SeenVariant, ...]
    external_id: str | None = None
    category_id: str | None = None
    titles: dict[str, str] | None = None
    descriptions: dict[str, str] | None = None
    pictures: tuple[str, ...] | None = None
    weight_kg: Decimal | None = None
    length_cm: Decimal | None = None
    width_cm: Decimal | None = None
    height_cm: Decimal | None = None
    lead_time_days: int | None = None
    delivery_template_id: str | None = None
    unit: str | None = None
    brand: str | None = None
    country: str | None = None
    tnved: tuple[str, ...] | None = None
    attributes: tuple[Value, ...] | None = None
    currency: str | None = None
    changed_at: str = ""
    """The marketplace's own time of last change, as text: a cheap sign that detail is due."""
    note: str = ""
    """Why it was rejected, in the marketplace's words."""

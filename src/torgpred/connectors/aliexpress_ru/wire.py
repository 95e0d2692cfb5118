"""What goes out: drafts as the marketplace's JSON, with its units and words.

Source of names and types: the marketplace's create, edit, stock and price calls. Money and weight
travel as decimal text, sides as whole centimetres, ids as JSON numbers where they are digits.
"""

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal

import msgspec
from msgspec import UNSET, UnsetType

from torgpred.channels.core.contract import Change
from torgpred.channels.core.drafts import Draft, Value, Variant
from torgpred.connectors.aliexpress_ru import choices
from torgpred.kernel.errors import TorgpredError

Id = int | str

_ENCODER = msgspec.json.Encoder(decimal_format="string")


class UnsendableError(TorgpredError):
    """A draft holds a word that the marketplace has no counterpart for."""

    code = "aliexpress_ru.unsendable"
    template = "{reason}"


class Subject(msgspec.Struct, frozen=True):
    """A title in one language."""

    language: str
    subject: str


class Description(msgspec.Struct, frozen=True):
    """A description in one language; the same HTML for computers and telephones."""

    language: str
    web: str
    mobile: str


class AttributeOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A product's attribute: by dictionary value, or by text."""

    attribute_name_id: Id
    attribute_value_id: Id | UnsetType = UNSET
    attribute_value: str | UnsetType = UNSET


class SkuAttributeOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A variant's attribute: by dictionary value, or by text."""

    sku_attribute_name_id: Id
    sku_attribute_value_id: Id | UnsetType = UNSET
    sku_attribute_value: str | UnsetType = UNSET


class SkuOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A variant, with its price and stock."""

    sku_code: str
    price: str
    inventory: int
    discount_price: str | UnsetType = UNSET
    bar_code: str | UnsetType = UNSET
    sku_attributes_list: tuple[SkuAttributeOut, ...] | UnsetType = UNSET


class ProductOut(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A product, the whole of it: a create and an edit carry the same fields."""

    product_id: Id | UnsetType = UNSET
    external_id: str
    aliexpress_category_id: Id
    freight_template_id: Id
    language: str
    main_image_urls_list: tuple[str, ...]
    multi_language_subject_list: tuple[Subject, ...]
    multi_language_description_list: tuple[Description, ...]
    package_length: int
    package_width: int
    package_height: int
    weight: str
    product_unit: int
    shipping_lead_time: int
    sku_info_list: tuple[SkuOut, ...]
    attribute_list: tuple[AttributeOut, ...]
    brand_name: str | UnsetType = UNSET
    tnved_codes: tuple[str, ...] | UnsetType = UNSET


class SkuPrice(msgspec.Struct, frozen=True):
    """A variant's price and discount: always both, since a missing discount is taken away."""

    sku_code: str
    price: str
    discount_price: str | None


class SkuStock(msgspec.Struct, frozen=True):
    """A variant's pieces for sale. Every value of the stock call is text."""

    sku_code: str
    inventory: str


class SkusOf(msgspec.Struct, frozen=True):
    """A product of a price or stock call."""

    product_id: str
    skus: tuple[SkuPrice | SkuStock, ...]


def encode(body: object) -> bytes:
    """Return a request's body."""
    return _ENCODER.encode(body)


def bare_number(amount: Decimal) -> msgspec.Raw:
    """Return a decimal as a JSON number, digit by digit; Decimal alone goes out as text."""
    return msgspec.Raw(f"{amount:f}".encode())


def id_out(text: str) -> Id:
    """Return an id as the marketplace writes it: as a number where it is one, digit by digit."""
    number = text.isascii() and text.isdigit() and (text == "0" or text[0] != "0")
    return int(text) if number else text


def price_text(amount: Decimal) -> str:
    """Return money as decimal text with two places, rounded half up."""
    return str(amount.quantize(choices.PRICE_STEP, rounding=ROUND_HALF_UP))


def weight_sent(kilograms: Decimal) -> Decimal:
    """Return the weight that is sent for one: rounded up to the marketplace's step."""
    return kilograms.quantize(choices.WEIGHT_STEP, rounding=ROUND_CEILING)


def side_sent(centimetres: Decimal) -> int:
    """Return the side that is sent for one: whole centimetres, rounded up."""
    return int(centimetres.quantize(choices.SIDE_STEP, rounding=ROUND_CEILING))


def product_of(draft: Draft, *, product_id: str = "") -> ProductOut:
    """Return the payload of a create, or of a full edit where the product's id is given.

    Raises UnsendableError where the draft's unit is not one of the marketplace's.
    """
    unit = choices.UNITS.get(draft.unit)
    if unit is None:
        known = ", ".join(choices.UNITS)
        raise UnsendableError(reason=f"Unknown unit {draft.unit!r}. Choose one of: {known}.")
    return ProductOut(
        product_id=id_out(product_id) if product_id else UNSET,
        external_id=draft.external_id,
        aliexpress_category_id=id_out(draft.category_id),
        freight_template_id=id_out(draft.delivery_template_id),
        language=choices.LANGUAGE,
        main_image_urls_list=draft.pictures,
        multi_language_subject_list=tuple(Subject(*pair) for pair in draft.titles.items()),
        multi_language_description_list=tuple(
            Description(language, html, html) for language, html in draft.descriptions.items()
        ),
        package_length=side_sent(draft.length_cm),
        package_width=side_sent(draft.width_cm),
        package_height=side_sent(draft.height_cm),
        weight=str(weight_sent(draft.weight_kg)),
        product_unit=unit,
        shipping_lead_time=draft.lead_time_days,
        sku_info_list=tuple(_sku(variant) for variant in draft.variants),
        attribute_list=tuple(_attribute(value) for value in draft.attributes),
        brand_name=draft.brand or UNSET,
        tnved_codes=draft.tnved or UNSET,
    )


def prices_of(change: Change) -> SkusOf:
    """Return a product's prices for the price call, each with its discount."""
    return SkusOf(
        change.remote_id,
        tuple(
            SkuPrice(
                variant.sku,
                price_text(variant.price),
                choices.NO_DISCOUNT
                if variant.discount_price is None
                else price_text(variant.discount_price),
            )
            for variant in _variants(change)
        ),
    )


def stocks_of(change: Change) -> SkusOf:
    """Return a product's stock for the stock call, as text throughout."""
    told = change.stock or {variant.sku: variant.stock for variant in _variants(change)}
    return SkusOf(
        change.remote_id, tuple(SkuStock(sku, str(pieces)) for sku, pieces in told.items())
    )


def _variants(change: Change) -> Sequence[Variant]:
    if change.draft is None:
        raise UnsendableError(reason="The change names no variants: nothing to send.")
    return change.draft.variants


def _sku(variant: Variant) -> SkuOut:
    return SkuOut(
        sku_code=variant.sku,
        price=price_text(variant.price),
        inventory=variant.stock,
        discount_price=UNSET
        if variant.discount_price is None
        else price_text(variant.discount_price),
        bar_code=variant.barcode or UNSET,
        sku_attributes_list=tuple(_sku_attribute(value) for value in variant.attributes) or UNSET,
    )


def _attribute(value: Value) -> AttributeOut:
    name = id_out(value.attribute_id)
    if value.value_id:
        return AttributeOut(name, attribute_value_id=id_out(value.value_id))
    return AttributeOut(name, attribute_value=value.text)


def _sku_attribute(value: Value) -> SkuAttributeOut:
    name = id_out(value.attribute_id)
    if value.value_id:
        return SkuAttributeOut(name, sku_attribute_value_id=id_out(value.value_id))
    return SkuAttributeOut(name, sku_attribute_value=value.text)

"""Products as the marketplace shows them, in the list and in the detail, as one form.

The list tells little (title in one language, main picture); the detail tells more, under names of
its own. What an answer does not tell stays None. Source of the names: the list call's documents,
the published client model of the detail, and the create call's fields, which a shop gets back.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from torgpred.channels.core.drafts import Seen, SeenVariant, Status, Value
from torgpred.connectors.aliexpress_ru import choices
from torgpred.connectors.aliexpress_ru.answers import Answer, number, text

_UNIT_WORDS = {str(number): word for word, number in choices.UNITS.items()}


class SkuIn(msgspec.Struct, frozen=True):
    """A variant; `sku_id` is what the stock call is asked with."""

    id: Any = None
    sku_id: Any = None
    code: Any = None
    sku_code: Any = None
    price: Any = None
    discount_price: Any = None
    inventory: Any = None
    bar_code: Any = None
    barcode: Any = None
    property: tuple[dict[str, Any], ...] | None = None
    properties: tuple[dict[str, Any], ...] | None = None
    sku_attributes_list: tuple[dict[str, Any], ...] | None = None


class ProductIn(msgspec.Struct, frozen=True, kw_only=True):
    """A product, of the list or of the detail."""

    id: Any = None
    product_id: Any = None
    external_id: Any = None
    Subject: Any = None  # spelt with a capital by the list
    subject: Any = None
    title: Any = None
    multi_language_subject_list: Any = None
    descriptions: Any = None
    multi_language_description_list: Any = None
    category_id: Any = None
    aliexpress_category_id: Any = None
    currency_code: Any = None
    delivery_time: Any = None
    shipping_lead_time: Any = None
    freight_template_id: Any = None
    main_image_urls_list: Any = None
    media: Any = None
    status: Any = None
    status_type: Any = None
    ali_updated_at: Any = None
    gross_weight: Any = None
    weight: Any = None
    package_length: Any = None
    package_width: Any = None
    package_height: Any = None
    unit: Any = None
    product_unit: Any = None
    brand_name: Any = None
    tnved_codes: Any = None
    property: tuple[dict[str, Any], ...] | None = None
    properties: tuple[dict[str, Any], ...] | None = None
    attribute_list: tuple[dict[str, Any], ...] | None = None
    sku: tuple[SkuIn, ...] | None = None
    skus: tuple[SkuIn, ...] | None = None
    sku_info_list: tuple[SkuIn, ...] | None = None
    reject_reason: Any = None
    moderation_comment: Any = None


class ListAnswer(Answer, frozen=True, kw_only=True):
    """Products are `data` itself."""

    data: tuple[ProductIn, ...] | None = None


class DetailAnswer(Answer, frozen=True, kw_only=True):
    """The product is `data`."""

    data: ProductIn | None = None


def seen_of(given: ProductIn) -> Seen:
    """Return a product as seen. An unknown status word is shown, with Status.UNKNOWN."""
    word = text(_first(given.status, given.status_type))
    lead_time = number(_first(given.delivery_time, given.shipping_lead_time))
    return Seen(
        remote_id=text(_first(given.id, given.product_id)),
        status=status_of(word),
        status_word=word,
        variants=tuple(
            _variant(sku) for sku in given.sku_info_list or given.sku or given.skus or ()
        ),
        external_id=_word(given.external_id),
        category_id=_word(_first(given.category_id, given.aliexpress_category_id)),
        titles=_titles(given),
        descriptions=_descriptions(given),
        pictures=_pictures(given),
        weight_kg=number(_first(given.gross_weight, given.weight)),
        length_cm=number(given.package_length),
        width_cm=number(given.package_width),
        height_cm=number(given.package_height),
        lead_time_days=None if lead_time is None else int(lead_time),
        delivery_template_id=_word(given.freight_template_id),
        unit=_unit(_first(given.product_unit, given.unit)),
        brand=_word(given.brand_name),
        tnved=_words(given.tnved_codes),
        attributes=_values(given.property, given.properties, given.attribute_list),
        currency=_word(given.currency_code),
        changed_at=text(given.ali_updated_at),
        note=text(_first(given.reject_reason, given.moderation_comment)),
    )


def status_of(word: str) -> Status:
    """Return what a status word means; UNKNOWN for one that is not known."""
    bare = "".join(letter for letter in word.lower() if letter.isalnum())
    return choices.STATUS_WORDS.get(bare, Status.UNKNOWN)


def _variant(given: SkuIn) -> SeenVariant:
    discount = number(given.discount_price)
    stock = number(given.inventory)
    return SeenVariant(
        sku=text(_first(given.code, given.sku_code)),
        remote_sku_id=text(_first(given.sku_id, given.id)),
        price=number(given.price),
        discount_price=discount or None,
        stock=None if stock is None else int(stock),
        barcode=_word(_first(given.bar_code, given.barcode)),
        attributes=_values(given.property, given.properties, given.sku_attributes_list),
    )


def _titles(given: ProductIn) -> dict[str, str] | None:
    for source in (given.multi_language_subject_list, given.subject):
        if isinstance(source, list):
            by_language = dict(_by_language(source, ("subject", "name", "title", "value")))
            return by_language or None
    plain = text(_first(given.Subject, given.subject, given.title))
    return {choices.LANGUAGE: plain} if plain else None


def _descriptions(given: ProductIn) -> dict[str, str] | None:
    for source in (given.multi_language_description_list, given.descriptions):
        if isinstance(source, list):
            fields = ("web", "web_detail", "detail", "description", "content", "html", "mobile")
            return {language: _html(said) for language, said in _by_language(source, fields)}
    return None


def _by_language(source: list[Any], fields: tuple[str, ...]) -> Iterator[tuple[str, Any]]:
    for element in source:
        if not isinstance(element, dict):
            continue
        language = text(element.get("language") or element.get("locale")) or choices.LANGUAGE
        said = next((element[field] for field in fields if element.get(field)), None)
        if said is not None:
            yield language.replace("-", "_").split("_")[0].lower(), said


def _html(said: object) -> str:
    """Return the HTML of a description: plain, or of an older form, a list of modules."""
    if isinstance(said, str):
        if not said.lstrip().startswith("{"):
            return said
        try:
            said = msgspec.json.decode(said)
        except msgspec.DecodeError:
            return str(said)
    if not isinstance(said, dict):
        return ""
    modules = said.get("moduleList") or said.get("module_list") or ()
    contents = (
        text(module["html"].get("content"))
        for module in modules
        if isinstance(module, dict) and isinstance(module.get("html"), dict)
    )
    return "".join(contents)


def _pictures(given: ProductIn) -> tuple[str, ...] | None:
    source = _first(given.main_image_urls_list, given.media)
    if not isinstance(source, list):
        return None
    return tuple(address for address in map(_picture, source) if address)


def _picture(element: object) -> str:
    if isinstance(element, str):
        return element
    if not isinstance(element, dict) or "video" in text(element.get("type")).lower():
        return ""
    return text(_first(element.get("url"), element.get("image_url"), element.get("path")))


def _values(*sources: tuple[dict[str, Any], ...] | None) -> tuple[Value, ...] | None:
    for source in sources:
        if source is not None:
            return tuple(map(_value, source))
    return None


def _value(element: dict[str, Any]) -> Value:
    def of(ending: str) -> str:
        prefixes = ("", "attribute_", "sku_attribute_")
        return text(_first(*(element.get(prefix + ending) for prefix in prefixes)))

    return Value(
        attribute_id=of("name_id") or text(element.get("id")),
        value_id=of("value_id"),
        text=of("value"),
    )


def _unit(given: object) -> str | None:
    word = text(given)
    return _UNIT_WORDS.get(word, word) or None


def _words(given: object) -> tuple[str, ...] | None:
    return tuple(map(text, given)) if isinstance(given, list) else None


def _word(given: object) -> str | None:
    return None if given is None else text(given)


def _first(*given: object) -> Any:  # noqa: ANN401 - whichever of the spellings came
    return next((one for one in given if one is not None), None)

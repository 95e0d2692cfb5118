"""A product as the marketplace keeps it, after its texts and numbers were put in order."""

from typing import Any

import msgspec


class Doc(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Everything of a product but its variants; names are those of the create call."""

    aliexpress_category_id: int
    freight_template_id: int
    language: str
    main_image_urls_list: list[str]
    multi_language_subject_list: list[dict[str, str]]
    multi_language_description_list: list[dict[str, Any]]
    package_length: int | float
    package_width: int | float
    package_height: int | float
    weight: str
    product_unit: int
    shipping_lead_time: int
    attribute_list: list[dict[str, Any]] = msgspec.field(default_factory=list)
    brand_name: str = ""
    extra: dict[str, Any] = msgspec.field(default_factory=dict)
    """Optional fields of the create call, given back as they came."""

    def subject(self, language: str) -> str:
        """Return the title in a language, else in the main one."""
        texts = {each["language"]: each["subject"] for each in self.multi_language_subject_list}
        return texts.get(language) or texts.get(self.language) or next(iter(texts.values()), "")


class Sku(msgspec.Struct, kw_only=True, omit_defaults=True):
    """A variant."""

    sku_code: str
    price: str
    discount_price: str | None = None
    inventory: int = 0
    bar_code: str = ""
    gtin: str = ""
    sku_attributes_list: list[dict[str, Any]] = msgspec.field(default_factory=list)


class Change(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a task will do when it is done. Which parts are filled depends on its kind."""

    doc: Doc | None = None
    skus: list[Sku] = msgspec.field(default_factory=list)
    fields: dict[str, Any] = msgspec.field(default_factory=dict)


class Fault(msgspec.Struct, frozen=True):
    """Why an item is refused or a task fails."""

    code: str
    message: str


def language_of(word: str) -> str:
    """Return "ru" for "ru", "ru_RU", "RU-ru" and so on."""
    return word.replace("-", "_").split("_")[0].lower()

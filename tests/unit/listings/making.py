# ruff: noqa: ANN401 - overrides are checked by the structs they go to
"""Offers, rules and contexts for tests of listings.core."""

from decimal import Decimal
from typing import Any

from torgpred.catalogue.core.offers import Category, Offer, Package, Param
from torgpred.channels.core.contract import Attribute, MarketCategory, Rules, TextLimits
from torgpred.channels.core.drafts import Draft, Variant
from torgpred.kernel.money import Rates
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.context import Context, ShopSettings
from torgpred.listings.core.pricing import PricingPolicy

D = Decimal

COLOUR = Attribute(
    "2",
    "Цвет",
    required=True,
    dictionary=True,
    values=(("21", "Красный"), ("22", "Синий"), ("23", "Тёмно-синий"), ("24", "Графитовый")),
)
SIZE = Attribute("5", "Размер", variant=True)
ATTRIBUTES = (
    Attribute("1", "Бренд"),
    COLOUR,
    Attribute(
        "3",
        "Материал",
        dictionary=True,
        several=True,
        values=(("31", "Шерсть"), ("32", "Хлопок"), ("33", "Без подкладки"), ("34", "Подкладка")),
    ),
    Attribute("4", "Длина", units=("см",)),
    SIZE,
    Attribute(
        "6", "Страна производства", dictionary=True, values=(("61", "Россия"), ("62", "Китай"))
    ),
    Attribute("8", "Цоколь", dictionary=True, values=(("81", "E14"), ("82", "E27"))),
    Attribute("10", "Возраст", dictionary=True, values=(("101", "от 1 года"), ("102", "от 3 лет"))),
    Attribute("9", "Объём", dictionary=True, values=(("91", "0,5 л"), ("92", "1 л"))),
)


def make_offer(**overrides: Any) -> Offer:
    given: dict[str, Any] = {
        "key": "A-1",
        "name": "Термобельё мужское тёплое",
        "product_key": overrides.get("key", "A-1"),
        "category": "7",
        "price": D(1000),
        "currency": "RUB",
        "quantity": 5,
        "pictures": ("https://shop.example/1.jpg",),
        "description": "<p>Тёплое</p>",
        "params": (Param("Цвет", "красный"),),
        "weight_kg": D("0.4"),
        "package": Package(D(20), D(15), D(5)),
    }
    return Offer(**(given | overrides))


def make_rules(**overrides: Any) -> Rules:
    given: dict[str, Any] = {
        "texts": {"ru": TextLimits(60, 500)},
        "pictures_min": 1,
        "pictures_max": 3,
        "side_cm": (D(1), D(700)),
        "weight_kg": (D("0.01"), D(700)),
        "price_min": D("0.01"),
        "stock_max": 999_999,
        "lead_time_days": (1, 30),
        "units": ("piece", "pair"),
        "currency": "RUB",
        "variants_max": 4,
    }
    return Rules(**(given | overrides))


def make_category(**overrides: Any) -> MarketCategory:
    given: dict[str, Any] = {
        "id": "100",
        "name": "Термобельё",
        "path": ("Одежда", "Термобельё"),
        "attributes": ATTRIBUTES,
    }
    return MarketCategory(**(given | overrides))


def make_matcher(**overrides: Any) -> AttributeMatcher:
    return AttributeMatcher(overrides.pop("category", make_category()), **overrides)


def make_context(**overrides: Any) -> Context:
    given: dict[str, Any] = {
        "settings": ShopSettings("t1-", delivery_template_id="1001", lead_time_days=3),
        "rules": make_rules(),
        "policy": PricingPolicy(),
        "rates": Rates({}),
        "categories": {
            "1": Category("1", "Одежда", path=("Одежда",)),
            "7": Category("7", "Бельё", "1", ("Одежда", "Бельё")),
        },
        "mappings": {"7": "100"},
        "matchers": {"100": make_matcher()},
    }
    return Context(**(given | overrides))


def make_variant(**overrides: Any) -> Variant:
    given: dict[str, Any] = {"sku": "A-1", "price": D("1000.00"), "stock": 5}
    return Variant(**(given | overrides))


def make_draft(**overrides: Any) -> Draft:
    given: dict[str, Any] = {
        "external_id": "t1-A-1",
        "category_id": "100",
        "titles": {"ru": "Термобельё"},
        "descriptions": {"ru": "<p>Тёплое</p>"},
        "pictures": ("https://shop.example/1.jpg",),
        "weight_kg": D("0.4"),
        "length_cm": D(20),
        "width_cm": D(15),
        "height_cm": D(5),
        "lead_time_days": 3,
        "delivery_template_id": "1001",
        "variants": (make_variant(),),
    }
    return Draft(**(given | overrides))

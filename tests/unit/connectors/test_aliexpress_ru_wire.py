from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.channels.core.contract import Action, Change
from torgpred.channels.core.drafts import Draft, Value, Variant
from torgpred.connectors.aliexpress_ru import wire
from torgpred.connectors.aliexpress_ru.rules import CAPABILITIES, LIMITS, RULES
from torgpred.connectors.aliexpress_ru.sameness import same
from torgpred.connectors.aliexpress_ru.seen import ProductIn, seen_of


def make_variant(**overrides: object) -> Variant:
    fields: dict[str, Any] = {"sku": "VAL-27", "price": Decimal(2490), "stock": 14}
    return Variant(**fields | overrides)


def make_draft(**overrides: object) -> Draft:
    fields: dict[str, Any] = {
        "external_id": "torg-17",
        "category_id": "200001234",
        "titles": {"ru": "Валенки детские"},
        "descriptions": {"ru": "<p>Тёплые</p>"},
        "pictures": ("https://seller.example/1.jpg",),
        "weight_kg": Decimal("0.8"),
        "length_cm": Decimal(30),
        "width_cm": Decimal(20),
        "height_cm": Decimal(12),
        "lead_time_days": 3,
        "delivery_template_id": "1001",
        "attributes": (Value("2", value_id="201447598"), Value("7", text="шерсть")),
        "variants": (make_variant(),),
    }
    return Draft(**fields | overrides)


def sent(draft: Draft, **given: str) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(wire.encode(wire.product_of(draft, **given)))
    return decoded


def test_a_create_carries_every_required_field_with_its_type() -> None:
    body = sent(make_draft())
    assert body["aliexpress_category_id"] == 200001234
    assert body["freight_template_id"] == 1001
    assert body["weight"] == "0.80"
    assert (body["package_length"], body["package_width"], body["package_height"]) == (30, 20, 12)
    assert body["product_unit"] == 100000015
    assert body["shipping_lead_time"] == 3
    assert body["multi_language_subject_list"] == [{"language": "ru", "subject": "Валенки детские"}]
    assert body["multi_language_description_list"] == [
        {"language": "ru", "web": "<p>Тёплые</p>", "mobile": "<p>Тёплые</p>"}
    ]
    assert body["sku_info_list"] == [{"sku_code": "VAL-27", "price": "2490.00", "inventory": 14}]
    assert body["attribute_list"] == [
        {"attribute_name_id": 2, "attribute_value_id": 201447598},
        {"attribute_name_id": 7, "attribute_value": "шерсть"},
    ]
    assert "product_id" not in body
    assert "brand_name" not in body


def test_an_edit_carries_the_same_fields_and_the_product() -> None:
    assert sent(make_draft(), product_id="1005007") == sent(make_draft()) | {"product_id": 1005007}


def test_an_unknown_unit_is_named_with_the_known_ones() -> None:
    with pytest.raises(wire.UnsendableError, match=r"bucket.*piece"):
        wire.product_of(make_draft(unit="bucket"))


def test_a_price_without_discount_still_sends_the_pair() -> None:
    variants = (make_variant(), make_variant(sku="B", discount_price=Decimal("1999.5")))
    change = Change("r", Action.PRICE, make_draft(variants=variants), remote_id="9007199254740993")
    assert msgspec.json.decode(wire.encode(wire.prices_of(change))) == {
        "product_id": "9007199254740993",
        "skus": [
            {"sku_code": "VAL-27", "price": "2490.00", "discount_price": None},
            {"sku_code": "B", "price": "2490.00", "discount_price": "1999.50"},
        ],
    }


def test_every_value_of_a_stock_change_is_text() -> None:
    change = Change("r", Action.STOCK, make_draft(), remote_id="77")
    assert msgspec.json.decode(wire.encode(wire.stocks_of(change))) == {
        "product_id": "77",
        "skus": [{"sku_code": "VAL-27", "inventory": "14"}],
    }


@given(st.integers(min_value=0, max_value=2**63 - 1))
def test_an_id_keeps_every_digit(number: int) -> None:
    assert wire.encode(wire.id_out(str(number))) == str(number).encode()


@given(st.sampled_from(["007", "a1", "", "-5", "٣", "1.5"]))
def test_an_id_that_is_no_plain_number_stays_text(word: str) -> None:
    assert wire.id_out(word) == word


@given(st.decimals("0.01", "999999.99", places=4))
def test_a_price_is_text_of_two_places_next_to_the_amount(amount: Decimal) -> None:
    text = wire.price_text(amount)
    assert text.split(".")[1].isdigit()
    assert len(text.split(".")[1]) == 2
    assert abs(Decimal(text) - amount) <= Decimal("0.005")


@given(st.decimals("0.001", "700", places=3), st.decimals("0.1", "700", places=2))
def test_a_parcel_is_never_understated_and_stays_within_bounds(kg: Decimal, cm: Decimal) -> None:
    weight, side = wire.weight_sent(kg), wire.side_sent(cm)
    assert kg <= weight < kg + Decimal("0.01")
    assert cm <= side < cm + 1
    assert RULES.weight_kg[0] <= weight <= RULES.weight_kg[1]
    assert RULES.side_cm[0] <= side <= RULES.side_cm[1]


titles = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=40)
values = st.builds(
    Value, st.integers(1, 9999).map(str), value_id=st.integers(1, 2**60).map(str)
) | st.builds(Value, st.integers(1, 9999).map(str), text=titles)


@given(
    st.builds(
        make_draft,
        titles=titles.map(lambda title: {"ru": title}),
        weight_kg=st.decimals("0.01", "700", places=3),
        length_cm=st.decimals("1", "700", places=1),
        attributes=st.lists(values, max_size=5).map(tuple),
        brand=titles,
        variants=st.lists(
            st.builds(
                make_variant,
                sku=st.text(min_size=1, max_size=20),
                price=st.decimals("0.01", "99999", places=2),
                discount_price=st.none() | st.decimals("0.01", "99999", places=2),
                stock=st.integers(0, 999_999),
                attributes=st.lists(values, max_size=2).map(tuple),
            ),
            min_size=1,
            max_size=3,
        ).map(tuple),
    )
)
def test_what_was_sent_and_comes_back_as_sent_is_the_same(draft: Draft) -> None:
    body = wire.encode(wire.product_of(draft, product_id="5"))
    back = seen_of(msgspec.json.Decoder(ProductIn, float_hook=Decimal).decode(body))
    for field in (
        "titles", "descriptions", "pictures", "weight_kg", "length_cm", "width_cm", "height_cm",
        "category_id", "delivery_template_id", "lead_time_days", "unit", "brand", "attributes",
        "external_id",
    ):  # fmt: skip
        assert same(field, getattr(draft, field), getattr(back, field)), field
    for variant, shown in zip(draft.variants, back.variants, strict=True):
        for field in ("sku", "price", "discount_price", "stock", "attributes"):
            assert same(field, getattr(variant, field), getattr(shown, field)), field


def test_the_quota_of_creates_can_never_be_exceeded_in_any_window() -> None:
    quota = next(limit for limit in LIMITS if "product.create" in limit.operations)
    assert quota.amount == 100_000  # the burst included, by the contract
    assert 1_000 <= quota.burst < quota.amount
    assert quota.burst >= CAPABILITIES.batch["create"]
    assert set(quota.operations) == {"product.create", "product.edit"}

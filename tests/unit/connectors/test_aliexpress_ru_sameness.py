from decimal import Decimal

import pytest

from torgpred.channels.core.drafts import Status, Value
from torgpred.connectors.aliexpress_ru.sameness import same
from torgpred.connectors.aliexpress_ru.seen import status_of


@pytest.mark.parametrize(
    ("field", "desired", "seen"),
    [
        ("titles", {"ru": "Шапка   зимняя\n"}, {"ru": "Шапка зимняя"}),
        ("titles", {"ru": "Шапка", "en": "Hat"}, {"ru": "Шапка"}),
        (
            "descriptions",
            {"ru": "<div class='x'><p>Тёплая&nbsp;шапка</p>\n<p>100% шерсть</p></div>"},
            {"ru": "<p>Тёплая шапка</p><br><p>100% шерсть</p>"},
        ),
        ("descriptions", {"ru": "a<script>x()</script>b &lt;3"}, {"ru": "ab <3"}),
        ("weight_kg", Decimal("0.333"), Decimal("0.34")),
        ("weight_kg", Decimal("0.333"), Decimal("0.333")),
        ("length_cm", Decimal("12.5"), Decimal(13)),
        ("price", Decimal(10), Decimal("10.000")),
        ("discount_price", None, None),
        ("pictures", ("http://A.example/1.jpg",), ("https://a.example/1.jpg",)),
        (
            "attributes",
            (Value("1", value_id="10"), Value("2", text="10,5")),
            (Value("2", text="10.50"), Value("1", value_id="10", text="красный")),
        ),
        ("tnved", ("6505", "6506"), ("6506", "6505")),
        ("lead_time_days", 3, 3),
        ("stock", 3, None),
        ("brand", "Север", None),
        ("sku", "007", "007"),
    ],
)
def test_the_marketplace_s_own_spelling_is_no_difference(
    field: str, desired: object, seen: object
) -> None:
    assert same(field, desired, seen)


@pytest.mark.parametrize(
    ("field", "desired", "seen"),
    [
        ("titles", {"ru": "Шапка"}, {"ru": "Шапки"}),
        ("titles", {"ru": "Шапка"}, {"en": "Hat"}),
        ("descriptions", {"ru": "<p>a</p>"}, {"ru": "<p>b</p>"}),
        ("weight_kg", Decimal("0.333"), Decimal("0.35")),
        ("length_cm", Decimal("12.5"), Decimal(12)),
        ("price", Decimal(10), Decimal("10.01")),
        ("discount_price", None, Decimal(5)),
        ("discount_price", Decimal(5), None),
        ("pictures", ("https://a/1", "https://a/2"), ("https://a/2", "https://a/1")),
        ("pictures", ("https://a/1?v=1",), ("https://a/1?v=2",)),
        ("attributes", (Value("1", value_id="10"),), (Value("1", value_id="11"),)),
        ("attributes", (Value("1", value_id="10"),), ()),
        ("attributes", (Value("1", text="a"),), (Value("2", text="a"),)),
        ("tnved", ("6505",), ()),
        ("lead_time_days", 3, 4),
        ("sku", "007", "7"),
        ("brand", "Север", "Юг"),
    ],
)
def test_a_true_difference_is_told(field: str, desired: object, seen: object) -> None:
    assert not same(field, desired, seen)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("onSelling", Status.ON_SALE),
        ("ONLINE", Status.ON_SALE),
        ("offline", Status.OFF_SALE),
        ("editing_required", Status.REJECTED),
        ("auditing", Status.IN_REVIEW),
        ("quarantined", Status.UNKNOWN),
        ("", Status.UNKNOWN),
    ],
)
def test_a_status_word_is_known_in_any_spelling_and_never_an_error(
    word: str, status: Status
) -> None:
    assert status_of(word) is status

"""What is kept of a message, and how templates are filled."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from torgpred.channels.core.orders import RawMessage
from torgpred.orders.core.messages import KEPT, answer_by, plain, printable, same_text, taken
from torgpred.orders.core.templates import (
    BUILT_IN,
    LANGUAGES,
    PLACEHOLDERS,
    BadTemplateError,
    NothingToFillInError,
    Template,
    UnknownPlaceholderError,
    UnknownTemplateError,
    checked,
    chosen,
    filled,
)

NOW = datetime(2026, 11, 11, 12, tzinfo=UTC)
VALUES = {"order": "17", "track": "RR1", "ship_by": "12.11.2026", "name": "Учебный Пётр"}


def template(text: str) -> Template:
    return Template("t", "ru", text)


@given(st.text(st.characters(exclude_categories=[])), st.integers(0, 3))
def test_whatever_comes_is_bounded_and_can_be_stored(text: str, times: int) -> None:
    long = text * 10**times
    kept = taken(RawMessage(long, long, NOW, long, from_buyer=True, order_id=long), NOW)
    for one, most in ((kept.remote_id, 200), (kept.buyer, 200), (kept.order_number, 64)):
        assert len(one) <= most
    assert len(kept.text) <= KEPT
    assert "\0" not in kept.text + kept.buyer
    kept.text.encode()


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), NOW + timedelta(days=3)])
def test_a_time_that_cannot_be_is_that_of_coming(at: datetime) -> None:
    assert taken(RawMessage("1", "b", at, "x", from_buyer=True), NOW).at == NOW
    older = NOW - timedelta(days=400)
    assert taken(RawMessage("1", "b", older, "x", from_buyer=True), NOW).at == older


def test_nothing_of_a_buyers_text_steers_a_terminal() -> None:
    assert printable("a\x1b[31m\u202eb\nc\r") == "a [31m b\nc "
    assert plain("\ud800x\0") == "?x"


def test_white_space_makes_no_other_text() -> None:
    assert same_text(" Да,\r\n  конечно ", "Да, конечно")
    assert not same_text("Да", "Нет")


def test_the_clock() -> None:
    assert answer_by(NOW, 24) == NOW + timedelta(days=1)
    assert answer_by(None, 24) is None


def test_a_template_is_filled() -> None:
    text = "{name}: {order}, {{{track}}} до {ship_by}"
    assert filled(template(text), VALUES) == "Учебный Пётр: 17, {RR1} до 12.11.2026"


def test_a_value_is_not_looked_at_again() -> None:
    assert filled(template("{name}"), {"name": "{order} {"}) == "{order} {"


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("Здравствуйте, {nmae}", UnknownPlaceholderError, "{nmae}"),
        ("{order.__class__}", UnknownPlaceholderError, "{order.__class__}"),
        ("{}", UnknownPlaceholderError, "{}"),
        ("a { b", BadTemplateError, "character 3"),
        ("  ", BadTemplateError, "empty"),
        ("x" * 5001, BadTemplateError, "5001"),
    ],
)
def test_a_wrong_template_is_told(text: str, error: type[Exception], said: str) -> None:
    with pytest.raises(error) as told:
        checked(text)
    assert said in str(told.value)


def test_what_the_order_lacks_is_told_and_not_left_empty() -> None:
    with pytest.raises(NothingToFillInError, match="tracking number"):
        filled(template("{track}"), VALUES | {"track": ""})


def test_built_in_templates_stand_in_every_language() -> None:
    names = {name for name, _ in BUILT_IN}
    assert set(BUILT_IN) == {(name, language) for name in names for language in LANGUAGES}
    assert set(VALUES) == set(PLACEHOLDERS)
    for one in BUILT_IN.values():
        assert "{" not in filled(one, VALUES)
    with pytest.raises(UnknownTemplateError, match=r"in ru\. There are: accepted"):
        chosen(BUILT_IN, "none", "ru")

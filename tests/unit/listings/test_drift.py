# ruff: noqa: ANN401 - overrides are checked by the structs they go to
"""Drift and decisions: what was decided about all that drifted leaves nothing to do."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.listings.making import D, make_draft, make_variant
from tests.unit.listings.test_diff import Market, drafts, hidden

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Seen, Status, Value
from torgpred.listings.core.diff import Standing, StepDraft, exactly
from torgpred.listings.core.drift import (
    GONE,
    LEFT_ALONE,
    LONG_REVIEW,
    NEXT_PLAN,
    STATUS,
    Choice,
    Decision,
    DriftLine,
    Place,
    decided_difference,
    field_drift,
    overridden,
    status_drift,
)

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def make_place(**overrides: Any) -> Place:
    given_: dict[str, Any] = {
        "key": "P",
        "status": Status.ON_SALE,
        "ended_by_us": False,
        "desired": True,
        "gone_at": None,
        "told_since": {},
        "bound_at": NOW - timedelta(days=30),
    }
    return Place(**(given_ | overrides))


def make_decision(**overrides: Any) -> Decision:
    given_: dict[str, Any] = {
        "sku": "",
        "field": STATUS,
        "choice": Choice.LEAVE,
        "value": None,
        "decided_at": NOW,
    }
    return Decision(**(given_ | overrides))


def seen_of(market: Market, draft: Draft) -> Seen:
    market.carry_out(StepDraft(Action.CREATE, draft, ()))
    assert market.standing.seen is not None
    return market.standing.seen


def decided(lines: Sequence[DriftLine], choice: Choice) -> list[Decision]:
    """Return decisions as they come back from the database: through JSON."""
    return [
        make_decision(
            sku=line.sku, field=line.field, choice=choice, value=json.loads(json.dumps(line.value))
        )
        for line in lines
    ]


def drifted(applied: Draft, seen: Seen, decisions: Sequence[Decision] = ()) -> list[DriftLine]:
    return list(
        field_drift(make_place(), applied=applied, seen=seen, same=exactly, decisions=decisions)
    )


@given(
    applied=drafts,
    there=drafts,
    normalising=st.booleans(),
    hides=hidden,
    choice=st.sampled_from([Choice.TAKE_OVER, Choice.LEAVE]),
)
def test_what_was_decided_about_all_that_drifted_leaves_nothing_to_do(
    *, applied: Draft, there: Draft, normalising: bool, hides: frozenset[str], choice: Choice
) -> None:
    market = Market(normalising=normalising, hides=hides - {"price"})
    seen = seen_of(market, there)
    place = make_place()
    lines = list(field_drift(place, applied=applied, seen=seen, same=market.same))
    decisions = decided(lines, choice)
    left = field_drift(place, applied=applied, seen=seen, same=market.same, decisions=decisions)
    assert list(left) == []
    step = decided_difference(
        decisions,
        desired=applied,
        standing=Standing(bound=True, seen=seen, last_applied=applied),
        same=market.same,
    )
    assert step is None


@given(applied=drafts, normalising=st.booleans(), hides=hidden)
def test_what_we_carried_out_is_no_drift(
    *, applied: Draft, normalising: bool, hides: frozenset[str]
) -> None:
    market = Market(normalising=normalising, hides=hides)
    seen = seen_of(market, applied)
    fewer = tuple(replace(one, stock=3) for one in seen.variants)
    lines = field_drift(
        make_place(), applied=applied, seen=replace(seen, variants=fewer), same=market.same
    )
    assert list(lines) == []


def test_parts_of_texts_and_attributes_drift_and_are_decided_one_by_one() -> None:
    applied = make_draft(
        titles={"ru": "Лампа", "en": "Lamp"},
        attributes=(Value("1", text="а"), Value("2", value_id="7")),
    )
    seen = seen_of(
        Market(),
        make_draft(
            titles={"ru": "Рука", "en": "Lamp"},
            attributes=(Value("1", text="а"), Value("2", value_id="8"), Value("3", text="в")),
        ),
    )
    lines = drifted(applied, seen)
    assert [(one.place, one.ours, one.there) for one in lines] == [
        ("P:titles.ru", "Лампа", "Рука"),
        ("P:attributes.2", "7", "8"),
        ("P:attributes.3", "", "в"),
    ]
    newer = replace(applied, titles={"ru": "Новая", "en": "New"})
    taken = overridden(
        newer, seen=seen, last=applied, decisions=decided(lines[:2], Choice.TAKE_OVER)
    )
    assert taken.titles == {"ru": "Рука", "en": "New"}
    assert set(taken.attributes) == {Value("1", text="а"), Value("2", value_id="8")}


def test_without_decisions_a_draft_is_the_same_object() -> None:
    draft = make_draft()
    other = make_decision(choice=Choice.SET_BACK)
    assert overridden(draft, seen=None, last=None, decisions=[other]) is draft


def test_what_is_left_is_sent_as_last_seen_else_as_last_applied() -> None:
    left = [make_decision(sku="A-1", field="price"), make_decision(field="brand")]
    last = make_draft(brand="Юг", variants=(make_variant(price=D(5)),))
    draft = make_draft(brand="Север")
    blind = overridden(draft, seen=None, last=last, decisions=left)
    assert (blind.brand, blind.variants[0].price) == ("Юг", 5)
    seen = seen_of(Market(), make_draft(brand="Запад", variants=(make_variant(price=D(7)),)))
    told = overridden(draft, seen=seen, last=last, decisions=left)
    assert (told.brand, told.variants[0].price) == ("Запад", 7)


def test_the_last_variant_is_never_decided_away() -> None:
    gone = make_decision(sku="A-1", field="variant", choice=Choice.TAKE_OVER)
    draft = make_draft()
    assert overridden(draft, seen=None, last=None, decisions=[gone]) is draft


@pytest.mark.parametrize(
    ("overrides", "there", "then"),
    [
        ({}, None, None),
        ({"status": Status.OFF_SALE}, "off_sale", LEFT_ALONE),
        ({"status": Status.OFF_SALE, "ended_by_us": True}, None, None),
        ({"status": Status.REJECTED}, "rejected", LEFT_ALONE),
        ({"status": Status.DELETED}, "deleted", LEFT_ALONE),
        ({"status": Status.DELETED, "ended_by_us": True}, None, None),
        ({"gone_at": NOW}, GONE, LEFT_ALONE),
        ({"gone_at": NOW, "ended_by_us": True}, None, None),
        ({"ended_by_us": True}, None, None),
        ({"ended_by_us": True, "desired": False}, "on_sale", NEXT_PLAN),
        ({"status": Status.IN_REVIEW, "told_since": {STATUS: NOW}}, None, None),
    ],
)
def test_a_status_is_drift_where_it_is_not_our_doing(
    overrides: dict[str, Any], there: str | None, then: str | None
) -> None:
    line = status_drift(make_place(**overrides), note="", now=NOW)
    assert (line and line.there, line and line.then) == (there, then)


def test_a_review_is_drift_once_it_takes_too_long() -> None:
    begun = make_place(status=Status.IN_REVIEW, told_since={STATUS: NOW - LONG_REVIEW})
    line = status_drift(begun, note="", now=NOW)
    assert line is not None
    assert line.since == NOW - LONG_REVIEW


def test_a_status_taken_over_is_drift_again_once_it_is_another() -> None:
    taken = [make_decision(choice=Choice.TAKE_OVER, value="off_sale")]
    off = make_place(status=Status.OFF_SALE)
    assert status_drift(off, note="", now=NOW, decisions=taken) is None
    gone = make_place(status=Status.DELETED)
    assert status_drift(gone, note="", now=NOW, decisions=taken) is not None
    left = [make_decision()]
    assert status_drift(gone, note="", now=NOW, decisions=left) is None

"""What later plans left of a step: told by who changed a place last, not by the value there."""

from typing import Any

import pytest
from tests.unit.listings.making import make_draft, make_variant

from torgpred.channels.core.contract import Action
from torgpred.listings.core.diff import FieldChange
from torgpred.listings.core.overtaken import (
    Later,
    changed_since,
    keeping,
    places,
    switched_since,
)

A, B, C, D = 1, 2, 3, 4


def later(plan: int, *changed: tuple[str, str], undoes: int | None = None, **given: Any) -> Later:  # noqa: ANN401
    lines = tuple(FieldChange(sku, field, "", "x", "") for sku, field in changed)
    return Later(plan, undoes, given.get("action", Action.UPDATE), lines)


TITLE, PRICE = ("", "titles.ru"), ("V", "price")


@pytest.mark.parametrize(
    ("oldest_first", "left"),
    [
        ((), {}),
        ((later(B, PRICE),), {("V", "price"): B}),
        ((later(B, TITLE), later(C, TITLE, undoes=B)), {}),
        (
            (later(B, TITLE), later(C, TITLE, undoes=B), later(D, TITLE, undoes=C)),
            {("", "titles"): D},
        ),
        ((later(B, TITLE, undoes=A),), {("", "titles"): B}),
        ((later(B, TITLE, undoes=A), later(C, TITLE, undoes=B)), {("", "titles"): C}),
        ((later(B, TITLE, undoes=A), later(C, TITLE)), {("", "titles"): C}),
        ((later(B, ("V", "variant")),), {("V", "price"): B}),
        ((later(B, ("W", "variant")),), {}),
        ((later(B, ("", "status"), action=Action.PAUSE),), {}),
    ],
)
def test_whose_each_place_is(
    oldest_first: tuple[Later, ...], left: dict[tuple[str, str], int]
) -> None:
    mine = places(later(A, TITLE, ("", "titles.en"), PRICE, ("", "status")).changes)
    assert mine == (("", "titles"), ("V", "price"))
    found = changed_since(mine, oldest_first[::-1], A)
    assert {place: one.plan_id for place, one in found.items()} == left


def test_a_pause_is_of_whoever_switched_last() -> None:
    off, on = (later(n, action=a) for n, a in ((B, Action.PAUSE), (C, Action.RESUME)))
    assert switched_since([on, off, later(D, PRICE)], A) == on
    assert switched_since([later(D, PRICE)], A) is None
    assert switched_since([later(C, undoes=B, action=Action.RESUME), off], A) is None


def test_kept_places_stay_as_they_stand() -> None:
    standing = make_draft(
        titles={"ru": "now"}, variants=(make_variant(sku="V"), make_variant(sku="N"))
    )
    target = make_draft(
        titles={"ru": "then"}, variants=(make_variant(sku="V"), make_variant(sku="G"))
    )
    kept = keeping(target, standing, (("", "titles"), ("N", "variant"), ("G", "variant")))
    assert kept.titles == {"ru": "now"}
    assert [one.sku for one in kept.variants] == ["V", "N"]
    assert keeping(target, standing, ()) == target

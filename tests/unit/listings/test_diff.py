# ruff: noqa: ANN401 - overrides are checked by the structs they go to
"""The law: carry a step out, look again, and there is no difference left."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.listings.making import D, make_draft, make_variant

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Seen, SeenVariant, Status, Value
from torgpred.listings.core import diff
from torgpred.listings.core.diff import (
    Absence,
    Endings,
    FieldChange,
    Same,
    Standing,
    StepDraft,
    Then,
    difference,
    exactly,
)


class Market:
    """A marketplace with one product: perfect, or one that normalises and hides fields."""

    def __init__(self, *, normalising: bool = False, hides: frozenset[str] = frozenset()) -> None:
        self.normalising = normalising
        self.hides = hides
        self.standing = Standing()

    def carry_out(self, step: StepDraft) -> None:
        seen, last = self.standing.seen, self.standing.last_applied
        paused = self.standing.paused_by_us
        if step.action in {Action.CREATE, Action.UPDATE, Action.PRICE}:
            assert step.draft is not None
            seen, last = self._shown(step.draft, seen), step.draft
        assert seen is not None
        if step.action is Action.PAUSE:
            seen, paused = replace(seen, status=Status.OFF_SALE), True
        if step.action is Action.REMOVE:
            seen = replace(seen, status=Status.DELETED)
        if Action.RESUME in {step.action, step.then}:
            seen, paused = replace(seen, status=Status.ON_SALE), False
        self.standing = Standing(bound=True, seen=seen, last_applied=last, paused_by_us=paused)

    def _shown(self, draft: Draft, before: Seen | None) -> Seen:
        fields: dict[str, Any] = {
            field: self._told(field, getattr(draft, field)) for field in diff.PRODUCT_FIELDS
        }
        variants = tuple(
            SeenVariant(
                one.sku,
                f"r-{one.sku}",
                **{field: self._told(field, getattr(one, field)) for field in diff.VARIANT_FIELDS},
            )
            for one in draft.variants
        )
        status = before.status if before is not None else Status.ON_SALE
        return Seen("77", status, status.value, variants, **fields)

    def _told(self, field: str, value: Any) -> Any:
        if field in self.hides:
            return None
        return normal(field, value) if self.normalising else value

    @property
    def same(self) -> Same:
        if not self.normalising:
            return exactly
        return lambda field, desired, seen: exactly(field, normal(field, desired), seen)


def normal(field: str, value: Any) -> Any:
    """Return what a marketplace makes of a value."""
    if isinstance(value, dict):
        return {language: " ".join(text.split()) for language, text in value.items()}
    if isinstance(value, Decimal) and field.endswith(("_kg", "_cm")):
        return value.quantize(D("0.1"))
    if field == "attributes":
        return tuple(sorted(value, key=lambda one: (one.attribute_id, one.value_id, one.text)))
    return value


texts = st.sampled_from(["", "Лампа", "Лампа  тёплая ", "<p>Свет</p>"])
prices = st.decimals(min_value=D("0.01"), max_value=D(9999), places=2)
values = st.lists(
    st.builds(Value, st.sampled_from("123"), st.sampled_from(["", "7", "8"]), texts),
    max_size=3,
    unique=True,
).map(tuple)
variants = st.lists(
    st.builds(
        make_variant,
        sku=st.sampled_from("ABCD"),
        price=prices,
        discount_price=st.none() | prices,
        stock=st.integers(0, 9),
        barcode=st.sampled_from(["", "46"]),
        attributes=values,
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda one: one.sku,
).map(tuple)
drafts = st.builds(
    make_draft,
    titles=st.dictionaries(st.sampled_from(["ru", "en"]), texts, min_size=1),
    descriptions=st.dictionaries(st.just("ru"), texts),
    pictures=st.lists(st.sampled_from(["https://a/1", "https://a/2"])).map(tuple),
    weight_kg=st.sampled_from([D("0.41"), D("0.4"), D(2)]),
    brand=st.sampled_from(["", "Север"]),
    attributes=values,
    variants=variants,
)
hidden = st.frozensets(st.sampled_from([*diff.PRODUCT_FIELDS, "barcode", "price"]), max_size=4)
wishes = st.lists(
    drafts | st.sampled_from([Absence.MISSING, Absence.HELD, Absence.UNKNOWN]), max_size=6
)


@given(
    wanted=wishes,
    normalising=st.booleans(),
    hides=hidden,
    then=st.sampled_from([Then.PAUSE, Then.LEAVE]),
)
def test_after_a_step_is_carried_out_no_difference_is_left(
    *, wanted: list[Draft | Absence], normalising: bool, hides: frozenset[str], then: Then
) -> None:
    market = Market(normalising=normalising, hides=hides)
    endings = Endings(missing=then, held=then)
    for wish in wanted:
        desired = wish if isinstance(wish, Draft) else None
        absence = wish if isinstance(wish, Absence) else Absence.UNKNOWN

        def look(desired: Draft | None = desired, absence: Absence = absence) -> StepDraft | None:
            return difference(
                desired=desired,
                standing=market.standing,
                same=market.same,
                absence=absence,
                endings=endings,
            )

        step = look()
        if step is not None:
            assert step.changes
            market.carry_out(step)
        assert look() is None


def standing(draft: Draft | None = None, **overrides: Any) -> Standing:
    market = Market()
    market.carry_out(StepDraft(Action.CREATE, draft or make_draft(), ()))
    seen = replace(market.standing.seen, **overrides)  # type: ignore[type-var]
    return replace(market.standing, seen=seen)


def step_for(desired: Draft | None, there: Standing, **more: Any) -> StepDraft:
    step = difference(desired=desired, standing=there, **more)
    assert step is not None
    return step


def test_what_is_not_there_is_created_with_its_price_and_stock_shown() -> None:
    step = step_for(make_draft(), Standing())
    assert step.action is Action.CREATE
    assert [(line.place, line.field, line.new) for line in step.changes] == [
        ("", "product", "Термобельё"),
        ("A-1", "price", "1000.00"),
        ("A-1", "stock", "5"),
    ]
    assert step.stock == (("A-1", 0, 5),)


def test_prices_alone_make_a_price_step_and_say_old_and_new() -> None:
    dearer = make_draft(variants=(make_variant(price=D(1200), discount_price=D(1100)),))
    step = step_for(dearer, standing())
    assert step.action is Action.PRICE
    assert step.changes == (
        FieldChange("A-1", "price", "1000.00", "1200", diff.CHANGED),
        FieldChange("A-1", "discount_price", "", "1100", diff.CHANGED),
    )
    assert (step.remote_id, step.remote_sku_ids) == ("77", {"A-1": "r-A-1"})


def test_a_discount_that_is_gone_is_taken_away() -> None:
    reduced = make_draft(variants=(make_variant(discount_price=D(900)),))
    step = step_for(make_draft(), standing(reduced))
    assert [(line.field, line.old, line.new) for line in step.changes] == [
        ("discount_price", "900", "")
    ]


def test_no_discount_beside_a_told_price_is_an_answer() -> None:
    reduced = make_draft(variants=(make_variant(discount_price=D(900)),))
    adopted = replace(standing(), last_applied=None)
    step = step_for(reduced, adopted)
    assert [(line.field, line.old, line.new) for line in step.changes] == [
        ("discount_price", "", "900")
    ]


def test_texts_and_attributes_are_told_one_by_one() -> None:
    other = make_draft(
        titles={"ru": "Лампа", "en": "Lamp"}, attributes=(Value("2", value_id="21"),)
    )
    step = step_for(other, standing())
    assert step.action is Action.UPDATE
    assert [line.field for line in step.changes] == ["titles.en", "titles.ru", "attributes.2"]


def test_stock_alone_is_never_a_step_but_is_shown_beside_one() -> None:
    fewer = make_draft(variants=(make_variant(stock=1),))
    there = standing(variants=(SeenVariant("A-1", "r", price=D("1000.00"), stock=5),))
    assert difference(desired=fewer, standing=there) is None
    step = step_for(replace(fewer, brand="Север"), there)
    assert step.stock == (("A-1", 5, 1),)


def test_a_value_that_only_the_shop_changed_is_told_apart() -> None:
    step = step_for(make_draft(), standing(lead_time_days=9))
    assert step.changes[0].reason == diff.CHANGED_THERE


def test_what_nobody_told_is_no_difference() -> None:
    bare = Seen("77", Status.ON_SALE, "on", (SeenVariant("A-1", "r"),))
    assert difference(desired=make_draft(), standing=Standing(bound=True, seen=bare)) is None


def test_a_bound_product_that_was_not_read_yet_is_compared_with_what_was_applied() -> None:
    there = Standing(bound=True, last_applied=make_draft())
    assert difference(desired=make_draft(), standing=there) is None
    step = step_for(make_draft(lead_time_days=5), there)
    assert [(line.field, line.old, line.new) for line in step.changes] == [
        ("lead_time_days", "3", "5")
    ]


@pytest.mark.parametrize(
    ("absence", "endings", "action", "reason"),
    [
        (Absence.MISSING, Endings(), Action.PAUSE, diff.MISSING),
        (Absence.HELD, Endings(), Action.PAUSE, diff.HELD),
        (Absence.MISSING, Endings(missing=Then.REMOVE), Action.REMOVE, diff.MISSING),
        (Absence.HELD, Endings(held=Then.LEAVE), None, ""),
        (Absence.UNKNOWN, Endings(missing=Then.REMOVE), None, ""),
    ],
)
def test_what_is_desired_no_more_ends_as_the_policy_says(
    absence: Absence, endings: Endings, action: Action | None, reason: str
) -> None:
    step = difference(desired=None, standing=standing(), absence=absence, endings=endings)
    assert (step.action if step else None) is action
    assert step is None or step.changes[0].reason == reason


def test_only_our_own_pause_is_lifted() -> None:
    there = standing(status=Status.OFF_SALE)
    assert difference(desired=make_draft(), standing=there) is None
    ours = replace(there, paused_by_us=True)
    assert step_for(make_draft(), ours).action is Action.RESUME
    both = step_for(make_draft(brand="Север"), ours)
    assert (both.action, both.then) == (Action.UPDATE, Action.RESUME)


def test_what_the_marketplace_deleted_or_never_was_ours_is_left_alone() -> None:
    gone = standing(status=Status.DELETED)
    assert difference(desired=make_draft(), standing=gone) is None
    strange = replace(standing(), bound=False)
    assert difference(desired=None, standing=strange, absence=Absence.MISSING) is None


def test_a_variant_comes_and_goes_with_its_reason() -> None:
    two = make_draft(variants=(make_variant(), make_variant(sku="B")))
    added = step_for(two, standing())
    assert [(line.place, line.reason) for line in added.changes] == [("B", diff.ADDED)]
    there = standing(two)
    held = step_for(make_draft(), there, held=frozenset("B"))
    assert [(line.place, line.reason) for line in held.changes] == [("B", diff.VARIANT_HELD)]
    leave = Endings(held=Then.LEAVE)
    kept = difference(desired=make_draft(), standing=there, held=frozenset("B"), endings=leave)
    assert kept is None
    gone = step_for(make_draft(), there)
    assert [(line.place, line.reason) for line in gone.changes] == [("B", diff.LEFT_OUT)]


def test_long_values_are_cut_to_be_read() -> None:
    step = step_for(make_draft(descriptions={"ru": "я" * 5000}), standing())
    assert len(step.changes[0].new) == diff.SHOWN

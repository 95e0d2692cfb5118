# ruff: noqa: ANN401 - overrides are checked by the structs they go to
"""The laws of taking back: what is rebuilt is what stood there, and nothing more is touched."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.listings.making import D, make_draft, make_variant
from tests.unit.listings.test_diff import Market, drafts, hidden

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Seen, SeenVariant, Status
from torgpred.listings.core.diff import (
    PRODUCT_FIELDS,
    VARIANT_FIELDS,
    Standing,
    StepDraft,
    difference,
    exactly,
)
from torgpred.listings.core.rebuilding import overlaid, rebuild, seen_now, taken_back, with_stock


def market_with(draft: Draft, **options: Any) -> Market:
    market = Market(**options)
    market.carry_out(StepDraft(Action.CREATE, draft, ()))
    return market


def seen_of(draft: Draft, **options: Any) -> Seen:
    seen = market_with(draft, **options).standing.seen
    assert seen is not None
    return seen


def bare(draft: Draft) -> Draft:
    """Return a draft without stock and order of its variants."""
    stockless = with_stock(draft, {one.sku: 0 for one in draft.variants})
    return replace(stockless, variants=tuple(sorted(stockless.variants, key=lambda one: one.sku)))


@given(
    base=st.none() | drafts,
    stood=drafts,
    sent=drafts,
    normalising=st.booleans(),
    hides=hidden,
)
def test_what_is_rebuilt_does_not_differ_from_what_was_seen(
    *, base: Draft | None, stood: Draft, sent: Draft, normalising: bool, hides: frozenset[str]
) -> None:
    market = market_with(stood, normalising=normalising, hides=hides)
    before = market.standing.seen
    then = rebuild(before, base=base, sent=sent, same=market.same)
    left_out = {sku for sku, field in then.unknown if field == "variant"}
    step = difference(
        desired=then.draft, standing=Standing(bound=True, seen=before), same=market.same
    )
    assert {line.place for line in (step.changes if step else ())} <= left_out


@given(base=drafts, sent=drafts, normalising=st.booleans(), hides=hidden)
def test_what_the_draft_before_made_is_rebuilt_as_that_draft(
    *, base: Draft, sent: Draft, normalising: bool, hides: frozenset[str]
) -> None:
    market = market_with(base, normalising=normalising, hides=hides)
    then = rebuild(market.standing.seen, base=base, sent=sent, same=market.same)
    assert then.unknown == ()
    assert bare(then.draft) == bare(base)
    assert bare(rebuild(None, base=base, sent=sent).draft) == bare(base)


@given(base=st.none() | drafts, stood=drafts, sent=drafts)
def test_without_changes_by_others_all_is_taken_back(
    base: Draft | None, stood: Draft, sent: Draft
) -> None:
    restored = rebuild(seen_of(stood), base=base, sent=sent).draft
    back = taken_back(sent=sent, restored=restored, standing=sent)
    step = difference(desired=back, standing=Standing(bound=True, seen=seen_of(restored)))
    assert step is None


@given(stood=drafts, sent=drafts, others=drafts)
def test_what_a_step_did_not_change_stays_as_others_made_it(
    stood: Draft, sent: Draft, others: Draft
) -> None:
    back = taken_back(sent=sent, restored=stood, standing=others)
    for field in PRODUCT_FIELDS:
        touched = not exactly(field, getattr(sent, field), getattr(stood, field))
        assert getattr(back, field) == getattr(stood if touched else others, field)
    here = {one.sku for one in back.variants}
    then, ours = {one.sku for one in stood.variants}, {one.sku for one in sent.variants}
    there = {one.sku for one in others.variants}
    assert here == (then - ours) | (then & ours & there) | (there - then - ours)


@given(seen=drafts, draft=drafts)
def test_what_was_carried_out_since_a_look_is_what_will_be_seen(seen: Draft, draft: Draft) -> None:
    newer = overlaid(seen_of(seen), draft)
    step = difference(desired=draft, standing=Standing(bound=True, seen=newer))
    assert step is None
    for one in newer.variants:
        assert all(
            getattr(one, field) == getattr(variant, field)
            for variant in draft.variants
            if variant.sku == one.sku
            for field in VARIANT_FIELDS
        )


def test_what_nobody_knows_is_named_and_stays_as_sent() -> None:
    before = replace(seen_of(make_draft()), brand=None, weight_kg=None)
    then = rebuild(before, base=None, sent=make_draft(weight_kg=D(9)))
    assert then.unknown == (("", "weight_kg"),), "an empty brand needs no word"
    assert then.draft.weight_kg == 9


def test_a_variant_without_a_price_that_no_draft_knows_is_left_out_and_named() -> None:
    strange = replace(seen_of(make_draft()), variants=(SeenVariant("Z", "r"),))
    then = rebuild(strange, base=None, sent=make_draft())
    assert (then.draft.variants, then.unknown) == ((), (("Z", "variant"),))


def test_another_language_that_an_answer_left_out_is_kept() -> None:
    base = make_draft(titles={"ru": "Лампа", "en": "Lamp"})
    short = replace(seen_of(base), titles={"ru": "Рукой"})

    def told_only(field: str, desired: Any, seen: Any) -> bool:
        if isinstance(desired, dict):
            return all(desired.get(one) == seen[one] for one in seen)
        return exactly(field, desired, seen)

    then = rebuild(short, base=base, sent=base, same=told_only)
    assert then.draft.titles == {"ru": "Рукой", "en": "Lamp"}


def test_our_own_pause_is_known_before_anybody_looked() -> None:
    seen = seen_of(make_draft())
    assert seen_now(seen, Status.ON_SALE, None) is seen
    assert seen_now(seen, Status.OFF_SALE, None).status is Status.OFF_SALE


def test_stock_is_that_of_today() -> None:
    draft = make_draft(variants=(make_variant(stock=5), make_variant(sku="B", stock=4)))
    assert [one.stock for one in with_stock(draft, {"A-1": 1}).variants] == [1, 4]

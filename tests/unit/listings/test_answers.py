"""Answers over remarks alone say the same as an assessment of fresh states."""

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from torgpred.listings.core.answers import Answer, Waiting, need_of, needs_of, offers_waiting
from torgpred.listings.core.holds import grouped
from torgpred.listings.core.remarks import Remark, advice, hold

HELD = hold("x.held", "It is held.", "Mend it.")
SAID = advice("x.said", "It is said.", "Look.")
FACTS = (
    "weight", "package", "category", "attribute:2", "price", "delivery_template", "lead_time",
    "rate:CNY", "",
)  # fmt: skip


def remark(fact: str, sku: str = "", group: str = "10", *, holds: bool = True) -> Remark:
    return Remark((HELD if holds else SAID).at(sku), sku, fact, group)


def ranked(*products: tuple[int, Sequence[Remark]]) -> list[tuple[str, str, int, int]]:
    waiting = Waiting()
    for offers, remarks in products:
        waiting.add(remarks, offers)
    return [(one.fact, one.group, one.frees, one.concerns) for one in waiting.ranked(9)]


def test_weight_and_package_are_one_answer_and_so_are_a_shops_terms() -> None:
    both = [remark("weight"), remark("package"), remark("delivery_template"), remark("lead_time")]
    assert ranked((3, both)) == [("parcel", "10", 0, 3), ("terms", "", 3, 3)]
    waiting = Waiting()
    waiting.add([remark("weight", group="7")], 1)
    assert waiting.facts["parcel", "7"] == {"weight"}, "the package is known"


def test_what_tells_variants_apart_is_asked_for_where_a_product_has_one_offer() -> None:
    kind = hold("attribute.variant_missing", "It lacks its size.", "State it.")
    lacks = Remark(kind.at("A"), "A", "attribute:2", "10")
    assert ranked((1, [lacks, remark("attribute:3")])) == [
        ("attribute:2", "10", 0, 1), ("attribute:3", "10", 1, 1),
    ]  # fmt: skip
    assert ranked((2, [lacks])) == [], "one size for both would make them alike"
    (alone,) = grouped([("P", 1, (lacks,))])
    (shared,) = grouped([("P", 2, (lacks,))])
    assert (alone.frees, shared.frees) == (1, 0)


def test_the_currency_of_a_file_is_one_answer_for_all_groups() -> None:
    honey, wax = remark("currency", group="honey"), remark("currency", group="wax")
    assert ranked((3, [honey]), (2, [wax])) == [("currency", "", 5, 5)]


def test_a_hold_on_a_variant_waits_for_it_alone() -> None:
    product = [remark("attribute:2"), remark("price", "A"), remark("weight", "B", holds=False)]
    assert ranked((3, product)) == [("attribute:2", "10", 2, 3)], "a price is every offer's own"
    assert ranked((3, [remark("weight", "A")])) == [("parcel", "10", 1, 1)]
    assert ranked((3, [remark("weight", holds=False)])) == []


def test_answers_that_free_many_together_go_before_one_that_frees_few_alone() -> None:
    cups = [remark("attribute:1", group="cups"), remark("attribute:2", group="cups")]
    found = ranked((2, [remark("weight", group="boards")]), (12, cups))
    assert found == [
        ("attribute:1", "cups", 0, 12),
        ("attribute:2", "cups", 12, 12),
        ("parcel", "boards", 2, 2),
    ]


def test_what_was_given_is_not_asked_for_and_no_longer_waited_for() -> None:
    waiting = Waiting()
    waiting.add([remark("weight"), remark("category")], 3, "P-1")
    waiting.add([remark("weight")], 1, "P-2")
    left = waiting.ranked(9, {("parcel", "10")})
    assert [(one.fact, one.frees, one.concerns) for one in left] == [("category", 3, 3)]
    assert waiting.examples["parcel", "10"] == ["P-1", "P-2"]


REMARKS = st.builds(
    remark,
    fact=st.sampled_from(FACTS),
    sku=st.sampled_from(["", "A", "B"]),
    group=st.sampled_from(["10", "11"]),
    holds=st.booleans(),
)
PRODUCTS = st.lists(st.tuples(st.integers(2, 5), st.lists(REMARKS, max_size=5)), max_size=6)


@given(products=PRODUCTS)
def test_counting_by_product_is_counting_every_offer(
    products: list[tuple[int, list[Remark]]],
) -> None:
    waiting = Waiting()
    single: Counter[frozenset[tuple[str, str]]] = Counter()
    for offers, remarks in products:
        waiting.add(remarks, offers)
        for sku in ["A", "B", "C", "D", "E"][:offers]:
            if any(one.holds and one.sku in {"", sku} for one in remarks):
                single[needs_of(remarks, sku)] += 1
    assert waiting.needs == single


@given(products=PRODUCTS)
def test_all_answers_together_free_all_that_answers_free(
    products: list[tuple[int, list[Remark]]],
) -> None:
    waiting = Waiting()
    for offers, remarks in products:
        waiting.add(remarks, offers)
    found: list[Answer] = waiting.ranked(1_000)
    open_ones = sum(n for needs, n in waiting.needs.items() if all(fact for fact, _ in needs))
    assert (found[-1].cumulative if found else 0) == open_ones
    assert sum(one.frees for one in found) == open_ones
    assert len({(one.fact, one.group) for one in found}) == len(found)


@given(products=PRODUCTS)
def test_holds_stand_in_the_order_of_their_answers(
    products: list[tuple[int, list[Remark]]],
) -> None:
    rows = [(f"P-{place}", offers, tuple(said)) for place, (offers, said) in enumerate(products)]
    waiting = Waiting()
    for _, offers, said in rows:
        waiting.add(said, offers)
    order = [(one.fact, one.group) for one in waiting.ranked(50)]
    groups = grouped(rows)
    needs = [need_of(remark(one.fact, group=one.group)) for one in groups]
    places = [order.index(need) if need in order else len(order) for need in needs]
    assert places == sorted(places)
    holds = {(one.fact, one.group) for _, _, said in rows for one in said if one.holds}
    assert {(one.fact, one.group) for one in groups} == holds, "none is left out"


def test_an_offer_that_several_shops_hold_for_a_fact_waits_once() -> None:
    states = [
        ("P-1", 3, [remark("weight")]),
        ("P-1", 3, [remark("weight"), remark("brand", "A")]),
        ("P-1", 3, [remark("brand", "A"), remark("brand", "B")]),
        ("P-2", 2, [remark("brand")]),
    ]
    assert offers_waiting(states) == {"weight": 3, "brand": 4}

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.listings.making import D, make_context, make_offer

from torgpred.catalogue.core.offers import Offer, Package, Param
from torgpred.listings.core.answers import Answer, Need, ranked_answers
from torgpred.listings.core.assess import Assessment, Assessor
from torgpred.listings.core.desired import Product, desire
from torgpred.listings.core.pricing import PricingPolicy


def assessed(*offers: Offer, top: int = 3) -> Assessment:
    context = make_context(
        mappings={"7": "100", "8": "100"}, policy=PricingPolicy(commission=D(10))
    )
    assessor = Assessor()
    for offer in offers:
        assessor.add(desire(Product((offer,)), context))
    return assessor.summary(top)


def offers(prefix: str, count: int, **overrides: object) -> list[Offer]:
    return [make_offer(key=f"{prefix}{number}", **overrides) for number in range(count)]


def test_answers_are_ranked_by_what_they_free_given_those_before() -> None:
    made = assessed(
        *offers("ok", 4),
        *offers("w", 3, weight_kg=None),
        *offers("wp", 2, weight_kg=None, package=None),
        *offers("c", 4, category="8", params=()),
        *offers("pic", 5, pictures=()),
    )
    assert (made.offers, made.ready, made.beyond_answers) == (18, 4, 5)
    assert made.answers == (
        Answer("parcel", "7", frees=5, cumulative=5, concerns=5),
        Answer("attribute:2", "8", frees=4, cumulative=9, concerns=4),
    )
    assert [(one.code, one.offers) for one in made.held] == [
        ("pictures.too_few", 5),
        ("weight.missing", 5),
        ("attribute.missing", 4),
        ("package.missing", 2),
    ]


def test_answers_that_free_only_together_are_both_given() -> None:
    made = assessed(*offers("x", 3, weight_kg=None, params=(Param("Длина", "70 см"),)))
    assert [(one.frees, one.cumulative) for one in made.answers] == [(0, 0), (3, 3)]


def test_the_example_is_the_offer_in_the_middle() -> None:
    prices = [make_offer(key=str(price), price=D(price)) for price in (10, 500, 90, 20, 70)]
    example = assessed(*prices).example
    assert example is not None
    assert (example.sku, example.price, example.keeps) == ("70", D(70), D(63))


def test_a_held_variant_counts_alone() -> None:
    sizes = [
        make_offer(
            key=key, product_key="P", price=price,
            params=(Param("Цвет", "красный"), Param("Размер", key)),
        )
        for key, price in (("M", D(1)), ("L", None), ("S", D(1)))
    ]  # fmt: skip
    assessor = Assessor()
    assessor.add(desire(Product(tuple(sizes)), make_context()))
    made = assessor.summary()
    assert (made.offers, made.ready, made.held[0].offers) == (3, 2, 1)


def test_an_empty_catalogue_is_no_fault() -> None:
    made = assessed()
    assert (made.offers, made.ready, made.example, made.answers) == (0, 0, None, ())


needs = st.dictionaries(
    st.frozensets(
        st.tuples(st.sampled_from(["parcel", "category", "brand"]), st.sampled_from("12")),
        min_size=1,
    ),
    st.integers(1, 50),
)


@given(needs)
def test_all_answers_together_free_everything_and_the_first_has_the_largest_share(
    found: dict[frozenset[Need], int],
) -> None:
    answers = ranked_answers(Counter(found), top=100)
    assert sum(one.frees for one in answers) == sum(found.values())
    assert all(
        one.cumulative == sum(other.frees for other in answers[: number + 1])
        for number, one in enumerate(answers)
    )
    if answers:
        shares: dict[Need, float] = {}
        for wanted, count in found.items():
            for need in wanted:
                shares[need] = shares.get(need, 0) + count / len(wanted)
        first = shares[answers[0].fact, answers[0].group]
        assert first == pytest.approx(max(shares.values()))


def test_a_package_counts_with_the_weight_as_one_answer() -> None:
    made = assessed(
        *offers("p", 2, package=None), *offers("q", 1, package=Package(D(0), D(1), D(1)))
    )
    assert [(one.fact, one.frees) for one in made.answers] == [("parcel", 3)]

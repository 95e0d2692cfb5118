"""Statements are kept, dated, undone, and private to their seller."""

import pytest

from torgpred.catalogue import selectors, services


def test_a_statement_holds_until_it_is_undone(seller_a: int, seller_b: int) -> None:
    weight = services.state_fact(
        seller_id=seller_a, kind="weight_kg", value="0.3", category="7", given_by="anna"
    )
    country = services.state_fact(
        seller_id=seller_a, kind="country", value="RU", everything=True, given_by="anna"
    )
    assert selectors.statements(seller_a) == [weight, country]
    assert selectors.statements(seller_a, kind="country") == [country]
    assert selectors.statements(seller_b) == []
    undone = services.undo_statement(seller_id=seller_a, statement_id=weight.id, undone_by="boris")
    assert undone.undone_at is not None
    assert selectors.statements(seller_a) == [country]
    assert [s.id for s in selectors.statements(seller_a, undone=True)] == [weight.id, country.id]


def test_only_a_statement_in_force_of_the_same_seller_can_be_undone(
    seller_a: int, seller_b: int
) -> None:
    card = services.state_fact(
        seller_id=seller_a, kind="country", value="RU", keys=["B", "A", "A"], given_by="anna"
    )
    assert card.keys == ("A", "B")
    with pytest.raises(services.UnknownStatementError):
        services.undo_statement(seller_id=seller_b, statement_id=card.id, undone_by="x")
    services.undo_statement(seller_id=seller_a, statement_id=card.id, undone_by="x")
    with pytest.raises(services.UnknownStatementError):
        services.undo_statement(seller_id=seller_a, statement_id=card.id, undone_by="x")


@pytest.mark.parametrize(
    "group", [{}, {"category": "7", "keys": ["A"]}, {"category": "7", "everything": True}]
)
def test_a_statement_is_about_one_group(seller_a: int, group: dict[str, object]) -> None:
    with pytest.raises(services.StatementGroupError):
        services.state_fact(seller_id=seller_a, kind="k", value=1, given_by="a", **group)  # type: ignore[arg-type]

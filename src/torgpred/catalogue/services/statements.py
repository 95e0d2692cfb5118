"""Statements: facts about groups of offers, given by a person, undoable."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from torgpred.catalogue.models import GroupBy, Statement
from torgpred.catalogue.selectors import StatementCard, statement_card
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import scope


class StatementGroupError(TorgpredError):
    """A statement that says neither or both of a category and keys."""

    code = "statement.group"
    template = "Say of which offers: of one category, of some keys, or of all."


class UnknownStatementError(TorgpredError):
    """No such statement of this seller, or it was undone before."""

    code = "statement.unknown"
    template = "There is no statement {number} in force."


class NewStatement(msgspec.Struct, frozen=True):
    """A fact to be kept, about one of: a category, some keys, everything."""

    kind: str
    value: Any
    category: str = ""
    keys: tuple[str, ...] = ()
    everything: bool = False


def state_fact(
    *,
    seller_id: int,
    kind: str,
    value: Any,  # noqa: ANN401 - any JSON; its kind knows the shape
    given_by: str,
    category: str = "",
    keys: Iterable[str] = (),
    everything: bool = False,
) -> StatementCard:
    """Keep a fact about the offers of a category, of some keys, or about everything of a seller.

    A later statement of a kind goes before an earlier one. Raises StatementGroupError.
    """
    new = NewStatement(kind, value, category, tuple(keys), everything)
    return state_facts(seller_id=seller_id, facts=[new], given_by=given_by)[0]


def state_facts(
    *, seller_id: int, facts: Sequence[NewStatement], given_by: str
) -> list[StatementCard]:
    """Keep many facts at once, all or none; later ones of a kind go before earlier ones.

    Raises StatementGroupError.
    """
    given_at = now()
    rows = [
        Statement(
            seller_id=seller_id,
            kind=one.kind,
            value=one.value,
            group_by=_group_by(one),
            category=one.category,
            keys=sorted(set(one.keys)),
            given_by=given_by,
            given_at=given_at,
        )
        for one in facts
    ]
    if not rows:
        return []
    with scope(seller_id):
        Statement.objects.bulk_create(rows)
        wake("catalogue.changed")
        return [statement_card(row) for row in rows]


def _group_by(fact: NewStatement) -> GroupBy:
    if bool(fact.category) + bool(fact.keys) + fact.everything != 1:
        raise StatementGroupError
    return GroupBy.CATEGORY if fact.category else GroupBy.KEYS if fact.keys else GroupBy.ALL


def undo_statement(*, seller_id: int, statement_id: int, undone_by: str) -> StatementCard:
    """End a statement; it stays in the history. Raises UnknownStatementError."""
    with scope(seller_id):
        rows = Statement.objects.select_for_update().filter(
            seller_id=seller_id, pk=statement_id, undone_at=None
        )
        row = rows.first()
        if row is None:
            raise UnknownStatementError(number=statement_id)
        row.undone_at, row.undone_by = now(), undone_by
        row.save(update_fields=["undone_at", "undone_by"])
        wake("catalogue.changed")
        return statement_card(row)

"""Statements: facts about groups of offers, given by a person, undoable."""

from collections.abc import Iterable
from typing import Any

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
    chosen = sorted(set(keys))
    if bool(category) + bool(chosen) + everything != 1:
        raise StatementGroupError
    group = GroupBy.CATEGORY if category else GroupBy.KEYS if chosen else GroupBy.ALL
    with scope(seller_id):
        row = Statement.objects.create(
            seller_id=seller_id,
            kind=kind,
            value=value,
            group_by=group,
            category=category,
            keys=chosen,
            given_by=given_by,
            given_at=now(),
        )
        wake("catalogue.changed")
        return statement_card(row)


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

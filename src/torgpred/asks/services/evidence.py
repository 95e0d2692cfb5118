"""Figures made for an ask, each sealed over the one before, and struck from its evidence."""

from torgpred.asks.core.entries import checked_line
from torgpred.asks.core.errors import UnknownPartError
from torgpred.asks.core.library import query as query_of
from torgpred.asks.core.parameters import Given, checked
from torgpred.asks.core.values import FigureCard
from torgpred.asks.models import Ask, Figure
from torgpred.asks.selectors import figure
from torgpred.asks.services.finding import held
from torgpred.asks.services.sealed import measured
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope


def add_figure(*, code: str, query: str, params: Given, made_by: str, says: str = "") -> FigureCard:
    """Make a figure as of now by a query of the library, and seal it into the ask's chain.

    Raises UnknownAskError, OverError, UnknownQueryError, UnfitParameterError, UnfitAskError,
    TooHeavyError.
    """
    chosen = query_of(query)
    given = checked(chosen, params)
    said = checked_line("meaning", says, 300, needed=False)
    with operator_scope():
        row = held(code)
        number = row.figures + 1
        columns = measured(
            place=f"{row.code}/{number}", query=chosen, params=given, as_of=now(),
            previous=bytes(row.head),
        )  # fmt: skip
        Figure.objects.create(
            tenant_id=row.tenant_id, ask=row, number=number, says=said, made_by=made_by[:254],
            **columns,
        )  # fmt: skip
        row.figures, row.head = number, columns["seal"]
        row.save(update_fields=["figures", "head"])
        return figure(row.code, number)


def strike_figure(*, code: str, number: int, struck_by: str) -> FigureCard:
    """Take a figure out of the evidence; it stays in the chain, where it can be seen as struck.

    Twice is the same as once. Raises UnknownAskError, OverError, UnknownPartError.
    """
    with operator_scope():
        row = held(code)
        found = _figure(row, number)
        if found.struck_at is None:
            found.struck_at, found.struck_by = now(), struck_by[:254]
            found.save(update_fields=["struck_at", "struck_by"])
        return figure(row.code, number)


def _figure(row: Ask, number: int) -> Figure:
    found = Figure.objects.filter(ask=row, number=number).first()
    if found is None:
        raise UnknownPartError(ask=row.code, what="figure", given=number)
    return found

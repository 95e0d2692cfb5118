"""Promises, answers and deliveries written down, and the rule on small groups."""

from typing import IO

from torgpred.asks.core.entries import (
    checked_day,
    checked_line,
    checked_number,
    checked_side,
    checked_text,
)
from torgpred.asks.core.errors import UnfitAskError, UnknownPartError
from torgpred.asks.core.states import MOVES, AskState
from torgpred.asks.core.values import AskCard
from torgpred.asks.core.withholding import SmallGroups as Rule
from torgpred.asks.models import Answer, Delivery, Figure, Promise, SmallGroups
from torgpred.asks.selectors import ask
from torgpred.asks.services.asking import go
from torgpred.asks.services.finding import held, owner
from torgpred.kernel.clock import now
from torgpred.runtime import files
from torgpred.runtime.scope import operator_scope

LARGEST = 16 << 20
"""Bytes of a file that comes with an answer."""


def promise(*, code: str, side: str, who: str, what: str, said_by: str, due: str = "") -> int:
    """Write down what one side promised, by a day or without one; return its number. Audited.

    Raises UnknownAskError, OverError, UnfitAskError.
    """
    whose = checked_side(side)
    with operator_scope():
        row = held(code)
        made = Promise.objects.create(
            tenant_id=row.tenant_id, ask=row, side=whose.value,
            who=checked_line("name", who, 200), what=checked_line("promise", what, 1000),
            due=checked_day("day", due) if due else None, said_by=said_by[:254], said_at=now(),
        )  # fmt: skip
        return made.pk


def tell_kept(*, code: str, number: int, kept: bool | None, said_by: str) -> None:
    """Say whether a promise was kept; None: not known any more. Audited.

    Raises UnknownAskError, UnknownPartError.
    """
    with operator_scope():
        row = held(code, over=True)
        found = Promise.objects.filter(ask=row, pk=number).first()
        if found is None:
            raise UnknownPartError(ask=row.code, what="promise", given=number)
        found.kept, found.said_by, found.said_at = kept, said_by[:254], now()
        found.save(update_fields=["kept", "said_by", "said_at"])


def answer(
    *,
    code: str,
    day: str,
    text: str,
    entered_by: str,
    who: str = "",
    file: IO[bytes] | None = None,
    file_name: str = "",
) -> AskCard:
    """Keep what the marketplace answered, with the file it came in; a sent ask is answered then.

    Raises UnknownAskError, OverError, UnfitAskError, also for an answer that holds nothing;
    FileTooLargeError.
    """
    when, said = checked_day("day", day), checked_text("answer", text)
    if not said and file is None:
        raise UnfitAskError(what="answer", value="", why="give its text, a file, or both")
    ref = files.store().put(file, limit=LARGEST) if file is not None else ""
    named = checked_line("file name", file_name, 255, needed=False) if file is not None else ""
    with operator_scope():
        row = held(code)
        Answer.objects.create(
            tenant_id=row.tenant_id, ask=row, day=when, text=said,
            who=checked_line("name", who, 200, needed=False), file=ref, file_name=named,
            entered_by=entered_by[:254], entered_at=now(),
        )  # fmt: skip
        if AskState.ANSWERED in MOVES[AskState(row.state)]:
            go(row, AskState.ANSWERED, by=entered_by)
        return ask(row.code)


def deliver(*, code: str, day: str, what: str, entered_by: str, figure: int = 0) -> AskCard:
    """Write down what was delivered, and which figure of the ask tells its worth (0: none).

    Raises UnknownAskError, OverError, UnfitAskError, UnknownPartError.
    """
    when, said = checked_day("day", day), checked_line("delivery", what, 1000)
    with operator_scope():
        row = held(code)
        worth = Figure.objects.filter(ask=row, number=figure).first() if figure else None
        if figure and worth is None:
            raise UnknownPartError(ask=row.code, what="figure", given=figure)
        Delivery.objects.create(
            tenant_id=row.tenant_id, ask=row, day=when, what=said, figure=worth,
            entered_by=entered_by[:254], entered_at=now(),
        )  # fmt: skip
        return ask(row.code)


def set_small_groups(*, least: int, most_share: int) -> Rule:
    """Choose the rule on small groups: the fewest sellers, and the largest share of one of them.

    A figure that breaks it is not shown outside. The share is in per cent. Audited.
    Raises UnfitAskError.
    """
    rule = Rule(
        checked_number("number of sellers", least, 1, 1_000),
        checked_number("share in per cent", most_share, 1, 100),
    )
    operator = owner()
    with operator_scope():
        SmallGroups.objects.update_or_create(
            tenant_id=operator.id, defaults={"least": rule.least, "most_share": rule.most_share}
        )
    return rule

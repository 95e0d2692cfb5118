"""Reads of asks: the register, one ask with all its parts for the operator, a seller's cases."""

from collections.abc import Sequence
from datetime import UTC, date

import msgspec
from django.db.models import QuerySet

from torgpred.asks.core.adding import Cell, Value
from torgpred.asks.core.clocks import Timeliness, timeliness
from torgpred.asks.core.errors import UnknownAskError, UnknownPartError
from torgpred.asks.core.states import OVER, AskState, ClockState, JoiningState, Kind, Side
from torgpred.asks.core.values import (
    AnswerCard,
    AskCard,
    ClockCard,
    DeliveryCard,
    FigureCard,
    JoiningCard,
    MoveCard,
    PromiseCard,
    WholeAsk,
)
from torgpred.asks.core.withholding import SmallGroups as Rule
from torgpred.asks.models import (
    Answer,
    Ask,
    Clock,
    Delivery,
    Figure,
    Joining,
    Move,
    Promise,
    SmallGroups,
)
from torgpred.kernel import ids
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope


def code_of(given: str) -> str:
    """Return the code that is meant: in capitals, misread letters and dashes forgiven."""
    number = ids.decode(given)
    return given.strip().upper()[:8] if number is None else ids.encode(number)


def asks(
    *, state: str = "", kind: str = "", family: str = "", text: str = "", before: int = 0,
    limit: int = 50,
) -> list[AskCard]:  # fmt: skip
    """Return asks, the newest first, before the one with an id. For the operator's eyes.

    `state` "open" is all that are not over; `text` is looked for in titles and codes.
    """
    with operator_scope():
        rows = Ask.objects.order_by("-id")
        if state == "open":
            rows = rows.exclude(state__in=[one.value for one in OVER])
        elif state:
            rows = rows.filter(state=state)
        for name, value in (("kind", kind), ("family", family)):
            rows = rows.filter(**{name: value}) if value else rows
        if text:
            rows = rows.filter(title__icontains=text) | rows.filter(code=code_of(text))
        if before:
            rows = rows.filter(pk__lt=before)
        found = list(rows[:limit])
        due = _due(found)
    today = _today()
    return [_card(one, due.get(one.pk), today) for one in found]


def ask(given: str) -> AskCard:
    """Return an ask by its code, in any case. For the operator's eyes. Raises UnknownAskError."""
    with operator_scope():
        row = _row(given)
        due = _due([row])
    return _card(row, due.get(row.pk), _today())


def whole(given: str) -> WholeAsk:
    """Return an ask with all its parts. For the operator's eyes. Raises UnknownAskError."""
    with operator_scope():
        card = ask(given)
        figures = Figure.objects.filter(ask_id=card.id).order_by("number")
        moves = Move.objects.filter(ask_id=card.id).order_by("id")
        promises = Promise.objects.filter(ask_id=card.id).order_by("id")
        clocks = Clock.objects.filter(ask_id=card.id).select_related("ask").order_by("due", "id")
        answers = Answer.objects.filter(ask_id=card.id).order_by("day", "id")
        handed = Delivery.objects.filter(ask_id=card.id).select_related("figure")
        today = _today()
        return WholeAsk(
            card,
            tuple(figure_card(one) for one in figures),
            tuple(MoveCard(one.before, one.after, one.note, one.by, one.at) for one in moves),
            tuple(
                PromiseCard(one.pk, Side(one.side), one.who, one.what, one.due, one.kept)
                for one in promises
            ),
            tuple(_clock_card(one, today) for one in clocks),
            tuple(
                AnswerCard(one.pk, one.day, one.who, one.text, one.file, one.file_name)
                for one in answers
            ),
            tuple(
                DeliveryCard(one.day, one.what, one.figure.number if one.figure else None)
                for one in handed.order_by("day", "id")
            ),
            tuple(joinings(card.code)),
        )


def figure(given: str, number: int) -> FigureCard:
    """Return one figure of an ask. Raises UnknownAskError, UnknownPartError."""
    with operator_scope():
        row = _row(given)
        found = Figure.objects.filter(ask=row, number=number).first()
    if found is None:
        raise UnknownPartError(ask=row.code, what="figure", given=number)
    return figure_card(found)


def answer_file(given: str, number: int) -> AnswerCard:
    """Return an answer that came with a file. Raises UnknownAskError, UnknownPartError."""
    found = next((one for one in whole(given).answers if one.id == number and one.file), None)
    if found is None:
        raise UnknownPartError(ask=given[:40], what="file", given=number)
    return found


def due_soon(*, limit: int = 200) -> list[ClockCard]:
    """Return running clocks that are overdue or within their days of reminding, by day."""
    today = _today()
    with operator_scope():
        rows = Clock.objects.filter(state=ClockState.RUNNING.value).select_related("ask")
        found = [_clock_card(one, today) for one in rows.order_by("due", "id")]
    return [one for one in found if one.stands in {Timeliness.SOON, Timeliness.OVERDUE}][:limit]


def small_groups() -> Rule:
    """Return the operator's rule on small groups; the default where none was chosen."""
    with operator_scope():
        row = SmallGroups.objects.first()
    return Rule() if row is None else Rule(row.least, row.most_share)


def joinings(given: str) -> list[JoiningCard]:
    """Return the sellers' parts of a complaint, as they were asked. For the operator's eyes."""
    with operator_scope():
        rows = Joining.objects.filter(ask_code=code_of(given)).order_by("id")
        return [joining_card(one) for one in rows]


def cases_of(seller_id: int) -> list[JoiningCard]:
    """Return the cases that a seller was asked to join, the newest first: its own part alone."""
    with scope(seller_id):
        return [joining_card(one) for one in Joining.objects.order_by("-asked_at", "-id")]


def figure_card(row: Figure) -> FigureCard:
    """Return a figure as a frozen value."""
    return FigureCard(
        row.number, row.query, row.version, row.sql, row.params, row.as_of, row.rows,
        bytes(row.rows_digest).hex(), msgspec.convert(row.value, Value), cells_of(row),
        bytes(row.seal).hex(), row.says, row.made_by, row.struck_at,
    )  # fmt: skip


def cells_of(row: Figure | Joining) -> tuple[Cell, ...]:
    """Return a sealed number's sums by group and seller (within this area)."""
    return msgspec.convert(row.cells, tuple[Cell, ...])


def joining_card(row: Joining) -> JoiningCard:
    """Return a seller's part of a case as a frozen value."""
    return JoiningCard(
        row.ask_code, row.seller_id, row.family, row.title, row.texts, row.query, row.params,
        row.as_of, row.rows, msgspec.convert(row.value, Value), bytes(row.seal).hex(),
        JoiningState(row.state), row.asked_by, row.asked_at, row.decided_by, row.decided_at,
    )  # fmt: skip


def _row(given: str) -> Ask:
    row = Ask.objects.filter(code=code_of(given)).first()
    if row is None:
        raise UnknownAskError(given=given[:40])
    return row


def _card(row: Ask, due: date | None, today: date) -> AskCard:
    effect = row.effect or {}
    return AskCard(
        row.pk, row.code, row.family, Kind(row.kind), row.title, row.texts, row.asked_by,
        row.campaign, AskState(row.state), row.made_by, row.made_at, row.figures,
        bytes(row.head).hex(), effect.get("query", ""), effect.get("params", {}), due,
        due is not None and due < today,
    )  # fmt: skip


def _due(rows: Sequence[Ask]) -> dict[int, date]:
    """Return the nearest day of each ask's running clocks and open promises."""
    keys = [one.pk for one in rows if AskState(one.state) not in OVER]
    clocks: QuerySet[Clock] = Clock.objects.filter(ask_id__in=keys, state=ClockState.RUNNING.value)
    promises = Promise.objects.filter(ask_id__in=keys, kept=None, due__isnull=False)
    found: dict[int, date] = {}
    for key, day in [
        *clocks.values_list("ask_id", "due"),
        *promises.values_list("ask_id", "due"),
    ]:
        if day is not None:
            found[key] = min(day, found.get(key, day))
    return found


def _clock_card(row: Clock, today: date) -> ClockCard:
    state = ClockState(row.state)
    return ClockCard(
        row.pk, row.ask.code, row.rule, row.title, row.event, row.started, row.days, row.due,
        row.source, row.remind_days, state, timeliness(state, row.due, row.remind_days, today),
    )  # fmt: skip


def _today() -> date:
    return now().astimezone(UTC).date()

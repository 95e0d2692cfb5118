"""The register: legal moves, promises, clocks, answers with their papers, deliveries."""

from datetime import UTC, date, datetime
from hashlib import sha256
from io import BytesIO
from itertools import product

import pytest
from tests.db.asks.making import WINDOW, make_ask, make_sellers
from tests.db.conftest import make_tenant
from tests.db.orders.making import make_warehouse, run

from torgpred.asks import selectors
from torgpred.asks.core.clocks import CLOCKS, Timeliness
from torgpred.asks.core.errors import (
    IllegalMoveError,
    NotReadyError,
    OverError,
    UnfitAskError,
    UnknownAskError,
    UnknownPartError,
)
from torgpred.asks.core.states import MOVES, AskState
from torgpred.asks.selectors import due_soon, whole
from torgpred.asks.services import asking, evidence, keeping, timing
from torgpred.runtime import files

pytestmark = pytest.mark.django_db


def test_an_ask_is_found_by_a_code_as_it_may_be_misread() -> None:
    code = make_ask().code

    assert selectors.ask(f" {code[:2].lower()}-{code[2:].lower()}").code == code
    with pytest.raises(UnknownAskError):
        selectors.ask("NONE")


@pytest.mark.parametrize(("before", "after"), [*product(AskState, AskState)])
def test_only_legal_moves_are_made(before: AskState, after: AskState) -> None:
    code = make_ask().code
    keeping.deliver(code=code, day="2026-11-12", what="Витрина", entered_by="boss")
    run("UPDATE asks_ask SET state = %s", before.value)

    if after in MOVES[before]:
        assert asking.move_ask(code=code, wanted=after.value, by="boss").state is after
        assert whole(code).moves[-1].after == after
    else:
        with pytest.raises(IllegalMoveError):
            asking.move_ask(code=code, wanted=after.value, by="boss")


def test_what_is_missing_keeps_an_ask_where_it_is() -> None:
    code = make_ask(texts={}).code

    with pytest.raises(NotReadyError):
        asking.move_ask(code=code, wanted="sent", by="boss")
    asking.word_ask(code=code, title="Место", texts={"ru": "Просим."})
    asking.move_ask(code=code, wanted="sent", by="boss")
    with pytest.raises(UnfitAskError):
        asking.word_ask(code=code, title="Другое", texts={})
    asking.move_ask(code=code, wanted="agreed", by="boss")
    with pytest.raises(NotReadyError):
        asking.move_ask(code=code, wanted="delivered", by="boss")


def test_an_answer_keeps_its_paper_and_moves_a_sent_ask() -> None:
    code = make_ask().code
    asking.move_ask(code=code, wanted="sent", by="boss")

    keeping.answer(
        code=code, day="2026-11-20", text="Согласны.", who="Маркетплейс", entered_by="boss",
        file=BytesIO(b"paper"), file_name="answer.pdf",
    )  # fmt: skip

    found = whole(code)
    assert found.card.state is AskState.ANSWERED
    assert found.answers[0].file == sha256(b"paper").hexdigest()
    assert files.read(found.answers[0].file, limit=100) == b"paper"
    with pytest.raises(UnfitAskError):
        keeping.answer(code=code, day="2026-11-20", text=" ", entered_by="boss")


def test_what_was_delivered_is_worth_a_figure_of_the_same_ask() -> None:
    make_sellers([100])
    one, other = make_ask().code, make_ask().code
    evidence.add_figure(code=one, query="sold", params=WINDOW, made_by="boss")

    keeping.deliver(code=one, day="2026-11-12", what="Слот", entered_by="boss", figure=1)
    with pytest.raises(UnknownPartError):
        keeping.deliver(code=other, day="2026-11-12", what="Слот", entered_by="boss", figure=1)

    assert whole(one).deliveries[0].figure == 1


def test_a_promise_is_open_until_somebody_tells() -> None:
    code = make_ask().code
    number = keeping.promise(
        code=code, side="theirs", who="Рынок", what="Слот", due="2026-11-01", said_by="boss"
    )

    assert selectors.ask(code).due == date(2026, 11, 1)
    keeping.tell_kept(code=code, number=number, kept=False, said_by="boss")
    assert selectors.ask(code).due is None
    assert whole(code).promises[0].kept is False
    with pytest.raises(UnknownPartError):
        keeping.tell_kept(code=make_ask().code, number=number, kept=True, said_by="boss")


@pytest.mark.parametrize(
    ("today", "stands"),
    [
        (datetime(2026, 3, 12, 23, 59, tzinfo=UTC), Timeliness.AHEAD),
        (datetime(2026, 3, 13, tzinfo=UTC), Timeliness.SOON),
        (datetime(2026, 3, 16, 23, 59, tzinfo=UTC), Timeliness.SOON),
        (datetime(2026, 3, 17, tzinfo=UTC), Timeliness.OVERDUE),
    ],
)
def test_a_clock_runs_from_its_event(
    today: datetime, stands: Timeliness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selectors, "now", lambda: today)
    code = make_ask("rule").code

    (number,) = timing.start_clock(code=code, rule="eu.terms", started="2026-03-01", said_by="boss")

    (one,) = whole(code).clocks
    assert (one.due, one.stands) == (date(2026, 3, 16), stands)
    assert "2019/1150" in one.source
    assert [one.ask for one in due_soon()] == ([code] if stands is not Timeliness.AHEAD else [])
    timing.stop_clock(code=code, number=number, state="met", said_by="boss")
    assert due_soon() == []


def test_the_precedent_starts_a_clock_for_each_stage_and_a_look_back_runs_backward() -> None:
    code = make_ask("complaint").code
    timing.start_clock(code=code, rule="fas.2025", started="2026-08-01", said_by="boss")
    timing.start_clock(code=code, rule="amazon.look_back", started="2026-11-11", said_by="boss")

    told = [(one.title, one.due) for one in whole(code).clocks]

    assert told == [
        ("FAS precedent of 2025: expert council", date(2026, 10, 2)),
        ("Amazon price look-back", date(2026, 10, 12)),
        ("FAS precedent of 2025: deadline set by FAS", date(2026, 10, 30)),
        ("FAS precedent of 2025: rules withdrawn", date(2026, 11, 1)),
    ]


def test_a_clock_without_a_length_asks_for_one() -> None:
    code = make_ask("complaint").code

    with pytest.raises(UnfitAskError, match="number of days"):
        timing.start_clock(code=code, rule="eu.complaint", started="2026-08-01", said_by="boss")
    timing.start_clock(
        code=code, rule="eu.complaint", started="2026-08-01", said_by="boss", days=20
    )
    timing.start_own_clock(
        code=code, title="Ответ", event="письмо", source="договор, п. 4", days=10,
        started="2026-08-01", said_by="boss",
    )  # fmt: skip
    assert len(whole(code).clocks) == 2
    assert all(one.source for one in CLOCKS)


def test_nothing_is_added_to_an_ask_that_is_over() -> None:
    code = make_ask().code
    asking.move_ask(code=code, wanted="withdrawn", by="boss")

    with pytest.raises(OverError):
        evidence.add_figure(code=code, query="sold", params=WINDOW, made_by="boss")
    with pytest.raises(OverError):
        keeping.promise(code=code, side="ours", who="x", what="y", said_by="boss")


def test_days_of_local_stock_are_those_with_pieces_in_the_country() -> None:
    seller = make_tenant("seller", "S-1")
    home, abroad = make_warehouse(seller, "M"), make_warehouse(seller, "C", country="CN")
    for place, day, pieces in ((home, 5, 10), (home, 8, -10), (home, 9, 1), (abroad, 1, 99)):
        run(
            "INSERT INTO stock_movement (seller_id, sku, warehouse_id, pieces, kind, reference,"
            " actor, at) VALUES (%s, 'A', %s, %s, 'hand', '', '', %s)",
            seller, place, pieces, datetime(2026, 11, day, tzinfo=UTC),
        )  # fmt: skip
    code = make_ask("programme").code

    def days(since: str, until: str) -> str:
        made = evidence.add_figure(
            code=code, query="local_days", made_by="boss",
            params={"since": since, "until": until, "country": "RU"},
        )  # fmt: skip
        return str(made.value.total.get("days", ""))

    assert days("2026-11-01", "2026-11-11") == "5.00"
    assert days("2026-11-07", "2026-11-09") == "1.00"
    assert days("2026-11-01", "2026-11-05") == ""

"""The live board: everybody's own figures, one reading for all, and nobody in the others' way."""

import asyncio
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from starlette.types import Message
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse, put

from torgpred.accounts import services
from torgpred.accounts.core.values import TenantCard
from torgpred.site.app import application
from torgpred.web.board import figures, showing
from torgpred.web.board.admitting import Ticket, admit, still_admitted
from torgpred.web.board.hub import A_PERSON, BEHIND, Hub
from torgpred.web.board.streaming import HUB, EventStream

pytestmark = pytest.mark.django_db
TENANT = TenantCard(7, "ALPHA", "seller", "Альфа", "RU", "")


@pytest.fixture(autouse=True)
def _nothing_read() -> None:
    figures.forget()


class Member:
    """Somebody signed in, with the cookies of a browser."""

    def __init__(self, tenant: TenantCard | None, name: str, role: str = "reader") -> None:
        self.email = f"{name}@example.org"
        self.user = services.ensure_person(email=self.email, name=name)
        if tenant is not None:
            services.ensure_member(
                tenant_id=tenant.id, email=self.email, name=name, role=role, user_id=self.user.pk
            )
        self.client = Client()
        self.client.force_login(self.user)
        self.cookies = {name: one.value for name, one in self.client.cookies.items()}


class World:
    """Two sellers, each with an order of today, and a shop where both sell."""

    def __init__(self) -> None:
        self.operator = services.ensure_operator()
        self.alpha = services.add_seller(name="Альфа", country="RU", code="ALPHA")
        self.beta = services.add_seller(name="Бета", country="RU", code="BETA")
        for seller, sku, price in ((self.alpha, "A", "111.11"), (self.beta, "B", "777.77")):
            put(seller.id, make_warehouse(seller.id), sku, 2)
            line = make_line(sku, price=Decimal(price), name="x")
            moment = datetime.now(UTC) - timedelta(seconds=1)
            order = make_order(
                seller.id, line, created_at=moment, updated_at=moment, ship_by=moment
            )
            Shop(seller.id).take(order)


@pytest.fixture
def world() -> World:
    return World()


async def read(
    path: str, cookies: dict[str, str], events: int = 1, query: str = "", **headers: str
) -> tuple[int, str]:
    """Open a stream as a browser does; return the status and what came until so many figures."""
    jar = "; ".join(f"{name}={value}" for name, value in cookies.items())
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), "scheme": "http", "server": ("localhost", 80),
        "root_path": "",
        "client": ("127.0.0.1", 1), "asgi": {"version": "3.0"}, "http_version": "1.1",
        "headers": [(b"host", b"localhost"), (b"cookie", jar.encode())]
        + [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }  # fmt: skip
    enough, told, status = asyncio.Event(), "", 0

    async def receive() -> Message:
        await enough.wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        nonlocal told, status
        status = message.get("status", status)
        told += message.get("body", b"").decode()
        if told.count("event: figures") >= events or not message.get("more_body", True):
            enough.set()

    await asyncio.wait_for(application(scope, receive, send), 120)
    return status, told


@pytest.mark.django_db(transaction=True)
def test_a_sellers_stream_holds_its_own_figures_and_nothing_of_another(world: World) -> None:
    member = Member(world.alpha, "anna")

    status, told = asyncio.run(read("/s/ALPHA/board/stream", member.cookies))

    assert status == 200
    assert "111.11" in told
    assert "777.77" not in told
    assert "Бета" not in told
    assert f"O-{world.beta.id}" not in told
    assert re.search(r"id: \d+\nevent: figures\ndata: <div", told)
    assert "event: course" in told
    assert HUB.watched == 0


@pytest.mark.django_db(transaction=True)
def test_the_managers_stream_holds_all_sellers(world: World) -> None:
    member = Member(world.operator, "maria", "manager")

    _, told = asyncio.run(read("/m/board/stream", member.cookies))

    assert "Альфа" in told
    assert "Бета" in told
    assert "888.88" in told


@pytest.mark.django_db(transaction=True)
def test_another_tenants_stream_is_not_there(world: World) -> None:
    anna = Member(world.alpha, "anna")
    for path in ("/s/BETA/board/stream", "/m/board/stream", "/s/NONE/board/stream"):
        assert asyncio.run(read(path, anna.cookies)) == (404, "No such board.")
    assert asyncio.run(read("/s/ALPHA/board/stream", {}))[0] == 404
    other_site = asyncio.run(
        read("/s/ALPHA/board/stream", anna.cookies, sec_fetch_site="cross-site")
    )
    assert other_site[0] == 404


@pytest.mark.parametrize("code", ["ALPHA", "BETA"])
def test_who_may_watch_whose_board(world: World, code: str) -> None:
    people = {
        "stranger": (Member(None, "stranger"), False),
        "alpha": (Member(world.alpha, "anna"), code == "ALPHA"),
        "beta": (Member(world.beta, "boris"), code == "BETA"),
        "manager": (Member(world.operator, "maria", "manager"), False),
    }
    found = {
        name: admit(one.cookies, "seller", code) is not None for name, (one, _) in people.items()
    }

    assert found == {name: may for name, (_, may) in people.items()}
    assert admit(people["manager"][0].cookies, "operator", "") is not None
    assert admit(people["alpha"][0].cookies, "operator", "") is None


def test_a_manager_who_stepped_in_watches_the_sellers_board(world: World) -> None:
    maria = Member(world.operator, "maria", "manager")
    from torgpred.accounts import selectors  # noqa: PLC0415

    member = selectors.member_of(world.operator.id, maria.email)
    services.represent(member_id=member.id, seller_id=world.alpha.id)
    ticket = admit(maria.cookies, "seller", "ALPHA")

    assert ticket is not None
    assert still_admitted([ticket]) == {ticket}


@pytest.mark.parametrize("what", ["ended", "new password", "signed out", "switched off"])
def test_whoever_may_no_longer_watch_is_found_out(world: World, what: str) -> None:
    from torgpred.accounts import selectors  # noqa: PLC0415

    anna, boris = Member(world.alpha, "anna"), Member(world.beta, "boris")
    tickets = {admit(anna.cookies, "seller", "ALPHA"), admit(boris.cookies, "seller", "BETA")}
    given = {one for one in tickets if one}
    assert still_admitted(given) == given
    user = User.objects.get(pk=anna.user.pk)
    if what == "ended":
        member = selectors.member_of(world.alpha.id, anna.email)
        services.end_membership(tenant_id=world.alpha.id, member_id=member.id)
    elif what == "new password":
        user.set_password("another long word")
        user.save()
    elif what == "signed out":
        anna.client.logout()
    else:
        user.is_active = False
        user.save()

    assert {one.user_id for one in still_admitted(given)} == {boris.user.pk}


def ticket(user: int = 1, tenant: int = 7, language: str = "en") -> Ticket:
    card = TenantCard(tenant, f"T{tenant}", "seller", "x", "RU", "")
    return Ticket(user, f"s{user}", "", 1, card, language)


def counted(reads: list[int]) -> Any:  # noqa: ANN401
    def make(tickets: Iterable[Ticket]) -> dict[tuple[int, str, int], tuple[str, str]]:
        found = list(tickets)
        reads.append(len(found))
        return {one.key: ("<b>n</b>", "<svg/>") for one in found}

    return make


SINCE = 1_794_355_200


class DrivenClock:
    """Time that passes only in sleeps, each of them ending `early` at first; and what is read."""

    def __init__(self, seconds: int, early: float = 0.0) -> None:
        self.now = SINCE + 0.25
        self.end = SINCE + seconds
        self.early = early
        self.ended = asyncio.Event()

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds - self.early if seconds > self.early else seconds
        if self.now >= self.end:
            self.ended.set()
            await asyncio.Event().wait()
        await asyncio.sleep(0)


def watched(people: int, hub: Hub, clock: DrivenClock) -> list[list[int]]:
    """Return the seconds that each of so many people was told."""

    async def watch() -> list[list[int]]:
        seats = [hub.enter(ticket(user)) for user in range(people)]
        seen: list[list[int]] = [[] for _ in seats]

        async def take(place: int) -> None:
            seat = seats[place]
            assert seat is not None
            while True:
                seen[place].append((await seat.waiting.get()).second)

        taking = [asyncio.ensure_future(take(place)) for place in range(people)]
        await asyncio.wait_for(clock.ended.wait(), 60)
        for one in taking:
            one.cancel()
        return seen

    return asyncio.run(watch())


@pytest.mark.parametrize("early", [0.0, 0.001])
def test_two_hundred_streams_cost_one_reading_a_second_and_miss_none(early: float) -> None:
    reads: list[int] = []
    clock = DrivenClock(30, early)
    hub = Hub(counted(reads), set, clock, clock.sleep)

    seen = watched(200, hub, clock)

    assert reads == [1] * 30
    assert seen == [list(range(SINCE, SINCE + 30))] * 200


def test_a_reading_longer_than_a_second_leaves_seconds_out_and_tells_none_twice() -> None:
    clock = DrivenClock(10)

    def slow(tickets: Iterable[Ticket]) -> dict[tuple[int, str, int], tuple[str, str]]:
        clock.now += 2.5
        return {one.key: ("<b>n</b>", "<svg/>") for one in tickets}

    seen = watched(2, Hub(slow, set, clock, clock.sleep), clock)

    assert seen == [list(range(SINCE, SINCE + 10, 3))] * 2


def test_a_client_that_takes_nothing_is_dropped_and_the_others_go_on() -> None:
    hub = Hub(counted([]), set)

    async def watch() -> tuple[bool, bool]:
        slow, quick = hub.enter(ticket(1)), hub.enter(ticket(2))
        assert slow is not None
        assert quick is not None
        began = time.monotonic()
        stuck = asyncio.Event()

        async def never(message: Message) -> None:
            await stuck.wait()

        async def receive() -> Message:
            await stuck.wait()
            return {"type": "http.disconnect"}

        sending = asyncio.ensure_future(EventStream(hub, slow)({}, receive, never))
        while not slow.over.is_set() and time.monotonic() - began < BEHIND + 60:
            if not quick.waiting.empty():
                quick.waiting.get_nowait()
            await asyncio.sleep(0.05)
        await asyncio.wait_for(sending, 120)
        going = not quick.over.is_set()
        hub.leave(quick)
        return slow.over.is_set(), going

    dropped, going = asyncio.run(watch())

    assert dropped
    assert going


def test_a_person_has_so_many_streams_and_no_more() -> None:
    hub = Hub(counted([]), set)

    async def enter() -> tuple[int, bool, bool]:
        own = [hub.enter(ticket(1)) for _ in range(A_PERSON + 1)]
        other = hub.enter(ticket(2))
        first = own[0]
        assert first is not None
        hub.leave(first)
        return sum(one is not None for one in own), other is not None, bool(hub.enter(ticket(1)))

    assert asyncio.run(enter()) == (A_PERSON, True, True)


def test_who_comes_again_is_told_at_once_and_nothing_twice() -> None:
    hub = Hub(counted([]), set)

    async def again() -> tuple[bytes, bytes, bytes]:
        first = hub.enter(ticket(1))
        assert first is not None
        told = await asyncio.wait_for(first.waiting.get(), 120)
        known, new = hub.enter(ticket(2), told.second), hub.enter(ticket(3), told.second - 9)
        assert known is not None
        assert new is not None
        last = known.waiting.get_nowait()
        return last.figures, last.course, new.waiting.get_nowait().figures

    figures_known, course, figures_new = asyncio.run(again())

    assert figures_known == b""
    assert b"<svg/>" in course
    assert b"event: figures" in figures_new


def test_who_may_watch_no_more_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torgpred.web.board.hub.LOOK_AGAIN", 0)
    hub = Hub(counted([]), lambda all_of: {one for one in all_of if one.user_id == 2})

    async def watch() -> tuple[bool, bool]:
        gone, kept = hub.enter(ticket(1)), hub.enter(ticket(2))
        assert gone is not None
        assert kept is not None
        await asyncio.wait_for(gone.over.wait(), 120)
        return gone.over.is_set(), kept.over.is_set()

    assert asyncio.run(watch()) == (True, False)


def test_a_database_that_is_away_is_asked_again() -> None:
    asked: list[int] = []
    make = counted([])

    def failing(tickets: Iterable[Ticket]) -> dict[tuple[int, str, int], tuple[str, str]]:
        asked.append(1)
        if len(asked) == 1:
            raise ConnectionError
        found: dict[tuple[int, str, int], tuple[str, str]] = make(tickets)
        return found

    async def watch() -> bytes:
        seat = Hub(failing, set).enter(ticket(1))
        assert seat is not None
        return (await asyncio.wait_for(seat.waiting.get(), 120)).figures

    assert b"event: figures" in asyncio.run(watch())


def test_the_page_shows_the_figures_without_javascript(world: World) -> None:
    anna = Member(world.alpha, "anna")
    anna.client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    page = anna.client.get("/s/ALPHA/board/").content.decode()

    assert "₽111.11" in page
    assert "777.77" not in page
    assert '<noscript><meta http-equiv="refresh" content="10"></noscript>' in page
    assert 'data-theme="dark"' in page
    assert "no orders of that day are known here" in page


def test_the_board_shows_the_clock_of_the_desk(world: World) -> None:
    moment = datetime(2026, 11, 11, 21, 30, 5, tzinfo=UTC)
    board = figures.board(world.alpha, lambda: moment)

    assert ">00:30:05<" in showing.figures_of(board, "en")
    assert board.slow.since.isoformat() == "2026-11-12T00:00:00+03:00"


def test_one_reading_serves_all_who_ask_within_a_second(world: World) -> None:
    moment = datetime.now(UTC)
    first = figures.board(world.operator, lambda: moment)
    again = figures.board(world.operator, lambda: moment + timedelta(seconds=0.5))
    later = figures.board(world.operator, lambda: moment + timedelta(seconds=1))

    assert again is first
    assert later is not first
    assert later.slow is first.slow

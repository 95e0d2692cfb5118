"""Members are told each thing once, in their language and hours, and nothing of anybody else's."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.db.orders.making import Shop, make_order, rows
from typing_extensions import override

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.accounts.core.values import MemberCard
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RetryLaterError
from torgpred.notices.core import kinds
from torgpred.notices.core.kinds import SAID, Kind
from torgpred.notices.selectors import notices
from torgpred.notices.services import gathering, post, sending
from torgpred.notices.services.gathering import Found, gather, look
from torgpred.notices.services.pruning import prune
from torgpred.notices.services.wishes import wish
from torgpred.runtime.options import options

# Calls go out between transactions, as they do for real.
pytestmark = pytest.mark.django_db(transaction=True)
ALL = [one.value for one in Kind]


class Box:
    """What was mailed, instead of a server."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []
        self.fails: list[Exception] = []

    def send(self, to: str, subject: str, text: str) -> None:
        if self.fails:
            raise self.fails.pop(0)
        self.letters.append((to, subject, text))


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Box:
    found = Box()
    monkeypatch.setattr(post, "send", found.send)
    return found


def member(code: str = "ALPHA", name: str = "anna", language: str = "ru") -> MemberCard:
    known = {one.code for one in accounts.sellers()}
    seller = (
        accounts.tenant(code)
        if code in known
        else services.add_seller(name=f"Seller {code}", country="RU", code=code)
    )
    email = f"{name}@example.org"
    user = services.ensure_person(email=email, name=name)
    services.ensure_member(
        tenant_id=seller.id, email=email, name=name, role="staff", user_id=user.pk
    )
    rows("UPDATE accounts_member SET language = %s WHERE email = %s RETURNING id", language, email)
    return accounts.member_of(seller.id, email)


def choose(who: MemberCard, **overrides: Any) -> str:  # noqa: ANN401
    given: dict[str, Any] = {
        "wanted": [one for one in ALL if one != "digest"],
        "mail": True,
        "zone": "Europe/Moscow",
        "quiet": (0, 0),
        "digest_hour": 8,
        "webhook": "",
    }
    return wish(member=who, **(given | overrides))


def sell(who: MemberCard, number: int = 1) -> None:
    """An order that leaves within a day, of goods that are not there."""
    Shop(who.tenant_id).take(make_order(number, ship_by=now() + timedelta(hours=20)))


def send_all() -> None:
    while sending.send_next():
        pass


def test_a_thing_is_told_once_however_often_it_is_found(box: Box) -> None:
    anna = member()
    choose(anna)
    sell(anna)

    assert gather() == 2
    send_all()
    assert gather() == 0
    send_all()

    ((to, subject, text),) = box.letters
    assert to == "anna@example.org"
    assert subject == "Торгпред: Seller ALPHA, уведомлений: 2"
    assert "Продано и нет в наличии: A, штук — 1." in text
    assert "должны уйти до" in text
    assert {one.state for one in notices(anna.tenant_id)} == {"sent"}


def test_all_that_leaves_within_an_hour_is_told_together(box: Box) -> None:
    anna = member()
    choose(anna)
    at = now().replace(minute=5)
    tomorrow = (at + timedelta(days=1)).replace(second=0, microsecond=0)
    due = (tomorrow.replace(minute=10), tomorrow.replace(minute=50))
    shop = Shop(anna.tenant_id)
    shop.take(*(make_order(number, ship_by=one) for number, one in enumerate(due)))

    found = [one for one in look(at) if one.kind is Kind.SHIP_BY]
    later = [one for one in look(at.replace(minute=20)) if one.kind is Kind.SHIP_BY]

    assert [one.data["count"] for one in found] == [2]
    assert [one.key for one in later] == [one.key for one in found]


def test_a_shortage_that_changes_is_told_once_a_day(box: Box) -> None:
    anna = member()
    choose(anna)
    shop = Shop(anna.tenant_id)
    shop.take(make_order(1))
    gather()
    shop.take(make_order(2))
    rows("UPDATE orders_shortage SET settled_at = now() WHERE id = (SELECT min(id) FROM"
         " orders_shortage) RETURNING id")  # fmt: skip

    gather()

    kinds = [one.kind for one in notices(anna.tenant_id)]
    assert kinds.count("shortage") == 1


def test_of_dialogues_that_are_late_the_last_ones_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = member()
    shop = Shop(anna.tenant_id)
    rows(
        "INSERT INTO orders_dialogue (tenant_id, shop_id, buyer, order_number, last_at,"
        " waiting_since) SELECT %s, %s, 'b' || n, 'O-' || n, now(), now() - n * interval '2 days'"
        " FROM generate_series(0, 3) n RETURNING id",
        anna.tenant_id,
        shop.id,
    )
    monkeypatch.setattr(gathering, "MOST", 2)

    found = [one for one in look(now()) if one.kind is Kind.MESSAGE]
    assert [one.data["order"] for one in found] == ["O-1", "O-2"]


def test_a_shop_that_lets_nobody_in_is_told_by_its_orders_alone() -> None:
    shop = Shop(member().tenant_id)
    rows(
        "INSERT INTO orders_pull (tenant_id, shop_id, finished_until, cursor, trouble, pulled_at)"
        " VALUES (%s, %s, now(), '', 'the token is dead', now() - interval '50 minutes')"
        " RETURNING id",
        shop.owner,
        shop.id,
    )

    def told(hours: float) -> list[str]:
        found = look(now() + timedelta(hours=hours))
        return [one.data["shop"] for one in found if one.kind is Kind.ACCESS]

    assert told(0) == []
    assert len(told(0.5)) == 1
    rows("UPDATE channels_shop SET state = 'paused' WHERE id = %s RETURNING id", shop.id)
    assert told(0.5) == []


def test_old_notices_go_and_those_that_wait_stay(box: Box) -> None:
    anna = member()
    choose(anna)
    sell(anna)
    gather()
    send_all()
    rows("UPDATE orders_shortage SET sku = 'B' WHERE sku = 'A' RETURNING id")
    gather()
    before = {one.state for one in notices(anna.tenant_id)}
    assert before == {"sent", "waiting"}

    assert not prune(now() + timedelta(days=170))
    assert {one.state for one in notices(anna.tenant_id)} == before
    assert not prune(now() + timedelta(days=190))
    assert {one.state for one in notices(anna.tenant_id)} == {"waiting"}


def test_what_cannot_be_said_is_told_as_failed(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = member()
    choose(anna)
    sell(anna)
    gather()
    box.fails.append(ValueError("no port"))

    with pytest.raises(ValueError, match="no port"):
        sending.send_next()

    assert {(one.state, one.problem) for one in notices(anna.tenant_id)} == {
        ("failed", "ValueError: no port")
    }


@pytest.mark.parametrize(
    ("language", "words"), [("en", "have to leave by"), ("zh-hans", "须在"), ("ru", "должны уйти")]
)
def test_each_is_told_in_its_language(box: Box, language: str, words: str) -> None:
    anna = member(language=language)
    choose(anna)
    sell(anna)
    gather()
    send_all()

    assert words in box.letters[0][2]


EVERYTHING = {
    "count": 1, "pieces": 1, "ship": 1200, "short": 0, "late": 1, "at": "2026-11-11T09:30:00+00:00",
    "day": "2026-12-01", "sku": "A-1", "shop": "Лавка", "product": "Валенки", "order": "77",
    "paper": "EAC 1", "campaign": "11.11", "ask": "6YRRF", "what": "Слот",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "days", "thousand"),
    [
        ("en", ("11 Nov 2026, 12:30", "1 Dec 2026"), "1,200"),
        ("ru", ("11 нояб. 2026, 12:30", "1 дек. 2026"), "1 200"),
        ("zh-hans", ("2026年11月11日, 12:30", "2026年12月1日"), "1,200"),
    ],
)
def test_every_kind_is_told_whole_with_its_days_and_numbers_in_the_readers_way(
    box: Box, monkeypatch: pytest.MonkeyPatch, language: str, days: tuple[str, str], thousand: str
) -> None:
    anna = member(language=language)
    choose(anna, wanted=ALL)
    found = []
    for number, name in enumerate(SAID):
        kind, _, thing = name.partition(".")
        data = EVERYTHING | ({"thing": thing} if thing else {})
        found.append(Found(anna.tenant_id, Kind(kind), f"t:{number}", data))
    monkeypatch.setattr(gathering, "look", lambda _: found)
    public = options().model_copy(update={"public_url": "https://desk.example.org/"})
    monkeypatch.setattr(sending, "options", lambda: public)

    gather()
    send_all()

    ((_, subject, text),) = box.letters
    text = text.replace("\N{NO-BREAK SPACE}", " ")
    assert "{" not in subject + text
    assert "https://desk.example.org/" in text.splitlines()[-2]
    assert [one for one in (*days, thousand) if one not in text] == []
    assert ".." not in text
    assert not re.search(r"\d{4}-\d\d|\d\d\.\d\d\.|\b1 (pieces|consignments|offers|shops)", text)
    if language != "en":
        plain = {kinds.sentence(one.kind, one.data).partition("{")[0] for one in found}
        assert not [one for one in plain if len(one) > 3 and one in text]


def test_a_message_about_no_order_names_none(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    anna = member(language="en")
    choose(anna)
    shop = Shop(anna.tenant_id)
    rows(
        "INSERT INTO orders_dialogue (tenant_id, shop_id, buyer, order_number, last_at,"
        " waiting_since) VALUES (%s, %s, 'b', '', now(), now() - interval '9 days') RETURNING id",
        anna.tenant_id,
        shop.id,
    )

    gather()
    send_all()

    assert "A buyer's message was not answered in time." in box.letters[0][2]


def test_nobody_is_told_of_another_tenant_and_no_buyer_is_named(box: Box) -> None:
    anna, boris = member(), member("BETA", "boris")
    for one in (anna, boris):
        choose(one)
    sell(anna)
    gather()
    send_all()

    assert [to for to, _, _ in box.letters] == ["anna@example.org"]
    assert not re.search(r"Учебный|\+7000|Пробинск", str(box.letters))
    assert notices(boris.tenant_id) == []
    assert rows("SELECT count(*) FROM notices_notice", seller=boris.tenant_id) == [(0,)]
    assert rows("SELECT count(*) FROM notices_wish", seller=boris.tenant_id) == [(1,)]


def test_a_kind_that_is_switched_off_is_not_told(box: Box) -> None:
    anna = member()
    choose(anna, wanted=["shortage"])
    sell(anna)
    gather()

    assert [one.kind for one in notices(anna.tenant_id)] == ["shortage"]


def test_quiet_hours_put_off_and_forget_nothing(box: Box) -> None:
    anna = member()
    hour = now().astimezone().hour
    choose(anna, zone="UTC", quiet=(now().hour, (now().hour + 2) % 24))
    sell(anna)
    gather()
    send_all()

    assert box.letters == [], hour
    assert {one.state for one in notices(anna.tenant_id)} == {"waiting"}
    assert all(one.due_at > now() for one in notices(anna.tenant_id))


def test_what_surely_failed_is_tried_again_and_what_is_unclear_is_not(box: Box) -> None:
    anna = member()
    choose(anna, wanted=["shortage"])
    sell(anna)
    gather()
    box.fails = [RetryLaterError(reason="away"), RetryLaterError(reason="cut off", unclear=True)]

    send_all()
    (first,) = notices(anna.tenant_id)
    rows("UPDATE notices_notice SET due_at = now() - interval '1 s' RETURNING id")
    send_all()
    (second,) = notices(anna.tenant_id)
    rows("UPDATE notices_notice SET due_at = now() - interval '1 s' RETURNING id")
    send_all()

    assert (first.state, first.attempts) == ("waiting", 1)
    assert (second.state, second.attempts) == ("failed", 2)
    assert box.letters == []


def test_who_died_while_sending_sends_nothing_twice(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = member()
    choose(anna, wanted=["shortage"])
    sell(anna)
    gather()

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(sending, "_record", die)
    with pytest.raises(KeyboardInterrupt):
        sending.send_next()
    monkeypatch.undo()

    assert len(box.letters) == 1
    assert not sending.send_next()


def test_an_ended_member_is_told_nothing(box: Box) -> None:
    anna = member()
    choose(anna, wanted=["shortage"])
    sell(anna)
    gather()
    services.end_membership(tenant_id=anna.tenant_id, member_id=anna.id)
    send_all()

    assert box.letters == []


@pytest.fixture
def hook() -> Iterator[tuple[str, list[tuple[dict[str, str], bytes]]]]:
    got: list[tuple[dict[str, str], bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((dict(self.headers), body))
            self.send_response(204)
            self.end_headers()

        @override
        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/in", got
    server.shutdown()
    server.server_close()


def test_a_webhook_gets_what_is_signed_with_its_secret(
    hook: tuple[str, list[tuple[dict[str, str], bytes]]],
) -> None:
    address, got = hook
    anna = member()
    secret = choose(anna, webhook=address, mail=False, wanted=["shortage"])
    sell(anna)
    gather()
    send_all()

    ((headers, body),) = got
    signed = dict(part.split("=", 1) for part in headers["Torgpred-Signature"].split(","))
    assert signed["v1"] == sending.signature(secret, signed["t"], body)
    assert json.loads(body)["notices"] == ["Продано и нет в наличии: A, штук — 1."]
    assert rows("SELECT count(*) FROM notices_wish WHERE sealed LIKE %s", f"%{secret}%") == [(0,)]


@pytest.mark.parametrize(
    "address", ["http://10.0.0.1/x", "https://192.168.1.1/", "http://example.org/", "file:///etc"]
)
def test_a_webhook_never_points_inside_our_network(address: str) -> None:
    with pytest.raises(NeedsPersonError):
        choose(member(), webhook=address)


def test_what_is_no_time_zone_is_refused() -> None:
    with pytest.raises(UnfitEntryError):
        choose(member(), zone="Moon/Base")


def test_without_a_server_mails_lie_in_the_home_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "options", lambda: options().model_copy(update={"home": tmp_path}))
    post.send("anna@example.org", "Тема\nдва", "Текст")

    (file,) = (tmp_path / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    assert letter["Subject"] == "Тема два"
    assert letter["To"] == "anna@example.org"

import gzip
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import transaction
from typing_extensions import override

from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError
from torgpred.runtime import journal, slots
from torgpred.runtime.scope import scope
from torgpred.runtime.slots import hold_only
from torgpred.runtime.transport import Call, CallInTransactionError, Outlet

pytestmark = pytest.mark.django_db(transaction=True)

Reply = tuple[int, dict[str, str], bytes]


class Server:
    """A local server that gives prepared replies in turn, the last one for ever."""

    def __init__(self) -> None:
        self.replies: list[Reply | None] = [(200, {}, b"{}")]
        self.asked: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): text for name, text in self.headers.items()}
                outer.asked.append((self.command, self.path, headers, body))
                reply = outer.replies.pop(0) if len(outer.replies) > 1 else outer.replies[0]
                if reply is None:  # the connection breaks before an answer
                    self.close_connection = True
                    return
                status, more, content = reply
                self.send_response(status)
                for name, text in more.items():
                    self.send_header(name, text)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_GET = do_POST = answer  # noqa: N815 - names of the standard library

            @override
            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[Server]:
    one = Server()
    thread = threading.Thread(target=one.http.serve_forever, args=(0.02,))
    thread.start()
    yield one
    one.http.shutdown()
    thread.join()
    one.http.server_close()


def make_outlet(server: Server, **overrides: object) -> Outlet:
    values: dict[str, object] = {"tenant_id": 7, "base_address": server.address, "shop_id": 3}
    return Outlet(**{**values, **overrides})  # type: ignore[arg-type]


def make_call(**overrides: object) -> Call:
    values: dict[str, object] = {"operation": "product.create", "method": "POST", "path": "/x"}
    return Call(**{**values, **overrides})  # type: ignore[arg-type]


def journal_of(tenant_id: int = 7) -> list[tuple[str, int | None, str, int]]:
    found = journal.lines(tenant_id=tenant_id)
    return [(e.line.operation, e.line.status, e.line.error, e.line.attempt) for e in found][::-1]


def test_a_call_goes_out_whole_and_its_answer_comes_back(server: Server) -> None:
    server.replies = [(404, {"X-Thing": "a"}, b"none")]
    call = make_call(headers={"x-auth-token": "t0p"}, query={"a": "б"}, body=b"data")

    answer = make_outlet(server, base_address=server.address + "/public").send(call)

    assert (answer.status, answer.headers["x-thing"], answer.body) == (404, "a", b"none")
    [(method, path, headers, body)] = server.asked
    assert (method, path, body) == ("POST", "/public/x?a=%D0%B1", b"data")
    assert headers["x-auth-token"] == "t0p"


def test_the_journal_tells_of_each_attempt_and_of_no_secret(server: Server) -> None:
    server.replies = [(503, {}, b"busy"), (200, {}, b"fine")]

    make_outlet(server).send(make_call(headers={"x-auth-token": "t0p"}, body=b"{}"))

    assert journal_of() == [("product.create", 503, "503", 1), ("product.create", 200, "", 2)]
    assert "t0p" not in str(journal.lines(tenant_id=7))
    assert journal_of(8) == []


def test_a_gzipped_answer_is_unpacked(server: Server) -> None:
    server.replies = [(200, {"content-encoding": "gzip"}, gzip.compress(b"a" * 1000))]

    assert make_outlet(server).send(make_call()).body == b"a" * 1000


@pytest.mark.parametrize("content", [b"a" * 2000, None])
def test_an_answer_too_large_is_refused_packed_or_not(
    server: Server, content: bytes | None
) -> None:
    packed = gzip.compress(b"a" * 2_000_000)
    server.replies = [
        (200, {}, content) if content else (200, {"content-encoding": "gzip"}, packed)
    ]

    with pytest.raises(RefusedError, match="larger than 1000"):
        make_outlet(server, largest_answer=1000).send(make_call())


@pytest.mark.parametrize("reply", [(500, {}, b""), None])
def test_a_repeatable_call_is_tried_again(server: Server, reply: Reply | None) -> None:
    server.replies = [reply, (200, {}, b"fine")]

    assert make_outlet(server).send(make_call()).body == b"fine"
    assert len(server.asked) == 2


@pytest.mark.parametrize("reply", [(500, {}, b""), (504, {}, b""), None])
def test_a_call_that_may_not_be_repeated_ends_unclear(server: Server, reply: Reply | None) -> None:
    server.replies = [reply]

    with pytest.raises(RetryLaterError) as caught:
        make_outlet(server).send(make_call(repeatable=False))

    assert caught.value.data["unclear"] is True
    assert len(server.asked) == 1


def test_a_refused_connection_is_clear_even_where_repeating_is_not_allowed() -> None:
    nobody = Outlet(tenant_id=7, base_address="http://127.0.0.1:9")

    with pytest.raises(RetryLaterError) as caught:
        nobody.send(make_call(repeatable=False))

    assert "unclear" not in caught.value.data
    assert [line[2] for line in journal_of()] == ["unreachable"] * 3


def test_a_429_is_waited_out_and_holds_the_rate_for_everybody(server: Server) -> None:
    server.replies = [(429, {"Retry-After": "1"}, b""), (200, {}, b"fine")]
    begin = time.monotonic()

    answer = make_outlet(server).send(make_call(repeatable=False), [hold_only("shop 3 create")])

    assert answer.body == b"fine"
    assert time.monotonic() - begin >= 1.0


def test_a_long_429_is_not_slept_through(server: Server) -> None:
    server.replies = [(429, {"Retry-After": "3600"}, b"")]

    with pytest.raises(RetryLaterError) as caught:
        make_outlet(server).send(make_call(), [hold_only("shop 3 create")])
    with pytest.raises(RetryLaterError) as again:
        make_outlet(server).send(make_call(), [hold_only("shop 3 create")])

    assert caught.value.data["after"] == 3600.0
    assert again.value.data["after"] > 3500.0
    assert len(server.asked) == 1
    assert slots.ask([hold_only("shop 3 other")], bulk=True) == 0.0


def test_a_retry_date_is_understood(server: Server) -> None:
    server.replies = [(429, {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}, b"")]

    with pytest.raises(RetryLaterError) as caught:
        make_outlet(server).send(make_call())

    assert caught.value.data["after"] == 6 * 3600.0  # never longer than the longest hold


def test_redirects_are_not_followed(server: Server) -> None:
    server.replies = [(302, {"Location": "http://127.0.0.1:1/steal"}, b"")]

    with pytest.raises(NeedsPersonError, match="redirects"):
        make_outlet(server).send(make_call(headers={"x-auth-token": "t0p"}))


@pytest.mark.parametrize("path", ["@evil.example/x", ".evil.example/x", ":1/x", "x"])
def test_a_path_never_leads_to_another_host(server: Server, path: str) -> None:
    with pytest.raises(NeedsPersonError):
        make_outlet(server).send(make_call(path=path))

    assert server.asked == []


@pytest.mark.parametrize(
    "block", [transaction.atomic, lambda: scope(7)], ids=["transaction", "scope"]
)
def test_no_call_is_made_inside_a_transaction(
    server: Server, block: Callable[[], transaction.Atomic]
) -> None:
    with block(), pytest.raises(CallInTransactionError):
        make_outlet(server).send(make_call())

    assert server.asked == []


@pytest.mark.parametrize("told", ["nan", "inf", "1e400"])
def test_an_absurd_time_to_wait_counts_as_not_told(server: Server, told: str) -> None:
    server.replies = [(429, {"retry-after": told}, b""), (200, {}, b"{}")]

    answer = make_outlet(server).send(make_call(), [hold_only("absurd")])

    assert answer.status == 200


@pytest.mark.parametrize("token", ["\u0442\u043e\u043a\u0435\u043d", "eyJ0\r\nx: y"])
def test_a_token_that_no_header_can_hold_is_told_without_being_shown(
    server: Server, token: str
) -> None:
    call = make_call(headers={"x-auth-token": token})

    with pytest.raises(NeedsPersonError, match="x-auth-token") as caught:
        make_outlet(server).send(call)

    assert token not in str(caught.value)
    assert server.asked == []

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from torgpred.runtime import observability
from torgpred.runtime.observability import HIDDEN, bound, logger, scrub_event, scrubbed


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    stream = io.StringIO()
    observability.configure("INFO", stream=stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def lines(logs: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in logs.getvalue().splitlines()]


@pytest.mark.parametrize(
    "text",
    [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "Authorization: Bearer abcdefghijkl",
        "postgresql://app:hunter22@db/torgpred",
        "https://x.example/cb?access_token=abc123&b=1",
        "write to anna.petrova@example.com",
        "call +7 (912) 345-67-89",
    ],
)
def test_secrets_and_people_are_cut_out_of_text(text: str) -> None:
    assert HIDDEN in scrubbed(text)


@pytest.mark.parametrize(
    "text", ["2026-11-22 16:55:32", "SKU 4601234567893", "1 299,00", "offer 7"]
)
def test_ordinary_text_stays(text: str) -> None:
    assert scrubbed(text) == text


@pytest.mark.parametrize(
    "name", ["token", "x-auth-token", "password", "buyer_name", "email", "delivery_address"]
)
def test_a_telling_name_hides_its_value_at_any_depth(name: str) -> None:
    event = scrub_event(None, "info", {"event": "x", "answer": {"data": [{name: "value"}]}})

    assert event["answer"] == {"data": [{name: HIDDEN}]}


def test_lines_carry_the_context_and_hide_secrets(logs: io.StringIO) -> None:
    with bound(job="orders.pull"):
        logger("torgpred.test").info("pulled", token="t0p", count=3)
    logging.getLogger("elsewhere").warning("key is %s", "eyJhbGciOiJIUzI1.eyJzdWIiOiIx.c2ln")

    ours, theirs = lines(logs)

    assert ours["job"] == "orders.pull"
    assert ours["count"] == 3
    assert ours["token"] == HIDDEN
    assert theirs["event"] == f"key is {HIDDEN}"
    assert "job" not in theirs


def test_a_traceback_hides_what_an_error_says(logs: io.StringIO) -> None:
    try:
        int("postgresql://app:hunter22@db/x")
    except ValueError:
        logger("torgpred.test").exception("failed")

    [line] = lines(logs)

    assert "hunter22" not in json.dumps(line)
    assert "ValueError" in str(line["exception"])

"""What every answer has in common: problems, tags, bounds, pages that describe it."""

import json

import pytest
from django.http import HttpRequest
from django.test import Client
from tests.api.asking import ROOT, Program, told

from torgpred.api import answering, describing
from torgpred.api.application import api
from torgpred.catalogue import selectors as catalogue
from torgpred.kernel.errors import RetryLaterError, TorgpredError

SELLER = "/sellers/S-A"


def assert_problem(answer: object, status: int, code: str) -> None:
    assert answer.status_code == status, answer.content  # type: ignore[attr-defined]
    assert answer["Content-Type"] == "application/problem+json"  # type: ignore[index]
    assert told(answer)["code"] == code
    assert told(answer)["status"] == status
    assert told(answer)["detail"]


@pytest.mark.parametrize("path", ["/", "/nothing", SELLER + "/nothing", "/openapi.json/x"])
def test_where_nothing_is_a_problem_says_so(program: Program, path: str) -> None:
    assert_problem(program.get(path), 404, "api.unknown")


def test_a_write_to_nowhere_is_a_problem_too() -> None:
    answer = Client(enforce_csrf_checks=True).post(ROOT + "/nothing")
    assert_problem(answer, 404, "api.unknown")


def test_what_is_no_request_is_a_problem(program: Program) -> None:
    post = program.client.post
    headers = {"Authorization": f"Bearer {program.secret}", "Idempotency-Key": "k"}
    path = ROOT + SELLER + "/stock/count"

    for body in (b"{", b'{"pieces": NaN}', b"\xff", b'{"pieces": {"a\\u0000": 1}}'):
        answer = post(path, body, content_type="application/json", headers=headers)
        assert_problem(answer, 400, "api.unreadable")
    large = b" " * (answering.JSON_LIMIT + 1)
    answer = post(path, large, content_type="application/json", headers=headers)
    assert_problem(answer, 413, "api.too_large")
    assert_problem(program.get(SELLER + "/products?q=%00"), 400, "api.unreadable")
    answer = program.client.delete(path, headers=headers)
    assert_problem(answer, 405, "api.method")
    assert answer["Allow"] == "POST"


def test_misfits_name_the_field(program: Program) -> None:
    answer = program.post(SELLER + "/stock/count", {"pieces": {"A": -1}, "more": 1})

    assert_problem(answer, 422, "api.unfit")
    places = {one["place"] for one in told(answer)["errors"]}
    assert places == {"body.given.pieces.A", "body.given.more"}


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (RetryLaterError(reason="busy", after=7.2), 503, "outbound.retry_later"),
        (TorgpredError(), 409, "error"),
        (ZeroDivisionError("secret"), 500, "api.broken"),
    ],
)
def test_errors_become_problems(
    program: Program,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
    code: str,
) -> None:
    def fail(_: int) -> None:
        raise error

    monkeypatch.setattr(catalogue, "feeds", fail)
    answer = program.get(SELLER + "/feeds")

    assert_problem(answer, status, code)
    assert "secret" not in answer.content.decode()
    assert answer.headers.get("Retry-After") == ("7" if status == 503 else None)


def test_an_answer_that_did_not_change_is_not_sent_again(program: Program) -> None:
    first = program.get(SELLER + "/stock")
    same = program.get(SELLER + "/stock", If_None_Match=first["ETag"])
    program.post(SELLER + "/stock/count", {"pieces": {"A": 1}})
    changed = program.get(SELLER + "/stock", If_None_Match=first["ETag"])

    assert (same.status_code, same.content) == (304, b"")
    assert same["ETag"] == first["ETag"]
    assert changed.status_code == 200
    assert "private" in first["Cache-Control"]


def test_the_description_needs_no_token_and_names_all(program: Program) -> None:
    found = told(Program().get("/openapi.json"))

    assert found["openapi"].startswith("3.1")
    operations = [one for path in found["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    assert all(one["security"][0].keys() == {"Bearer"} for one in operations)
    assert all(one["description"] for one in operations)
    assert "Shape" not in json.dumps(found)


def test_no_two_shapes_are_described_under_one_name() -> None:
    names = api.get_openapi_schema(path_prefix="")["components"]["schemas"].keys()

    assert len({name.removesuffix("Shape") for name in names}) == len(names)


def test_the_page_of_the_description_shows_all_of_it_without_scripts(seller: int) -> None:
    answer = Program().client.get(ROOT + "/docs")

    page = answer.content.decode()
    assert answer.status_code == 200
    for path in describing.described()["paths"]:
        assert path in page
    own = page.partition("<main")[2].partition("</main>")[0]
    assert "<script" not in own
    assert "style=" not in own
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_a_view_that_breaks_outside_operations_is_a_problem() -> None:
    def view(_: HttpRequest) -> None:
        raise ZeroDivisionError

    answer = answering.answered(view)(HttpRequest())  # type: ignore[arg-type]

    assert_problem(answer, 500, "api.broken")

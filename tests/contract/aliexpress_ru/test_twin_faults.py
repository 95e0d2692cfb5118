import time

import httpx
import pytest
from tests.contract.aliexpress_ru.twin_client import CREATE, LIST, Client

from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin


def many(amount: int) -> list[dict[str, object]]:
    return [
        make_product(external_id=str(n), sku_info_list=[make_sku(sku_code=f"S-{n}")])
        for n in range(amount)
    ]


def set_fault(twin: RunningTwin, kind: str, **details: object) -> None:
    twin.control("POST", "faults", {"kind": kind, **details})


def test_a_cut_line_gives_no_answer_although_the_product_is_made(
    client: Client, twin: RunningTwin
) -> None:
    set_fault(twin, "cut_after", operations=["product.create"], count=1)
    with pytest.raises(httpx.TransportError):
        client.http.post(CREATE, json={"products": [make_product()]})
    assert len(client.found("VAL-27")) == 1
    client.created(make_product())
    assert len(client.found("VAL-27")) == 2


def test_a_line_cut_before_leaves_nothing(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "cut_before", operations=["product.create"], count=1)
    with pytest.raises(httpx.TransportError):
        client.http.post(CREATE, json={"products": [make_product()]})
    assert client.found("VAL-27") == []


def test_truncated_json_comes_after_the_effect(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "truncated", count=1)
    answer = client.http.post(CREATE, json={"products": [make_product()]})
    with pytest.raises(ValueError, match=r"."):
        answer.json()
    assert len(client.found("VAL-27")) == 1


@pytest.mark.parametrize("seconds", [None, 7])
def test_too_many_requests_with_and_without_retry_after(
    client: Client, twin: RunningTwin, seconds: float | None
) -> None:
    set_fault(twin, "too_many_requests", seconds=seconds, count=1)
    answer = client.http.post(LIST, json={})
    assert answer.status_code == 429
    assert answer.headers.get("retry-after") == (None if seconds is None else "7")
    assert client.http.post(LIST, json={}).status_code == 200


def test_a_ceiling_refuses_what_comes_too_fast(client: Client, twin: RunningTwin) -> None:
    twin.control("PATCH", "settings", {"ceiling_requests": 5, "ceiling_seconds": 3000})
    statuses = [client.http.post(LIST, json={}).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert 2500 < int(client.http.post(LIST, json={}).headers["retry-after"]) <= 3000
    twin.control("PATCH", "settings", {"ceiling_retry_after": False})
    assert "retry-after" not in client.http.post(LIST, json={}).headers
    other = Client(twin, twin.info.accounts[1].token)
    assert other.http.post(LIST, json={}).status_code == 200
    other.http.close()


@pytest.mark.parametrize("status", [500, 502, 503])
def test_server_errors(client: Client, twin: RunningTwin, status: int) -> None:
    set_fault(twin, "server_error", status=status, operations=["product.list"])
    assert client.http.post(LIST, json={}).status_code == status
    assert client.http.post("/api/v1/categories/top", json={}).status_code == 200


def test_a_dead_token_in_both_forms(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "dead_token", count=1)
    assert client.http.post(LIST, json={}).status_code == 401
    set_fault(twin, "dead_token", mode="message", token=twin.token)
    answer = client.http.post(LIST, json={})
    assert answer.status_code == 200
    assert "GetTokenByID" in answer.json()["error"]["message"]
    twin.control("DELETE", "faults")
    assert client.post(LIST, {})["data"] == []


def test_slow_answers_come_late_and_hold_up_nobody_else(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "slow", seconds=0.4, operations=["product.list"], count=1)
    begun = time.monotonic()
    assert client.http.post(LIST, json={}).status_code == 200
    assert time.monotonic() - begun >= 0.4


def test_a_spent_quota_and_an_unknown_error_are_200_with_an_error(
    client: Client, twin: RunningTwin
) -> None:
    set_fault(twin, "quota_spent", count=1)
    answer = client.post(CREATE, {"products": [make_product()]})
    assert answer["error"]["code"] == "ErrorCode.LimitExceeded"
    set_fault(twin, "unknown_error", message="звёзды не сошлись", count=1)
    answer = client.post(CREATE, {"products": [make_product()]})
    assert answer["error"]["message"] == "звёзды не сошлись"
    assert client.found("VAL-27") == []


def test_half_a_batch_is_accepted(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "half_batch", count=1)
    answer = client.post(CREATE, {"products": many(10)})
    assert [result["ok"] for result in answer["results"]] == [True, False] * 5
    assert len(client.ended(answer)) == 5
    assert len(list(client.walk())) == 5


def test_a_count_strikes_items_and_a_share_strikes_some(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "item_errors", count=3, code="ErrorCode.Odd", message="odd")
    answer = client.post(CREATE, {"products": many(10)})
    refused = [result for result in answer["results"] if not result["ok"]]
    assert [result["errors"] for result in refused] == [
        [{"code": "ErrorCode.Odd", "message": "odd"}]
    ] * 3
    set_fault(twin, "task_failed", share=0.5)
    statuses = [
        task["status"] for task in client.ended(client.post(CREATE, {"products": many(200)}))
    ]
    assert 60 < statuses.count(4) < 140


def test_a_stuck_task_stays_at_2_and_does_nothing(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "task_stuck", count=1)
    answer = client.post(CREATE, {"products": many(2)})
    twin.control("POST", "clock", {"advance_seconds": 3600})
    assert [task["status"] for task in client.tasks(answer)] == [2, 3]
    assert len(list(client.walk())) == 1


def test_late_tasks_take_effect_when_they_are_done(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "late_tasks", seconds=3000, mode="exact")
    answer = client.post(CREATE, {"products": [make_product()]})
    assert client.tasks(answer)[0]["status"] == 1
    twin.control("POST", "clock", {"advance_seconds": 2000})
    (task,) = client.tasks(answer)
    assert (task["status"], task["product_id"]) == (2, None)
    assert list(client.walk()) == []
    twin.control("POST", "clock", {"advance_seconds": 1000})
    assert client.tasks(answer)[0]["status"] == 3
    assert len(list(client.walk())) == 1


def test_a_field_is_changed_silently(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "changed_silently", field="price", value="1.00", count=1)
    set_fault(twin, "changed_silently", field="weight", value=["no", "weight"], count=1)
    first, second = client.created(*many(2))
    assert client.detail(first)["sku"][0]["price"] == "1.00"
    assert client.detail(second)["weight"] == "0.80"
    sent = make_product(product_id=second, sku_info_list=[make_sku(sku_code="S-1")])
    set_fault(twin, "changed_silently", count=1)
    client.ended(client.post("/api/v1/product/edit", {"products": [sent]}))
    assert client.detail(second)["Subject"] == "Валенки детские - хит"


def test_moderation_takes_a_listing_down_until_it_is_edited(
    client: Client, twin: RunningTwin
) -> None:
    set_fault(twin, "moderated", message="похоже на подделку", count=1)
    (product_id,) = client.created(make_product())
    assert client.detail(product_id)["status"] == "editingRequired"
    assert client.http.get(f"/item/{product_id}.html").status_code == 404
    answer = client.post("/api/v1/product/online", {"productIds": [product_id]})
    assert client.ended(answer)[0]["error"]["code"] == "ErrorCode.WrongProductStatus"
    edited = make_product(product_id=product_id)
    client.ended(client.post("/api/v1/product/edit", {"products": [edited]}))
    assert client.detail(product_id)["status"] == "onSelling"


def test_an_unknown_status_appears(client: Client, twin: RunningTwin) -> None:
    set_fault(twin, "unknown_status", value="waiting_for_spring", count=1)
    (product_id,) = client.created(make_product())
    assert client.detail(product_id)["status"] == "waiting_for_spring"


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "slow", "count": 0},
        {"kind": "slow", "share": 2},
        {"kind": "slow", "seconds": -1},
        {"kind": "slow", "operations": ["product.fly"]},
        {"kind": 5},
        "slow",
    ],
)
def test_a_wrong_switch_is_refused(twin: RunningTwin, fault: object) -> None:
    answer = httpx.post(f"{twin.base_url}/twin/faults", json=fault, trust_env=False)
    assert answer.status_code == 400
    assert answer.json()["error"]
    assert twin.control("GET", "faults") == []


def test_switches_are_listed_and_cleared_one_by_one(twin: RunningTwin) -> None:
    kinds = [{"kind": "slow", "count": 9}, {"kind": "truncated", "share": 0.1}]
    first, second = twin.control("POST", "faults", kinds)
    assert [fault["id"] for fault in twin.control("GET", "faults")] == [first["id"], second["id"]]
    assert twin.control("DELETE", f"faults/{first['id']}") == {"cleared": 1}
    assert [fault["kind"] for fault in twin.control("GET", "faults")] == ["truncated"]

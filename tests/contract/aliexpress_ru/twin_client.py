"""A raw client of the twin: no connector, so that the twin's promises are tried by themselves."""

import time
from collections.abc import Iterator
from typing import Any

import httpx

from torgpred.twins.testing import RunningTwin

CREATE = "/api/v1/product/create"
EDIT = "/api/v1/product/edit"
LIST = "/api/v1/scroll-short-product-by-filter"
DETAIL = "/api/v1/product/get-seller-product"
TASKS = "/api/v1/tasks"
STOCKS = "/api/v1/stocks"


def field_of(product_id: object, key: str, value: object) -> dict[str, object]:
    """Return one element of an update of single fields."""
    return {"product_id": product_id, "key": key, "value": value}


class Client:
    """Speaks to a running twin with one token."""

    def __init__(self, twin: RunningTwin, token: str | None = None) -> None:
        self.twin = twin
        self.http = httpx.Client(
            base_url=twin.base_url,
            headers={"x-auth-token": token or twin.token},
            timeout=120,
            trust_env=False,
        )

    def post(self, path: str, body: object) -> dict[str, Any]:
        answer = self.http.post(path, json=body)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def get(self, path: str, **query: object) -> dict[str, Any]:
        answer = self.http.get(path, params={name: str(value) for name, value in query.items()})
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told

    def tasks(self, answer: dict[str, Any]) -> list[dict[str, Any]]:
        tasks: list[dict[str, Any]] = self.get(TASKS, group_id=answer["group_id"])["data"]
        return tasks

    def ended(self, answer: dict[str, Any], seconds: float = 120) -> list[dict[str, Any]]:
        deadline = time.monotonic() + seconds
        while True:
            tasks = self.tasks(answer)
            if all(task["status"] in {3, 4} for task in tasks):
                return tasks
            assert time.monotonic() < deadline, tasks
            time.sleep(0.02)

    def created(self, *products: dict[str, Any]) -> list[int]:
        tasks = self.ended(self.post(CREATE, {"products": list(products)}))
        assert all(task["status"] == 3 for task in tasks), tasks
        return [task["product_id"] for task in tasks]

    def failure(self, product: dict[str, Any]) -> str:
        answer = self.post(CREATE, {"products": [product]})
        assert answer["results"][0]["ok"] is True, answer
        (task,) = self.ended(answer)
        assert task["status"] == 4, task
        assert task["error"]["message"]
        code: str = task["error"]["code"]
        return code

    def refusal(self, product: dict[str, Any]) -> list[str]:
        (result,) = self.post(CREATE, {"products": [product]})["results"]
        assert result["ok"] is False, result
        assert result["task_id"] is None
        return [error["code"] for error in result["errors"]]

    def detail(self, product_id: int) -> dict[str, Any]:
        answer: dict[str, Any] = self.post(DETAIL, {"product_id": product_id})["data"]
        return answer

    def walk(self, limit: int = 50) -> Iterator[dict[str, Any]]:
        last: int | None = None
        while True:
            body = {"limit": limit} | ({} if last is None else {"last_product_id": last})
            page = self.post(LIST, body)["data"]
            yield from page
            if len(page) < limit:
                return
            last = page[-1]["id"]

    def found(self, *codes: str) -> list[dict[str, Any]]:
        content = {"content_values": list(codes), "content_type": "SKU_SELLER_SKU"}
        page: list[dict[str, Any]] = self.post(
            LIST, {"limit": 50, "filter": {"search_content": content}}
        )["data"]
        return page

"""The ways in which published clients of the real marketplace call it, tried on the twin.

Each test is named after a way of calling that was seen in the open; the code is our own.
"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.contract.aliexpress_ru.twin_client import CREATE, LIST, TASKS, Client

from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin

ORDERS = "/seller-api/v1/order/get-order-list"
STOCK = "/api/v1/product/update-sku-stock"
PRICE = "/api/v1/product/update-sku-price"


@pytest.fixture
def http(twin: RunningTwin) -> Iterator[httpx.Client]:
    """A client that sets no header by itself but the token."""
    with httpx.Client(
        base_url=twin.base_url, headers={"x-auth-token": twin.token}, trust_env=False
    ) as made:
        yield made


def test_a_null_body_where_no_body_is_needed(http: httpx.Client) -> None:
    answer = http.post("/api/v1/categories/top", content=b"null")

    assert answer.json()["categories"]


def test_a_body_as_text_without_a_content_type(http: httpx.Client) -> None:
    answer = http.post(LIST, content=json.dumps({"limit": 50}).encode())

    assert answer.json() == {"data": [], "error": None}


def test_a_token_header_in_capitals_and_the_public_prefix(twin: RunningTwin) -> None:
    answer = httpx.post(
        f"{twin.base_url}/public{LIST}",
        headers={"X-AUTH-TOKEN": twin.token, "x-request-locale": "en"},
        json={"limit": "50", "last_product_id": ""},
        trust_env=False,
    )

    assert answer.json()["data"] == []


def test_every_number_as_text_as_generated_clients_do(client: Client) -> None:
    product = make_product()
    for name in ("aliexpress_category_id", "freight_template_id", "shipping_lead_time"):
        product[name] = str(product[name])
    for sku in product["sku_info_list"]:
        sku["inventory"] = str(sku["inventory"])
        sku["price"] = float(sku["price"])

    assert client.ended(client.post(CREATE, {"products": [product]}))[0]["status"] == 3


def test_a_walk_through_all_products_until_a_page_is_empty(client: Client) -> None:
    created = client.created(*[make_product()] * 3)
    met: list[int] = []
    body: dict[str, Any] = {"limit": 2, "filter": {}}
    while page := client.post(LIST, body)["data"]:
        met += [product["id"] for product in page]
        body["last_product_id"] = page[-1]["id"]

    assert met == created


def test_a_search_by_the_products_own_id(client: Client) -> None:
    first, second = client.created(*[make_product()] * 2)
    content = {"content_values": [str(second), "7", "x"], "content_type": "PRODUCT_ID"}

    page = client.post(LIST, {"limit": 50, "filter": {"search_content": content}})["data"]

    assert [product["id"] for product in page] == [second]
    assert first != second


def test_stock_and_price_by_numbers_found_in_a_search(client: Client) -> None:
    client.created(make_product(sku_info_list=[make_sku(sku_code="a-1")]))
    [product] = client.found("a-1")
    skus = [{"sku_code": sku["code"], "inventory": 7, "price": 99} for sku in product["sku"]]
    for path in (STOCK, PRICE):
        body = {"products": [{"product_id": product["id"], "skus": skus}]}
        client.ended(client.post(path, body))

    [sku] = client.found("a-1")[0]["sku"]
    assert (sku["ipm_sku_stock"], sku["price"]) == (7, "99.00")


def test_tasks_name_their_group_as_the_published_model_does(client: Client) -> None:
    answer = client.post(CREATE, {"products": [make_product()]})

    [task] = client.get(TASKS, group_id=answer["group_id"])["data"]

    assert task["group_id"] == answer["group_id"]
    assert task["id"] == answer["results"][0]["task_id"]


@pytest.mark.parametrize("key", ["productIds", "product_ids"])
def test_switching_by_either_spelling_of_the_ids(client: Client, key: str) -> None:
    created = client.created(make_product())

    client.ended(client.post("/api/v1/product/offline", {key: [str(one) for one in created]}))

    assert client.detail(created[0])["status"] == "offline"


def test_categories_with_the_fields_of_the_published_model(client: Client) -> None:
    roots = client.post("/api/v1/categories/top", {})["categories"]
    children = [str(child) for root in roots for child in root["children_ids"]]
    found = client.post("/api/v1/categories/get", {"ids": children})["categories"]
    properties = [one for category in found for one in category["properties"]]

    assert all(category["is_visible"] for category in found)
    assert {category["parent_id"] for category in found} <= {root["id"] for root in roots}
    assert all(one["is_enum_prop"] is not one["is_input_prop"] for one in properties)
    assert all(set(unit) == {"name", "rate"} for one in properties for unit in one.get("units", ()))


@pytest.mark.parametrize(
    "body",
    [
        {"order_statuses": [], "page_size": 50, "page": 1},
        {"order_statuses": ["Created"], "page_size": 5, "page": 1},
        {"date_start": "2022-08-22T00:00:00Z", "page_size": 10, "page": 1},
        {"page": 1, "page_size": 50, "trade_order_info": "LogisticInfo", "sorting_order": "Desc"},
        {"order_ids": ["17"], "trade_order_info": "Common"},
    ],
)
def test_orders_asked_for_as_clients_do(client: Client, body: dict[str, Any]) -> None:
    assert client.post(ORDERS, body)["data"] == {"total_count": 0, "orders": []}


def test_orders_of_a_parcel_that_nobody_sent_are_none(client: Client, twin: RunningTwin) -> None:
    (product_id,) = client.created(make_product())
    sku_id = client.detail(product_id)["sku"][0]["sku_id"]
    twin.control("POST", "orders", {"lines": [{"sku_id": sku_id, "quantity": 1}]})

    assert client.post(ORDERS, {"page": 1, "page_size": 20})["data"]["total_count"] == 1
    assert client.post(ORDERS, {"tracking_numbers": ["RU1"]})["data"]["total_count"] == 0

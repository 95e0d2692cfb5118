from typing import Any

import httpx
import pytest
from tests.contract.aliexpress_ru.twin_client import STOCKS, Client

from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin

ORDERS = "/seller-api/v1/order/get-order-list"


def sku_of(client: Client, **overrides: object) -> str:
    (product_id,) = client.created(make_product(sku_info_list=[make_sku(**overrides)]))
    sku_id: str = client.detail(product_id)["sku"][0]["sku_id"]
    return sku_id


def bought(twin: RunningTwin, sku_id: str, quantity: int = 1, **details: object) -> dict[str, Any]:
    lines = [{"sku_id": sku_id, "quantity": quantity}]
    order: dict[str, Any] = twin.control("POST", "orders", {"lines": lines, **details})
    return order


def asked(client: Client, **filters: object) -> list[int]:
    data = client.post(ORDERS, {"page": 1, "page_size": 100, **filters})["data"]
    assert data["total_count"] == len(data["orders"])
    return [order["id"] for order in data["orders"]]


def test_an_order_is_in_kopecks_with_all_four_statuses(client: Client, twin: RunningTwin) -> None:
    sku_id = sku_of(client, price="2490.10", discount_price="1990.05")
    order_id = bought(twin, sku_id, quantity=3)["id"]
    (order,) = client.post(ORDERS, {})["data"]["orders"]
    assert order["id"] == order_id > 2**53
    (line,) = order["order_lines"]
    assert (line["item_price"], line["total_amount"]) == (199005, 597015)
    assert order["total_amount"] == 597015
    assert sum(order["commission"].values()) == 597015
    assert (line["sku_code"], line["sku_id"]) == ("VAL-27", sku_id)
    families = ("status", "payment_status", "delivery_status", "antifraud_status")
    assert [order[name] for name in families] == ["InProgress", "Hold", "Init", "Passed"]
    assert order["created_at"].endswith("Z")
    assert len(order["created_at"]) == len("2026-11-11T00:00:00.000000Z")
    assert order["delivery_info"]["receiver"]["phone"]


def test_buying_takes_from_stock_and_can_oversell_when_told(
    client: Client, twin: RunningTwin
) -> None:
    sku_id = sku_of(client, inventory=3)
    bought(twin, sku_id, quantity=2)
    body = {"lines": [{"sku_id": sku_id, "quantity": 2}]}
    refused = httpx.post(f"{twin.base_url}/twin/orders", json=body, trust_env=False)
    assert refused.status_code == 400
    bought(twin, sku_id, quantity=2, oversell=True)
    (stock,) = client.post(STOCKS, {"stocks": [{"sku": sku_id}]})["data"]["skus_info"]
    assert stock["max_sellable_quantity"] == 0
    assert len(asked(client)) == 2


def test_orders_are_polled_by_their_time_of_change(client: Client, twin: RunningTwin) -> None:
    sku_id = sku_of(client)
    first = bought(twin, sku_id, paid=False)
    twin.control("POST", "clock", {"advance_seconds": 60})
    second = bought(twin, sku_id)
    since = second["updated_at"][:19] + "Z"
    assert asked(client, update_at_from=since) == [second["id"]]
    twin.control("POST", "clock", {"advance_seconds": 60})
    paid = {"payment_status": "Paid", "status": "InProgress"}
    twin.control("PATCH", f"orders/{first['id']}", paid)
    assert asked(client, update_at_from=since, sorting_order="Asc") == [first["id"], second["id"]]
    assert asked(client, update_at_to=since) == [second["id"]]
    assert asked(client, payment_statuses=["Paid"]) == [first["id"]]
    assert asked(client, order_ids=[str(second["id"])]) == [second["id"]]
    assert asked(client, order_statuses=["Cancelled"]) == []


def test_pages_of_orders_join_without_gap(client: Client, twin: RunningTwin) -> None:
    sku_id = sku_of(client, inventory=50)
    made = [bought(twin, sku_id)["id"] for _ in range(7)]
    seen: list[int] = []
    for page in (1, 2, 3):
        data = client.post(ORDERS, {"page": page, "page_size": 3, "sorting_order": "Asc"})["data"]
        assert data["total_count"] == 7
        seen += [order["id"] for order in data["orders"]]
    assert seen == made


def test_a_shop_sees_its_own_orders_only(client: Client, twin: RunningTwin) -> None:
    bought(twin, sku_of(client))
    other = Client(twin, twin.info.accounts[1].token)
    assert other.post(ORDERS, {})["data"] == {"total_count": 0, "orders": []}
    other.http.close()


@pytest.mark.parametrize(
    "body", [{"page_size": 101}, {"page": 0}, {"update_at_from": "yesterday"}, {"order_ids": "7"}]
)
def test_a_wrong_question_is_refused(client: Client, body: dict[str, object]) -> None:
    assert client.post(ORDERS, body)["error"]["code"] == "ErrorCode.InvalidArgument"

"""The twin's side of what is sold, by raw calls: states, refusals, faults, crowds."""

from typing import Any

import httpx
import pytest
from tests.contract.aliexpress_ru.twin_client import STOCKS, Client

from torgpred.twins.aliexpress_ru.samples import make_product, make_sku
from torgpred.twins.testing import RunningTwin

ORDERS = "/seller-api/v1/order/get-order-list"
PARCEL = "/seller-api/v1/logistic-order"
HANDOVER = "/seller-api/v1/handover-list"
SHIP = "/api/v1/offline-ship"


def stocked(twin: RunningTwin, *inventories: int) -> list[str]:
    products = [
        make_product(
            external_id=str(n), sku_info_list=[make_sku(sku_code=f"S-{n}", inventory=inventory)]
        )
        for n, inventory in enumerate(inventories)
    ]
    twin.control("POST", "listings", {"account": "first", "products": products})
    return [one["sku"][0]["sku_id"] for one in twin.control("GET", "listings")]


def bought(twin: RunningTwin, *sku_ids: str, **details: object) -> dict[str, Any]:
    lines = [{"sku_id": sku_id, "quantity": 1} for sku_id in sku_ids]
    order: dict[str, Any] = twin.control("POST", "orders", {"lines": lines, **details})
    return order


def parcel_of(order: dict[str, Any], **overrides: object) -> dict[str, Any]:
    return {
        "trade_order_id": order["id"],
        "total_length": 30,
        "total_width": 20,
        "total_height": 12,
        "total_weight": 0.8,
        "items": [
            {"sku_id": line["sku_id"], "quantity": line["quantity"]}
            for line in order["order_lines"]
        ],
    } | overrides


def made(client: Client, order: dict[str, Any]) -> int:
    data = client.post(f"{PARCEL}/create", {"orders": [parcel_of(order)]})["data"]
    assert data["errors"] == []
    parcel_id: int = data["orders"][0]["logistic_orders"][0]["id"]
    return parcel_id


def left(client: Client, *sku_ids: str) -> list[int]:
    data = client.post(STOCKS, {"stocks": [{"sku": sku_id} for sku_id in sku_ids]})["data"]
    return [one["max_sellable_quantity"] for one in data["skus_info"]]


def error(answer: dict[str, Any]) -> str:
    code: str = answer["error"]["code"]
    return code


# --- crowds --------------------------------------------------------------------------------------
def test_a_crowd_buys_what_is_there_and_no_more(client: Client, twin: RunningTwin) -> None:
    skus = stocked(twin, 5, 1000, 1000)
    told = twin.control("POST", "orders/bulk", {"count": 300, "lines": 2, "skew": 1.2})
    orders = [one["order"] for one in twin.control("GET", "orders")["orders"]]
    assert len(orders) == told["placed"]
    sold: dict[str, int] = {}
    for order in orders:
        assert sum(line["total_amount"] for line in order["order_lines"]) == order["total_amount"]
        for line in order["order_lines"]:
            sold[line["sku_id"]] = sold.get(line["sku_id"], 0) + line["quantity"]
    assert sold[skus[0]] == 5
    assert sum(sold.values()) == told["pieces"]
    assert left(client, *skus) == [0, 1000 - sold[skus[1]], 1000 - sold[skus[2]]]
    assert told["lines_left_out"] > 0


def test_a_crowd_oversells_when_told_and_is_hot_for_the_first(twin: RunningTwin) -> None:
    skus = stocked(twin, 1, 1, 1, 1)
    crowd = {"count": 400, "skew": 1.5, "oversell": True, "paid_share": 0, "seed": 11}
    told = twin.control("POST", "orders/bulk", crowd)
    assert (told["placed"], told["pieces"], told["lines_left_out"]) == (400, 400, 0)
    orders = [one["order"] for one in twin.control("GET", "orders")["orders"]]
    counts = [sum(o["order_lines"][0]["sku_id"] == sku for o in orders) for sku in skus]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > 2 * counts[1]
    assert {order["payment_status"] for order in orders} == {"NotPaid"}


def test_all_orders_are_told_page_by_page(twin: RunningTwin) -> None:
    stocked(twin, 999)
    twin.control("POST", "orders/bulk", {"count": 25})
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = twin.control("GET", f"orders?after={after}&limit=10")
        seen += [one["order"]["id"] for one in page["orders"]]
        after = page["next"]
    assert len(set(seen)) == len(seen) == 25


@pytest.mark.parametrize(
    "crowd", [{}, {"count": 0}, {"count": 60_000}, {"count": 5, "skew": -1}, {"count": 5, "x": 1}]
)
def test_a_wrong_crowd_is_turned_away(twin: RunningTwin, crowd: dict[str, object]) -> None:
    stocked(twin, 9)
    answer = httpx.post(f"{twin.base_url}/twin/orders/bulk", json=crowd, trust_env=False)
    assert answer.status_code == 400
    assert twin.control("GET", "orders")["orders"] == []


# --- faults --------------------------------------------------------------------------------------
def test_a_buyer_buys_between_reading_and_writing_of_stock(
    client: Client, twin: RunningTwin
) -> None:
    (sku,) = stocked(twin, 5)
    twin.control("POST", "faults", {"kind": "bought_meanwhile", "operations": ["stock.get"]})
    assert left(client, sku) == [5]
    twin.control("DELETE", "faults")
    assert left(client, sku) == [4]
    twin.control(
        "POST", "faults", {"kind": "bought_meanwhile", "operations": ["stock.update"], "value": 2}
    )
    product = twin.control("GET", "listings")[0]["id"]
    skus = [{"sku_code": "S-0", "inventory": "9"}]
    body = {"products": [{"product_id": str(product), "skus": skus}]}
    client.ended(client.post("/api/v1/product/update-sku-stock", body))
    assert left(client, sku) == [9]
    assert client.post(ORDERS, {})["data"]["total_count"] == 2


def test_orders_come_shuffled_and_again(client: Client, twin: RunningTwin) -> None:
    stocked(twin, 900)
    twin.control("POST", "orders/bulk", {"count": 60})
    asked = {"page_size": 50, "sorting_order": "Asc"}
    plain = [order["id"] for order in client.post(ORDERS, asked)["data"]["orders"]]
    twin.control("POST", "faults", {"kind": "orders_shuffled", "count": 1})
    shuffled = [order["id"] for order in client.post(ORDERS, asked)["data"]["orders"]]
    assert (shuffled != plain, sorted(shuffled)) == (True, plain)
    twin.control("POST", "faults", {"kind": "orders_repeated", "value": 5, "count": 1})
    data = client.post(ORDERS, asked | {"page": 2})["data"]
    assert (len(data["orders"]), data["total_count"]) == (15, 60)


# --- courier -------------------------------------------------------------------------------------
def test_a_courier_goes_step_by_step(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    order = bought(twin, sku)
    body: dict[str, object] = {"trade_order_id": order["id"]}
    assert error(client.post(f"{SHIP}/to-delivered", body)) == "ErrorCode.WrongOrderStatus"
    assert error(client.post(f"{SHIP}/to-in-transit", body)) == "ErrorCode.InvalidArgument"
    full = body | {"tracking_number": "A1", "provider_name": "СДЭК"}
    assert client.post(f"{SHIP}/to-in-transit", full)["error"] is None
    assert error(client.post(f"{SHIP}/to-in-transit", full)) == "ErrorCode.WrongOrderStatus"
    assert client.post(f"{SHIP}/to-delivered", body)["error"] is None
    (told,) = client.post(ORDERS, {"delivery_statuses": ["Delivered"]})["data"]["orders"]
    assert (told["status"], told["order_display_status"]) == ("Finished", "Complete")
    assert error(client.post(f"{SHIP}/to-delivered", {"trade_order_id": 7})) == (
        "ErrorCode.OrderNotFound"
    )
    other = Client(twin, twin.info.accounts[1].token)
    assert error(other.post(f"{SHIP}/to-delivered", body)) == "ErrorCode.SellerMismatch"
    other.http.close()


# --- parcels -------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"trade_order_id": 7}, "ErrorCode.OrderNotFound"),
        ({"total_weight": 0}, "ErrorCode.InvalidPackageSize"),
        ({"total_length": "long"}, "ErrorCode.InvalidPackageSize"),
        ({"items": []}, "ErrorCode.InvalidArgument"),
        ({"items": [{"sku_id": 7, "quantity": 1}]}, "ErrorCode.InvalidItems"),
    ],
)
def test_a_wrong_parcel_is_refused_beside_good_ones(
    client: Client, twin: RunningTwin, overrides: dict[str, object], code: str
) -> None:
    (sku,) = stocked(twin, 9)
    good, bad = bought(twin, sku), bought(twin, sku)
    orders = [parcel_of(bad, **overrides), parcel_of(good)]
    data = client.post(f"{PARCEL}/create", {"orders": orders})["data"]
    assert [each["code"] for each in data["errors"]] == [code]
    assert [each["trade_order_id"] for each in data["orders"]] == [good["id"]]


def test_parcels_are_told_in_their_own_words_too(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    order = bought(twin, sku)
    parcel_id = made(client, order)
    body = {"filter_status": "AWAITING_ADDING_TO_HANDOVER", "page_size": 100, "page": 1}
    (told,) = client.post(f"{PARCEL}/get", body)["data"]["logistic_orders"]
    assert (told["logistic_order_id"], told["trade_order_id"]) == (parcel_id, order["id"])
    track = told["platform_tracking_code"]
    (found,) = client.post(ORDERS, {"tracking_numbers": [track]})["data"]["orders"]
    (within,) = found["logistic_orders"]
    assert (within["track_number"], within["status"]) == (track, "AwaitingHandoverList")
    assert client.post(f"{PARCEL}/pass-today", {"order_id": order["id"]})["error"] is None
    other = Client(twin, twin.info.accounts[1].token)
    mismatch = other.post(f"{PARCEL}/delete", {"logistic_order_ids": [parcel_id]})["data"]
    assert [each["code"] for each in mismatch["errors"]] == ["ErrorCode.SellerMismatch"]
    other.http.close()


def test_a_cancelled_order_takes_its_parcels_along(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    order = bought(twin, sku)
    made(client, order)
    twin.control("POST", f"orders/{order['id']}/cancel", {"restock": True})
    (told,) = client.post(ORDERS, {"order_ids": [order["id"]]})["data"]["orders"]
    assert told["logistic_orders"][0]["status"] == "Cancelled"
    assert (told["status"], told["finish_reason"]) == ("Cancelled", "CancelledByBuyer")
    assert left(client, sku) == [9]
    data = client.post(f"{PARCEL}/create", {"orders": [parcel_of(order)]})["data"]
    assert [each["code"] for each in data["errors"]] == ["ErrorCode.WrongOrderStatus"]


def test_a_handover_list_keeps_to_its_state(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    parcel_id = made(client, bought(twin, sku))
    past = {"logistic_order_ids": [parcel_id], "arrival_date": "2020-01-01T00:00:00Z"}
    assert error(client.post(f"{HANDOVER}/create", past)) == "ErrorCode.InvalidArgument"
    list_id = client.post(f"{HANDOVER}/create", {"logistic_order_ids": [parcel_id]})["data"][
        "handover_list_id"
    ]
    again = client.post(f"{HANDOVER}/create", {"logistic_order_ids": [parcel_id]})
    assert error(again) == "ErrorCode.RemoveOrdersFromBatch"
    body = {"handover_list_id": list_id}
    assert client.post(f"{HANDOVER}/transfer", body)["error"] is None
    for name in ("transfer", "add-logistic-orders", "remove-logistic-orders"):
        refused = client.post(f"{HANDOVER}/{name}", body | {"order_ids": [parcel_id]})
        assert error(refused) == "ErrorCode.WrongHandoverListStatusError"
    assert error(client.post(f"{HANDOVER}/transfer", {"handover_list_id": 7})) == (
        "ErrorCode.HandoverListNotFound"
    )
    twin.control("POST", "clock", {"advance_seconds": 6 * 3600 + 1})
    data = client.post(f"{HANDOVER}/get-by-filter", {"page_size": 10, "page_number": 1})["data"]
    (told,) = data["data_source"]
    assert (told["status"], told["logistic_order_ids"]) == ("Accepted", [parcel_id])


def test_what_was_on_its_way_goes_on_after_a_kill(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    parcel_id = made(client, bought(twin, sku))
    list_id = client.post(f"{HANDOVER}/create", {"logistic_order_ids": [parcel_id]})["data"][
        "handover_list_id"
    ]
    client.post(f"{HANDOVER}/transfer", {"handover_list_id": list_id})
    twin.kill()
    twin.start()
    twin.control("POST", "clock", {"advance_seconds": 48 * 3600})
    (told,) = client.post(ORDERS, {})["data"]["orders"]
    assert told["logistic_orders"][0]["status"] == "ProviderPostingDelivered"
    assert told["status"] == "Finished"


# --- what happens afterwards ---------------------------------------------------------------------
def test_what_cannot_happen_is_refused(twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    order = bought(twin, sku)
    url = f"{twin.base_url}/twin/orders/{order['id']}"
    for act in ("pay", "withdraw", "settle", "deliver", "send_back", "dance"):
        assert httpx.post(f"{url}/{act}", json={}, trust_env=False).status_code == 400
    gone = httpx.post(f"{twin.base_url}/twin/orders/77/pay", json={}, trust_env=False)
    assert gone.status_code == 404


def test_a_check_for_fraud_holds_an_order(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    order = bought(twin, sku)
    twin.control("POST", f"orders/{order['id']}/examine", {})
    assert client.post(ORDERS, {"antifraud_statuses": ["Checking"]})["data"]["total_count"] == 1
    data = client.post(f"{PARCEL}/create", {"orders": [parcel_of(order)]})["data"]
    assert data["errors"][0]["code"] == "ErrorCode.WrongOrderStatus"
    twin.control("POST", f"orders/{order['id']}/examine", {"result": "Passed"})
    made(client, order)


# --- groups, messages, pages ---------------------------------------------------------------------
def test_product_groups_are_kept(client: Client) -> None:
    base = "/api/v2/posting"
    group = client.post(f"{base}/create-product-group", {"name": "Валенки", "products": [1, 2]})
    group_id = group["data"]["group_id"]
    client.post(f"{base}/edit-product-group", {"group_id": group_id, "name": "Сапоги"})
    (told,) = client.post(f"{base}/get-product-groups-by-seller", {})["data"]["groups"]
    assert told == {"group_id": group_id, "name": "Сапоги"}
    client.post(f"{base}/delete-product-group", {"group_id": group_id})
    gone = client.post(f"{base}/delete-product-group", {"group_id": group_id})
    assert error(gone) == "ErrorCode.GroupNotFound"


@pytest.mark.parametrize("query", [{"limit": 51}, {"limit": 0}, {"from_message_id": "x"}])
def test_a_wrong_question_for_messages_is_refused(client: Client, query: dict[str, object]) -> None:
    answer = client.get("/api/v2/seller/chat-messages", **query)
    assert error(answer) == "ErrorCode.InvalidArgument"


def test_the_cabinet_lists_orders_without_their_buyers(client: Client, twin: RunningTwin) -> None:
    (sku,) = stocked(twin, 9)
    order = bought(twin, sku)
    made(client, order)
    page = client.http.get("/cabinet/first/orders")
    assert page.status_code == 200
    assert str(order["id"]) in page.text
    assert "AwaitingHandoverList" in page.text
    assert order["buyer_name"] not in page.text
    assert client.http.get("/cabinet/nobody/orders").status_code == 404
    assert "Заказов пока нет" in client.http.get("/cabinet/second/orders").text

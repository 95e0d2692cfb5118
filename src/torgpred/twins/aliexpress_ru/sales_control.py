"""The twin's controls of what is sold; like those of `control` no part of the real API.

| call | what for |
|---|---|
| POST /twin/orders | a buyer buys: {"lines": [{"sku_id", "quantity"}], "paid", "oversell"};
  of a list one after the other, each answered by {"id"} or {"refused"} |
| POST /twin/orders/bulk | many buyers buy at once: {"count", "account", "lines", "skew", ...} |
| GET /twin/orders?after=&limit= | all orders taken, by id: ids, lines, totals, states |
| PATCH /twin/orders/{id} | overwrite fields of an order |
| POST /twin/orders/{id}/pay | an unpaid order is paid |
| POST /twin/orders/{id}/examine | {"result"}: the check for fraud begins or ends |
| POST /twin/orders/{id}/cancel | {"reason", "restock"}: the buyer cancels, or time runs out |
| POST /twin/orders/{id}/ask_cancel, /withdraw | a cancellation is asked for, and not any more |
| POST /twin/orders/{id}/dispute, /settle | {"line_id", "reason"}; {"result"}: money back or not |
| POST /twin/orders/{id}/address | another city, street_house, index, name, phone ... |
| POST /twin/orders/{id}/deliver | what was sent arrives now |
| POST /twin/orders/{id}/send_back | what was sent turns round; once more, and it is back |
| POST /twin/messages | a buyer writes: {"text", "order_id"} |
| GET /twin/messages | all messages |
"""

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.routing import Route

from torgpred.twins.aliexpress_ru import aftermath, buying, chat, effects
from torgpred.twins.aliexpress_ru.control import ControlError, endpoint
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import move_parcels
from torgpred.twins.aliexpress_ru.order_store import PurchaseError, change
from torgpred.twins.aliexpress_ru.shape import whole_number

LIST_MOST = 50_000


class _Line(msgspec.Struct):
    """What a comparison needs of a line."""

    id: int
    sku_code: str
    sku_id: str
    quantity: int
    item_price: int
    total_amount: int
    buyer_comment: str | None = None


class _Brief(msgspec.Struct):
    """What a comparison needs of an order."""

    id: int
    created_at: str
    updated_at: str
    status: str
    payment_status: str
    delivery_status: str
    order_display_status: str
    total_amount: int
    order_lines: list[_Line]


_BRIEF = msgspec.json.Decoder(_Brief)


def _orders(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "POST":
        effects.settle(market)
        if isinstance(body, list):
            return [_bought(market, one) for one in msgspec.convert(body, list[buying.Purchase])]
        return buying.buy(market, msgspec.convert(body, buying.Purchase))
    move_parcels(market)
    after = whole_number(request.query_params.get("after", "0"))
    limit = whole_number(request.query_params.get("limit", str(LIST_MOST)))
    if after is None or limit is None or not 1 <= limit <= LIST_MOST:
        raise ControlError(f"after is an order's id, limit 1 to {LIST_MOST}")
    rows = market.sql.execute(
        "SELECT account, body FROM orders WHERE id > ? AND account = coalesce(?, account)"
        " ORDER BY id LIMIT ?",
        (after, request.query_params.get("account"), limit),
    ).fetchall()
    told = [{"account": owner, "order": _BRIEF.decode(raw)} for owner, raw in rows]
    following = told[-1]["order"].id if len(told) == limit else None
    return {"orders": told, "next": following}


def _bought(market: Market, purchase: buying.Purchase) -> dict[str, Any]:
    try:
        return {"id": buying.buy(market, purchase)["id"]}
    except PurchaseError as error:
        return {"refused": str(error)}


def _bulk(market: Market, _request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    effects.settle(market)
    return buying.crowd(market, msgspec.convert(body, buying.Crowd))


def _order(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    order_id: int = request.path_params["order_id"]
    act = request.path_params.get("act")
    move_parcels(market)
    changed = None
    if order_id < 2**62:
        changed = (
            change(market, order_id, body)
            if act is None
            else aftermath.happen(market, order_id, act, body)
        )
    if changed is None:
        raise ControlError("no such order", 404)
    return changed


def _messages(market: Market, request: Request, body: Any) -> Any:  # noqa: ANN401 - JSON
    if request.method == "POST":
        return chat.write(market, msgspec.convert(body, chat.Letter))
    rows = market.sql.execute(
        "SELECT account, buyer, from_buyer, payload, order_id, is_read FROM messages ORDER BY id"
    ).fetchall()
    names = ("account", "buyer", "from_buyer", "payload", "order_id", "is_read")
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return [one | {"payload": msgspec.Raw(one["payload"])} for one in told]


def routes(market: Market) -> list[Route]:
    """Return the routes of these controls."""
    return [
        Route("/twin/orders", endpoint(market, _orders), methods=["GET", "POST"]),
        Route("/twin/orders/bulk", endpoint(market, _bulk), methods=["POST"]),
        Route("/twin/orders/{order_id:int}", endpoint(market, _order), methods=["PATCH"]),
        Route("/twin/orders/{order_id:int}/{act}", endpoint(market, _order), methods=["POST"]),
        Route("/twin/messages", endpoint(market, _messages), methods=["GET", "POST"]),
    ]

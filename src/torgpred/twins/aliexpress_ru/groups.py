"""Product groups, shown together to buyers: a simple store.

The bodies of these calls were not found; whatever is given is kept and given back.
"""

import msgspec

from torgpred.twins.aliexpress_ru.calls import Answer, Call, number
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.settings import RefusalError

FIRST_PRODUCT_GROUP = 5_100_001


def create(market: Market, call: Call) -> Answer:
    """Answer `create-product-group`; its id is no task group's."""
    group_id = market.file.numbers("next_product_group", 1, FIRST_PRODUCT_GROUP)
    market.sql.execute(
        "INSERT INTO product_groups (id, account, body) VALUES (?, ?, ?)",
        (group_id, call.account.code, msgspec.json.encode(dict(call.body))),
    )
    return {"data": {"group_id": group_id}, "error": None}


def listing(market: Market, call: Call) -> Answer:
    """Answer `get-product-groups-by-seller`."""
    rows = market.sql.execute(
        "SELECT id, body FROM product_groups WHERE account = ? ORDER BY id", (call.account.code,)
    ).fetchall()
    groups = [{**msgspec.json.decode(body), "group_id": group_id} for group_id, body in rows]
    return {"data": {"groups": groups}, "error": None}


def _own(market: Market, call: Call) -> int:
    group_id = number(call, "group_id")
    row = market.sql.execute(
        "SELECT 1 FROM product_groups WHERE id = ? AND account = ?", (group_id, call.account.code)
    ).fetchone()
    if row is None:
        raise RefusalError("ErrorCode.GroupNotFound", f"product group {group_id} not found")
    return group_id


def edit(market: Market, call: Call) -> Answer:
    """Answer `edit-product-group`: the whole of it is replaced."""
    group_id = _own(market, call)
    market.sql.execute(
        "UPDATE product_groups SET body = ? WHERE id = ?",
        (msgspec.json.encode(dict(call.body)), group_id),
    )
    return {"data": {"group_id": group_id}, "error": None}


def delete(market: Market, call: Call) -> Answer:
    """Answer `delete-product-group`."""
    market.sql.execute("DELETE FROM product_groups WHERE id = ?", (_own(market, call),))
    return {"data": {}, "error": None}

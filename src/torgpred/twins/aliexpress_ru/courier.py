"""The seller's own courier: the three steps that a shop tells of."""

from torgpred.twins.aliexpress_ru.calls import Answer, Call
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.moving import CANCELLED, end, parcels_of
from torgpred.twins.aliexpress_ru.order_store import Kept, keep, own, payable
from torgpred.twins.aliexpress_ru.settings import RefusalError


def _step(market: Market, call: Call, before: tuple[str, ...]) -> Kept:
    kept = own(market, call.account.code, call.body.get("trade_order_id"))
    parcels = [one for one in parcels_of(market, kept.id) if one["status"] != CANCELLED]
    now = kept.body["delivery_status"]
    if now not in before or not payable(kept.body) or parcels:
        reason = "goes by the marketplace's logistics" if parcels else f"is {now}"
        raise RefusalError("ErrorCode.WrongOrderStatus", f"order {kept.id} {reason}")
    return kept


def to_in_transit(market: Market, call: Call) -> Answer:
    """Answer `offline-ship/to-in-transit`; a number and a carrier are required."""
    kept = _step(market, call, ("Init",))
    told = {}
    for name in ("tracking_number", "provider_name"):
        value = call.body.get(name)
        if not isinstance(value, str) or not value.strip():
            raise RefusalError("ErrorCode.InvalidArgument", f"{name} is required")
        told[name] = value
    kept.body["delivery_status"] = "InTransit"
    kept.body["order_display_status"] = "WaitAcceptGoods"
    keep(market, kept)
    return {"data": {}, "error": None}


def to_ready_for_pickup(market: Market, call: Call) -> Answer:
    """Answer `offline-ship/to-ready-for-pickup`."""
    kept = _step(market, call, ("InTransit",))
    kept.body["delivery_status"] = "ReadyForPickup"
    keep(market, kept)
    return {"data": {}, "error": None}


def to_delivered(market: Market, call: Call) -> Answer:
    """Answer `offline-ship/to-delivered`: the order ends well."""
    kept = _step(market, call, ("InTransit", "ReadyForPickup"))
    kept.body["delivery_status"] = "Delivered"
    end(kept.body, "Finished", "ConfirmedByLogistic")
    keep(market, kept)
    return {"data": {}, "error": None}

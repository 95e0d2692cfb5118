"""Shops, and what drifted in them."""

from torgpred.api.entering import Entered
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.shapes.shops import Drift, NewState, Shops, ShopShape
from torgpred.api.shapes.values import Id
from torgpred.channels import selectors as channels
from torgpred.channels import services
from torgpred.channels.core.shops import ShopCard, ShopState
from torgpred.listings.services import drifting

_SHOWN = 1_000

section = Section("Shops")


@section.read("/sellers/{seller}/shops", "shops:read", Shops)
def shops(request: Entered, seller: str) -> dict[str, object]:
    """List where a seller sells: its own shops, then joint ones."""
    return {"items": channels.shops_of(request.caller.seller.id)}


@section.read("/sellers/{seller}/shops/{shop}", "shops:read", ShopShape)
def shop(request: Entered, seller: str, shop: Id) -> object:
    """Tell one shop."""
    return shop_of(request, shop)


@section.write("/sellers/{seller}/shops/{shop}/state", "shops:write", ShopShape)
def set_shop_state(request: Entered, seller: str, shop: Id, given: NewState) -> ShopShape:
    """Pause a shop, or go on with it. While it is paused nothing is sent to it or read from it.

    Of a joint shop only the operator's tokens may.
    """
    card = shop_of(request, shop)
    if card.tenant_id not in {request.caller.seller.id, request.caller.tenant.id}:
        raise UnknownError
    changed = services.change_shop(shop_id=card.id, state=ShopState(given.state))
    return ShopShape.model_validate(changed)


@section.read("/sellers/{seller}/shops/{shop}/drift", "plans:read", Drift)
def drift(request: Entered, seller: str, shop: Id) -> dict[str, object]:
    """Tell what stands in a shop as nobody here desired, as last seen; nothing is read anew."""
    card = shop_of(request, shop)
    report = drifting.drift(seller_id=request.caller.seller.id, shop_id=card.id, depth=None)
    return {
        "total": report.total,
        "products": report.products,
        "unread": report.unread,
        "items": [
            {
                "product_key": one.product_key,
                "sku": one.sku,
                "field": one.field,
                "ours": one.ours,
                "there": one.there,
                "since": one.since,
                "choices": [each.value for each in one.choices],
                "note": one.note,
                "by": one.by,
            }
            for one in report.lines[:_SHOWN]
        ],
    }


def shop_of(request: Entered, shop_id: int) -> ShopCard:
    """Return a shop where the seller sells. Raises UnknownError."""
    for one in channels.shops_of(request.caller.seller.id):
        if one.id == shop_id:
            return one
    raise UnknownError

"""Prices for a time: read, planned, taken back."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from ninja import Query

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, page
from torgpred.api.problems import UnfitError, UnknownError
from torgpred.api.registering import Section
from torgpred.api.routes.shops import shop_of
from torgpred.api.shapes.campaigns import (
    Cancelled,
    NewTimedPrices,
    Planned,
    PriceCancelling,
    TimedPrices,
)
from torgpred.api.shapes.values import Id
from torgpred.campaigns.core.errors import CampaignPriceError
from torgpred.campaigns.services.running import BY
from torgpred.listings import selectors as listings
from torgpred.listings.selectors.timed import TimedPriceCard
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_prices import PriceAhead

READ, WRITE = "prices:read", "prices:write"

section = Section("Prices for a time")


@section.read("/sellers/{seller}/prices", READ, TimedPrices)
def list_prices(
    request: Entered,
    seller: str,
    cursor: Cursor,
    limit: Limit,
    open_only: Annotated[
        bool, Query(False, description="Leave out what has ended or was taken back.")
    ],
) -> dict[str, object]:
    """List the seller's prices for a time, in the order they were set."""
    of = "prices"
    found = listings.timed_prices(
        request.caller.seller.id,
        open_only=open_only,
        after=after_number(cursor, of) or 0,
        limit=limit + 1,
    )
    rows, following = page(found, lambda one: one.id, of=of, limit=limit)
    return {"items": [_price(one) for one in rows], "next": following}


@section.write("/sellers/{seller}/shops/{shop}/prices", WRITE, Planned, status=201)
def plan_prices(request: Entered, seller: str, shop: Id, given: NewTimedPrices) -> Planned:
    """Plan what offers cost in a shop from a moment until another; a worker changes them then.

    What cannot be taken is told, and the others are planned. They come back by themselves.
    """
    card = shop_of(request, shop)
    done = timed_prices.schedule(
        seller_id=request.caller.seller.id,
        shop_id=card.id,
        prices=[
            PriceAhead(
                one.sku, Decimal(one.price), None if one.listed is None else Decimal(one.listed)
            )
            for one in given.prices
        ],
        starts_at=_moment("starts_at", given.starts_at),
        ends_at=_moment("ends_at", given.ends_at),
        # Never a campaign's code, by which campaigns know their own.
        reference=f"api: {given.reference}".rstrip(),
        actor=request.caller.actor,
    )
    told = {
        "prices": done.prices,
        "starts_at": done.starts_at,
        "ends_at": done.ends_at,
        "not_taken": [
            {"sku": one.place, "code": one.code, "message": one.message, "mend": one.mend}
            for one in done.findings
        ],
    }
    return Planned.model_validate(told)


@section.write("/sellers/{seller}/prices/cancel", WRITE, Cancelled)
def cancel_prices(request: Entered, seller: str, given: PriceCancelling) -> Cancelled:
    """Take prices for a time back, all or none; those in force end at once.

    A campaign's prices are not taken back so: pause or cancel the campaign.
    """
    owner = request.caller.seller.id
    found = listings.timed_prices(owner, ids=given.ids, limit=len(given.ids))
    if {one.id for one in found} != set(given.ids):
        raise UnknownError
    for one in found:
        if one.set_by == BY:
            raise CampaignPriceError(number=one.id, campaign=one.reference)
    done = timed_prices.withdraw(seller_id=owner, ids=given.ids, actor=request.caller.actor)
    return Cancelled(in_force=done.in_force, coming=done.coming)


def _moment(place: str, text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise UnfitError(first=f"{place}: {error}") from error


def _price(one: TimedPriceCard) -> dict[str, object]:
    names = (
        "id", "price", "listed", "starts_at", "ends_at", "reference", "state", "set_by",
    )  # fmt: skip
    return {
        **{name: getattr(one, name) for name in names},
        "shop": one.shop_id,
        "sku": one.offer_key,
    }

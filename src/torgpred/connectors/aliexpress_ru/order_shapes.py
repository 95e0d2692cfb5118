"""Orders and parcels as the marketplace writes them: those of their fields that are used.

The bounds are what makes an order an ordinary one; anything beyond them goes to `odd_orders`.
"""

from datetime import datetime
from typing import Annotated, Any

import msgspec

from torgpred.connectors.aliexpress_ru.answers import Answer
from torgpred.connectors.aliexpress_ru.odd_orders import KOPECKS_MOST, PIECES_MOST

Id = int | Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Kopecks = Annotated[int, msgspec.Meta(ge=0, le=KOPECKS_MOST)]
Balance = Annotated[int, msgspec.Meta(ge=-KOPECKS_MOST, le=KOPECKS_MOST)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]


class LineIn(msgspec.Struct, gc=False):
    """An order line."""

    id: Id
    item_price: Kopecks
    quantity: Annotated[int, msgspec.Meta(ge=1, le=PIECES_MOST)]
    total_amount: Kopecks
    sku_code: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    sku_id: Id | None = None
    item_id: Id | None = None
    name: str | None = None
    buyer_comment: str | None = None
    issue_status: str | None = None


class CommissionIn(msgspec.Struct, gc=False):
    """What the marketplace keeps of an order, and what it leaves."""

    platform_fee: Balance | None = None
    affiliate_fee: Balance | None = None
    estimate_revenue: Balance | None = None


class ReceiverIn(msgspec.Struct, gc=False):
    """Who takes the parcel."""

    name: str | None = None
    phone: str | None = None


class DeliveryIn(msgspec.Struct, gc=False):
    """Where the parcel goes."""

    country: str | None = None
    region: str | None = None
    city: str | None = None
    street_house: str | None = None
    index: str | None = None
    receiver: ReceiverIn | None = None


class CreationErrorIn(msgspec.Struct, gc=False):
    """Why a parcel could not be made; both are null where it could."""

    code: str | int | None = None
    description: str | None = None


class ParcelLineIn(msgspec.Struct, gc=False):
    """What is in a parcel."""

    sku_id: Id | None = None
    quantity: int = 0


class ParcelIn(msgspec.Struct, gc=False):
    """A parcel; the parcels' own call has other names for its id and number than an order has."""

    id: Id | None = None
    logistic_order_id: Id | None = None
    trade_order_id: Id | None = None
    track_number: str | None = None
    platform_tracking_code: str | None = None
    status: str | None = None
    creation_error: CreationErrorIn | None = None
    lines: list[ParcelLineIn] | None = None
    handover_list_id: Id | None = None
    handover_list_status: str | None = None


class OrderIn(msgspec.Struct, gc=False):
    """An order, with those of its fields that are used."""

    id: Id
    created_at: Moment
    updated_at: Moment
    total_amount: Kopecks
    order_lines: list[LineIn]
    paid_at: Moment | None = None
    status: str | None = None
    payment_status: str | None = None
    delivery_status: str | None = None
    antifraud_status: str | None = None
    order_display_status: str | None = None
    cut_off_date: Moment | None = None
    shipping_deadline: Moment | None = None
    buyer_name: str | None = None
    buyer_phone: str | None = None
    buyer_country_code: str | None = None
    delivery_address: str | None = None
    delivery_info: DeliveryIn | None = None
    seller_comment: str | None = None
    finish_reason: str | None = None
    commission: CommissionIn | None = None
    logistic_orders: list[ParcelIn] | None = None
    disputes: Any = None


class OrdersIn(msgspec.Struct, gc=False):
    """A page of orders."""

    orders: list[OrderIn] | None = None
    total_count: int | None = None


class OrdersAnswer(Answer, frozen=True, kw_only=True):
    """Orders stand in `data.orders`."""

    data: OrdersIn | None = None


class RawOrdersIn(msgspec.Struct):
    """A page of orders, each still as it came."""

    orders: list[msgspec.Raw] | None = None
    total_count: Any = None


class RawOrdersAnswer(Answer, frozen=True, kw_only=True):
    """The same, for a page that holds something odd."""

    data: RawOrdersIn | None = None

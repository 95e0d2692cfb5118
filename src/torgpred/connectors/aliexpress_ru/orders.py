"""Reading orders: windows of time that are each small enough for one page.

The marketplace pages by number and sorts by a time of its own choosing, so an order that changes
while one pages leaves the window, all behind it move up by one, and the first of the next page
is never seen. So nothing is paged where it can be helped: a window whose orders do not fit on one
page is cut shorter until they do, for one page is one answer, taken at one moment. Only a window
of a second, the filters' step, is paged by number, and from the last page to the first: what
moves up then moves to where is still to be read, and comes twice rather than never.

Windows share their boundary second as long as it is not known whether the filter's end, given in
whole seconds, includes all of that second. An order from beyond that end proves it; from then on
windows only touch, so that the fullest seconds are not read twice.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from torgpred.channels.core.contract import Lane, Response
from torgpred.channels.core.orders import OrdersPage, RawOrder
from torgpred.connectors.aliexpress_ru import rules, wire
from torgpred.connectors.aliexpress_ru.client import Call, Client
from torgpred.connectors.aliexpress_ru.order_answers import OrdersRead, read_page
from torgpred.connectors.aliexpress_ru.order_shapes import RawOrdersAnswer
from torgpred.kernel.errors import RefusedError, RetryLaterError

_PATH = "/seller-api/v1/order/get-order-list"
_SIZE = rules.CAPABILITIES.orders_page
_FULL = 0.7
"""How full the next window's page is aimed to be; the rest is room for more orders than before."""
_GROWTH = 3
"""Faster growth runs past the next crowd again and again, a full page in vain each time."""
_TRIES = 40
"""Calls for one page at most: from ten years down to a second takes fewer."""


class Place(NamedTuple):
    """How far a walk is: from which second on, how wide the next window is, which page of it."""

    at: int
    """Seconds since 1970."""
    span: int
    page: int = 0
    """0 where the window is to fit on one page, else the page to be read next, counting down."""
    total: int = 0
    """Orders in a window that is paged by number, as last told."""
    size: int = _SIZE
    """Orders on a full page of it; a marketplace may give fewer than it was asked for."""
    whole: int = 0
    """1 once it was seen that the filter's end includes the whole of its second."""


_CURSOR = re.compile(r"(\d{1,11}):(\d{1,10}):(\d{1,9}):(\d{1,9}):([1-9]\d{0,8}):([01])", re.ASCII)


class OrderCalls:
    """The contract's calls for orders."""

    _client: Client

    def orders(self, since: datetime, until: datetime, cursor: str = "") -> OrdersPage:
        """Return one page of the orders that changed within [since, until], oldest first.

        Raises ValueError for naive times and for a cursor that is none of ours.
        """
        first, last = _second(since), _second(until) + 1
        place = _place(cursor) if cursor else Place(first, max(1, last - first))
        for _ in range(_TRIES):
            if place.page:
                return self._numbered(place, last)
            end = min(place.at + place.span, max(last, place.at + 1))
            read = self._window(place, end, 1)
            if not place.whole and _beyond(read, end):
                place = place._replace(whole=1)
            # An answer is whole only where it is short of a page and of no order that it counts.
            if read.given < _SIZE and (read.total is None or read.total <= read.given):
                return _page(read, _after(place, end, last, read.given))
            total = max(read.total or 0, read.given + 1)
            span = end - place.at
            if span > 1:
                fitting = int(span * _SIZE * _FULL / total)
                place = place._replace(span=max(1, min(span // 2, fitting)))
            else:
                size = min(read.given, _SIZE) or _SIZE
                place = Place(place.at, 1, _last_page(total, size), total, size, whole=place.whole)
        raise RetryLaterError(reason="The marketplace's count of orders changes with every answer.")

    def order(self, remote_id: str) -> RawOrder | None:
        """Return one order as it stands; None where there is none.

        Raises RefusedError where the answer cannot be read as an order.
        """
        read = self._listed([remote_id])
        found = next((order for order in read.orders if order.remote_id == remote_id), None)
        if found is None and read.unreadable:
            raise RefusedError(reason=f"The marketplace's order {remote_id} cannot be read.")
        return found

    def _listed(self, order_ids: Sequence[str], info: str | None = None) -> OrdersRead:
        """Return orders by their ids, at most a page of them."""
        body: dict[str, object] = {
            "page": 1,
            "page_size": _SIZE,
            "order_ids": [wire.id_out(one) for one in order_ids],
        }
        return self._ask(body if info is None else body | {"trade_order_info": info})

    def _numbered(self, place: Place, last: int) -> OrdersPage:
        """Return a page of a second that holds more orders than fit on one."""
        read = self._window(place, place.at + 1, place.page)
        if not place.whole and _beyond(read, place.at + 1):
            return _page(read, Place(place.at, 1, whole=1))
        total = place.total if read.total is None else read.total
        if total > place.total and _last_page(total, place.size) != place.page:
            # Orders appeared in a second that was past: what moved down is behind us, so anew.
            return _page(read, place._replace(page=_last_page(total, place.size), total=total))
        last_known = place.page == _last_page(place.total, place.size)
        if read.total is None and last_known and read.given >= place.size:
            # No count is told and the last page is full: look for the true end.
            total = place.total + place.size
            return _page(read, place._replace(page=place.page + 1, total=total))
        if place.page > 1:
            total = min(total, place.total)
            return _page(read, place._replace(page=place.page - 1, total=total))
        return _page(read, _after(place, place.at + 1, last, _SIZE))

    def _window(self, place: Place, end: int, page: int) -> OrdersRead:
        return self._ask(
            {
                "page": page,
                "page_size": _SIZE,
                "update_at_from": _moment(place.at),
                "update_at_to": _moment(end - place.whole),
                "sorting_order": "Asc",
            }
        )

    def _ask(self, body: dict[str, object]) -> OrdersRead:
        call = Call(operation="order.list", path=_PATH, lane=Lane.ORDERS, body=body, private=True)
        return understood(self._client, call, self._client.deliver(call))


def understood(client: Client, call: Call, response: Response) -> OrdersRead:
    """Read an answer of the orders' call; raises as Client.ask, quoting nothing of a buyer."""
    try:
        return read_page(response.body)
    except msgspec.DecodeError:
        # No orders in it: a refusal, or cut. That is told as for any other call.
        answer = client.understand(call, response, RawOrdersAnswer)
        if answer.data is None:
            return OrdersRead((), 0)
        raise RetryLaterError(reason="The answer to order.list cannot be read.") from None


def _page(read: OrdersRead, following: Place | None) -> OrdersPage:
    ordered = sorted(read.orders, key=lambda order: order.updated_at)
    cursor = "" if following is None else ":".join(map(str, following))
    return OrdersPage(tuple(ordered), cursor, read.unreadable)


def _after(place: Place, end: int, last: int, total: int) -> Place | None:
    """Return the window that follows one that ended so and held so many; None after the last."""
    if end >= last:
        return None
    span = end - place.at
    fitting = span * _GROWTH if not total else int(span * _SIZE * _FULL / total)
    return Place(end, max(1, min(fitting, span * _GROWTH)), whole=place.whole)


def _beyond(read: OrdersRead, end: int) -> bool:
    """Tell whether an answer holds an order from within the second that its filter ended with."""
    return any(end < order.updated_at.timestamp() < end + 1 for order in read.orders)


def _last_page(total: int, size: int) -> int:
    return -(-total // size)


def _second(moment: datetime) -> int:
    if moment.tzinfo is None:
        msg = "times are aware UTC"
        raise ValueError(msg)
    return max(0, int(moment.timestamp()))


def _moment(second: int) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _place(cursor: str) -> Place:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        msg = f"not a cursor of this connector: {cursor[:40]!r}"
        raise ValueError(msg)
    return Place(*map(int, found.groups()))

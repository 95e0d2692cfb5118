"""Orders that come in: the quick way to read a page of them.

Money arrives in whole kopecks. A page that holds what it should is read here, straight into the
contract's values; whatever is out of shape or out of bounds sends the order it is in, and that
order alone, to `odd_orders`.
"""

from datetime import UTC, datetime
from decimal import Decimal

import msgspec

from torgpred.channels.core.orders import (
    Buyer,
    OrderPhase,
    OrdersPage,
    ParcelOutcome,
    RawLine,
    RawOrder,
)
from torgpred.connectors.aliexpress_ru import odd_orders
from torgpred.connectors.aliexpress_ru.answers import text
from torgpred.connectors.aliexpress_ru.order_shapes import (
    OrderIn,
    OrdersAnswer,
    ParcelIn,
    RawOrdersAnswer,
)
from torgpred.connectors.aliexpress_ru.order_words import (
    NO_ISSUE,
    Words,
    country_code,
    held_by,
    parcel_phase,
    phase_of,
)

CURRENCY = "RUB"
_CENT = Decimal("0.01")
"""Times so many kopecks, an amount in roubles with its two places, exactly."""


class OrdersRead(msgspec.Struct, frozen=True):
    """What a page of the marketplace's list holds."""

    orders: tuple[RawOrder, ...]
    total: int | None
    """How many orders match in all; None where the answer did not say."""
    unreadable: tuple[str, ...] = ()

    @property
    def given(self) -> int:
        """Return how many orders came, readable or not."""
        return len(self.orders) + len(self.unreadable)


_QUICK = msgspec.json.Decoder(OrdersAnswer)
_RAW = msgspec.json.Decoder(RawOrdersAnswer, float_hook=Decimal)
_ONE = msgspec.json.Decoder(OrderIn)


class _Phases(dict[Words, tuple[OrderPhase, str, str]]):
    """Phase, words in one text, and the word an order is held by, for five words."""

    _MOST = 10_000

    def __missing__(self, words: Words) -> tuple[OrderPhase, str, str]:
        made = (phase_of(words), ",".join(word or "" for word in words), held_by(words))
        if len(self) < self._MOST:
            self[words] = made
        return made


_PHASES = _Phases()


def read_orders(body: bytes) -> OrdersPage:
    """Read the answer of the orders' call; `next` stays empty, since paging is the caller's.

    No order of the page is lost: one that is out of shape comes with `troubles`, one without an id
    among the `unreadable`. Raises msgspec.DecodeError where the body is cut, no JSON, or an answer
    of another kind, such as a refusal.
    """
    read = read_page(body)
    return OrdersPage(read.orders, unreadable=read.unreadable)


def read_page(body: bytes) -> OrdersRead:
    """Read the answer of the orders' call, with the count of all that match.

    Raises as `read_orders`.
    """
    try:
        return _read_page(body)
    except RecursionError:
        return _read_page(odd_orders.flat(body))


def _read_page(body: bytes) -> OrdersRead:
    # PostgreSQL takes no NUL in a text, so a page that holds one is read with care.
    if not _may_hold_nul(body):
        try:
            answer = _QUICK.decode(body)
            if answer.error is None and answer.data is not None:
                orders = tuple([_order(order) for order in answer.data.orders or ()])
                return OrdersRead(orders, answer.data.total_count)
        except (msgspec.DecodeError, UnicodeDecodeError, _OddError):
            pass
    return _one_by_one(body)


def _may_hold_nul(body: bytes) -> bool:
    # A single byte is found a hundred times as fast as several, and most pages escape nothing.
    # A NUL that is not escaped is no JSON: the decoder refuses it.
    return b"\\" in body and b"\\u0000" in body


def _one_by_one(body: bytes) -> OrdersRead:
    try:
        answer = _RAW.decode(body)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        # One broken text breaks the JSON of the whole page; the lenient reader gets past it.
        return _leniently(body)
    if answer.data is None or answer.error is not None:
        raise msgspec.DecodeError("the answer holds no orders")
    read = [_read_one(bytes(raw)) for raw in answer.data.orders or ()]
    return _gathered(read, answer.data.total_count)


def _leniently(body: bytes) -> OrdersRead:
    answer = odd_orders.loads(body)
    data = answer.get("data") if isinstance(answer, dict) else None
    orders = data.get("orders") if isinstance(data, dict) else None
    if not isinstance(answer, dict) or answer.get("error") or not isinstance(orders, list):
        raise msgspec.DecodeError("the answer holds no orders")
    assert isinstance(data, dict)  # noqa: S101 - it holds orders
    return _gathered([odd_orders.read(order) for order in orders], data.get("total_count"))


def _gathered(read: list[RawOrder | str], total: object) -> OrdersRead:
    return OrdersRead(
        tuple(order for order in read if not isinstance(order, str)),
        total if isinstance(total, int) and not isinstance(total, bool) else None,
        tuple(order for order in read if isinstance(order, str)),
    )


def _read_one(raw: bytes) -> RawOrder | str:
    if not _may_hold_nul(raw):
        try:
            return _order(_ONE.decode(raw))
        except (msgspec.DecodeError, UnicodeDecodeError, _OddError):
            pass
    try:
        return odd_orders.read(odd_orders.loads(raw))
    except msgspec.DecodeError:
        return odd_orders.shown(None)


class _OddError(Exception):
    """An order has the right types but cannot be read the quick way."""


def _order(given: OrderIn) -> RawOrder:
    words = (
        given.status,
        given.payment_status,
        given.delivery_status,
        given.antifraud_status,
        given.order_display_status,
    )
    phase, said, reason = _PHASES[words]
    if given.finish_reason:
        reason = given.finish_reason
        phase = phase_of(words, reason)
    lines, troubles, issue = _lines(given)
    payout = fees = None
    if (commission := given.commission) is not None:
        if commission.estimate_revenue is not None:
            payout = _CENT * commission.estimate_revenue
        if commission.platform_fee is not None:
            fees = _CENT * (commission.platform_fee + (commission.affiliate_fee or 0))
    return RawOrder(
        str(given.id),
        _utc(given.created_at),
        _utc(given.updated_at),
        phase,
        said,
        CURRENCY,
        _CENT * given.total_amount,
        lines,
        _known(given.paid_at),
        _earlier(_known(given.cut_off_date), _known(given.shipping_deadline)),
        country_code(given.buyer_country_code or ""),
        _buyer(given),
        payout,
        fees,
        given.seller_comment or "",
        reason,
        troubles,
        tuple([parcel_of(each) for each in given.logistic_orders]) if given.logistic_orders else (),
        issue or (odd_orders.dispute_words(given.disputes) if given.disputes else ""),
    )


def _lines(given: OrderIn) -> tuple[tuple[RawLine, ...], tuple[str, ...], str]:
    """Return the lines, what is wrong with their sums, and the word of a dispute about one."""
    made: list[RawLine] = []
    troubles: tuple[str, ...] = ()
    seen: set[int | str] = set()
    total = 0
    disputed = ""
    for line in given.order_lines:
        amount, price, quantity = line.total_amount, line.item_price, line.quantity
        total += amount
        seen.add(line.id)
        each = of_all = _CENT * price
        if amount != price:
            of_all = _CENT * amount
        if price * quantity != amount:
            troubles += (odd_orders.line_differs(len(made) + 1, quantity, each, of_all),)
        issue = line.issue_status or ""
        if issue in NO_ISSUE:
            issue = ""
        else:
            disputed = issue
        made.append(
            RawLine(
                str(line.id),
                line.sku_code,
                quantity,
                each,
                of_all,
                "" if line.item_id is None else str(line.item_id),
                "" if line.sku_id is None else str(line.sku_id),
                line.name or "",
                line.buyer_comment or "",
                None,
                issue,
            )
        )
    if len(seen) != len(made) or not made:
        raise _OddError
    if total != given.total_amount:
        troubles += (odd_orders.sum_differs(_CENT * total, _CENT * given.total_amount),)
    return tuple(made), troubles, disputed


def _buyer(given: OrderIn) -> Buyer:
    where = given.delivery_info
    if where is None:
        return Buyer(
            given.buyer_name or "",
            given.buyer_phone or "",
            address=given.delivery_address or "",
        )
    receiver = where.receiver
    return Buyer(
        (receiver.name if receiver else None) or given.buyer_name or "",
        (receiver.phone if receiver else None) or given.buyer_phone or "",
        where.country or "",
        where.region or "",
        where.city or "",
        where.street_house or "",
        where.index or "",
        given.delivery_address or "",
    )


def parcel_of(given: ParcelIn, ref: str = "", order_id: str = "") -> ParcelOutcome:
    """Return a parcel as the contract has it."""
    parcel_id = given.id if given.id is not None else given.logistic_order_id
    error = given.creation_error
    said = ": ".join(
        part for part in (text(error.code), error.description or "") if part
    ) if error else ""  # fmt: skip
    word, handover_word = given.status or "", given.handover_list_status or ""
    return ParcelOutcome(
        ref=ref,
        remote_id=text(parcel_id),
        order_id=text(given.trade_order_id) or order_id,
        track_number=given.track_number or given.platform_tracking_code or "",
        state_word=word,
        handover_id=text(given.handover_list_id),
        problem=said,
        phase=parcel_phase(word, handover_word),
        handover_word=handover_word,
        items=tuple([(text(line.sku_id), line.quantity) for line in given.lines or ()]),
    )


def _utc(moment: datetime) -> datetime:
    known = _known(moment)
    if known is None:
        raise _OddError
    return known


def _known(moment: datetime | None) -> datetime | None:
    """Return a moment in UTC, None for none; the year 1 is how some servers write "none"."""
    if moment is None or not odd_orders.FIRST_YEAR < moment.year < odd_orders.LAST_YEAR:
        return None
    return moment if moment.tzinfo is UTC else moment.astimezone(UTC)


def _earlier(first: datetime | None, second: datetime | None) -> datetime | None:
    if first is None or second is None:
        return first or second
    return min(first, second)

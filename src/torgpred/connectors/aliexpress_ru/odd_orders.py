"""Orders that are not as they should be: read all the same, field by field, with what was odd.

Nothing in here raises for content. What cannot be read is left out or set to what is safe, and a
sentence in `troubles` tells so: it names fields and numbers, never a buyer.
"""

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import msgspec

from torgpred.channels.core.orders import Buyer, ParcelOutcome, RawLine, RawOrder
from torgpred.connectors.aliexpress_ru.order_words import (
    NO_ISSUE,
    Words,
    country_code,
    held_by,
    parcel_phase,
    phase_of,
)
from torgpred.kernel.quantity import decimal_of

KOPECKS_MOST = 10**14
PIECES_MOST = 1_000_000
FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Moments lie between them; the year 1 is how some servers write "none"."""
_ID_MOST = 200
_SHOWN_MOST = 2000
_DEEPEST = 30
_TOKENS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{}]', re.DOTALL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CENT = Decimal("0.01")

_SHOWN_KEYS = frozenset(
    {
        "id", "created_at", "paid_at", "updated_at", "status", "payment_status",
        "delivery_status", "antifraud_status", "order_display_status", "total_amount",
        "finish_reason", "cut_off_date", "shipping_deadline", "fully_prepared", "order_lines",
        "item_id", "sku_id", "sku_code", "item_price", "quantity", "issue_status", "commission",
        "platform_fee", "affiliate_fee", "estimate_revenue", "logistic_orders", "trade_order_id",
        "track_number", "handover_list_id", "handover_list_status",
    }
)  # fmt: skip
"""Fields that are no buyer's; of all others only the name is shown."""


def roubles(kopecks: int) -> Decimal:
    """Return kopecks as roubles, exactly, with two places."""
    return _CENT * kopecks


def line_differs(place: int, quantity: int, price: Decimal, amount: Decimal) -> str:
    """Return the trouble of a line that is not its price times its quantity."""
    return f"Line {place}: {quantity} x {price} is {quantity * price}, the line says {amount}."


def sum_differs(lines: Decimal, total: Decimal) -> str:
    """Return the trouble of an order whose lines do not make its total."""
    return f"The lines make {lines}, the order says {total}."


def dispute_words(disputes: object) -> str:
    """Return the words of the disputes that are open, such as "InProcess LowQuality"."""
    words: list[str] = []
    for dispute in disputes if isinstance(disputes, list) else [disputes]:
        told = dispute if isinstance(dispute, dict) else {"status": dispute}
        parts = [_word(told.get(name)) for name in ("status", "reason", "type")]
        if parts[0] in NO_ISSUE and parts[0]:
            continue
        words.append(" ".join(part for part in parts if part) or "a dispute")
    return ", ".join(words)


def loads(body: bytes) -> Any:  # noqa: ANN401 - JSON
    """Read JSON that strict readers refuse: bytes that are no UTF-8, half surrogates, huge numbers.

    Raises msgspec.DecodeError where it is no JSON at all.
    """
    try:
        return json.loads(
            body.decode("utf-8", "replace"),
            parse_float=_decimal,
            parse_int=lambda digits: int(digits) if len(digits) < 100 else digits,
            parse_constant=str,
        )
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError("the answer is cut or no JSON") from error


def flat(body: bytes) -> bytes:
    """Return JSON with null for whatever lies deeper than anything that is read.

    One value nested a thousandfold makes readers give up on all that stands beside it.
    """
    kept: list[bytes] = []
    depth = start = 0
    for token in _TOKENS.finditer(body):
        sign = token.group()
        if sign in (b"[", b"{"):
            depth += 1
            if depth == _DEEPEST:
                kept += [body[start : token.start()], b"null"]
        elif sign in (b"]", b"}"):
            depth -= 1
            if depth == _DEEPEST - 1:
                start = token.end()
    return b"".join((*kept, body[start:])) if depth < _DEEPEST else b"".join(kept)


def _decimal(digits: str) -> Decimal | str:
    return Decimal(digits) if len(digits) < 100 else digits


def shown(order: object) -> str:
    """Return an order as JSON of at most 2,000 characters, without anything of its buyer."""
    return json.dumps(_stripped(order), ensure_ascii=False)[:_SHOWN_MOST]


def _stripped(value: object) -> object:
    if isinstance(value, dict):
        return {
            _clean(str(key))[:60]: _stripped(inner) if key in _SHOWN_KEYS else "..."
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_stripped(inner) if isinstance(inner, dict) else "..." for inner in value[:20]]
    if value is None or isinstance(value, bool | int):
        return value
    # An id or a state; a whole order that is no object may be anything and is not shown.
    return _clean(str(value))[:60] if isinstance(value, str | Decimal) else "..."


def read(given: object) -> RawOrder | str:
    """Read an order field by field; what cannot be told from others by an id is returned as text.

    Given the JSON value of the order. The text is what `shown` makes of it.
    """
    if not isinstance(given, dict):
        return shown({"order": type(given).__name__})
    order_id = _id(given.get("id"))
    return _Reading(given).order(order_id) if order_id else shown(given)


class _Reading:
    """One order being read, and what was odd about it."""

    def __init__(self, given: dict[str, Any]) -> None:
        self.given = given
        self.troubles: list[str] = []

    def order(self, order_id: str) -> RawOrder:
        given = self.given
        words: Words = (
            _word(given.get("status")),
            _word(given.get("payment_status")),
            _word(given.get("delivery_status")),
            _word(given.get("antifraud_status")),
            _word(given.get("order_display_status")),
        )
        finish_reason = _word(given.get("finish_reason"))
        created = self._moment("created_at")
        updated = self._moment("updated_at")
        if created is None:
            self.troubles.append("created_at is no moment.")
        if updated is None:
            self.troubles.append("updated_at is no moment: versions cannot be told apart.")
        lines = self._lines()
        total = self._total(lines)
        payout, fees = self._commission()
        issue = next((line.issue for line in lines if line.issue), "")
        deadlines = [self._moment(name) for name in ("cut_off_date", "shipping_deadline")]
        disputes = given.get("disputes")
        return RawOrder(
            remote_id=order_id,
            created_at=created or updated or _EPOCH,
            updated_at=updated or created or _EPOCH,
            phase=phase_of(words, finish_reason),
            words=",".join(word or "" for word in words),
            currency="RUB",
            total=total,
            lines=tuple(lines),
            paid_at=self._moment("paid_at"),
            ship_by=min((each for each in deadlines if each is not None), default=None),
            buyer_country=country_code(_word(given.get("buyer_country_code"))),
            buyer=self._buyer(),
            payout=payout,
            fees=fees,
            comment=_word(given.get("seller_comment")),
            reason=finish_reason or held_by(words),
            parcels=self._parcels(),
            dispute=issue or (dispute_words(disputes) if disputes else ""),
            troubles=tuple(self.troubles),
        )

    def _moment(self, name: str) -> datetime | None:
        value = self.given.get(name)
        if not isinstance(value, str):
            return None
        try:
            moment = datetime.fromisoformat(value.strip())
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            utc = aware.astimezone(UTC)
        except (ValueError, OverflowError):
            return None
        return utc if FIRST_YEAR < utc.year < LAST_YEAR else None

    def _lines(self) -> list[RawLine]:
        given = self.given.get("order_lines")
        if not isinstance(given, list) or not given:
            self.troubles.append("It holds no lines.")
            return []
        taken: set[str] = set()
        return [self._line(place, line, taken) for place, line in enumerate(given, start=1)]

    def _line(self, place: int, given: object, taken: set[str]) -> RawLine:
        line = given if isinstance(given, dict) else {}
        line_id = self._line_id(place, line.get("id"), taken)
        quantity = whole(line.get("quantity"))
        if quantity is None or not 1 <= quantity <= PIECES_MOST:
            self._odd(place, "quantity is no number of pieces", "taken as 0")
            quantity = 0
        price = kopecks(line.get("item_price"))
        amount = kopecks(line.get("total_amount"))
        if price is None and amount is not None and quantity and amount % quantity == 0:
            self._odd(place, "item_price is no amount", "worked out from the line's")
            price = amount // quantity
        if price is None:
            self._odd(place, "item_price is no amount", "taken as 0")
            price = 0
        if amount is None:
            self._odd(place, "total_amount is no amount", "taken as price x quantity")
            amount = min(price * quantity, KOPECKS_MOST)
        if price * quantity != amount:
            self.troubles.append(line_differs(place, quantity, roubles(price), roubles(amount)))
        sku = _word(line.get("sku_code"))
        if not sku or len(sku) > _ID_MOST:
            self._odd(place, "sku_code is missing or too long", "known by the marketplace's id")
        issue = _word(line.get("issue_status"))
        return RawLine(
            remote_id=line_id,
            sku=sku[:_ID_MOST],
            quantity=quantity,
            price=roubles(price),
            amount=roubles(amount),
            remote_product_id=_id(line.get("item_id")),
            remote_sku_id=_id(line.get("sku_id")),
            name=_word(line.get("name")),
            comment=_word(line.get("buyer_comment")),
            issue="" if issue in NO_ISSUE else issue,
        )

    def _line_id(self, place: int, given: object, taken: set[str]) -> str:
        line_id = _id(given)
        if not line_id:
            self._odd(place, "id is missing", "known by its place")
            line_id = f"line-{place}"
        if line_id in taken:
            self._odd(place, "another line has its id", "known by its place too")
            line_id = f"{line_id[:150]}-{place}"
        while line_id in taken:
            line_id += "-"
        taken.add(line_id)
        return line_id

    def _odd(self, place: int, what: str, taken_as: str) -> None:
        self.troubles.append(f"Line {place}: {what}, {taken_as}.")

    def _total(self, lines: list[RawLine]) -> Decimal:
        made = min(sum((line.amount for line in lines), Decimal(0)), roubles(KOPECKS_MOST))
        told = kopecks(self.given.get("total_amount"))
        if told is None:
            self.troubles.append("total_amount is no amount: taken as the sum of its lines.")
            return made.quantize(_CENT)
        if roubles(told) != made:
            self.troubles.append(sum_differs(made, roubles(told)))
        return roubles(told)

    def _commission(self) -> tuple[Decimal | None, Decimal | None]:
        given = self.given.get("commission")
        if not isinstance(given, dict):
            if given is not None:
                self.troubles.append("commission cannot be read.")
            return None, None
        amounts = [
            kopecks(given.get(name), signed=True)
            for name in ("estimate_revenue", "platform_fee", "affiliate_fee")
        ]
        if any(
            amount is None and given.get(name) is not None
            for amount, name in zip(
                amounts, ("estimate_revenue", "platform_fee", "affiliate_fee"), strict=True
            )
        ):
            self.troubles.append("commission holds something that is no amount.")
        payout, platform, affiliate = amounts
        return (
            None if payout is None else roubles(payout),
            None if platform is None else roubles(platform + (affiliate or 0)),
        )

    def _buyer(self) -> Buyer:
        given = self.given
        where = given.get("delivery_info")
        where = where if isinstance(where, dict) else {}
        receiver = where.get("receiver")
        receiver = receiver if isinstance(receiver, dict) else {}
        return Buyer(
            name=_word(receiver.get("name")) or _word(given.get("buyer_name")),
            phone=_word(receiver.get("phone")) or _word(given.get("buyer_phone")),
            country=_word(where.get("country")),
            region=_word(where.get("region")),
            city=_word(where.get("city")),
            street=_word(where.get("street_house")),
            postcode=_word(where.get("index")),
            address=_word(given.get("delivery_address")),
        )

    def _parcels(self) -> tuple[ParcelOutcome, ...]:
        given = self.given.get("logistic_orders")
        if given is None:
            return ()
        parcels = given if isinstance(given, list) else [given]
        known = [parcel for parcel in parcels if isinstance(parcel, dict)]
        if len(known) != len(parcels):
            self.troubles.append("logistic_orders holds something that is no parcel.")
        return tuple(parcel(each) for each in known)


def parcel(given: dict[str, Any]) -> ParcelOutcome:
    """Read a parcel field by field."""
    error = given.get("creation_error")
    error = error if isinstance(error, dict) else {}
    word, handover_word = _word(given.get("status")), _word(given.get("handover_list_status"))
    lines = given.get("lines")
    return ParcelOutcome(
        remote_id=_id(given.get("id")) or _id(given.get("logistic_order_id")),
        order_id=_id(given.get("trade_order_id")),
        track_number=_word(given.get("track_number")) or _word(given.get("platform_tracking_code")),
        state_word=word,
        handover_id=_id(given.get("handover_list_id")),
        problem=": ".join(
            part for part in (_word(error.get("code")), _word(error.get("description"))) if part
        ),
        phase=parcel_phase(word, handover_word),
        handover_word=handover_word,
        items=tuple(
            (_id(line.get("sku_id")), whole(line.get("quantity")) or 0)
            for line in (lines if isinstance(lines, list) else ())
            if isinstance(line, dict)
        ),
    )


def whole(value: object) -> int | None:
    """Return a whole number that came as a number or as text; None where there is none."""
    if isinstance(value, bool):
        return None
    number = decimal_of(value) if isinstance(value, str) else value
    if isinstance(number, int):
        return number
    if isinstance(number, Decimal) and number.is_finite() and number == number.to_integral_value():
        return int(number) if abs(number) < 10**30 else None
    return None


def kopecks(value: object, *, signed: bool = False) -> int | None:
    """Return an amount in kopecks within its bounds; None where there is none."""
    amount = whole(value)
    if amount is None or abs(amount) > KOPECKS_MOST or (amount < 0 and not signed):
        return None
    return amount


def _clean(value: str) -> str:
    """Return a text that every database and encoder takes: no NUL, no half surrogates."""
    return value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def _word(value: object) -> str:
    if isinstance(value, str):
        return _clean(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def _id(value: object) -> str:
    """Return an id as text; empty where it is missing or too long to be one."""
    if isinstance(value, Decimal):
        value = whole(value)
    found = _word(value)
    return found if len(found) <= _ID_MOST else ""

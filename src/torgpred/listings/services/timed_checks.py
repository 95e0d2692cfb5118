"""What prices for a time may be taken, and which of them would meet others."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
from django.db import connection

from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.kernel.money import CENT
from torgpred.listings.services.drift_decisions import prices_left_alone

UNKNOWN: Final = Kind(
    "timed.unknown_offer",
    Severity.ERROR,
    "No offer {place} of this seller is known.",
    "Check the key: it is the offer's own in the file.",
)
NO_PRICE: Final = Kind(
    "timed.price",
    Severity.ERROR,
    "{value} is no price: it must be above 0, with two decimal places at most.",
    "Give the price in the shop's currency.",
)
LISTED_LOWER: Final = Kind(
    "timed.listed",
    Severity.ERROR,
    "The crossed-out price {value} must lie above the price {price}, in whole cents.",
    "Give a higher one, or none.",
)
TWICE: Final = Kind(
    "timed.twice",
    Severity.ERROR,
    "The offer is named twice; its first price was taken, {value} was not.",
    "Name each offer once.",
)
MEETS: Final = Kind(
    "timed.meets",
    Severity.ERROR,
    "The offer has another price for a time then: {value} from {start} until {end} ({reference}).",
    "Withdraw or move that one first.",
)
LEFT_ALONE: Final = Kind(
    "timed.left_alone",
    Severity.ERROR,
    "Its price in the shop is left as it stands there: {value} decided so on {date}.",
    "Take that decision back first (torgpred drift), then plan the price.",
)
_MOST: Final = Decimal(999999999999)

_KNOWN = "SELECT key FROM catalogue_offer WHERE seller_id = %s AND key = ANY(%s)"

# Prices that hold at some time of a span, whose ends are left out.
_MEETING = """
    SELECT DISTINCT ON (given.key) given.key, timed.price, timed.starts_at,
           least(timed.ends_at, timed.withdrawn_at), timed.reference
    FROM unnest(%(keys)s::text[], %(starts)s::timestamptz[], %(ends)s::timestamptz[])
         AS given (key, starts_at, ends_at)
    JOIN listings_timedprice timed
      ON timed.seller_id = %(seller)s AND timed.shop_id = %(shop)s
     AND timed.offer_key = given.key AND timed.id <> ALL(%(but)s)
     AND timed.starts_at < given.ends_at
     AND least(timed.ends_at, timed.withdrawn_at) > greatest(given.starts_at, timed.starts_at)
    ORDER BY given.key, timed.starts_at
"""


class PriceAhead(msgspec.Struct, frozen=True):
    """What an offer is to cost for a time; amounts in the shop's currency.

    `listed` is the crossed-out price that is shown beside it, None where none is to be shown.
    """

    offer_key: str
    price: Decimal
    listed: Decimal | None = None


def well_formed(prices: Iterable[PriceAhead]) -> tuple[list[PriceAhead], list[Finding]]:
    """Return the prices that are prices, one an offer, and what is wrong with the others."""
    taken: dict[str, PriceAhead] = {}
    findings = []
    for one in prices:
        if one.offer_key in taken:
            findings.append(TWICE.at(one.offer_key, one.price))
        elif not _whole_cents(one.price):
            findings.append(NO_PRICE.at(one.offer_key, one.price))
        elif one.listed is not None and not (_whole_cents(one.listed) and one.listed > one.price):
            findings.append(LISTED_LOWER.at(one.offer_key, one.listed, price=one.price))
        else:
            taken[one.offer_key] = one
    return list(taken.values()), findings


def _whole_cents(amount: Decimal) -> bool:
    return amount.is_finite() and 0 < amount < _MOST and amount == amount.quantize(CENT)


def not_taken(
    seller_id: int, shop_id: int, taken: Sequence[PriceAhead], starts: datetime, ends: datetime
) -> list[Finding]:
    """Return what stands against single prices, one finding an offer."""
    keys = [one.offer_key for one in taken]
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [seller_id, keys])
        known = {row[0] for row in cursor.fetchall()}
    found = {key: UNKNOWN.at(key) for key in keys if key not in known}
    for key, (who, day) in prices_left_alone(seller_id, shop_id, keys).items():
        found.setdefault(key, LEFT_ALONE.at(key, who, date=day.date().isoformat()))
    met = meeting(seller_id, shop_id, [(key, starts, ends) for key in keys], ())
    for key, price, start, end, reference in met:
        said_of = MEETS.at(
            key, price, start=start.isoformat(), end=end.isoformat(), reference=reference or "-"
        )
        found.setdefault(key, said_of)
    return list(found.values())


def meeting(
    seller_id: int,
    shop_id: int,
    spans: Sequence[tuple[str, datetime, datetime]],
    but: Collection[int],
) -> list[tuple[str, Decimal, datetime, datetime, str]]:
    """Return the first price of each offer that holds at some time of its span."""
    names: dict[str, Any] = {
        "seller": seller_id,
        "shop": shop_id,
        "keys": [one[0] for one in spans],
        "starts": [one[1] for one in spans],
        "ends": [one[2] for one in spans],
        "but": list(but),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MEETING, names)
        return list(cursor.fetchall())

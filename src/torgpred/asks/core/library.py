"""The library of queries that figures are made by: named, parametrised, reading only.

Nothing else is ever run for a figure: no screen and no row brings SQL of its own. Every row that a
query returns belongs to one seller (`seller_id`), and every measure adds up over rows, so that a
whole, its groups and each seller's part are sums of the same cells. A text that was used for a
figure stays: who mends a query adds a version, and the older one still recomputes old figures.
Nothing personal of a buyer is read.
"""

from enum import StrEnum
from typing import Final, LiteralString

import msgspec

from torgpred.asks.core.errors import UnknownQueryError


class Parameter(StrEnum):
    """What a query can be narrowed by. Days are UTC; `until` is the first day after the window."""

    SINCE = "since"
    UNTIL = "until"
    FAMILY = "family"
    CATEGORY = "category"
    COUNTRY = "country"
    SELLERS = "sellers"


DAYS: Final = frozenset({Parameter.SINCE, Parameter.UNTIL})
"""Parameters that are days, as ISO 8601 writes them."""


class Measure(msgspec.Struct, frozen=True):
    """What is added up: a column, or how many different values of it there are.

    The unit is a word, or, where it is empty, the row's currency.
    """

    column: str
    unit: str
    distinct: bool = False


class Query(msgspec.Struct, frozen=True):
    """One query of the library; `group` names the column by which its figure is also told."""

    code: str
    version: int
    title: str
    about: str
    sql: LiteralString
    measures: tuple[Measure, ...]
    parameters: tuple[Parameter, ...]
    group: str = ""

    @property
    def money(self) -> bool:
        """Tell whether it tells money, and so the effect of a wrong."""
        return any(not one.unit for one in self.measures)


_WINDOW: Final = (Parameter.SINCE, Parameter.UNTIL)
_USUAL: Final = (*_WINDOW, Parameter.FAMILY, Parameter.SELLERS)
_ORDERS: Final = Measure("part", "orders", distinct=True)
_PIECES: Final = Measure("pieces", "pieces")
_MONEY: Final = Measure("amount", "")

_SHOP: LiteralString = "(%(family)s = '' OR shop.family = %(family)s)"


def _sellers(column: LiteralString) -> LiteralString:
    return (
        "(cardinality(%(sellers)s::text[]) = 0 OR " + column + " IN"  # noqa: S608 - constants
        " (SELECT id FROM accounts_tenant WHERE code = ANY(%(sellers)s::text[])))"
    )


def _between(column: LiteralString) -> LiteralString:
    return column + " >= %(since)s AND " + column + " < least(%(until)s, %(as_of)s)"


_SOLD: LiteralString = (
    """
SELECT line.seller_id, shop.family, part.id AS part, part.remote_id AS "order", line.id AS line,
       line.sku, coalesce(mapping.market_category, '') AS category, line.quantity AS pieces,
       line.amount, part.currency
FROM orders_consignment part
JOIN channels_shop shop ON shop.id = part.shop_id
JOIN orders_line line ON line.consignment_id = part.id
LEFT JOIN catalogue_offer offer ON offer.seller_id = line.seller_id AND offer.key = line.sku
LEFT JOIN listings_mapping mapping ON mapping.seller_id = line.seller_id
     AND mapping.family = shop.family AND mapping.category_key = offer.category_key
WHERE part.phase <> 'cancelled' AND """
    + _between("part.placed_at")
    + " AND "
    + _SHOP
    + " AND (%(category)s = '' OR mapping.market_category = %(category)s) AND "
    + _sellers("part.seller_id")
    + "\nORDER BY line.id\n"
)
_SHORT: LiteralString = (
    """
SELECT short.seller_id, short.id AS shortage, part.id AS part, part.remote_id AS "order",
       short.sku, short.why, short.pieces, round(line.price * short.pieces, 2) AS amount,
       part.currency
FROM orders_shortage short
JOIN orders_line line ON line.id = short.line_id
JOIN orders_consignment part ON part.id = line.consignment_id
JOIN channels_shop shop ON shop.id = part.shop_id
WHERE """
    + _between("short.noticed_at")
    + " AND "
    + _SHOP
    + " AND "
    + _sellers("short.seller_id")
    + "\nORDER BY short.id\n"
)
_REFUSED: LiteralString = (
    """
SELECT step.seller_id, step.id AS step, step.product_key, step.action, step.offers,
       coalesce(nullif(problem.first ->> 'code', ''), left(problem.first ->> 'message', 120), '')
       AS reason
FROM listings_step step
JOIN listings_plan plan ON plan.id = step.plan_id
JOIN channels_shop shop ON shop.id = plan.shop_id
CROSS JOIN LATERAL (
    SELECT CASE WHEN length(step.problems) > 0
           THEN convert_from(step.problems, 'UTF8')::jsonb -> 0 END AS first
) problem
WHERE step.state = 'refused' AND """
    + _between("step.ended_at")
    + " AND "
    + _SHOP
    + " AND "
    + _sellers("step.seller_id")
    + "\nORDER BY step.id\n"
)
_UNEXPLAINED: LiteralString = (
    """
SELECT told.* FROM (
    SELECT part.seller_id, part.id AS part, part.remote_id AS "order", part.amount AS goods,
           whole.fees_told, part.payout,
           part.amount - whole.fees_told - part.payout AS amount, part.currency
    FROM orders_consignment part
    JOIN channels_shop shop ON shop.id = part.shop_id
    JOIN LATERAL (
        SELECT round(fees * part.amount / nullif(total, 0), 2) AS fees_told
        FROM orders_order WHERE id = part.order_id AND fees IS NOT NULL
    ) whole ON true
    WHERE part.phase <> 'cancelled' AND part.payout IS NOT NULL AND """  # noqa: S608 - constants only
    + _between("part.placed_at")
    + " AND "
    + _SHOP
    + " AND "
    + _sellers("part.seller_id")
    + "\n) told WHERE told.amount <> 0 ORDER BY told.part\n"
)
_CANCELLED: LiteralString = (
    """
SELECT part.seller_id, part.id AS part, part.remote_id AS "order", part.reason, part.amount,
       part.currency
FROM orders_consignment part
JOIN channels_shop shop ON shop.id = part.shop_id
WHERE part.phase = 'cancelled' AND """
    + _between("part.placed_at")
    + " AND "
    + _SHOP
    + " AND "
    + _sellers("part.seller_id")
    + "\nORDER BY part.id\n"
)
_RETURNED: LiteralString = (
    """
SELECT back.seller_id, back.id AS "return", part.id AS part, part.remote_id AS "order", line.sku,
       coalesce(nullif(line.issue, ''), back.condition) AS reason, back.pieces,
       round(line.price * back.pieces, 2) AS amount, part.currency
FROM orders_return back
JOIN orders_line line ON line.id = back.line_id
JOIN orders_consignment part ON part.id = line.consignment_id
JOIN channels_shop shop ON shop.id = part.shop_id
WHERE """
    + _between("back.seen_at")
    + " AND "
    + _SHOP
    + " AND "
    + _sellers("back.seller_id")
    + "\nORDER BY back.id\n"
)
_LOCAL_DAYS: LiteralString = (
    """
WITH moved AS (
    SELECT move.seller_id, move.sku, move.at,
           sum(move.pieces) OVER own AS pieces,
           coalesce(lead(move.at) OVER own, least(%(until)s, %(as_of)s)) AS next_at
    FROM stock_movement move
    JOIN stock_warehouse place ON place.id = move.warehouse_id
    WHERE place.country = %(country)s AND move.at < least(%(until)s, %(as_of)s)
      AND """  # noqa: S608 - constants only
    + _sellers("move.seller_id")
    + """
    WINDOW own AS (PARTITION BY move.seller_id, move.sku ORDER BY move.at, move.id)
)
SELECT moved.seller_id, moved.sku,
       round((sum(extract(epoch FROM moved.next_at - greatest(moved.at, %(since)s))) / 86400), 2)
       AS days
FROM moved
WHERE moved.pieces > 0 AND moved.next_at > greatest(moved.at, %(since)s)
GROUP BY moved.seller_id, moved.sku ORDER BY moved.seller_id, moved.sku
"""
)
_SHELF: LiteralString = (
    """
SELECT seen.seller_id, seen.id AS price_period, seen.listing_id AS listing, listing.sku,
       seen.price, seen.discount_price, seen.currency,
       greatest(seen.seen_from, %(since)s) AS seen_from, ended.at AS seen_until,
       round(extract(epoch FROM ended.at - greatest(seen.seen_from, %(since)s)) / 86400, 2) AS days,
       CASE WHEN seen.discount_price < seen.price THEN
           round(extract(epoch FROM ended.at - greatest(seen.seen_from, %(since)s)) / 86400, 2)
       ELSE 0 END AS days_reduced
FROM listings_shelfprice seen
JOIN listings_listing listing ON listing.id = seen.listing_id
JOIN listings_listedproduct product ON product.id = listing.product_id
JOIN channels_shop shop ON shop.id = product.shop_id
CROSS JOIN LATERAL (SELECT least(seen.until, %(until)s, %(as_of)s) AS at) ended
WHERE ended.at > greatest(seen.seen_from, %(since)s) AND """
    + _SHOP
    + " AND "
    + _sellers("seen.seller_id")
    + "\nORDER BY seen.id\n"
)

LIBRARY: Final[tuple[Query, ...]] = (
    Query(
        "sold", 1, "Orders and revenue",
        "Orders placed in the window and not cancelled, by marketplace; a seller's part is one.",
        _SOLD, (_ORDERS, _PIECES, _MONEY), (*_USUAL, Parameter.CATEGORY), "family",
    ),
    Query(
        "categories", 1, "Pieces and revenue by category",
        "The same, by the marketplace's category of the goods.",
        _SOLD, (_PIECES, _MONEY), (*_USUAL, Parameter.CATEGORY), "category",
    ),
    Query(
        "short", 1, "Sold and not there",
        "Pieces that were sold and that no warehouse had, and what they were worth, by cause.",
        _SHORT, (_ORDERS, _PIECES, _MONEY), _USUAL, "why",
    ),
    Query(
        "refused", 1, "Listings refused",
        "Listings that the marketplace refused in the window, by its first reason.",
        _REFUSED, (Measure("step", "listings", distinct=True), Measure("offers", "offers")),
        _USUAL, "reason",
    ),
    Query(
        "unexplained", 1, "Payouts not explained",
        "Goods less the fees the marketplace tells less what it says it pays, where not nothing.",
        _UNEXPLAINED, (_ORDERS, _MONEY), _USUAL,
    ),
    Query(
        "cancelled", 1, "Orders cancelled",
        "Orders placed in the window and cancelled, by the marketplace's reason.",
        _CANCELLED, (_ORDERS, _MONEY), _USUAL, "reason",
    ),
    Query(
        "returned", 1, "Goods returned",
        "Pieces seen to come back in the window, by the marketplace's reason or their condition.",
        _RETURNED, (_ORDERS, _PIECES, _MONEY), _USUAL, "reason",
    ),
    Query(
        "local_days", 1, "Days of local stock",
        "Days on which goods lay in a warehouse of the country, summed over goods.",
        _LOCAL_DAYS, (Measure("sku", "goods", distinct=True), Measure("days", "days")),
        (*_WINDOW, Parameter.COUNTRY, Parameter.SELLERS),
    ),
    Query(
        "shelf_prices", 1, "Shelf prices seen",
        "Prices that buyers saw: how many, for how many days, and days at a reduced price.",
        _SHELF,
        (
            Measure("listing", "listings", distinct=True),
            Measure("price_period", "prices", distinct=True),
            Measure("days", "days"), Measure("days_reduced", "days_reduced"),
        ),
        _USUAL,
    ),
)  # fmt: skip
"""All versions of all queries; of a code the highest version is used for new figures."""

OF_MONEY: Final = tuple(one.code for one in LIBRARY if one.money)
UNITS: Final = tuple(
    dict.fromkeys(measure.unit for one in LIBRARY for measure in one.measures if measure.unit)
)


def newest() -> list[Query]:
    """Return the newest version of every query, in the library's order."""
    found: dict[str, Query] = {}
    for one in LIBRARY:
        if one.code not in found or found[one.code].version < one.version:
            found[one.code] = one
    return list(found.values())


def query(code: str) -> Query:
    """Return the newest version of a query. Raises UnknownQueryError."""
    for one in newest():
        if one.code == code:
            return one
    raise UnknownQueryError(given=code[:40], known=", ".join(one.code for one in newest()))


def version(code: str, number: int) -> Query | None:
    """Return one version of a query; None where the library does not hold it."""
    return next((one for one in LIBRARY if (one.code, one.version) == (code, number)), None)

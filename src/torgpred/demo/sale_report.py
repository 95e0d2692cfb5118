"""What a sale day came to: orders there against orders here, stock against what is told."""

from collections import Counter
from datetime import datetime
from statistics import median
from typing import Any

import httpx
import msgspec
from django.db import OperationalError, connection

from torgpred.orders.selectors import open_allocations, reserved_sums
from torgpred.runtime.scope import one_moment, operator_scope
from torgpred.stock import selectors as stock
from torgpred.stock.core.equation import Promise, equation
from torgpred.stock.services.changes import available_sql, kept_sql

_PAGE = 20_000
_TRIES = 3


class Delays(msgspec.Struct, frozen=True):
    """Seconds: the median and the worst of so many."""

    count: int
    median: float
    worst: float

    @classmethod
    def of(cls, seconds: list[float]) -> "Delays":
        """Return them of a list that may be empty."""
        if not seconds:
            return cls(0, 0.0, 0.0)
        return cls(len(seconds), round(median(seconds), 3), round(max(seconds), 3))


class Hottest(msgspec.Struct, frozen=True):
    """The SKU of which most was sold: its ledger, alike lines summed."""

    seller: str
    sku: str
    sold: int
    agrees: bool
    ledger: tuple[str, ...]


class Locked(msgspec.Struct, frozen=True):
    """What was kept for a campaign's shop, in pieces."""

    pieces: int = 0
    used: int = 0
    """Promised to the campaign's shop out of what was kept."""
    elsewhere: int = 0
    """Promised to other shops though they were kept: none."""


class SaleReport(msgspec.Struct, frozen=True, kw_only=True):
    """A sale day's end. Orders and pieces are of all that the twins ever took in this home."""

    seconds: float
    placed: int
    """Orders that buyers placed in this sale."""
    at_the_twins: int
    here: int
    missing: int
    doubled: int
    strange: int
    """Orders here that no twin knows."""
    pieces_sold: int
    pieces_promised: int
    pieces_short: int
    oversold: int
    """Levels that promise more than lies there and is not noted as owing."""
    differences: int
    """Numbers of levels that are not the sums they should be."""
    untold: int
    """Listings whose shop does not hold what is available, in the end."""
    listings: int
    taking_in: Delays
    """From the buyer's order to the order here."""
    telling: Delays
    """From a stock-take to the shop's having the number."""
    on_its_way: Delays
    """From a stock-take to the beginning of the call that tells it."""
    kills: int
    """Worker processes, or all of them at once, that were killed on purpose."""
    away: float
    """Seconds that the database was away on purpose."""
    flowing_after: float | None
    """Seconds from the start of the database after that to the first order that was taken in."""
    outlived: bool
    """Whether the worker processes are those of before the outage."""
    feeds_read: int
    plans_applied: int
    counts_taken: int
    told_late: int
    """Stock-takes whose number the shop did not have within three minutes."""
    locked_pieces: int
    """Kept for one of the shops when the day began."""
    locked_pieces_used: int
    """Of these, sold by that shop."""
    locked_pieces_sold_elsewhere: int
    hottest: Hottest | None
    troubles: tuple[str, ...]

    @property
    def well(self) -> bool:
        """Tell whether nothing is missing, doubled, oversold, untold or broke, and sums agree."""
        wrong = (
            self.missing,
            self.doubled,
            self.strange,
            self.oversold,
            self.differences,
            self.untold,
            self.locked_pieces_sold_elsewhere,
            abs(self.pieces_sold - self.pieces_promised - self.pieces_short),
        )
        agrees = self.hottest is None or self.hottest.agrees
        locks = not self.locked_pieces or self.locked_pieces_used > 0
        here = self.outlived and agrees and locks and self.placed > 0
        return not any(wrong) and not self.troubles and here


def orders_at(address: str) -> dict[str, int]:
    """Return pieces by order's id, of all orders that a twin took."""
    found: dict[str, int] = {}
    after = 0
    with httpx.Client(base_url=address, timeout=60) as client:
        while True:
            asked = {"after": after, "limit": _PAGE}
            page = client.get("/twin/orders", params=asked).raise_for_status().json()
            for one in page["orders"]:
                lines = one["order"]["order_lines"]
                found[str(one["order"]["id"])] = sum(line["quantity"] for line in lines)
            if page["next"] is None:
                return found
            after = page["next"]


def orders_here() -> Counter[str]:
    """Return how often each order of the marketplace stands here."""
    return Counter(row[0] for row in rows("SELECT remote_id FROM orders_order"))


def untold(address: str) -> tuple[int, int]:
    """Return the listings whose shop does not hold what is available, and how many there are.

    The twin's own numbers are compared, not what is noted here as told; also of listings that were
    made with their stock and told nothing since.
    """
    with httpx.Client(base_url=address, timeout=60) as client:
        listed = client.get("/twin/listings").raise_for_status().json()
    standing = {str(one["id"]): one for one in listed}
    differing = whole = 0
    for remote_id, sku, pieces in rows(
        f"SELECT remote_id, sku, {available_sql('listed.seller_id', 'listed.key')}"  # noqa: S608 - constants
        f" + {kept_sql('listed.seller_id', 'listed.key', 'listed.shop_id')} FROM ("
        " SELECT product.remote_id, product.shop_id, listing.sku, listing.seller_id,"
        "        CASE WHEN listing.offer_key <> '' THEN listing.offer_key"
        "             WHEN shop.joint THEN substr(listing.sku, strpos(listing.sku, '-') + 1)"
        "             ELSE listing.sku END AS key"
        " FROM listings_listing listing"
        " JOIN listings_listedproduct product ON product.id = listing.product_id"
        " JOIN channels_shop shop ON shop.id = product.shop_id"
        " WHERE product.gone_at IS NULL AND NOT listing.not_ours) listed"
    ):
        if remote_id not in standing or pieces is None:
            continue
        whole += 1
        there = {one["code"]: int(one["ipm_sku_stock"]) for one in standing[remote_id]["sku"]}
        differing += there.get(sku) != pieces
    return differing, whole


def delays_of_orders(since: datetime) -> Delays:
    """Return how long orders placed since a moment took to be here."""
    found = rows(
        "SELECT extract(epoch FROM taken_at - placed_at)::float8 FROM orders_order"
        " WHERE placed_at >= %s",
        since,
    )
    return Delays.of([max(0.0, row[0]) for row in found])


def flowing_after(started_at: datetime | None) -> float | None:
    """Return the seconds from a moment until an order was taken in; None where none was."""
    if started_at is None:
        return None
    [(first,)] = rows("SELECT min(taken_at) FROM orders_order WHERE taken_at > %s", started_at)
    return None if first is None else round((first - started_at).total_seconds(), 1)


def hottest() -> Hottest | None:
    """Return the ledger of the SKU of which most was sold; None where nothing was."""
    found = rows(
        "SELECT tenant.code, line.seller_id, line.sku, sum(line.quantity)"
        " FROM orders_line line JOIN accounts_tenant tenant ON tenant.id = line.seller_id"
        " GROUP BY 1, 2, 3 ORDER BY 4 DESC, 3 LIMIT 1"
    )
    if not found:
        return None
    [(code, seller_id, sku, sold)] = found
    with one_moment():
        ledger = stock.ledger(seller_id, sku)
        promises = [
            Promise(one.order, one.warehouse, one.pieces, one.placed_at)
            for one in open_allocations(seller_id, sku)
        ]
    lines = equation(ledger, promises)
    parts: dict[tuple[str, str], Counter[str]] = {}
    for line in lines:
        if not line.result:
            parts.setdefault((line.warehouse, line.part), Counter())[line.what] += line.pieces
    told = []
    for line in (one for one in lines if one.result):
        summed = parts.get((line.warehouse, line.part), Counter())
        made_of = ", ".join(f"{what} {pieces}" for what, pieces in summed.items())
        came = f" = {made_of}" if made_of else ""
        told.append(f"{line.warehouse} {line.part.replace('_', ' ')} {line.pieces}{came}")
    return Hottest(code, sku, int(sold), all(line.agrees for line in lines), tuple(told))


def promised_and_short() -> tuple[int, int]:
    """Return pieces promised (shipped ones too) and pieces that are short."""
    [(promised, short)] = rows(
        "SELECT (SELECT coalesce(sum(pieces), 0) FROM orders_allocation"
        " WHERE shipped IS DISTINCT FROM false),"
        " (SELECT coalesce(sum(pieces), 0) FROM orders_shortage WHERE settled_at IS NULL)"
    )
    return int(promised), int(short)


# Of each level that open locks of the purpose keep pieces of: what other shops were promised and
# could have only out of the lock, by what ever came and by what their promises say themselves.
_ELSEWHERE = """
    SELECT coalesce(sum(kept.pieces), 0)::int, coalesce(sum(kept.used), 0)::int,
           coalesce(sum(greatest(others.out_of_locks,
                                 others.pieces - (came.pieces - kept.pieces + kept.freed), 0)),
                    0)::int
    FROM (
        SELECT seller_id, sku, warehouse_id, sum(pieces) AS pieces, sum(used) AS used,
               sum(freed) AS freed, min(shop_ids) AS shop_ids
        FROM stock_lock WHERE purpose = %s AND closed_at IS NULL
        GROUP BY seller_id, sku, warehouse_id
    ) kept
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(one.pieces), 0) AS pieces,
               coalesce(sum(one.pieces) FILTER (WHERE one.lock_id IS NOT NULL), 0) AS out_of_locks
        FROM orders_allocation one
        JOIN orders_line line ON line.id = one.line_id
        JOIN orders_consignment part ON part.id = line.consignment_id
        WHERE one.seller_id = kept.seller_id AND one.sku = kept.sku
          AND one.warehouse_id = kept.warehouse_id AND one.shipped IS DISTINCT FROM false
          AND NOT part.shop_id = ANY (kept.shop_ids)
    ) others
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(pieces), 0) AS pieces FROM stock_movement
        WHERE seller_id = kept.seller_id AND sku = kept.sku
          AND warehouse_id = kept.warehouse_id AND kind NOT IN ('shipped', 'owing')
    ) came
"""


def locked(purpose: str) -> Locked:
    """Return what open locks of a purpose kept, and whether any of it went to other shops."""
    [row] = rows(_ELSEWHERE, purpose)
    return Locked(*row)


def oversold() -> tuple[int, int]:
    """Return levels that promise what is not there, and sums that do not agree."""
    [(count,)] = rows("SELECT count(*) FROM stock_level WHERE reserved + locked > on_hand")
    return int(count), len(stock.recompute(reserved=reserved_sums()))


def rows(sql: str, *arguments: int | str | datetime) -> list[tuple[Any, ...]]:
    """Read as the operator; asked again where the database went away meanwhile."""
    for _ in range(_TRIES):
        try:
            with operator_scope(), connection.cursor() as cursor:
                cursor.execute(sql, list(arguments))
                return list(cursor.fetchall())
        except OperationalError:
            connection.close()
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(sql, list(arguments))
        return list(cursor.fetchall())

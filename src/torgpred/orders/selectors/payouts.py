"""Reads of expected payouts: the marketplace's estimate of each consignment beside ours."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection

from torgpred.listings.core.pricing import PricingPolicy
from torgpred.listings.selectors.past import past_rules
from torgpred.listings.services.weights import measures
from torgpred.orders.core.payouts import (
    Difference,
    FeeRates,
    Ours,
    SoldLine,
    difference,
    expected,
    kept_percent,
    rates_of,
    share,
)
from torgpred.runtime.scope import ScopeConflictError, operator_scope, scope

_PARTS = """
    SELECT id, order_id, shop_id, remote_id, phase, placed_at, currency, amount, payout
    FROM orders_consignment
    WHERE seller_id = %(seller)s AND phase <> 'cancelled'
      AND (%(order)s = '' OR remote_id = %(order)s)
      AND (%(moment)s::timestamptz IS NULL
           OR (placed_at, id) < (%(moment)s::timestamptz, %(id)s))
      AND (%(since)s::timestamptz IS NULL OR placed_at >= %(since)s)
      AND (%(until)s::timestamptz IS NULL OR placed_at < %(until)s)
    ORDER BY placed_at DESC, id DESC LIMIT %(limit)s
"""
_LINES = """
    SELECT consignment_id, sku, quantity, amount FROM orders_line
    WHERE seller_id = %s AND consignment_id = ANY(%s) AND quantity > 0 ORDER BY id
"""
_NEWEST = """
    SELECT order_id, amount FROM orders_consignment
    WHERE seller_id = %s AND shop_id = %s AND phase <> 'cancelled'
    ORDER BY placed_at DESC, id DESC LIMIT 50
"""
_FEES = "SELECT id, fees, total FROM orders_order WHERE id = ANY(%s)"


class PayoutCard(msgspec.Struct, frozen=True):
    """One consignment: `theirs` and `fees` are its share of the marketplace's word, else None.

    `ours` without a payout tells in `unknown` why; the difference is theirs less ours. All
    amounts are in `currency`, to the cent.
    """

    order: str
    shop_id: int
    phase: str
    placed_at: datetime
    currency: str
    amount: Decimal
    theirs: Decimal | None
    fees: Decimal | None
    ours: Ours
    keeps: Decimal | None
    difference: Difference
    consignment: int
    """Its id: pages go on from when it was placed and this."""
    fee_rates: FeeRates | None
    """The marketplace's share beside that of the price rules, where they differ."""


class _Row(msgspec.Struct, frozen=True, array_like=True):
    id: int
    order_id: int
    shop_id: int
    order: str
    phase: str
    placed_at: datetime
    currency: str
    amount: Decimal
    payout: Decimal | None


def payouts(
    seller_id: int,
    *,
    order: str = "",
    before: tuple[datetime, int] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 100,
) -> list[PayoutCard]:
    """Return what a seller may expect of its consignments, the newest first; all or before a place.

    Cancelled ones are left out; `order` chooses one by the marketplace's number, `since` and
    `until` those placed from then on and before then. Of an order over
    several sellers only this seller's part is told. Ours is by the policies and rates as they were
    when the goods were sold (`listings.selectors.past`), and by weights as they are known now.
    """
    names: dict[str, Any] = {
        "seller": seller_id,
        "order": order,
        "since": since,
        "until": until,
        "moment": before[0] if before else None,
        "id": before[1] if before else 0,
        "limit": limit,
    }
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_PARTS, names)
        rows = [_Row(*row) for row in cursor.fetchall()]
        cursor.execute(_LINES, [seller_id, [row.id for row in rows]])
        sold: dict[int, list[tuple[str, int, Decimal]]] = {row.id: [] for row in rows}
        for part, sku, quantity, amount in cursor.fetchall():
            sold[part].append((sku, quantity, amount))
    fees, past = _fees([row.order_id for row in rows]), past_rules(seller_id)
    pricing = {row.id: past.pricing(row.shop_id, row.placed_at) for row in rows}
    heavy = _weights(seller_id, rows, sold, pricing)
    cards = []
    for row in rows:
        lines = [
            SoldLine(sku, quantity, amount, heavy.get((row.shop_id, sku)))
            for sku, quantity, amount in sold[row.id]
        ]
        rates = past.rates(row.placed_at.date())
        ours = expected(lines, pricing[row.id], rates, row.currency)
        kept = share(*fees.get(row.order_id, (None, row.amount)), part=row.amount)
        cards.append(
            PayoutCard(
                row.order, row.shop_id, row.phase, row.placed_at, row.currency, row.amount,
                row.payout, kept, ours, ours.keeps, difference(ours, row.payout, kept), row.id,
                rates_of(lines, pricing[row.id], kept),
            )
        )  # fmt: skip
    return cards


def kept_share(seller_id: int, shop_id: int) -> Decimal | None:
    """Return what the marketplace keeps of a seller's newest sales in a shop, in percent.

    To a tenth of a percent; None where it told of none.
    """
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_NEWEST, [seller_id, shop_id])
        sold = cursor.fetchall()
    fees = _fees([order for order, _ in sold])
    return kept_percent(
        (kept, amount)
        for order, amount in sold
        if (kept := share(*fees.get(order, (None, amount)), part=amount)) is not None
    )


def _fees(orders: Sequence[int]) -> dict[int, tuple[Decimal | None, Decimal]]:
    """Return (fees, total) of whole orders: of a joint shop they are the operator's to read."""
    with ExitStack() as stack, connection.cursor() as cursor:
        with suppress(ScopeConflictError):
            stack.enter_context(operator_scope())
        cursor.execute(_FEES, [list(orders)])
        return {order: (fees, total) for order, fees, total in cursor.fetchall()}


def _weights(
    seller_id: int,
    rows: Sequence[_Row],
    sold: Mapping[int, list[tuple[str, int, Decimal]]],
    pricing: Mapping[int, PricingPolicy | None],
) -> dict[tuple[int, str], Decimal]:
    """Return weights by (shop, SKU), looked up only where a tariff asks for them."""
    wanted: dict[int, set[str]] = {}
    for row in rows:
        policy = pricing[row.id]
        if policy is not None and (tariff := policy.route.logistics) and tariff.by_weight:
            wanted.setdefault(row.shop_id, set()).update(sku for sku, _, _ in sold[row.id])
    return {
        (shop, sku): one.weight_kg
        for shop, keys in wanted.items()
        for sku, one in measures(seller_id=seller_id, shop_id=shop, keys=keys).items()
        if one.weight_kg is not None and one.weight_kg > 0
    }

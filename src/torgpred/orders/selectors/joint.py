"""Joint shops: who is admitted and what of theirs stands there. For the operator's eyes."""

from typing import LiteralString

from django.db import connection

from torgpred.orders.core.joint import Guest
from torgpred.runtime.scope import operator_scope

_GUESTS: LiteralString = """
    SELECT tenant.id, tenant.code, tenant.name, tenant.country, entry.admitted_at,
           coalesce(goods.on_sale, 0), coalesce(goods.in_review, 0), coalesce(goods.paused, 0),
           coalesce(goods.other, 0),
           (SELECT count(*)::int FROM orders_consignment part
            WHERE part.seller_id = tenant.id AND part.shop_id = entry.shop_id
              AND part.phase IN ('placed', 'to_ship')),
           (SELECT count(*)::int FROM listings_plan plan
            WHERE plan.seller_id = tenant.id AND plan.shop_id = entry.shop_id
              AND plan.state = 'applying')
    FROM channels_admission entry JOIN accounts_tenant tenant ON tenant.id = entry.seller_id
    LEFT JOIN (
        SELECT one.seller_id, count(*) FILTER (WHERE one.status = 'on_sale')::int AS on_sale,
               count(*) FILTER (WHERE one.status = 'in_review')::int AS in_review,
               count(*) FILTER (WHERE one.status = 'off_sale')::int AS paused,
               count(*) FILTER (WHERE one.status IN ('rejected', 'unknown'))::int AS other
        FROM listings_listedproduct one
        WHERE one.shop_id = %(shop)s AND one.gone_at IS NULL AND one.status <> 'deleted'
        GROUP BY one.seller_id
    ) goods ON goods.seller_id = entry.seller_id
    WHERE entry.shop_id = %(shop)s AND (%(seller)s::bigint IS NULL OR tenant.id = %(seller)s)
    ORDER BY tenant.name, tenant.id
"""


def guests(shop_id: int, seller_id: int | None = None) -> list[Guest]:
    """Return the sellers admitted to a joint shop by name, or one of them."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_GUESTS, {"shop": shop_id, "seller": seller_id})
        return [Guest(*row) for row in cursor.fetchall()]

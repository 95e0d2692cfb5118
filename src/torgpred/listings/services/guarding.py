"""Guards of a plan: what its steps come to, looked at as a whole, in the planner's transaction."""

from typing import Any

from django.db import connection

from torgpred.channels.core.drafts import Status
from torgpred.listings import models
from torgpred.listings.core.guards import EXAMPLES, Guard, Watch

_GOING = """
    SELECT coalesce(sum(offers), 0), (array_agg(product_key ORDER BY number))[1:%s]
    FROM listings_step
    WHERE seller_id = %s AND plan_id = %s AND action IN ('pause', 'remove')
"""

_STANDING = """
    SELECT count(*) FROM listings_listing listing
    JOIN listings_listedproduct product
      ON product.seller_id = listing.seller_id AND product.id = listing.product_id
    WHERE product.seller_id = %s AND product.shop_id = %s AND product.gone_at IS NULL
      AND product.status = ANY(%s)
"""

# What is not listed yet has no price in the shop: the file's own last price stands for it.
_NEW_PRICES = """
    SELECT offer.key, last.amount, price.amount
    FROM listings_step step
    JOIN catalogue_offer offer
      ON offer.seller_id = step.seller_id AND offer.product_key = step.product_key
     AND offer.state = 'present'
    JOIN catalogue_price price
      ON price.seller_id = offer.seller_id AND price.offer_id = offer.id
     AND price.valid_to IS NULL
    CROSS JOIN LATERAL (
        SELECT before.amount, before.currency FROM catalogue_price before
        WHERE before.seller_id = offer.seller_id AND before.offer_id = offer.id
          AND before.valid_to IS NOT NULL
        ORDER BY before.valid_from DESC LIMIT 1
    ) last
    WHERE step.seller_id = %(seller)s AND step.plan_id = %(plan)s AND step.action = 'create'
      AND last.currency = price.currency
      AND (price.amount > last.amount * %(times)s OR price.amount * %(times)s < last.amount)
"""
_ANY_CLOSED = """
    SELECT EXISTS (SELECT 1 FROM catalogue_price WHERE seller_id = %s AND valid_to IS NOT NULL)
"""


def guards(plan: models.Plan, watch: Watch) -> tuple[Guard, ...]:
    """Return the guards that wait, from what was watched and from the plan's steps."""
    with connection.cursor() as cursor:
        cursor.execute(_GOING, [EXAMPLES, plan.seller_id, plan.pk])
        offers, examples = cursor.fetchone()
        if offers:
            watch.removed(int(offers), examples)
        cursor.execute(_ANY_CLOSED, [plan.seller_id])
        if cursor.fetchone()[0]:
            names: dict[str, Any] = {
                "seller": plan.seller_id,
                "plan": plan.pk,
                "times": watch.limits.price_times,
            }
            cursor.execute(_NEW_PRICES, names)
            for key, old, new in cursor.fetchall():
                watch.price(key, old, new)
        standing = [Status.ON_SALE.value, Status.IN_REVIEW.value]
        cursor.execute(_STANDING, [plan.seller_id, plan.shop_id, standing])
        return watch.guards(cursor.fetchone()[0])

"""Deleting what nobody needs any more: plans never applied, drafts that nothing refers to."""

from datetime import timedelta

from django.db import connection

from torgpred.kernel.clock import now
from torgpred.listings import models
from torgpred.listings.services.locking import lock_planning
from torgpred.runtime.scope import operator_scope, scope

PLAN_KEPT = timedelta(days=7)
"""A plan that was never applied, and has a newer one beside it, is kept for so long."""
PLANS_AT_ONCE = 5
DRAFTS_AT_ONCE = 20_000

_DRAFTS = """
    WITH used AS (
        SELECT draft_digest AS digest FROM listings_desired
        WHERE seller_id = %(seller)s AND draft_digest IS NOT NULL
        UNION SELECT refused_digest FROM listings_desired
        WHERE seller_id = %(seller)s AND refused_digest IS NOT NULL
        UNION SELECT applied_digest FROM listings_listedproduct
        WHERE seller_id = %(seller)s AND applied_digest IS NOT NULL
        UNION SELECT draft_digest FROM listings_step
        WHERE seller_id = %(seller)s AND draft_digest IS NOT NULL
        UNION SELECT base_digest FROM listings_step
        WHERE seller_id = %(seller)s AND base_digest IS NOT NULL
    ), loose AS (
        SELECT draft.id FROM listings_draftcontent draft
        LEFT JOIN used ON used.digest = draft.digest
        WHERE draft.seller_id = %(seller)s AND used.digest IS NULL LIMIT %(most)s
    )
    DELETE FROM listings_draftcontent draft USING loose WHERE draft.id = loose.id
"""


def prune() -> bool:
    """Delete a bounded part of what nothing refers to; True where more is left."""
    with operator_scope():
        sellers = list(
            models.Plan.objects.order_by("seller_id").values_list("seller_id", flat=True).distinct()
        )
    more = [prune_of(seller_id) for seller_id in sellers]
    return any(more)


def prune_of(seller_id: int) -> bool:
    """Delete a bounded part of one seller's old plans and loose drafts; True where more is left.

    No plan of the seller is made meanwhile, so that no draft goes that one is about to name.
    """
    with scope(seller_id):
        lock_planning(seller_id)
        plans = _old_plans(seller_id)
        models.Step.objects.filter(seller_id=seller_id, plan_id__in=plans).delete()
        models.Plan.objects.filter(seller_id=seller_id, pk__in=plans).delete()
        with connection.cursor() as cursor:
            cursor.execute(_DRAFTS, {"seller": seller_id, "most": DRAFTS_AT_ONCE})
            drafts = int(cursor.rowcount)
    return len(plans) == PLANS_AT_ONCE or drafts == DRAFTS_AT_ONCE


def _old_plans(seller_id: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT plan.id FROM listings_plan plan
            WHERE plan.seller_id = %s AND plan.state = 'made' AND plan.made_at < %s
              AND plan.due_at IS NULL
              AND EXISTS (
                  SELECT 1 FROM listings_plan newer
                  WHERE newer.seller_id = plan.seller_id AND newer.shop_id = plan.shop_id
                    AND newer.id > plan.id)
            ORDER BY plan.id LIMIT %s FOR UPDATE SKIP LOCKED
            """,
            [seller_id, now() - PLAN_KEPT, PLANS_AT_ONCE],
        )
        return [row[0] for row in cursor.fetchall()]

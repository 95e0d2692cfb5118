"""Staleness: steps whose reasons are gone by the time a plan is applied.

A step was planned from two digests: of what was desired and of what was seen. It is out of date
where either is another now. What a change of ours left unseen since is not judged, nor, of an
undo, what is desired: it goes back to what was. A step that brings a price is out of date, too,
once a price for a time began or ended after it was planned: a switch of prices has come between.
A switch itself brings the prices of its moment; what changed since is set right after it.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection

from torgpred.channels.core.contract import Problem
from torgpred.kernel.clock import now
from torgpred.kernel.ids import encode
from torgpred.listings import models
from torgpred.listings.core.errors import StalePlanError
from torgpred.listings.services.contexts import Surroundings, gather
from torgpred.listings.services.locking import lock_planning
from torgpred.listings.services.refreshing import refresh
from torgpred.runtime.scope import scope

MOST_STALE = 10
"""A plan is refused where more than one step in so many is out of date."""

WANTED_CHANGED = Problem(
    code="plan.stale",
    message="What is wanted changed since this plan was made.",
    mend="Make a new plan.",
)
SEEN_CHANGED = Problem(
    code="plan.stale",
    message="The product in the shop changed since this plan was made.",
    mend="Make a new plan.",
)

_SWITCHED = """
    (step.action IN ('create', 'update', 'price') AND EXISTS (
        SELECT 1 FROM catalogue_offer offer
        JOIN listings_timedprice timed
          ON timed.seller_id = plan.seller_id AND timed.shop_id = plan.shop_id
         AND timed.offer_key = offer.key
        WHERE offer.seller_id = plan.seller_id AND offer.product_key = step.product_key
          AND (timed.starts_at > plan.as_of AND timed.starts_at <= %(now)s
               OR timed.ends_at > plan.as_of AND timed.ends_at <= %(now)s
               OR timed.withdrawn_at > plan.as_of)))
"""
_WANTED = """
    CASE WHEN plan.undoes_id IS NOT NULL OR plan.due_at IS NOT NULL THEN false
         WHEN step.action IN ('pause', 'remove') THEN desired.product_key IS NOT NULL
         ELSE coalesce(step.desired_digest, step.draft_digest)
              IS DISTINCT FROM desired.draft_digest END
"""
_SEEN = """
    coalesce(step.seen_digest <> listed.seen_digest, false)
"""
_JUDGED = f"""
    SELECT step.id, {_SWITCHED} OR {_WANTED} AS wanted
    FROM listings_step step
    JOIN listings_plan plan ON plan.id = step.plan_id
    LEFT JOIN listings_desired desired
      ON desired.seller_id = plan.seller_id AND desired.shop_id = plan.shop_id
     AND desired.product_key = step.product_key
    LEFT JOIN listings_listedproduct listed
      ON listed.seller_id = plan.seller_id AND listed.shop_id = plan.shop_id
     AND listed.product_key = step.product_key
    WHERE step.seller_id = %(seller)s AND step.plan_id = %(plan)s
"""  # noqa: S608 - constants only
_STALE = f"{_JUDGED} AND ({_SWITCHED} OR {_WANTED} OR {_SEEN})"
# A step that was sent once may have changed the product itself, whatever answer was lost.
_OF_CLAIMED = f"""
    {_JUDGED} AND step.id = ANY(%(ids)s)
      AND ({_SWITCHED} OR (step.attempts <= 1 AND ({_WANTED} OR {_SEEN})))
"""


def surroundings(seller_id: int, plan_id: int) -> Surroundings | None:
    """Return what a plan's desired states depend on now; None where it is not judged any more.

    Raises RulesNotLearntError.
    """
    with scope(seller_id):
        plan = models.Plan.objects.get(pk=plan_id)
    if plan.state != models.PlanState.MADE:
        return None
    return gather(seller_id=seller_id, shop_id=plan.shop_id)


def leave_out(plan: models.Plan, around: Surroundings | None) -> None:
    """Skip the steps of a plan that are out of date. Inside the seller's scope.

    Raises StalePlanError where they are more than a tenth.
    """
    if around is None:
        return
    lock_planning(plan.seller_id)
    refresh(around)
    found = _judged(_STALE, {"seller": plan.seller_id, "plan": plan.pk, "now": now()})
    if not found:
        return
    steps = models.Step.objects.filter(seller_id=plan.seller_id, plan_id=plan.pk)
    count = steps.count()
    if len(found) * MOST_STALE > count:
        raise StalePlanError(plan=encode(plan.pk), stale=len(found), steps=count)
    for problem in (WANTED_CHANGED, SEEN_CHANGED):
        steps.filter(pk__in=[step_id for step_id, why in found.items() if why is problem]).update(
            state=models.StepState.SKIPPED,
            problems=msgspec.json.encode([problem]),
            ended_at=now(),
        )


def of_claimed(*, seller_id: int, plan_id: int, step_ids: Sequence[int]) -> dict[int, Problem]:
    """Return why claimed steps are out of date by now, by step. Inside the seller's scope.

    Compares with the desired states as they were last computed.
    """
    names = {"seller": seller_id, "plan": plan_id, "ids": list(step_ids), "now": now()}
    return _judged(_OF_CLAIMED, names)


def _judged(query: str, names: dict[str, Any]) -> dict[int, Problem]:
    with connection.cursor() as cursor:
        cursor.execute(query, names)
        return {
            step_id: WANTED_CHANGED if wanted else SEEN_CHANGED
            for step_id, wanted in cursor.fetchall()
        }

"""Plans after which a shop does not stand as its seller wants it now."""

import msgspec
from django.db.models import Exists, Max, OuterRef

from torgpred.listings import models
from torgpred.listings.selectors.plans import PlanCard, plan_card
from torgpred.runtime.scope import scope


class Behind(msgspec.Struct, frozen=True):
    """The newest ordinary plan of a shop, and why the next one would find something to do."""

    plan: PlanCard
    moved: bool
    """Desired states became others after it was made."""
    taken_back: bool
    """It, or a plan before it, was taken back since."""


def plans_behind(seller_id: int) -> dict[int, Behind]:
    """Return, by shop, the newest ordinary plan where the shop does not stand as is wanted now.

    A shop whose plan is being made anew is left out. What came in and is not worked out yet has
    moved nothing so far (`working_out`).
    """
    with scope(seller_id):
        mine = models.Plan.objects.filter(seller_id=seller_id, due_at=None)
        making = models.PlanRequest.objects.filter(
            seller_id=seller_id, shop_id=OuterRef("shop_id"), undoes=None, ended_at=None
        )
        ordinary = mine.filter(~Exists(making), undoes=None)
        newest = ordinary.order_by("shop_id", "-id").distinct("shop_id")
        worked = models.WorkingOut.objects.filter(seller_id=seller_id)
        moved = dict(worked.values_list("shop_id", "moved_at"))
        back = mine.filter(state=models.PlanState.APPLIED).exclude(undoes=None)
        undone = dict(
            back.values("shop_id").annotate(last=Max("id")).values_list("shop_id", "last")
        )
        found = {}
        for row in newest:
            at = moved.get(row.shop_id)
            one = Behind(
                plan_card(row),
                moved=at is not None and at > row.made_at,
                taken_back=undone.get(row.shop_id, 0) > row.pk,
            )
            if one.moved or one.taken_back:
                found[row.shop_id] = one
        return found

"""Plans that do not know what became desired since they were made."""

from django.db.models import Exists, OuterRef

from torgpred.listings import models
from torgpred.listings.selectors.plans import PlanCard, plan_card
from torgpred.runtime.scope import scope


def plans_behind(seller_id: int) -> dict[int, PlanCard]:
    """Return, by shop, the newest ordinary plan where desired states moved after it was made.

    A shop whose plan is being made anew is left out. What came in and is not worked out yet has
    moved nothing so far (`working_out`).
    """
    with scope(seller_id):
        making = models.PlanRequest.objects.filter(
            seller_id=seller_id, shop_id=OuterRef("shop_id"), undoes=None, ended_at=None
        )
        moved = models.WorkingOut.objects.filter(~Exists(making), seller_id=seller_id)
        times = {row.shop_id: row.moved_at for row in moved if row.moved_at is not None}
        newest = (
            models.Plan.objects.filter(
                seller_id=seller_id, shop_id__in=times, undoes=None, due_at=None
            )
            .order_by("shop_id", "-id")
            .distinct("shop_id")
        )
        return {row.shop_id: plan_card(row) for row in newest if times[row.shop_id] > row.made_at}

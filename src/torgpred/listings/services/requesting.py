"""Plans that are made elsewhere than where they were asked for: a browser does not wait.

A plan changes nothing outside, so one that is made twice, after a worker died over it, does no
harm: the request names the last one.
"""

from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q

from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import models
from torgpred.listings.core.errors import UnknownPlanError
from torgpred.listings.selectors import PlanCard
from torgpred.listings.services.adopting import adopt
from torgpred.listings.services.observing import observe
from torgpred.listings.services.planning import make_plan
from torgpred.listings.services.undoing import make_undo
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope

WAKE: Final = "listings.plan"
LEASE: Final = timedelta(minutes=30)

_log = logger(__name__)


def ask_plan(*, seller_id: int, shop_id: int, actor: str) -> int:
    """Ask for a plan of a seller in a shop; return the request's id.

    Where one is being made for them already, that one is returned. Raises UnknownShopError.
    """
    with scope(seller_id):
        channels.shop(shop_id)
        return _ask(seller_id, shop_id, None, actor)


def ask_undo(*, seller_id: int, plan_id: int, actor: str) -> int:
    """Ask for the inverse plan of an applied one; return the request's id.

    Raises UnknownPlanError, also for another seller's plan.
    """
    with scope(seller_id):
        plan = models.Plan.objects.filter(pk=plan_id, seller_id=seller_id).first()
        if plan is None:
            raise UnknownPlanError(given=plan_id)
        return _ask(seller_id, plan.shop_id, plan_id, actor)


def make_next() -> bool:
    """Make one plan that was asked for; False where none waits."""
    claimed = _claim()
    if claimed is None:
        return False
    plan: int | None = None
    trouble: dict[str, object] | None = None
    try:
        observe(shop_id=claimed.shop_id)
        adopt(shop_id=claimed.shop_id, actor=claimed.asked_by)
        plan = _made(claimed).id
    except TorgpredError as error:
        trouble = {"template": error.template, "data": {k: str(v) for k, v in error.data.items()}}
    except Exception:  # noqa: BLE001 - the edge of a job: whoever asked has to be told
        _log.exception("a plan was not made", shop=claimed.shop_id)
        trouble = {"template": BROKE, "data": {}}
    with scope(claimed.seller_id):
        rows = models.PlanRequest.objects.filter(pk=claimed.pk, ended_at=None)
        rows.update(ended_at=now(), plan_id=plan, trouble=trouble)
    return True


BROKE: Final = "Something broke while the plan was made. It was written down; try again."


def _made(claimed: models.PlanRequest) -> PlanCard:
    seller_id, actor = claimed.seller_id, claimed.asked_by
    if claimed.undoes_id is None:
        return make_plan(seller_id=seller_id, shop_id=claimed.shop_id, actor=actor)
    return make_undo(seller_id=seller_id, plan_id=claimed.undoes_id, actor=actor)


def _ask(seller_id: int, shop_id: int, undoes: int | None, actor: str) -> int:
    try:
        with transaction.atomic():
            made = models.PlanRequest.objects.create(
                seller_id=seller_id,
                shop_id=shop_id,
                undoes_id=undoes,
                asked_by=actor,
                asked_at=now(),
            )
    except IntegrityError:
        found = models.PlanRequest.objects.filter(
            seller_id=seller_id, shop_id=shop_id, ended_at=None
        ).first()
        if found is None:  # ended in between
            return _ask(seller_id, shop_id, undoes, actor)
        return int(found.pk)
    jobs.wake(WAKE)
    return int(made.pk)


def _claim() -> models.PlanRequest | None:
    moment = now()
    with operator_scope():
        rows = models.PlanRequest.objects.select_for_update(skip_locked=True)
        free = Q(leased_until=None) | Q(leased_until__lt=moment)
        found = rows.filter(free, ended_at=None).order_by("id").first()
        if found is not None:
            found.leased_until = moment + LEASE
            found.save(update_fields=["leased_until"])
        return found

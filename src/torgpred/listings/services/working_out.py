"""Desired states worked out anew while a person answers, without a plan and without a look.

Each answer only says "anew"; one working out takes in all that was said before it began, so that
a dozen answers cost as many as there is time for. Working out twice does no harm.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db.models import F, Q
from django.db.models.functions import Greatest

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.kernel.clock import now
from torgpred.kernel.errors import RetryLaterError, TorgpredError
from torgpred.listings import models
from torgpred.listings.services import decisions
from torgpred.listings.services.contexts import gather
from torgpred.listings.services.locking import lock_planning
from torgpred.listings.services.refreshing import refresh
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope

WAKE: Final = "listings.work_out"
LEASE: Final = timedelta(minutes=15)
BROKE: Final = "Something broke while this was worked out. It was written down; try again."

_log = logger(__name__)


class WorkedOut(msgspec.Struct, frozen=True):
    """How far a working out is. `current`: all answers so far are in it."""

    asked_at: datetime
    current: bool
    offers: int
    ready: int
    template: str
    data: dict[str, str]


def ask_anew(*, seller_id: int, shop_id: int) -> None:
    """Have a seller's desired states in a shop worked out anew. Raises UnknownShopError."""
    with scope(seller_id):
        channels.shop(shop_id)
        models.WorkingOut.objects.update_or_create(
            seller_id=seller_id, shop_id=shop_id, defaults={"asked_at": now(), "trouble": None}
        )
        jobs.wake(WAKE)


def worked_out(seller_id: int, shop_id: int) -> WorkedOut | None:
    """Return how far the working out for a shop is; None where nobody asked for one."""
    with scope(seller_id):
        row = models.WorkingOut.objects.filter(seller_id=seller_id, shop_id=shop_id).first()
    if row is None:
        return None
    return WorkedOut(
        asked_at=row.asked_at,
        current=row.done_to is not None and row.done_to >= row.asked_at,
        offers=row.offers,
        ready=row.ready,
        template=(row.trouble or {}).get("template", ""),
        data=(row.trouble or {}).get("data", {}),
    )


def work_out_next() -> bool:
    """Work out what was asked for longest; False where nothing is."""
    claimed = _claim()
    if claimed is None:
        return False
    trouble: dict[str, object] | None = None
    try:
        _work_out(claimed.seller_id, claimed.shop_id)
    except RetryLaterError as error:
        _settle(claimed, trouble=_told(error), until=now() + timedelta(seconds=20))
        return True
    except TorgpredError as error:
        trouble = _told(error)
    except Exception:  # noqa: BLE001 - the edge of a job: whoever asked has to be told
        _log.exception("desired states were not worked out", shop=claimed.shop_id)
        trouble = {"template": BROKE, "data": {}}
    _settle(claimed, trouble=trouble, done_to=claimed.asked_at)
    return True


def _work_out(seller_id: int, shop_id: int) -> None:
    family = channels.shop(shop_id).family
    if not channels.market_categories(family) or not channels.delivery_templates(shop_id):
        channel_services.learn_missing(shop_id)
    decisions.settle_certain(seller_id=seller_id, family=family)
    chosen = {card.market_category for card in decisions.mappings(seller_id, family).values()}
    channel_services.learn_missing_dictionaries(shop_id, chosen)
    around = gather(seller_id=seller_id, shop_id=shop_id)
    with scope(seller_id):
        lock_planning(seller_id)
        refresh(around)


def _settle(
    claimed: models.WorkingOut,
    *,
    trouble: dict[str, object] | None,
    done_to: datetime | None = None,
    until: datetime | None = None,
) -> None:
    with scope(claimed.seller_id):
        rows = models.WorkingOut.objects.filter(pk=claimed.pk)
        rows.update(leased_until=until, trouble=trouble, done_to=Greatest("done_to", done_to))


def _told(error: TorgpredError) -> dict[str, object]:
    return {"template": error.template, "data": {k: str(v) for k, v in error.data.items()}}


def _claim() -> models.WorkingOut | None:
    moment = now()
    with operator_scope():
        rows = models.WorkingOut.objects.select_for_update(skip_locked=True)
        free = Q(leased_until=None) | Q(leased_until__lt=moment)
        due = Q(done_to=None) | Q(done_to__lt=F("asked_at"))
        found = rows.filter(free, due).order_by("asked_at").first()
        if found is not None:
            found.leased_until = moment + LEASE
            found.save(update_fields=["leased_until"])
        return found

"""Switches of prices: made ready ahead, begun at their moment, looked after until all is right.

The moments stand in rows that were written with the prices (`price_moments`), so whatever dies,
the next process goes on: a switch that was not made ready is made ready late, one that was begun
goes on by the steps' leases, one that was carried out is looked at until every price is as wanted.
A switch is begun once, by whoever locks its row first.
"""

from datetime import datetime, timedelta
from typing import Final

import msgspec
from django.db import connection, transaction
from django.db.models import F, Max, Q, QuerySet

from torgpred.channels import services as channel_services
from torgpred.kernel.clock import now
from torgpred.kernel.digests import combine
from torgpred.listings import models
from torgpred.listings.services import price_moments
from torgpred.listings.services.contexts import Surroundings, gather
from torgpred.listings.services.locking import lock_planning
from torgpred.listings.services.observing import Depth, observe
from torgpred.listings.services.switch_plans import inputs_digest, write_switch
from torgpred.listings.services.working_out import ask_anew
from torgpred.runtime import holders, jobs
from torgpred.runtime.scope import operator_scope, scope

AHEAD: Final = timedelta(hours=2)
"""So long before its moment a switch is made ready."""
CHECKED: Final = timedelta(seconds=45)
"""So often a switch that is ready is looked at: whether what it was made from has changed."""
FREEZE: Final = timedelta(seconds=15)
"""So shortly before its moment one that is ready is no longer made anew: it could be late."""
FIRST_LOOK: Final = timedelta(seconds=2)
"""After a switch was begun, when to look whether all is right."""
LOOK_AGAIN: Final = timedelta(seconds=5)
"""When to look again while steps are still on their way."""
LONGEST_PAUSE: Final = timedelta(minutes=30)
LOOKED_AFTER: Final = timedelta(days=2)
"""So long a switch is looked after; what is wrong then stays to be seen in it."""
LEASE: Final = timedelta(minutes=10)
"""A process that looks after a switch is believed to live for so long."""
BY: Final = "torgpred"

_STILL_ON_ITS_WAY = """
    SELECT EXISTS (
        SELECT 1 FROM listings_plan plan
        JOIN listings_step step ON step.seller_id = plan.seller_id AND step.plan_id = plan.id
        WHERE plan.seller_id = %(seller)s AND plan.shop_id = %(shop)s AND plan.state = 'applying'
          AND step.state IN ('waiting', 'claimed', 'submitted', 'unclear')
          AND (plan.due_at IS NOT NULL OR step.state <> 'waiting')
          AND step.product_key = ANY(%(keys)s))
"""


class Due(msgspec.Struct, frozen=True):
    """A switch and its moment."""

    switch_id: int
    seller_id: int
    shop_id: int
    due_at: datetime


# --- making ready -------------------------------------------------------------------------------
def coming() -> list[Due]:
    """Return the switches that are to be made ready, or looked at again, in their order."""
    moment = now()
    with operator_scope():
        rows = models.PriceSwitch.objects.filter(
            Q(look_at=None) | Q(look_at__lte=moment),
            begun_at=None,
            settled_at=None,
            due_at__gt=moment,
            due_at__lte=moment + AHEAD,
        )
        rows = rows.order_by("due_at", "id")
        return [Due(*row) for row in rows.values_list("id", "seller_id", "shop_id", "due_at")]


def prepare(*, seller_id: int, shop_id: int, switch_id: int) -> bool:
    """Make the plan of a coming switch ready, or anew where what it was made from has changed.

    The plan keeps its code. Safe beside others who do the same: one does it. Nothing is sent.
    True where a plan was made. Raises RulesNotLearntError.
    """
    with scope(seller_id):
        due_at = models.PriceSwitch.objects.values_list("due_at", flat=True).get(pk=switch_id)
    # One that comes late brings what is wanted by then, not what was wanted at its moment.
    around = gather(seller_id=seller_id, shop_id=shop_id, as_of=max(due_at, now()))
    same = channel_services.open(shop_id).same
    with scope(seller_id):
        rows = models.PriceSwitch.objects.select_for_update(skip_locked=True)
        switch = rows.filter(pk=switch_id, begun_at=None).first()
        if switch is None:
            return False
        moment = now()
        switch.look_at = moment + CHECKED
        keys = price_moments.concerned(seller_id, shop_id, [due_at])
        inputs = _inputs(switch, around, keys)
        if bytes(switch.inputs) == inputs or _too_late(switch, moment):
            switch.save(update_fields=["look_at"])
            return False
        lock_planning(seller_id)
        plan = _emptied(switch, around)
        write_switch(plan, around, keys, same)
        switch.plan, switch.inputs, switch.prepared_at = plan, inputs, now()
        switch.save(update_fields=["plan", "inputs", "prepared_at", "look_at"])
    return True


def _too_late(switch: models.PriceSwitch, moment: datetime) -> bool:
    """Tell whether a switch that is ready stays as it is, although something changed since."""
    ready = bool(bytes(switch.inputs)) and switch.plan_id is not None
    return ready and switch.due_at - moment < FREEZE


def _inputs(switch: models.PriceSwitch, around: Surroundings, keys: list[str]) -> bytes:
    """Return a digest of all that a switch is worked out from, earlier switches included."""
    before = models.PriceSwitch.objects.filter(
        seller_id=switch.seller_id,
        shop_id=switch.shop_id,
        due_at__lt=switch.due_at,
        settled_at=None,
    )
    earlier = [
        f"{due.isoformat()} {made}".encode()
        for due, made in before.order_by("due_at").values_list("due_at", "prepared_at")
    ]
    return combine([inputs_digest(around, keys), *earlier])


def _emptied(switch: models.PriceSwitch, around: Surroundings) -> models.Plan:
    """Return the plan of a switch without steps, made where there is none."""
    plan = switch.plan
    if plan is None:
        return models.Plan.objects.create(
            seller_id=switch.seller_id,
            shop_id=switch.shop_id,
            made_by=BY,
            as_of=around.as_of,
            due_at=switch.due_at,
            counts={},
            holds=[],
        )
    models.Step.objects.filter(seller_id=switch.seller_id, plan_id=plan.pk).delete()
    return plan


# --- beginning ----------------------------------------------------------------------------------
def due_before(moment: datetime) -> list[Due]:
    """Return the switches that are not begun and due by a moment, in their order."""
    with operator_scope():
        rows = models.PriceSwitch.objects.filter(
            begun_at=None, settled_at=None, due_at__lte=moment
        ).order_by("due_at", "id")
        return [Due(*row) for row in rows.values_list("id", "seller_id", "shop_id", "due_at")]


def begin(*, seller_id: int, shop_id: int, switch_id: int) -> int | None:
    """Begin a switch that is due; return its plan, None where another process began it.

    One that is not ready, or was made from other prices than are planned now, is made first.
    """
    for _ in range(2):
        with scope(seller_id):
            switch = models.PriceSwitch.objects.select_for_update().get(pk=switch_id)
            if switch.begun_at is not None:
                return None
            if switch.plan_id is not None and bytes(switch.inputs):
                return _begin(switch)
        prepare(seller_id=seller_id, shop_id=shop_id, switch_id=switch_id)
    return None  # another process is making it ready: the next look begins it


def _begin(switch: models.PriceSwitch) -> int:
    moment = now()
    switch.begun_at, switch.look_at = moment, moment + FIRST_LOOK
    switch.save(update_fields=["begun_at", "look_at"])
    plan_id = int(switch.plan_id or 0)
    _start(plan_id, moment)
    return plan_id


def _start(plan_id: int, moment: datetime) -> None:
    """Let the steps of a switch go out. Inside the caller's scope."""
    models.Plan.objects.filter(pk=plan_id, state=models.PlanState.MADE).update(
        state=models.PlanState.APPLYING, applied_by=F("made_by"), applied_at=moment
    )
    jobs.wake(price_moments.DUE)


# --- looking after ------------------------------------------------------------------------------
def to_look_after() -> list[tuple[int, int]]:
    """Return (seller, shop) where switches were begun and their prices are to be looked at."""
    with operator_scope():
        rows = models.PriceSwitch.objects.filter(begun_at__isnull=False, settled_at=None)
        rows = rows.filter(~Q(holder="") | Q(look_at=None) | Q(look_at__lte=now()))
        return sorted(set(rows.values_list("seller_id", "shop_id")))


def look_after(*, seller_id: int, shop_id: int) -> bool:
    """Look whether all prices are right after a shop's switches; plan those again that are not.

    As long as steps are on their way it only waits. Then what is not as wanted now goes out as a
    further switch, at longer and longer intervals; once nothing is left by our own records the
    shop's list is read, and all is compared once more. True where something went out.
    Raises what `observe` raises; then it is looked at again later.
    """
    moment = now()
    with scope(seller_id):
        switches = _claimed(seller_id, shop_id, moment)
        if not switches:
            return False
        keys = price_moments.concerned(seller_id, shop_id, [one.due_at for one in switches])
        if _on_its_way(seller_id, shop_id, keys):
            _look_later(switches, moment + LOOK_AGAIN)
            return False
    try:
        if _sent_again(seller_id, shop_id, switches, keys):
            return True
        if keys and not _read_since(seller_id, shop_id):
            observe(shop_id=shop_id, depth=Depth.LIST)
            if _sent_again(seller_id, shop_id, switches, keys):
                return True
        _settle(seller_id, shop_id, switches)
        return False
    finally:
        with scope(seller_id):
            _rows(switches).filter(holder=holders.me()).update(
                holder="", look_at=now() + LOOK_AGAIN
            )


def _read_since(seller_id: int, shop_id: int) -> bool:
    """Tell whether the shop was read after the last switch of the seller's was carried out."""
    with scope(seller_id):
        plans = models.Plan.objects.filter(
            seller_id=seller_id, shop_id=shop_id, due_at__isnull=False
        )
        last = plans.aggregate(at=Max("finished_at"))["at"]
    with operator_scope():
        walks = models.Observation.objects.filter(shop_id=shop_id, finished_at__isnull=False)
        return last is None or walks.filter(started_at__gt=last).exists()


def _settle(seller_id: int, shop_id: int, switches: list[models.PriceSwitch]) -> None:
    """End the look after some switches; have screens show what is wanted now."""
    with scope(seller_id):
        _rows(switches).update(settled_at=now(), holder="")
        ask_anew(seller_id=seller_id, shop_id=shop_id)


def _rows(switches: list[models.PriceSwitch]) -> "QuerySet[models.PriceSwitch]":
    return models.PriceSwitch.objects.filter(pk__in=[one.pk for one in switches])


def _claimed(seller_id: int, shop_id: int, moment: datetime) -> list[models.PriceSwitch]:
    """Claim a shop's switches that are to be looked at, all that were begun together."""
    rows = models.PriceSwitch.objects.select_for_update(skip_locked=True).filter(
        seller_id=seller_id, shop_id=shop_id, begun_at__isnull=False, settled_at=None
    )
    switches = list(rows.order_by("due_at"))
    dead = {one.holder for one in switches if holders.known_dead(one.holder)}
    if not any(
        one.look_at is None or one.look_at <= moment or one.holder in dead for one in switches
    ):
        return []
    _look_later(switches, moment + LEASE, holders.me())
    return switches


def _look_later(switches: list[models.PriceSwitch], at: datetime, holder: str = "") -> None:
    _rows(switches).update(look_at=at, holder=holder)


def _on_its_way(seller_id: int, shop_id: int, keys: list[str]) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_STILL_ON_ITS_WAY, {"seller": seller_id, "shop": shop_id, "keys": keys})
        return bool(cursor.fetchone()[0])


def _sent_again(
    seller_id: int, shop_id: int, switches: list[models.PriceSwitch], keys: list[str]
) -> bool:
    """Let what is not as wanted now go out as a further switch; False where nothing is left."""
    around = gather(seller_id=seller_id, shop_id=shop_id)
    same = channel_services.open(shop_id).same
    with scope(seller_id):
        lock_planning(seller_id)
        moment = now()
        with transaction.atomic():
            plan = models.Plan.objects.create(
                seller_id=seller_id,
                shop_id=shop_id,
                made_by=BY,
                as_of=around.as_of,
                due_at=moment,
                counts={},
                holds=[],
            )
            written = write_switch(plan, around, keys, same)
            left = written.steps + written.refused
            rows = _rows(switches)
            rows.update(left=left)
            if not written.steps:
                plan.delete()
                return False
            looks = max(one.looks for one in switches) + 1
            pause = min(FIRST_LOOK * 2 ** min(looks, 20), LONGEST_PAUSE)
            rows.update(looks=F("looks") + 1, look_at=moment + pause, holder="")
            rows.filter(begun_at__lt=moment - LOOKED_AFTER).update(settled_at=moment)
            _start(plan.pk, moment)
    return True

"""Apply: a plan is carried out in durable rounds that any number of processes may share.

A round frees what a dead process held, looks for unclear creates, hands over one batch and asks
what became of earlier ones. Everything a restart needs is in the rows before the network is
touched; the network is never touched inside a transaction.

Exactly once: AliExpress-like marketplaces know no idempotency key, so an unclear create is looked
for by its SKUs until found, or until the marketplace's settle time has passed and one last look
finds nothing; then it is sent once more, with the same external id. A create that the marketplace
took on is never sent again, however long its task takes.

Whatever keeps the marketplace from answering is waited for: each kind of call rests on its own
(`resting`), and a person is shown why and until when.
"""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from time import monotonic, sleep

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count, Min

from torgpred.channels import services as channels
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError
from torgpred.kernel.ids import encode
from torgpred.listings import models, selectors
from torgpred.listings.core.errors import (
    AnotherApplyError,
    GuardsWaitError,
    NotDueError,
    OvertakenPlanError,
    PlanNotReadyError,
)
from torgpred.listings.core.guards import Guard
from torgpred.listings.services import resting, stale, steps
from torgpred.listings.services.asking import ask
from torgpred.listings.services.handing import hand_over
from torgpred.listings.services.looking import look_for_unclear
from torgpred.listings.services.working import Timing, Work
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope, scope

WAKE = "listings.apply"
"""Woken when a plan is to be applied: a worker goes on with it, whoever began."""
LONGEST_SLEEP = 5.0
LOOK_AGAIN = timedelta(seconds=5)
"""When to look again where nothing tells a time."""
_COUNT_EVERY = 1.0


class Progress(msgspec.Struct, frozen=True):
    """Where an apply stands: steps by state, and when there is something to do again."""

    states: dict[str, int]
    next_at: datetime | None
    trouble: str = ""
    """Why something waits, in words a seller understands; empty where nothing does."""
    rests_until: datetime | None = None

    @property
    def open(self) -> int:
        """Steps without a final outcome."""
        return sum(self.states.get(state, 0) for state in models.OPEN_STATES)

    @property
    def total(self) -> int:
        """All steps of the plan."""
        return sum(self.states.values())


def begin(*, seller_id: int, plan_id: int, actor: str, confirmed: Collection[str] = ()) -> None:
    """Mark a plan as being applied; going on with one that is being applied already is fine.

    `confirmed` are codes of guards that the actor says yes to. Steps that are out of date by now
    are left out and say so. Raises PlanNotReadyError where it was applied before,
    OvertakenPlanError where a newer plan was, AnotherApplyError where another plan of the same
    seller and shop is under way, NotDueError for a switch of prices to come, GuardsWaitError, and
    StalePlanError where more than a tenth of the steps is out of date; then nothing has changed.
    """
    around = stale.surroundings(seller_id, plan_id)
    with scope(seller_id):
        plan = models.Plan.objects.select_for_update().get(pk=plan_id)
        if plan.state == models.PlanState.APPLYING:
            return
        if plan.state != models.PlanState.MADE:
            raise PlanNotReadyError(plan=encode(plan.pk), state=plan.state)
        if plan.due_at is not None:
            raise NotDueError(plan=encode(plan.pk), due=plan.due_at.isoformat())
        # Switches of prices go beside: they change prices alone, and make stale what they touch.
        others = models.Plan.objects.filter(
            seller_id=seller_id, shop_id=plan.shop_id, due_at__isnull=True
        )
        newer = others.filter(pk__gt=plan.pk, applied_at__isnull=False).order_by("pk").first()
        if newer is not None and newer.state == models.PlanState.APPLIED:
            raise OvertakenPlanError(plan=encode(plan.pk), newer=encode(newer.pk))
        _require_yes(plan, confirmed)
        stale.leave_out(plan, around)
        plan.confirmed = sorted(confirmed)
        plan.state = models.PlanState.APPLYING
        plan.applied_by = actor
        plan.applied_at = now()
        try:
            with transaction.atomic():
                plan.save(update_fields=["state", "applied_by", "applied_at", "confirmed"])
        except IntegrityError as error:
            other = others.get(state=models.PlanState.APPLYING)
            raise AnotherApplyError(other=encode(other.pk)) from error
        jobs.wake(WAKE)


def _require_yes(plan: models.Plan, confirmed: Collection[str]) -> None:
    open_ones = [
        guard for guard in msgspec.convert(plan.guards, list[Guard]) if guard.code not in confirmed
    ]
    if open_ones:
        raise GuardsWaitError(
            plan=encode(plan.pk),
            said=" ".join(f"{guard.message} {guard.mend}" for guard in open_ones),
            options=" ".join(f"--yes {guard.code}" for guard in open_ones),
            guards=[guard.code for guard in open_ones],
        )


def run(
    *,
    seller_id: int,
    plan_id: int,
    on_progress: Callable[[Progress], None] | None = None,
    sleeping: Callable[[float], None] = sleep,
) -> Progress:
    """Carry a begun plan to its end, round by round, and return how it ended.

    Raises NeedsPersonError where only a person can mend it (a dead token): what is done stays
    done, and the same call goes on later.
    """
    resting.try_now(seller_id=seller_id, plan_id=plan_id)
    return carry_out(work_of(seller_id, plan_id), on_progress=on_progress, sleeping=sleeping)


def carry_out(
    work: Work,
    *,
    on_progress: Callable[[Progress], None] | None = None,
    sleeping: Callable[[float], None] = sleep,
) -> Progress:
    """Carry a begun plan to its end as `run` does, as this piece of work says."""
    counter = Counter(work)
    while True:
        progress = advance(work, counter)
        if on_progress is not None:
            on_progress(progress)
        if progress.open == 0:
            return progress
        pause = pause_before(progress)
        if pause > 0:
            sleeping(min(pause, LONGEST_SLEEP))


def advance(work: Work, counter: "Counter | None" = None) -> Progress:
    """Do one round and return where the apply stands.

    Raises NeedsPersonError where only a person can mend it; then the plan rests, and rounds that
    come before its time, or before the shop's access was changed, call nobody.
    """
    rests = resting.rests(seller_id=work.seller_id, plan_id=work.plan_id, shop_id=work.shop_id)
    if not rests.all:
        try:
            _round(work, rests)
        except NeedsPersonError as error:
            resting.rest_for_person(
                seller_id=work.seller_id,
                plan_id=work.plan_id,
                shop_id=work.shop_id,
                error=error,
                timing=work.timing,
            )
            raise
    return (counter or Counter(work)).progress()


def _round(work: Work, rests: resting.Rests) -> None:
    with scope(work.seller_id):
        steps.recover_expired(plan_id=work.plan_id, now=now(), settle=work.settle)
    if resting.LOOK not in rests.until:
        look_for_unclear(work)
    hand_over(work, rests.actions)
    if resting.ASK not in rests.until:
        ask(work)


def pause_before(progress: Progress) -> float:
    """Return the seconds until there is something to do again; 0 where there is now."""
    if progress.next_at is None:
        return 0.0
    return max((progress.next_at - now()).total_seconds(), 0.0)


def work_of(seller_id: int, plan_id: int) -> Work:
    """Return a begun plan as this process's work.

    Raises NeedsPersonError where the shop cannot be opened; then the plan rests.
    """
    with scope(seller_id):
        plan = models.Plan.objects.get(pk=plan_id)
    try:
        connector = channels.open(plan.shop_id)
    except NeedsPersonError as error:
        resting.rest_for_person(
            seller_id=seller_id,
            plan_id=plan_id,
            shop_id=plan.shop_id,
            error=error,
            timing=Timing(),
        )
        raise
    return Work(
        seller_id=seller_id,
        shop_id=plan.shop_id,
        plan_id=plan_id,
        connector=connector,
        capabilities=channels.family_of(plan.shop_id).capabilities,
    )


def under_way(*, switches: bool = False) -> list[tuple[int, int]]:
    """Return (seller, plan) of every plan that is being applied, the oldest first.

    Either the plans that persons apply, or the switches of prices.
    """
    with operator_scope():
        rows = models.Plan.objects.filter(
            state=models.PlanState.APPLYING, due_at__isnull=not switches
        )
        return list(rows.order_by("applied_at", "pk").values_list("seller_id", "pk"))


class Counter:
    """Tells where an apply stands; counts all steps at most once a second."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._states: dict[str, int] = {}
        self._counted_at = -_COUNT_EVERY

    def progress(self) -> Progress:
        """Return where the apply stands, and end the plan once no step is open."""
        work = self._work
        with scope(work.seller_id):
            rows = models.Step.objects.filter(seller_id=work.seller_id, plan_id=work.plan_id)
            if rows.filter(state__in=models.OPEN_STATES).exists():
                if monotonic() - self._counted_at >= _COUNT_EVERY:
                    self._count()
                trouble = selectors.trouble(work.plan_id)
                return Progress(
                    states=self._states,
                    next_at=_next_at(work.plan_id),
                    trouble="" if trouble is None else trouble.reason,
                    rests_until=None if trouble is None else trouble.until,
                )
            self._count()
            models.Rest.objects.filter(plan_id=work.plan_id).delete()
            models.Plan.objects.filter(pk=work.plan_id, state=models.PlanState.APPLYING).update(
                state=models.PlanState.APPLIED, finished_at=now()
            )
            return Progress(states=self._states, next_at=None)

    def _count(self) -> None:
        rows = models.Step.objects.filter(
            seller_id=self._work.seller_id, plan_id=self._work.plan_id
        )
        self._states = dict(rows.values_list("state").annotate(Count("id")))
        self._counted_at = monotonic()


def _next_at(plan_id: int) -> datetime | None:
    """Return when something is due: at once (None) where a step waits without a time."""
    moment = now()
    rests = dict(
        models.Rest.objects.filter(plan_id=plan_id, until__gt=moment).values_list("what", "until")
    )
    if resting.EVERYTHING in rests:
        return rests[resting.EVERYTHING]
    if steps.any_due(plan_id=plan_id, now=moment, resting=list(rests)):
        return None
    open_steps = models.Step.objects.filter(plan_id=plan_id, state__in=models.OPEN_STATES)
    grouped = open_steps.values_list("state", "action").annotate(
        due=Min("not_before"), lease=Min("lease_until")
    )
    times: list[datetime | None] = []
    for state, action, due, lease in grouped:
        if state == models.StepState.CLAIMED:
            times.append(lease)
        elif state == models.StepState.UNCLEAR:
            times.append(_later(due, rests.get(resting.LOOK)))
        elif state == models.StepState.WAITING:
            times.append(_later(due, rests.get(action)))
    asked = models.Submission.objects.filter(plan_id=plan_id, settled_at=None)
    times.append(_later(asked.aggregate(t=Min("poll_at"))["t"], rests.get(resting.ASK)))
    known = [time for time in times if time is not None]
    return min(known) if known else moment + LOOK_AGAIN


def _later(due: datetime | None, rest: datetime | None) -> datetime | None:
    return max((time for time in (due, rest) if time is not None), default=None)

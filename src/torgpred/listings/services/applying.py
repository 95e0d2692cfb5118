"""Apply: a plan is carried out in durable rounds that any number of processes may share.

A round frees what a dead process held, looks for unclear creates, hands over one batch and asks
what became of earlier ones. Everything a restart needs is in the rows before the network is
touched; the network is never touched inside a transaction.

Exactly once: AliExpress-like marketplaces know no idempotency key, so an unclear create is looked
for by its SKUs until found, or until the marketplace's settle time has passed and one last look
finds nothing; then it is sent once more, with the same external id.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from time import sleep

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Count, Min, Q

from torgpred.channels import services as channels
from torgpred.channels.core.contract import (
    Action,
    Capabilities,
    Change,
    Connector,
    Outcome,
    Phase,
    Problem,
    Submission,
)
from torgpred.channels.core.drafts import Draft, Status
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError
from torgpred.kernel.ids import encode
from torgpred.listings import models
from torgpred.listings.core.errors import AnotherApplyError, PlanNotReadyError
from torgpred.listings.services import listed, steps
from torgpred.listings.services.steps import ClaimedStep
from torgpred.runtime.scope import scope

LOOK_AGAIN = timedelta(seconds=5)
FIRST_POLL = timedelta(milliseconds=300)
LONGEST_POLL = timedelta(seconds=10)
BACK_OFF = timedelta(seconds=5)
MOST_ATTEMPTS = 5

_PROBLEMS = msgspec.json.Encoder()


class Progress(msgspec.Struct, frozen=True):
    """Where an apply stands: steps by state, and when there is something to do again."""

    states: dict[str, int]
    next_at: datetime | None

    @property
    def open(self) -> int:
        """Steps without a final outcome."""
        return sum(self.states.get(state, 0) for state in models.OPEN_STATES)

    @property
    def total(self) -> int:
        """All steps of the plan."""
        return sum(self.states.values())


class Work(msgspec.Struct, frozen=True):
    """One plan being applied by this process."""

    seller_id: int
    shop_id: int
    plan_id: int
    connector: Connector
    capabilities: Capabilities


def begin(*, seller_id: int, plan_id: int, actor: str) -> None:
    """Mark a plan as being applied; going on with one that is being applied already is fine.

    Raises PlanNotReadyError where it was applied before, AnotherApplyError where another plan of
    the same seller and shop is under way.
    """
    with scope(seller_id):
        plan = models.Plan.objects.select_for_update().get(pk=plan_id)
        if plan.state == models.PlanState.APPLYING:
            return
        if plan.state != models.PlanState.MADE:
            raise PlanNotReadyError(plan=encode(plan.pk), state=plan.state)
        plan.state = models.PlanState.APPLYING
        plan.applied_by = actor
        plan.applied_at = now()
        try:
            with transaction.atomic():
                plan.save(update_fields=["state", "applied_by", "applied_at"])
        except IntegrityError as error:
            other = models.Plan.objects.get(
                shop_id=plan.shop_id, seller_id=seller_id, state=models.PlanState.APPLYING
            )
            raise AnotherApplyError(other=encode(other.pk)) from error


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
    work = _work(seller_id, plan_id)
    while True:
        progress = advance(work)
        if on_progress is not None:
            on_progress(progress)
        if progress.open == 0:
            return progress
        if progress.next_at is not None:
            pause = (progress.next_at - now()).total_seconds()
            if pause > 0:
                sleeping(min(pause, 5.0))


def advance(work: Work) -> Progress:
    """Do one round and return where the apply stands."""
    settle = timedelta(seconds=work.capabilities.settle_seconds)
    with scope(work.seller_id):
        steps.recover_expired(plan_id=work.plan_id, now=now(), settle=settle)
    _look_for_unclear(work)
    _hand_over(work)
    _ask(work)
    return _progress(work)


def _work(seller_id: int, plan_id: int) -> Work:
    with scope(seller_id):
        plan = models.Plan.objects.get(pk=plan_id)
    return Work(
        seller_id=seller_id,
        shop_id=plan.shop_id,
        plan_id=plan_id,
        connector=channels.open(plan.shop_id),
        capabilities=channels.family_of(plan.shop_id).capabilities,
    )


# --- handing over -------------------------------------------------------------------------------
def _hand_over(work: Work) -> None:
    with scope(work.seller_id):
        batch = {Action(name): most for name, most in work.capabilities.batch.items()}
        claimed = steps.claim_waiting(plan_id=work.plan_id, now=now(), batch=batch)
        claimed = _without_stale(work, claimed)
        if not claimed:
            return
        drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in claimed])
        remote_skus = listed.remote_skus(
            work.seller_id, work.shop_id, [step.product_key for step in claimed]
        )
    action = claimed[0].action
    changes = [
        Change(
            ref=str(step.id),
            action=action,
            draft=drafts.get(step.draft_digest) if step.draft_digest else None,
            remote_id=step.remote_id,
            remote_sku_ids=remote_skus.get(step.product_key, {}),
        )
        for step in claimed
    ]
    try:
        submission = work.connector.submit(action, changes)
    except RetryLaterError as error:
        _not_sent(work, claimed, error)
    except RefusedError as error:
        problem = Problem(code=error.code, message=str(error))
        _refuse(work, [(step, [problem]) for step in claimed])
    except NeedsPersonError:
        with scope(work.seller_id):
            steps.move(claimed, state=models.StepState.WAITING)
        raise
    else:
        _keep_submission(work, action, claimed, drafts, submission)


def _without_stale(work: Work, claimed: tuple[ClaimedStep, ...]) -> tuple[ClaimedStep, ...]:
    """Leave out creates whose product stands in the shop by now, and say so on the step."""
    creates = [step for step in claimed if step.action is Action.CREATE]
    there = listed.standing_keys(
        work.seller_id, work.shop_id, [step.product_key for step in creates]
    )
    stale = [step for step in creates if step.product_key in there]
    problem = Problem(
        code="plan.stale",
        message="The product was listed after this plan was made.",
        mend="Make a new plan.",
    )
    steps.move(
        stale,
        state=models.StepState.SKIPPED,
        problems=[_PROBLEMS.encode([problem])] * len(stale),
        ended_at=now(),
    )
    return tuple(step for step in claimed if step not in stale)


def _not_sent(work: Work, claimed: Sequence[ClaimedStep], error: RetryLaterError) -> None:
    moment = now()
    unclear = bool(error.data.get("unclear")) and claimed[0].action is Action.CREATE
    wait = timedelta(seconds=float(error.data.get("after") or BACK_OFF.total_seconds()))
    with scope(work.seller_id):
        if unclear:
            settle = timedelta(seconds=work.capabilities.settle_seconds)
            steps.move(
                claimed,
                state=models.StepState.UNCLEAR,
                not_before=moment + LOOK_AGAIN,
                rest_until=moment + settle,
            )
            return
        tired = [step for step in claimed if step.attempts >= MOST_ATTEMPTS]
        fresh = [step for step in claimed if step.attempts < MOST_ATTEMPTS]
        steps.move(fresh, state=models.StepState.WAITING, not_before=moment + wait)
        problem = Problem(
            code=error.code,
            message=str(error),
            mend="The marketplace did not answer in five tries. Make a new plan later.",
        )
        steps.move(
            tired,
            state=models.StepState.SKIPPED,
            problems=[_PROBLEMS.encode([problem])] * len(tired),
            ended_at=moment,
        )


def _refuse(work: Work, refused: Sequence[tuple[ClaimedStep, Sequence[Problem]]]) -> None:
    told = [_PROBLEMS.encode(problems) for _, problems in refused]
    with scope(work.seller_id):
        steps.move(
            [step for step, _ in refused],
            state=models.StepState.REFUSED,
            problems=told,
            ended_at=now(),
        )
        listed.record_refused(
            seller_id=work.seller_id,
            shop_id=work.shop_id,
            refused=[
                (step.product_key, step.draft_digest, problems)
                for (step, _), problems in zip(refused, told, strict=True)
            ],
        )


def _keep_submission(
    work: Work,
    action: Action,
    claimed: Sequence[ClaimedStep],
    drafts: dict[bytes, Draft],
    submission: Submission,
) -> None:
    moment = now()
    with scope(work.seller_id):
        row = models.Submission.objects.create(
            seller_id=work.seller_id,
            plan_id=work.plan_id,
            action=action.value,
            content=msgspec.json.encode(submission),
            submitted_at=moment,
            poll_at=moment + FIRST_POLL,
        )
        held = steps.move(
            claimed,
            state=models.StepState.SUBMITTED,
            submission_id=row.pk,
            rest_until=None,
        )
        if held:
            _record(work, claimed, drafts, submission.outcomes, row)


# --- asking what became -------------------------------------------------------------------------
def _ask(work: Work) -> None:
    with scope(work.seller_id):
        due = list(
            models.Submission.objects.filter(
                plan_id=work.plan_id, settled_at__isnull=True, poll_at__lte=now()
            ).order_by("poll_at")[:20]
        )
    for row in due:
        submission = msgspec.json.decode(bytes(row.content), type=Submission)
        try:
            outcomes = work.connector.outcomes(Action(row.action), submission)
        except RetryLaterError as error:
            wait = timedelta(seconds=float(error.data.get("after") or BACK_OFF.total_seconds()))
            with scope(work.seller_id):
                models.Submission.objects.filter(pk=row.pk).update(poll_at=now() + wait)
            continue
        with scope(work.seller_id):
            waiting = steps.submitted_steps(row.pk)
            drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in waiting])
            _record(work, waiting, drafts, outcomes, row)


def _record(
    work: Work,
    claimed: Sequence[ClaimedStep],
    drafts: dict[bytes, Draft],
    outcomes: Sequence[Outcome],
    row: models.Submission,
) -> None:
    moment = now()
    by_ref = {outcome.ref: outcome for outcome in outcomes}
    told = [(step, by_ref[str(step.id)]) for step in claimed if str(step.id) in by_ref]
    done = [(step, outcome) for step, outcome in told if outcome.phase is Phase.DONE]
    refused = [(step, outcome) for step, outcome in told if outcome.phase is Phase.REFUSED]
    listed.record_done(
        seller_id=work.seller_id,
        shop_id=work.shop_id,
        done=[
            listed.Carried(
                product_key=step.product_key,
                action=step.action,
                remote_id=outcome.remote_id or step.remote_id,
                draft=drafts.get(step.draft_digest) if step.draft_digest else None,
                draft_digest=step.draft_digest,
            )
            for step, outcome in done
        ],
    )
    steps.move([step for step, _ in done], state=models.StepState.DONE, ended_at=moment)
    _refuse(work, [(step, outcome.problems) for step, outcome in refused])
    pending = len(claimed) - len(done) - len(refused)
    wait = min(FIRST_POLL * 2 ** min(row.polls, 6), LONGEST_POLL)
    models.Submission.objects.filter(pk=row.pk).update(
        polls=row.polls + 1,
        poll_at=moment + wait,
        settled_at=None if pending else moment,
    )


# --- looking for what may have been created -----------------------------------------------------
def _look_for_unclear(work: Work) -> None:
    with scope(work.seller_id):
        claimed = steps.claim_unclear(plan_id=work.plan_id, now=now(), limit=50)
        if not claimed:
            return
        drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in claimed])
        rests = steps.rests_until([step.id for step in claimed])
    looked_at = now()
    skus = [v.sku for draft in drafts.values() for v in draft.variants]
    try:
        seen = work.connector.find(skus)
    except RetryLaterError:
        with scope(work.seller_id):
            for step in claimed:
                steps.move(
                    [step],
                    state=models.StepState.UNCLEAR,
                    not_before=looked_at + LOOK_AGAIN,
                    rest_until=rests[step.id],
                )
        return
    standing = {
        variant.sku: product
        for product in seen
        if product.status is not Status.DELETED
        for variant in product.variants
    }
    with scope(work.seller_id):
        for step in claimed:
            draft = drafts[step.draft_digest or b""]
            found = next((standing[v.sku] for v in draft.variants if v.sku in standing), None)
            if found is not None:
                carried = listed.Carried(
                    product_key=step.product_key,
                    action=step.action,
                    remote_id=found.remote_id,
                    draft=draft,
                    draft_digest=step.draft_digest,
                )
                listed.record_done(seller_id=work.seller_id, shop_id=work.shop_id, done=[carried])
                steps.move([step], state=models.StepState.DONE, ended_at=now())
            elif looked_at > rests[step.id]:
                steps.move([step], state=models.StepState.WAITING)
            else:
                steps.move(
                    [step],
                    state=models.StepState.UNCLEAR,
                    not_before=min(looked_at + LOOK_AGAIN, rests[step.id] + FIRST_POLL),
                    rest_until=rests[step.id],
                )


# --- where it stands ----------------------------------------------------------------------------
def _progress(work: Work) -> Progress:
    with scope(work.seller_id):
        rows = models.Step.objects.filter(plan_id=work.plan_id).values_list("state")
        states = dict(rows.annotate(Count("id")))
        progress = Progress(states=states, next_at=None)
        if progress.open == 0:
            models.Plan.objects.filter(pk=work.plan_id, state=models.PlanState.APPLYING).update(
                state=models.PlanState.APPLIED, finished_at=now()
            )
            return progress
        return Progress(states=states, next_at=_next_at(work.plan_id))


def _next_at(plan_id: int) -> datetime | None:
    """Return when something is due: at once (None) where a step waits without a time."""
    open_steps = models.Step.objects.filter(plan_id=plan_id)
    if open_steps.filter(
        Q(state=models.StepState.WAITING) & (Q(not_before=None) | Q(not_before__lte=now()))
    ).exists():
        return None
    times = [
        open_steps.filter(state=models.StepState.CLAIMED).aggregate(t=Min("lease_until"))["t"],
        open_steps.filter(state__in=[models.StepState.WAITING, models.StepState.UNCLEAR]).aggregate(
            t=Min("not_before")
        )["t"],
        models.Submission.objects.filter(plan_id=plan_id, settled_at=None).aggregate(
            t=Min("poll_at")
        )["t"],
    ]
    known = [moment for moment in times if moment is not None]
    return min(known) if known else now() + LOOK_AGAIN

"""Handing one batch of steps over to the marketplace."""

from collections.abc import Collection, Sequence

import msgspec

from torgpred.channels.core.contract import Action, Change, Problem, Submission
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError
from torgpred.listings import models
from torgpred.listings.services import listed, resting, stale, starting, steps
from torgpred.listings.services.asking import record
from torgpred.listings.services.steps import ClaimedStep
from torgpred.listings.services.working import SILENT, Work, put_off, skip, told, unclear
from torgpred.runtime.scope import scope

LISTED_SINCE = Problem(
    code="plan.stale",
    message="The product was listed after this plan was made.",
    mend="Make a new plan.",
)
MOVED_SINCE = Problem(
    code="plan.stale",
    message="The product no longer stands in the shop as it did when this plan was made.",
    mend="Make a new plan.",
)
NOT_UPDATED = Problem(
    code="plan.not_updated",
    message="The product was not put on sale, since its update before that was not carried out.",
    mend="See the step before it, then make a new plan.",
)
NOT_TAKEN = Problem(
    code="marketplace.not_taken",
    message="The marketplace gave no good answer to this product, however often it was sent.",
    mend="Look whether the product stands there, then make a new plan.",
)
REFUSED_TOGETHER = (
    "The marketplace refused the products that were sent together and named no single one. Make a "
    "new plan later; if it happens again, give its words to the marketplace's support."
)


def hand_over(work: Work, resting_actions: Collection[str] = ()) -> None:
    """Claim the next batch, send it outside any transaction, and keep what came of it.

    Raises NeedsPersonError where only a person can mend it; the batch waits then.
    """
    with scope(work.seller_id):
        batch = {Action(name): most for name, most in work.capabilities.batch.items()}
        claimed = steps.claim_waiting(
            plan_id=work.plan_id, now=now(), batch=batch, resting=resting_actions
        )
        claimed = _without_stale(work, claimed)
        if not claimed:
            return
        drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in claimed])
        if claimed[0].action in listed.TELLS_STOCK:
            drafts = starting.with_stock(work.seller_id, work.shop_id, drafts)
        remote_skus = listed.remote_skus(
            work.seller_id,
            work.shop_id,
            [step.product_key for step in claimed if step.action is not Action.CREATE],
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
        with steps.renewing(work.seller_id, claimed):
            submission = work.connector.submit(action, changes)
    except RetryLaterError as error:
        _not_sent(work, claimed, error)
    except RefusedError as error:
        _refused_together(work, claimed, error)
    except NeedsPersonError:
        with scope(work.seller_id):
            steps.count_no_try(claimed)
            steps.move(claimed, state=models.StepState.WAITING)
        raise
    else:
        _keep(work, action, claimed, drafts, submission)


def _without_stale(work: Work, claimed: tuple[ClaimedStep, ...]) -> tuple[ClaimedStep, ...]:
    """Leave out steps that no longer fit what stands in the shop, and say so on each."""
    there = listed.standing(work.seller_id, work.shop_id, [step.product_key for step in claimed])
    left_out: dict[int, Problem] = {}
    for step in claimed:
        if step.action is Action.CREATE:
            if step.product_key in there:
                left_out[step.id] = LISTED_SINCE
        elif there.get(step.product_key) != step.remote_id:
            left_out[step.id] = MOVED_SINCE
    resumes = [step for step in claimed if step.action is Action.RESUME]
    for step_id in steps.after_failed([step.id for step in resumes]):
        left_out[step_id] = NOT_UPDATED
    fitting = [step.id for step in claimed if step.id not in left_out]
    left_out |= stale.of_claimed(seller_id=work.seller_id, plan_id=work.plan_id, step_ids=fitting)
    for problem in dict.fromkeys(left_out.values()):
        skip([step for step in claimed if left_out.get(step.id) is problem], problem)
    return tuple([step for step in claimed if step.id not in left_out])


def _not_sent(work: Work, claimed: Sequence[ClaimedStep], error: RetryLaterError) -> None:
    """Let steps wait that were not taken, and their action rest; give up after a day of silence.

    "Not now" counts as no try of theirs. A create whose answer was lost is looked for first.
    """
    moment = now()
    action = claimed[0].action
    with scope(work.seller_id):
        row = resting.rest(work, action.value, error, moment=moment)
        if error.data.get("unclear") and action is Action.CREATE:
            unclear(work, claimed, moment=moment)
        else:
            heard = resting.not_now(error)
            weary = [one for one in claimed if not heard and one.attempts >= work.timing.most_sent]
            skip(weary, NOT_TAKEN)
            fresh = [one for one in claimed if one not in weary]
            if heard:
                steps.count_no_try(fresh)
            steps.move(fresh, state=models.StepState.WAITING, not_before=row.until)
        if resting.weary(work, action.value, moment=moment):
            steps.end_all(
                plan_id=work.plan_id,
                state=models.StepState.WAITING,
                action=action.value,
                problems=told([SILENT]),
                now=moment,
            )


def _refused_together(work: Work, claimed: Sequence[ClaimedStep], error: RefusedError) -> None:
    """Put off a batch that was refused as a whole: it says nothing of any one product.

    Creates are looked for before they go again: words that nobody knows prove nothing.
    """
    problem = Problem(
        code=str(error.data.get("code") or error.code),
        message=str(error.data.get("message") or error),
        mend=str(error.data.get("mend") or REFUSED_TOGETHER),
    )
    with scope(work.seller_id):
        resting.rest(work, claimed[0].action.value, error, moment=now())
        put_off(
            work,
            [(step, [problem]) for step in claimed],
            looked_for=claimed[0].action is Action.CREATE,
        )


def _keep(
    work: Work,
    action: Action,
    claimed: Sequence[ClaimedStep],
    drafts: dict[bytes, Draft],
    submission: Submission,
) -> None:
    """Keep the submission before it is polled: a restart goes on from it."""
    moment = now()
    with scope(work.seller_id):
        row = models.Submission.objects.create(
            seller_id=work.seller_id,
            plan_id=work.plan_id,
            action=action.value,
            content=msgspec.json.encode(submission),
            stocks=_stocks(action, claimed, drafts),
            submitted_at=moment,
            poll_at=moment + work.timing.first_poll,
        )
        resting.lift(work.plan_id, action.value)
        held = steps.move(claimed, state=models.StepState.SUBMITTED, submission_id=row.pk)
        if held:
            record(work, claimed, drafts, submission.outcomes, row, at_the_door=True)


def _stocks(action: Action, claimed: Sequence[ClaimedStep], drafts: dict[bytes, Draft]) -> bytes:
    """Return what the batch told of stock, by product key and SKU."""
    if action not in listed.TELLS_STOCK:
        return b""
    sent = {
        step.product_key: {one.sku: one.stock for one in drafts[step.draft_digest].variants}
        for step in claimed
        if step.draft_digest in drafts
    }
    return msgspec.json.encode(sent)

"""Handing one batch of steps over to the marketplace."""

from collections.abc import Sequence

import msgspec

from torgpred.channels.core.contract import Action, Change, Problem, Submission
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError
from torgpred.listings import models
from torgpred.listings.services import listed, starting, steps
from torgpred.listings.services.asking import record
from torgpred.listings.services.steps import ClaimedStep
from torgpred.listings.services.working import (
    FIRST_POLL,
    Work,
    refuse,
    skip,
    try_again,
    unclear,
    wait_after,
)
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


def hand_over(work: Work) -> None:
    """Claim the next batch, send it outside any transaction, and keep what came of it."""
    with scope(work.seller_id):
        batch = {Action(name): most for name, most in work.capabilities.batch.items()}
        claimed = steps.claim_waiting(plan_id=work.plan_id, now=now(), batch=batch)
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
        submission = work.connector.submit(action, changes)
    except RetryLaterError as error:
        _not_sent(work, claimed, error)
    except RefusedError as error:
        problem = Problem(code=error.code, message=str(error))
        refuse(work, [(step, [problem]) for step in claimed])
    except NeedsPersonError:
        with scope(work.seller_id):
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
    for problem in (LISTED_SINCE, MOVED_SINCE, NOT_UPDATED):
        skip([step for step in claimed if left_out.get(step.id) is problem], problem)
    return tuple([step for step in claimed if step.id not in left_out])


def _not_sent(work: Work, claimed: Sequence[ClaimedStep], error: RetryLaterError) -> None:
    moment = now()
    with scope(work.seller_id):
        if error.data.get("unclear") and claimed[0].action is Action.CREATE:
            unclear(claimed, moment=moment, settle=work.settle)
            return
        problem = Problem(
            code=error.code,
            message=str(error),
            mend="The marketplace did not answer in five tries. Make a new plan later.",
        )
        try_again(claimed, moment=moment, wait=wait_after(error), problem=problem)


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
            poll_at=moment + FIRST_POLL,
        )
        held = steps.move(claimed, state=models.StepState.SUBMITTED, submission_id=row.pk)
        if held:
            record(work, claimed, drafts, submission.outcomes, row)


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

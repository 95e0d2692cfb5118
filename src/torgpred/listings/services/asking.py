"""Asking what became of submissions, and recording each item's outcome."""

from collections.abc import Sequence

import msgspec

from torgpred.channels.core.contract import Action, Outcome, Phase, Problem, Submission
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.clock import now
from torgpred.kernel.errors import RefusedError, RetryLaterError
from torgpred.listings import models
from torgpred.listings.services import listed, steps
from torgpred.listings.services.steps import ClaimedStep
from torgpred.listings.services.working import (
    BACK_OFF,
    FIRST_POLL,
    LONGEST_POLL,
    OVERDUE,
    Work,
    refuse,
    try_again,
    unclear,
    wait_after,
)
from torgpred.runtime.scope import scope

AT_ONCE = 20
"""Submissions asked for in one round."""
NEVER_SAID = Problem(
    code="marketplace.never_said",
    message="The marketplace never said what became of this change.",
    mend="Look at the product there, then make a new plan.",
)

_STOCKS = msgspec.json.Decoder(dict[str, dict[str, int]])


def ask(work: Work) -> None:
    """Ask what became of the submissions whose next look is due."""
    with scope(work.seller_id):
        due = list(
            models.Submission.objects.filter(
                seller_id=work.seller_id,
                plan_id=work.plan_id,
                settled_at__isnull=True,
                poll_at__lte=now(),
            ).order_by("poll_at")[:AT_ONCE]
        )
    for row in due:
        submission = msgspec.json.decode(bytes(row.content), type=Submission)
        try:
            outcomes = work.connector.outcomes(Action(row.action), submission)
        except RetryLaterError as error:
            with scope(work.seller_id):
                models.Submission.objects.filter(pk=row.pk).update(
                    poll_at=now() + wait_after(error)
                )
            if _overdue(row):
                _give_up(work, row)
            continue
        except RefusedError:
            _give_up(work, row)
            continue
        with scope(work.seller_id):
            waiting = steps.submitted_steps(row.pk)
            drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in waiting])
            pending = record(work, waiting, drafts, outcomes, row)
        if pending and _overdue(row):
            _give_up(work, row)


def record(
    work: Work,
    claimed: Sequence[ClaimedStep],
    drafts: dict[bytes, Draft],
    outcomes: Sequence[Outcome],
    row: models.Submission,
) -> int:
    """Record what is final; return how many items are still pending. Inside the caller's scope."""
    moment = now()
    by_ref = {outcome.ref: outcome for outcome in outcomes}
    said = [(step, by_ref[str(step.id)]) for step in claimed if str(step.id) in by_ref]
    done = [(step, outcome) for step, outcome in said if outcome.phase is Phase.DONE]
    refused = [(step, outcome) for step, outcome in said if outcome.phase is Phase.REFUSED]
    stocks = _STOCKS.decode(bytes(row.stocks)) if row.stocks else {}
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
                stock=stocks.get(step.product_key, {}),
            )
            for step, outcome in done
        ],
    )
    steps.move([step for step, _ in done], state=models.StepState.DONE, ended_at=moment)
    refuse(work, [(step, outcome.problems) for step, outcome in refused])
    pending = len(claimed) - len(done) - len(refused)
    wait = min(FIRST_POLL * 2 ** min(row.polls, 6), LONGEST_POLL)
    models.Submission.objects.filter(pk=row.pk).update(
        polls=row.polls + 1,
        poll_at=moment + wait,
        settled_at=None if pending else moment,
    )
    return pending


def _overdue(row: models.Submission) -> bool:
    return now() - row.submitted_at > OVERDUE


def _give_up(work: Work, row: models.Submission) -> None:
    """Wait no longer for a submission: creates are looked for, the rest is sent again."""
    moment = now()
    with scope(work.seller_id):
        waiting = steps.submitted_steps(row.pk)
        creates = [step for step in waiting if step.action is Action.CREATE]
        others = [step for step in waiting if step.action is not Action.CREATE]
        unclear(creates, moment=moment, settle=work.settle)
        try_again(others, moment=moment, wait=BACK_OFF, problem=NEVER_SAID)
        models.Submission.objects.filter(pk=row.pk).update(settled_at=moment)

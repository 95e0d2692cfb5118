"""Asking what became of submissions, and recording each item's outcome."""

from collections.abc import Sequence

import msgspec

from torgpred.channels.core.contract import Action, Outcome, Phase, Problem, Submission
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.clock import now
from torgpred.kernel.errors import OutboundError, RefusedError, RetryLaterError
from torgpred.listings import models
from torgpred.listings.services import listed, resting, steps
from torgpred.listings.services.steps import ClaimedStep
from torgpred.listings.services.working import Work, end, put_off, refuse, told, unclear
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
    """Ask what became of the submissions whose next look is due.

    Raises NeedsPersonError where only a person can mend it.
    """
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
            _unanswered(work, row, error)
            return  # whoever does not answer one question does not answer the next
        except RefusedError as error:
            _unanswered(work, row, error)
            if _overdue(work, row):
                _give_up(work, row)
            continue
        with scope(work.seller_id):
            if _recorded_meanwhile(row):
                continue
            waiting = steps.submitted_steps(row.pk)
            drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in waiting])
            pending = record(work, waiting, drafts, outcomes, row)
            resting.lift(work.plan_id, resting.ASK)
        if pending and _overdue(work, row):
            _give_up(work, row)


def _unanswered(work: Work, row: models.Submission, error: OutboundError) -> None:
    moment = now()
    with scope(work.seller_id):
        rest = resting.rest(work, resting.ASK, error, moment=moment)
        models.Submission.objects.filter(pk=row.pk).update(poll_at=rest.until)
        if resting.weary(work, resting.ASK, moment=moment):
            steps.end_all(
                plan_id=work.plan_id,
                state=models.StepState.SUBMITTED,
                problems=told([NEVER_SAID]),
                now=moment,
            )
            models.Submission.objects.filter(plan_id=work.plan_id, settled_at=None).update(
                settled_at=moment
            )


def record(
    work: Work,
    claimed: Sequence[ClaimedStep],
    drafts: dict[bytes, Draft],
    outcomes: Sequence[Outcome],
    row: models.Submission,
    *,
    at_the_door: bool = False,
) -> int:
    """Record what is final; return how many items are still pending. Inside the caller's scope.

    `at_the_door`: these are the words of the call itself, so what it put off was never begun.
    """
    moment = now()
    by_ref = {outcome.ref: outcome for outcome in outcomes}
    said = [(step, by_ref[str(step.id)]) for step in claimed if str(step.id) in by_ref]
    done = [(step, outcome) for step, outcome in said if outcome.phase is Phase.DONE]
    refused = [(step, outcome) for step, outcome in said if outcome.phase is Phase.REFUSED]
    later = [(step, outcome.problems) for step, outcome in said if outcome.phase is Phase.LATER]
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
    steps.move(
        [step for step, _ in done],
        state=models.StepState.DONE,
        remote_ids=[outcome.remote_id for _, outcome in done],
    )
    refuse(work, [(step, outcome.problems) for step, outcome in refused])
    creates = [one for one in later if one[0].action is Action.CREATE and not at_the_door]
    put_off(work, creates, looked_for=True)
    put_off(work, [one for one in later if one not in creates])
    pending = len(claimed) - len(done) - len(refused) - len(later)
    wait = min(work.timing.first_poll * 2 ** min(row.polls, 6), work.timing.longest_poll)
    models.Submission.objects.filter(pk=row.pk).update(
        polls=row.polls + 1,
        poll_at=moment + wait,
        settled_at=None if pending else moment,
    )
    return pending


def _recorded_meanwhile(row: models.Submission) -> bool:
    """Lock a submission; tell whether another process asked for it since, and knows more."""
    rows = models.Submission.objects.select_for_update().filter(pk=row.pk, settled_at=None)
    return rows.values_list("polls", flat=True).first() != row.polls


def _overdue(work: Work, row: models.Submission) -> bool:
    create = row.action == Action.CREATE.value
    longest = work.timing.create_overdue if create else work.timing.overdue
    return now() - row.submitted_at > longest


def _give_up(work: Work, row: models.Submission) -> None:
    """Wait no longer for a submission: creates are looked for once more, the rest is sent again.

    A create that was accepted is never sent again: its task may still end.
    """
    moment = now()
    with scope(work.seller_id):
        waiting = steps.submitted_steps(row.pk)
        unclear(work, [one for one in waiting if one.action is Action.CREATE], moment=moment)
        others = [one for one in waiting if one.action is not Action.CREATE]
        weary = [one for one in others if one.attempts >= work.timing.most_attempts]
        end(weary, [told([NEVER_SAID])] * len(weary))
        steps.move(
            [one for one in others if one not in weary],
            state=models.StepState.WAITING,
            not_before=moment + work.timing.back_off,
        )
        models.Submission.objects.filter(pk=row.pk).update(settled_at=moment)

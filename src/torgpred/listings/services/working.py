"""One plan being carried out by this process, and what handing over and asking share."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from torgpred.channels.core.contract import Capabilities, Connector, Problem
from torgpred.kernel.clock import now
from torgpred.kernel.errors import RetryLaterError
from torgpred.listings import models
from torgpred.listings.services import listed, steps
from torgpred.listings.services.steps import ClaimedStep
from torgpred.runtime.scope import scope

LOOK_AGAIN = timedelta(seconds=5)
FIRST_POLL = timedelta(milliseconds=300)
LONGEST_POLL = timedelta(seconds=10)
BACK_OFF = timedelta(seconds=5)
OVERDUE = timedelta(hours=1)
"""A submission that is pending for longer is no longer waited for."""
MOST_ATTEMPTS = 5

_PROBLEMS = msgspec.json.Encoder()


class Work(msgspec.Struct, frozen=True):
    """One plan being applied by this process."""

    seller_id: int
    shop_id: int
    plan_id: int
    connector: Connector
    capabilities: Capabilities

    @property
    def settle(self) -> timedelta:
        """How long after an unclear create a look that finds nothing is not believed."""
        return timedelta(seconds=self.capabilities.settle_seconds)


def told(problems: Sequence[Problem]) -> bytes:
    """Return problems as a step keeps them."""
    return _PROBLEMS.encode(problems)


def wait_after(error: RetryLaterError) -> timedelta:
    """Return how long to wait before the next try: as long as the other side said, if it did."""
    return timedelta(seconds=float(error.data.get("after") or BACK_OFF.total_seconds()))


def skip(claimed: Sequence[ClaimedStep], problem: Problem) -> None:
    """End steps without sending them, and say why. Inside the caller's scope."""
    steps.move(
        claimed,
        state=models.StepState.SKIPPED,
        problems=[told([problem])] * len(claimed),
        ended_at=now(),
    )


def refuse(work: Work, refused: Sequence[tuple[ClaimedStep, Sequence[Problem]]]) -> None:
    """End steps that the marketplace refused, and remember their drafts as refused."""
    if not refused:
        return
    why = [told(problems) for _, problems in refused]
    with scope(work.seller_id):
        steps.move(
            [step for step, _ in refused],
            state=models.StepState.REFUSED,
            problems=why,
            ended_at=now(),
        )
        listed.record_refused(
            seller_id=work.seller_id,
            shop_id=work.shop_id,
            refused=[
                (step.product_key, step.draft_digest, problems)
                for (step, _), problems in zip(refused, why, strict=True)
            ],
        )


def unclear(claimed: Sequence[ClaimedStep], *, moment: datetime, settle: timedelta) -> None:
    """Let creates rest whose outcome nobody knows: they are looked for before they go again."""
    steps.move(
        claimed,
        state=models.StepState.UNCLEAR,
        not_before=moment + min(LOOK_AGAIN, settle),
        rest_until=moment + settle,
    )


def try_again(
    claimed: Sequence[ClaimedStep], *, moment: datetime, wait: timedelta, problem: Problem
) -> None:
    """Let steps wait for another try; end those that were tried often enough."""
    tired = [step for step in claimed if step.attempts >= MOST_ATTEMPTS]
    fresh = [step for step in claimed if step.attempts < MOST_ATTEMPTS]
    steps.move(fresh, state=models.StepState.WAITING, not_before=moment + wait)
    skip(tired, problem)

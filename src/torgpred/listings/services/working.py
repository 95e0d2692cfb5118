"""One plan being carried out by this process, its times, and how steps end or wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from torgpred.channels.core.contract import Capabilities, Connector, Problem
from torgpred.kernel.clock import now
from torgpred.listings import models
from torgpred.listings.services import listed, steps
from torgpred.listings.services.steps import ClaimedStep
from torgpred.runtime.scope import scope

SILENT = Problem(
    code="marketplace.silent",
    message="The marketplace gave no good answer for a day.",
    mend="Make a new plan once it answers again: what is still missing goes out then.",
)

_PROBLEMS = msgspec.json.Encoder()


class Timing(msgspec.Struct, frozen=True):
    """How long an apply waits for what, and how often it tries."""

    look_again: timedelta = timedelta(seconds=5)
    """The shortest time between two looks for an unclear create."""
    first_poll: timedelta = timedelta(milliseconds=300)
    longest_poll: timedelta = timedelta(seconds=10)
    back_off: timedelta = timedelta(seconds=5)
    """The first wait after a call without success; later ones grow with the trouble's age."""
    longest_rest: timedelta = timedelta(minutes=5)
    patience: timedelta = timedelta(hours=24)
    """A marketplace without a single good answer for so long is no longer waited for."""
    person_rest: timedelta = timedelta(minutes=15)
    """How long nothing is sent where only a person can help, unless the shop's access changes."""
    overdue: timedelta = timedelta(hours=1)
    """A change that was accepted and is pending for longer is sent again: it does no harm."""
    create_overdue: timedelta = timedelta(hours=6)
    """An accepted create that is pending for longer is looked for, and never sent again."""
    most_sent: int = 30
    """How often one step is sent without learning anything, while others get through."""
    most_attempts: int = 5
    """How often a change is sent that is accepted and then never heard of again."""
    most_put_off: int = 5
    """How often a step goes again that the marketplace itself put off."""


class Work(msgspec.Struct, frozen=True):
    """One plan being applied by this process."""

    seller_id: int
    shop_id: int
    plan_id: int
    connector: Connector
    capabilities: Capabilities
    timing: Timing = Timing()

    @property
    def settle(self) -> timedelta:
        """How long after an unclear create a look that finds nothing is not believed."""
        return timedelta(seconds=self.capabilities.settle_seconds)


def told(problems: Sequence[Problem]) -> bytes:
    """Return problems as a step keeps them."""
    return _PROBLEMS.encode(problems)


def skip(claimed: Sequence[ClaimedStep], problem: Problem) -> None:
    """End steps without sending them, and say why. Inside the caller's scope."""
    end(claimed, [told([problem])] * len(claimed))


def end(claimed: Sequence[ClaimedStep], why: Sequence[bytes] = ()) -> None:
    """End steps that were not carried out, for reasons given here or kept before, in that order.

    Their drafts are not remembered as refused: a new plan tries them again.
    """
    steps.move(claimed, state=models.StepState.SKIPPED, problems=why)


def refuse(work: Work, refused: Sequence[tuple[ClaimedStep, Sequence[Problem]]]) -> None:
    """End steps that the marketplace refused, and remember their drafts as refused."""
    if not refused:
        return
    why = [told(problems) for _, problems in refused]
    with scope(work.seller_id):
        steps.move([step for step, _ in refused], state=models.StepState.REFUSED, problems=why)
        listed.record_refused(
            seller_id=work.seller_id,
            shop_id=work.shop_id,
            refused=[
                (step.product_key, step.draft_digest, problems)
                for (step, _), problems in zip(refused, why, strict=True)
            ],
        )


def unclear(
    work: Work,
    claimed: Sequence[ClaimedStep],
    *,
    moment: datetime,
    problems: Sequence[bytes] = (),
    put_off: int = 0,
) -> None:
    """Let creates rest whose outcome nobody knows: they are looked for before they go again."""
    steps.move(
        claimed,
        state=models.StepState.UNCLEAR,
        not_before=moment + min(work.timing.look_again, work.settle),
        rest_until=moment + work.settle,
        problems=problems,
        put_off=put_off,
    )


def put_off(
    work: Work, said: Sequence[tuple[ClaimedStep, Sequence[Problem]]], *, looked_for: bool = False
) -> None:
    """Let steps wait that the marketplace put off, each longer every time; end the weary ones.

    `looked_for`: creates are looked for before they go again, since the words came so late that
    something may stand there.
    """
    moment = now()
    weary = [(step, why) for step, why in said if step.put_off + 1 >= work.timing.most_put_off]
    fresh = [(step, why) for step, why in said if step.put_off + 1 < work.timing.most_put_off]
    if looked_for:
        steps_, why_ = [step for step, _ in said], [told(why) for _, why in said]
        unclear(work, steps_, moment=moment, problems=why_, put_off=1)
        return
    for times in sorted({step.put_off for step, _ in fresh}):
        group = [(step, why) for step, why in fresh if step.put_off == times]
        steps.move(
            [step for step, _ in group],
            state=models.StepState.WAITING,
            not_before=moment + work.timing.back_off * 2**times,
            problems=[told(why) for _, why in group],
            put_off=1,
        )
    end([step for step, _ in weary], [told(why) for _, why in weary])

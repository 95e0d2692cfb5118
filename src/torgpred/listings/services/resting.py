"""What rests for a plan, why and until when: the trouble that a person is shown.

Each kind of call rests on its own: while creates wait for a quota, prices go out and tasks are
asked for. A rest grows with the trouble's age and is gone with the first call that succeeds.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from torgpred.channels import selectors as channel_reads
from torgpred.channels.core.contract import Action
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, OutboundError
from torgpred.listings import models
from torgpred.listings.services.working import Timing, Work
from torgpred.runtime.scope import scope

EVERYTHING = ""
ASK = "ask"
LOOK = "look"

_WHAT = {
    Action.CREATE.value: "New products",
    Action.UPDATE.value: "Changed products",
    Action.PRICE.value: "Prices",
    Action.STOCK.value: "Stocks",
    Action.PAUSE.value: "Products to take off sale",
    Action.RESUME.value: "Products to put on sale",
    Action.REMOVE.value: "Products to remove",
    ASK: "Asking what became of the changes",
    LOOK: "Looking for products whose answer was lost",
}

_CAUSES = {
    "unreachable": "the marketplace cannot be reached",
    "timeout": "the marketplace takes too long to answer",
    "broken_connection": "the line to the marketplace broke",
}
"""By what the transport says of a call that failed."""


class Rests(msgspec.Struct, frozen=True):
    """What rests for a plan at a moment: until when, by what it is."""

    until: Mapping[str, datetime]

    @property
    def all(self) -> bool:
        """Whether nothing at all may be called."""
        return EVERYTHING in self.until

    @property
    def actions(self) -> tuple[str, ...]:
        """Actions that may not be handed over."""
        return tuple(what for what in self.until if what in set(Action))


def rests(*, seller_id: int, plan_id: int, shop_id: int) -> Rests:
    """Return what rests now. A rest for a person ends here once the shop's access was changed."""
    moment = now()
    with scope(seller_id):
        rows = list(models.Rest.objects.filter(plan_id=plan_id, until__gt=moment))
    asked = [row for row in rows if row.access]
    if asked and bytes(asked[0].access) != channel_reads.access_digest(shop_id):
        with scope(seller_id):
            lift(plan_id)
        rows = [row for row in rows if not row.access]
    return Rests({row.what: row.until for row in rows})


def rest(work: Work, what: str, error: OutboundError, *, moment: datetime) -> models.Rest:
    """Let a kind of call rest, and return the rest. Inside the caller's scope.

    It rests as long as the other side said, if it did, but longer and longer where that does not
    help.
    """
    before = models.Rest.objects.filter(plan_id=work.plan_id, what=what).first()
    since = moment if before is None else before.since
    row = models.Rest(
        seller_id=work.seller_id,
        plan_id=work.plan_id,
        what=what,
        reason=words(what, error),
        since=since,
        until=moment + wait(work.timing, error, moment - since),
    )
    models.Rest.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["plan", "what"],
        update_fields=["reason", "until", "access"],
    )
    return row


def rest_for_person(
    *, seller_id: int, plan_id: int, shop_id: int, error: NeedsPersonError, timing: Timing
) -> None:
    """Let all calls of a plan rest until a person changed the shop's access, or some time."""
    moment = now()
    access = channel_reads.access_digest(shop_id)
    with scope(seller_id):
        models.Rest.objects.bulk_create(
            [
                models.Rest(
                    seller_id=seller_id,
                    plan_id=plan_id,
                    what=EVERYTHING,
                    reason=str(error),
                    since=moment,
                    until=moment + timing.person_rest,
                    access=access,
                )
            ],
            update_conflicts=True,
            unique_fields=["plan", "what"],
            update_fields=["reason", "until", "access"],
        )


def weary(work: Work, what: str, *, moment: datetime) -> bool:
    """Tell whether a kind of call went on without success for longer than we are patient.

    The rest stays then: whatever else comes to the same call ends at its first failure. Inside
    the caller's scope.
    """
    oldest = moment - work.timing.patience
    return models.Rest.objects.filter(plan_id=work.plan_id, what=what, since__lt=oldest).exists()


def lift(plan_id: int, *what: str) -> None:
    """End rests, since such a call succeeded: then nobody need help either. Inside the scope."""
    models.Rest.objects.filter(plan_id=plan_id, what__in=[EVERYTHING, *what]).delete()


def try_now(*, seller_id: int, plan_id: int) -> None:
    """Let a plan try again at once what waited for a person: one asked for it."""
    with scope(seller_id):
        lift(plan_id)


def wait(timing: Timing, error: OutboundError, age: timedelta) -> timedelta:
    """Return how long to rest after an error, for a trouble of some age."""
    after = error.data.get("after")
    least = timing.back_off if after is None else timedelta(seconds=max(float(after), 0.5))
    if error.data.get("paced"):
        return least  # our own pace: the time is exact
    return max(least, min(age / 2, timing.longest_rest))


def not_now(error: OutboundError) -> bool:
    """Tell whether the other side is well and says "not now": that counts as no attempt."""
    return bool(error.data.get("busy")) or error.data.get("after") is not None


def words(what: str, error: OutboundError) -> str:
    """Return why something rests, in words a seller understands."""
    subject = _WHAT.get(what, what)
    if error.data.get("paced"):
        return (
            f"{subject} wait for their turn: the marketplace takes only so many calls and changes"
            " in a time."
        )
    if error.data.get("busy"):
        said = error.data.get("said")
        quoted = f" It said: {said}" if said else ""
        return f"{subject} wait: the marketplace takes no more of them for now.{quoted}"
    said = error.data.get("message")
    if said:
        return f"{subject} wait: the marketplace said: {said} It is tried again by itself."
    cause = str(error.data.get("cause", ""))
    why = _CAUSES.get(cause, "the marketplace does not answer as it should")
    status = f" (status {cause})" if cause.isdigit() else ""
    return f"{subject} wait: {why}{status}. It is tried again by itself."

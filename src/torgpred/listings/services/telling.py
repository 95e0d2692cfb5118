"""Telling shops their stock: one batch at a time, the network outside any transaction.

Last value wins: numbers are read when a batch is claimed. Never older over newer: one call at a
time for a product, until the marketplace's own work on it has ended or is waited for no longer.
A lost answer does no harm, since numbers are absolute: the product is told again as it is by
then, and once more when the marketplace has settled, should it have kept the lost one back.
"""

from collections.abc import Sequence
from datetime import timedelta

import msgspec

from torgpred.channels import selectors as channel_reads
from torgpred.channels import services as channels
from torgpred.channels.core.contract import (
    Action,
    Capabilities,
    Change,
    Outcome,
    Phase,
    Problem,
    Submission,
)
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.services.opening import QUICK_PATIENCE, QUICK_SECONDS
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError, TorgpredError
from torgpred.listings import models
from torgpred.listings.services import claiming, stock_pauses
from torgpred.listings.services.claiming import Claimed
from torgpred.runtime.observability import STOCK_WAIT
from torgpred.runtime.scope import operator_scope

FIRST_POLL = timedelta(milliseconds=500)
"""Sooner most calls are still under way, and each look takes a slot that a number could have."""
LONGEST_POLL = timedelta(seconds=5)
OVERDUE = timedelta(seconds=60)
"""A call that the marketplace still works on after that is waited for no longer."""
_POLLED_AT_ONCE = 20
_LOOKED_FOR = timedelta(seconds=2 * (QUICK_PATIENCE + QUICK_SECONDS))
"""So long the others leave a call to whoever looks after it; looking twice does no harm."""

_SENT = msgspec.json.Decoder(tuple[Claimed, ...])


def tell(shop_id: int) -> bool:
    """Tell a shop one batch of what is due; True where something was claimed: there may be more.

    Nothing is raised for what the marketplace does: it is kept, shown and tried again. Safe to run
    many times at once, in any number of processes.
    """
    shop = channel_reads.shop(shop_id)
    family = channels.family(shop.family)
    moment = now()
    with operator_scope():
        if stock_pauses.at_rest(shop_id, moment):
            return False
        held = claiming.claim(
            shop_id,
            now=moment,
            most=family.capabilities.batch.get(Action.STOCK.value, 1),
            cap=family.rules.stock_max,
            settle=_settle(family.capabilities),
        )
    if not held:
        return False
    changes = [
        Change(
            ref=str(one.id),
            action=Action.STOCK,
            remote_id=one.remote_id,
            stock={number.sku: number.pieces for number in one.numbers},
        )
        for one in held
    ]
    try:
        connector = channels.open_card(shop, quick=True)
        for one in held:
            STOCK_WAIT.observe(max((now() - one.since).total_seconds(), 0.0))
        submission = connector.submit(Action.STOCK, changes)
    except RefusedError as error:
        _refused_whole(held, error)
    except (RetryLaterError, NeedsPersonError) as error:
        _not_told(shop, held, error, _settle(family.capabilities))
    else:
        _keep(shop, held, submission)
    return True


def ask(shop_id: int) -> float | None:
    """Ask what became of a shop's calls whose next look is due.

    Return the seconds until the next look at one of them, None where no call is left.
    """
    moment = now()
    with operator_scope():
        ids = list(
            models.StockCall.objects.select_for_update(skip_locked=True)
            .filter(shop_id=shop_id, poll_at__lte=moment)
            .order_by("poll_at")
            .values_list("id", flat=True)[:_POLLED_AT_ONCE]
        )
        models.StockCall.objects.filter(pk__in=ids).update(poll_at=moment + _LOOKED_FOR)
        calls = list(models.StockCall.objects.filter(pk__in=ids).order_by("submitted_at"))
    settle = _settle(channels.family_of(shop_id).capabilities)
    for call in calls:
        _ask(call, settle)
    with operator_scope():
        rest = models.StockCall.objects.filter(shop_id=shop_id).order_by("poll_at")
        next_at = rest.values_list("poll_at", flat=True).first()
    return None if next_at is None else max((next_at - now()).total_seconds(), 0.0)


def shops_asked() -> list[int]:
    """Return the shops with calls whose next look is due."""
    with operator_scope():
        rows = models.StockCall.objects.filter(poll_at__lte=now())
        return list(rows.order_by().values_list("shop_id", flat=True).distinct())


def _ask(call: models.StockCall, settle: timedelta) -> None:
    submission = msgspec.json.decode(bytes(call.content), type=Submission)
    held = _SENT.decode(bytes(call.sent))
    outcomes: Sequence[Outcome] = ()
    wait = min(FIRST_POLL * 2 ** min(call.polls, 5), LONGEST_POLL)
    waits = now() - call.submitted_at < OVERDUE
    try:
        connector = channels.open(call.shop_id, quick=True)
        outcomes = connector.outcomes(Action.STOCK, submission)
    except RetryLaterError as error:
        wait = max(wait, timedelta(seconds=float(error.data.get("after") or 0.0)))
    except RefusedError:
        waits = False  # it knows nothing of this call: told again, as it is by now
    except NeedsPersonError as error:
        wait = LONGEST_POLL
        with operator_scope():
            stock_pauses.rest(call.shop_id, call.tenant_id, error, now())
    with operator_scope():
        row = models.StockCall.objects.filter(pk=call.pk)
        pending = _record(held, outcomes)
        if pending and waits:
            kept = msgspec.json.encode(pending)
            row.update(sent=kept, poll_at=now() + wait, polls=call.polls + 1)
        else:
            claiming.released(pending, again_at=now() + settle)
            row.delete()


def _keep(shop: ShopCard, held: Sequence[Claimed], submission: Submission) -> None:
    """Keep what was said at the door, and what is pending before it is asked for."""
    moment = now()
    with operator_scope():
        stock_pauses.over(shop.id)
        pending = _record(held, submission.outcomes)
        if pending:
            call = models.StockCall.objects.create(
                tenant_id=shop.tenant_id,
                shop_id=shop.id,
                content=msgspec.json.encode(submission),
                sent=msgspec.json.encode(pending),
                submitted_at=moment,
                poll_at=moment + FIRST_POLL,
            )
            claiming.sent(pending, call_id=call.pk)


def _record(held: Sequence[Claimed], outcomes: Sequence[Outcome]) -> list[Claimed]:
    """Record what is final and return what is pending. Inside the operator's scope."""
    by_ref = {outcome.ref: outcome for outcome in outcomes}
    done: list[Claimed] = []
    refused: list[tuple[Claimed, Sequence[Problem]]] = []
    pending: list[Claimed] = []
    for one in held:
        outcome = by_ref.get(str(one.id))
        if outcome is None or outcome.phase is Phase.PENDING:
            pending.append(one)
        elif outcome.phase is Phase.DONE:
            done.append(one)
        else:
            refused.append((one, outcome.problems))
    claiming.told(done, now=now())
    claiming.refused(refused, now=now())
    return pending


def _refused_whole(held: Sequence[Claimed], error: RefusedError) -> None:
    said = str(error.data.get("code") or error.code)
    problems = (Problem(code=said, message=str(error), mend=str(error.data.get("mend", ""))),)
    with operator_scope():
        claiming.refused([(one, problems) for one in held], now=now(), rest=len(held) == 1)


def _not_told(
    shop: ShopCard, held: Sequence[Claimed], error: TorgpredError, settle: timedelta
) -> None:
    """Give the batch back; the shop rests. What may have been sent is told once more later."""
    moment = now()
    again_at = moment + settle if isinstance(error, RetryLaterError) else None
    with operator_scope():
        claiming.released(held, again_at=again_at)
        stock_pauses.rest(shop.id, shop.tenant_id, error, moment)


def _settle(capabilities: Capabilities) -> timedelta:
    return timedelta(seconds=capabilities.settle_seconds)

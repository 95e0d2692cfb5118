"""Rehearsals: asked for, played elsewhere, kept.

The row is the durable state: a worker claims it under a lease that it renews while it plays, so
that one whose player died is ended as failed and may be asked for again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from django.db import IntegrityError, transaction
from django.db.models import Q

from torgpred.campaigns.core.errors import NothingToRehearseError, RehearsalRunsError
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.rehearsing.days import Machine, SellerDay, day_digest, totals
from torgpred.campaigns.core.rehearsing.demand import UNFIT, Assumptions
from torgpred.campaigns.core.rehearsing.stages import WAKE, RehearsalState, Stage
from torgpred.campaigns.models import Rehearsal, RehearsalPart
from torgpred.campaigns.selectors.nominations import standing
from torgpred.campaigns.services.rule_sets import unfit_error
from torgpred.campaigns.services.turns import campaign_row, expect_state
from torgpred.kernel.clock import now
from torgpred.runtime import holders, jobs
from torgpred.runtime.scope import operator_scope

LEASE: Final = timedelta(minutes=30)
"""Renewed with each progress: who is silent for so long is believed dead."""
MINUTES: Final = 5.0
LEAST_MINUTES: Final = 0.1
MOST_MINUTES: Final = 24 * 60.0
_DEAD: Final = "Whoever played it ended before the day did. Ask for it again."


def ask(
    *,
    campaign_id: int,
    assumptions: Assumptions,
    actor: str,
    minutes: float = MINUTES,
    agreed_only: bool = False,
    here: bool = False,
) -> int:
    """Ask for a rehearsal; return its id. A worker plays it, or whoever claims it.

    `here`: this process plays it and has claimed it already, so that no worker takes it up.

    Raises UnfitCampaignError (an assumption or minutes that cannot be), UnknownCampaignError,
    CampaignClosedError (a draft, or one that is over), NothingToRehearseError, RehearsalRunsError.
    """
    bury()
    finding = assumptions.unfit()
    if not LEAST_MINUTES <= minutes <= MOST_MINUTES:
        finding = UNFIT.at("minutes", minutes, low=LEAST_MINUTES, high=MOST_MINUTES)
    if finding is not None:
        raise unfit_error(finding)
    with operator_scope():
        row = campaign_row(campaign_id)
        why = "it is rehearsed once offers are put forward, and until it is over"
        expect_state(row, State.OPEN, State.FROZEN, State.RUNNING, State.PAUSED, why=why)
        found = standing(campaign_id)
        if not (found.agreed if agreed_only else found.nominated):
            raise NothingToRehearseError(campaign=row.code)
        claimed = _claimed(now()) if here else {}
        try:
            with transaction.atomic():
                made = Rehearsal.objects.create(
                    tenant_id=row.tenant_id,
                    campaign_id=campaign_id,
                    assumptions=msgspec.to_builtins(assumptions),
                    minutes=minutes,
                    agreed_only=agreed_only,
                    asked_by=actor,
                    asked_at=now(),
                    **claimed,
                )
        except IntegrityError as error:
            raise RehearsalRunsError(campaign=row.code) from error
        if not here:
            jobs.wake(WAKE)
        return int(made.pk)


def bury() -> None:
    """End as failed what a dead player left behind."""
    moment = now()
    with operator_scope():
        rows = Rehearsal.objects.select_for_update().filter(
            ended_at=None, state=RehearsalState.PLAYING.value
        )
        for row in rows:
            silent = row.leased_until is None or row.leased_until < moment
            if silent or holders.known_dead(row.holder):
                row.state, row.ended_at = RehearsalState.FAILED.value, moment
                row.trouble = _DEAD
                row.save(update_fields=["state", "ended_at", "trouble"])


def claim(rehearsal_id: int | None = None) -> int | None:
    """Take up a rehearsal that waits, this one or the oldest; None where there is none."""
    with operator_scope():
        rows = Rehearsal.objects.select_for_update(skip_locked=True)
        which = Q() if rehearsal_id is None else Q(pk=rehearsal_id)
        row = rows.filter(which, state=RehearsalState.ASKED.value).order_by("id").first()
        if row is None:
            return None
        Rehearsal.objects.filter(pk=row.pk).update(**_claimed(now()))
        return int(row.pk)


def _claimed(moment: datetime) -> dict[str, Any]:
    """Return what a row says that this process plays."""
    return {
        "state": RehearsalState.PLAYING.value,
        "began_at": moment,
        "holder": holders.me(),
        "leased_until": moment + LEASE,
    }


def goes_on(rehearsal_id: int, *, stage: Stage | None = None, part: float | None = None) -> bool:
    """Note how far a rehearsal is and renew the lease; False where it was stopped meanwhile."""
    changed: dict[str, object] = {"leased_until": now() + LEASE}
    if stage is not None:
        changed["told"] = stage.value
    if part is not None:
        changed["part"] = part
    with operator_scope():
        rows = Rehearsal.objects.filter(pk=rehearsal_id, state=RehearsalState.PLAYING.value)
        return bool(rows.update(**changed))


def finish(rehearsal_id: int, *, parts: Sequence[SellerDay], machine: Machine) -> bool:
    """Keep what a rehearsal came to; False where it was stopped meanwhile: nothing is kept."""
    moment = now()
    with operator_scope():
        row = Rehearsal.objects.select_for_update().get(pk=rehearsal_id)
        if row.state != RehearsalState.PLAYING.value:
            return False
        given = msgspec.convert(row.assumptions, Assumptions, strict=False)
        row.state, row.ended_at, row.part = RehearsalState.DONE.value, moment, 1.0
        row.totals = _plain(totals(parts))
        row.machine = _plain(machine)
        row.digest = day_digest(given, parts)
        row.save()
        RehearsalPart.objects.bulk_create(
            RehearsalPart(
                seller_id=one.seller_id,
                rehearsal_id=row.pk,
                campaign_id=row.campaign_id,
                shop_id=one.shop_id,
                at=moment,
                assumptions=row.assumptions,
                agreed_only=row.agreed_only,
                day=_plain(one),
            )
            for one in parts
        )
        return True


def give_back(rehearsal_id: int) -> None:
    """Let somebody else play it from its beginning: whoever did has to end."""
    with operator_scope():
        rows = Rehearsal.objects.filter(pk=rehearsal_id, state=RehearsalState.PLAYING.value)
        rows.update(
            state=RehearsalState.ASKED.value, part=0.0, told="", holder="", leased_until=None
        )


def fail(rehearsal_id: int, why: str) -> None:
    """End a rehearsal that could not be played, with the reason."""
    _end(rehearsal_id, RehearsalState.FAILED, why)


def stop(rehearsal_id: int) -> None:
    """Let a rehearsal not go on: its player ends at its next step. Twice is the same as once."""
    _end(rehearsal_id, RehearsalState.STOPPED, "")


def _end(rehearsal_id: int, state: RehearsalState, why: str) -> None:
    with operator_scope():
        rows = Rehearsal.objects.filter(pk=rehearsal_id, ended_at=None)
        rows.update(state=state.value, ended_at=now(), trouble=why[:2_000])


def _plain(value: msgspec.Struct) -> object:
    return msgspec.json.decode(msgspec.json.encode(value))

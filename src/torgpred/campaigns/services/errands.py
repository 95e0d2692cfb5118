"""Errands that a browser does not wait for: asked for, done by a worker, their outcome kept.

A worker may die over an errand and another does it from the start, so that only what does no harm
when it is done twice may be one.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, TypeVar

import msgspec
from django.db import IntegrityError, transaction

from torgpred.campaigns.models import Errand
from torgpred.campaigns.services.turns import campaign_row
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import holders, jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope

LEASE: Final = timedelta(minutes=10)
"""Renewed whenever its progress is told: who is silent for so long is believed dead."""
BROKE: Final = "Something broke while it was worked out. It was written down; try again."

OnProgress = Callable[[float], None]
"""Told how much of an errand is done, 0 to 1, outside of any transaction."""
_Kind = TypeVar("_Kind", bound=Errand)
_log = logger(__name__)


class _GivenUpError(Exception):
    """Somebody asked for another one meanwhile, so that nobody waits for this one."""


def ask(kind: type[Errand], *, wake: str, campaign_id: int, actor: str, **wanted: object) -> int:
    """Ask for an errand of a kind, told what by the kind's own fields; return its id.

    The same one under way is returned; another one of the campaign is given up for it. Raises
    UnknownCampaignError.
    """
    with operator_scope():
        row = campaign_row(campaign_id)
        rows = kind.objects.filter(campaign_id=campaign_id, ended_at=None)
        for other in rows.select_for_update():
            if all(getattr(other, name) == value for name, value in wanted.items()):
                return int(other.pk)
            other.ended_at = now()
            other.save(update_fields=["ended_at"])
        try:
            with transaction.atomic():
                made = kind.objects.create(
                    tenant_id=row.tenant_id,
                    campaign_id=campaign_id,
                    asked_by=actor,
                    asked_at=now(),
                    **wanted,
                )
        except IntegrityError:  # somebody else asked in the same moment, and is seen now
            return ask(kind, wake=wake, campaign_id=campaign_id, actor=actor, **wanted)
        jobs.wake(wake)
        return int(made.pk)


def do_next(kind: type[_Kind], work: Callable[[_Kind, OnProgress], msgspec.Struct]) -> bool:
    """Do one errand of a kind and keep what came of it; False where none waits."""
    claimed = claim(kind)
    if claimed is None:
        return False
    changed: dict[str, Any]
    try:
        outcome = work(claimed, lambda part: _goes_on(claimed, part))
        changed = {"result": msgspec.json.decode(msgspec.json.encode(outcome)), "part": 1.0}
    except _GivenUpError:
        return True
    except TorgpredError as error:
        data = {key: str(value) for key, value in error.data.items()}
        changed = {"trouble": {"template": error.template, "data": data}}
    except Exception:  # noqa: BLE001 - the edge of a job: whoever asked has to be told
        _log.exception("an errand was not done", kind=kind.__name__, campaign=claimed.campaign_id)
        changed = {"trouble": {"template": BROKE, "data": {}}}
    with operator_scope():
        rows = kind.objects.filter(pk=claimed.pk, ended_at=None)
        rows.update(ended_at=now(), **changed)
    return True


def claim(kind: type[_Kind]) -> _Kind | None:
    """Lease the oldest errand of a kind that nobody does who may be alive; None where none is."""
    moment = now()
    with operator_scope():
        rows = kind.objects.select_for_update(skip_locked=True).filter(ended_at=None)
        for row in rows.order_by("id"):
            held = row.leased_until is not None and row.leased_until >= moment
            if held and not holders.known_dead(row.holder):
                continue
            row.holder, row.leased_until = holders.me(), moment + LEASE
            row.save(update_fields=["holder", "leased_until"])
            return row
    return None


def _goes_on(errand: Errand, part: float) -> None:
    with operator_scope():
        rows = type(errand).objects.filter(pk=errand.pk, ended_at=None)
        if not rows.update(part=part, leased_until=now() + LEASE):
            raise _GivenUpError

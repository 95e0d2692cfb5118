"""Simulations that a browser does not wait for: asked for, worked out elsewhere, kept.

A simulation changes nothing but verdicts that were due anyway, so that one which is worked out
twice, after a worker died over it, does no harm.
"""

from datetime import timedelta
from typing import Final

import msgspec
from django.db import IntegrityError, transaction

from torgpred.campaigns.core.judging.simulating import Simulation as Outcome
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.models import Simulation
from torgpred.campaigns.services import judging
from torgpred.campaigns.services.turns import campaign_row
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import holders, jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope

WAKE: Final = "campaigns.simulate"
LEASE: Final = timedelta(minutes=10)
"""Renewed after every seller in a shop: who is silent for so long is believed dead."""
BROKE: Final = "Something broke while it was worked out. It was written down; try again."

_log = logger(__name__)


class _GivenUpError(Exception):
    """Somebody asked for another one meanwhile, so that nobody waits for this one."""


def ask(*, campaign_id: int, change: Change, actor: str) -> int:
    """Ask what a change would do to a campaign's offers; return the simulation's id.

    The same one under way is returned; another one of the campaign is given up for it. Raises
    UnknownCampaignError.
    """
    wanted = msgspec.to_builtins(change)
    with operator_scope():
        row = campaign_row(campaign_id)
        under_way = Simulation.objects.select_for_update().filter(
            campaign_id=campaign_id, ended_at=None
        )
        for other in under_way:
            if other.change == wanted:
                return int(other.pk)
            other.ended_at = now()
            other.save(update_fields=["ended_at"])
        try:
            with transaction.atomic():
                made = Simulation.objects.create(
                    tenant_id=row.tenant_id,
                    campaign_id=campaign_id,
                    change=wanted,
                    asked_by=actor,
                    asked_at=now(),
                )
        except IntegrityError:  # somebody else asked in the same moment: theirs goes first
            return int(Simulation.objects.get(campaign_id=campaign_id, ended_at=None).pk)
        jobs.wake(WAKE)
        return int(made.pk)


def work_next() -> bool:
    """Work one simulation out; False where none waits."""
    claimed = _claim()
    if claimed is None:
        return False
    changed: dict[str, object]
    try:
        outcome = judging.simulate(
            campaign_id=claimed.campaign_id,
            change=msgspec.convert(claimed.change, Change, strict=False),
            on_progress=lambda part: _goes_on(claimed.pk, part),
        )
        changed = {"result": _plain(outcome), "part": 1.0}
    except _GivenUpError:
        return True
    except TorgpredError as error:
        data = {key: str(value) for key, value in error.data.items()}
        changed = {"trouble": {"template": error.template, "data": data}}
    except Exception:  # noqa: BLE001 - the edge of a job: whoever asked has to be told
        _log.exception("a simulation was not worked out", campaign=claimed.campaign_id)
        changed = {"trouble": {"template": BROKE, "data": {}}}
    with operator_scope():
        rows = Simulation.objects.filter(pk=claimed.pk, ended_at=None)
        rows.update(ended_at=now(), **changed)
    return True


def _claim() -> Simulation | None:
    moment = now()
    with operator_scope():
        rows = Simulation.objects.select_for_update(skip_locked=True).filter(ended_at=None)
        for row in rows.order_by("id"):
            held = row.leased_until is not None and row.leased_until >= moment
            if held and not holders.known_dead(row.holder):
                continue
            row.holder, row.leased_until = holders.me(), moment + LEASE
            row.save(update_fields=["holder", "leased_until"])
            return row
    return None


def _goes_on(simulation_id: int, part: float) -> None:
    with operator_scope():
        rows = Simulation.objects.filter(pk=simulation_id, ended_at=None)
        if not rows.update(part=part, leased_until=now() + LEASE):
            raise _GivenUpError


def _plain(outcome: Outcome) -> object:
    return msgspec.json.decode(msgspec.json.encode(outcome))

"""Reads of simulations: the newest of a campaign, how far it is and what would change."""

from datetime import datetime

import msgspec

from torgpred.campaigns.core.judging.simulating import Simulation as Outcome
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.models import Simulation
from torgpred.runtime.scope import operator_scope


class SimulationCard(msgspec.Struct, frozen=True):
    """A simulation. `outcome` is None until it is worked out, or where it could not be.

    `part` is how much of it is done, 0 to 1; `template` and `data` say why it failed.
    """

    id: int
    change: Change
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    part: float
    outcome: Outcome | None
    template: str
    data: dict[str, str]


def simulation(campaign_id: int) -> SimulationCard | None:
    """Return the simulation of a campaign that was asked for last; None where none was."""
    with operator_scope():
        row = Simulation.objects.filter(campaign_id=campaign_id).order_by("-id").first()
    if row is None:
        return None
    trouble = row.trouble or {}
    return SimulationCard(
        id=row.pk,
        change=msgspec.convert(row.change, Change, strict=False),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        part=row.part,
        outcome=row.result and msgspec.convert(row.result, Outcome, strict=False),
        template=trouble.get("template", ""),
        data=trouble.get("data", {}),
    )

"""Reads of errands: the newest of a campaign, how far it is and what came of it."""

from datetime import datetime
from typing import Any, TypeVar

import msgspec

from torgpred.campaigns.core.judging.simulating import Simulation as Outcome
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.core.values import Judged
from torgpred.campaigns.models import Errand, JudgingRequest, Simulation
from torgpred.runtime.scope import operator_scope

_Kind = TypeVar("_Kind", bound=Errand)


class ErrandCard(msgspec.Struct, frozen=True):
    """Work that was asked for. `begun` is False as long as it waits for a worker.

    `part` is how much of it is done, 0 to 1; `template` and `data` say why it failed.
    """

    id: int
    asked_by: str
    asked_at: datetime
    begun: bool
    ended_at: datetime | None
    part: float
    template: str
    data: dict[str, str]


class SimulationCard(ErrandCard, frozen=True):
    """A simulation. `outcome` is None until it is worked out, or where it could not be."""

    change: Change
    outcome: Outcome | None


class JudgingCard(ErrandCard, frozen=True):
    """A judging of a campaign. `outcome` is None until it is done, or where it could not be."""

    outcome: Judged | None


def judging(campaign_id: int) -> JudgingCard | None:
    """Return the judging of a campaign that was asked for last; None where none was."""
    row = _newest(JudgingRequest, campaign_id)
    if row is None:
        return None
    return JudgingCard(
        **_told(row), outcome=row.result and msgspec.convert(row.result, Judged, strict=False)
    )


def simulation(campaign_id: int) -> SimulationCard | None:
    """Return the simulation of a campaign that was asked for last; None where none was."""
    row = _newest(Simulation, campaign_id)
    if row is None:
        return None
    return SimulationCard(
        **_told(row),
        change=msgspec.convert(row.change, Change, strict=False),
        outcome=row.result and msgspec.convert(row.result, Outcome, strict=False),
    )


def _newest(kind: type[_Kind], campaign_id: int) -> _Kind | None:
    with operator_scope():
        rows = kind.objects.filter(campaign_id=campaign_id)
        return rows.order_by("-id").first()


def _told(row: Errand) -> dict[str, Any]:
    trouble = row.trouble or {}
    return {
        "id": row.pk,
        "asked_by": row.asked_by,
        "asked_at": row.asked_at,
        "begun": row.leased_until is not None,
        "ended_at": row.ended_at,
        "part": row.part,
        "template": trouble.get("template", ""),
        "data": trouble.get("data", {}),
    }

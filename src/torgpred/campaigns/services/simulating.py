"""Simulations that a browser does not wait for.

One changes nothing but verdicts that were due anyway, so that it may be worked out twice.
"""

from typing import Final

import msgspec

from torgpred.campaigns.core.judging.simulating import Simulation as Outcome
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.models import Simulation
from torgpred.campaigns.services import errands, judging

WAKE: Final = "campaigns.simulate"


def ask(*, campaign_id: int, change: Change, actor: str) -> int:
    """Ask what a change would do to a campaign's offers; return the simulation's id.

    The same one under way is returned; another one of the campaign is given up for it. Raises
    UnknownCampaignError.
    """
    wanted = msgspec.to_builtins(change)
    return errands.ask(Simulation, wake=WAKE, campaign_id=campaign_id, actor=actor, change=wanted)


def work_next() -> bool:
    """Work one simulation out; False where none waits."""
    return errands.do_next(Simulation, _work_out)


def _work_out(asked: Simulation, on_progress: errands.OnProgress) -> Outcome:
    change = msgspec.convert(asked.change, Change, strict=False)
    return judging.simulate(campaign_id=asked.campaign_id, change=change, on_progress=on_progress)

"""Judgings of a whole campaign that a browser does not wait for.

Each seller's verdicts are kept as they are done: one that begins again after a worker died judges
only what that one had not come to, and that is what its outcome counts as judged anew.
"""

from typing import Final

from torgpred.campaigns.core.values import Judged
from torgpred.campaigns.models import JudgingRequest
from torgpred.campaigns.services import errands, judging

WAKE: Final = "campaigns.judge_anew"


def ask(*, campaign_id: int, actor: str) -> int:
    """Ask that a campaign's verdicts be brought up to date; return the request's id.

    The one under way is returned where there is one. Raises UnknownCampaignError.
    """
    return errands.ask(JudgingRequest, wake=WAKE, campaign_id=campaign_id, actor=actor)


def work_next() -> bool:
    """Judge one campaign that somebody asked for; False where none waits."""
    return errands.do_next(JudgingRequest, _judge)


def _judge(asked: JudgingRequest, on_progress: errands.OnProgress) -> Judged:
    return judging.judge(campaign_id=asked.campaign_id, on_progress=on_progress)

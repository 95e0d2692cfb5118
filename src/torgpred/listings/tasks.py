"""Jobs of listings: plans that are being applied go on, and what nothing refers to is deleted."""

import time

from torgpred.kernel.errors import TorgpredError
from torgpred.listings.services import applying, pruning
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger

TURN_SECONDS = 20.0
"""How long one look works on one plan before others get their turn."""
LONGEST_PAUSE = 1.0
"""A plan that waits longer for the marketplace is left to the next look."""

_log = logger(__name__)


def go_on() -> bool:
    """Go on with every plan that is being applied, whoever began it; True where more is due now.

    Safe beside the command that began it: steps are claimed under a lease, so both share them.
    """
    more = False
    for seller_id, plan_id in applying.under_way():
        try:
            more = _go_on(seller_id, plan_id) or more
        except TorgpredError as error:
            # A dead token of one shop must not keep the others' plans waiting. The plan rests.
            _log.warning("apply does not go on", plan=plan_id, reason=str(error))
    return more


def _go_on(seller_id: int, plan_id: int) -> bool:
    work = applying.work_of(seller_id, plan_id)
    counter = applying.Counter(work)
    deadline = time.monotonic() + TURN_SECONDS
    while time.monotonic() < deadline and not jobs.stopping():
        progress = applying.advance(work, counter)
        if progress.open == 0:
            return False
        pause = applying.pause_before(progress)
        if pause > LONGEST_PAUSE:
            return False
        time.sleep(pause)
    return True


def tidy() -> bool:
    """Delete old plans that were never applied, and drafts that nothing refers to."""
    return pruning.prune()

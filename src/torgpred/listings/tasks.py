"""Jobs of listings: plans go on, shops are told their stock, what nothing refers to is deleted."""

import time
from functools import lru_cache

from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.services import (
    applying,
    assessments,
    claiming,
    marking,
    price_desk,
    pruning,
    requesting,
    switching,
    telling,
    working_out,
)
from torgpred.listings.services.desk import Desk
from torgpred.runtime import jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope

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


def prepare_prices() -> bool:
    """Make coming switches of prices ready, and look after those that were begun."""
    for one in switching.coming():
        if jobs.stopping():
            return False
        try:
            switching.prepare(seller_id=one.seller_id, shop_id=one.shop_id, switch_id=one.switch_id)
        except TorgpredError as error:
            _log.warning("a switch of prices is not ready", reason=str(error))
    return False


def look_after_prices() -> bool:
    """See to it that after a switch every price is right."""
    for seller_id, shop_id in switching.to_look_after():
        if jobs.stopping():
            return False
        try:
            switching.look_after(seller_id=seller_id, shop_id=shop_id)
        except TorgpredError as error:
            _log.warning("prices were not looked after", shop=shop_id, reason=str(error))
    return False


def switch_prices() -> bool:
    """Change prices at their moments, and go on with switches under way; True where more is due."""
    begun = price_desk.begin_due()
    under_way = applying.under_way(switches=True)
    return price_desk.hand_out([*begun, *(one for one in under_way if one not in begun)])


def make_plans() -> bool:
    """Make one plan that somebody asked for; True where another may be waiting."""
    return requesting.make_next()


@lru_cache(maxsize=1)
def desk() -> Desk:
    """Return the threads of this process that tell shops their stock."""
    return Desk()


def tell() -> bool:
    """Mark what changed in stock, and see to it that all shops concerned are told.

    It does not wait for any marketplace. True where more changes are to be marked.
    """
    shops, more = marking.take_in()
    # First what changed just now, then what is to be looked at again or is left of earlier times.
    for shop_id in shops:
        desk().tell(shop_id)
    again = marking.mark_again(now())
    with operator_scope():
        due = claiming.shops_due(now())
    for shop_id in again | (set(due) - shops):
        desk().tell(shop_id)
    for shop_id in telling.shops_asked():
        desk().follow(shop_id)
    return more


def tidy() -> bool:
    """Delete old plans that were never applied, and drafts that nothing refers to."""
    return pruning.prune()


def forget() -> bool:
    """Delete strangers' files and what was found in them once their day is over."""
    return assessments.purge()


def work_out() -> bool:
    """Work out desired states that somebody waits for; True where more may be waiting."""
    return working_out.work_out_next()

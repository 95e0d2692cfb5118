"""Links that show outside what a rehearsal came to."""

import secrets
from datetime import timedelta
from typing import Final

from torgpred.campaigns.core.errors import (
    RehearsalNotDoneError,
    TooFewToShowError,
    UnknownLinkError,
)
from torgpred.campaigns.core.rehearsing.outside import digest_of_link, outside
from torgpred.campaigns.core.rehearsing.stages import RehearsalState
from torgpred.campaigns.models import RehearsalLink
from torgpred.campaigns.selectors import campaign, rehearsals
from torgpred.campaigns.services.rule_sets import unfit_error
from torgpred.campaigns.services.turns import campaign_row
from torgpred.kernel.clock import now
from torgpred.listings.core.remarks import hold
from torgpred.runtime.scope import operator_scope

DAYS: Final = 30
MOST_DAYS: Final = 366

_UNFIT_DAYS = hold(
    "rehearsal.link_days",
    "{value} days cannot be.",
    "Let the link hold for 1 to {most} days.",
)


def share(*, campaign_id: int, rehearsal_id: int, actor: str, days: int = DAYS) -> str:
    """Make a link to what a rehearsal came to; return its secret part, which is kept nowhere.

    Whoever has it sees the campaign as a whole, without an account, for so many days. Raises
    UnknownRehearsalError, RehearsalNotDoneError, TooFewToShowError, UnfitCampaignError.
    """
    if not 1 <= days <= MOST_DAYS:
        raise unfit_error(_UNFIT_DAYS.at("days", days, most=MOST_DAYS))
    found = rehearsals.rehearsal(rehearsal_id, campaign_id=campaign_id)
    if found.state is not RehearsalState.DONE:
        raise RehearsalNotDoneError
    least = campaign(campaign_id).outline.least_sellers
    parts = rehearsals.parts(campaign_id, seller_id=None, rehearsal_id=rehearsal_id)
    if outside([one.day for one in parts], least) is None:
        sellers = len({one.day.seller_id for one in parts})
        raise TooFewToShowError(sellers=sellers, least=least)
    token, moment = secrets.token_urlsafe(32), now()
    with operator_scope():
        RehearsalLink.objects.create(
            tenant_id=campaign_row(campaign_id).tenant_id,
            rehearsal_id=rehearsal_id,
            digest=digest_of_link(token),
            made_by=actor,
            made_at=moment,
            expires_at=moment + timedelta(days=days),
        )
    return token


def withdraw_link(*, campaign_id: int, link_id: int, actor: str) -> None:
    """Let a link open nothing any more. Twice is the same as once. Raises UnknownLinkError."""
    with operator_scope():
        rows = RehearsalLink.objects.select_for_update(of=("self",))
        row = rows.filter(pk=link_id, rehearsal__campaign_id=campaign_id).first()
        if row is None:
            raise UnknownLinkError
        if row.withdrawn_at is None:
            row.withdrawn_at, row.withdrawn_by = now(), actor
            row.save(update_fields=["withdrawn_at", "withdrawn_by"])

"""Whose turn it is: what settles a campaign excludes what depends on its being open."""

from typing import Final

from django.db import connection

from torgpred.campaigns.core.errors import CampaignClosedError, UnknownCampaignError
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.models import Campaign

_CAMPAIGN: Final = 7_061_001
_JUDGING: Final = 7_061_002
"""First keys of advisory locks; the second is the campaign's or the seller's id."""


def lock_campaign(campaign_id: int) -> None:
    """Wait until nobody changes, consents or enrols; held until the transaction ends."""
    _wait("pg_advisory_xact_lock", _CAMPAIGN, campaign_id)


def share_campaign(campaign_id: int) -> None:
    """Wait until nobody settles the campaign; others may share it. Until the transaction ends.

    By an advisory lock, since a seller may read the campaign's row and not lock it.
    """
    _wait("pg_advisory_xact_lock_shared", _CAMPAIGN, campaign_id)


def lock_judging(seller_id: int) -> None:
    """Wait for others who judge the seller's offers: they would write the same rows."""
    _wait("pg_advisory_xact_lock", _JUDGING, seller_id)


def campaign_row(campaign_id: int) -> Campaign:
    """Return a campaign's row as the present scope sees it. Raises UnknownCampaignError."""
    found = Campaign.objects.select_related("rules").filter(pk=campaign_id).first()
    if found is None:
        raise UnknownCampaignError(given=campaign_id)
    return found


def expect_state(row: Campaign, *states: State, why: str) -> None:
    """Raise CampaignClosedError where a campaign is in none of these states."""
    if State(row.state) not in states:
        raise CampaignClosedError(campaign=row.code, state=row.state, why=why)


def _wait(function: str, first: int, second: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(%s, %s)", [first, second])

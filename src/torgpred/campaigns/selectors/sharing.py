"""Reads of links that show a rehearsal outside, and of what they show."""

from datetime import datetime

import msgspec

from torgpred.campaigns.core.errors import UnknownLinkError
from torgpred.campaigns.core.money.pooling import Told
from torgpred.campaigns.core.rehearsing.outside import Outside, digest_of_link, outside
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import RehearsalLink
from torgpred.campaigns.selectors import afterwards, rehearsals
from torgpred.campaigns.selectors.campaigns import campaign
from torgpred.campaigns.selectors.rehearsals import RehearsalCard
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope


class LinkCard(msgspec.Struct, frozen=True):
    """A link that still opens: to which rehearsal, by whom, until when. Its address is not kept."""

    id: int
    rehearsal_id: int
    made_by: str
    made_at: datetime
    expires_at: datetime


class Shared(msgspec.Struct, frozen=True):
    """What a link shows. `day` and `fact`: None where too few sellers are behind the figures."""

    card: CampaignCard
    rehearsal: RehearsalCard
    day: Outside | None
    fact: Told | None
    expires_at: datetime


def open_links(campaign_id: int) -> list[LinkCard]:
    """Return the links of a campaign's rehearsals that still open, the newest first."""
    with operator_scope():
        rows = RehearsalLink.objects.filter(
            rehearsal__campaign_id=campaign_id, withdrawn_at=None, expires_at__gt=now()
        ).order_by("-id")
        return [
            LinkCard(row.pk, row.rehearsal_id, row.made_by, row.made_at, row.expires_at)
            for row in rows
        ]


def shown_outside(campaign_id: int, rehearsal_id: int, *, least: int) -> Outside | None:
    """Return what may be shown outside of a rehearsal; None where too few sellers took part."""
    parts = rehearsals.parts(campaign_id, seller_id=None, rehearsal_id=rehearsal_id)
    return outside([one.day for one in parts], least)


def shared(token: str) -> Shared:
    """Return what a link shows, by its secret part, to whoever has it. Raises UnknownLinkError."""
    with operator_scope():
        rows = RehearsalLink.objects.filter(digest=digest_of_link(token), withdrawn_at=None)
        row = rows.filter(expires_at__gt=now()).first()
    if row is None:
        raise UnknownLinkError
    card = campaign(rehearsals.campaign_of(row.rehearsal_id))
    return Shared(
        card=card,
        rehearsal=rehearsals.rehearsal(row.rehearsal_id),
        day=shown_outside(card.id, row.rehearsal_id, least=card.outline.least_sellers),
        fact=afterwards.marketplace_report(card).whole,
        expires_at=row.expires_at,
    )

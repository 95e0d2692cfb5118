"""A price for a time as a seller's page tells it: how much, until when, and for which campaign."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.urls import reverse

from torgpred.campaigns import selectors as campaigns
from torgpred.campaigns.core.consenting import OfferTerms
from torgpred.campaigns.core.errors import UnknownCampaignError
from torgpred.listings.core.timed import TimedPrice
from torgpred.web.campaign_prices import counted_from
from torgpred.web.desks import Desk


@dataclass(frozen=True, slots=True)
class ForATime:
    """A price in force for a time; `called` after its campaign, or as whoever set it called it."""

    price: Decimal
    until: datetime
    called: str
    address: str = ""
    """Of the campaign's page; empty where it is none of a campaign."""
    terms: OfferTerms | None = None
    """What the seller was shown before it said yes; None where it is none of a campaign."""
    counted_from: str = ""
    """Which price the campaign's rules count the reduction from."""


def timed_price(desk: Desk, shop_id: int, timed: TimedPrice) -> ForATime:
    """Return how a seller's price for a time is told."""
    try:
        card = campaigns.campaign(timed.reference, seller_id=desk.tenant.id)
    except UnknownCampaignError:
        return ForATime(timed.price, timed.until, timed.reference)
    page = reverse("seller-campaign", kwargs={"code": desk.tenant.code, "campaign": card.code})
    found = campaigns.nominations(card.id, seller_id=desk.tenant.id, offer_keys=[timed.offer_key])
    terms = next((one.terms for one in found if one.shop_id == shop_id), None)
    return ForATime(timed.price, timed.until, card.name, page, terms, counted_from(card.rules))

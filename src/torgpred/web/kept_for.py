"""What pieces are kept for and where they went, as a seller's pages name it, with its page."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from django.urls import reverse

from torgpred.campaigns import selectors as campaigns
from torgpred.campaigns.core.errors import UnknownCampaignError
from torgpred.campaigns.core.running import campaign_kept_for
from torgpred.stock.core.equation import Line
from torgpred.web import words
from torgpred.web.desks import Desk

_OF_ORDERS: Final = frozenset({"order", "shipped", "returned"})


class Named(NamedTuple):
    """What something is called, and the address of its page where it has one."""

    name: str
    address: str = ""


def campaign_of(desk: Desk, purpose: str) -> Named | None:
    """Return the campaign that pieces are kept for, by a lock's purpose; None where it is none."""
    code = campaign_kept_for(purpose)
    if not code:
        return None
    try:
        card = campaigns.campaign(code, seller_id=desk.tenant.id)
    except UnknownCampaignError:
        return None
    page = reverse("seller-campaign", kwargs={"code": desk.tenant.code, "campaign": card.code})
    return Named(card.name, page)


def reference(desk: Desk, line: Line, kept: Mapping[str, Named | None]) -> Named:
    """Return what a ledger's line names: the order, the campaign (`kept`, by the line's), or words.

    Sums of earlier lines have no time, and speak of no one order.
    """
    named = kept.get(line.reference) if line.what == "lock" else None
    if named is not None:
        return named
    is_order = line.what in _OF_ORDERS and line.at is not None and line.reference
    if is_order and "/" not in line.reference:
        names = {"code": desk.tenant.code, "order": line.reference}
        return Named(line.reference, reverse("seller-order", kwargs=names))
    return Named(words.stored(line.reference))

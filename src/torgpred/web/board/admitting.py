"""Who may watch a board by stream: the same sign-in and membership as Django's pages ask for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.utils.timezone import now

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import Seat, TenantCard
from torgpred.campaigns import selectors as campaigns
from torgpred.campaigns.core.errors import UnknownCampaignError

_LANGUAGES: Final = {code for code, _ in settings.LANGUAGES}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One person's leave to watch one board. `member_id` is the membership that gives it.

    `campaign` is the id of the campaign that it shows, too; 0: none.
    """

    user_id: int
    session: str
    signed: str
    member_id: int
    tenant: TenantCard
    language: str
    campaign: int = 0

    @property
    def key(self) -> tuple[int, str, int]:
        """Return what is shown: whoever has the same key is sent the same."""
        return self.tenant.id, self.language, self.campaign


def admit(
    cookies: dict[str, str], kind: str, code: str, campaign: str = "", language: str = ""
) -> Ticket | None:
    """Return the leave of whoever sent these cookies to watch a board; None where there is none.

    `kind` is "operator" or "seller". A member of the operator who represents a seller may watch
    that seller's. `campaign` is the code of one that the tenant may see; empty: none. `language`
    is that of the page which shows the board: only the page knows how it was chosen.
    """
    key = cookies.get(settings.SESSION_COOKIE_NAME, "")
    session = SessionStore(key or None)
    signed, user_id = str(session.get(HASH_SESSION_KEY, "")), str(session.get(SESSION_KEY, ""))
    if not user_id.isdigit() or signed not in _signatures({int(user_id)}).get(int(user_id), ()):
        return None
    found = accounts.seat(int(user_id), kind, code)
    if not isinstance(found, Seat):
        return None
    language = language if language in _LANGUAGES else settings.LANGUAGE_CODE
    chosen = _campaign(found.tenant, campaign)
    if chosen is None:
        return None
    return Ticket(int(user_id), key, signed, found.member.id, found.tenant, language, chosen)


def _campaign(tenant: TenantCard, code: str) -> int | None:
    """Return the id of a campaign as a tenant sees it, 0 for none, None where there is none."""
    if not code:
        return 0
    try:
        seller = None if tenant.kind == "operator" else tenant.id
        return campaigns.campaign(code, seller_id=seller).id
    except UnknownCampaignError:
        return None


def still_admitted(tickets: Iterable[Ticket]) -> set[Ticket]:
    """Return those that would be admitted now: not signed out, no new password, still members."""
    asked = list(tickets)
    keys = {one.session for one in asked}
    alive = set(
        Session.objects.filter(session_key__in=keys, expire_date__gt=now()).values_list(
            "session_key", flat=True
        )
    )
    signatures = _signatures({one.user_id for one in asked})
    members = accounts.standing_of({(one.member_id, one.tenant.id) for one in asked})
    return {
        one
        for one in asked
        if one.session in alive
        and one.signed in signatures.get(one.user_id, ())
        and (one.member_id, one.tenant.id) in members
    }


def _signatures(users: set[int]) -> dict[int, set[str]]:
    """Return by which signatures sessions of these people are good: none after a new password.

    Django's own look would give an old session a new key, which nobody here could hand out.
    """
    return {
        int(one.pk): {one.get_session_auth_hash(), *one.get_session_auth_fallback_hash()}
        for one in User.objects.filter(pk__in=users, is_active=True)
    }

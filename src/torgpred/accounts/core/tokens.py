"""Tokens: how a program signs in, and what it may then do. Scopes are words, not roles."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from torgpred.accounts.core.errors import UnfitEntryError
from torgpred.kernel.errors import TorgpredError

SCOPES: Final[dict[str, str]] = {
    "catalogue:read": "Read feeds, offers with what holds them, statements and mappings",
    "catalogue:write": "Give feeds, statements and mappings",
    "shops:read": "Read shops",
    "shops:write": "Pause and resume shops",
    "plans:read": "Read plans, receipts and drift",
    "plans:write": "Have plans made; they change nothing until applied",
    "plans:apply": "Apply plans: shops are changed",
    "stock:read": "Read stock and its ledger",
    "stock:write": "Count, move and keep back stock",
    "orders:read": "Read orders and payouts, without buyers' names and addresses",
    "orders:personal": "Read buyers' names, addresses and messages",
    "orders:write": "Ship orders, decide shortages, take returns",
    "messages:write": "Answer buyers",
    "campaigns:read": "Read campaigns, what was judged and put forward, money and reports",
    "campaigns:write": "Put offers forward, enter costs; pause, resume and cancel campaigns",
    "campaigns:consent": "Say yes to terms of campaigns, and take it back; of a seller alone",
    "prices:read": "Read prices for a time",
    "prices:write": "Set and take back prices for a time: shops are changed",
    "asks:read": "Read asks with their figures; of a seller, the cases it was asked to join",
    "asks:write": "Begin asks, make figures for them, move them on",
}
"""What a token may be allowed, each with what that means, in English."""

LONGEST_LIFE: Final = 366
"""Days that a token may hold at most."""


@dataclass(frozen=True, slots=True)
class TokenCard:
    """A token as lists show it; its secret is kept nowhere.

    `state`: "open", "expired", "revoked", or "orphaned" where whoever made it no longer manages
    the tenant. `made_by` is a mail address or a command line's account.
    """

    id: int
    tenant_id: int
    name: str
    scopes: tuple[str, ...]
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    state: str


class UnknownTokenError(TorgpredError):
    """No such token at this tenant."""

    code = "accounts.unknown_token"
    template = "There is no token {given} here."


class TokenRefusedError(TorgpredError):
    """The secret opens nothing: never made, revoked, expired, or its maker is gone."""

    code = "accounts.token_refused"
    template = "This token is not known, was revoked or has expired. Make a new one."


class KeyReusedError(TorgpredError):
    """The key of a write came again with another request."""

    code = "api.key_reused"
    template = "The Idempotency-Key {key!r} was used for another request. Give a new key."


class WriteUnderWayError(TorgpredError):
    """The same write is being done right now."""

    code = "api.under_way"
    template = "The same request is being carried out. Ask again in a moment, with the same key."


def checked_scopes(given: Iterable[str]) -> tuple[str, ...]:
    """Return scopes in the order of SCOPES, each once; at least one.

    Raises UnfitEntryError.
    """
    wanted = {one.strip().lower() for one in given if one.strip()}
    for one in sorted(wanted - SCOPES.keys()):
        raise UnfitEntryError(what="scope", value=one[:40], why=f"choose of {', '.join(SCOPES)}")
    if not wanted:
        raise UnfitEntryError(what="scope", value="", why="choose at least one")
    return tuple(one for one in SCOPES if one in wanted)


def checked_days(given: int) -> int:
    """Return for how many days a token holds, 1 to LONGEST_LIFE. Raises UnfitEntryError."""
    if not 1 <= given <= LONGEST_LIFE:
        raise UnfitEntryError(
            what="number of days", value=str(given)[:40], why=f"give 1 to {LONGEST_LIFE}"
        )
    return given

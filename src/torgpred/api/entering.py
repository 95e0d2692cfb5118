"""Who asks, how often it may, and what it may do: every operation says which scope it needs."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Final

from django.http import HttpRequest
from ninja.security import HttpBearer
from typing_extensions import override

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.accounts.core.tokens import TokenCard, TokenRefusedError
from torgpred.accounts.core.values import TenantCard
from torgpred.accounts.services import tokens
from torgpred.api.problems import NotAllowedError, TooManyError, UnknownError
from torgpred.runtime import slots
from torgpred.runtime.options import options

ANY: Final = ""
"""The scope of operations that every token may use."""
_SHARE_AT_ONCE: Final = 10
"""This part of a minute's requests may come at once."""


@dataclass(frozen=True, slots=True)
class Caller:
    """The token in use, whose it is, and the seller that the address names (else the tenant)."""

    token: TokenCard
    tenant: TenantCard
    seller: TenantCard

    @property
    def on_behalf(self) -> bool:
        """Tell whether the operator acts for a seller."""
        return self.tenant.id != self.seller.id

    @property
    def actor(self) -> str:
        """Return who acts, as rows and the audit name it."""
        whom = f" (for {self.seller.code})" if self.on_behalf else ""
        return f"{self.signed}{whom}"

    @property
    def signed(self) -> str:
        """Return the token's name and who made it, cut to be kept."""
        return f"token {self.token.name[:60]} of {self.token.made_by[:100]}"

    def may(self, scope: str) -> bool:
        """Tell whether the token has a scope."""
        return scope in self.token.scopes


class Entered(HttpRequest):
    """A request with a token; `caller` is set before an operation is run."""

    caller: Caller


class Bearer(HttpBearer):
    """Lets a token in that has a scope, and to its own tenant's addresses only.

    `operator_only`: addresses that are the operator's and name no seller.
    """

    def __init__(self, scope: str, *, operator_only: bool = False) -> None:
        self.scope = scope
        self.operator_only = operator_only
        super().__init__()

    @override
    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the caller.

        Raises TokenRefusedError, TooManyError, UnknownError for another tenant's address, and
        NotAllowedError.
        """
        if not token.isascii() or not 1 <= len(token) <= 200:
            raise TokenRefusedError
        card, tenant = tokens.enter(token)
        _pace(card)
        if self.operator_only and tenant.kind != "operator":
            raise UnknownError
        match = request.resolver_match
        named = match.kwargs.get("seller", "") if match else ""
        seller = _seller(tenant, str(named)) if named else tenant
        if self.scope != ANY and self.scope not in card.scopes:
            raise NotAllowedError(scope=self.scope)
        caller = Caller(card, tenant, seller)
        request.caller = caller  # type: ignore[attr-defined]
        return caller


def _pace(token: TokenCard) -> None:
    amount = options().api_rate
    burst = max(1, amount // _SHARE_AT_ONCE)
    rate = slots.pace(key=f"api.token.{token.id}", amount=amount, seconds=60.0, burst=burst)
    wait = slots.ask([rate], bulk=False)
    if wait > 0:
        raise TooManyError(seconds=ceil(wait))


def _seller(tenant: TenantCard, code: str) -> TenantCard:
    """Return the seller of an address; the operator's tokens reach every seller."""
    try:
        found = accounts.tenant(code)
    except UnknownTenantError as error:
        raise UnknownError from error
    if found.kind != "seller" or (tenant.kind != "operator" and found.id != tenant.id):
        raise UnknownError
    return found

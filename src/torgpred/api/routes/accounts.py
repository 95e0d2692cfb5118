"""Sellers, and the token in use."""

from torgpred.accounts import selectors as accounts
from torgpred.api.entering import ANY, Entered
from torgpred.api.paging import Cursor, Limit, after_text, page
from torgpred.api.registering import Section
from torgpred.api.shapes.accounts import Sellers, SellerShape, TokenShape

section = Section("Accounts")


@section.read("/token", ANY, TokenShape)
def token(request: Entered) -> dict[str, object]:
    """Tell what the token in use may do, and until when."""
    card, tenant = request.caller.token, request.caller.tenant
    return {
        "name": card.name,
        "tenant": tenant.code,
        "kind": tenant.kind,
        "scopes": list(card.scopes),
        "made_by": card.made_by,
        "made_at": card.made_at,
        "expires_at": card.expires_at,
    }


@section.read("/sellers", ANY, Sellers)
def sellers(request: Entered, cursor: Cursor, limit: Limit) -> dict[str, object]:
    """List the sellers that the token reaches. The operator's reaches all, a seller's itself."""
    own = request.caller.tenant
    after = after_text(cursor, "sellers")
    found = accounts.sellers() if own.kind == "operator" else [own]
    rows, following = page(
        sorted((one for one in found if one.code > after), key=lambda one: one.code),
        lambda one: one.code,
        of="sellers",
        limit=limit,
    )
    return {"items": rows, "next": following}


@section.read("/sellers/{seller}", ANY, SellerShape)
def seller(request: Entered, seller: str) -> object:
    """Tell one seller."""
    return request.caller.seller

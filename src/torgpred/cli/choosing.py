"""Whom and which shop a command means."""

from collections.abc import Sequence

from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.accounts.core.values import TenantCard
from torgpred.channels.core.shops import ShopCard, UnknownShopError
from torgpred.cli.entering import person
from torgpred.kernel.errors import TorgpredError

__all__ = ["person", "seller_of", "shop_meant", "shop_of", "tenant_of"]

OPERATOR = "OPERATOR"


class NoShopError(TorgpredError):
    """The seller has no shop to act on."""

    code = "shop.none"
    template = "{seller} has no shop yet. Add one: torgpred shop add {seller}"


class WhichShopError(TorgpredError):
    """Several shops may be meant."""

    code = "shop.which"
    template = "{seller} has several shops; name one with --shop: {names}"


class NoSuchShopError(TorgpredError):
    """The seller has shops, but not the one that was named."""

    code = "shop.no_such"
    template = "{seller} has no shop {given!r}. It sells in: {names}"


def tenant_of(code: str) -> TenantCard:
    """Return a seller, a partner or the operator, who is there from the first mention on.

    Raises UnknownTenantError.
    """
    from torgpred.accounts import selectors, services

    return services.ensure_operator() if code.upper() == OPERATOR else selectors.tenant(code)


def seller_of(code: str) -> TenantCard:
    """Return the seller of a code.

    Raises UnknownTenantError.
    """
    from torgpred.accounts import selectors

    return selectors.tenant(code)


def shop_of(seller: TenantCard, given: str) -> ShopCard:
    """Return the seller's shop by number or name; its only one where none is named.

    Raises NoShopError, NoSuchShopError, WhichShopError.
    """
    from torgpred.channels import selectors

    shops = selectors.shops_of(seller.id)
    if not shops:
        raise NoShopError(seller=seller.code)
    named = _named(shops, given) if given else shops
    if not named:
        raise NoSuchShopError(seller=seller.code, given=given, names=_told(shops))
    if len(named) > 1:
        raise WhichShopError(seller=seller.code, names=_told(named))
    return named[0]


def shop_meant(given: str, shop: str = "") -> ShopCard:
    """Return the shop that a number, a shop's name or the code of its seller means.

    `shop` chooses among a seller's shops. Raises UnknownShopError, NoShopError, NoSuchShopError,
    WhichShopError.
    """
    from torgpred.channels import selectors

    named = [] if shop else _named(selectors.shops(), given)
    if len(named) > 1:
        raise WhichShopError(seller=given, names=_told(named))
    if named:
        return named[0]
    try:
        owner = tenant_of(given)
    except UnknownTenantError as error:
        raise UnknownShopError(given=given) from error
    return shop_of(owner, shop)


def _named(shops: Sequence[ShopCard], given: str) -> list[ShopCard]:
    """Return the shop of a number, else those of a name."""
    by_number = [one for one in shops if given == str(one.id)]
    wanted = given.strip().casefold()
    return by_number or [one for one in shops if one.name.casefold() == wanted]


def _told(shops: Sequence[ShopCard]) -> str:
    return ", ".join(f"{one.id} ({one.name})" for one in shops)

"""Whom and which shop a command means."""

from torgpred.accounts.core.values import TenantCard
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.errors import TorgpredError


class NoShopError(TorgpredError):
    """The seller has no shop to act on."""

    code = "shop.none"
    template = "{seller} has no shop yet. Add one: torgpred shop add {seller} FAMILY"


class WhichShopError(TorgpredError):
    """The seller has several shops and none was named."""

    code = "shop.which"
    template = "{seller} has several shops; name one with --shop: {names}"


def seller_of(code: str) -> TenantCard:
    """Return the seller of a code."""
    from torgpred.accounts import selectors

    return selectors.tenant(code)


def shop_of(seller: TenantCard, given: str) -> ShopCard:
    """Return the seller's shop by id or name; its only one where none is named.

    Raises NoShopError, WhichShopError.
    """
    from torgpred.channels import selectors

    shops = selectors.shops_of(seller.id)
    if not shops:
        raise NoShopError(seller=seller.code)
    if given:
        shops = [shop for shop in shops if given in {str(shop.id), shop.name}]
    if len(shops) != 1:
        names = ", ".join(f"{one.id} ({one.name})" for one in selectors.shops_of(seller.id))
        raise WhichShopError(seller=seller.code, names=names)
    return shops[0]


def person() -> str:
    """Return who is acting: the account that runs the command."""
    import getpass

    return f"{getpass.getuser()} (command line)"

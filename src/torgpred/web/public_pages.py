"""The pages of shops where buyers see a seller's goods."""

from collections.abc import Sequence

from torgpred.channels.core.public_pages import product_address
from torgpred.channels.core.shops import ShopCard
from torgpred.channels.families import families
from torgpred.listings.selectors.there import on_sale_ids
from torgpred.web.desks import Desk


def addresses(desk: Desk, shop: ShopCard, product_keys: Sequence[str]) -> dict[str, str]:
    """Return where buyers see a seller's products in a shop, by product key; only those on sale."""
    family = families().get(shop.family)
    page = str(getattr(family, "product_page", ""))
    if family is None or not page:
        return {}
    found = on_sale_ids(desk.tenant.id, shop.id, product_keys)
    own = family.default_address
    return {
        key: product_address(page, own=own, address=shop.address, remote_id=remote_id)
        for key, remote_id in found.items()
    }

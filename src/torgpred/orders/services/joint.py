"""Letting a seller out of a joint shop: only once nothing of it is left there."""

from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.channels import services as channels
from torgpred.listings.services.locking import lock_planning
from torgpred.orders.core.joint import StillThereError, blocks
from torgpred.orders.selectors.joint import guests
from torgpred.runtime.scope import operator_scope


def dismiss(*, shop_id: int, seller_id: int) -> None:
    """Withdraw a seller's admission to a joint shop. Nothing is sent to the marketplace.

    From then on no plan is made for it there, and it no longer sees the shop; admitting it again
    brings both back. The seller's planners wait meanwhile. Raises UnknownTenantError where it is
    not admitted, StillThereError while products, open orders or a running plan of it are there.
    """
    with operator_scope():
        lock_planning(seller_id)
        found = guests(shop_id, seller_id)
        if not found:
            raise UnknownTenantError(given=str(seller_id))
        if any(blocks(found[0])):
            raise StillThereError(seller=found[0].name)
        channels.dismiss_seller(shop_id=shop_id, seller_id=seller_id)

"""45 made-up days of shelf prices, as a seller's own record of before would tell them.

Most prices stood all the time. Some were lower until a few days ago, so that a reduction counted
from the lowest price shows what the raise was for; some had a sale in between; some have been seen
for fewer days than rules ask for.
"""

from binascii import crc32
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from torgpred.channels import selectors as channels
from torgpred.demo.sale_report import rows
from torgpred.kernel.clock import now
from torgpred.listings.services.shelf_history import ShownBefore, take_over

DAYS: Final = 45
_RAISED: Final = 9
"""Days ago at which some prices were raised."""
_FEW: Final = 12
_SALE: Final = (26, 19)
"""Between so many days ago some were sold cheaper."""
_LOWER: Final = Decimal("0.75")
_ROUND: Final = Decimal(1)

_SEEN: Final = """
    SELECT listing.seller_id, product.shop_id, listing.sku, shelf.price, shelf.discount_price
    FROM listings_shelfprice shelf
    JOIN listings_listing listing
      ON listing.seller_id = shelf.seller_id AND listing.id = shelf.listing_id
    JOIN listings_listedproduct product ON product.id = listing.product_id
    WHERE shelf.until IS NULL
    ORDER BY listing.seller_id, product.shop_id, listing.sku COLLATE "C"
"""


def remember() -> int:
    """Take 45 days over for everything that is listed; return how many periods were added.

    What has a history already keeps it.
    """
    moment = now()
    told: dict[tuple[int, int], list[ShownBefore]] = {}
    for seller, shop, sku, price, discount in rows(_SEEN):
        told.setdefault((seller, shop), []).extend(_before(sku, price, discount, moment))
    shops = {one.id for one in channels.shops()}
    return sum(
        take_over(seller_id=seller, shop_id=shop, shown=shown)
        for (seller, shop), shown in told.items()
        if shop in shops
    )


def _before(
    sku: str, price: Decimal, discount: Decimal | None, moment: datetime
) -> Iterator[ShownBefore]:
    """Yield what buyers saw of an SKU; what becomes of it follows from its name alone."""

    def ago(days: int) -> datetime:
        return moment - timedelta(days=days)

    lower = ((discount or price) * _LOWER).quantize(_ROUND)
    fate = crc32(sku.encode()) % 10
    if fate in {7, 8}:
        yield ShownBefore(sku, lower, ago(DAYS), ago(_RAISED))
        yield ShownBefore(sku, price, ago(_RAISED), moment, discount)
    elif fate == 6:
        yield ShownBefore(sku, price, ago(DAYS), ago(_SALE[0]), discount)
        yield ShownBefore(sku, price, ago(_SALE[0]), ago(_SALE[1]), lower)
        yield ShownBefore(sku, price, ago(_SALE[1]), moment, discount)
    else:
        yield ShownBefore(sku, price, ago(_FEW if fate == 9 else DAYS), moment, discount)

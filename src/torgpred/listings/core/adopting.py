"""Adopting: which product of the catalogue a listing is that stood in the shop before us.

A listing is matched variant by variant, by SKU, then by barcode. It is bound only where all that
was matched belongs to one product of one seller: anything else is listed for a person, and what
it looks like is not created a second time.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

import msgspec
from stdnum import ean

from torgpred.channels.core.drafts import Seen, SeenVariant, Status
from torgpred.listings.core.remarks import Remark, hold


class Why(StrEnum):
    """Why a listing could not be bound."""

    UNKNOWN = "unknown"  # no offer has its SKUs or barcodes
    SPLIT = "split"  # its variants are different products in the catalogue
    SELLERS = "sellers"  # offers of several sellers have its SKUs
    DOUBLE = "double"  # another listing is the same product


WHY: Final = {
    Why.UNKNOWN: "No offer has its SKU or barcode.",
    Why.SPLIT: "Its variants are different products in the catalogue.",
    Why.SELLERS: "Offers of several sellers have its SKUs.",
    Why.DOUBLE: "Another listing in the shop is the same product.",
}
"""English templates of the reasons, for people and translators."""


STANDS_ALREADY: Final = hold(
    "adopt.stands_already",
    "A listing that looks like it stands in the shop and is not bound. {reason}",
    "Mend the file or the listing in the cabinet, then: torgpred shop adopt SHOP",
)


def stands_already(why: str) -> Remark:
    """Return why a product is not created; `why` is empty where nobody tried to bind it."""
    reason = WHY[Why(why)] if why else "Nobody tried to bind it yet."
    return Remark(STANDS_ALREADY.at("", reason=reason))


class Claim(msgspec.Struct, frozen=True, array_like=True):
    """An offer that a variant looks like."""

    seller_id: int
    product_key: str
    offer_key: str


class Bound(msgspec.Struct, frozen=True):
    """A listing and the product that it is: SKU in the shop -> key of the offer."""

    seen: Seen
    seller_id: int
    product_key: str
    offers: dict[str, str]

    @property
    def not_ours(self) -> tuple[str, ...]:
        """SKUs of variants that are no offers of the seller: they stay as they are."""
        return tuple([one.sku for one in self.seen.variants if one.sku not in self.offers])


class Loose(msgspec.Struct, frozen=True):
    """A listing that could not be bound, and (seller, product key) of all that it looks like."""

    seen: Seen
    why: Why
    claims: tuple[tuple[int, str], ...] = ()


Claims = Mapping[str, tuple[Claim, ...]]
"""SKU as the shop has it, or barcode as `barcode_key` has it -> the offers that have it."""


def sku_key(text: str) -> str:
    """Return an SKU as it is compared: without spaces around it."""
    return text.strip()


def barcode_key(text: str) -> str:
    """Return a barcode as 14 digits; empty for one that proves nothing.

    Wrong check digits and numbers that shops give out themselves (GTINs beginning with 2, which
    GS1 leaves to them) name no product.
    """
    digits = "".join(text.split())
    if len(digits) not in {8, 12, 13, 14} or not digits.isascii() or not ean.is_valid(digits):
        return ""
    whole = digits.zfill(14)
    own = len(digits) > 8 and whole[1] == "2"
    return "" if own or not whole.strip("0") else whole


def match(seen: Seen, by_sku: Claims, by_barcode: Claims) -> Bound | Loose:
    """Return what a listing is, judged by itself."""
    found: dict[str, tuple[Claim, ...]] = {}
    for variant in seen.variants:
        claims = by_sku.get(sku_key(variant.sku), ()) or _by_barcode(variant, by_barcode)
        if claims:
            found[variant.sku] = claims
    if not found:
        return Loose(seen, Why.UNKNOWN)
    every = [claim for claims in found.values() for claim in claims]
    products = tuple(dict.fromkeys((one.seller_id, one.product_key) for one in every))
    if len({seller for seller, _ in products}) > 1:
        return Loose(seen, Why.SELLERS, products)
    if len(products) > 1:
        return Loose(seen, Why.SPLIT, products)
    offers: dict[str, str] = {}
    for sku, claims in found.items():
        free = [one.offer_key for one in claims if one.offer_key not in offers.values()]
        if free:
            offers[sku] = free[0]
    (seller_id, product_key) = products[0]
    return Bound(seen, seller_id, product_key, offers)


def settled(
    matched: Iterable[Bound | Loose], taken: Iterable[tuple[int, str]]
) -> tuple[list[Bound], list[Loose]]:
    """Return what is to be bound and what stays loose, no product bound twice.

    `taken` are (seller, product key) of products that stand in the shop already. Of several
    listings of one product the one on sale wins, then the one with more of its offers, then the
    one that the marketplace numbered first.
    """
    loose: list[Loose] = []
    wanted: dict[tuple[int, str], list[Bound]] = {}
    for one in matched:
        if isinstance(one, Loose):
            loose.append(one)
        else:
            wanted.setdefault((one.seller_id, one.product_key), []).append(one)
    bound: list[Bound] = []
    known = set(taken)
    for product, rivals in wanted.items():
        rivals.sort(key=_rank)
        if product not in known:
            bound.append(rivals.pop(0))
        loose += [Loose(one.seen, Why.DOUBLE, (product,)) for one in rivals]
    return bound, loose


def _rank(one: Bound) -> tuple[bool, int, int, str]:
    seen = one.seen
    on_sale = seen.status in {Status.ON_SALE, Status.IN_REVIEW}
    return not on_sale, -len(one.offers), len(seen.remote_id), seen.remote_id


def _by_barcode(variant: SeenVariant, by_barcode: Claims) -> tuple[Claim, ...]:
    key = barcode_key(variant.barcode or "")
    claims = by_barcode.get(key, ()) if key else ()
    # A barcode that several offers of one product share tells none of them apart.
    return claims if len(claims) == 1 or len({one.product_key for one in claims}) > 1 else ()

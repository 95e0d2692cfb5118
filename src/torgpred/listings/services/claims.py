"""Which offers listings of a shop look like: by SKU, and by barcode."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec
import psycopg
from django.db import connection

from torgpred.channels.core.drafts import SeenVariant
from torgpred.listings.core.adopting import Claim, barcode_key, sku_key
from torgpred.listings.services.unbound import Stranger
from torgpred.runtime.scope import scope


class _Barcodes(msgspec.Struct, gc=False):
    """The part of an offer's content that tells its barcodes."""

    key: str
    product_key: str = ""
    barcodes: tuple[str, ...] = ()


_BARCODES = msgspec.json.Decoder(_Barcodes)


def by_sku(sellers: Mapping[int, str], found: Sequence[Stranger]) -> dict[str, tuple[Claim, ...]]:
    """Return the present offers that SKUs of a shop may be, by SKU.

    `sellers` are those who sell there with what begins their names; a name that begins so is that
    seller's, any other may be the bare key of anybody's offer.
    """
    skus = {sku_key(variant.sku) for variant in _variants(found)} - {""}
    owned = {sku for sku in skus if any(one and sku.startswith(one) for one in sellers.values())}
    claims: dict[str, list[Claim]] = {}
    for seller_id, prefix in sellers.items():
        names = {sku: sku for sku in skus - owned}
        names |= {
            sku.removeprefix(prefix): sku for sku in owned if prefix and sku.startswith(prefix)
        }
        for key, product_key in _products(seller_id, list(names)):
            claims.setdefault(names[key], []).append(Claim(seller_id, product_key, key))
    return {sku: tuple(offers) for sku, offers in claims.items()}


def by_barcode(sellers: Iterable[int], found: Sequence[Stranger]) -> dict[str, tuple[Claim, ...]]:
    """Return the present offers that have barcodes of these products, by barcode."""
    wanted = {barcode_key(variant.barcode or "") for variant in _variants(found)} - {""}
    claims: dict[str, list[Claim]] = {}
    for seller_id in sellers if wanted else ():
        with scope(seller_id):
            for offer in _offers_with_barcodes(seller_id):
                for barcode in dict.fromkeys(map(barcode_key, offer.barcodes)):
                    if barcode in wanted:
                        claim = Claim(seller_id, offer.product_key or offer.key, offer.key)
                        claims.setdefault(barcode, []).append(claim)
    return {barcode: tuple(offers) for barcode, offers in claims.items()}


def _variants(found: Iterable[Stranger]) -> list[SeenVariant]:
    return [variant for one in found for variant in one.seen.variants]


def _products(seller_id: int, keys: Sequence[str]) -> list[tuple[str, str]]:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, product_key FROM catalogue_offer"
            " WHERE seller_id = %s AND state = 'present' AND key = ANY(%s)",
            [seller_id, list(keys)],
        )
        return list(cursor.fetchall())


def _offers_with_barcodes(seller_id: int) -> Iterable[_Barcodes]:
    with psycopg.ServerCursor(connection.connection, "offers_with_barcodes") as stream:
        stream.itersize = 2_000
        stream.execute(
            "SELECT content.content FROM catalogue_offer offer"
            " JOIN catalogue_offer_content content ON content.offer_id = offer.id"
            " WHERE offer.seller_id = %s AND offer.state = 'present'",
            [seller_id],
            binary=True,
        )
        for (content,) in stream:
            offer = _BARCODES.decode(content)
            if offer.barcodes:
                yield offer

"""Offers together with the other variants of their products."""

from collections.abc import Iterable

import msgspec
from django.db import connection

from torgpred.catalogue.core.offers import Offer
from torgpred.runtime.scope import scope

_SIBLINGS = """
    SELECT offer.product_key, offer.key, content.content
    FROM catalogue_offer offer
    JOIN catalogue_offer_content content ON content.offer_id = offer.id
    WHERE offer.seller_id = %(seller)s
      AND offer.product_key = ANY (ARRAY(
          SELECT asked.product_key FROM catalogue_offer asked
          WHERE asked.seller_id = %(seller)s AND asked.key = ANY(%(keys)s)))
      AND (offer.state = 'present' OR offer.key = ANY(%(keys)s))
    ORDER BY offer.product_key, offer.key
"""
_decode = msgspec.json.Decoder(Offer).decode


def products_of(seller_id: int, keys: Iterable[str]) -> dict[str, tuple[Offer, ...]]:
    """Return all present variants of an offer's product by the offer's key, each in order of keys.

    An offer that the catalogue no longer holds is among its own; unknown keys are left out.
    """
    asked = list(keys)
    products: dict[str, list[Offer]] = {}
    product_of: dict[str, str] = {}
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_SIBLINGS, {"seller": seller_id, "keys": asked})
        for product, key, content in cursor.fetchall():
            products.setdefault(product, []).append(_decode(content))
            product_of[key] = product
    whole = {product: tuple(offers) for product, offers in products.items()}
    return {key: whole[product_of[key]] for key in asked if key in product_of}

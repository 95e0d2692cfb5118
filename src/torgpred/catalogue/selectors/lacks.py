"""What the offers of a catalogue lack that marketplaces ask of everybody."""

from typing import Final

import msgspec

from torgpred.catalogue import selectors as catalogue
from torgpred.runtime.scope import scope

MOST: Final = 20_000
"""So many offers are looked through while a person waits; a larger catalogue takes too long."""


class Lacks(msgspec.Struct, frozen=True):
    """How many present offers have none of something in their file."""

    category: int
    price: int
    """Neither a price nor a cost, of which one could be made."""
    weight: int
    picture: int


def lacks(seller_id: int) -> Lacks | None:
    """Count what present offers lack; None for a catalogue too large to be looked through."""
    if catalogue.offer_counts(seller_id).present > MOST:
        return None
    category = price = weight = picture = 0
    with scope(seller_id):
        for _, offers in catalogue.stream_products(seller_id):
            for _, offer in offers:
                category += not offer.category
                price += offer.price is None and offer.cost is None
                weight += offer.weight_kg is None
                picture += not offer.pictures
    return Lacks(category, price, weight, picture)

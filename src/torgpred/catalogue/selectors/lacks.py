"""What the offers of a catalogue lack that marketplaces ask of everybody, and pictures kept."""

from typing import Final

import msgspec
from django.db.models import Count, QuerySet

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.models import Picture
from torgpred.runtime.scope import scope

MOST: Final = 20_000
"""So many offers are looked through while a person waits; a larger catalogue takes too long."""


class Lacks(msgspec.Struct, frozen=True):
    """How many present offers have none of something in their file, or kept for them here."""

    category: int
    price: int
    """Neither a price nor a cost, of which one could be made."""
    weight: int
    picture: int
    unpictured: str
    """Key of the first offer without a picture; empty where all have one."""


class KeptPictures(msgspec.Struct, frozen=True):
    """How many pictures are kept here that were given as files, and of how many offers."""

    pictures: int
    offers: int


def kept_pictures(seller_id: int) -> KeptPictures:
    """Count a seller's pictures that are kept here by SKU."""
    with scope(seller_id):
        counts = _kept(seller_id).aggregate(
            pictures=Count("id"), offers=Count("key", distinct=True)
        )
    return KeptPictures(**counts)


def _kept(seller_id: int) -> QuerySet[Picture]:
    return Picture.objects.filter(seller_id=seller_id).exclude(key="").exclude(file="")


def lacks(seller_id: int) -> Lacks | None:
    """Count what present offers lack; None for a catalogue too large to be looked through."""
    if catalogue.offer_counts(seller_id).present > MOST:
        return None
    category = price = weight = picture = 0
    unpictured = ""
    with scope(seller_id):
        kept = set(_kept(seller_id).values_list("key", flat=True))
        for _, offers in catalogue.stream_products(seller_id):
            for _, offer in offers:
                category += not offer.category
                price += offer.price is None and offer.cost is None
                weight += offer.weight_kg is None
                if not offer.pictures and offer.key not in kept:
                    picture += 1
                    unpictured = unpictured or offer.key
    return Lacks(category, price, weight, picture, unpictured)

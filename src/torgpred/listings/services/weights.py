"""What offers weigh, by the file or by what the seller stated."""

from collections.abc import Iterable
from decimal import Decimal

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import services as channel_services
from torgpred.listings.core.completing import weight_of
from torgpred.listings.core.facts import FactSet, for_category, merged
from torgpred.listings.services import statements


def weights(*, seller_id: int, shop_id: int, keys: Iterable[str]) -> dict[str, Decimal]:
    """Return the weight of one piece in kg by key of the offer; unknown ones are left out.

    Raises UnknownShopError, UnknownFamilyError.
    """
    offers = catalogue.offers_of(seller_id, keys)
    if not offers:
        return {}
    rules = channel_services.family_of(shop_id).rules
    stated, categories = statements.facts(seller_id), catalogue.categories(seller_id)
    by_category: dict[str, FactSet] = {}
    found: dict[str, Decimal] = {}
    for key, offer in offers.items():
        facts = by_category.get(offer.category)
        if facts is None:
            facts = by_category[offer.category] = for_category(stated, categories, offer.category)
        own = stated.by_offer.get(key)
        weight = weight_of((offer,), facts if own is None else merged(own, facts), rules)
        if weight is not None and weight > 0:
            found[key] = weight
    return found

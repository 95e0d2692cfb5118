"""What offers weigh and measure, by the file or by what the seller stated."""

from collections.abc import Iterable

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.selectors.siblings import products_of
from torgpred.channels import services as channel_services
from torgpred.listings.core.siblings import Measures, measures_of
from torgpred.listings.services import statements


def measures(*, seller_id: int, shop_id: int, keys: Iterable[str]) -> dict[str, Measures]:
    """Return what one piece weighs and measures by key of the offer; unknown keys are left out.

    A variant that tells nothing of itself follows its product, as its listing does.
    Raises UnknownShopError, UnknownFamilyError.
    """
    products = products_of(seller_id, keys)
    if not products:
        return {}
    rules = channel_services.family_of(shop_id).rules
    stated, categories = statements.facts(seller_id), catalogue.categories(seller_id)
    return {
        key: measures_of(key, offers, stated, categories, rules) for key, offers in products.items()
    }

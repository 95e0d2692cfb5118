"""The price of one offer, shown line by line."""

import msgspec

from torgpred.catalogue import selectors as catalogue
from torgpred.listings.core.desired import Product, desire
from torgpred.listings.core.pricing import Pricer, PricingPolicy, Waterfall
from torgpred.listings.core.timed import TimedPrice
from torgpred.listings.services import decisions
from torgpred.listings.services.contexts import gather


class PricedOffer(msgspec.Struct, frozen=True):
    """An offer and how its price in a shop comes about."""

    sku: str
    name: str
    waterfall: Waterfall
    stated: tuple[str, ...] = ()
    """Statements that the offer's state rests on, as "fact: statement"."""
    timed: TimedPrice | None = None
    """The price for a time that is in force: the waterfall is of that one, unless under a policy
    that was given."""


def example(
    *, seller_id: int, shop_id: int, sku: str = "", policy: PricingPolicy | None = None
) -> PricedOffer | None:
    """Price one offer, the first of the catalogue where none is named; None where there is none.

    While a price for a time is in force the waterfall is of that price, and `timed` says so. With
    a `policy` it is of what it would cost under that one without such a price; nothing is kept.

    Raises RulesNotLearntError.
    """
    if sku:
        offer = catalogue.offers_of(seller_id, [sku]).get(sku)
    else:
        page = catalogue.products_page(seller_id, limit=1)
        offer = page[0].offers[0] if page else None
    if offer is None:
        return None
    around = gather(seller_id=seller_id, shop_id=shop_id)
    wanted = desire(Product((around.completed(offer),)), around.context)
    waterfall = wanted.variants[0].waterfall
    if policy is not None:
        rules = around.context.rules
        pricer = Pricer(policy, decisions.rates(), rules.currency)
        waterfall = pricer.price(wanted.parts.variants[0].offer, wanted.parts.weight_kg)
    return PricedOffer(
        sku=offer.key,
        name=offer.name,
        waterfall=waterfall,
        stated=wanted.stated,
        timed=around.context.timed.by_offer.get(offer.key),
    )

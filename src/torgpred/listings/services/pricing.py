"""The price of one offer, shown line by line."""

from decimal import Decimal

import msgspec

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.selectors.siblings import products_of
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
    """Statements that its product's state rests on, as "fact: statement"."""
    timed: TimedPrice | None = None
    """The price for a time that is in force: the waterfall is of that one, unless under a policy
    that was given."""
    keeps_there: Decimal | None = None
    """What is kept of the price that stands in the shop, where that was given and is known."""


def example(
    *,
    seller_id: int,
    shop_id: int,
    sku: str = "",
    policy: PricingPolicy | None = None,
    there: Decimal | None = None,
) -> PricedOffer | None:
    """Price one offer, the first of the catalogue where none is named; None where there is none.

    While a price for a time is in force the waterfall is of that price, and `timed` says so. With
    a `policy` it is of what it would cost under that one without such a price; nothing is kept.
    `there` is the price that stands in the shop, to be told what is kept of it.

    Raises RulesNotLearntError.
    """
    if not sku:
        page = catalogue.products_page(seller_id, limit=1)
        sku = page[0].offers[0].key if page else ""
    offers = products_of(seller_id, [sku]).get(sku)
    if offers is None:
        return None
    around = gather(seller_id=seller_id, shop_id=shop_id)
    # What is charged by weight is charged for the product: a variant alone may not tell its own.
    wanted = desire(Product(tuple(around.completed(one) for one in offers)), around.context)
    [place] = [place for place, one in enumerate(wanted.variants) if one.sku == sku]
    figures, variant = wanted.variants[place], wanted.parts.variants[place]
    waterfall, currency = figures.waterfall, around.context.rules.currency
    if policy is not None:
        pricer = Pricer(policy, decisions.rates(), currency)
        waterfall = pricer.price(variant.offer, wanted.parts.weight_kg)
    kept = None
    if there is not None and figures.costs.delivery is not None:
        pricer = Pricer(around.context.policy, decisions.rates(), currency)
        kept = pricer.keeps_at(figures.costs.delivery, there)
    return PricedOffer(
        sku=sku,
        name=variant.offer.name,
        waterfall=waterfall,
        stated=wanted.stated,
        timed=around.context.timed.by_offer.get(sku),
        keeps_there=kept,
    )

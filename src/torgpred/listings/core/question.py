"""A product on its way to a draft: what is known so far, laid out for the checks."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from torgpred.catalogue.core.offers import Offer, Package
from torgpred.channels.core.contract import MarketCategory, Rules
from torgpred.channels.core.drafts import Draft, Value, Variant
from torgpred.listings.core.attributes import AttributeMatcher, Filled
from torgpred.listings.core.eligibility import PlacePapers
from torgpred.listings.core.pricing import Costs, PricingPolicy, Waterfall
from torgpred.listings.core.references import References


class SkuNames(msgspec.Struct, frozen=True):
    """What a shop calls a seller's offers: their own keys, begun by a prefix in a joint shop.

    `others` are names that stood in the shop before us, by offer key.
    """

    prefix: str = ""
    others: Mapping[str, str] = {}

    def of(self, key: str) -> str:
        """Return the SKU of an offer in the shop."""
        return self.others.get(key) or self.prefix + key


def joint_prefix(seller_id: int) -> str:
    """Return what begins a seller's names in a joint shop: none begins another's."""
    return f"s{seller_id}-"


class PartVariant(msgspec.Struct, gc=False):
    """One variant so far. `price` is what the shopper pays, `listed` the crossed-out price."""

    offer: Offer
    waterfall: Waterfall
    costs: Costs
    price: Decimal | None
    listed: Decimal | None
    stock: int | None
    attributes: tuple[Value, ...] = ()
    missing: tuple[str, ...] = ()
    """Ids of required variant attributes that are not filled."""

    def variant(self, stock_max: int, names: SkuNames) -> Variant:
        """Return the variant of a draft.

        Where a discount is shown the draft's price is the crossed-out one. Stock that nobody told
        is 0, so that nothing is sold that may not be there.
        """
        price = self.price if self.price is not None else Decimal(0)
        barcodes = self.offer.barcodes
        return Variant(
            sku=names.of(self.offer.key),
            price=price if self.listed is None else self.listed,
            discount_price=None if self.listed is None else price,
            stock=0 if self.stock is None else max(0, min(self.stock, stock_max)),
            barcode=barcodes[0] if barcodes else "",
            attributes=self.attributes,
        )


class Parts(msgspec.Struct, gc=False):
    """A draft in the making: None or empty where a fact is missing."""

    external_id: str
    category_id: str
    language: str
    title: str
    title_length: int
    """Characters before it was cut."""
    description: str
    description_length: int
    pictures: tuple[str, ...]
    pictures_given: int
    pictures_bad: tuple[str, ...]
    weight_kg: Decimal | None
    package: Package | None
    lead_time_days: int | None
    delivery_template_id: str
    unit: str
    brand: str
    brand_sent: str
    """The brand where the shop may use it, else empty: a marketplace refuses unknown brands."""
    country: str
    tnved: tuple[str, ...]
    attributes: tuple[Value, ...]
    variants: list[PartVariant]

    def draft(self, variants: list[PartVariant], stock_max: int, names: SkuNames) -> Draft:
        """Return the draft with the given variants; only when no check holds the product."""
        package = self.package or Package(Decimal(0), Decimal(0), Decimal(0))
        return Draft(
            external_id=self.external_id,
            category_id=self.category_id,
            titles={self.language: self.title},
            descriptions={self.language: self.description},
            pictures=self.pictures,
            weight_kg=self.weight_kg or Decimal(0),
            length_cm=package.length,
            width_cm=package.width,
            height_cm=package.height,
            lead_time_days=self.lead_time_days or 0,
            delivery_template_id=self.delivery_template_id,
            unit=self.unit,
            brand=self.brand_sent,
            country=self.country,
            tnved=self.tnved,
            attributes=self.attributes,
            variants=tuple([one.variant(stock_max, names) for one in variants]),
        )


class Question(msgspec.Struct, gc=False):
    """Everything a check may look at. `group` is the seller's category key."""

    group: str
    parts: Parts
    rules: Rules
    category: MarketCategory | None
    """The marketplace's category; None where the seller's is not mapped or it is unknown."""
    matcher: AttributeMatcher | None
    troubles: tuple[Filled, ...]
    """Params that were not taken, and why."""
    lacking: tuple[str, ...]
    """Ids of required attributes of the product that are not filled."""
    given: tuple[Value, ...]
    """Values of attributes that statements gave."""
    differing: tuple[str, ...]
    """Names of attributes in which the variants differ although the marketplace allows one."""
    brands: frozenset[str] | None
    """Brands that the marketplace knows, folded; None where it did not say."""
    templates: frozenset[str] | None
    """Ids of the shop's delivery templates; None where not asked yet."""
    papers: PlacePapers
    """Duties and papers that concern the category."""
    references: References
    """Prices elsewhere that the offers are compared with."""
    pricing: PricingPolicy

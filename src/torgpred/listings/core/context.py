"""What desired states are worked out from, beside the offers themselves.

Pure: whatever it depends on has a digest, so that a desired state may be remembered by them.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.channels.core.contract import MarketCategory, Rules
from torgpred.channels.core.drafts import Value
from torgpred.kernel.digests import combine, digest_of
from torgpred.kernel.money import Rates, UnknownRateError
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.completing import completes
from torgpred.listings.core.eligibility import NO_PAPERS, Eligibility, PlacePapers
from torgpred.listings.core.facts import Facts, FactSet, for_category
from torgpred.listings.core.pricing import Pricer, PricingPolicy, Waterfall
from torgpred.listings.core.question import SkuNames
from torgpred.listings.core.references import NO_REFERENCES, References
from torgpred.listings.core.timed import NO_TIMED, TimedPricer, TimedPrices

VERSION: Final = 3
"""Part of every digest: raise it when the same inputs should give another desired state."""


class ShopSettings(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one seller chose for one shop."""

    external_prefix: str
    """Begins every external id; unique to the seller within the shop, such as "t17-"."""
    language: str = "ru"
    """Where the marketplace does not take it, its main language is used."""
    delivery_template_id: str = ""
    lead_time_days: int | None = None
    unit: str = "piece"
    sku_prefix: str = ""
    """Begins every SKU in a joint shop, where sellers' own SKUs may collide; else empty."""


class Place(msgspec.Struct):
    """What a context knows of one of the seller's categories, worked out once."""

    category_id: str
    category: MarketCategory | None
    matcher: AttributeMatcher | None
    facts: FactSet
    papers: PlacePapers
    digest: bytes
    given: dict[str, Value]
    completes: bool


class Context:
    """Everything beside the offers that desired states of one seller in one shop depend on.

    `mappings` holds seller's category key -> marketplace's category id, as persons or certain
    suggestions decided; `matchers` one matcher for each marketplace category mapped to. `brands`
    are those the marketplace knows and `templates` the shop's, both None where it did not say.
    `names` are SKUs of offers that the shop called otherwise before us, by offer key. `timed` are
    the prices for a time that are in force at the moment of the context.
    """

    def __init__(  # noqa: PLR0913 - one keyword for each thing that is depended on
        self,
        *,
        settings: ShopSettings,
        rules: Rules,
        policy: PricingPolicy,
        rates: Rates,
        categories: Mapping[str, Category],
        mappings: Mapping[str, str],
        matchers: Mapping[str, AttributeMatcher],
        facts: Facts | None = None,
        brands: frozenset[str] | None = None,
        templates: frozenset[str] | None = None,
        names: Mapping[str, str] | None = None,
        eligibility: Eligibility = NO_PAPERS,
        references: References = NO_REFERENCES,
        timed: TimedPrices = NO_TIMED,
    ) -> None:
        if settings.language not in rules.texts:
            settings = msgspec.structs.replace(settings, language=next(iter(rules.texts)))
        self.settings = settings
        self.rules = rules
        self.policy = policy
        self.pricer = Pricer(policy, rates, rules.currency)
        self.facts = facts or Facts()
        self.brands = brands
        self.templates = templates
        self.names = SkuNames(settings.sku_prefix, names or {})
        self.eligibility = eligibility
        self.references = references
        self.timed = timed
        self._timed_pricer = TimedPricer(policy, rates, rules.currency)
        self._rates = rates
        self._categories = categories
        self._mappings = mappings
        self._matchers = matchers
        self._places: dict[str, Place] = {}
        self._base = digest_of(
            [VERSION, settings, rules, policy, _sorted(brands), _sorted(templates), self._rate_of(
                policy.route.logistics.currency if policy.route.logistics else rules.currency
            )]
        )  # fmt: skip

    def place(self, category: str) -> Place:
        """Return what is known of a seller's category."""
        known = self._places.get(category)
        if known is None:
            known = self._places[category] = self._place(category)
        return known

    def priced(self, offer: Offer, weight_kg: Decimal | None) -> Waterfall:
        """Return how an offer's price comes about: the timed one where one is in force."""
        timed = self.timed.by_offer.get(offer.key)
        if timed is not None:
            return self._timed_pricer.price(offer, weight_kg, timed)
        return self.pricer.price(offer, weight_kg)

    def unstated(self) -> "Context":
        """Return the same context without any statement: what the file alone tells."""
        other = copy(self)
        other.facts = Facts()
        other._places = {}  # noqa: SLF001 - an object of the same class
        return other

    def digest(self, category: str) -> bytes:
        """Return 16 bytes over all that desired states in one seller's category depend on.

        Not in it: rates of the offers' currencies and statements about single offers, which
        `input_digest` adds, so that a change touches only those it concerns.
        """
        return self.place(category).digest

    def input_digest(
        self, offer_digests: Sequence[bytes], category: str, keys: Sequence[str], currency: str
    ) -> bytes:
        """Return 16 bytes over everything that one product's desired state is computed from.

        `offer_digests` are the digests of its offers, `keys` their keys, in one and the same order
        (sort by key); `category` is `group_of` them, `currency` the one its prices are in.
        """
        parts = [self.place(category).digest, *offer_digests]
        if currency != self.rules.currency:
            parts.append(self._rate_of(currency).encode())
        by_offer = self.facts.by_offer
        if by_offer:
            parts += [digest_of(by_offer[key]) for key in keys if key in by_offer]
        beside = (self.eligibility, self.references, self.timed)
        parts += [one.digest(key) for one in beside for key in keys]
        return combine(parts)

    def _place(self, key: str) -> Place:
        wanted = self._mappings.get(key, "")
        matcher = self._matchers.get(wanted)
        facts = for_category(self.facts, self._categories, key)
        known = matcher.digest if matcher else b""
        path = self._categories[key].path if key in self._categories else ()
        category = matcher.category if matcher else None
        papers = self.eligibility.place(key, self._categories, category)
        told = [self._base, wanted.encode(), known, digest_of([facts, path]), papers.digest]
        return Place(
            category_id=wanted,
            category=category,
            matcher=matcher,
            facts=facts,
            papers=papers,
            digest=combine(told),
            given={value.attribute_id: value for value in facts.attributes},
            completes=completes(facts),
        )

    def _rate_of(self, currency: str) -> str:
        try:
            rate = self._rates.rate(currency, self.rules.currency)
        except UnknownRateError:
            return ""
        return f"{rate.value} {rate.as_of} {rate.source}"


def _sorted(names: frozenset[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)

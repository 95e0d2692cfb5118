"""Assess a file by itself: two passes over it, no account, no database.

The first pass counts and collects the seller's categories; the second judges every product as it
would stand in a shop. A category of the marketplace that is not certain is *presumed*, so that the
rest can be judged, and its offers stay held until a person confirms it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path
from typing import Final

import msgspec

from torgpred.catalogue.core.commerceml.reading import with_shown
from torgpred.catalogue.core.containers import FeedLimits
from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Reader, result_is_catalogue
from torgpred.channels.core.contract import MarketCategory, Rules
from torgpred.kernel.findings import Finding
from torgpred.kernel.money import Rates
from torgpred.listings.core.assess import Assessment, Assessor
from torgpred.listings.core.attributes import AttributeMatcher
from torgpred.listings.core.context import Context, ShopSettings
from torgpred.listings.core.desired import Desired, Product, desire
from torgpred.listings.core.eligibility import NO_PAPERS, Eligibility
from torgpred.listings.core.embedding import installed_encoder
from torgpred.listings.core.mapping import CategoryIndex, Suggestion
from torgpred.listings.core.pricing import Basis, PricingPolicy
from torgpred.listings.core.remarks import Remark, hold
from torgpred.listings.core.siblings import group_of

CONFIRM: Final = hold(
    "category.presumed",
    "The category at the marketplace is presumed: {value}.",
    "Confirm it, or choose another one.",
)

LEAST_CONFIDENCE: Final = 0.5
"""Below it a suggestion is no better than none, so nothing is presumed."""
COST_MARGIN: Final = Decimal(30)
"""Percent that is added to a cost where nobody said another margin."""
PRESUMED_LEAD_TIME: Final = 3
PRESUMED_TEMPLATE: Final = "presumed"

_NAMES: Final = 20
"""Product names kept of each category, as context for suggestions."""
_TELL_EACH: Final = 200
_TOGETHER: Final = 2_000
"""Offers of one product that are judged together at most, so that memory stays flat."""

Progress = Callable[[int], None]
Looked = Callable[["FileLook"], None]


class Market(msgspec.Struct, frozen=True):
    """What is known of a marketplace without an account there."""

    code: str
    name: str
    rules: Rules
    categories: tuple[MarketCategory, ...]
    """All categories; attributes with all values of their dictionaries."""
    learnt: bool = False
    """True where the categories are the marketplace's own, False for the sample tree."""


class Wishes(msgspec.Struct, frozen=True):
    """What the asker assumes about prices. Without a `basis` the file decides it.

    A file with prices is taken to give shelf prices; one with costs only is priced from the cost.
    """

    policy: PricingPolicy
    margin: Decimal | None = None
    """Percent; None: `COST_MARGIN` where prices start from the cost, else none."""
    basis: Basis | None = None
    rates: Rates = Rates({})
    answers: int = 8
    """How many answers are ranked at most."""


class FileLook(msgspec.Struct):
    """What the first pass saw. Memory is bounded by the number of categories and codes."""

    format: str
    profile: str = ""
    encoding: str = ""
    scope: str = ""
    complete: bool = False
    offers: int = 0
    """Offer elements or rows, duplicates and broken ones too."""
    taken: int = 0
    priced: int = 0
    costed: int = 0
    findings: Counter[str] = msgspec.field(default_factory=Counter)
    """How many findings of each code."""
    examples: dict[str, Finding] = msgspec.field(default_factory=dict)
    """The first finding of each code."""
    in_category: Counter[str] = msgspec.field(default_factory=Counter)
    names: dict[str, list[str]] = msgspec.field(default_factory=dict)
    categories: Mapping[str, Category] = {}

    def note(self, findings: Iterable[Finding]) -> None:
        """Count findings."""
        for finding in findings:
            self.findings[finding.code] += 1
            self.examples.setdefault(finding.code, finding)

    def count(self, offers: Sequence[Offer]) -> None:
        """Count the offers of one product."""
        group = group_of(offers)
        self.in_category[group] += len(offers)
        names = self.names.setdefault(group, [])
        if len(names) < _NAMES and offers[0].name:
            names.append(offers[0].name)
        self.priced += sum(one.price is not None for one in offers)
        self.costed += sum(one.cost is not None for one in offers)


class Place(msgspec.Struct, frozen=True):
    """One of the seller's categories and where its offers would stand at the marketplace.

    Without a `category_id` nothing like it was found. `certain` ones ask for no confirmation.
    """

    key: str
    path: tuple[str, ...]
    offers: int
    category_id: str = ""
    market_path: tuple[str, ...] = ()
    confidence: float = 0.0
    reason: str = ""
    certain: bool = False
    others: tuple[Suggestion, ...] = ()
    """What else it may be, best first."""

    @property
    def presumed(self) -> bool:
        """Whether a person has to confirm it."""
        return bool(self.category_id) and not self.certain


class Assessed(msgspec.Struct, frozen=True):
    """All that an assessment says, for a shell to print."""

    file: str
    market: Market
    look: FileLook
    places: tuple[Place, ...]
    """Most offers first."""
    result: Assessment
    policy: PricingPolicy
    """The one the prices were worked out with."""
    asked: int
    """How many answers the asker wants at most; the result has more, to be joined."""
    attribute_names: Mapping[str, str]
    """Names of the marketplace's attributes by "attribute:<id>", as facts name them."""

    @property
    def readable(self) -> bool:
        """Whether any offer could be taken."""
        return self.look.taken > 0

    @property
    def confirmed(self) -> int:
        """How many offers could go live once the presumed categories are confirmed."""
        return self.result.ready + self.result.by_fact.get("category", 0)


def assess(
    path: Path,
    market: Market,
    wishes: Wishes,
    *,
    eligibility: Eligibility = NO_PAPERS,
    progress: Progress | None = None,
    looked: Looked | None = None,
    limits: FeedLimits | None = None,
) -> Assessed:
    """Assess a local file. Raises nothing for bad content; memory is flat in the file's size.

    `eligibility` holds the duties that are known of the marketplace. `progress` is told how many
    entries were gone through, both passes together; `looked` what the first pass saw, while it
    goes on and at its end. Offers of one product are judged together where they stand one after
    another in the file.
    """
    tell = teller(progress)
    look = look_at_file(open_feed(path, limits=limits), tell, looked)
    reader = open_feed(path, limits=limits)
    return judge(path.name, reader, look, market, wishes, eligibility=eligibility, tell=tell)


def judge(
    name: str,
    reader: Reader,
    look: FileLook,
    market: Market,
    wishes: Wishes,
    *,
    eligibility: Eligibility = NO_PAPERS,
    tell: Progress,
) -> Assessed:
    """Go through a file anew, of which `look` was had, and say what could go live of it."""
    places = places_of(look, market.categories) if look.taken else ()
    policy = _policy(look, wishes)
    context, names = _context(look, places, market, policy, wishes.rates, eligibility)
    assessor = Assessor()
    if look.taken:
        presumed = {one.key: one for one in places if one.presumed}
        for offers in _products(_taken(reader, tell, None)):
            assessor.add(_held_if_presumed(desire(Product(offers), context), presumed))
    return Assessed(
        file=name,
        market=market,
        look=look,
        places=places,
        result=assessor.summary(2 * wishes.answers + 2),
        policy=policy,
        asked=wishes.answers,
        attribute_names=names,
    )


def teller(progress: Progress | None) -> Progress:
    """Return what counts entries over both passes and tells `progress` now and then."""
    return _Teller(progress)


def look_at_file(reader: Reader, tell: Progress, looked: Looked | None = None) -> FileLook:
    """Go through a file once and say what it holds; `looked` is told on the way and at the end."""
    look = FileLook(format=reader.format)
    told = 0
    for offers in _products(_taken(reader, tell, look)):
        look.count(offers)
        if looked is not None and look.offers - told >= _TELL_EACH:
            told = look.offers
            looked(look)
    look.note(reader.findings())
    look.profile, look.encoding = reader.profile, reader.encoding
    look.scope, look.complete = reader.scope.value, result_is_catalogue(reader)
    look.categories = reader.categories
    if looked is not None:
        looked(look)
    return look


def places_of(look: FileLook, categories: Sequence[MarketCategory]) -> tuple[Place, ...]:
    """Return where each of the seller's categories that has offers would stand."""
    index = CategoryIndex(categories, encoder=installed_encoder())
    ranked = sorted(look.in_category.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(_place(index, look, key, offers) for key, offers in ranked)


def _place(index: CategoryIndex, look: FileLook, key: str, offers: int) -> Place:
    known = look.categories.get(key)
    path = (known.path or (known.name,)) if known else ()
    found = index.suggest(path, names=look.names.get(key, ()), limit=3)
    if not found or (found[0].confidence < LEAST_CONFIDENCE and not found[0].auto_accept):
        return Place(key, path, offers, others=tuple(found))
    best = found[0]
    return Place(
        key=key,
        path=path,
        offers=offers,
        category_id=best.category_id,
        market_path=best.path,
        confidence=best.confidence,
        reason=best.reason,
        certain=best.auto_accept,
        others=tuple(found[1:]),
    )


def _policy(look: FileLook, wishes: Wishes) -> PricingPolicy:
    basis = wishes.basis
    if basis is None:
        basis = Basis.COST if look.costed and not look.priced else Basis.SHELF
    margin = wishes.margin
    if margin is None:
        margin = COST_MARGIN if basis is Basis.COST else wishes.policy.margin
    return msgspec.structs.replace(wishes.policy, basis=basis, margin=margin)


def _context(
    look: FileLook,
    places: Sequence[Place],
    market: Market,
    policy: PricingPolicy,
    rates: Rates,
    eligibility: Eligibility,
) -> tuple[Context, dict[str, str]]:
    """Return the context of a shop that does not exist yet, and its attributes' names."""
    mappings = {one.key: one.category_id for one in places if one.category_id}
    wanted = set(mappings.values())
    chosen = [one for one in market.categories if one.id in wanted]
    names = {
        f"attribute:{attribute.id}": attribute.name
        for category in chosen
        for attribute in category.attributes
    }
    context = Context(
        settings=ShopSettings(
            external_prefix="",
            language=next(iter(market.rules.texts)),
            delivery_template_id=PRESUMED_TEMPLATE,
            lead_time_days=PRESUMED_LEAD_TIME,
        ),
        rules=market.rules,
        policy=policy,
        rates=rates,
        categories=look.categories,
        mappings=mappings,
        matchers={one.id: AttributeMatcher(one) for one in chosen},
        eligibility=eligibility,
    )
    return context, names


def _held_if_presumed(desired: Desired, presumed: Mapping[str, Place]) -> Desired:
    """Return the desired state, held until a person confirms its category."""
    place = presumed.get(desired.group)
    if place is None:
        return desired
    finding = CONFIRM.at("", " / ".join(place.market_path))
    remark = Remark(finding, "", "category", desired.group)
    return msgspec.structs.replace(
        desired,
        draft=None,
        remarks=(*desired.remarks, remark),
        variants=tuple([msgspec.structs.replace(one, held=True) for one in desired.variants]),
    )


class _Teller:
    """Counts entries over both passes and tells now and then."""

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._seen = 0

    def __call__(self, more: int) -> None:
        self._seen += more
        if self._progress is not None and self._seen % _TELL_EACH == 0:
            self._progress(self._seen)


def _taken(reader: Reader, tell: Progress, look: FileLook | None) -> Iterator[Offer]:
    for entry in reader.entries():
        tell(1)
        taken = reader.read(entry)
        if look is not None:
            look.offers += 1
            look.taken += taken.offer is not None
            look.note(taken.findings)
        if taken.offer is not None:
            yield with_shown(reader, taken.offer)


def _products(offers: Iterable[Offer]) -> Iterator[tuple[Offer, ...]]:
    """Yield offers of one product that stand together, at most `_TOGETHER` at a time."""
    for _, group in groupby(offers, key=lambda one: one.product_key or one.key):
        while chunk := tuple(islice(group, _TOGETHER)):
            yield chunk

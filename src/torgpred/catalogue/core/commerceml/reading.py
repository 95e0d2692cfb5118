"""Read an exchange of 1C (CommerceML 2 and 3): one XML file, or all of a zip, as one catalogue.

Goods stand in one file and their prices and stocks in another, so the offers are gathered first,
in a few hundred bytes each, and joined with the goods in a second pass.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import msgspec
from msgspec.structs import replace

from torgpred.catalogue.core.commerceml.classifier import Classifier
from torgpred.catalogue.core.commerceml.documents import Document, truth
from torgpred.catalogue.core.commerceml.goods import Product, pictures_of, product_from, raw_of
from torgpred.catalogue.core.commerceml.members import Members
from torgpred.catalogue.core.commerceml.packages import Packages, Part, prices_of
from torgpred.catalogue.core.commerceml.properties import told
from torgpred.catalogue.core.containers import FeedLimits, Source, names_in
from torgpred.catalogue.core.offers import READER_VERSION, Category, Offer
from torgpred.catalogue.core.reading import Entry, Reader, Scope, Taken
from torgpred.catalogue.core.yml.building import Surroundings, build
from torgpred.catalogue.core.yml.header import NO_OFFERS
from torgpred.catalogue.core.yml.parsing import Raw
from torgpred.catalogue.core.yml.reading import DUPLICATE, PARTIAL
from torgpred.catalogue.core.yml.seen import SeenKeys
from torgpred.kernel.digests import canonical, combine, digest
from torgpred.kernel.findings import Finding, Kind, Severity

PRICE_KIND = Kind(
    "commerceml.price_kind",
    Severity.NOTE,
    "The exchange holds several kinds of prices; {value} was read. The others: {others}.",
    "If shoppers pay another one, let 1C export that kind alone.",
)
WHOLESALE = Kind(
    "commerceml.wholesale",
    Severity.WARNING,
    "The exchange holds only wholesale prices and the like ({kinds}); {value} was read.",
    "Let 1C export the price that shoppers pay.",
)
COSTS_ONLY = Kind(
    "commerceml.costs_only",
    Severity.WARNING,
    "The exchange holds what goods cost the seller ({kinds}), but no price; none was read.",
    "Let 1C export the price that shoppers pay.",
)
UNEXPLAINED = Kind(
    "commerceml.price_kinds_unknown",
    Severity.WARNING,
    "Prices are of {value} kinds ({kinds}), and the file does not say which is which: "
    "none was read.",
    "Give the file that names the kinds (ТипыЦен, in offers.xml or import.xml) in one zip with "
    "this one, or let 1C export one kind alone.",
)
CURRENCY = Kind(
    "commerceml.currency_unknown",
    Severity.WARNING,
    "Prices are in {value}, which is no known currency; they were read without one.",
    "Let 1C name currencies by their codes, such as RUB, KZT or USD.",
)
NO_PRICES = Kind(
    "commerceml.no_prices",
    Severity.WARNING,
    "The file holds goods without prices and stocks: in 1C they are in offers.xml.",
    "Give import.xml and offers.xml together, in one zip.",
)
CHANGES_ONLY = Kind(
    "commerceml.changes_only",
    Severity.NOTE,
    "The exchange holds changes only: what is not in it stays as it is.",
    "Export everything once when goods are gone.",
)
DELETED = Kind(
    "commerceml.deleted",
    Severity.NOTE,
    "{value} goods are marked as deleted in 1C; they were left out.",
    "Nothing, if that is right.",
)
SWITCHED_OFF = Kind(
    "commerceml.switched_off",
    Severity.NOTE,
    "{value} goods are switched off in the shop that wrote the file; they were left out.",
    "Nothing, if that is right.",
)
PICTURES_BESIDE = Kind(
    "commerceml.pictures_beside",
    Severity.WARNING,
    "{value} pictures that the exchange names are not in the file; they were left out.",
    "Pack import.xml, offers.xml and the folder import_files into one ZIP.",
)

_FEW = 4
_MOST_SHOWN = 30
"""Pictures of one offer that are kept; marketplaces take half of that."""
_STANDS_FOR = "https://pictures.example/{}.jpg"
_encode = msgspec.msgpack.Encoder().encode
_Encoded = tuple[dict[str, str], list[tuple[str, dict[str, str] | None, str]]]
_decode = msgspec.msgpack.Decoder(_Encoded).decode


class ExchangeReader:
    """A `Reader` over the files of one exchange (see `catalogue.core.reading`)."""

    format = "commerceml"

    def __init__(self, sources: Sequence[Source], limits: FeedLimits) -> None:
        self._documents = [Document(source, limits) for source in sources]
        self._place = self._documents[0].source.path.name
        self.encoding = self._documents[0].encoding.name
        self.profile = "exchange" if len(sources) > 1 else "file"
        self.complete = False
        self._classifier = Classifier()
        self._packages = Packages()
        self._archive = Members(names_in(sources[0]), [one.member for one in sources])
        self.pictures: dict[str, tuple[str, ...]] = {}
        """Members of the archive that show an offer, by its key; complete after `entries`."""
        self._lost: set[str] = set()
        self._goods = self._deleted = self._off = 0
        self._changes = False
        self._gather()
        self.currencies: Mapping[str, str] = {}
        self.categories: Mapping[str, Category] = self._classifier.categories
        self.scope = Scope.CATALOGUE if self._goods else Scope.PARTIAL
        self._ending: list[Finding] = []
        self._seen = SeenKeys()
        kinds = self._classifier.prices.items()
        self._common = combine(
            [
                b"commerceml", str(READER_VERSION).encode(),
                canonical([(key, kind.name, kind.currency) for key, kind in sorted(kinds)]),
                canonical(sorted(self._classifier.odd_currencies)),
            ]
        )  # fmt: skip
        codes = {kind.currency for _, kind in kinds if kind.currency}
        sole = len(codes) == 1 and not self._classifier.odd_currencies
        self._around = Surroundings(
            categories=self._classifier.categories,
            sole_currency=codes.pop() if sole else "",
            partial=lambda: self.scope is Scope.PARTIAL,
            base="",
        )

    def entries(self) -> Iterator[Entry]:
        """Yield every offer of the exchange: by product, then those whose product is not in it."""
        self.complete, self._ending = False, []
        self._lost.clear()
        self._deleted = self._off = number = 0
        for raw in self._offers():
            number += 1
            yield self._entry(number, raw)
        self._end(number)

    def read(self, entry: Entry) -> Taken:
        """Read one offer. Raises nothing for bad content: it becomes findings."""
        if not isinstance(entry.raw, bytes):
            raise TypeError("the entry is of another reader")
        raw = Raw(*_decode(entry.raw))
        findings: list[Finding] = []
        key = raw.attributes["id"]
        place = _place_of(raw)
        offer = build(raw, len(entry.raw), place, self._around, findings)
        if offer is None:
            return Taken(None, tuple(findings), key)
        first = self._seen.first(offer.key, entry.number)
        if first != entry.number:
            return Taken(None, (DUPLICATE.at(place, offer.key, first=first),), offer.key)
        return Taken(offer, tuple(findings))

    def findings(self) -> list[Finding]:
        """Return the findings about the exchange; complete after `entries` ran out."""
        of_files = [one for document in self._documents for one in document.source.findings]
        return [*_once(of_files), *self._ending]

    def _gather(self) -> None:
        """Go through all files for what must be known before the first offer is read."""
        for document in self._documents:
            for name, element in document.elements():
                if name == "Предложение":
                    self._classifier.meet(self._packages.take(element))
                elif name == "ТипЦены":
                    self._classifier.take_price(element)
                elif name == "Классификатор":
                    self._classifier.take(element)
                elif name == "Товар":
                    self._goods += 1
                    self._classifier.meet(prices_of(element))
                if truth(element.get("СодержитТолькоИзменения", "")):
                    self._changes = True
                if name == "ИзмененияПакетаПредложений":
                    self._changes = True

    def _offers(self) -> Iterator[Raw]:
        met: set[str] = set()
        for product in self._products():
            met.add(product.own.key)
            if product.deleted:
                self._deleted += 1
                continue
            if not product.active:
                self._off += 1
                continue
            parts = self._packages.of(product.own.key)
            if not parts and not (self._changes and self._packages):
                # Without a word on its price among changes, the known one must stay.
                parts = [product.own]
            for part in self._live(parts):
                yield self._offer(product, part)
        for key in self._packages.products():
            if key not in met:
                for part in self._live(self._packages.of(key)):
                    yield self._offer(None, part)

    def _live(self, parts: list[Part]) -> Iterator[Part]:
        """Yield the offers that the shop has not switched off one by one."""
        for part in parts:
            if told(part.properties, self._classifier).active:
                yield part
            else:
                self._off += 1

    def _offer(self, product: Product | None, part: Part) -> Raw:
        """Return an offer in the words of YML, once its pictures in the archive are found."""
        found: dict[str, None] = {}
        for path in pictures_of(product, part)[1][:_MOST_SHOWN]:
            if member := self._archive.find(path):
                found[member] = None
            else:
                self._lost.add(path)
        if found:
            self.pictures[part.key] = tuple(found)
        return raw_of(product, part, self._classifier)

    def _products(self) -> Iterator[Product]:
        for document in self._documents:
            for name, element in document.elements():
                product = product_from(element, self._classifier) if name == "Товар" else None
                if product is not None:
                    yield product

    def _entry(self, number: int, raw: Raw) -> Entry:
        body = _encode((raw.attributes, raw.items))
        key = next((text for tag, _, text in raw.items if tag == "categoryId"), "")
        category = self._classifier.categories.get(key)
        path = "\x1f".join(category.path) if category else ""
        whole = combine([self._common, path.encode(), body])
        return Entry(number, f"offer {number}", digest(whole), body)

    def _end(self, number: int) -> None:
        cut = any(document.cut for document in self._documents)
        self.complete = number > 0 and not cut and not self._changes
        found = self._ending
        if not number:
            found.append(NO_OFFERS.at(self._place))
        if self._changes:
            found.append(CHANGES_ONLY.at(self._place))
        if self.scope is Scope.PARTIAL and number:
            found.append(PARTIAL.at(self._place))
        if number and not self._packages and not self._classifier.met:
            found.append(NO_PRICES.at(self._place))
        if self._deleted:
            found.append(DELETED.at(self._place, self._deleted))
        if self._off:
            found.append(SWITCHED_OFF.at(self._place, self._off))
        if self._lost:
            found.append(PICTURES_BESIDE.at(self._place, len(self._lost)))
        found += _of_prices(self._classifier, self._place)


def _place_of(raw: Raw) -> str:
    """Return how findings name an offer: by its product's name too, since 1C's ids say nothing."""
    key = raw.attributes["id"][:80]
    name = next((" ".join(text.split())[:60] for tag, _, text in raw.items if tag == "name"), "")
    return f'offer "{name} ({key})"' if name else f'offer "{key}"'


def _of_prices(classifier: Classifier, place: str) -> Iterator[Finding]:
    """Yield what is to be said of the kinds of prices, and of their currencies."""
    for word in classifier.odd_currencies:
        yield CURRENCY.at(place, word)
    if classifier.unexplained:
        yield UNEXPLAINED.at(place, len(classifier.met), kinds=_few(classifier.met))
    kinds, read = classifier.prices, classifier.retail()
    names = [kind.name for kind in kinds.values()]
    if names and read is None:
        yield COSTS_ONLY.at(place, kinds=", ".join(names))
    elif read is not None and classifier.is_wholesale(read):
        wholesale = ", ".join(kinds[key].name for key in kinds if classifier.is_wholesale(key))
        yield WHOLESALE.at(place, kinds[read].name, kinds=wholesale)
    elif read is not None and len(names) > 1:
        others = ", ".join(kind.name for key, kind in kinds.items() if key != read)
        yield PRICE_KIND.at(place, kinds[read].name, others=others)


def _few(keys: Mapping[str, None]) -> str:
    """Return the first ids: they may be long, and a hundred."""
    shown = [key or "-" for key in islice(keys, _FEW)]
    return ", ".join([*shown, "..."] if len(keys) > _FEW else shown)


def with_shown(reader: Reader, offer: Offer) -> Offer:
    """Return an offer with addresses that stand for its pictures in the exchange's archive.

    Once the file is taken in they are kept, and have real ones. For the offer read last.
    """
    if offer.pictures or not isinstance(reader, ExchangeReader):
        return offer
    members = reader.pictures.get(offer.key, ())
    return replace(offer, pictures=tuple(_STANDS_FOR.format(at) for at in range(len(members))))


def _once(findings: list[Finding]) -> list[Finding]:
    kept: list[Finding] = []
    for finding in findings:
        if finding not in kept:
            kept.append(finding)
    return kept

"""The fix file is written: a seller's held offers with only the empty cells to fill."""

import tempfile
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from heapq import merge
from pathlib import Path
from typing import IO, Final

import msgspec
from babel import Locale
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Problem
from torgpred.kernel.findings import Finding
from torgpred.listings.core.desired import Desired, Product, desire
from torgpred.listings.core.fixing import layout
from torgpred.listings.core.fixing.layout import Choices, SheetPlan, with_id
from torgpred.listings.core.fixing.questions import Lacking, known, lacking, ranked_groups
from torgpred.listings.core.holds import refusal
from torgpred.listings.services import decisions
from torgpred.listings.services.contexts import Surroundings, gather, shop_policy
from torgpred.listings.services.fix_book import (
    Book,
    CategoryQuestion,
    FixRow,
    Owner,
    ShopQuestion,
)
from torgpred.listings.services.locking import lock_planning
from torgpred.listings.services.refreshing import refresh
from torgpred.runtime.scope import scope

CHUNK: Final = 1_000
"""Products that are read together."""
REFERENCE_MOST: Final = 20_000
"""The marketplace's categories are listed for looking up where there are no more."""
_NAME_MOST: Final = 250

_HELD = """
    SELECT product_key,
           CASE WHEN refused THEN refusal ELSE ''::bytea END
    FROM listings_desired
    WHERE seller_id = %s AND shop_id = %s
      AND (ready_offers < offers OR refused)
    ORDER BY product_key COLLATE "C"
"""

Progress = Callable[[int, int], None]


class FixSummary(msgspec.Struct, frozen=True):
    """What a fix file asks. `offers` are held, `rows` of them stand in it with cells to fill."""

    path: str
    offers: int
    rows: int
    sheets: int
    cells: int
    """Open cells."""
    categories: int
    """Categories to map."""
    of_shop: int
    """Facts of the whole shop to choose."""
    beyond: int
    """Offers that only the seller's own file can mend."""


def write_fix(
    *,
    seller_id: int,
    shop_id: int,
    seller: str,
    path: Path,
    say: layout.Say,
    on_progress: Progress | None = None,
) -> FixSummary:
    """Write the fix file of a seller in a shop; `say` gives its texts in the reader's language.

    Brings desired states up to date first and asks the marketplace for dictionaries that were
    never learnt. Memory does not grow with the catalogue. Raises RulesNotLearntError, OSError, and
    what calls raise.
    """
    shop = channels.shop(shop_id)
    decisions.settle_certain(seller_id=seller_id, family=shop.family)
    mapped = decisions.mappings(seller_id, shop.family).values()
    channel_services.learn_missing_dictionaries(shop_id, {card.market_category for card in mapped})
    around = gather(seller_id=seller_id, shop_id=shop_id)
    with tempfile.TemporaryFile() as rows, tempfile.TemporaryFile() as mends:
        asked = _Asked(rows, mends)
        with scope(seller_id):
            lock_planning(seller_id)
            refresh(around)
            _collect(around, asked, on_progress)
        owner = Owner(seller_id, seller, shop_id, shop.name)
        with _whole_or_gone(path), Book(path, owner, say) as book:
            _Layout(around, asked, shop.family, say).write(book)
        return FixSummary(
            path=str(path),
            offers=asked.offers,
            rows=asked.rows,
            sheets=min(len(asked.by_group), layout.SHEETS_MOST),
            cells=asked.cells,
            categories=len(asked.unmapped),
            of_shop=len(asked.shop),
            beyond=asked.beyond,
        )


@contextmanager
def _whole_or_gone(path: Path) -> Iterator[None]:
    """Prove that the file can be written; where its writing breaks off, leave none behind."""
    path.touch()
    try:
        yield
    except BaseException:
        path.unlink(missing_ok=True)
        raise


class _Mend(msgspec.Struct, frozen=True, array_like=True):
    key: str
    name: str
    finding: Finding


class _Asked:
    """What held offers ask, spooled to files; only counts by group stay in memory."""

    def __init__(self, rows: IO[bytes], mends: IO[bytes]) -> None:
        self._rows = rows
        self._mends = mends
        self.offers = self.rows = self.cells = self.beyond = 0
        self.by_group: Counter[str] = Counter()
        self._places: dict[str, array[int]] = {}
        self.facts: dict[str, dict[str, set[str]]] = {}
        """Facts that are lacking by group, by the marketplace's category."""
        self.unmapped: Counter[str] = Counter()
        self.shop: Counter[str] = Counter()

    def add(self, row: FixRow, lacks: Lacking) -> None:
        """Keep a held offer."""
        self.offers += 1
        self.shop.update(lacks.shop)
        if lacks.category:
            self.unmapped[row.group] += 1
        if lacks.asks:
            self.rows += 1
            self.cells += len(row.facts)
            self.by_group[row.group] += 1
            places = self.facts.setdefault(row.group, {})
            places.setdefault(row.market, set()).update(row.facts)
            self._places.setdefault(row.group, array("Q")).append(self._rows.tell())
            self._rows.write(msgspec.json.encode(row) + b"\n")
        if lacks.beyond:
            self.beyond += 1
            for finding in lacks.beyond:
                self.mend(row.key, row.name, finding)

    def mend(self, key: str, name: str, finding: Finding) -> None:
        """Keep why only the seller's own file helps."""
        self._mends.write(msgspec.json.encode(_Mend(key, name, finding)) + b"\n")

    def rows_of(self, groups: Sequence[str]) -> Iterator[FixRow]:
        """Yield the kept rows of some groups, in the order they were kept."""
        decode = msgspec.json.Decoder(FixRow).decode
        for place in merge(*(self._places[group] for group in groups)):
            self._rows.seek(place)
            yield decode(self._rows.readline())

    def mends(self) -> Iterator[_Mend]:
        """Yield what only the seller's own file can mend."""
        self._mends.seek(0)
        for line in self._mends:
            yield msgspec.json.decode(line, type=_Mend)


def _collect(around: Surroundings, asked: _Asked, on_progress: Progress | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_HELD, [around.seller_id, around.shop_id])
        held: list[tuple[str, bytes]] = cursor.fetchall()
    problems = msgspec.json.Decoder(tuple[Problem, ...])
    for start in range(0, len(held), CHUNK):
        chunk = dict(held[start : start + CHUNK])
        for key, offers in catalogue.stream_products(around.seller_id, product_keys=list(chunk)):
            wanted = desired_of(around, tuple(offer for _, offer in offers))
            refused = chunk[key]
            if refused:
                said = refusal(problems.decode(bytes(refused))).finding
                for variant in wanted.parts.variants:
                    asked.beyond += 1
                    asked.mend(variant.offer.key, variant.offer.name[:_NAME_MOST], said)
            _add(wanted, asked)
        if on_progress is not None:
            on_progress(min(start + CHUNK, len(held)), len(held))


def desired_of(around: Surroundings, offers: tuple[Offer, ...]) -> Desired:
    """Return the desired state of one product as it would be worked out now."""
    whole = tuple(around.completed(offer) for offer in offers)
    return desire(Product(whole), around.context)


def _add(wanted: Desired, asked: _Asked) -> None:
    for figures, variant in zip(wanted.variants, wanted.parts.variants, strict=True):
        if not figures.held:
            continue
        lacks = lacking(wanted, variant)
        row = FixRow(
            key=variant.offer.key,
            name=variant.offer.name[:_NAME_MOST],
            group=wanted.group,
            market=wanted.parts.category_id,
            facts=tuple(sorted(lacks.facts)),
            known=known(wanted.parts, variant) if lacks.asks else {},
        )
        asked.add(row, lacks)


class _Layout:
    """Lays a fix file out from what held offers ask."""

    def __init__(self, around: Surroundings, asked: _Asked, family: str, say: layout.Say) -> None:
        self._around = around
        self._asked = asked
        self._family = family
        self._say = say
        self._market = channels.market_categories(family)
        paths = catalogue.categories(around.seller_id)
        self._paths = {key: " / ".join(one.path) for key, one in paths.items()}

    def write(self, book: Book) -> None:
        """Write all sheets in their order."""
        say, asked = self._say, self._asked
        lines = [say(f"how.{number}") for number in range(1, 9)]
        book.explain(say("sheet.how"), say("how.title"), lines)
        if asked.shop:
            book.shop(say("sheet.shop"), self._shop_questions())
        if asked.unmapped:
            book.categories(say("sheet.map"), self._category_questions())
        for plan in self._plans():
            rows = asked.rows_of(plan.groups)
            book.offers(plan, rows, self._paths)
        if asked.beyond:
            headings = [say(f"mend.{one}") for one in ("sku", "name", "why", "mend")]
            rows_to_mend = ((one.key, one.name, *self._words(one.finding)) for one in asked.mends())
            book.table(say("sheet.mend"), headings, rows_to_mend, (16, 44, 60, 60))
        if asked.unmapped:
            self._reference(book)

    def _words(self, finding: Finding) -> tuple[str, str]:
        return finding.words(self._say)

    def _plans(self) -> Iterator[SheetPlan]:
        asked, most = self._asked, layout.SHEETS_MOST
        own, rest = ranked_groups(asked.by_group, most)
        together = [(group,) for group in own] + ([tuple(rest)] if rest else [])
        for number, groups in enumerate(together, 1):
            yield SheetPlan(
                number=number,
                name=self._name_of(groups),
                groups=groups,
                columns=tuple(self._columns(groups)),
                rows=sum(asked.by_group[group] for group in groups),
            )

    def _name_of(self, groups: tuple[str, ...]) -> str:
        if len(groups) > 1:
            return self._say("sheet.rest")
        path = self._paths.get(groups[0], "")
        return path.rpartition(" / ")[2] or groups[0] or self._say("sheet.no_category")

    def _columns(self, groups: tuple[str, ...]) -> list[layout.Column]:
        facts: dict[str, set[str]] = {}
        for group in groups:
            for market, names in self._asked.facts[group].items():
                facts.setdefault(market, set()).update(names)
        wanted = [one for one in facts if one]
        listed = {
            place: pairs
            for place, pairs in channels.dictionaries(self._family, wanted).items()
            if len(pairs) <= layout.CHOICES_MOST
        }
        rules = self._around.context.rules
        return layout.columns_of(
            facts, self._market, listed, rules, self._say, countries(self._say("language"))
        )

    def _shop_questions(self) -> list[ShopQuestion]:
        policy = shop_policy(self._around.seller_id, self._around.shop_id)
        rules = self._around.context.rules
        found: list[ShopQuestion] = []
        for fact in sorted(self._asked.shop):
            kind, _, name = fact.partition(":")
            heading = self._say(f"ask.{kind}", name=name, currency=rules.currency)
            if kind == "delivery_template":
                templates = channels.delivery_templates(self._around.shop_id)
                choices = Choices(tuple((one.id, with_id(one.name, one.id)) for one in templates))
                found.append(ShopQuestion(fact, heading, policy.delivery_template_id, choices))
            elif kind == "lead_time":
                least, most = rules.lead_time_days
                bounds = (Decimal(least), Decimal(most))
                now = str(policy.lead_time_days or "")
                found.append(ShopQuestion(fact, heading, now, number=bounds))
            elif kind == "unit":
                units = Choices(tuple((one, one) for one in rules.units))
                found.append(ShopQuestion(fact, heading, policy.unit, units))
            else:
                bounds = (Decimal("0.0001"), Decimal(10) ** 6)
                found.append(ShopQuestion(fact, heading, "", number=bounds))
        return found

    def _category_questions(self) -> list[CategoryQuestion]:
        suggested: Mapping[str, tuple[str, ...]] = {
            one.key: tuple(
                with_id(" / ".join(this.path), this.category_id) for this in one.suggestions
            )
            for one in decisions.suggestions(seller_id=self._around.seller_id, family=self._family)
        }
        ranked = sorted(self._asked.unmapped.items(), key=lambda pair: (-pair[1], pair[0]))
        return [
            CategoryQuestion(
                key=key,
                path=(self._paths.get(key, ""),),
                offers=count,
                choices=suggested.get(key, ()),
            )
            for key, count in ranked
        ]

    def _reference(self, book: Book) -> None:
        leaves = [one for one in self._market.values() if one.leaf]
        if len(leaves) <= REFERENCE_MOST:
            rows = sorted((with_id(" / ".join(one.path), one.id),) for one in leaves)
            book.table(self._say("sheet.market"), [self._say("map.answer")], rows, (110,))


def countries(language: str) -> Choices:
    """Return the countries by their names in a language, sorted."""
    names = Locale(language).territories
    rows = [(code, name) for code, name in names.items() if len(code) == 2 and code.isalpha()]
    return layout.choices_of(sorted(rows, key=lambda pair: pair[1]))

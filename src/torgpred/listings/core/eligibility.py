"""Which papers and duties concern a seller's offers on a day: the checks ask, contexts remember.

Pure: the day is given. What is remembered by digest is how each paper and duty stands on the day,
not the day itself, so that a digest changes only when one of them begins, nears its end or ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

import msgspec

from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.core.papers import Paper, PaperKind, Standing
from torgpred.channels.core.contract import MarketCategory
from torgpred.kernel.digests import digest_of
from torgpred.listings.core.duties import Duty, DutyBook, brand_key, of_day
from torgpred.listings.core.facts import upwards
from torgpred.listings.core.remarks import Remark


class Held(msgspec.Struct, frozen=True, gc=False):
    """A paper as it stands on the day. `brand` is folded; empty where it covers any."""

    id: int
    kind: PaperKind
    shown: str
    until: str
    brand: str
    standing: Standing


class PlacePapers:
    """What concerns one of the seller's categories: duties and the papers that cover all of it."""

    def __init__(
        self,
        eligibility: "Eligibility",
        named: frozenset[int],
        marks: frozenset[str],
        papers: tuple[Held, ...],
        digest: bytes,
    ) -> None:
        self.book = eligibility.book
        self.by_offer = eligibility.by_offer
        self.kinds_in_force = eligibility.kinds_in_force
        self.papers = papers
        self.digest = digest
        """16 bytes over all of it but the papers of single offers; empty where there is nothing."""
        self.quiet = not (self.book.duties or papers or self.by_offer)
        self.by_brand = eligibility.by_brand
        self.said: dict[tuple[frozenset[int], str], tuple[Remark, ...]] = {}
        """What was said of products alike: the same duties, the same brand, no papers of their own.
        """
        self._named = named
        """Places in the book of the duties that concern the whole category, whatever the name."""
        self._marks = marks
        """Words of the category's names that are read together with every offer's."""

    def concerning(self, name: str, codes: tuple[str, ...]) -> frozenset[int]:
        """Return the places in the book of the duties that concern a product, branded or not."""
        places = self.book.of_name(name, self._marks)
        if self._named:
            places |= self._named
        return places | self.book.of_codes(codes) if codes else places


class Eligibility:
    """One seller's papers and one marketplace's duties, as they stand on a day.

    `duties` may hold those of other marketplaces and times, `papers` ended ones too: both are
    judged here. `parents` holds the marketplace's categories: id -> id of the one above.
    """

    def __init__(
        self,
        *,
        family: str,
        day: date,
        duties: Iterable[Duty] = (),
        papers: Iterable[Paper] = (),
        parents: Mapping[str, str] | None = None,
    ) -> None:
        self.book = DutyBook(of_day([one for one in duties if one.about(family)], day), parents)
        self.kinds_in_force = frozenset(
            kind for one in self.book.duties if one.holds for kind in one.needs
        )
        """Kinds of papers that some duty in force asks for here."""
        self._everything: list[Held] = []
        self._by_category: dict[str, list[Held]] = {}
        self.by_offer: dict[str, tuple[Held, ...]] = {}
        """Papers that cover single offers, by offer key."""
        for paper in papers:
            standing = paper.standing(day)
            if standing is not Standing.AHEAD:
                self._sort_in(paper, standing)
        self._digest = digest_of(self.book.duties) if self.book.duties else b""
        some = (self._everything, *self._by_category.values(), *self.by_offer.values())
        self.by_brand = any(one.branded for one in self.book.duties) or any(
            one.brand for papers in some for one in papers
        )
        """True where a brand changes what is said."""

    def place(
        self,
        category: str,
        categories: Mapping[str, Category],
        market: MarketCategory | None = None,
    ) -> PlacePapers:
        """Return what concerns a seller's category and the marketplace's that it is mapped to.

        Of the seller's categories only the nearest name is read: higher ones join many trades.
        """
        papers = list(self._everything)
        for key in upwards(categories, category):
            papers += self._by_category.get(key, ())
        own = categories[category].name if category in categories else ""
        book = self.book
        named, marks = book.everywhere, book.marks_of(own)
        if market is not None:
            named |= book.of_category(market.id)
            marks |= book.marks_of(market.name)
        covering = tuple(sorted(papers, key=lambda one: one.id))
        mark = b""
        if self._digest or covering:
            mark = digest_of([self._digest, sorted(named), sorted(marks), covering])
        return PlacePapers(self, frozenset(named), marks, covering, mark)

    def digest(self, key: str) -> bytes:
        """Return 16 bytes over the papers of one offer; empty where it has none of its own."""
        found = self.by_offer.get(key)
        return b"" if found is None else digest_of(found)

    def _sort_in(self, paper: Paper, standing: Standing) -> None:
        held = Held(
            id=paper.id,
            kind=paper.kind,
            shown=paper.shown,
            until="" if paper.valid_until is None else paper.valid_until.isoformat(),
            brand=brand_key(paper.brand),
            standing=standing,
        )
        if paper.group_by == "all":
            self._everything.append(held)
        elif paper.group_by == "category":
            self._by_category.setdefault(paper.category, []).append(held)
        else:
            for key in paper.keys:
                self.by_offer[key] = (*self.by_offer.get(key, ()), held)


def covering(papers: Sequence[Held], kinds: Sequence[PaperKind], brand: str) -> list[Held]:
    """Return the papers of these kinds that cover an offer of a brand, given folded."""
    return [one for one in papers if one.kind in kinds and (not one.brand or one.brand == brand)]


NO_PAPERS: Final = Eligibility(family="", day=date.min)
"""Nothing is asked for, nothing is recorded."""

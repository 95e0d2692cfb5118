"""Checks of papers: what goods such as these need, what they may not do, what has ended."""

from collections.abc import Iterable, Iterator, Sequence
from typing import ClassVar, Final

from typing_extensions import override

from torgpred.catalogue.core.papers import Standing
from torgpred.kernel.findings import VALUE_LIMIT, Kind
from torgpred.listings.core.checks.base import Check, of_variant
from torgpred.listings.core.duties import Duty, brand_key
from torgpred.listings.core.eligibility import Held, covering
from torgpred.listings.core.question import Question
from torgpred.listings.core.remarks import Remark, advice, hold, note

_RECORD: Final = (
    "Record the paper once for the category: torgpred paper add SELLER {document} NUMBER"
    " --category {category}"
)


class PapersThere(Check):
    """Every duty that concerns the goods is met by a valid paper, and no paper has ended.

    Holds only by duties that a person put in force; see `listings.core.duties`.
    """

    MISSING: Final = hold(
        "paper.missing",
        "{value}, since {since} ({source}): no {papers} is recorded for these goods.",
        _RECORD,
    )
    ADVISED: Final = advice(
        "paper.advised",
        "Goods of this kind seem to be under duties: {value}.",
        "Look them up (torgpred duty list) and record the papers once for the category: torgpred"
        " paper add SELLER KIND NUMBER --category {category}",
    )
    ENDED: Final = hold(
        "paper.ended",
        "The {value} ended on {until}.",
        "Record the new one: torgpred paper add SELLER {document} NUMBER, or take the old one back"
        " where the goods need none: torgpred paper undo SELLER {paper}",
    )
    ENDED_TOLD: Final = advice("paper.ended_told", ENDED.template, ENDED.mend)
    ENDING: Final = advice(
        "paper.ending",
        "The {value} ends on {until}.",
        "Have it renewed, and record the new one: torgpred paper add SELLER {document} NUMBER",
    )
    FORBIDDEN: Final = hold(
        "goods.forbidden",
        "{value}, since {since} ({source}).",
        "Take the offers out of the file; if the rule does not concern them, the operator may"
        " lift or narrow it: torgpred duty lift {code}",
    )
    RESTRICTED: Final = advice(
        "goods.restricted",
        "Goods of this kind seem to be restricted: {value}, since {since} ({source}).",
        "Make sure that the marketplace lets you sell them.",
    )
    INELIGIBLE: Final = note(
        "programme.not_eligible",
        "Not eligible for the programme {programme}: {value}, since {since} ({source}).",
        "Record the paper that it asks for, if there is one: {papers}",
    )
    kinds: ClassVar[tuple[Kind, ...]] = (
        MISSING,
        ADVISED,
        ENDED,
        ENDED_TOLD,
        ENDING,
        FORBIDDEN,
        RESTRICTED,
        INELIGIBLE,
    )

    @override
    def look(self, question: Question) -> Sequence[Remark]:
        place = question.papers
        if place.quiet:
            return ()
        parts = question.parts
        places = place.concerning(parts.title, parts.tnved)
        if not places and not place.papers and not place.by_offer:
            return ()
        brand = brand_key(parts.brand) if place.by_brand and parts.brand else ""
        own = place.by_offer
        if own and any(one.offer.key in own for one in parts.variants):
            return _Judging(question, brand).all(places)
        known = place.said.get((places, brand))
        if known is None:
            known = place.said[places, brand] = tuple(_Judging(question, brand).all(places))
        return known


class _Judging:
    """One product's duties held against the papers that cover its variants."""

    def __init__(self, question: Question, brand: str) -> None:
        place = question.papers
        self._question = question
        self._place = place
        self._brand = brand
        own = place.by_offer
        self._papers = {
            one.offer.key: place.papers + own.get(one.offer.key, ()) if own else place.papers
            for one in question.parts.variants
        }
        """Papers by offer key, whatever brand they are for."""
        self._told: set[int] = set()
        self._advised: list[Duty] = []
        """Duties to be told in as few words as may be: it is done for very many offers."""

    def all(self, places: Iterable[int]) -> Sequence[Remark]:
        """Return what there is to say, duties first, then papers that no duty told of.

        What is said of the whole product names no offer, but its category: it is the same for all
        products alike.
        """
        said: list[Remark] = []
        for place in sorted(places):
            duty = self._place.book.duties[place]
            if self._brand or not duty.branded:
                said += self._duty(duty)
        said += self._advice()
        for skus, paper in self._worn():
            said += self._of(skus, *self._of_paper(paper))
        return said

    def _duty(self, duty: Duty) -> Sequence[Remark]:
        lacking: list[str] = []
        ended: Held | None = None
        for sku, papers in self._papers.items():
            found = covering(papers, duty.needs, self._brand) if duty.needs else []
            if not any(one.standing.good for one in found):
                lacking.append(sku)
                ended = max(found, key=lambda one: one.until, default=ended)
        if not lacking:
            return ()
        if ended is not None and not duty.programme:
            self._told.add(ended.id)
            holding = duty.holds or ended.kind in self._place.kinds_in_force
            kind = PapersThere.ENDED if holding else PapersThere.ENDED_TOLD
            return self._of(lacking, kind, ended.shown, f"duty:{duty.code}", _data(ended))
        kind = _kind_for(duty)
        if kind is PapersThere.ADVISED and len(lacking) == len(self._papers):
            self._advised.append(duty)
            return ()
        data = {
            "code": duty.code,
            "since": duty.since.isoformat(),
            "source": duty.source,
            "papers": duty.papers or "there is none",
            "document": duty.needs[0].value if duty.needs else "",
            "category": self._question.group or "CATEGORY",
            "programme": duty.programme,
        }
        value = duty.title
        if kind is PapersThere.ADVISED:
            value = _dated(duty)
        return self._of(lacking, kind, value, f"duty:{duty.code}", data)

    def _advice(self) -> Iterator[Remark]:
        together: list[str] = []
        fact = ""
        for duty in self._advised:
            shown = _dated(duty)
            if together and len("; ".join([*together, shown])) > VALUE_LIMIT:
                yield self._advised_of(together, fact)
                together = []
            fact = fact if together else f"duty:{duty.code}"
            together.append(shown)
        if together:
            yield self._advised_of(together, fact)

    def _advised_of(self, shown: Sequence[str], fact: str) -> Remark:
        group = self._question.group
        data = {"category": group or "CATEGORY"}
        finding = PapersThere.ADVISED.at(group, "; ".join(shown), **data)
        return Remark(finding, "", fact, group)

    def _worn(self) -> Iterator[tuple[list[str], Held]]:
        """Yield the papers that ended or end soon with nothing better in their place."""
        concerned: dict[int, tuple[list[str], Held]] = {}
        for sku, papers in self._papers.items():
            for one in papers:
                if one.standing is Standing.VALID or one.id in self._told:
                    continue
                alike = covering(papers, (one.kind,), self._brand)
                if one in alike and not any(_better(other, one) for other in alike):
                    concerned.setdefault(one.id, ([], one))[0].append(sku)
        yield from concerned.values()

    def _of_paper(self, paper: Held) -> tuple[Kind, str, str, dict[str, str]]:
        if paper.standing is Standing.ENDING:
            kind = PapersThere.ENDING
        elif paper.kind in self._place.kinds_in_force:
            kind = PapersThere.ENDED
        else:
            kind = PapersThere.ENDED_TOLD
        return kind, paper.shown, f"paper:{paper.kind.value}", _data(paper)

    def _of(
        self, skus: Sequence[str], kind: Kind, value: str, fact: str, data: dict[str, str]
    ) -> Sequence[Remark]:
        question = self._question
        if len(skus) == len(self._papers):
            group = question.group
            return (Remark(kind.at(group, value, **data), "", fact, group),)
        return [
            remark
            for sku in skus
            for remark in of_variant(question, sku, kind, value, fact=fact, **data)
        ]


def _kind_for(duty: Duty) -> Kind:
    if duty.programme:
        return PapersThere.INELIGIBLE
    if duty.forbids:
        return PapersThere.FORBIDDEN if duty.holds else PapersThere.RESTRICTED
    return PapersThere.MISSING if duty.holds else PapersThere.ADVISED


def _dated(duty: Duty) -> str:
    return f"{duty.title}, since {duty.since}"


def _data(paper: Held) -> dict[str, str]:
    return {"until": paper.until, "document": paper.kind.value, "paper": str(paper.id)}


def _better(other: Held, one: Held) -> bool:
    """Tell whether another paper of the kind makes this one needless."""
    if one.standing is Standing.ENDING:
        return other.standing is Standing.VALID
    return other.standing.good or (other.until, other.id) > (one.until, one.id)

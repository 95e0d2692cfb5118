"""One question answered good by good: values proposed, and what a person made of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.services import NewStatement
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.digests import canonical
from torgpred.listings.core.answers import PARCEL
from torgpred.listings.core.facts import FactSet, attribute_key
from torgpred.listings.core.proposing import named_amount
from torgpred.listings.services import answering, statements, working_out
from torgpred.listings.services.waiting_offers import WaitingOffer, waiting_offers
from torgpred.web import formats, words
from torgpred.web.answers import NoAnswerError, stated_content
from torgpred.web.desks import Desk
from torgpred.web.questions import Question, questions, weight_told

ROWS: Final = 50
"""So many goods stand on the page; what is given makes room for others."""
_FIELDS: Final = ("value", "weight", "length", "width", "height")


@dataclass(frozen=True, slots=True)
class Row:
    """A good with what stands in its fields, and where that is from."""

    key: str
    name: str
    weight: bool
    package: bool
    typed: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A question with the goods of a page; `number` wait in all."""

    question: Question
    rows: tuple[Row, ...]
    number: int

    @property
    def filled(self) -> bool:
        """Tell whether any value is proposed."""
        return any(row.note for row in self.rows)


def sheet(desk: Desk, shop: ShopCard, fact: str, group: str) -> Sheet | None:
    """Return the goods that wait for an answer; None where nobody asks for it, or for each."""
    asked = questions(desk, shop).questions
    one = next((one for one in asked if (one.fact, one.group) == (fact, group) and one.each), None)
    if one is None:
        return None
    found = waiting_offers(
        seller_id=desk.tenant.id, shop_id=shop.id, fact=fact, group=group, limit=ROWS
    )
    return Sheet(one, tuple(_row(one, offer) for offer in found.shown), found.number)


def _row(question: Question, offer: WaitingOffer) -> Row:
    typed, note = _proposed(question, offer)
    if offer.stated is not None:
        typed, note = _stated(question.fact, offer.stated), words.word("you stated it")
    weight, package = "weight" in offer.facts, "package" in offer.facts
    return Row(offer.key, offer.name, weight, package, typed, note)


def _proposed(question: Question, offer: WaitingOffer) -> tuple[dict[str, str], str]:
    """Return what may be meant, and why it may be: from the good's name, or the file's figure."""
    if question.kind == PARCEL:
        if offer.told_kg is None:
            return {}, ""
        told = weight_told(offer.told_kg)
        if offer.meant_kg is None:
            return {}, words.say("the file says {weight}", weight=told)
        typed = {"weight": formats.typed(offer.meant_kg)}
        if offer.meant_kg > offer.told_kg:
            return typed, words.say("the file says {weight}; perhaps kilograms?", weight=told)
        return typed, words.say("the file says {weight}; perhaps grams?", weight=told)
    amount = named_amount(offer.name, question.units, question.name) if question.units else ""
    return ({"value": amount}, words.word("as the name says")) if amount else ({}, "")


def _stated(fact: str, facts: FactSet) -> dict[str, str]:
    if fact == PARCEL:
        typed = {"weight": formats.typed(facts.weight_kg)}
        if facts.package is not None:
            for side in ("length", "width", "height"):
                typed[side] = formats.typed(getattr(facts.package, side))
        return typed
    for one in facts.attributes:
        if attribute_key(one.attribute_id) == fact:
            return {"value": one.text or one.value_id}
    return {"value": str(getattr(facts, answering.kind_of(fact), "") or "")}


def give_each(desk: Desk, shop: ShopCard, given: Mapping[str, str]) -> int:
    """Keep what was given for single goods, all or nothing; return of how many goods.

    Goods left empty stay held. Raises NoAnswerError where all are, and what `stated_content` does.
    """
    fact, group = given.get("fact", ""), given.get("group", "")
    rows = {
        given[f"key-{n}"]: {field: given.get(f"{field}-{n}", "").strip() for field in _FIELDS}
        for n in range(ROWS)
        if f"key-{n}" in given
    }
    known = catalogue.offers_of(desk.tenant.id, rows)
    told: dict[bytes, NewStatement] = {}
    keys: dict[bytes, list[str]] = {}
    for key, fields in rows.items():
        if key not in known or not any(fields.values()):
            continue
        kind, content = stated_content(desk, shop, fact, {**fields, "group": group})
        same = canonical([kind, content])
        told[same] = NewStatement(kind, content)
        keys.setdefault(same, []).append(key)
    if not keys:
        raise NoAnswerError
    statements.state_facts(
        seller_id=desk.tenant.id,
        facts=[
            NewStatement(one.kind, one.value, keys=tuple(keys[same])) for same, one in told.items()
        ],
        given_by=desk.actor,
    )
    working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)
    return sum(map(len, keys.values()))

"""The offers that wait for one answer, one by one: where it differs from good to good."""

from decimal import Decimal

import msgspec

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.channels import services as channel_services
from torgpred.listings.core.answers import PARCEL, need_of
from torgpred.listings.core.facts import FactSet, attribute_key
from torgpred.listings.core.proposing import weight_meant
from torgpred.listings.services import answering, statements
from torgpred.listings.services.statements import ATTRIBUTE
from torgpred.runtime.scope import scope

_AT_ONCE = 1000


class WaitingOffer(msgspec.Struct, frozen=True):
    """An offer that waits, the facts that it lacks, and what was stated of it alone since."""

    key: str
    name: str
    facts: frozenset[str]
    told_kg: Decimal | None
    """The weight by the file, where it is out of the marketplace's bounds."""
    meant_kg: Decimal | None
    """What that figure would be in the other usual unit."""
    stated: FactSet | None


class WaitingOffers(msgspec.Struct, frozen=True):
    """Those that fit a page, and how many wait in all."""

    shown: tuple[WaitingOffer, ...]
    number: int


def waiting_offers(
    *, seller_id: int, shop_id: int, fact: str, group: str, limit: int
) -> WaitingOffers:
    """Return offers that wait for an answer; those of which it was stated since come last.

    By the desired states as last worked out. Streams: memory does not grow with the catalogue.
    """
    by_offer = statements.facts(seller_id).by_offer
    said = {key: facts for key, facts in by_offer.items() if _said(facts, fact)}
    bounds = channel_services.family_of(shop_id).rules.weight_kg
    lacking: dict[str, dict[str, frozenset[str]]] = {}
    number = found = 0
    with scope(seller_id):
        for product, offers, remarks in answering.held_products(seller_id, shop_id):
            by_sku: dict[str, frozenset[str]] = {}
            for one in remarks:
                if one.holds and need_of(one, alone=offers == 1) == (fact, group):
                    by_sku[one.sku] = by_sku.get(one.sku, frozenset()) | {one.fact}
            if not by_sku:
                continue
            waits = offers if "" in by_sku else len(by_sku)
            number += waits
            if found < limit + len(said):
                lacking[product] = by_sku
                found += waits
        rows = [
            _row(offer, facts, bounds, said.get(offer.key))
            for product, some in catalogue.stream_products(seller_id, product_keys=sorted(lacking))
            for _, offer in some
            if (facts := _facts_of(lacking[product], offer.key))
        ]
    rows.sort(key=lambda one: one.stated is not None)
    return WaitingOffers(tuple(rows[:limit]), number)


def waiting_alone(
    *, seller_id: int, shop_id: int, fact: str, group: str, kind: str, most: int
) -> tuple[str, ...]:
    """Return the offers that wait for a statement of a kind, where others of their group have one.

    One said singly of some of a group, the next is not meant of all of it. Empty where nobody said
    it singly in the group, and where more than `most` wait, so that the group is meant after all.
    """
    named = fact if kind == ATTRIBUTE else kind
    by_offer = statements.facts(seller_id).by_offer
    said = [key for key, facts in by_offer.items() if _said(facts, named)]
    if not said:
        return ()
    found = waiting_offers(seller_id=seller_id, shop_id=shop_id, fact=fact, group=group, limit=most)
    if found.number > most or not _any_of(seller_id, said, group):
        return ()
    return tuple(one.key for one in found.shown if _lacks(one, named))


def all_said(*, seller_id: int, shop_id: int, fact: str, group: str, named: str, most: int) -> bool:
    """Tell whether each offer that waits had a fact stated of it alone since; false of many.

    `named` is the fact as statements name it: what a question asks for may be several of them.
    """
    found = waiting_offers(seller_id=seller_id, shop_id=shop_id, fact=fact, group=group, limit=most)
    return found.number <= most and not any(_lacks(one, named) for one in found.shown)


def _lacks(offer: WaitingOffer, named: str) -> bool:
    waits = named in map(answering.kind_of, offer.facts)
    return waits and not (offer.stated is not None and _said(offer.stated, named))


def _any_of(seller_id: int, keys: list[str], group: str) -> bool:
    return any(
        offer.category == group
        for start in range(0, len(keys), _AT_ONCE)
        for offer in catalogue.offers_of(seller_id, keys[start : start + _AT_ONCE]).values()
    )


def _facts_of(by_sku: dict[str, frozenset[str]], key: str) -> frozenset[str]:
    return by_sku.get("", frozenset()) | by_sku.get(key, frozenset())


def _said(facts: FactSet, fact: str) -> bool:
    if fact == PARCEL:
        return facts.weight_kg is not None or facts.package is not None
    known = {attribute_key(one.attribute_id) for one in facts.attributes}
    return fact in known or bool(getattr(facts, answering.kind_of(fact), None))


def _row(
    offer: Offer, facts: frozenset[str], bounds: tuple[Decimal, Decimal], stated: FactSet | None
) -> WaitingOffer:
    told = offer.weight_kg if "weight" in facts else None
    odd = told is not None and not bounds[0] <= told <= bounds[1]
    return WaitingOffer(
        key=offer.key,
        name=offer.name or offer.key,
        facts=facts,
        told_kg=told if odd else None,
        meant_kg=weight_meant(told, *bounds) if told is not None else None,
        stated=stated,
    )

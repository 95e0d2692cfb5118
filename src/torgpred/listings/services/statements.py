"""The seller's statements as facts that listings are computed from."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services as catalogue_services
from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.selectors import StatementCard
from torgpred.catalogue.services import NewStatement
from torgpred.channels import selectors as channels
from torgpred.channels.core.drafts import Value
from torgpred.kernel.digests import canonical
from torgpred.listings.core.facts import (
    FACT_NAMES,
    NOTHING,
    Facts,
    FactSet,
    attribute_key,
    upwards,
)
from torgpred.listings.core.stating import (
    ATTRIBUTE,
    OF_ONE_OFFER,
    PARCEL,
    WrongFactError,
    parcel_of,
    read_fact,
)
from torgpred.listings.services import decisions
from torgpred.listings.services.locking import lock_stating
from torgpred.runtime.scope import scope

__all__ = ["ATTRIBUTE", "Stated", "WrongFactError", "facts", "state_fact", "state_facts", "stated"]


def state_fact(
    *,
    seller_id: int,
    kind: str,
    value: Any,  # noqa: ANN401 - text as typed or any JSON; read here by its kind
    given_by: str,
    category: str = "",
    keys: Iterable[str] = (),
    everything: bool = False,
) -> StatementCard:
    """Keep a fact about a category, some offers or everything of a seller, in force at once.

    `kind` is one of listings.core.facts.FACT_NAMES, "attribute", or "parcel" for a weight and a
    package in one text, of which the weight's statement is returned. Values may be typed text with
    units. Raises WrongFactError, StatementGroupError.
    """
    new = NewStatement(kind, value, category, tuple(keys), everything)
    return state_facts(seller_id=seller_id, facts=[new], given_by=given_by)[0]


def state_facts(
    *, seller_id: int, facts: Sequence[NewStatement], given_by: str
) -> list[StatementCard]:
    """Keep many facts at once, all or none. Raises WrongFactError, StatementGroupError.

    What is in force for just those offers already is not stated again: its statement is returned.
    """
    read = [one for fact in facts for one in _read(fact)]
    with scope(seller_id):
        lock_stating(seller_id)
        said = _in_force(seller_id)
        known = [_known(one, said) for one in read]
        new = [one for one, card in zip(read, known, strict=True) if card is None]
        kept = iter(
            catalogue_services.state_facts(seller_id=seller_id, facts=new, given_by=given_by)
        )
        return [card or next(kept) for card in known]


_Place = tuple[str, str, str]
"""What is said (kind, of attributes with the id), of whom, and its category or key."""


def _in_force(seller_id: int) -> dict[_Place, StatementCard]:
    """Return what was last said of each group and offer."""
    return {
        place: card
        for card in catalogue.statements(seller_id)
        for place in _places(card.kind, card.value, card.category, card.keys)
    }


def _places(kind: str, value: Any, category: str, keys: Iterable[str]) -> list[_Place]:  # noqa: ANN401 - JSON
    what = attribute_key(value["attribute_id"]) if kind == ATTRIBUTE else kind
    if category:
        return [(what, "category", category)]
    return [(what, "key", key) for key in keys] or [(what, "all", "")]


def _known(fact: NewStatement, said: Mapping[_Place, StatementCard]) -> StatementCard | None:
    """Return the statement that says the same of the same; None where a part is said otherwise."""
    if bool(fact.category) + bool(fact.keys) + fact.everything != 1:
        return None  # the catalogue refuses it
    value = canonical(fact.value)
    places = _places(fact.kind, fact.value, fact.category, fact.keys)
    found = [said.get(place) for place in places]
    if all(card is not None and canonical(card.value) == value for card in found):
        return found[0]
    return None


def _read(fact: NewStatement) -> list[NewStatement]:
    replace = msgspec.structs.replace
    if fact.kind == PARCEL:
        found = parcel_of(str(fact.value))
        return [replace(fact, kind=kind, value=value) for kind, value in found.items()]
    if fact.kind == ATTRIBUTE:
        try:
            msgspec.convert(fact.value, Value)
        except msgspec.ValidationError as error:
            raise WrongFactError(
                kind=fact.kind, value=fact.value, reason=str(error), mend="Name an attribute's id."
            ) from error
        return [fact]
    if fact.kind in OF_ONE_OFFER and not fact.keys:
        raise WrongFactError(
            kind=fact.kind,
            value=fact.value,
            reason="it is every offer's own, not a group's",
            mend="Name the offers by --keys.",
        )
    return [replace(fact, value=read_fact(fact.kind, fact.value))]


class Stated(msgspec.Struct, frozen=True):
    """A statement as lists show it.

    `path` are the names of its category, `offers` counts the present ones that it is about, `told`
    is fact and value as people say them, attributes by the marketplace's names.
    """

    card: StatementCard
    path: tuple[str, ...]
    offers: int
    told: tuple[str, str]


def stated(seller_id: int, *, undone: bool = False) -> list[Stated]:
    """Return a seller's statements in force, oldest first; or the undone ones too."""
    categories = catalogue.categories(seller_id)
    cards = catalogue.statements(seller_id, undone=undone)
    reach = _reach(seller_id, cards, categories)
    attributes = _attributes(seller_id) if any(one.kind == ATTRIBUTE for one in cards) else {}
    return [
        Stated(
            card=card,
            path=categories[card.category].path if card.category in categories else (),
            offers=reach.get(card.id, 0),
            told=_told(card, attributes),
        )
        for card in cards
    ]


def _told(
    card: StatementCard, attributes: Mapping[str, tuple[str, Mapping[str, str]]]
) -> tuple[str, str]:
    value = card.value
    if card.kind == ATTRIBUTE:
        given = msgspec.convert(value, Value)
        name, texts = attributes.get(given.attribute_id, (given.attribute_id, {}))
        return name, given.text or texts.get(given.value_id, given.value_id)
    if card.kind == "package":
        return card.kind, " x ".join(map(str, value))
    if isinstance(value, list):
        return card.kind, " ".join(str(part) for part in value if part)
    return card.kind, str(value)


def _attributes(seller_id: int) -> dict[str, tuple[str, dict[str, str]]]:
    """Return (name, texts of its values by id) of the attributes of all categories mapped to."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for family in {one.family for one in channels.shops_of(seller_id)}:
        mapped = {one.market_category for one in decisions.mappings(seller_id, family).values()}
        listed = channels.dictionaries(family, sorted(mapped))
        market = channels.market_categories(family)
        for key in sorted(mapped & market.keys()):
            for one in market[key].attributes:
                texts = found.setdefault(one.id, (one.name, {}))[1]
                texts.update(one.values or listed.get((key, one.id), ()))
    return found


_REACH_OF_KEYS: LiteralString = """
    SELECT statement.id, count(offer.id)
    FROM catalogue_statement statement
    CROSS JOIN LATERAL unnest(statement.keys) AS stated (key)
    LEFT JOIN catalogue_offer offer
      ON offer.seller_id = %s AND offer.key = stated.key AND offer.state = 'present'
    WHERE statement.seller_id = %s AND statement.group_by = 'keys'
    GROUP BY statement.id
"""


def _reach(
    seller_id: int, cards: Sequence[StatementCard], categories: Mapping[str, Category]
) -> dict[int, int]:
    """Count the present offers that each statement is about, subcategories included.

    An offer that another statement is nearer to, or whose file knows better, counts all the same.
    """
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_REACH_OF_KEYS, [seller_id, seller_id])
        reach: dict[int, int] = dict(cursor.fetchall())
    counts = catalogue.category_counts(seller_id)
    below: Counter[str] = Counter()
    for key, number in counts.items():
        for above in upwards(categories, key):
            below[above] += number
    for card in cards:
        if card.group_by == "all":
            reach[card.id] = sum(counts.values())
        elif card.group_by == "category":
            reach[card.id] = below[card.category]
    return reach


def facts(seller_id: int) -> Facts:
    """Return all that a seller stated, a later statement of a kind going before an earlier one."""
    everything = NOTHING
    by_category: dict[str, FactSet] = {}
    by_offer: dict[str, FactSet] = {}
    for card in catalogue.statements(seller_id):
        told = _as_facts(card)
        if card.group_by == "all":
            everything = _later(told, everything)
        elif card.group_by == "category":
            by_category[card.category] = _later(told, by_category.get(card.category, NOTHING))
        else:
            _add_to_offers(by_offer, card.keys, told)
    return Facts(everything=everything, by_category=by_category, by_offer=by_offer)


def _add_to_offers(by_offer: dict[str, FactSet], keys: Iterable[str], told: FactSet) -> None:
    """Add what a statement tells; offers about which the same was said share one set of facts."""
    made: dict[int, tuple[FactSet, FactSet]] = {}
    for key in keys:
        older = by_offer.get(key, NOTHING)
        known = made.get(id(older))
        if known is None:
            # The older set is kept beside the new one, so that its id stays its own meanwhile.
            known = made[id(older)] = (older, _later(told, older))
        by_offer[key] = known[1]


def source_of(card: StatementCard) -> str:
    """Name a statement where one of its facts is used."""
    return f"statement {card.id} of {card.given_at:%Y-%m-%d}"


def _as_facts(card: StatementCard) -> FactSet:
    if card.kind == ATTRIBUTE:
        value = msgspec.convert(card.value, Value)
        sources = {attribute_key(value.attribute_id): source_of(card)}
        return FactSet(attributes=(value,), sources=sources)
    found = msgspec.convert({card.kind: card.value}, FactSet, strict=False)
    return msgspec.structs.replace(found, sources={card.kind: source_of(card)})


def _later(newer: FactSet, older: FactSet) -> FactSet:
    told = {
        name: getattr(newer, name)
        for name in FACT_NAMES
        if getattr(newer, name) not in (None, "", ())
    }
    new_ids = {value.attribute_id for value in newer.attributes}
    kept = tuple(value for value in older.attributes if value.attribute_id not in new_ids)
    return msgspec.structs.replace(
        older,
        **told,
        attributes=newer.attributes + kept,
        sources={**older.sources, **newer.sources},
    )

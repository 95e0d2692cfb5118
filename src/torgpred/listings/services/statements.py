"""The seller's statements as facts that listings are computed from."""

from collections.abc import Iterable
from typing import Any

import msgspec

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services as catalogue_services
from torgpred.catalogue.selectors import StatementCard
from torgpred.channels.core.drafts import Value
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.core.facts import FACT_NAMES, NOTHING, Facts, FactSet

ATTRIBUTE = "attribute"
"""Kind of a statement that gives an attribute's value: {"attribute_id", "value_id", "text"}."""


class WrongFactError(TorgpredError):
    """A statement's kind or value cannot be used."""

    code = "listings.wrong_fact"
    template = "{kind} cannot be {value}: {reason}"


def state_fact(
    *,
    seller_id: int,
    kind: str,
    value: Any,  # noqa: ANN401 - any JSON; checked here against the kind
    given_by: str,
    category: str = "",
    keys: Iterable[str] = (),
    everything: bool = False,
) -> StatementCard:
    """Keep a fact about a category, some offers or everything of a seller, in force at once.

    `kind` is one of listings.core.facts.FACT_NAMES or "attribute". Raises WrongFactError.
    """
    try:
        _as_facts(kind, value)
    except (msgspec.ValidationError, ValueError, TypeError) as error:
        raise WrongFactError(kind=kind, value=value, reason=str(error)) from error
    return catalogue_services.state_fact(
        seller_id=seller_id,
        kind=kind,
        value=value,
        given_by=given_by,
        category=category,
        keys=keys,
        everything=everything,
    )


def facts(seller_id: int) -> Facts:
    """Return all that a seller stated, a later statement of a kind going before an earlier one."""
    everything = NOTHING
    by_category: dict[str, FactSet] = {}
    by_offer: dict[str, FactSet] = {}
    for card in catalogue.statements(seller_id):
        stated = _as_facts(card.kind, card.value)
        if card.group_by == "all":
            everything = _later(stated, everything)
        elif card.group_by == "category":
            by_category[card.category] = _later(stated, by_category.get(card.category, NOTHING))
        else:
            for key in card.keys:
                by_offer[key] = _later(stated, by_offer.get(key, NOTHING))
    return Facts(everything=everything, by_category=by_category, by_offer=by_offer)


def _as_facts(kind: str, value: Any) -> FactSet:  # noqa: ANN401
    if kind == ATTRIBUTE:
        return FactSet(attributes=(msgspec.convert(value, Value),))
    if kind not in FACT_NAMES:
        known = ", ".join((*FACT_NAMES, ATTRIBUTE))
        msg = f"known kinds are {known}"
        raise ValueError(msg)
    return msgspec.convert({kind: value}, FactSet, strict=False)


def _later(newer: FactSet, older: FactSet) -> FactSet:
    told = {
        name: getattr(newer, name)
        for name in FACT_NAMES
        if getattr(newer, name) not in (None, "", ())
    }
    new_ids = {value.attribute_id for value in newer.attributes}
    kept = tuple(value for value in older.attributes if value.attribute_id not in new_ids)
    return msgspec.structs.replace(older, **told, attributes=newer.attributes + kept)

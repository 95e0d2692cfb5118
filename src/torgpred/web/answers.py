"""What a person answers to the questions, read out of a form and kept."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec

from torgpred.catalogue.selectors import StatementCard
from torgpred.catalogue.services import NewStatement
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core.answers import PARCEL, TERMS
from torgpred.listings.core.pricing import Basis
from torgpred.listings.core.stating import WrongFactError, parcel_of
from torgpred.listings.services import answering, contexts, decisions, statements, working_out
from torgpred.listings.services.answering import BASIS, RankedAnswer
from torgpred.listings.services.attribute_names import UnknownValueError, attribute_value
from torgpred.listings.services.statements import ATTRIBUTE
from torgpred.listings.services.waiting_offers import waiting_alone
from torgpred.web.desks import Desk
from torgpred.web.questions import ALONE, asked_alike

EVERYTHING: Final = "*"
_SHOP_FACTS: Final = frozenset({TERMS, BASIS, "unit", "currency"})


class NoAnswerError(TorgpredError):
    """A question was sent without its answer."""

    code = "web.no_answer"
    template = "Fill in the answer first."


class NoNumberError(TorgpredError):
    """Something else than a number was typed."""

    code = "web.no_number"
    template = "“{given}” is no number that fits here: write digits, such as 3 or 12.5."


def give_answer(desk: Desk, shop: ShopCard, given: Mapping[str, str]) -> list[StatementCard]:
    """Keep the answer to one question, and have what it frees worked out.

    Returns the statements that it became; none of what is no statement, such as a category.
    Raises NoAnswerError, NoNumberError, WrongFactError, UnknownValueError and what calls raise.
    """
    fact = given.get("fact", "")
    kind = fact.partition(":")[0]
    stated: list[StatementCard] = []
    if kind == "category":
        _map(desk, shop, given.get("group", ""), given.get("value", ""))
    elif kind == TERMS:
        _terms(desk, shop, given)
    elif kind == BASIS:
        _basis(desk, shop, given.get("value", ""))
    else:
        stated = _state(desk, shop, fact, given)
    working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)
    return stated


def accept_all(desk: Desk, shop: ShopCard, pairs: list[str]) -> int:
    """Accept the suggestions that were shown, as "category key TAB marketplace's id" each."""
    for pair in pairs:
        group, _, value = pair.rpartition("\t")
        _map(desk, shop, group, value)
    working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)
    return len(pairs)


def _map(desk: Desk, shop: ShopCard, group: str, value: str) -> None:
    # Goods for which the file gives no category are a group, too: its key is empty.
    if not value:
        raise NoAnswerError
    decisions.map_category(
        seller_id=desk.tenant.id,
        family=shop.family,
        category_key=group,
        market_category=value,
        actor=desk.actor,
    )


def _terms(desk: Desk, shop: ShopCard, given: Mapping[str, str]) -> None:
    changed: dict[str, Any] = {}
    if given.get("template"):
        changed["delivery_template_id"] = given["template"]
    if given.get("days"):
        changed["lead_time_days"] = int(number(given["days"]))
    if not changed:
        raise NoAnswerError
    policy = contexts.shop_policy(desk.tenant.id, shop.id)
    contexts.set_policy(
        seller_id=desk.tenant.id,
        shop_id=shop.id,
        policy=msgspec.structs.replace(policy, **changed),
        actor=desk.actor,
    )


def _basis(desk: Desk, shop: ShopCard, margin: str) -> None:
    policy = contexts.shop_policy(desk.tenant.id, shop.id)
    pricing = msgspec.structs.replace(policy.pricing, basis=Basis.COST, margin=number(margin))
    contexts.set_policy(
        seller_id=desk.tenant.id,
        shop_id=shop.id,
        policy=msgspec.structs.replace(policy, pricing=pricing),
        actor=desk.actor,
    )


def _state(desk: Desk, shop: ShopCard, fact: str, given: Mapping[str, str]) -> list[StatementCard]:
    group = given.get("group", "")
    asked = []
    if fact.startswith(f"{ATTRIBUTE}:") and given.get("about") == EVERYTHING:
        asked = asked_alike(desk, shop, fact, group)
    if asked:
        facts = _of_all_asked(desk, shop, asked, given)
        return statements.state_facts(seller_id=desk.tenant.id, facts=facts, given_by=desk.actor)
    kind, content = stated_content(desk, shop, fact, given)
    # What is said of a larger group than asked; an attribute belongs to the category alone.
    about = given.get("about", "") if kind != ATTRIBUTE else ""
    everything = fact in _SHOP_FACTS or not group or about == EVERYTHING
    new = NewStatement(
        kind, content, category="" if everything else about or group, everything=everything
    )
    facts = [new] if everything or about else _of_those_meant(desk, shop, fact, new)
    return statements.state_facts(seller_id=desk.tenant.id, facts=facts, given_by=desk.actor)


def _of_all_asked(
    desk: Desk, shop: ShopCard, asked: Sequence[RankedAnswer], given: Mapping[str, str]
) -> list[NewStatement]:
    """Return the statements for all groups that are asked for an attribute.

    A group at whose category the marketplace does not take the value stays open, but for the one
    that the answer was given at, which says why.
    """
    found: list[NewStatement] = []
    for one in asked:
        try:
            kind, content = stated_content(desk, shop, one.fact, {**given, "group": one.group})
        except (UnknownValueError, WrongFactError):
            if one.group == given.get("group", ""):
                raise
            continue
        new = NewStatement(kind, content, category=one.group)
        found += _of_those_meant(desk, shop, one.fact, new)
    return found


def _of_those_meant(desk: Desk, shop: ShopCard, fact: str, new: NewStatement) -> list[NewStatement]:
    """Return a group's statement, or those of the goods that wait where others have their own.

    Weight and package are two facts, and one may be said singly without the other.
    """
    parts = parcel_of(new.value) if new.kind == PARCEL else {new.kind: new.value}
    found = []
    for kind, value in parts.items():
        keys = waiting_alone(
            seller_id=desk.tenant.id,
            shop_id=shop.id,
            fact=fact,
            group=new.category,
            kind=kind,
            most=ALONE,
        )
        found.append(NewStatement(kind, value, category="" if keys else new.category, keys=keys))
    return found


def stated_content(
    desk: Desk, shop: ShopCard, fact: str, given: Mapping[str, str]
) -> tuple[str, Any]:
    """Return the kind of statement and the content that a form's fields give for a fact.

    Raises NoAnswerError, WrongFactError, UnknownValueError and what calls raise.
    """
    group, value = given.get("group", ""), given.get("value", "").strip()
    kind, _, name = fact.partition(":")
    content: Any = value
    if kind == PARCEL:
        kind, content = _parcel(given)
    elif kind == "attribute" and value:
        value = _with_unit(value, given.get("unit", ""))
        content = msgspec.to_builtins(
            attribute_value(
                seller_id=desk.tenant.id,
                shop_id=shop.id,
                category=group,
                name=name,
                value=value,
            )
        )
    if not content:
        raise NoAnswerError
    return answering.kind_of(kind), content


def _parcel(given: Mapping[str, str]) -> tuple[str, str]:
    weight = given.get("weight", "").strip()
    sides = [given.get(side, "").strip() for side in ("length", "width", "height")]
    if weight and all(sides):
        return PARCEL, f"{_with_unit(weight, 'kg')}, {'x'.join(sides)} cm"
    if weight and not any(sides):
        return "weight_kg", _with_unit(weight, "kg")
    if all(sides) and not weight:
        return "package", "x".join(sides)
    raise NoAnswerError


def _with_unit(text: str, unit: str) -> str:
    """Return a measure with the unit that the form names, unless another one was typed."""
    return f"{text} {unit}".rstrip() if decimal_of(text) is not None else text


def number(text: str) -> Decimal:
    """Return a number as people type it. Raises NoAnswerError, NoNumberError."""
    if not text.strip():
        raise NoAnswerError
    found = decimal_of(text.strip().removesuffix("%"))
    if found is None or found < 0 or found > 10**9:
        raise NoNumberError(given=text.strip()[:40])
    return found

"""The few questions that nobody but the seller can answer, and its answers kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec
from django.utils.translation import gettext_noop as _

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Category
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.quantity import decimal_of
from torgpred.listings.core.answers import PARCEL, TERMS
from torgpred.listings.core.facts import upwards
from torgpred.listings.core.mapping import Suggestion
from torgpred.listings.core.names import folded
from torgpred.listings.core.pricing import Basis
from torgpred.listings.services import answering, contexts, decisions, statements, working_out
from torgpred.listings.services.answering import BASIS, RankedAnswer
from torgpred.listings.services.attribute_names import attribute_value
from torgpred.web import words
from torgpred.web.desks import Desk

SHOWN: Final = 6
RANKED: Final = 24
SOUGHT: Final = 12
EVERYTHING: Final = "*"
_SHOP_FACTS: Final = frozenset({TERMS, BASIS, "unit"})
_LIKELY: Final = 0.5


class NoAnswerError(TorgpredError):
    """A question was sent without its answer."""

    code = "web.no_answer"
    template = "Fill in the answer first."


class NoFileError(TorgpredError):
    """No file was chosen, or one without a byte in it."""

    code = "web.no_file"
    template = "The file is empty, or none was chosen. Choose the file that you export."


class NoNumberError(TorgpredError):
    """Something else than a number was typed."""

    code = "web.no_number"
    template = "“{given}” is no number that fits here: write digits, such as 3 or 12.5."


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that fits: why it may be the one, and how sure that is (sure, likely, maybe)."""

    value: str
    text: str
    reason: str = ""
    sure: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `kind` says which form asks it, `frees` what its answer lets go."""

    kind: str
    fact: str
    facts: tuple[str, ...]
    group: str
    path: str
    name: str
    frees: int
    concerns: int
    choices: tuple[Choice, ...] = ()
    found: tuple[Choice, ...] = ()
    units: tuple[str, ...] = ()
    """What a measure may be given in; the person chooses where there are several."""
    above: tuple[Choice, ...] = ()
    """Larger groups that the answer may be true of: categories above, nearest first."""

    @property
    def best(self) -> Choice | None:
        """Return the suggestion that one click accepts."""
        return self.choices[0] if self.kind == "category" and self.choices else None


def questions(
    desk: Desk, shop: ShopCard, *, seek: str = "", wanted: str = ""
) -> tuple[list[Question], int]:
    """Return the open questions, what frees most first, and how many offers they free together.

    Those that were answered since the states were last worked out are left out. In the question
    about the category `wanted`, what a person seeks by name is found among the marketplace's.
    """
    seller_id = desk.tenant.id
    ranked = answering.answers(seller_id, shop.id, seller=desk.tenant.code, limit=RANKED)
    mapped = decisions.mappings(seller_id, shop.family)
    given = _given(seller_id)
    policy = contexts.shop_policy(seller_id, shop.id)
    suggested = {
        one.key: one.suggestions
        for one in decisions.suggestions(seller_id=seller_id, family=shop.family, limit=4)
    }
    categories = catalogue.categories(seller_id)
    found = []
    for one in ranked:
        if one.fact == "category" and one.group in mapped:
            continue
        groups = ("", one.group, *upwards(categories, one.group))
        if any((one.fact, group) in given for group in groups):
            continue
        if one.fact == TERMS and policy.lead_time_days and policy.delivery_template_id:
            continue
        sought = _sought(shop.family, seek) if seek and one.group == wanted else ()
        above = _above(categories, one.group)
        found.append(_question(one, suggested.get(one.group, ()), sought, above))
    return found, ranked[-1].cumulative if ranked else 0


def _question(
    one: RankedAnswer,
    suggested: tuple[Suggestion, ...],
    sought: tuple[Choice, ...],
    above: tuple[Choice, ...],
) -> Question:
    kind = one.fact.partition(":")[0]
    choices = tuple(Choice(value, text) for value, text in one.choices)
    if kind == "category":
        choices = tuple(
            Choice(each.category_id, " / ".join(each.path), reason_of(each.reason), _sure(each))
            for each in suggested
            if each.confidence >= _LIKELY / 2
        )[:3]
    return Question(
        kind=kind if kind in _FORMS else "text",
        fact=one.fact,
        facts=one.facts,
        group=one.group,
        path=" / ".join(one.path) or one.group,
        name=one.name or words.label("fact", kind),
        frees=one.frees,
        concerns=one.concerns,
        choices=choices,
        found=sought,
        units=one.units,
        above=above,
    )


def _above(categories: Mapping[str, Category], group: str) -> tuple[Choice, ...]:
    """Return the categories that hold a category, nearest first."""
    names = [key for key in upwards(categories, group) if key != group and key in categories]
    return tuple(Choice(key, " / ".join(categories[key].path)) for key in names)


_FORMS: Final = frozenset({"category", "parcel", "terms", "attribute", "unit", "basis", "rate"})


def _sure(one: Suggestion) -> str:
    if one.confidence >= 0.8:
        return "sure"
    return "likely" if one.confidence >= _LIKELY else "maybe"


def reason_of(text: str) -> str:
    """Say why a category is suggested in the reader's language."""
    return "; ".join(map(_reason, text.split("; "))) if text else ""


def _reason(part: str) -> str:
    for begin, sentence in (
        ("the name has ", "the name has {words}"),
        ("path or products have ", "path or products have {words}"),
    ):
        if part.startswith(begin):
            return words.say(sentence, words=part.removeprefix(begin))
    chosen = re.fullmatch(r"chosen (\d+) of (\d+) times for the same path", part)
    if chosen:
        return words.say("other sellers chose it {n} of {all} times", n=chosen[1], all=chosen[2])
    return words.word(part)


REASONS: Final = (
    _("the name has {words}"),
    _("path or products have {words}"),
    _("similar spelling"),
    _("same name"),
    _("same name and a path that agrees"),
    _("near in meaning"),
)
"""Sentences that `say` and `word` meet by a variable here, for translators."""


def _sought(family: str, text: str) -> tuple[Choice, ...]:
    """Return the marketplace's leaves whose path holds all words that a person typed."""
    wanted = folded(text).split()
    found = []
    for one in channels.market_categories(family).values():
        path = " / ".join(one.path)
        plain = folded(path)
        if one.leaf and all(word in plain for word in wanted):
            own = folded(one.name)
            found.append((sum(word not in own for word in wanted), len(path), path, one.id))
    # Whose own name says it comes before those that merely stand below such a name.
    return tuple(Choice(value, path) for *_ranks, path, value in sorted(found)[:SOUGHT])


def _given(seller_id: int) -> set[tuple[str, str]]:
    """Return the facts that were stated for categories, as questions name them."""
    found: set[tuple[str, str]] = set()
    for one in statements.stated(seller_id):
        card = one.card
        if card.group_by == "keys":
            continue
        if card.kind == statements.ATTRIBUTE:
            found.add((f"attribute:{card.value['attribute_id']}", card.category))
        else:
            found.add((card.kind, card.category))
    weighed = {group for kind, group in found if kind == "weight_kg"}
    packed = {group for kind, group in found if kind == "package"}
    return found | {(PARCEL, group) for group in weighed & packed}


# --- answers ------------------------------------------------------------------------------------
def give_answer(desk: Desk, shop: ShopCard, given: Mapping[str, str]) -> None:
    """Keep the answer to one question, and have what it frees worked out.

    Raises NoAnswerError, NoNumberError, WrongFactError, UnknownValueError and what calls raise.
    """
    fact = given.get("fact", "")
    kind = fact.partition(":")[0]
    if kind == "category":
        _map(desk, shop, given.get("group", ""), given.get("value", ""))
    elif kind == TERMS:
        _terms(desk, shop, given)
    elif kind == BASIS:
        _basis(desk, shop, given.get("value", ""))
    else:
        _state(desk, shop, fact, given)
    working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)


def accept_all(desk: Desk, shop: ShopCard, pairs: list[str]) -> int:
    """Accept the suggestions that were shown, as "category key TAB marketplace's id" each."""
    for pair in pairs:
        group, _, value = pair.rpartition("\t")
        _map(desk, shop, group, value)
    working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)
    return len(pairs)


def _map(desk: Desk, shop: ShopCard, group: str, value: str) -> None:
    if not value or not group:
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


def _state(desk: Desk, shop: ShopCard, fact: str, given: Mapping[str, str]) -> None:
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
    # What is said of a larger group than asked; an attribute belongs to the category alone.
    about = given.get("about", "") if kind != "attribute" else ""
    everything = fact in _SHOP_FACTS or not group or about == EVERYTHING
    statements.state_fact(
        seller_id=desk.tenant.id,
        kind=answering.kind_of(kind),
        value=content,
        given_by=desk.actor,
        category="" if everything else about or group,
        everything=everything,
    )


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

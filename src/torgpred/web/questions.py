"""The few questions that nobody but the seller can answer."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from django.utils.translation import gettext_noop as _

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.selectors import StatementCard
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopCard
from torgpred.listings.core.answers import PARCEL, TERMS
from torgpred.listings.core.facts import attribute_key, upwards
from torgpred.listings.core.mapping import Suggestion
from torgpred.listings.core.names import folded
from torgpred.listings.core.proposing import named_amount
from torgpred.listings.services import answering, contexts, decisions, statements, working_out
from torgpred.listings.services.answering import BASIS, RankedAnswer
from torgpred.listings.services.waiting_offers import all_said
from torgpred.runtime.scope import scope
from torgpred.web import formats, words
from torgpred.web.desks import Desk
from torgpred.web.suggesting import Choice, sought_choices, suggested_choices
from torgpred.web.ways import anchor

SHOWN: Final = 6
"""So many questions stand open; the rest are opened by a click."""
RANKED: Final = 60
"""So many questions a page holds at most: what is answered makes room for others."""
ALONE: Final = 200
"""Of so many goods at most an answer is kept singly; more of them are their group."""
_LATELY: Final = 20
"""So many of the last statements may not be worked out yet."""
APART: Final = _("goods without a category in the file")


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `kind` says which form asks it.

    `concerns` counts the offers that wait for its answer, `frees` those that it lets go together
    with the answers of the questions before it.
    """

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
    goods: tuple[str, ...] = ()
    """Names of some goods that wait for it."""
    anchor: str = ""
    apart: bool = False
    """It is about the goods for which the file gives no category."""
    named: tuple[str, ...] = ()
    """Amounts that differ in the names of its goods: no one answer is true of all of them."""
    odd: tuple[str, ...] = ()
    """What the file says of some of its goods that cannot be, each with the good."""
    alike: int = 1
    """How many groups are asked for the same attribute, this one included."""

    @property
    def catalogue(self) -> str:
        """Return what the catalogue's address ends with to show the goods that it is about."""
        if not self.group and not self.apart:
            return "view=held"
        return urlencode({"view": "held", "category": self.group})

    @property
    def each(self) -> str:
        """Return what the address ends with to answer good by good; empty where one may not."""
        if self.kind not in _EACH or self.concerns < 2:
            return ""
        return urlencode({"fact": self.fact, "group": self.group})

    @property
    def differs(self) -> bool:
        """Tell whether goods are known to differ, so that single answers are what is proposed."""
        return bool(self.each) and bool(
            self.named or (self.odd and len(self.odd) >= len(self.goods))
        )

    @property
    def best(self) -> Choice | None:
        """Return the suggestion that one click accepts."""
        return self.choices[0] if self.kind == "category" and self.choices else None


@dataclass(frozen=True, slots=True)
class Asked:
    """The open questions, what frees most first. `beyond` offers wait for what none gives."""

    questions: list[Question]
    beyond: int


def questions(desk: Desk, shop: ShopCard, *, seek: str = "", wanted: str = "") -> Asked:
    """Return the open questions, what frees most first.

    Those that were answered since the states were last worked out are left out. In the question
    about the category `wanted`, what a person seeks by name is found among the marketplace's.
    """
    seller_id = desk.tenant.id
    categories = catalogue.categories(seller_id)
    found = _open_answers(desk, shop, categories)
    alike = Counter(_alike(one) for one in found.ranked)
    suggested = {
        one.key: one.suggestions
        for one in decisions.suggestions(seller_id=seller_id, family=shop.family, limit=4)
    }
    goods = _goods(seller_id, found.ranked)
    bounds = channel_services.family_of(shop.id).rules.weight_kg
    asked = []
    for one in found.ranked:
        sought = sought_choices(shop.family, seek) if seek and one.group == wanted else ()
        above = _above(categories, one.group)
        question = _question(one, suggested.get(one.group, ()), sought, above)
        question = replace(question, alike=alike[_alike(one)] if _alike(one) else 1)
        some = [goods[key] for key in one.examples if key in goods]
        asked.append(_with_goods(question, some, one, bounds))
    return Asked(asked, found.beyond)


def asked_alike(desk: Desk, shop: ShopCard, fact: str, group: str) -> list[RankedAnswer]:
    """Return the open questions for the same attribute, this one and those of other groups."""
    ranked = _open_answers(desk, shop, catalogue.categories(desk.tenant.id)).ranked
    name = next((_alike(one) for one in ranked if (one.fact, one.group) == (fact, group)), "")
    return [one for one in ranked if name and _alike(one) == name]


def _alike(one: RankedAnswer) -> str:
    """Return what an attribute is called, however it is written; empty of what is none."""
    return folded(one.name) if one.fact.startswith(f"{statements.ATTRIBUTE}:") else ""


def _open_answers(
    desk: Desk, shop: ShopCard, categories: Mapping[str, Category]
) -> answering.OpenAnswers:
    given = _Given(desk.tenant.id, shop, categories)
    return answering.open_answers(
        desk.tenant.id, shop.id, seller=desk.tenant.code, limit=RANKED, given=given.answered
    )


def _with_goods(
    question: Question, goods: Sequence[Offer], one: RankedAnswer, bounds: tuple[Decimal, Decimal]
) -> Question:
    """Return a question with some goods that it is about, and what they and the file say."""
    names = tuple(dict.fromkeys(offer.name or offer.key for offer in goods))
    amounts = dict.fromkeys(named_amount(name, one.units, one.name) for name in names)
    named = tuple(amount for amount in amounts if amount)
    odd = tuple(
        words.say("{name}: {weight}", name=offer.name or offer.key, weight=weight_told(told))
        for offer in goods
        if "weight" in one.facts
        and (told := offer.weight_kg) is not None
        and not bounds[0] <= told <= bounds[1]
    )
    return replace(question, goods=names, named=named if len(named) > 1 else (), odd=odd)


def weight_told(weight_kg: Decimal) -> str:
    """Return a weight as a person would write it: "0.675 g", "1350 kg"."""
    if weight_kg < 1:
        return words.say("{n} g", n=formats.exact_number(weight_kg * 1000))
    return words.say("{n} kg", n=formats.exact_number(weight_kg))


def _goods(seller_id: int, ranked: Iterable[RankedAnswer]) -> dict[str, Offer]:
    """Return an offer of each product by which a person knows what a question is about."""
    wanted = sorted({key for one in ranked for key in one.examples})
    with scope(seller_id):
        found = catalogue.stream_products(seller_id, product_keys=wanted)
        return {key: offers[0][1] for key, offers in found}


def _question(
    one: RankedAnswer,
    suggested: tuple[Suggestion, ...],
    sought: tuple[Choice, ...],
    above: tuple[Choice, ...],
) -> Question:
    kind = one.fact.partition(":")[0]
    choices = tuple(Choice(value, text) for value, text in one.choices)
    if kind == "category":
        choices = suggested_choices(suggested)
    elif kind == "currency":
        choices = tuple(Choice(code, formats.currency(code)) for code, _text in one.choices)
    apart = not one.group and kind not in _OF_SHOP
    path = " / ".join(one.path) or one.group
    return Question(
        kind=kind if kind in _FORMS else "text",
        fact=one.fact,
        facts=one.facts,
        group=one.group,
        path=words.word(APART) if apart else path,
        name=one.name or words.label("fact", kind),
        frees=one.frees,
        concerns=one.concerns,
        choices=choices,
        found=sought,
        units=one.units,
        above=above,
        anchor=anchor(one.fact, one.group),
        apart=apart,
    )


def _above(categories: Mapping[str, Category], group: str) -> tuple[Choice, ...]:
    """Return the categories that hold a category, nearest first."""
    names = [key for key in upwards(categories, group) if key != group and key in categories]
    return tuple(Choice(key, " / ".join(categories[key].path)) for key in names)


_FORMS: Final = frozenset(
    {"category", "parcel", "terms", "attribute", "unit", "basis", "rate", "currency"}
)
_EACH: Final = frozenset({"attribute", "parcel", "text"})
_OF_SHOP: Final = frozenset({TERMS, BASIS, "unit", "rate", "currency"})
"""What is asked once, not for each group of goods."""


class _Given:
    """What a person answered already, whether it was worked out or not yet."""

    def __init__(self, seller_id: int, shop: ShopCard, categories: Mapping[str, Category]) -> None:
        self._categories = categories
        self._mapped = decisions.mappings(seller_id, shop.family).keys()
        self._policy = contexts.shop_policy(seller_id, shop.id)
        cards = catalogue.statements(seller_id)
        self._stated = {
            (_fact_of(card), card.category) for card in cards if card.group_by != "keys"
        }
        self._seller_id, self._shop_id = seller_id, shop.id
        worked = working_out.worked_out(seller_id, shop.id)
        pending = worked is not None and not worked.current
        self._singly = _said_of(seller_id, cards) if pending else set()

    def answered(self, fact: str, group: str, facts: Collection[str]) -> bool:
        """Tell whether all facts that an answer has to give were given, each for some group."""
        if fact == "category":
            return group in self._mapped
        if fact == TERMS:
            return bool(
                ("delivery_template" not in facts or self._policy.delivery_template_id)
                and ("lead_time" not in facts or self._policy.lead_time_days)
            )
        groups = ("", group, *upwards(self._categories, group))
        wanted = facts if fact == PARCEL else (fact,)
        return bool(wanted) and all(
            any((answering.kind_of(one), each) in self._stated for each in groups)
            or self._each_said(fact, group, answering.kind_of(one))
            for one in wanted
        )

    def _each_said(self, fact: str, group: str, named: str) -> bool:
        return (named, group) in self._singly and all_said(
            seller_id=self._seller_id,
            shop_id=self._shop_id,
            fact=fact,
            group=group,
            named=named,
            most=ALONE,
        )


def _said_of(seller_id: int, cards: Sequence[StatementCard]) -> set[tuple[str, str]]:
    """Return what was lately said of single goods, each fact with the groups of its goods."""
    lately = [one for one in cards if 0 < len(one.keys) <= ALONE][-_LATELY:]
    offers = catalogue.offers_of(seller_id, {key for one in lately for key in one.keys})
    return {
        (_fact_of(one), offers[key].category) for one in lately for key in one.keys if key in offers
    }


def _fact_of(card: StatementCard) -> str:
    if card.kind == statements.ATTRIBUTE:
        return attribute_key(card.value["attribute_id"])
    return card.kind

"""Answers that would free most of a seller's held offers in a shop, each with its command."""

import shlex
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Category
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.answers import (
    PARCEL,
    TERMS,
    Answer,
    Waiting,
    beyond_answers,
    offers_waiting,
)
from torgpred.listings.core.pricing import NO_PRICE
from torgpred.listings.core.remarks import Remark
from torgpred.listings.services import decisions
from torgpred.runtime.scope import scope

_HELD = """
    SELECT product_key, offers, findings FROM listings_desired
    WHERE seller_id = %s AND shop_id = %s AND ready_offers < offers ORDER BY product_key
"""
_HELD_ANYWHERE = """
    SELECT product_key, offers, findings FROM listings_desired
    WHERE seller_id = %s AND shop_id = ANY(%s) AND ready_offers < offers ORDER BY product_key
"""
BASIS = "basis"
"""The answer that prices are made from the cost."""
CURRENCIES = ("RUB", "CNY", "USD", "EUR")
"""What prices are mostly in, beside the marketplace's own; a fix file takes any other, too."""
_SAMPLE = 50
_KINDS = {
    "weight": "weight_kg",
    "lead_time": "lead_time_days",
    "delivery_template": "delivery_template_id",
    "title": "name",
    "picture": "pictures",
}
"""Facts as remarks name them -> kinds of statements."""
_EXAMPLES = {
    "parcel": "'KG, LxWxH'",
    "weight_kg": "KG",
    "package": "LxWxH",
    "currency": "CURRENCY",
    "country": "COUNTRY",
    "brand": "BRAND",
}


class RankedAnswer(msgspec.Struct, frozen=True):
    """One answer with what it frees and how to give it.

    `facts` are the facts it has to give; `name` names an attribute or a currency; `path` are the
    names of the seller's category `group`. `command` is a shell line with capital letters where
    only the seller knows; `choices` are values that fit, best first, as (value, text).
    """

    fact: str
    facts: tuple[str, ...]
    name: str
    group: str
    path: tuple[str, ...]
    frees: int
    cumulative: int
    concerns: int
    command: str
    choices: tuple[tuple[str, str], ...] = ()
    examples: tuple[str, ...] = ()
    """Keys of some products that wait for it."""
    units: tuple[str, ...] = ()
    """The units that the marketplace takes an attribute in; none where it is no measure."""


class OpenAnswers(msgspec.Struct, frozen=True):
    """The answers that free most, and how many offers wait for what no answer gives."""

    ranked: tuple[RankedAnswer, ...]
    beyond: int


Given = Callable[[str, str, set[str]], bool]
"""Tells by fact, group and the facts to be given whether an answer was given already."""


def answers(seller_id: int, shop_id: int, *, seller: str, limit: int = 10) -> list[RankedAnswer]:
    """Return the answers that together free the most, by the desired states as last worked out.

    `seller` is the code that the commands name. Streams: memory does not grow with the catalogue.
    """
    return list(open_answers(seller_id, shop_id, seller=seller, limit=limit).ranked)


def open_answers(
    seller_id: int, shop_id: int, *, seller: str, limit: int, given: Given | None = None
) -> OpenAnswers:
    """Return the answers that free the most beside those that were `given` since; see `answers`."""
    with scope(seller_id):
        waiting = Waiting()
        from_cost = _has_costs_alone(seller_id)
        for product, offers, remarks in held_products(seller_id, shop_id):
            told = [_from_cost(one) for one in remarks] if from_cost else remarks
            waiting.add(told, offers, product)
    known = {need for need, facts in waiting.facts.items() if given and given(*need, facts)}
    found = waiting.ranked(limit, known)
    beyond = beyond_answers(waiting.needs)
    if not found:
        return OpenAnswers((), beyond)
    teller = _Teller(seller_id, shop_id, seller)
    told_of = (
        msgspec.structs.replace(
            teller.told(one, waiting.facts[one.fact, one.group]),
            examples=tuple(waiting.examples.get((one.fact, one.group), ())),
        )
        for one in found
    )
    return OpenAnswers(tuple(told_of), beyond)


def held_offers(seller_id: int) -> Counter[str]:
    """Count by fact the seller's offers that some of its shops holds for it, each offer once.

    By the desired states as last worked out. Streams: memory does not grow with the catalogue.
    """
    remarks = msgspec.json.Decoder(tuple[Remark, ...])
    shops = [one.id for one in channels.shops_of(seller_id)]
    with scope(seller_id):
        connection.ensure_connection()
        with connection.connection.cursor("held_anywhere", binary=True) as stream:
            stream.execute(_HELD_ANYWHERE, [seller_id, shops])
            return offers_waiting(
                (product, offers, remarks.decode(findings) if findings else ())
                for product, offers, findings in stream
            )


def kind_of(fact: str) -> str:
    """Return the kind of statement that gives a remark's fact."""
    return _KINDS.get(fact, fact)


def held_products(seller_id: int, shop_id: int) -> Iterator[tuple[str, int, tuple[Remark, ...]]]:
    """Yield (product key, offers, remarks) of the products held in a shop, by their keys.

    In that order a question names the same goods each time it is asked. Streams by a server-side
    cursor: consume it inside the caller's own scope.
    """
    remarks = msgspec.json.Decoder(tuple[Remark, ...])
    connection.ensure_connection()
    with connection.connection.cursor("waiting_products", binary=True) as stream:
        stream.execute(_HELD, [seller_id, shop_id])
        for product, offers, findings in stream:
            yield product, offers, remarks.decode(findings) if findings else ()


def _quoted(text: str) -> str:
    """Return a word as a shell takes it; letters of any script need no quotation marks."""
    bare = text and all(sign.isalnum() or sign in "_-.:/@%+=," for sign in text)
    return text if bare else shlex.quote(text)


def _has_costs_alone(seller_id: int) -> bool:
    """Tell whether a catalogue gives costs and not one price, so that one choice prices it all."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM catalogue_price WHERE seller_id = %s AND valid_to IS NULL)",
            [seller_id],
        )
        if cursor.fetchone()[0]:
            return False
    some = catalogue.products_page(seller_id, limit=_SAMPLE)
    return any(offer.cost is not None for product in some for offer in product.offers)


def _from_cost(remark: Remark) -> Remark:
    if remark.code != NO_PRICE.code:
        return remark
    return msgspec.structs.replace(remark, fact=BASIS, group="")


class _Teller:
    """Names groups, attributes and commands of one seller in one shop."""

    def __init__(self, seller_id: int, shop_id: int, seller: str) -> None:
        self._seller = _quoted(seller)
        shop = channels.shop(shop_id)
        many = len(channels.shops_of(seller_id)) > 1
        self._shop = f" --shop {shop_id}" if many else ""
        self._shop_id = shop_id
        self._family = shop.family
        self._rules = channel_services.family_of(shop_id).rules
        self._market: Mapping[str, MarketCategory] = channels.market_categories(shop.family)
        self._categories: Mapping[str, Category] = catalogue.categories(seller_id)
        self._mapped = {
            key: card.market_category
            for key, card in decisions.mappings(seller_id, shop.family).items()
        }
        self._suggested = {
            one.key: one.suggestions
            for one in decisions.suggestions(seller_id=seller_id, family=shop.family)
        }

    def told(self, answer: Answer, facts: set[str]) -> RankedAnswer:
        """Return the answer with names and the command that gives it."""
        category = self._categories.get(answer.group)
        kind, _, rest = answer.fact.partition(":")
        name = rest
        units: tuple[str, ...] = ()
        if kind == "attribute":
            name, units = self._attribute(answer.group, rest)
        command, choices = self._command(answer, tuple(sorted(facts)), kind, name)
        return RankedAnswer(
            fact=answer.fact,
            facts=tuple(sorted(facts)),
            name=name,
            group=answer.group,
            path=category.path if category else (),
            frees=answer.frees,
            cumulative=answer.cumulative,
            concerns=answer.concerns,
            command=command,
            choices=choices,
            units=units,
        )

    def _command(
        self, answer: Answer, facts: tuple[str, ...], kind: str, name: str
    ) -> tuple[str, tuple[tuple[str, str], ...]]:
        seller, group = self._seller, _quoted(answer.group)
        if kind == "category":
            found = self._suggested.get(answer.group, ())
            choices = tuple((one.category_id, " / ".join(one.path)) for one in found)
            best = choices[0][0] if choices else "MARKET_CATEGORY"
            return f"torgpred map set {seller} {group} {best}{self._shop}", choices
        if kind == TERMS:
            return self._terms(facts)
        if kind == BASIS:
            return f"torgpred policy set {seller} --basis cost --margin PERCENT{self._shop}", ()
        if kind == "rate":
            return f"torgpred rate set {name} {self._rules.currency} VALUE", ()
        where = f"--category {group}" if answer.group else "--everything"
        choices = ()
        wanted, value = kind_of(kind), _EXAMPLES.get(kind_of(kind), "VALUE")
        if kind == PARCEL and len(facts) == 1:
            wanted = kind_of(facts[0])
            value = _EXAMPLES[wanted]
        elif kind == "currency":
            choices = tuple(
                (one, one) for one in dict.fromkeys((self._rules.currency, *CURRENCIES))
            )
        elif kind == "unit":
            value = self._rules.units[0]
            choices = tuple((one, one) for one in self._rules.units)
        elif kind == "attribute":
            wanted, choices = _quoted(f"attribute:{name}"), self._values(answer)
            where += self._shop
        return f"torgpred state {seller} {wanted} {value} {where}", choices

    def _terms(self, facts: tuple[str, ...]) -> tuple[str, tuple[tuple[str, str], ...]]:
        command = f"torgpred policy set {self._seller}"
        choices: tuple[tuple[str, str], ...] = ()
        if "delivery_template" in facts:
            known = channels.delivery_templates(self._shop_id)
            choices = tuple((one.id, one.name) for one in known)
            command += f" --template {choices[0][0] if choices else 'TEMPLATE'}"
        if "lead_time" in facts:
            command += " --lead-time DAYS"
        return command + self._shop, choices

    def _attribute(self, group: str, attribute_id: str) -> tuple[str, tuple[str, ...]]:
        market = self._market.get(self._mapped.get(group, ""))
        for one in market.attributes if market else ():
            if one.id == attribute_id:
                return one.name, () if one.dictionary else one.units
        return attribute_id, ()

    def _values(self, answer: Answer) -> tuple[tuple[str, str], ...]:
        market = self._market.get(self._mapped.get(answer.group, ""))
        if market is None:
            return ()
        attribute = answer.fact.partition(":")[2]
        listed = channels.dictionary_values(self._family, market.id, attribute)
        return (listed or ())[:10]

"""What was kept as an answer, said in the words of the page that asked."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.selectors import StatementCard
from torgpred.channels import selectors as channels
from torgpred.channels.core.contract import MarketCategory
from torgpred.channels.core.shops import ShopCard
from torgpred.listings.core.answers import TERMS
from torgpred.listings.services import contexts, decisions, statements
from torgpred.listings.services.answering import BASIS
from torgpred.listings.services.statements import Stated
from torgpred.web import formats, words
from torgpred.web.desks import Desk
from torgpred.web.questions import APART

_NAMED: Final = 3
"""So many goods are named where an answer is about single ones."""


def kept_told(
    desk: Desk, shop: ShopCard, given: Mapping[str, str], cards: Collection[StatementCard]
) -> str:
    """Say what was kept: `given` are the form's fields, `cards` the statements they became."""
    fact = given.get("fact", "")
    if fact == "category":
        return words.say("Kept. {what}", what=_category(desk, shop, given))
    if fact == TERMS:
        return words.say("Kept. {what}", what=terms_told(desk, shop))
    if fact == BASIS:
        margin = contexts.shop_policy(desk.tenant.id, shop.id).pricing.margin
        return words.say("Kept. Margin on the cost, %: {n}", n=formats.exact_number(margin))
    ids = {one.id for one in cards}
    told = [one for one in statements.stated(desk.tenant.id) if one.card.id in ids]
    what = "; ".join(map(_statement, told))
    return words.say("Kept. {what}", what=what)


def _category(desk: Desk, shop: ShopCard, given: Mapping[str, str]) -> str:
    own = catalogue.categories(desk.tenant.id).get(given.get("group", ""))
    market = channels.market_categories(shop.family).get(given.get("value", ""))
    name = " / ".join(own.path) if own else words.word(APART)
    return f"{name}: {' / '.join(market.path)}" if market else name


@dataclass(frozen=True, slots=True)
class ChosenCategory:
    """Where a person said that a category of the seller's belongs."""

    key: str
    path: str
    market_path: str
    decided_at: datetime


def chosen_categories(desk: Desk, shop: ShopCard) -> list[ChosenCategory]:
    """Return the categories that a person chose for a shop's marketplace, the newest first."""
    own = catalogue.categories(desk.tenant.id)
    market = channels.market_categories(shop.family)
    found = [
        ChosenCategory(
            key=one.category_key,
            path=_own_path(own, one.category_key),
            market_path=_joined(market, one.market_category),
            decided_at=one.decided_at,
        )
        for one in decisions.mappings(desk.tenant.id, shop.family).values()
        if one.how == "hand"
    ]
    return sorted(found, key=lambda one: one.decided_at, reverse=True)


def _own_path(own: Mapping[str, Category], key: str) -> str:
    return " / ".join(own[key].path) if key in own else key or words.word(APART)


def _joined(market: Mapping[str, MarketCategory], key: str) -> str:
    return " / ".join(market[key].path) if key in market else key


def terms_told(desk: Desk, shop: ShopCard) -> str:
    """Say how a seller ships from a shop; empty where nobody said so yet."""
    policy = contexts.shop_policy(desk.tenant.id, shop.id)
    names = {one.id: one.name for one in channels.delivery_templates(shop.id)}
    template = policy.delivery_template_id
    told = {
        "delivery_template_id": names.get(template, template),
        "lead_time_days": policy.lead_time_days,
    }
    return "; ".join(f"{words.label('fact', key)}: {value}" for key, value in told.items() if value)


def _statement(one: Stated) -> str:
    name = words.label("fact", one.told[0])
    return f"{name}: {words.stated_value(one.card.kind, one.told[1])} ({_about(one)})"


def _about(one: Stated) -> str:
    if one.path:
        return " / ".join(one.path)
    keys = one.card.keys
    if not keys:
        return words.word("all offers")
    more = " …" if len(keys) > _NAMED else ""
    return f"{words.word('single offers:')} {', '.join(keys[:_NAMED])}{more}"

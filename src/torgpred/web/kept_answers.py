"""What was kept as an answer, said in the words of the page that asked."""

from collections.abc import Collection, Mapping
from typing import Final

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.selectors import StatementCard
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.listings.core.answers import TERMS
from torgpred.listings.services import contexts, statements
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
        return words.say("Kept. {what}", what=_terms(desk, shop))
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


def _terms(desk: Desk, shop: ShopCard) -> str:
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

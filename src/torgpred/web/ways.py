"""Where offers that are held for a reason are freed: the question itself, the rules of prices."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from django.urls import reverse
from django.utils.translation import gettext as _

from torgpred.catalogue import selectors as catalogue
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.digests import digest_of
from torgpred.listings import selectors as listings
from torgpred.listings.core.answers import need_for
from torgpred.listings.core.checks.content import PicturesFit
from torgpred.listings.core.holds import HoldGroup
from torgpred.listings.core.pricing.holds import BY_RULES
from torgpred.web import showing, words
from torgpred.web.desks import Desk
from torgpred.web.showing import Said

REST: Final = 100
"""So many further reasons can be opened below the first ones."""
_ADVISED: Final = 8
"""Duties that are told at once; of many categories there are many."""


def anchor(fact: str, group: str) -> str:
    """Return the name of a question's place on its page; keys of groups may hold any sign."""
    return f"q-{digest_of([fact, group]).hex()[:12]}"


def reasons(
    desk: Desk, shop: ShopCard, holds: Iterable[HoldGroup], *, most: int
) -> list[tuple[HoldGroup, Said]]:
    """Say why offers are held, what holds most first, each with the way to its mend."""
    categories = catalogue.categories(desk.tenant.id)
    # Plans keep the order of what answers free together; people look for the largest number.
    first = sorted(holds, key=lambda one: -one.offers)[:most]
    found = []
    for group in first:
        category = categories.get(group.group)
        told = group.finding and showing.named(group.finding, categories)
        where = " / ".join(category.path) if category else ""
        named = msgspec.structs.replace(group, finding=told)
        said = showing.hold(named, where, shop.currency)
        way, button = _way(desk, shop.id, group)
        found.append((group, replace(said, way=way, way_button=button)))
    return found


def reasons_told(
    desk: Desk, shop: ShopCard, holds: Sequence[HoldGroup], shown: int
) -> dict[str, Any]:
    """Return what a plan's page shows of its reasons: the first ones, and those to be opened."""
    told = [said for _, said in reasons(desk, shop, holds, most=shown + REST)]
    return {
        "holds": told[:shown],
        "more_holds": told[shown:],
        "unshown": max(len(holds) - shown - REST, 0),
    }


def advised_told(desk: Desk, shop: ShopCard) -> dict[str, object]:
    """Say what the law may ask for the goods that are ready in a shop, with the way to papers.

    For a template: what concerns the most goods, how much it is in all, and how much is left out.
    """
    categories = catalogue.categories(desk.tenant.id)
    papers = reverse("seller-papers", kwargs={"code": desk.tenant.code})
    found = []
    advice = listings.legal_advice(desk.tenant.id, shop.id)
    for one in advice.groups[:_ADVISED]:
        finding = showing.named(one.remark.finding, categories)
        named = msgspec.structs.replace(one.remark, finding=finding)
        said = showing.remark(named, shop.currency)
        of = words.say_many("{n} offer", "{n} offers", one.offers)
        of = of if advice.every == 1 else f"≈ {of}"
        category = categories.get(one.remark.group)
        where = f"{of} · {' / '.join(category.path)}" if category else of
        found.append(
            replace(
                said,
                count=one.offers,
                where=where,
                examples=one.examples,
                way=papers,
                way_button=_("To the papers"),
            )
        )
    in_all = len(advice.groups)
    return {"advised": found, "advised_in_all": in_all, "advised_beside": in_all - len(found)}


def _way(desk: Desk, shop_id: int, group: HoldGroup) -> tuple[str, str]:
    """Return where offers held for a reason are freed, and the button's words; empty elsewhere."""
    if not desk.may_act:
        return "", ""
    code = {"code": desk.tenant.code}
    if group.code == PicturesFit.FEW.code:
        return reverse("seller-pictures", kwargs=code), _("Give pictures")
    # What tells variants apart is asked for only of products that have none; it frees some then.
    fact, asked = need_for(group.code, group.fact, group.group, alone=group.frees > 0)
    if fact and not fact.startswith("rate:"):
        page = reverse("seller-start-questions", kwargs=code)
        return f"{page}?all=1#{anchor(fact, asked)}", _("Answer it")
    if group.code in BY_RULES:
        query = {"shop": shop_id, **({"sku": group.examples[0]} if group.examples else {})}
        page = reverse("seller-start-price", kwargs=code)
        return f"{page}?{urlencode(query)}", _("How prices are made here")
    return "", ""

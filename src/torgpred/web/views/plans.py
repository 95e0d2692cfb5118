"""Plans: what would change in a shop, carrying it out, its receipt, taking it back."""

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings
from torgpred.listings.selectors import PlanCard, Receipt, StepCard
from torgpred.listings.selectors.timed import timed_at
from torgpred.listings.services import applying, requesting, statements
from torgpred.web import formats, price_moves, showing, undoings, ways, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.product_names import common_name
from torgpred.web.public_pages import addresses
from torgpred.web.starting import plans_behind
from torgpred.web.timed_prices import timed_price

ACTIONS: Final = ("create", "update", "price", "pause", "resume", "remove")
_STATES: Final = ("waiting", "claimed", "submitted", "unclear", "done", "refused", "skipped")
_STEPS: Final = 50
_HOLDS: Final = 12
_OF_STATEMENT: Final = re.compile(r"(.+): statement (\d+) of (.+)")


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the plans, newest first, and those that are being made."""
    shops = {one.id: one for one in channels.shops_of(desk.tenant.id)}
    found = listings.plans(desk.tenant.id, limit=_STEPS)
    given: dict[str, Any] = {
        "plans": _rows(desk, found, shops),
        "shops": [{"id": one.id, "name": showing.shop_name(one)} for one in shops.values()],
        "requests": _requests(desk, shops),
        "behind": plans_behind(desk, list(shops.values())),
    }
    if request.htmx and request.htmx.target == "requests":  # type: ignore[attr-defined]
        # Once nothing is being made any more, the page is shown anew with what was made.
        if not any(one["open"] for one in given["requests"]):
            response = HttpResponse()
            response["HX-Refresh"] = "true"
            return response
        return render(request, "web/plans/requests.html", given)
    return render(request, "web/plans/index.html", given)


@require_POST
@seller_desk(Need.ACT)
def make(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Ask for a new plan of a shop; a worker makes it."""
    shop_id = showing.whole_number(request.POST.get("shop", ""))
    requesting.ask_plan(seller_id=desk.tenant.id, shop_id=shop_id, actor=desk.actor)
    return redirect("seller-plans", code=desk.tenant.code)


@seller_desk()
def show(request: HttpRequest, desk: Desk, plan: str) -> HttpResponse:
    """Show a plan: its totals, what waits for a yes, its holds, its steps in groups."""
    card = _plan(desk, plan)
    action = request.GET.get("action", "")
    state = request.GET.get("state", "")
    after = request.GET.get("after", "0")
    if action not in {"", *ACTIONS} or state not in {"", *_STATES}:
        raise Http404
    steps = listings.steps_page(
        desk.tenant.id,
        card.id,
        after=showing.whole_number(after),
        limit=_STEPS + 1,
        state=state,
        action=action,
    )
    taken_back = undoings.undoings(desk.tenant.id, card)
    undo_open = any(one.state == "asked" for one in taken_back)
    if request.htmx and request.htmx.target == "undoing":  # type: ignore[attr-defined]
        if not undo_open:
            response = HttpResponse()
            response["HX-Refresh"] = "true"
            return response
        part = {"plan": card, "undoings": taken_back, "undo_open": undo_open}
        return render(request, "web/plans/undoing.html", part)
    receipt = listings.receipt(desk.tenant.id, card.id)
    shop = channels.shop(card.shop_id)
    given = {
        "plan": card,
        "shop": showing.shop_name(shop),
        "currency": shop.currency,
        "actions": _actions(card),
        "ended_as": undoings.ended_as(taken_back, card.state),
        "about": _about(desk, card),
        "action": action,
        "state": state,
        "groups": _grouped(
            _named(desk, steps[:_STEPS]), _goods(desk, card, steps[:_STEPS]), shop.currency
        ),
        "page": showing.page(steps, lambda one: str(one.number), after.lstrip("0"), _STEPS),
        **ways.reasons_told(desk, shop, card.holds, _HOLDS),
        **({} if after.strip("0") else ways.advised_told(desk, shop)),
        "guards": showing.guards(desk.tenant.id, card.guards, shop.currency),
        "cannot": undoings.reasons(card),
        "undoings": taken_back,
        "undo_open": undo_open,
        "taken_back": any(not one.again for one in taken_back),
        "took_back": undoings.undoing(desk.tenant.id, card)
        if card.undoes and card.state == "applied"
        else None,
        "behind": [one for one in plans_behind(desk, [shop]) if one[0].plan.id == card.id],
        "newer": listings.newer_plan(card) if card.state == "made" and not card.due_at else None,
        "receipt": receipt if card.state != "made" else None,
        "states": _states(receipt),
        "progress": _progress(card, receipt),
    }
    return render(request, "web/plans/plan.html", given)


@seller_desk()
def progress(request: HttpRequest, desk: Desk, plan: str) -> HttpResponse:
    """Show how far an apply is: the part of the plan's page that is asked for again and again."""
    card = _plan(desk, plan)
    if card.state != "applying" and request.htmx:  # type: ignore[attr-defined]
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    receipt = listings.receipt(desk.tenant.id, card.id)
    given = {"plan": card, "progress": _progress(card, receipt)}
    return render(request, "web/plans/progress.html", given)


@require_POST
@seller_desk(Need.ACT)
def apply(request: HttpRequest, desk: Desk, plan: str) -> HttpResponse:
    """Have a plan carried out, with the guards that were said yes to."""
    card = _plan(desk, plan)
    applying.begin(
        seller_id=desk.tenant.id,
        plan_id=card.id,
        actor=desk.actor,
        confirmed=request.POST.getlist("yes"),
    )
    return redirect("seller-plan", code=desk.tenant.code, plan=card.code)


@require_POST
@seller_desk(Need.ACT)
def undo(request: HttpRequest, desk: Desk, plan: str) -> HttpResponse:
    """Ask for the plan that takes this one back; nothing is sent until that one is applied."""
    card = _plan(desk, plan)
    requesting.ask_undo(seller_id=desk.tenant.id, plan_id=card.id, actor=desk.actor)
    asked = [
        one.undoes
        for one in listings.plan_requests(desk.tenant.id)
        if one.ended_at is None and one.shop_id == card.shop_id
    ]
    if asked and card.code not in asked:
        busy = words.word("Another plan of this shop is being made. Take this one back after it.")
        messages.warning(request, busy)
    return redirect("seller-plan", code=desk.tenant.code, plan=card.code)


def _plan(desk: Desk, code: str) -> PlanCard:
    card = listings.plan(code)
    if card.seller_id != desk.tenant.id:
        raise Http404
    return card


def _actions(card: PlanCard) -> list[tuple[str, int]]:
    return [(name, card.counts[name]) for name in ACTIONS if card.counts.get(name)]


def _rows(desk: Desk, found: list[PlanCard], shops: dict[int, Any]) -> list[dict[str, Any]]:
    """Return plans as the list shows them. One that takes another back is newer than that."""
    undone = {one.undoes: one for one in found if one.undoes and one.state == "applied"}
    rows = []
    for one in found:
        by = undone.get(one.code) if one.state == "applied" else None
        in_part = by is not None and bool(by.counts.get("cannot"))
        rows.append(
            {
                "plan": one,
                "shop": _name(shops, one.shop_id),
                "actions": _actions(one),
                "about": _about(desk, one),
                "state": ("undone_in_part" if in_part else "undone") if by else one.state,
                "undone_by": by.code if by else "",
            }
        )
    return rows


def _about(desk: Desk, card: PlanCard) -> str:
    """Return what a plan is about in a few words: its day, and what it does the most of."""
    most = max(_actions(card), key=lambda one: one[1], default=None)
    day = formats.day(card.made_at.astimezone(formats.zone(desk.tenant.country)))
    if most is None:
        return day
    return f"{day} · {words.label('step action', most[0])} {formats.number(most[1])}"


def _name(shops: dict[int, Any], shop_id: int) -> str:
    return showing.shop_name(shops[shop_id]) if shop_id in shops else str(shop_id)


def _requests(desk: Desk, shops: dict[int, Any]) -> list[dict[str, Any]]:
    return [
        {
            "shop": _name(shops, one.shop_id),
            "undoes": one.undoes,
            "open": one.ended_at is None,
            "at": one.asked_at,
            "trouble": words.say(one.template, **one.data) if one.template else "",
        }
        for one in listings.plan_requests(desk.tenant.id)
    ]


def _named(desk: Desk, steps: list[StepCard]) -> list[StepCard]:
    """Return steps whose stated facts bear their names instead of codes and a marketplace's ids."""
    if not any(one.stated for one in steps):
        return steps
    names = {str(one.card.id): one.told[0] for one in statements.stated(desk.tenant.id)}

    def named(text: str) -> str:
        found = _OF_STATEMENT.fullmatch(text)
        if not found:
            return text
        fact, number, day = found.groups()
        of_attribute = fact.startswith(f"{statements.ATTRIBUTE}:")
        name = names.get(number, fact) if of_attribute else words.label("fact", fact)
        return words.say("{fact}: statement {n} of {day}", fact=name, n=number, day=day)

    return [msgspec.structs.replace(one, stated=tuple(map(named, one.stated))) for one in steps]


@dataclass(frozen=True, slots=True)
class _Goods:
    """A product as a step tells it: its name, and its page in the shop."""

    name: str = ""
    address: str = ""
    kept: int = 0
    """Its offers whose price is a campaign's for now, and that campaign's name."""
    campaign: str = ""


def _goods(desk: Desk, card: PlanCard, steps: list[StepCard]) -> dict[str, _Goods]:
    """Return what the products of some steps are called and where buyers see them, by key."""
    keys = [one.product_key for one in steps]
    pages = addresses(desk, channels.shop(card.shop_id), keys)
    timed = timed_at(desk.tenant.id, card.shop_id, card.made_at).by_offer
    called = {one.reference: one for one in timed.values()}
    names = {
        reference: timed_price(desk, card.shop_id, one).called for reference, one in called.items()
    }
    found = {key: _Goods(address=address) for key, address in pages.items()}
    for row in listings.catalogue_rows(desk.tenant.id, keys, []):
        kept = [timed[one.key].reference for one in row.offers if one.key in timed]
        found[row.product_key] = _Goods(
            common_name([one.name for one in row.offers]),
            pages.get(row.product_key, ""),
            len(kept),
            ", ".join(dict.fromkeys(names[one] for one in kept)),
        )
    # What is taken off sale since the file has it no more is called as it was.
    gone = [key for key in keys if key not in found or not found[key].name]
    for key, offer in catalogue.offers_of(desk.tenant.id, gone).items():
        found[key] = _Goods(offer.name, pages.get(key, ""))
    return found


def _grouped(
    steps: list[StepCard], goods: dict[str, _Goods], currency: str
) -> list[dict[str, Any]]:
    """Return steps in groups by action, in the order they stand in the plan.

    Each with its product and the price of it that moves the furthest.
    """
    groups: list[dict[str, Any]] = []
    for step in steps:
        if not groups or groups[-1]["action"] != step.action:
            groups.append({"action": step.action, "steps": []})
        groups[-1]["steps"].append(
            (step, goods.get(step.product_key, _Goods()), price_moves.furthest(step, currency))
        )
    return groups


def _states(receipt: Receipt) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for name, count in receipt.steps.items():
        state = name.partition(".")[2]
        found[state] = found.get(state, 0) + count
    return [(name, found[name]) for name in _STATES if name in found]


def _progress(card: PlanCard, receipt: Receipt) -> dict[str, Any]:
    states = dict(_states(receipt))
    ended = sum(states.get(name, 0) for name in ("done", "refused", "skipped"))
    return {
        "total": sum(states.values()),
        "ended": ended,
        "done": states.get("done", 0),
        "failed": states.get("refused", 0) + states.get("skipped", 0),
        "trouble": words.stored(card.trouble),
    }

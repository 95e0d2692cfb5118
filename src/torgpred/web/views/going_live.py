"""First steps, the end: how a price comes about, the plan, going live."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from django.views.decorators.http import require_POST

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.quantity import decimal_of
from torgpred.listings import selectors as listings
from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Waterfall
from torgpred.listings.services import applying, contexts, pricing, requesting
from torgpred.orders.core.payouts import otherwise
from torgpred.orders.selectors.payouts import kept_share
from torgpred.web import formats, showing, ways, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.starting import Progress, progress_of, worked_on
from torgpred.web.timed_prices import timed_price
from torgpred.web.views.step_pages import page, shop_of, to

_USUAL_COMMISSION: Final = Decimal(8)
_USUAL_PARCEL: Final = Decimal(100)
_MOST: Final = Decimal(10**9)
_FIELDS: Final = {
    "commission": _("Marketplace's commission, %"),
    "margin": _("Margin you add, %"),
    "per_parcel": _("Delivery of a parcel, {currency}"),
    "per_kg": _("Delivery of a kilogram, {currency}"),
    "least_price": _("Never below, {currency}"),
}
_KEPT_LISTED: Final = _(
    "The price rules are kept. A plan by them is being made: it will stand first in this list."
)
_KEPT_HERE: Final = _(
    "The price rules are kept. A plan by them is being made: it will be shown here."
)
_SAMPLE: Final = 200
_HOLDS: Final = 5


class NoFieldNumberError(TorgpredError):
    """A field of the form holds something else than a number."""

    code = "web.no_field_number"
    template = "{field}: “{given}” is no number. Write digits, such as 3 or 12.5."


class FieldOutsideError(TorgpredError):
    """A field of the form holds a number that makes no sense there."""

    code = "web.field_outside"
    template = "{field}: “{given}” does not fit here, it must be at least 0 and at most {most}."


class MarginOnShelfError(TorgpredError):
    """A margin is asked for on top of what the buyer pays, where it would change nothing."""

    code = "web.margin_on_shelf"
    template = (
        "To a buyer's price nothing is added: leave the margin 0, or choose another meaning of the"
        " prices in your file."
    )


# --- the price ----------------------------------------------------------------------------------
@seller_desk()
def price(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how prices are made as one of the first steps, until these are over."""
    return _rules(request, desk, steps=True)


@seller_desk()
def prices(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show how prices are made at a place of its own, once first steps are over."""
    return _rules(request, desk, steps=False)


def _rules(request: HttpRequest, desk: Desk, *, steps: bool) -> HttpResponse:
    """Show the rules of prices at the place that is theirs now; elsewhere, lead to it."""
    if "csrfmiddlewaretoken" in request.GET:
        # The form is one for both buttons, and its token has no business in an address.
        kept = request.GET.copy()
        del kept["csrfmiddlewaretoken"]
        return redirect(f"{request.path}?{kept.urlencode()}")
    progress = progress_of(desk, request.GET.get("shop", ""))
    if progress.shop is None:
        return to(desk, "shop")
    if progress_of(desk).over == steps:
        place = reverse("seller-prices" if steps else "seller-start-price", args=[desk.tenant.code])
        return redirect(f"{place}?{request.GET.urlencode()}" if request.GET else place)
    given = _worked_out(request, desk, progress, progress.shop)
    if steps:
        return page(request, desk, "price", given)
    return render(request, "web/prices.html", given)


def _worked_out(
    request: HttpRequest, desk: Desk, progress: Progress, shop: ShopCard
) -> dict[str, Any]:
    """Return how one offer's price comes about, under the policy chosen or one to be tried."""
    policy = progress.policy.pricing
    trouble = ""
    tried = "commission" in request.GET
    if tried or policy == PricingPolicy():
        try:
            policy = _policy(request.GET if tried else {}, policy, shop.currency)
        except TorgpredError as error:
            trouble = words.tell(error)
    waterfall, name = None, ""
    try:
        sku = request.GET.get("sku", "")[:255].replace("\0", "") or _middle(desk.tenant.id)
        # What was refused is not worked out: its figures would be of another policy.
        priced = (
            None
            if trouble
            else pricing.example(seller_id=desk.tenant.id, shop_id=shop.id, sku=sku, policy=policy)
        )
    except TorgpredError as error:
        trouble = trouble or words.tell(error)
        priced = None
    if priced is not None:
        waterfall, name, sku = priced.waterfall, priced.name, priced.sku
    return {
        "progress": progress,
        "here": request.path,
        "basis": request.GET.get("basis", "") or policy.basis.value,
        "typed": _typed(policy, request.GET if tried else {}),
        "shops": [(one.id, showing.shop_name(one)) for one in channels.shops_of(desk.tenant.id)],
        "currency": shop.currency,
        "sign": formats.sign(shop.currency),
        "bases": [one.value for one in Basis],
        "name": name,
        "sku": sku,
        "lines": showing.waterfall_lines(waterfall),
        "timed": timed_price(desk, shop.id, priced.timed) if priced and priced.timed else None,
        "holds": [showing.remark(one, shop.currency) for one in waterfall.holds]
        if waterfall
        else [],
        "loss": _loss(waterfall),
        "trouble": trouble,
        "tried": tried,
        "suggested": progress.policy.pricing == PricingPolicy(),
        "commission": policy.commission,
        "fee": policy.fee,
        "tax": policy.route.tax_out,
        "kept": _kept_otherwise(desk, shop, policy),
    }


def _kept_otherwise(desk: Desk, shop: ShopCard, policy: PricingPolicy) -> Decimal | None:
    """Return the share that the marketplace keeps of sales, where the rules count another one."""
    kept = kept_share(desk.tenant.id, shop.id)
    return kept if otherwise(kept, policy.commission) else None


def _typed(policy: PricingPolicy, given: Mapping[str, str]) -> dict[str, str]:
    """Return what stands in the form's fields: what was typed last, also where it is refused."""
    logistics = policy.route.logistics or Logistics("")
    known = {
        "commission": policy.commission,
        "margin": policy.margin,
        "per_parcel": logistics.per_parcel,
        "per_kg": logistics.per_kg,
        "least_price": policy.least_price,
    }
    return {
        name: given.get(name, "")[:40] if given else formats.typed(value)
        for name, value in known.items()
    }


def _middle(seller_id: int) -> str:
    """Return the SKU in the middle of the prices of some products: no odd one, cheap or dear."""
    some = catalogue.products_page(seller_id, limit=_SAMPLE)
    priced = sorted(
        (offer.price or offer.cost or Decimal(0), offer.key)
        for product in some
        for offer in product.offers
        if offer.price or offer.cost
    )
    return priced[(len(priced) - 1) // 2][1] if priced else ""


def _loss(waterfall: Waterfall | None) -> bool:
    return waterfall is not None and waterfall.keeps is not None and waterfall.keeps <= 0


def _policy(given: Any, policy: PricingPolicy, currency: str) -> PricingPolicy:  # noqa: ANN401
    """Return what was typed, over a policy; of nothing typed, that policy with usual figures.

    Raises NoFieldNumberError, FieldOutsideError, MarginOnShelfError.
    """

    def of(name: str, usual: Decimal) -> Decimal:
        text = given.get(name, "").strip()
        return _number(name, text, currency) if text else usual

    basis = given.get("basis", policy.basis.value)
    known = policy.route.logistics or Logistics(currency, per_parcel=_USUAL_PARCEL)
    zero = Decimal(0)
    logistics = msgspec.structs.replace(
        known,
        per_parcel=of("per_parcel", known.per_parcel if not given else zero),
        per_kg=of("per_kg", known.per_kg if not given else zero),
    )
    chosen = msgspec.structs.replace(
        policy,
        basis=Basis(basis) if basis in set(Basis) else policy.basis,
        commission=of("commission", zero if given else policy.commission or _USUAL_COMMISSION),
        margin=of("margin", policy.margin if not given else zero),
        least_price=(of("least_price", zero) or None) if given else policy.least_price,
        route=msgspec.structs.replace(policy.route, logistics=logistics),
    )
    if given and chosen.basis is Basis.SHELF and chosen.margin:
        raise MarginOnShelfError
    return chosen


def _number(name: str, text: str, currency: str) -> Decimal:
    """Return what was typed into a field. Raises NoFieldNumberError, FieldOutsideError."""
    found = decimal_of(text.removesuffix("%"))
    field = words.say(_FIELDS[name], currency=formats.sign(currency))
    if found is None:
        raise NoFieldNumberError(field=field, given=text[:40])
    if not 0 <= found <= _MOST:
        raise FieldOutsideError(field=field, given=text[:40], most=_MOST)
    return found


@require_POST
@seller_desk(Need.ACT)
def set_price(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep how prices are made, and have a plan made."""
    progress = progress_of(desk, request.POST.get("shop", ""))
    card = shop_of(progress)
    chosen = _policy(request.POST, progress.policy.pricing, card.currency)
    contexts.set_policy(
        seller_id=desk.tenant.id,
        shop_id=card.id,
        policy=msgspec.structs.replace(progress.policy, pricing=chosen),
        actor=desk.actor,
    )
    requesting.ask_plan(seller_id=desk.tenant.id, shop_id=card.id, actor=desk.actor)
    now = progress_of(desk)
    first = shop_of(now)
    listed = now.over or card.id != first.id
    messages.success(request, words.word(_KEPT_LISTED if listed else _KEPT_HERE))
    if listed:
        return redirect("seller-plans", desk.tenant.code)
    return to(desk, "plan")


# --- the plan -----------------------------------------------------------------------------------
@seller_desk()
def plan(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what would go live, carry it out, and say what became of it."""
    progress = progress_of(desk)
    if progress.shop is None:
        return to(desk, "shop")
    made = [
        one
        for one in listings.plans(desk.tenant.id, ordinary=True)
        if one.shop_id == progress.shop.id
    ]
    card = made[0] if made else None
    asked = [
        one for one in listings.plan_requests(desk.tenant.id) if one.shop_id == progress.shop.id
    ]
    making = any(one.ended_at is None for one in asked)
    failed = next((one for one in asked if one.template), None) if not making else None
    # What came in and is not worked out yet may change anything.
    worked = worked_on(desk, progress.shop) if card else None
    found = listings.plans_behind(desk.tenant.id).get(progress.shop.id)
    behind = found is not None and found.moved
    receipt = listings.receipt(desk.tenant.id, card.id) if card else None
    states: Counter[str] = Counter()
    for name, count in (receipt.steps if receipt else {}).items():
        states[name.partition(".")[2]] += count
    given = {
        "progress": progress,
        "waits": making or (card is not None and card.state == "applying"),
        "making": making,
        "failed": words.say(failed.template, **failed.data) if failed else "",
        "plan": card,
        "shop": showing.shop_name(progress.shop),
        "several": len(channels.shops_of(desk.tenant.id)) > 1,
        "guards": showing.guards(desk.tenant.id, card.guards, progress.shop.currency)
        if card
        else [],
        **(ways.reasons_told(desk, progress.shop, card.holds, _HOLDS) if card else {}),
        **(ways.advised_told(desk, progress.shop) if card else {}),
        "receipt": receipt,
        "total": sum(states.values()),
        "ended": states["done"] + states["refused"] + states["skipped"],
        "done_steps": states["done"],
        "refused": states["refused"] + states["skipped"],
        "live": listings.standing_offers(desk.tenant.id, progress.shop.id),
        "changed": behind or (worked is not None and not worked.current),
    }
    return page(request, desk, "plan", given)


@require_POST
@seller_desk(Need.ACT)
def make_plan(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Have a plan made anew."""
    card = shop_of(progress_of(desk))
    requesting.ask_plan(seller_id=desk.tenant.id, shop_id=card.id, actor=desk.actor)
    return to(desk, "plan")


@require_POST
@seller_desk(Need.ACT)
def apply(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Carry the plan out that was shown."""
    card = listings.plan(request.POST.get("plan", ""))
    if card.seller_id != desk.tenant.id:
        raise Http404
    applying.begin(
        seller_id=desk.tenant.id,
        plan_id=card.id,
        actor=desk.actor,
        confirmed=request.POST.getlist("yes"),
    )
    return to(desk, "plan")

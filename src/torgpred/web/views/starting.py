"""First steps, the beginning: the file, what is in it, the shop."""

from collections import Counter
from typing import IO, Any, Final, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.selectors.columns import feed_columns
from torgpred.catalogue.selectors.lacks import lacks
from torgpred.catalogue.services.requesting import ask_reading
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopCard, ShopState
from torgpred.demo import world
from torgpred.kernel.errors import RetryLaterError
from torgpred.kernel.findings import Finding
from torgpred.listings import selectors as listings
from torgpred.listings.services import working_out as working
from torgpred.runtime.options import options
from torgpred.web import demo_door, showing, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.showing import Said
from torgpred.web.starting import ask_for_news, progress_of
from torgpred.web.uploads import chosen_file
from torgpred.web.views.step_pages import page, to

_BARCODE: Final = "feed.offer.barcode_bad"
_LOOKED_AT: Final = 100
_SAMPLE: Final = 5
_NAMED: Final = 10
_PARAMS: Final = 3
_SEVERITIES: Final = {"error": 0, "warning": 1, "note": 2}


@seller_desk()
def go_on(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Lead to the first step that is not behind."""
    return to(desk, progress_of(desk).next)


# --- the file -----------------------------------------------------------------------------------
@seller_desk()
def file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show where a file is given, and the one that is being read."""
    progress = progress_of(desk)
    reading = progress.reading
    waits = reading is not None and reading.ended_at is None
    trouble = words.say(reading.template, **reading.data) if reading and reading.template else ""
    given = {"progress": progress, "reading": reading, "waits": waits, "trouble": trouble}
    return page(request, desk, "file", given)


@require_POST
@seller_desk(Need.ACT)
def give_file(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a file; a worker reads it."""
    sent = chosen_file(request, "file")
    ask_reading(
        seller_id=desk.tenant.id,
        stream=cast("IO[bytes]", sent.file),
        name=sent.name or "",
        actor=desk.actor,
        accept_missing=bool(request.POST.get("accept_missing")),
    )
    return to(desk, "found")


@seller_desk()
def found(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what is in the file: counts, and what was noticed, what can be mended first."""
    progress = progress_of(desk)
    reading = progress.reading
    waits = reading is not None and reading.ended_at is None
    if reading is not None and reading.template:
        return to(desk, "file")
    intakes = catalogue.intakes(desk.tenant.id, limit=1)
    if not waits and not intakes:
        return to(desk, "file")
    intake = None if waits else intakes[0]
    if intake is not None:
        # So that the next page knows whether a shop differs from what came in.
        ask_for_news(desk, channels.shops_of(desk.tenant.id))
    kept = catalogue.findings(desk.tenant.id, intake.id) if intake else []
    given = {
        "progress": progress,
        "reading": reading,
        "waits": waits,
        "intake": intake,
        "categories": len(catalogue.categories(desk.tenant.id)),
        "lacks": lacks(desk.tenant.id) if intake else None,
        "findings": _grouped(kept, intake.finding_totals if intake else {}),
        "mended": _mended(kept),
        "columns": _unsure(desk) if intake else [],
        "sample": _sample(desk) if intake and intake.outcome == "taken" else [],
        "gone": intake.missing[:_NAMED] if intake else (),
    }
    return page(request, desk, "found", given)


def _sample(desk: Desk) -> list[dict[str, Any]]:
    """Return some goods as they were read, so that a person sees whether columns were understood.

    One of each category first, and of each product one offer: ten sizes of one shirt would say
    nothing of the others.
    """
    some = [one.offers[0] for one in catalogue.products_page(desk.tenant.id, limit=_LOOKED_AT)]
    first = {one.category: one for one in reversed(some)}
    offers = sorted(some, key=lambda one: first[one.category] is not one)[:_SAMPLE]
    named = catalogue.categories(desk.tenant.id)
    return [
        {
            "offer": one,
            "category": " / ".join(named[one.category].path) if one.category in named else "",
            "params": one.params[:_PARAMS],
            "more": max(len(one.params) - _PARAMS, 0),
        }
        for one in offers
    ]


def _unsure(desk: Desk) -> list[str]:
    """Return the headers of columns of which nobody decided what they mean."""
    return [
        one.header
        for feed in feed_columns(desk.tenant.id)
        for one in feed.columns
        if not one.decided and one.field != "published"
    ]


def _mended(kept: list[Finding]) -> bool:
    return any(one.severity.value == "error" for one in kept)


def _grouped(kept: list[Finding], totals: dict[str, int]) -> list[Said]:
    """Return findings by kind: what was not taken first, then what concerns most."""
    first: dict[str, Finding] = {}
    places: dict[str, list[str]] = {}
    for one in kept:
        first.setdefault(one.code, one)
        if len(places.setdefault(one.code, [])) < 3 and one.place:
            places[one.code].append(words.stored(one.place))
    counted = Counter(totals)
    codes = sorted(
        first, key=lambda code: (_SEVERITIES[first[code].severity.value], -counted[code])
    )
    return [
        Said(
            counted[code],
            *_told(first[code], counted[code]),
            code,
            examples=tuple(places.get(code, ())),
            level={"error": "bad", "warning": "warn"}.get(first[code].severity.value, "info"),
        )
        for code in codes
    ]


def _told(one: Finding, count: int) -> tuple[str, str]:
    """Say what was found so many times, the first of them as the example that it is."""
    message, mend = words.tell_finding(one)
    if count < 2:
        return message, mend
    if one.code == _BARCODE:
        told = words.say_many(
            "{n} barcode is wrong, for example {value}: its check digit does not hold.",
            "{n} barcodes are wrong, for example {value}: their check digits do not hold.",
            count,
            value=one.value,
        )
        return told, mend
    differs = "{" in one.template
    return words.say("For example: {message}", message=message) if differs else message, mend


# --- the shop -----------------------------------------------------------------------------------
@seller_desk()
def shop(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the shops there are, and the form that connects one."""
    progress = progress_of(desk)
    given = {
        "progress": progress,
        "works": progress.tried,
        "shops": [
            {
                "id": one.id,
                "name": showing.shop_name(one),
                "joint": one.joint,
                "trial": channels.trial(one.id),
                "closable": _closable(desk, one),
                "fields": channel_services.family(one.family).credential_fields,
            }
            for one in channels.shops_of(desk.tenant.id)
        ],
        "families": [
            {"code": code, "name": showing.market_name(code), "fields": of.credential_fields}
            for code, of in channel_services.families().items()
        ],
        "practice": demo_door.is_open(),
    }
    return page(request, desk, "shop", given)


@require_POST
@seller_desk(Need.ACT)
def connect(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Connect a shop: its token is tried, kept sealed, and never shown again."""
    family = request.POST.get("family", "")
    of = channel_services.family(family)
    credentials = {name: request.POST.get(f"secret-{name}", "") for name in of.credential_fields}
    name = request.POST.get("name", "").strip() or desk.tenant.name
    refused = _refused(desk, family, name)
    if refused is not None:
        channel_services.replace_credentials(shop_id=refused.id, credentials=credentials)
        return _tried(request, desk, refused)
    card = channel_services.add_shop(
        tenant_id=desk.tenant.id, family=family, name=name, credentials=credentials
    )
    return _tried(request, desk, card)


def _refused(desk: Desk, family: str, name: str) -> ShopCard | None:
    """Return the seller's shop of this name whose token never worked: the next one is for it."""
    for one in channels.shops_of(desk.tenant.id):
        if (one.family, one.name, one.joint) == (family, name, False):
            trial = channels.trial(one.id)
            return one if trial and not trial.ok else None
    return None


def _free_name(desk: Desk) -> str:
    """Return the seller's name, numbered where a shop has it already."""
    taken = {one.name for one in channels.shops_of(desk.tenant.id)}
    numbered = (f"{desk.tenant.name} {n}" for n in range(2, len(taken) + 3))
    return next(name for name in (desk.tenant.name, *numbered) if name not in taken)


@require_POST
@seller_desk(Need.ACT)
def new_secret(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Put a new token in the place of a shop's old one, and try it."""
    card = _own_shop(request, desk)
    of = channel_services.family(card.family)
    credentials = {name: request.POST.get(f"secret-{name}", "") for name in of.credential_fields}
    channel_services.replace_credentials(shop_id=card.id, credentials=credentials)
    return _tried(request, desk, card)


@require_POST
@seller_desk(Need.ACT)
def close(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give up a shop that was refused and where nothing stands: nobody asks for it any more."""
    card = _own_shop(request, desk)
    if not _closable(desk, card):
        raise Http404
    # Its name is free again: one connects the next shop under it.
    channel_services.change_shop(
        shop_id=card.id, name=f"{card.name} ({card.id})", state=ShopState.CLOSED
    )
    messages.success(request, words.say("{shop} is given up.", shop=showing.shop_name(card)))
    return to(desk, "shop")


def _closable(desk: Desk, card: ShopCard) -> bool:
    trial = channels.trial(card.id)
    refused = not card.joint and trial is not None and not trial.ok
    return refused and not listings.standing_offers(desk.tenant.id, card.id)


@require_POST
@seller_desk(Need.ACT)
def practise(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Open a shop at the practice marketplace: in the demo's world, and nowhere else."""
    if not demo_door.is_open():
        raise Http404
    where = world.ports(options().home)
    brands = _brands(desk.tenant.id)
    token = world.open_account(
        where, code=desk.tenant.code.lower(), name=desk.tenant.name, brands=brands
    )
    card = channel_services.add_shop(
        tenant_id=desk.tenant.id,
        family="aliexpress_ru",
        name=_free_name(desk),
        credentials={"token": token},
        address=where.twin_address,
    )
    return _tried(request, desk, card)


def _brands(seller_id: int) -> list[str]:
    some = catalogue.products_page(seller_id, limit=500)
    return sorted({offer.vendor for product in some for offer in product.offers if offer.vendor})


def _own_shop(request: HttpRequest, desk: Desk) -> ShopCard:
    """Return the seller's own shop that a form names; a joint one is the operator's to change."""
    wanted = request.POST.get("shop", "")
    for one in channels.shops_of(desk.tenant.id):
        if str(one.id) == wanted and not one.joint:
            return one
    raise Http404


def _tried(request: HttpRequest, desk: Desk, card: ShopCard) -> HttpResponse:
    try:
        report = channel_services.test_shop(card.id)
    except RetryLaterError:
        messages.warning(
            request,
            words.word("The marketplace does not answer just now. The shop is kept; try again."),
        )
        return to(desk, "shop")
    if not report.ok:
        told = words.say(
            "The marketplace refused the token: {why}", why=words.stored(report.message)
        )
        messages.error(request, told)
        return to(desk, "shop")
    working.ask_anew(seller_id=desk.tenant.id, shop_id=card.id)
    messages.success(request, words.word("The shop is connected. Its token is kept sealed."))
    return to(desk, "questions")

"""First steps, the questions: what nobody but the seller knows."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from msgspec.structs import replace

from torgpred.catalogue.services import undo_statement
from torgpred.channels.core.shops import ShopCard
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.services import statements
from torgpred.listings.services import working_out as working
from torgpred.listings.services.contexts import set_policy
from torgpred.listings.services.remembering import undo_category
from torgpred.web import words
from torgpred.web.answers import accept_all, give_answer
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.each_good import give_each, sheet
from torgpred.web.kept_answers import chosen_categories, kept_told, terms_told
from torgpred.web.questions import RANKED, SHOWN, Asked, questions
from torgpred.web.showing import whole_number
from torgpred.web.starting import progress_of, worked_on
from torgpred.web.views.step_pages import page, shop_of, to

_NEXT: Final = "open"
"""The place on the page where what was kept is told, above the first open question."""
_CHOSEN: Final = 50


# --- questions ----------------------------------------------------------------------------------
@seller_desk()
def ask(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the questions that free most, while what was answered is worked out."""
    progress = progress_of(desk)
    if progress.shop is None:
        return to(desk, "shop")
    if not progress.offers:
        return to(desk, "file")
    worked = worked_on(desk, progress.shop)
    waits = worked is not None and not worked.current
    part = request.htmx and request.htmx.target == "waiting"  # type: ignore[attr-defined]
    asked = Asked([], 0) if part else _asked(request, desk, progress.shop)
    first, later = asked.questions[:SHOWN], asked.questions[SHOWN:]
    # What is only likely is chosen by a person, one by one.
    pairs = [
        f"{one.group}\t{one.best.value}"
        for one in asked.questions
        if one.best and one.best.sure == "sure"
    ]
    freed = sum(one.frees for one in first)
    freed_later = sum(one.frees for one in later)
    given = {
        "progress": progress,
        "waits": waits,
        "trouble": words.say(worked.template, **worked.data) if worked and worked.template else "",
        "first": worked is not None and not worked.offers,
        "questions": first,
        "later": later,
        "in_all": _in_all(len(asked.questions)),
        "beyond": asked.beyond,
        "all": bool(request.GET.get("all")),
        # Once most is ready, going on is what helps most.
        "enough": not first or (worked is not None and (freed + freed_later) * 10 < worked.offers),
        "frees": freed,
        "frees_later": freed_later,
        "pairs": pairs if len(pairs) > 1 else [],
        "given": [] if part else _told(desk),
        "chosen": [] if part else chosen_categories(desk, progress.shop)[:_CHOSEN],
        "terms": "" if part else terms_told(desk, progress.shop),
        "seek": request.GET.get("seek", "")[:100],
        "group": request.GET.get("group", ""),
    }
    return page(request, desk, "questions", given)


def _asked(request: HttpRequest, desk: Desk, card: ShopCard) -> Asked:
    seek = request.GET.get("seek", "")[:100].replace("\0", "")
    return questions(desk, card, seek=seek, wanted=request.GET.get("group", ""))


def _in_all(number: int) -> str:
    """Say how many questions are open; a page holds only so many of them."""
    return f"{number}+" if number >= RANKED else str(number)


def _told(desk: Desk) -> list[statements.Stated]:
    return list(reversed(statements.stated(desk.tenant.id)))[:20]


@require_POST
@seller_desk(Need.ACT)
def answer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep an answer, or accept all suggestions that were shown."""
    card = shop_of(progress_of(desk))
    if "accept" in request.POST:
        kept = accept_all(desk, card, request.POST.getlist("accept"))
        told = words.say("Kept. Categories accepted: {n}", n=kept)
    else:
        given = {name: str(request.POST.get(name, "")) for name in request.POST}
        told = kept_told(desk, card, given, give_answer(desk, card, given))
    messages.success(request, told)
    return to(desk, "questions", _NEXT)


# --- good by good -------------------------------------------------------------------------------
@seller_desk()
def each(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the goods that one question is about, each with what may be meant."""
    progress = progress_of(desk)
    if progress.shop is None:
        return to(desk, "shop")
    wanted = [request.GET.get(name, "").replace("\0", "") for name in ("fact", "group")]
    found = sheet(desk, progress.shop, *wanted)
    if found is None:
        return to(desk, "questions")
    given = {"progress": progress, "sheet": found, "one": found.question}
    return page(request, desk, "questions", given, name="each")


@require_POST
@seller_desk(Need.ACT)
def answer_each(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what was given for single goods."""
    card = shop_of(progress_of(desk))
    given = {name: str(request.POST.get(name, "")) for name in request.POST}
    kept = give_each(desk, card, given)
    messages.success(request, words.say_many("Kept for {n} offer.", "Kept for {n} offers.", kept))
    return to(desk, "questions", _NEXT)


@require_POST
@seller_desk(Need.ACT)
def take_back(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take an answer back; of statements an earlier one of its kind holds again."""
    progress = progress_of(desk)
    card, seller_id = shop_of(progress), desk.tenant.id
    if "category" in request.POST:
        key = request.POST["category"].replace("\0", "")
        undo_category(seller_id=seller_id, family=card.family, category_key=key)
    elif "terms" in request.POST:
        none = ShopPolicy()
        kept = replace(
            progress.policy,
            delivery_template_id=none.delivery_template_id,
            lead_time_days=none.lead_time_days,
        )
        set_policy(seller_id=seller_id, shop_id=card.id, policy=kept, actor=desk.actor)
    else:
        wanted = whole_number(request.POST.get("statement", ""))
        undo_statement(seller_id=seller_id, statement_id=wanted, undone_by=desk.actor)
    working.ask_anew(seller_id=desk.tenant.id, shop_id=card.id)
    return to(desk, "questions")

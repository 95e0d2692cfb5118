"""Buyers' messages: who waits until when, a dialogue, answers with templates."""

from typing import Any, Final

from django.contrib import messages as toasts
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.kernel.errors import TorgpredError
from torgpred.orders.core.messages import LONGEST, printable
from torgpred.orders.core.templates import BUILT_IN, LANGUAGES, PLACEHOLDERS
from torgpred.orders.selectors import messages
from torgpred.orders.selectors.messages import DialogueCard, Filling
from torgpred.orders.services import answering
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.showing import PAGE
from torgpred.web.views.orders import shop_names

_VIEWS: Final = ("waiting", "all")


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the dialogues: those that wait by their clock, then the others."""
    view = request.GET.get("view", "waiting")
    if view not in _VIEWS:
        raise Http404
    after = request.GET.get("after", "")
    try:
        found = messages.dialogues(
            desk.tenant.id, everything=view == "all", after=after, limit=PAGE + 1
        )
    except ValueError as error:
        raise Http404 from error
    names = shop_names(desk)
    given = {
        "rows": [
            (one, names.get(one.shop_id, ""), " ".join(printable(one.excerpt).split()))
            for one in found[:PAGE]
        ],
        "page": showing.page(found, messages.key, after),
        "view": view,
        "views": _VIEWS,
    }
    return render(request, "web/messages/index.html", given)


@seller_desk()
def show(request: HttpRequest, desk: Desk, dialogue: int) -> HttpResponse:
    """Show a dialogue; a template, where one is asked for, fills the answer to be edited."""
    card = _card(desk, dialogue)
    known = messages.filling(desk.tenant.id, dialogue)
    if known is None:
        raise Http404
    language = request.GET.get("language", known.language)
    if language not in LANGUAGES:
        raise Http404
    text, trouble = _worded(desk, known, request.GET.get("template", ""), language)
    found = messages.messages(desk.tenant.id, dialogue)
    given = {
        "card": card,
        "shop": shop_names(desk).get(card.shop_id, ""),
        "said": [(one, printable(one.text)) for one in found],
        "unread": any(one.from_buyer and not one.read for one in found),
        "templates": [one for one in messages.templates(desk.tenant.id).values()
                      if one.language == language],
        "chosen": request.GET.get("template", ""),
        "tongue": language,  # `language` is what the page itself speaks
        "spoken": LANGUAGES,
        "text": text,
        "trouble": trouble,
        "longest": LONGEST,
    }  # fmt: skip
    return render(request, "web/messages/dialogue.html", given)


@require_POST
@seller_desk(Need.ACT)
def answer(request: HttpRequest, desk: Desk, dialogue: int) -> HttpResponse:
    """Write an answer down. A worker sends it, once; the same words that wait are not doubled."""
    _card(desk, dialogue)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    answering.write_down(
        tenant_id=desk.tenant.id, dialogue_id=dialogue, text=text, actor=desk.actor
    )
    toasts.success(
        request,
        words.word("Written down. It is sent within a minute; its state stands beside it."),
    )
    return redirect("seller-dialogue", code=desk.tenant.code, dialogue=dialogue)


@require_POST
@seller_desk(Need.ACT)
def mark_read(request: HttpRequest, desk: Desk, dialogue: int) -> HttpResponse:
    """Mark the buyer's messages as read, at the marketplace too. May be repeated."""
    _card(desk, dialogue)
    marked = answering.mark_read(tenant_id=desk.tenant.id, dialogue_id=dialogue)
    told = words.say_many(
        "{n} message is marked as read.", "{n} messages are marked as read.", marked
    )
    toasts.success(request, told)
    return redirect("seller-dialogue", code=desk.tenant.code, dialogue=dialogue)


@seller_desk()
def templates(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the templates of answers: the seller's own, and the built-in ones."""
    found = messages.templates(desk.tenant.id).values()
    language = request.GET.get("language", "ru")
    if language not in LANGUAGES:
        raise Http404
    chosen = request.GET.get("name", "")
    rows = [one for one in found if one.language == language]
    given = {
        "rows": rows,
        "tongue": language,  # `language` is what the page itself speaks
        "spoken": LANGUAGES,
        "chosen": next((one for one in rows if one.name == chosen), None),
        "placeholders": [(f"{{{name}}}", meaning) for name, meaning in PLACEHOLDERS.items()],
        "ours": {name for name, _ in BUILT_IN},
        "longest": LONGEST,
    }
    return render(request, "web/messages/templates.html", given)


@require_POST
@seller_desk(Need.ACT)
def keep_template(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep the seller's own words; they go before a built-in template of that name."""
    made = answering.set_template(
        seller_id=desk.tenant.id,
        name=request.POST.get("name", ""),
        language=request.POST.get("language", ""),
        text=request.POST.get("text", "").replace("\r\n", "\n"),
        actor=desk.actor,
    )
    toasts.success(request, words.say("Template “{name}” is kept.", name=made.name))
    return redirect("seller-templates", code=desk.tenant.code)


@require_POST
@seller_desk(Need.ACT)
def forget_template(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Forget the seller's own words. May be repeated."""
    answering.remove_template(
        seller_id=desk.tenant.id,
        name=request.POST.get("name", ""),
        language=request.POST.get("language", ""),
    )
    toasts.success(request, words.word("Your own words are gone; a built-in template holds again."))
    return redirect("seller-templates", code=desk.tenant.code)


def _card(desk: Desk, dialogue: int) -> DialogueCard:
    if dialogue >= 1 << 63:
        raise Http404
    found = messages.dialogues(desk.tenant.id, everything=True, dialogue_id=dialogue)
    if not found:
        raise Http404
    return found[0]


def _worded(desk: Desk, known: Filling, name: str, language: str) -> tuple[str, str]:
    """Return a template's words filled with the order's values, and what hindered that."""
    if not name:
        return "", ""
    found: dict[Any, Any] = messages.templates(desk.tenant.id)
    try:
        return answering.worded(found, name, language, known.values), ""
    except TorgpredError as error:
        return "", words.tell(error)

"""What is done with an ask at the operator's desk."""

import re
from typing import IO, Any, Final, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.asks.core.library import Parameter
from torgpred.asks.services import asking, cases, evidence, keeping, timing
from torgpred.channels.families import families
from torgpred.kernel.errors import TorgpredError
from torgpred.web import ask_words, showing, words
from torgpred.web.desks import Desk, Need, manager_desk
from torgpred.web.uploads import sent_file

ANOTHER: Final = "-"
"""Chosen of the list: the marketplace is named beside it."""
_BETWEEN_WORDS: Final = re.compile(r"[\s.,&/()'_-]+")


class NotOneMarketplaceError(TorgpredError):
    """An ask goes to one marketplace: of the list, or named."""

    code = "web.not_one_marketplace"
    template = "Choose a marketplace of the list, or name another one: one of both."


def _texts(request: HttpRequest) -> dict[str, str]:
    return {
        code: request.POST.get(f"text-{code}", "").replace("\0", "")
        for code, _name in ask_words.LANGUAGES
    }


def _field(request: HttpRequest, name: str) -> str:
    return request.POST.get(name, "").replace("\0", "")


def _number(request: HttpRequest, name: str) -> int:
    return showing.whole_number(request.POST.get(name, ""))


def _params(request: HttpRequest) -> dict[str, str]:
    """Return the parameters that were filled in; one that the query lacks is told by the area."""
    given = {one.value: _field(request, one.value).strip() for one in Parameter}
    return {name: value for name, value in given.items() if value}


def _family(request: HttpRequest) -> str:
    """Return the code of the marketplace that was chosen, or named where the list has it not.

    A name in letters that no code has is left for the area to refuse.
    """
    chosen, named = _field(request, "family").strip(), _field(request, "other").strip()
    chosen = "" if chosen == ANOTHER else chosen
    if bool(chosen) == bool(named):
        raise NotOneMarketplaceError
    for code in families():
        if named and named.casefold() in {code, showing.market_name(code).casefold()}:
            return code
    return chosen or _BETWEEN_WORDS.sub("_", named.lower()).strip("_")


def _back(ask: str, part: str) -> HttpResponse:
    answer = redirect("manager-ask", ask=ask)
    answer.headers["Location"] += f"#{part}"
    return answer


@require_POST
@manager_desk(Need.ACT)
def new(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Begin an ask."""
    names = ("kind", "title", "asked_by", "campaign")
    given: dict[str, Any] = {name: _field(request, name) for name in names}
    card = asking.new_ask(
        **given, family=_family(request), texts=_texts(request), made_by=desk.actor
    )
    request.deed_about = card.code  # type: ignore[attr-defined]
    messages.success(request, words.say(_("Ask {code} was begun."), code=card.code))
    return redirect("manager-ask", ask=card.code)


@require_POST
@manager_desk(Need.ACT)
def word(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Word a draft anew."""
    asking.word_ask(
        code=ask, title=_field(request, "title"), texts=_texts(request),
        asked_by=_field(request, "asked_by"), campaign=_field(request, "campaign"),
    )  # fmt: skip
    messages.success(request, _("The ask was worded anew."))
    return redirect("manager-ask", ask=ask)


@require_POST
@manager_desk(Need.ACT)
def move(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Move an ask to another state."""
    card = asking.move_ask(
        code=ask, wanted=_field(request, "state"), by=desk.actor, note=_field(request, "note")
    )
    state = words.label("ask state", card.state.value)
    messages.success(request, words.say(_("The ask is now: {state}."), state=state))
    return redirect("manager-ask", ask=ask)


@require_POST
@manager_desk(Need.ACT)
def figure(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Make a figure by a query of the library."""
    made = evidence.add_figure(
        code=ask, query=_field(request, "query"), params=_params(request),
        says=_field(request, "says"), made_by=desk.actor,
    )  # fmt: skip
    messages.success(request, words.say(_("Figure {number} was sealed."), number=made.number))
    return _back(ask, "evidence")


@require_POST
@manager_desk(Need.ACT)
def strike(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Take a figure out of the evidence."""
    made = evidence.strike_figure(code=ask, number=_number(request, "number"), struck_by=desk.actor)
    messages.success(request, words.say(_("Figure {number} was struck."), number=made.number))
    return _back(ask, "evidence")


@require_POST
@manager_desk(Need.ACT)
def promise(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Write down a promise of either side."""
    given: dict[str, Any] = {one: _field(request, one) for one in ("side", "who", "what", "due")}
    keeping.promise(code=ask, **given, said_by=desk.actor)
    messages.success(request, _("The promise was written down."))
    return _back(ask, "promises")


@require_POST
@manager_desk(Need.ACT)
def kept(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Say whether a promise was kept."""
    told = {"yes": True, "no": False}.get(_field(request, "kept"))
    keeping.tell_kept(code=ask, number=_number(request, "number"), kept=told, said_by=desk.actor)
    messages.success(request, _("That was written down."))
    return _back(ask, "promises")


@require_POST
@manager_desk(Need.ACT)
def clock(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Start a clock of the library."""
    timing.start_clock(
        code=ask, rule=_field(request, "rule"), started=_field(request, "started"),
        days=_number(request, "days"), said_by=desk.actor,
    )  # fmt: skip
    messages.success(request, _("The clock was started."))
    return _back(ask, "clocks")


@require_POST
@manager_desk(Need.ACT)
def clock_state(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Say what became of a clock."""
    timing.stop_clock(
        code=ask, number=_number(request, "number"), state=_field(request, "state"),
        said_by=desk.actor,
    )  # fmt: skip
    messages.success(request, _("That was written down."))
    return _back(ask, "clocks")


@require_POST
@manager_desk(Need.ACT)
def answer(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Keep an answer, with the paper it came on."""
    sent = sent_file(request, "file")
    keeping.answer(
        code=ask, day=_field(request, "day"), text=_field(request, "text"),
        who=_field(request, "who"), entered_by=desk.actor,
        file=cast("IO[bytes]", sent.file) if sent else None,
        file_name=str(sent.name or "") if sent else "",
    )  # fmt: skip
    messages.success(request, _("The answer was kept."))
    return _back(ask, "answers")


@require_POST
@manager_desk(Need.ACT)
def deliver(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Write down what was delivered."""
    keeping.deliver(
        code=ask, day=_field(request, "day"), what=_field(request, "what"),
        figure=_number(request, "figure"), entered_by=desk.actor,
    )  # fmt: skip
    messages.success(request, _("That was written down."))
    return _back(ask, "deliveries")


@require_POST
@manager_desk(Need.ACT)
def invite(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Ask sellers to join a complaint."""
    codes = _field(request, "codes").replace(",", " ").split()
    params = {name: value for name, value in _params(request).items() if name != "sellers"}
    cases.invite_sellers(
        code=ask, sellers=codes, query=_field(request, "query"), params=params,
        asked_by=desk.actor,
    )  # fmt: skip
    said = words.say_many("{n} seller was asked.", "{n} sellers were asked.", len(set(codes)))
    messages.success(request, said)
    return _back(ask, "case")


@require_POST
@manager_desk(Need.ACT)
def pool(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Make the figure of all joined sellers together."""
    made = cases.pool(code=ask, made_by=desk.actor)
    messages.success(request, words.say(_("Figure {number} was sealed."), number=made.number))
    return _back(ask, "evidence")


@require_POST
@manager_desk(Need.MANAGE)
def small_groups(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Choose which figures are withheld outside."""
    keeping.set_small_groups(
        least=_number(request, "least"), most_share=_number(request, "most_share")
    )
    messages.success(request, _("The rule was kept."))
    return redirect("manager-asks")

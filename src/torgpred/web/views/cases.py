"""Joint cases at a seller's desk: what it was asked to join, with its own part alone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.asks.core.library import query
from torgpred.asks.selectors import cases_of, small_groups
from torgpred.asks.services import cases
from torgpred.web import ask_words, showing, words
from torgpred.web.desks import Desk, Need, seller_desk


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the cases, what each would use of this seller, and what was decided."""
    rows = []
    for one in cases_of(desk.tenant.id):
        language, text = ask_words.text_of(one.texts)
        chosen = query(one.query)
        rows.append(
            {
                "one": one,
                "name": showing.market_name(one.family),
                "language": {"zh-hans": "zh-Hans"}.get(language, language),
                "text": text,
                "effect": ask_words.amounts(one.value.total),
                "about": words.word(chosen.about),
                "parameters": ask_words.parameters(
                    {name: value for name, value in one.params.items() if name != "sellers"}
                ),
            }
        )
    given = {"rows": rows, "rule": small_groups(), "code": desk.tenant.code}
    return render(request, "web/asks/cases.html", given)


@require_POST
@seller_desk(Need.ACT)
def decide(request: HttpRequest, desk: Desk, ask: str) -> HttpResponse:
    """Say the seller's yes or no: by a member of its own, never by who acts for it."""
    made = cases.decide(
        seller_id=desk.tenant.id, code=ask, wanted=request.POST.get("decision", ""),
        email="" if desk.represents else desk.member.email,
    )  # fmt: skip
    said = {
        "joined": _("You joined the case."),
        "declined": _("You declined."),
        "left": _("You left the case; the next dossier no longer counts you."),
    }
    messages.success(request, said[made.state.value])
    return redirect("seller-cases", code=desk.tenant.code)

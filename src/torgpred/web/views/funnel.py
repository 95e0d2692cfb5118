"""All sellers on their way: candidate, papers, first listing, first order."""

from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.orders.core.funnel import WHY, FunnelFilter, FunnelRow, Origin, Stage
from torgpred.orders.selectors.funnel import funnel
from torgpred.web import campaign_tasks, formats, showing, words
from torgpred.web.desks import Desk, Need, manager_desk
from torgpred.web.showing import Said

_ALLOWED: Final = {
    "stage": {"", *Stage},
    "origin": {"", *Origin},
    "why": {"", *WHY},
}


@manager_desk()
def sellers(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show where each seller is, why it goes no further, and for how long."""
    given = {name: request.GET.get(name, "") for name in _ALLOWED}
    if any(given[name] not in known for name, known in _ALLOWED.items()):
        raise Http404
    text, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    wanted = FunnelFilter(**given, text=text)
    found, counts = funnel(wanted, after=after, limit=showing.PAGE + 1)
    page = showing.page(found, lambda one: one.key, after)
    filtered = bool(text or any(given.values()))
    shown = {
        "page": page,
        "rows": [{"seller": one, "why": reason(one)} for one in found[: showing.PAGE]],
        "counts": counts,
        "stages": [(one.value, counts.stages[one.value]) for one in Stage],
        "origins": [(one.value, counts.origins[one.value]) for one in Origin],
        "whys": [(code, words.word(one.template), counts.whys[code])
                 for code, one in WHY.items() if counts.whys.get(code)],
        "text": text,
        "countries": formats.countries(),
        "filtered": filtered,
        "urgent": [] if filtered or after else list(campaign_tasks.of_operator()),
        **given,
    }  # fmt: skip
    return render(request, "web/manager/sellers.html", shown)


@require_POST
@manager_desk(Need.MANAGE)
def add_candidate(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take down a candidate with whom to talk to."""
    names = ("name", "country", "registration", "contact", "note")
    given: dict[str, Any] = {name: request.POST.get(name, "") for name in names}
    card = services.add_candidate(**given, said_by=desk.actor)
    request.deed_about = card.code  # type: ignore[attr-defined]
    messages.success(request, words.say(_("{name} was added, code {code}."), name=card.name,
                                        code=card.code))  # fmt: skip
    return redirect("manager-seller", seller=card.code)


@require_POST
@manager_desk(Need.ACT)
def note_contact(request: HttpRequest, desk: Desk, seller: str) -> HttpResponse:
    """Write down whom one talks to at a seller and what was said."""
    tenant = accounts.tenant(seller)
    services.note_contact(
        seller_id=tenant.id,
        contact=request.POST.get("contact", ""),
        note=request.POST.get("note", ""),
        said_by=desk.actor,
    )
    messages.success(request, _("The note was kept."))
    return redirect("manager-seller", seller=tenant.code)


def reason(one: FunnelRow) -> Said | None:
    """Say why a seller goes no further: the largest hold itself, where its goods are held."""
    if one.why == "holds" and one.hold is not None:
        message, mend = words.tell_finding(one.hold)
        return Said(one.hold_offers, message, mend, one.why)
    if one.why not in WHY:
        return None
    kind = WHY[one.why]
    return Said(0, words.word(kind.template), words.word(kind.mend), one.why)

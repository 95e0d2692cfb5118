"""The operator's programmes: who qualifies, what is missing most, where supply lacks."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.kernel.findings import Finding
from torgpred.programmes import selectors
from torgpred.programmes.core import reading
from torgpred.programmes.core.saying import asked
from torgpred.programmes.core.supply import DAYS, FEW, SPAN, Candidate, CategorySupply
from torgpred.programmes.core.values import Programme
from torgpred.programmes.services import keeping
from torgpred.programmes.services.saying import WAKE
from torgpred.runtime.jobs import wake
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, manager_desk

_CATEGORIES: Final = 50
_AT_ONCE: Final = 10
"""Categories that are shown unasked; the others fold out."""
_CANDIDATES: Final = 5
_LACKS: Final = 12


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the programmes of all marketplaces with how many offers each would let in."""
    rows = [
        {
            "programme": one,
            "market": showing.market_name(one.family),
            "counts": selectors.counts(one, None),
            "origin": origin(one),
        }
        for one in selectors.programmes()
    ]
    return render(request, "web/manager/mall.html", {"rows": rows})


@manager_desk()
def show(request: HttpRequest, desk: Desk, family: str, programme: str) -> HttpResponse:
    """Show one programme: conditions, counts, what is missing, supply, candidates."""
    one = selectors.programme(f"{family}/{programme}")
    supply = selectors.supply(one)
    thin = [each for each in supply if each.thin]
    local, abroad = selectors.served(one)
    given = {
        "programme": one,
        "market": showing.market_name(one.family),
        "origin": origin(one),
        "conditions": conditions(one),
        "counts": selectors.counts(one, None),
        "lacks": [_lack(one, each) for each in selectors.lacking(one, None)[:_LACKS]],
        "sellers": _sellers(one),
        "supply": supply[:_AT_ONCE],
        "supply_more": supply[_AT_ONCE:_CATEGORIES],
        "more": max(len(supply) - _CATEGORIES, 0),
        "thin": _filling(thin[:_AT_ONCE]),
        "thin_more": _filling(thin[_AT_ONCE:_CATEGORIES]),
        "local": local,
        "abroad": abroad,
        "few": FEW,
        "days": DAYS,
        "span": SPAN.days,
        "judged": min((each.judged_at for each in selectors.judgings(one)), default=None),
        "text": reading.write(one) if one.country else "",
        "most": reading.LONGEST,
        "versions": selectors.versions(one.key)[:5],
    }
    return render(request, "web/manager/programme.html", given)


@require_POST
@manager_desk(Need.MANAGE)
def keep(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a programme as written: a new version, in force at once."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    kept = keeping.keep_text(text=text, said_by=desk.actor)
    request.deed_about = f"{kept.key} {kept.version}"  # type: ignore[attr-defined]
    messages.success(
        request,
        words.say(_("Version {version} is in force. It is judged anew."), version=kept.version),
    )
    return redirect("manager-programme", family=kept.family, programme=kept.code)


@require_POST
@manager_desk(Need.MANAGE)
def withdraw(request: HttpRequest, desk: Desk, family: str, programme: str) -> HttpResponse:
    """End the operator's version of a programme."""
    keeping.withdraw_programme(key=f"{family}/{programme}", said_by=desk.actor)
    request.deed_about = f"{family}/{programme}"  # type: ignore[attr-defined]
    messages.success(request, _("Withdrawn. What comes with Torgpred is in force again, if any."))
    return redirect("manager-mall")


@require_POST
@manager_desk(Need.ACT)
def judge(request: HttpRequest, desk: Desk, family: str, programme: str) -> HttpResponse:
    """Let a worker judge what changed, now rather than at its next turn."""
    wake(WAKE)
    messages.success(request, _("What changed is judged anew; look again in a moment."))
    return redirect("manager-programme", family=family, programme=programme)


def origin(one: Programme) -> str:
    """Return where a programme's conditions come from, as a code of the kind "programme origin"."""
    if one.said_at is not None:
        return "operator"
    return "library" if one.version else "connector"


def conditions(one: Programme) -> list[dict[str, Any]]:
    """Return a programme's conditions, each with what it asks for in the reader's language."""
    found = []
    for each in one.conditions:
        data = {"country": one.country, "pieces": getattr(each, "pieces", 0), **asked(each)}
        data["papers"] = _papers(one)
        sentence = words.label("condition", each.kind)
        found.append({"said": words.fill(sentence, data), "source": each.source})
    return found


def tell_lack(one: Programme, lack: Finding) -> tuple[str, str]:
    """Return what is missing and how to mend it, in the reader's language."""
    if "papers" in lack.data:
        named = {**lack.data, "papers": _papers(one)}
        lack = msgspec.structs.replace(lack, data=named)
    return words.tell_finding(lack)


def _papers(one: Programme) -> str:
    """Name the kinds of papers that a programme asks for."""
    kinds = (kind for each in one.conditions for kind in getattr(each, "papers", ()))
    return ", ".join(words.label("paper", kind.value) for kind in kinds)


def _lack(one: Programme, group: selectors.LackGroup) -> dict[str, Any]:
    message, mend = tell_lack(one, group.finding)
    return {"group": group, "message": message, "mend": mend}


def _filling(
    thin: Sequence[CategorySupply],
) -> list[tuple[CategorySupply, Sequence[Candidate], int]]:
    """Return who could fill categories: the first of each, and how many more there are."""
    return [
        (each, each.candidates[:_CANDIDATES], max(len(each.candidates) - _CANDIDATES, 0))
        for each in thin
    ]


def _sellers(one: Programme) -> list[dict[str, Any]]:
    """Return sellers with their counts, whoever has most that nearly qualifies first."""
    known = {each.id: each for each in accounts.sellers()}
    rows = [
        {"seller": known[seller], "counts": counts}
        for seller, counts in selectors.counts_by_seller(one).items()
        if seller in known
    ]
    return sorted(rows, key=lambda row: (-row["counts"].nearly, row["seller"].code))

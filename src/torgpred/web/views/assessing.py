"""What a file could do at the marketplaces: for everybody, without an account."""

import time
from typing import Any, Final

from allauth.core.internal import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_noop as _

from torgpred.demo.assess_apart import assessed_of, look_of
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import selectors as listings
from torgpred.listings.core.assessed.sheet import Section, Sheet, sheet_of
from torgpred.listings.core.assessing import Assessed, FileLook
from torgpred.listings.selectors import AssessmentCard, UnknownAssessmentError
from torgpred.listings.services import assessments
from torgpred.web import formats, words
from torgpred.web.assess_words import PageWords
from torgpred.web.desks import open_to_all
from torgpred.web.showing import Said
from torgpred.web.uploads import sent_file

BASES: Final = ("", "shelf", "kept", "cost")
RATES: Final = {"assess": "6/10m/ip,30/d/ip"}
"""How many files an address may give: a manager at a fair shows a dozen, a robot does not."""
FIRST_WAIT: Final = 1.5
"""Seconds that the first answer waits for findings, so that it mostly shows some already."""
_LOOK_EACH: Final = 0.1
_FINDINGS: Final = 8
_MEGABYTES: Final = assessments.LARGEST >> 20


@open_to_all
def start(request: HttpRequest) -> HttpResponse:
    """Show the form; take a file or an address, and lead to the page of what is found."""
    if request.method != "POST":
        return _form(request)
    file_sent = request.FILES  # reads the body, within bounds
    if not ratelimit.consume(request, app="torgpred", action="assess", config=RATES):
        return _form(request, words.word(TOO_OFTEN), status=429)
    basis = request.POST.get("basis", "")
    try:
        file = sent_file(request, "file") if file_sent or not request.POST.get("address") else None
        if file is not None:
            token = assessments.keep_file(
                stream=file.file,  # type: ignore[arg-type]
                name=file.name or "",
                size=file.size or 0,
                basis=basis if basis in BASES else "",
            )
        else:
            token = assessments.keep_address(
                address=request.POST.get("address", ""), basis=basis if basis in BASES else ""
            )
    except TorgpredError as error:
        return _form(request, words.tell(error), status=400)
    _wait_a_little(token)
    return redirect("assessment", token=token)


TOO_OFTEN: Final = _("You gave many files in a short time. Try again in some minutes.")


def _form(request: HttpRequest, trouble: str = "", status: int = 200) -> HttpResponse:
    given = {
        "trouble": trouble,
        "address": request.POST.get("address", "")[:2000],
        "basis": request.POST.get("basis", ""),
        "limit": _MEGABYTES,
    }
    return render(request, "web/assess/start.html", given, status=status)


def _wait_a_little(token: str) -> None:
    until = time.monotonic() + FIRST_WAIT
    while time.monotonic() < until:
        card = listings.assessment(token)
        if card.look is not None or card.ended_at is not None:
            return
        time.sleep(_LOOK_EACH)


@open_to_all
def show(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was found so far; asked by the page itself, only the part that still changes."""
    try:
        card = listings.assessment(token)
    except UnknownAssessmentError as error:
        raise Http404 from error
    given = {
        "card": card,
        "token": token,
        "link": request.build_absolute_uri(reverse("assessment", kwargs={"token": token})),
        "until": formats.exact(card.expires_at, formats.zone("")) + " UTC",
        "gone": formats.ago(card.expires_at),
        "trouble": words.say(card.template, **card.data) if card.template else "",
        "seconds": _seconds(card),
        **_found(card),
    }
    part = request.htmx and request.htmx.target == "found"  # type: ignore[attr-defined]
    response = render(request, f"web/assess/{'found' if part else 'assessment'}.html", given)
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _found(card: AssessmentCard) -> dict[str, Any]:
    if card.result is not None:
        done = assessed_of(card.result)
        sheet = sheet_of(done, PageWords(), today=card.made_at.date())
        return {"sheet": sheet, "done": done, "bars": _bars(done), **_sections(sheet)}
    if card.look is not None:
        look = look_of(card.look)
        return {"look": look, "findings": _findings(look)}
    return {}


def _sections(sheet: Sheet) -> dict[str, Section]:
    return {f"{one.name}_section": one for one in sheet.sections}


def _bars(done: Assessed) -> dict[str, int]:
    """Return how many offers are ready, free once answered, and beyond answers."""
    result = done.result
    return {
        "ready": result.ready,
        "answers": result.offers - result.ready - result.beyond_answers,
        "beyond": result.beyond_answers,
        "offers": result.offers,
    }


def _findings(look: FileLook) -> list[Said]:
    ranked = sorted(look.findings.items(), key=lambda pair: -pair[1])
    found = []
    for code, count in ranked[:_FINDINGS]:
        message, mend = words.tell_finding(look.examples[code])
        found.append(Said(count, message, mend, code, words.stored(look.examples[code].place)))
    return found


def _seconds(card: AssessmentCard) -> dict[str, float | None]:
    def since(moment: Any) -> float | None:  # noqa: ANN401 - a time or none
        return None if moment is None else round((moment - card.made_at).total_seconds(), 1)

    return {
        "first": since(card.looked_at),
        "all": since(card.ended_at),
        "now": round((now() - card.made_at).total_seconds(), 1),
    }

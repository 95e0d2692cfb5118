"""Pictures of goods as files: a ZIP of them is given here, and what became of the last one."""

from collections.abc import Iterable
from typing import IO, Final, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.catalogue.selectors.lacks import kept_pictures, lacks
from torgpred.catalogue.services.requesting import ask_pictures, last_pictures
from torgpred.kernel.findings import Finding, Severity
from torgpred.web import words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.showing import Said
from torgpred.web.starting import progress_of, worked_on
from torgpred.web.uploads import chosen_file

_EXAMPLES: Final = 5
_SKU: Final = "SKU"


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show what has no picture yet, where a ZIP is given, and what became of the last one."""
    last = last_pictures(desk.tenant.id)
    waits = last is not None and last.ended_at is None
    part = request.htmx and request.htmx.target == "waiting"  # type: ignore[attr-defined]
    if part and waits:
        return render(request, "web/catalogue/pictures_waiting.html", {"last": last, "waits": True})
    if part:
        # What was waited for is there: the page is shown anew with it.
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    progress = progress_of(desk)
    if last is not None and not waits:
        worked_on(desk, progress.shop)
    lacking = lacks(desk.tenant.id)
    given = {
        "last": last,
        "waits": waits,
        "trouble": words.say(last.template, **last.data) if last and last.template else "",
        "found": [] if last is None else _grouped(last.findings),
        "unshown": 0 if last is None else last.found - len(last.findings),
        "lacking": lacking,
        "example": (lacking.unpictured if lacking else "") or _SKU,
        "kept": kept_pictures(desk.tenant.id),
        "goods": progress.offers,
        "first_steps": not progress.over,
        "shop": progress.shop is not None,
    }
    return render(request, "web/catalogue/pictures.html", given)


def _grouped(findings: Iterable[Finding]) -> list[Said]:
    """Return findings by what they say, those first of which no picture came."""
    alike: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        reason = one.data.get("reason", "") if one.code == "picture.unsafe_member" else ""
        alike.setdefault((one.code, reason), []).append(one)
    return [
        Said(
            len(group),
            *_told(group),
            group[0].code,
            examples=tuple(one.place for one in group[:_EXAMPLES]) if len(group) > 1 else (),
            level="bad" if group[0].severity is Severity.ERROR else "warn",
        )
        for group in sorted(alike.values(), key=lambda group: group[0].severity.value)
    ]


def _told(group: list[Finding]) -> tuple[str, str]:
    message, mend = words.tell_finding(group[0])
    if len(group) > 1:
        message = words.say("For example: {message}", message=message)
    return message, mend


@require_POST
@seller_desk(Need.ACT)
def give(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep a ZIP; a worker takes its pictures in."""
    sent = chosen_file(request, "file")
    ask_pictures(
        seller_id=desk.tenant.id,
        stream=cast("IO[bytes]", sent.file),
        name=sent.name or "",
        actor=desk.actor,
    )
    return redirect("seller-pictures", code=desk.tenant.code)

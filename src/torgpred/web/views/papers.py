"""A seller's papers: what is there, what ends soon, what goods wait for; given and taken back."""

import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.accounts.core.values import TenantCard
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services
from torgpred.catalogue.core.papers import Paper, PaperKind, Standing
from torgpred.catalogue.services.papers import LARGEST
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import selectors as listings
from torgpred.runtime import files
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.showing import Said
from torgpred.web.uploads import TooLargeUploadError, sent_file

_CATEGORIES: Final = 500
"""So many of the seller's categories are offered to choose from; others are given by SKU."""
_LONGEST: Final = {"number": 200, "issuer": 300, "brand": 200}
_KEYS: Final = 1_000
_ORDER: Final = (Standing.ENDED, Standing.ENDING, Standing.AHEAD, Standing.VALID)
_ASKED: Final = ("paper.missing", "paper.ended")


class UnreadableDayError(TorgpredError):
    """A day was given that is none."""

    code = "web.day"
    template = "“{given}” is no day: write it as 2026-11-05."


class TooLongTextError(TorgpredError):
    """A text does not fit."""

    code = "web.text_too_long"
    template = "“{given}…” is longer than {limit} characters: shorten it."


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the papers, those that ended or end soon first, and what goods wait for."""
    today = now().date()
    known = catalogue.categories(desk.tenant.id)
    paths = {key: " / ".join(one.path) or one.name or key for key, one in known.items()}
    found = [(one, one.standing(today)) for one in catalogue.papers(desk.tenant.id)]
    found.sort(key=lambda pair: (_ORDER.index(pair[1]), pair[0].valid_until or date.max))
    kind = request.GET.get("kind", "")
    given: dict[str, Any] = {
        "papers": [
            {"paper": one, "standing": stands.value, "covers": paths.get(one.category, "")}
            for one, stands in found
        ],
        "ending": sum(stands in {Standing.ENDING, Standing.ENDED} for _, stands in found),
        "asked": list(_asked(desk, paths)),
        "kinds": [one.value for one in PaperKind],
        "categories": sorted(paths.items(), key=lambda pair: pair[1])[:_CATEGORIES],
        "kind": kind if kind in set(PaperKind) else "",
        "category": request.GET.get("category", ""),
        "limit": LARGEST >> 20,
    }
    return render(request, "web/papers.html", given)


def _asked(desk: Desk, paths: dict[str, str]) -> Iterator[Said]:
    """Yield what the newest plan of each shop held for want of a paper."""
    seen: set[int] = set()
    for plan in listings.plans(desk.tenant.id, ordinary=True):
        if plan.shop_id in seen:
            continue
        seen.add(plan.shop_id)
        for group in plan.holds:
            if group.code in _ASKED:
                said = showing.hold(group, paths.get(group.group, ""))
                data = group.finding.data if group.finding else {}
                query = urlencode({"kind": data.get("document", ""), "category": group.group})
                yield Said(
                    said.count, said.message, "", said.code, said.where, said.examples[:3],
                    f"?{query}#add", words.word("Add it"),
                )  # fmt: skip


@require_POST
@seller_desk(Need.ACT)
def add(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Record a paper, with a copy where one was sent."""
    given = request.POST
    if given.get("kind", "") not in set(PaperKind):
        raise Http404
    sent = sent_file(request, "copy")
    if sent is not None and (sent.size or 0) > LARGEST:
        raise TooLargeUploadError(limit=LARGEST >> 20)
    category = given.get("category", "").replace("\0", "")
    keys = sorted({one.strip() for one in given.get("keys", "").replace(",", "\n").splitlines()})
    keys = [one.replace("\0", "") for one in keys if one][:_KEYS]
    if category and category not in catalogue.categories(desk.tenant.id):
        raise Http404
    with tempfile.TemporaryDirectory(prefix="torgpred-paper-") as folder:
        copy = None
        if sent is not None and sent.size:
            copy = Path(folder) / files.safe_name(files.given_name(sent.name or ""))
            with copy.open("wb") as stream:
                for piece in sent.chunks():
                    stream.write(piece)
        paper = services.add_paper(
            seller_id=desk.tenant.id,
            kind=PaperKind(given["kind"]),
            number=_text(request, "number"),
            issuer=_text(request, "issuer"),
            valid_from=_day(given.get("valid_from", "")),
            valid_until=_day(given.get("valid_until", "")),
            category=category,
            keys=keys,
            everything=not category and not keys,
            brand=_text(request, "brand"),
            copy=copy,
            given_by=desk.actor,
        )
    request.deed_about = paper.number or str(paper.id)  # type: ignore[attr-defined]
    messages.success(request, words.word("Recorded. The next plan frees what waited for it."))
    return redirect("seller-papers", code=desk.tenant.code)


@require_POST
@seller_desk(Need.ACT)
def take_back(request: HttpRequest, desk: Desk, paper: int) -> HttpResponse:
    """Take a paper back as if it had not been given."""
    taken = services.undo_paper(seller_id=desk.tenant.id, paper_id=paper, undone_by=desk.actor)
    request.deed_about = taken.number or str(paper)  # type: ignore[attr-defined]
    messages.success(request, words.word("Taken back. It stays in the history."))
    return redirect("seller-papers", code=desk.tenant.code)


@seller_desk()
def copy(_request: HttpRequest, desk: Desk, paper: int) -> HttpResponse:
    """Give the copy that is kept with a paper."""
    return copy_of(desk.tenant, paper)


def copy_of(tenant: TenantCard, number: int) -> HttpResponse:
    """Return the kept copy of a seller's paper, to be kept by the browser and never shown by it."""
    found = next((one for one in catalogue.papers(tenant.id) if one.id == number), None)
    if found is None or not found.file:
        raise Http404
    answer = HttpResponse(
        files.read(found.file, limit=LARGEST), content_type="application/octet-stream"
    )
    answer.headers["Content-Disposition"] = f'attachment; filename="{_ascii(found)}"'
    return answer


def _ascii(paper: Paper) -> str:
    ending = Path(paper.file_name).suffix
    ending = ending if ending.isascii() and ending[1:].isalnum() else ""
    return f"{paper.kind.value}-{paper.id}{ending.lower()}"


def ending(desk: Desk, today: date) -> list[Paper]:
    """Return the papers that end soon or have ended, those that end first before the others."""
    worn = {Standing.ENDING, Standing.ENDED}
    found = [one for one in catalogue.papers(desk.tenant.id) if one.standing(today) in worn]
    return sorted(found, key=lambda one: one.valid_until or date.max)


def _day(given: str) -> date | None:
    if not given.strip():
        return None
    try:
        return date.fromisoformat(given.strip())
    except ValueError as error:
        raise UnreadableDayError(given=given[:20]) from error


def _text(request: HttpRequest, name: str) -> str:
    text = " ".join(str(request.POST.get(name, "")).replace("\0", "").split())
    if len(text) > _LONGEST[name]:
        raise TooLongTextError(given=text[:20], limit=_LONGEST[name])
    return text

"""The fix file: held offers as a workbook with only the empty cells to fill, and back."""

import tempfile
from pathlib import Path
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.findings import Finding
from torgpred.listings.core.fixing.texts import FixWords
from torgpred.listings.services import working_out
from torgpred.listings.services.fix_reading import read_fix
from torgpred.listings.services.fixing import write_fix
from torgpred.web import showing
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.starting import progress_of
from torgpred.web.uploads import chosen_file

_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN: Final = 200


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show where the fix file is had and given back."""
    return _page(request, desk, {})


def _page(request: HttpRequest, desk: Desk, given: dict[str, Any]) -> HttpResponse:
    shops = [
        {"id": one.id, "name": showing.shop_name(one)} for one in channels.shops_of(desk.tenant.id)
    ]
    return render(
        request,
        "web/fix.html",
        {"shops": shops, "first_steps": not progress_of(desk).over, **given},
    )


@require_POST
@seller_desk(Need.ACT)
def write(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the fix file of a shop as it is now."""
    shop = _shop(request, desk)
    with tempfile.TemporaryDirectory(prefix="torgpred-fix-") as folder:
        path = Path(folder) / f"fix-{desk.tenant.code}.xlsx"
        write_fix(
            seller_id=desk.tenant.id,
            shop_id=shop.id,
            seller=desk.tenant.code,
            path=path,
            say=FixWords(get_language() or "en"),
        )
        content = path.read_bytes()
    response = HttpResponse(content, content_type=_XLSX)
    response["Content-Disposition"] = f'attachment; filename="{path.name}"'
    return response


@require_POST
@seller_desk(Need.ACT)
def read(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Read a filled fix file, and show cell by cell what could not be used."""
    shop = _shop(request, desk)
    sent = chosen_file(request, "file")
    with tempfile.TemporaryDirectory(prefix="torgpred-fix-") as folder:
        path = Path(folder) / "fix.xlsx"
        with path.open("wb") as copy:
            for piece in sent.chunks():
                copy.write(piece)
        done = read_fix(
            seller_id=desk.tenant.id,
            shop_id=shop.id,
            seller=desk.tenant.code,
            path=path,
            given_by=desk.actor,
        )
    if done.used:
        working_out.ask_anew(seller_id=desk.tenant.id, shop_id=shop.id)
    words = FixWords(get_language() or "en")
    wrong = [
        {"place": one.place, "value": one.value, "said": _said(one, words)}
        for one in done.findings[:_SHOWN]
    ]
    more = max(len(done.findings) - _SHOWN, 0)
    return _page(request, desk, {"done": done, "wrong": wrong, "more": more})


def _said(finding: Finding, words: FixWords) -> tuple[str, str]:
    data = {name: words.reason(text) for name, text in finding.data.items()}
    return msgspec.structs.replace(finding, data=data).words(words.finding)


def _shop(request: HttpRequest, desk: Desk) -> ShopCard:
    for one in channels.shops_of(desk.tenant.id):
        if str(one.id) == request.POST.get("shop", ""):
            return one
    raise Http404

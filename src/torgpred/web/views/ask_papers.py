"""Files of an ask: its dossier, and papers that answers came on."""

from typing import Final

import msgspec
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language

from torgpred.asks import selectors
from torgpred.asks.core.entries import LANGUAGES
from torgpred.asks.papers.printing import html_of, pdf_of
from torgpred.asks.papers.telling import page_of
from torgpred.asks.selectors.dossier import dossier as made_of
from torgpred.runtime import files
from torgpred.web.desks import Desk, manager_desk

_TYPES: Final = {"pdf": "application/pdf", "html": "text/html; charset=utf-8",
                 "json": "application/json"}  # fmt: skip


@manager_desk()
def dossier(request: HttpRequest, desk: Desk, ask: str, form: str) -> HttpResponse:
    """Give a dossier as a file, in the language asked for or that of the reader."""
    language = request.GET.get("language", "") or get_language() or "en"
    if form not in _TYPES or language not in LANGUAGES:
        raise Http404
    inside = request.GET.get("inside") == "1"
    found = made_of(ask, inside=inside)
    if form == "json":
        body = msgspec.json.format(msgspec.json.encode(found))
    elif form == "html":
        body = html_of(page_of(found, language)).encode()
    else:
        body = pdf_of(page_of(found, language), found.made_at)
    answer = HttpResponse(body, content_type=_TYPES[form])
    name = f"ask-{found.code}{'-inside' if inside else ''}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@manager_desk()
def file(request: HttpRequest, desk: Desk, ask: str, answer: int) -> HttpResponse:
    """Give the paper that an answer came on, to be kept by the browser and never shown by it."""
    found = selectors.answer_file(ask, answer)
    try:
        stream = files.store().open(found.file)
    except files.FileMissingError as error:
        raise Http404 from error
    return FileResponse(  # type: ignore[return-value]
        stream,
        as_attachment=True,
        filename=found.file_name or "answer",
        content_type="application/octet-stream",
    )

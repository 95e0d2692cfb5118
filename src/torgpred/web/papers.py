"""Documents that marketplaces give: labels, papers of handover lists."""

from typing import Final

from django.http import HttpResponse

from torgpred.channels.core.orders import Paper

_ENDINGS: Final = {"application/pdf": "pdf", "image/png": "png", "application/zip": "zip"}


def as_file(paper: Paper, name: str) -> HttpResponse:
    """Return a document's bytes, to be kept by the browser and shown by it never."""
    answer = HttpResponse(paper.body, content_type=paper.media_type)
    ending = _ENDINGS.get(paper.media_type, "bin")
    answer["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    return answer


def address_of(paper: Paper) -> str:
    """Return where the marketplace keeps a document; empty where that is no address of the web."""
    return paper.address if paper.address.startswith(("https://", "http://")) else ""

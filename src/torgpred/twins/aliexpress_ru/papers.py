"""Documents that the marketplace keeps at an address: whoever knows it may fetch them."""

import hashlib

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from torgpred.twins.aliexpress_ru.calls import Call
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.engine.pdf import pdf


def address(market: Market, call: Call, pages: list[list[str]]) -> str:
    """Keep a document, given by the lines of its pages, and return where it is."""
    raw = msgspec.json.encode(pages)
    key = hashlib.sha256(call.account.code.encode() + raw).hexdigest()[:32]
    market.sql.execute(
        "INSERT INTO papers (key, lines) VALUES (?, ?) ON CONFLICT (key) DO NOTHING", (key, raw)
    )
    return f"{call.base}/papers/{key}.pdf"


def routes(market: Market) -> list[Route]:
    """Return the route where documents are fetched, without a token as from a file store."""

    async def paper(request: Request) -> Response:
        row = market.sql.execute(
            "SELECT lines FROM papers WHERE key = ?", (request.path_params["key"],)
        ).fetchone()
        if row is None:
            return Response("no such document", 404, media_type="text/plain")
        pages = msgspec.json.decode(row[0], type=list[list[str]])
        return Response(pdf(pages), media_type="application/pdf")

    return [Route("/papers/{key}.pdf", paper)]

"""The twin of AliExpress Russia as one application: the real API, the controls, the pages."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from torgpred.twins.aliexpress_ru import control, pages, papers, sales_control
from torgpred.twins.aliexpress_ru.door import endpoint
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.operations import OPERATIONS
from torgpred.twins.aliexpress_ru.tree_types import Tree


def _nothing_here(_request: object, _error: Exception) -> JSONResponse:
    return JSONResponse(
        {"data": None, "error": {"code": "NotFound", "message": "no such call"}}, 404
    )


def build(state: Path, tree: Tree) -> tuple[Starlette, Market]:
    """Return the application and its memory, kept in the file `state`.

    Every call of the real API is answered with and without `/public` before its path.
    """
    market = Market(state, tree)
    calls = [
        Route(prefix + operation.path, endpoint(market, operation), methods=[operation.method])
        for operation in OPERATIONS
        for prefix in ("", "/public")
    ]
    app = Starlette(
        routes=[
            *calls,
            *control.routes(market),
            *sales_control.routes(market),
            *papers.routes(market),
            *pages.routes(market),
        ],
        exception_handlers={404: _nothing_here},
    )
    return app, market

"""Health: whether the process is there, and whether it can work."""

from django.db import connection
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from torgpred.kernel.errors import TorgpredError
from torgpred.web.threads import in_thread


async def live(_request: Request) -> Response:
    """Answer that the process runs."""
    return JSONResponse({"status": "live"})


async def ready(_request: Request) -> Response:
    """Answer 200 where the database answers too, else 503."""
    well = await in_thread(_database_answers)
    return JSONResponse({"status": "ready" if well else "waiting"}, 200 if well else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (TorgpredError, OSError):
        return False
    return True

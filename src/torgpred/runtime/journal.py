"""The journal of outbound calls: what was called, when, how it ended. No bodies, no people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, connection

from torgpred.kernel.clock import now
from torgpred.runtime.models import Call
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope

KEPT: Final = timedelta(days=30)
_PRUNED_AT_ONCE = 10_000

_log = logger(__name__)


@dataclass(frozen=True, slots=True)
class CallLine:
    """One line of the journal. `status` is None where no answer came; sizes are in bytes."""

    operation: str
    method: str
    host: str
    attempt: int
    status: int | None
    milliseconds: int
    bytes_out: int
    bytes_in: int
    error: str = ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A line with the moment (aware, UTC) it was written."""

    at: datetime
    line: CallLine


def write(tenant_id: int, shop_id: int | None, line: CallLine) -> None:
    """Write a line. A journal that cannot be written never costs the answer of a call."""
    try:
        with scope(tenant_id):
            Call.objects.create(
                tenant_id=tenant_id,
                shop_id=shop_id,
                operation=line.operation[:80],
                method=line.method,
                host=line.host[:255],
                attempt=line.attempt,
                status=line.status,
                milliseconds=line.milliseconds,
                bytes_out=line.bytes_out,
                bytes_in=line.bytes_in,
                error=line.error[:80],
            )
    except DatabaseError:
        _log.exception("journal line lost", operation=line.operation, status=line.status)


def lines(
    *, tenant_id: int, shop_id: int | None = None, limit: int = 100
) -> Sequence[JournalEntry]:
    """Return a tenant's latest calls, newest first; of one shop where given."""
    with scope(tenant_id):
        found = Call.objects.filter(tenant_id=tenant_id)
        if shop_id is not None:
            found = found.filter(shop_id=shop_id)
        return [
            JournalEntry(
                call.at,
                CallLine(
                    call.operation,
                    call.method,
                    call.host,
                    call.attempt,
                    call.status,
                    call.milliseconds,
                    call.bytes_out,
                    call.bytes_in,
                    call.error,
                ),
            )
            for call in found.order_by("-at", "-id")[:limit]
        ]


def prune(older_than: timedelta = KEPT) -> bool:
    """Delete a batch of old lines of all tenants; True where more may be left."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM runtime_call WHERE id IN"
            " (SELECT id FROM runtime_call WHERE at < %s ORDER BY at LIMIT %s)",
            [now() - older_than, _PRUNED_AT_ONCE],
        )
        return bool(cursor.rowcount == _PRUNED_AT_ONCE)


@dataclass(frozen=True, slots=True)
class CallCount:
    """Calls of one kind at one shop: in the last day and hour, and how many of them failed.

    `error` is a code such as "timeout", or "http 500"; empty for those that ended well.
    """

    shop_id: int | None
    operation: str
    error: str
    day: int
    hour: int
    last: datetime


def counts(*, failed: bool = True) -> list[CallCount]:
    """Count the last day's calls of all tenants by shop and kind, the most first.

    `failed`: only those without an answer or with an answer of 400 and more; else only the rest.
    """
    moment = now()
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT shop_id, operation,
                   CASE WHEN error <> '' THEN error WHEN status >= 400 THEN 'http ' || status
                        WHEN status IS NULL THEN 'no answer' ELSE '' END AS wrong,
                   count(*), count(*) FILTER (WHERE at > %(hour)s), max(at)
            FROM runtime_call WHERE at > %(day)s
              AND (error <> '' OR status IS NULL OR status >= 400) = %(failed)s
            GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2 LIMIT 500
            """,
            {
                "day": moment - timedelta(days=1),
                "hour": moment - timedelta(hours=1),
                "failed": failed,
            },
        )
        return [CallCount(*row) for row in cursor.fetchall()]

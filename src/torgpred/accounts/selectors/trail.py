"""The trail: deeds in the browser and changes of the tables that people edit, as one list.

Changes are the rows of history that the database's triggers write (docs/decisions/0011), so that
also what a command or a worker changed stands here. The tables are asked of Django by their kind:
this area knows none of the others' names.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final, LiteralString

import msgspec
import pghistory.models
from django.apps import apps
from django.db import connection

from torgpred.accounts.core.people import TrailFilter, TrailLine, UnknownPlaceError, differences
from torgpred.kernel.clock import as_utc
from torgpred.runtime.scope import operator_scope

DEED: Final = "deed"
_OWN: Final = frozenset({"pgh_id", "pgh_label", "pgh_obj_id", "pgh_created_at", "pgh_context_id"})
_DULL: Final = frozenset({"id", "seller_id", "tenant_id", "shop_id", "created_at", "changed_at",
                          "decided_at", "given_at", "said_at", "user_id", "file"})  # fmt: skip
"""Numbers and times of rows that say nothing to a reader: the line has its own."""
_DEEDS: LiteralString = """
    (SELECT deed.at AS at, 'deed' AS kind, deed.id AS id, deed.what AS what, deed.email AS who,
            deed.on_behalf AS on_behalf, deed.tenant_id AS tenant_id, deed.about AS about,
            NULL::jsonb AS old, NULL::jsonb AS new
     FROM accounts_deed deed
     WHERE (%(who)s = '' OR deed.email = %(who)s)
       AND (%(tenant)s::bigint IS NULL OR deed.tenant_id = %(tenant)s
            OR deed.about = %(seller)s OR deed.about LIKE %(seller)s || ' %%')
       AND (%(since)s::timestamptz IS NULL OR deed.at >= %(since)s)
       AND (%(until)s::timestamptz IS NULL OR deed.at < %(until)s)
       AND (%(at)s::timestamptz IS NULL OR (deed.at, 'deed', deed.id) < (%(at)s, %(kind)s, %(id)s))
     ORDER BY deed.at DESC, deed.id DESC LIMIT %(limit)s)
"""


def trail(wanted: TrailFilter, *, after: str = "", limit: int = 100) -> list[TrailLine]:
    """Return the trail, the newest first, after the line with this key. For the operator's eyes.

    Raises UnknownPlaceError.
    """
    at, kind, number = _place(after)
    tables = kinds()
    if wanted.kind:
        tables = {name: table for name, table in tables.items() if name == wanted.kind}
    parts = [_part(name, table, column) for name, (table, column) in sorted(tables.items())]
    if wanted.kind in {"", DEED}:
        parts.append(_DEEDS)
    if not parts:
        return []
    names: dict[str, Any] = {
        "who": wanted.who.strip().lower(),
        "seller": wanted.seller.strip().upper(),
        "since": wanted.since,
        "until": wanted.until,
        "at": at,
        "kind": kind,
        "id": number,
        "limit": limit,
    }
    with operator_scope(), connection.cursor() as cursor:
        names["tenant"] = _tenant(cursor, names["seller"])
        # The parts hold names of tables and columns that Django knows, nothing that was given.
        sql = (  # no value is put in
            "SELECT line.at, line.kind, line.id, line.what, line.who, line.on_behalf,"  # noqa: S608
            " coalesce(tenant.code, ''), line.about, line.old, line.new FROM ("
            + " UNION ALL ".join(parts)
            + ") line (at, kind, id, what, who, on_behalf, tenant_id, about, old, new) LEFT JOIN"
            " accounts_tenant tenant ON tenant.id = line.tenant_id"
            " ORDER BY line.at DESC, line.kind DESC, line.id DESC LIMIT %(limit)s"
        )
        cursor.execute(sql, names)
        return [_line(row) for row in cursor.fetchall()]


def everything(wanted: TrailFilter, *, most: int, page: int = 500) -> Iterator[TrailLine]:
    """Yield the trail page by page up to so many lines, for a file."""
    after = ""
    while most > 0:
        found = trail(wanted, after=after, limit=min(page, most))
        yield from found
        if len(found) < min(page, most):
            return
        after, most = found[-1].key, most - len(found)


@cache
def kinds() -> dict[str, tuple[str, str]]:
    """Return the tables of history: name -> (table, column of the tenant or "" where shared)."""
    found = {}
    for model in apps.get_models():
        meta = model._meta  # noqa: SLF001 - Django's documented way to a model's table
        if issubclass(model, pghistory.models.Event) and not meta.proxy:
            table = meta.db_table
            columns = {field.column for field in meta.concrete_fields}
            column = next((one for one in ("seller_id", "tenant_id") if one in columns), "")
            if "pgh_obj_id" in columns:
                found[_named(table)] = (table, column)
    return found


def _named(table: str) -> str:
    return table.partition("_")[2].removesuffix("event")


def _part(name: str, table: str, column: str) -> str:
    # `.*`: a table may have a column called event.
    tenant = f"event.{column}" if column else "NULL::bigint"
    same = f"({tenant} = %(tenant)s)" if column else "false"
    return f"""
    (SELECT event.pgh_created_at, '{name}', event.pgh_id, event.pgh_label,
            coalesce(context.metadata ->> 'member', ''), false, {tenant}, event.pgh_obj_id::text,
            CASE WHEN event.pgh_label <> 'delete' THEN (
                SELECT to_jsonb(before.*) FROM {table} before
                WHERE before.pgh_obj_id = event.pgh_obj_id AND before.pgh_id < event.pgh_id
                ORDER BY before.pgh_id DESC LIMIT 1) ELSE to_jsonb(event.*) END,
            CASE WHEN event.pgh_label <> 'delete' THEN to_jsonb(event.*) END
     FROM {table} event LEFT JOIN pghistory_context context ON context.id = event.pgh_context_id
     WHERE (%(who)s = '' OR split_part(context.metadata ->> 'member', ' ', 1) = %(who)s)
       AND (%(tenant)s::bigint IS NULL OR {same})
       AND (%(since)s::timestamptz IS NULL OR event.pgh_created_at >= %(since)s)
       AND (%(until)s::timestamptz IS NULL OR event.pgh_created_at < %(until)s)
       AND (%(at)s::timestamptz IS NULL
            OR (event.pgh_created_at, '{name}', event.pgh_id) < (%(at)s, %(kind)s, %(id)s))
     ORDER BY event.pgh_created_at DESC, event.pgh_id DESC LIMIT %(limit)s)
"""  # noqa: S608 - names of tables that Django knows


def _tenant(cursor: Any, code: str) -> int | None:  # noqa: ANN401 - Django's cursor
    """Return a tenant's id; of a code that nobody has, one that no row has."""
    if not code:
        return None
    cursor.execute("SELECT id FROM accounts_tenant WHERE code = %s", [code])
    row = cursor.fetchone()
    return row[0] if row else -1


def _place(after: str) -> tuple[Any, str, int]:
    if not after:
        return None, "", 0
    at, _, rest = after.partition("|")
    kind, _, number = rest.partition("|")
    try:
        return as_utc(datetime.fromisoformat(at)), kind, int(number)
    except ValueError as error:
        raise UnknownPlaceError(given=after[:80]) from error


def _line(row: tuple[Any, ...]) -> TrailLine:
    at, kind, number, what, who, on_behalf, tenant, about, old, new = row
    return TrailLine(
        key=f"{at.isoformat()}|{kind}|{number}",
        at=at,
        kind=kind,
        what=what,
        who=who,
        on_behalf=on_behalf or "(for " in who,
        tenant=tenant,
        about=about,
        changes=differences(_told(old), _told(new)),
    )


def _told(raw: str | None) -> dict[str, object] | None:
    if raw is None:
        return None
    found: dict[str, object] = msgspec.json.decode(raw)
    return {name: value for name, value in found.items() if name not in _OWN | _DULL}

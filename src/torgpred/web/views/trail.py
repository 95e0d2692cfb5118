"""The audit trail: deeds and changes, filtered, and as a file."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.people import TrailFilter, TrailLine
from torgpred.web import formats, showing, tables, words
from torgpred.web.desks import Desk, manager_desk

_ROWS: Final = 100
_FILE_ROWS: Final = 50_000


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who did and changed what, the newest first."""
    wanted, after = _wanted(request, desk), request.GET.get("before", "")
    found = accounts.trail(wanted, after=after, limit=_ROWS + 1)
    given = {
        "page": showing.page(found, lambda one: one.key, after, _ROWS),
        "rows": [(one, _title(one), _changes(one)) for one in found[:_ROWS]],
        "kinds": ("deed", *sorted(accounts.kinds())),
        "kind": wanted.kind,
        "who": wanted.who,
        "seller": wanted.seller,
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "filtered": wanted != TrailFilter(),
    }
    return render(request, "web/manager/audit.html", given)


@manager_desk()
def download(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give the same as a CSV file: one line a changed field; at most 50,000 lines of the trail."""
    lines = accounts.everything(_wanted(request, desk), most=_FILE_ROWS)
    answer = StreamingHttpResponse(_csv(lines), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="trail.csv"'
    return answer  # type: ignore[return-value]


def _wanted(request: HttpRequest, desk: Desk) -> TrailFilter:
    kind = request.GET.get("kind", "")
    if kind and kind != "deed" and kind not in accounts.kinds():
        raise Http404
    return TrailFilter(
        who=request.GET.get("who", "").strip().lower(),
        seller=request.GET.get("seller", "").strip().upper(),
        kind=kind,
        since=_midnight(request, desk, "since", 0),
        until=_midnight(request, desk, "until", 1),
    )


def _midnight(request: HttpRequest, desk: Desk, name: str, later: int) -> datetime | None:
    """Return when a day of the desk's clock begins, or one so many days later."""
    given = request.GET.get(name, "")
    if not given:
        return None
    try:
        day = date.fromisoformat(given) + timedelta(days=later)
    except (ValueError, OverflowError) as error:
        raise Http404 from error
    return datetime.combine(day, time(), formats.zone(desk.tenant.country)).astimezone(UTC)


def _changes(one: TrailLine) -> list[dict[str, object]]:
    """Return the changed fields by the names that people know."""
    found = []
    for change in one.changes:
        column, _, part = change.field.partition(".")
        name = words.label("column", column)
        found.append(
            {
                "name": f"{name}: {words.label('column', part)}" if part else name,
                "old": change.old,
                "new": change.new,
            }
        )
    return found


def _title(one: TrailLine) -> str:
    if one.kind == "deed":
        return words.label("deed", one.what)
    return f"{words.label('trail', one.kind)}: {words.label('trail change', one.what)}"


def _csv(lines: Iterator[TrailLine]) -> Iterator[str]:
    yield tables.BEGIN + tables.row(
        ["time", "who", "on behalf", "tenant", "kind", "what", "about", "field", "old", "new"]
    )
    for one in lines:
        head = [one.at.isoformat(), one.who, "yes" if one.on_behalf else "", one.tenant, one.kind,
                one.what, one.about]  # fmt: skip
        for change in one.changes or (None,):
            tail = [change.field, _text(change.old), _text(change.new)] if change else ["", "", ""]
            yield tables.row([*head, *tail])


def _text(value: object) -> str:
    return "" if value is None else str(value)

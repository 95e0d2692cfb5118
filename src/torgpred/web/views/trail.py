"""The audit trail: deeds and changes, filtered, and as a file."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.people import TrailFilter, TrailLine
from torgpred.web import formats, showing, tables, words
from torgpred.web.desks import Desk, manager_desk
from torgpred.web.labels import LABELS

_ROWS: Final = 100
_FILE_ROWS: Final = 50_000


@manager_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show who did and changed what, the newest first."""
    wanted, after = _wanted(request, desk), request.GET.get("before", "")
    found = accounts.trail(wanted, after=after, limit=_ROWS + 1)
    given = {
        "page": showing.page(found, lambda one: one.key, after, _ROWS),
        "rows": [(one, _title(one), _changes(one, desk)) for one in found[:_ROWS]],
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


def _changes(one: TrailLine, desk: Desk) -> list[dict[str, str | None]]:
    """Return the changed fields by the names that people know, and their values as read."""
    found: list[dict[str, str | None]] = []
    for change in one.changes:
        column, *inner = change.field.split(".")
        # A column that holds settings says nothing beside the name of one of them.
        path = inner if column == "content" and inner else [column, *inner]
        names = [words.label("column", part) for part in dict.fromkeys((path[0], path[-1]))]
        found.append(
            {
                "name": ": ".join(names),
                "old": _shown(one.kind, path[-1], change.old, desk),
                "new": _shown(one.kind, path[-1], change.new, desk),
            }
        )
    return found


def _shown(kind: str, name: str, value: object, desk: Desk) -> str | None:
    """Return a field's value as one reads it; `kind` is that of the trail's line."""
    if value is None:
        return None
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        pairs = ((part, _shown(kind, part, one, desk)) for part, one in value.items())
        return "; ".join(f"{words.label('column', part)}: {one}" for part, one in pairs if one)
    if isinstance(value, list):
        return ", ".join(_shown(kind, name, one, desk) or "—" for one in value)
    return _told(kind, name, str(value), desk)


def _told(kind: str, name: str, text: str, desk: Desk) -> str:
    """Return a single value as one reads it."""
    if name == "family":
        return showing.market_name(text)
    if name.endswith("_at"):
        with suppress(ValueError):
            return formats.exact(datetime.fromisoformat(text), formats.zone(desk.tenant.country))
    # Roles, bases of prices, states of shops: codes of a kind named as the field, or the line, is.
    named = next((group for group in (name, kind) if text in LABELS.get(group, {})), None)
    return words.label(named, text) if named else words.stored(text)


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

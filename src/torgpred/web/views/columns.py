"""Columns that the reader did not recognise: the seller says what they mean, once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from torgpred.catalogue import services
from torgpred.catalogue.core.tables.asked import AskedColumn
from torgpred.catalogue.core.tables.columns import FIELDS, MEASURES, header_of, named_unit
from torgpred.catalogue.core.tables.measures import units_by_name, units_of_field
from torgpred.catalogue.core.tables.memory import IGNORED, PARAM
from torgpred.catalogue.selectors.columns import FeedColumns, feed_columns
from torgpred.catalogue.services.requesting import read_again
from torgpred.listings.services import answering
from torgpred.web import words
from torgpred.web.desks import Desk, Need, seller_desk
from torgpred.web.starting import progress_of

_FREED_BY: Final = {
    "weight": "weight", "package": "package", "brand": "vendor", "country": "country",
    "tnved": "tnved",
}  # fmt: skip
"""By the fact that offers wait for: the field of a column that would give it."""


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the columns that nobody is sure of, with what stands in them."""
    waits = _waiting(desk)
    feeds = [
        {"feed": one.feed, "rows": one.rows, "lines": list(_lines(one, waits))}
        for one in feed_columns(desk.tenant.id)
    ]
    given = {"feeds": feeds, "open": bool(feeds), "first_steps": not progress_of(desk).over}
    return render(request, "web/columns.html", given)


def _waiting(desk: Desk) -> Counter[str]:
    """Count by field how many held offers wait for a fact that such a column would give.

    An offer that several shops hold counts once.
    """
    held = answering.held_offers(desk.tenant.id)
    return Counter({field: held[fact] for fact, field in _FREED_BY.items()})


def _lines(feed: FeedColumns, waits: Counter[str]) -> Iterator[dict[str, Any]]:
    told = {header_of(one.header).bare for one in feed.columns}
    for place, one in enumerate(feed.columns):
        chosen = feed.decisions.get(header_of(one.header).bare, "")
        yield _line(place, one, chosen, waits)
    for place, (bare, chosen) in enumerate(feed.decisions.items(), len(feed.columns)):
        if bare not in told:
            field, _, unit = chosen.partition(":")
            yield _line(place, AskedColumn(bare, field, unit, decided=True), chosen, waits)


def _line(place: int, one: AskedColumn, chosen: str, waits: Counter[str]) -> dict[str, Any]:
    """Return a column as it is shown: what it is read as with its unit, what it may mean."""
    return {
        "place": place,
        "one": one,
        "now": _meaning(one.field, one.unit),
        "unit_open": not one.unit and one.bare and bool(_units(one, one.field)),
        "choices": _choices(one, chosen, waits),
    }


def _units(one: AskedColumn, field: str) -> tuple[str, ...]:
    """Return the units to choose from if a column meant a field; none where it is no measure."""
    return units_by_name(header_of(one.header).bare) if field == PARAM else units_of_field(field)


def _meaning(field: str, unit: str) -> str:
    """Say a meaning with its unit: "weight, g", "a property of the goods, in ml"."""
    if field == PARAM:
        if not unit:
            return words.word("a property of the goods, under its own name")
        named = words.label("table unit", unit)
        return words.say("a property of the goods, under its own name, in {unit}", unit=named)
    if field == IGNORED:
        return words.word("nothing: leave it out")
    named = words.label("table field", field)
    return f"{named}, {words.label('table unit', unit)}" if unit else named


def _choices(one: AskedColumn, chosen: str, waits: Counter[str]) -> list[dict[str, Any]]:
    """Return what a column may mean: as it is read now, the fields, a parameter, nothing."""
    found = [{"value": "", "text": words.word("as it is read now")}]
    own = named_unit(one.header)
    values = []
    for field in FIELDS:
        told = field not in MEASURES or own.lower() in MEASURES[field]
        values += [field] if told else [f"{field}:{unit}" for unit in _units(one, field)]
    kept = [PARAM]
    if not own and (one.bare or not one.samples):
        kept += [f"{PARAM}:{unit}" for unit in _units(one, PARAM)]
    if chosen and chosen not in (*values, *kept, IGNORED):
        (kept if chosen.partition(":")[0] == PARAM else values).append(chosen)
    for value in sorted(values, key=lambda value: -waits[value.partition(":")[0]]):
        field, _, unit = value.partition(":")
        text = _meaning(field, unit or (own if field in MEASURES else ""))
        if waits[field]:
            text = words.say_many(
                "{what} ({n} offer waits for it)", "{what} ({n} offers wait for it)",
                waits[field], what=text,
            )  # fmt: skip
        found.append({"value": value, "text": text})
    for value in kept:
        unit = value.partition(":")[2] or own
        found.append({"value": value, "text": _meaning(PARAM, unit)})
    found.append({"value": IGNORED, "text": _meaning(IGNORED, "")})
    return [choice | {"chosen": choice["value"] == chosen} for choice in found]


@require_POST
@seller_desk(Need.ACT)
def say(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Keep what columns mean, and read the last file again where it is still there."""
    name = request.POST.get("feed", "")
    feed = next((one for one in feed_columns(desk.tenant.id) if one.feed == name), None)
    if feed is None:
        raise Http404
    decided = {}
    for line in _lines(feed, Counter()):
        given = request.POST.get(f"column-{line['place']}")
        chosen = next((one["value"] for one in line["choices"] if one["chosen"]), "")
        if given is not None and given != chosen:
            decided[line["one"].header] = given
    if not decided:
        messages.info(request, words.word("Nothing was changed."))
        return redirect("seller-columns", code=desk.tenant.code)
    services.decide_columns(seller_id=desk.tenant.id, feed_name=name, decisions=decided)
    request.deed_about = ", ".join(decided)[:200]  # type: ignore[attr-defined]
    concerned = max((one.filled for one in feed.columns if one.header in decided), default=0)
    said = words.say_many(
        "Kept: it concerns {n} offer.", "Kept: it concerns up to {n} offers.", concerned
    )
    messages.success(request, said)
    if read_again(seller_id=desk.tenant.id, feed_name=name, actor=desk.actor):
        messages.success(request, words.word("The file is read again with it."))
        return redirect("seller-start-found", code=desk.tenant.code)
    messages.info(request, words.word("It holds from the next file on: give it again."))
    return redirect("seller-columns", code=desk.tenant.code)

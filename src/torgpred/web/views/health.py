"""How the marketplaces stand, and what is to be done where it is not well."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.kernel.findings import Severity
from torgpred.orders.selectors.health import health
from torgpred.web import showing, words
from torgpred.web.desks import Desk, manager_desk
from torgpred.web.showing import Said


@manager_desk()
def show(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show troubles with their mend, shops, lanes of jobs, and calls that failed."""
    found = health()
    names = {
        str(one.shop_id): f"{showing.market_name(one.family)} · {one.name}" for one in found.shops
    }
    said = []
    for one in found.troubles:
        message, mend = words.tell_finding(one)
        where = names.get(one.place) or words.label("lane", one.place)
        level = "bad" if one.severity is Severity.ERROR else "warn"
        said.append(Said(1, message, mend, one.code, where, level=level))
    given = {
        "health": found,
        "troubles": said,
        "shops": [(one, showing.market_name(one.family)) for one in found.shops],
        "failed": [(one, names.get(str(one.shop_id), "")) for one in found.failed[:50]],
    }
    return render(request, "web/manager/health.html", given)

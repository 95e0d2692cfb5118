"""A board made into what is sent and shown: once a second for each scope and language."""

import re
from types import SimpleNamespace
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from torgpred.campaigns.core.projecting import Projection, Why
from torgpred.web import formats
from torgpred.web.board import course
from torgpred.web.board.figures import Board
from torgpred.web.board.joint_sale import Watched

_BREAKS: Final = re.compile(r"\s*\n\s*")


def figures_of(board: Board, language: str, sale: Watched | None = None) -> str:
    """Return the figures as one line of HTML, those of a campaign first."""
    clock = formats.zone(board.tenant.country)
    with override(language):
        given = {
            "board": board,
            "desk": SimpleNamespace(tenant=board.tenant),
            # The operator's: of all sellers, whose own pages are not its to enter.
            "whole": board.tenant.kind == "operator",
            # Written here: a filter of templates would turn it to the server's clock.
            "time": f"{board.at.astimezone(clock):%H:%M:%S}",
            "zone": clock.key,
            "change": None if board.change is None else round(board.change * 100),
        }
        parts = [render_to_string("web/board/figures.html", given)]
        if sale is not None:
            parts.insert(0, render_to_string("web/board/campaign.html", _of_sale(given, sale)))
        return _BREAKS.sub(" ", "".join(parts)).strip()


def _of_sale(given: dict[str, Any], sale: Watched) -> dict[str, Any]:
    goods, found = sale.slow.goods, sale.projection
    zone = ZoneInfo(sale.card.outline.zone)
    ends = sale.slow.day.ends.astimezone(zone)
    return {
        **given,
        "sale": sale,
        "goods": goods,
        "ahead": found if isinstance(found, Projection) else None,
        "silent": _(SILENT[found]) if isinstance(found, Why) else "",
        "ends": f"{ends:%H:%M} {zone.key}",
        "change": None if sale.change is None else round(sale.change * 100),
        "used": None if goods.sold_share is None else round(goods.sold_share * 100),
        "passed": round(sale.passed * 100),
        "sold": round(sale.pieces * 100 / goods.planned) if goods.planned else None,
    }


SILENT: Final = {
    Why.NOT_BEGUN: gettext_noop("The sale has not begun."),
    Why.NO_ORDERS: gettext_noop(
        "No order of the campaign today yet: nothing can be said of what the day will bring it."
    ),
    Why.TOO_EARLY: gettext_noop("Too early in the day to say what it will bring the campaign."),
}
"""Why nothing is projected."""


def course_of(board: Board, language: str) -> str:
    """Return the drawing of the day as one line of HTML."""
    passed = (board.at - board.slow.since).total_seconds() / 86_400
    with override(language):
        title = _("Orders since midnight")
        about = _("The line of today, and a dashed line of the same day last year where known.")
        return str(course.drawn(board.slow.course, board.slow.last_course, passed, title, about))

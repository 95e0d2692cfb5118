"""A board made into what is sent and shown: once a second for each scope and language."""

import re
from types import SimpleNamespace
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from torgpred.web import formats
from torgpred.web.board import course
from torgpred.web.board.figures import Board

_BREAKS: Final = re.compile(r"\s*\n\s*")


def figures_of(board: Board, language: str) -> str:
    """Return the figures as one line of HTML."""
    clock = formats.zone(board.tenant.country)
    with override(language):
        given = {
            "board": board,
            "desk": SimpleNamespace(tenant=board.tenant),
            # Written here: a filter of templates would turn it to the server's clock.
            "time": f"{board.at.astimezone(clock):%H:%M:%S}",
            "zone": clock.key,
            "change": None if board.change is None else round(board.change * 100),
        }
        return _BREAKS.sub(" ", render_to_string("web/board/figures.html", given)).strip()


def course_of(board: Board, language: str) -> str:
    """Return the drawing of the day as one line of HTML."""
    passed = (board.at - board.slow.since).total_seconds() / 86_400
    with override(language):
        title = _("Orders since midnight")
        about = _("The line of today, and a dashed line of the same day last year where known.")
        return str(course.drawn(board.slow.course, board.slow.last_course, passed, title, about))

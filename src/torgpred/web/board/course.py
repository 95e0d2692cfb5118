"""The course of the day, drawn: orders since midnight, against last year's line."""

from collections.abc import Sequence
from itertools import accumulate
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from torgpred.web import formats

WIDE: Final = 1200
HIGH: Final = 320
_LEFT: Final = 120
_RIGHT: Final = 20
_TOP: Final = 16
_FOOT: Final = 40


def nice_top(most: int, lines: int = 4) -> tuple[int, int]:
    """Return (top of the axis, step between its lines): round numbers that cover `most`."""
    step = 1
    while step * lines < most:
        step = next(
            one for base in (1, 2, 5, 10) if (one := base * 10 ** (len(str(step)) - 1)) > step
        )
    return step * lines, step


def drawn(
    today: Sequence[int], last_year: Sequence[int], passed: float, title: str, about: str
) -> SafeString:
    """Return the drawing of a day: `today` up to the share of the day that passed (0 to 1).

    Both hold orders by equal steps of the day; an empty `last_year` draws no line for it.
    """
    then = list(accumulate(last_year))
    done = min(len(today), int(passed * len(today)) + 1)
    so_far = list(accumulate(today[:done]))
    top, step = nice_top(max([*so_far, *then, 4]))
    here = _x(min(passed, 1.0))
    line = _points(so_far, len(today), top, until=here)
    return format_html(
        '<svg class="course" viewBox="0 0 {} {}" role="img" aria-label="{}"><desc>{}</desc>'
        "{}{}{}{}{}</svg>",
        WIDE, HIGH, title, about,
        format_html_join("", _LINE, (_level(value, top) for value in range(0, top + 1, step))),
        format_html_join("", _HOUR, ((f"{_x(hour / 24):.1f}", HIGH - 12, f"{hour:02}:00")
                                     for hour in range(0, 24, 3))),
        format_html('<polyline class="then" points="{}"/>', _points(then, len(then), top))
        if then else "",
        format_html(
            '<polygon class="fill" points="{} {},{} {},{}"/><polyline class="now"'
            ' points="{}"/>', line, f"{here:.1f}", HIGH - _FOOT, _LEFT, HIGH - _FOOT, line,
        ) if so_far else "",
        format_html('<line class="here" x1="{0}" x2="{0}" y1="{1}" y2="{2}"/>', f"{here:.1f}",
                    _TOP, HIGH - _FOOT),
    )  # fmt: skip


_LINE: Final = (
    '<line class="level" x1="{}" x2="{}" y1="{}" y2="{}"/><text x="{}" y="{}"'
    ' text-anchor="end">{}</text>'
)
_HOUR: Final = '<text x="{}" y="{}" text-anchor="middle">{}</text>'


def _level(value: int, top: int) -> tuple[object, ...]:
    y = f"{_y(value, top):.1f}"
    return (
        _LEFT, WIDE - _RIGHT, y, y, _LEFT - 10, f"{_y(value, top) + 6:.1f}", formats.number(value),
    )  # fmt: skip


def _points(values: Sequence[int], steps: int, top: int, until: float | None = None) -> str:
    """Return the points of a line that begins at nothing and ends, at the latest, at `until`."""
    found = [(_x(0), _y(0, top))]
    for place, value in enumerate(values, start=1):
        x = _x(place / steps)
        found.append((x if until is None else min(x, until), _y(value, top)))
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in found)


def _x(share: float) -> float:
    return _LEFT + share * (WIDE - _LEFT - _RIGHT)


def _y(value: int, top: int) -> float:
    return HIGH - _FOOT - value / top * (HIGH - _FOOT - _TOP)

"""The equation of a level, line by line: every number with where it came from."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from torgpred.stock.core.values import Ledger


class Promise(NamedTuple):
    """An open promise, as the area of orders tells it."""

    order: str
    warehouse: str
    pieces: int
    placed_at: datetime


class Line(msgspec.Struct, frozen=True):
    """One line of the equation. A result is what the lines of its part before it come to.

    `part`: on_hand, reserved, locked, buffer, owing or available. Lines that are no result add up
    to their part; `agrees` tells of a result whether they do.
    """

    warehouse: str
    part: str
    pieces: int
    what: str
    reference: str = ""
    actor: str = ""
    at: datetime | None = None
    result: bool = False
    agrees: bool = True


def equation(ledger: Ledger, promises: Sequence[Promise]) -> list[Line]:
    """Return the lines of an SKU's levels, warehouse after warehouse.

    on hand (sum of movements) - reserved (sum of open promises) - locked (what open locks have
    left) - buffer - owing = available. Owing is the sum of the movements "owing" among those on
    hand.
    """
    lines: list[Line] = []
    for level in ledger.levels:
        code = level.warehouse
        came = [*_earlier(ledger, code), *_movements(ledger, code)]
        owing = sum(line.pieces for line in came if line.what == "owing")
        kept = [
            Line(code, "locked", one.left, "lock", f"{one.id}: {one.purpose}", one.opened_by,
                 one.opened_at)
            for one in ledger.locks if one.warehouse == code
        ]  # fmt: skip
        promised = [
            Line(code, "reserved", one.pieces, "order", one.order, at=one.placed_at)
            for one in promises
            if one.warehouse == code
        ]
        lines += [*came, _result(code, "on_hand", level.on_hand, _sum(came))]
        lines += [*promised, _result(code, "reserved", level.reserved, _sum(promised))]
        lines += [*kept, _result(code, "locked", level.locked, _sum(kept))]
        lines.append(_result(code, "buffer", level.buffer, level.buffer))
        lines.append(_result(code, "owing", level.owing, owing))
        lines.append(_result(code, "available", level.available, level.available))
    return lines


def _earlier(ledger: Ledger, code: str) -> list[Line]:
    return [
        Line(code, "on_hand", pieces, kind, "earlier movements, summed")
        for warehouse, kind, pieces in ledger.earlier
        if warehouse == code
    ]


def _movements(ledger: Ledger, code: str) -> list[Line]:
    return [
        Line(code, "on_hand", one.pieces, one.kind, one.reference, one.actor, one.at)
        for one in ledger.movements
        if one.warehouse == code
    ]


def _sum(lines: Iterable[Line]) -> int:
    return sum(line.pieces for line in lines)


def _result(code: str, part: str, pieces: int, adds_up: int) -> Line:
    what = "=" if pieces == adds_up else f"the lines come to {adds_up}"
    return Line(code, part, pieces, what, result=True, agrees=pieces == adds_up)

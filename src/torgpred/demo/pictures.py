"""Draws product pictures for the demo: a plain shape on a gradient, the same for the same SKU.

No picture library: a PNG with a palette is a few chunks around zlib (PNG specification, third
edition, sections 5 and 11).
"""

import struct
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from colorsys import hls_to_rgb
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final
from urllib.parse import unquote

SIDE: Final = 800
"""Pixels; every picture is a square."""
_STEPS: Final = 64
_BODY, _DARK, _LIGHT, _ACCENT = range(_STEPS, _STEPS + 4)


def picture(sku: str, *, trade: str = "", number: int = 1) -> bytes:
    """Return a PNG of 800 x 800 pixels, some kilobytes, drawn for one SKU.

    `trade` is a `DemoSeller.trade` and chooses what is drawn, unknown ones get a plain parcel;
    `number` (from 1) is the picture's place among those of its offer. The same bytes every time.
    """
    marks = blake2b(f"{trade}:{sku}".encode(), digest_size=8).digest()
    canvas = _Canvas()
    _MOTIFS.get(trade, _parcel)(_Brush(canvas, scale=1 - 0.12 * ((number - 1) % 4)), marks)
    return _png(canvas.rows, _palette(marks[0] / 256, number))


def named(path: str, *, trade: str = "") -> bytes | None:
    """Return the picture that the last part of an address names, "{sku}-{number}.png".

    The name may be percent-encoded. None where it is not of that form.
    """
    name = unquote(path.rsplit("/", 1)[-1])
    stem, dot, kind = name.rpartition(".")
    sku, dash, number = stem.rpartition("-")
    if not dot or kind != "png" or not (sku and dash and number.isascii() and number.isdigit()):
        return None
    return picture(sku, trade=trade, number=int(number))


# --- drawing ------------------------------------------------------------------------------------
def _gradient() -> list[bytearray]:
    return [bytearray([place * _STEPS // SIDE]) * SIDE for place in range(SIDE)]


@dataclass(frozen=True, slots=True)
class _Canvas:
    """Rows of palette numbers."""

    rows: list[bytearray] = field(default_factory=_gradient)

    def span(self, row: int, left: int, right: int, colour: int) -> None:
        left, right = max(left, 0), min(right, SIDE)
        if 0 <= row < SIDE and left < right:
            self.rows[row][left:right] = bytes([colour]) * (right - left)


@dataclass(frozen=True, slots=True)
class _Brush:
    """Draws in units of a hundredth of the side, (0, 0) being the middle, scaled."""

    canvas: _Canvas
    scale: float

    def _pixel(self, unit: float) -> int:
        return round(SIDE / 2 + unit * self.scale * SIDE / 100)

    def box(self, left: float, top: float, right: float, bottom: float, colour: int) -> None:
        for row in range(self._pixel(top), self._pixel(bottom)):
            self.canvas.span(row, self._pixel(left), self._pixel(right), colour)

    def oval(self, x: float, y: float, wide: float, high: float, colour: int) -> None:
        top, bottom, middle = self._pixel(y - high), self._pixel(y + high), self._pixel(y)
        half = max((bottom - top) / 2, 1)
        for row in range(top, bottom):
            share = max(0.0, 1 - ((row - middle) / half) ** 2) ** 0.5
            self.canvas.span(row, self._pixel(x - wide * share), self._pixel(x + wide * share),
                             colour)  # fmt: skip

    def trapezium(
        self, y: tuple[float, float], top: tuple[float, float], bottom: tuple[float, float],
        colour: int,
    ) -> None:  # fmt: skip
        first, last = map(self._pixel, y)
        for row in range(first, last):
            share = (row - first) / (last - first)
            left = top[0] + (bottom[0] - top[0]) * share
            right = top[1] + (bottom[1] - top[1]) * share
            self.canvas.span(row, self._pixel(left), self._pixel(right), colour)


def _bottle(brush: _Brush, marks: bytes) -> None:
    wide, high = 11 + marks[1] % 8, 20 + marks[2] % 10
    brush.box(-wide * 0.5, -high - 12, wide * 0.5, -high, _DARK)
    brush.oval(0, -high + 2, wide, 6, _BODY)
    brush.box(-wide, -high + 2, wide, high, _BODY)
    brush.box(-wide, high * 0.1, wide, high * 0.7, _LIGHT)
    brush.oval(0, high * 0.4, wide * 0.4, wide * 0.4, _ACCENT)


def _jumper(brush: _Brush, marks: bytes) -> None:
    long = 24 + marks[1] % 10
    brush.trapezium((-22, 14), (-16, -8), (-34, -24), _DARK)
    brush.trapezium((-22, 14), (8, 16), (24, 34), _DARK)
    brush.trapezium((-24, long), (-15, 15), (-18, 18), _BODY)
    brush.oval(0, -24, 7, 5, _LIGHT)
    for stripe in range(marks[2] % 4):
        brush.box(-17, stripe * 7 - 8, 17, stripe * 7 - 5, _ACCENT)


def _game(brush: _Brush, marks: bytes) -> None:
    high = 22 + marks[1] % 8
    brush.box(-28, -high, 28, high, _BODY)
    brush.box(-28, high - 5, 28, high, _DARK)
    brush.box(-12, -12, 12, 12, _LIGHT)
    spots = [(0, 0), (-7, -7), (7, 7), (7, -7), (-7, 7), (-7, 0), (7, 0)]
    for x, y in spots[: 1 + marks[2] % len(spots)]:
        brush.oval(x, y, 2.4, 2.4, _ACCENT)


def _lamp(brush: _Brush, marks: bytes) -> None:
    round_ = 16 + marks[1] % 8
    brush.oval(0, -8, round_, round_ + marks[2] % 6, _LIGHT)
    brush.trapezium((4, 16), (-round_ * 0.8, round_ * 0.8), (-8, 8), _BODY)
    for ring in range(4):
        brush.box(-8, 16 + ring * 4, 8, 19 + ring * 4, _DARK)
    brush.oval(-round_ * 0.3, -14, 3, 5, _ACCENT)


def _fruit(brush: _Brush, marks: bytes) -> None:
    for place, mark in enumerate(marks[1:]):
        x, y = (place % 3 - 1) * 19 + mark % 7 - 3, (place // 3 - 1) * 17 + mark % 5
        wide = 8 + mark % 4
        brush.oval(x, y, wide, wide * 0.75, _BODY if mark % 2 else _DARK)
        brush.oval(x - 2, y - 2, wide * 0.35, wide * 0.25, _LIGHT)


def _mug(brush: _Brush, marks: bytes) -> None:
    high = 16 + marks[1] % 14
    brush.oval(16, 0, 13, high * 0.6, _DARK)
    brush.oval(16, 0, 8, high * 0.4, _LIGHT)
    brush.box(-18, -high, 16, high, _BODY)
    brush.oval(-1, -high, 17, 4, _LIGHT)
    brush.box(-18, high * 0.4, 16, high * 0.4 + 2 + marks[2] % 6, _ACCENT)


def _parcel(brush: _Brush, marks: bytes) -> None:
    high = 16 + marks[1] % 10
    brush.box(-24, -high, 24, high, _BODY)
    brush.box(-3, -high, 3, high, _LIGHT)
    brush.trapezium((-high - 6, -high), (-20, 20), (-24, 24), _DARK)


_MOTIFS: Final[Mapping[str, Callable[[_Brush, bytes], None]]] = {
    "cosmetics": _bottle,
    "thermal": _jumper,
    "games": _game,
    "lamps": _lamp,
    "fruit": _fruit,
    "kitchen": _mug,
}


# --- the file format ----------------------------------------------------------------------------
def _palette(hue: float, number: int) -> bytes:
    ground = [(hue + 0.45 + number * 0.03, 0.97 - 0.22 * step / _STEPS, 0.35)
              for step in range(_STEPS)]  # fmt: skip
    shapes = [(hue, 0.5, 0.55), (hue, 0.28, 0.5), (hue + 0.04, 0.86, 0.5), (hue + 0.5, 0.42, 0.7)]
    return b"".join(
        bytes(round(255 * part) for part in hls_to_rgb(tint % 1, light, strength))
        for tint, light, strength in [*ground, *shapes]
    )


def _png(rows: Sequence[bytearray], palette: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", SIDE, SIDE, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows), 6)
    chunks = ((b"IHDR", header), (b"PLTE", palette), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunks(chunks))


def _chunks(chunks: Sequence[tuple[bytes, bytes]]) -> Iterator[bytes]:
    for name, body in chunks:
        yield (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

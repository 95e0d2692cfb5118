"""Small documents: pages of plain lines with a bar code, as PDF written by hand."""

from collections.abc import Sequence

_WIDTH, _HEIGHT = 283, 425  # 100 by 150 mm, in points
_LINE = 14
_NARROW, _WIDE = 1.1, 2.9
# Interleaved 2 of 5: which of five bars (or gaps) of a digit are wide.
_DIGITS = {
    "0": "nnwwn", "1": "wnnnw", "2": "nwnnw", "3": "wwnnn", "4": "nnwnw",
    "5": "wnwnn", "6": "nwwnn", "7": "nnnww", "8": "wnnwn", "9": "nwnwn",
}  # fmt: skip


def pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """Return a PDF of pages of 100 by 150 mm, each of lines of text in Latin letters.

    A first line of digits is a bar code as well (Interleaved 2 of 5).
    """
    kids = " ".join(f"{4 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for place, lines in enumerate(pages):
        content = _content(lines)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_WIDTH} {_HEIGHT}]"
            f" /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * place} 0 R >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for place in places:
        out += b"%010d 00000 n \n" % place
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def _content(lines: Sequence[str]) -> bytes:
    parts: list[str] = []
    top = _HEIGHT - 30
    if lines and lines[0].isdigit():
        parts += _bars(lines[0], top - 60)
        top -= 80
    for line in lines:
        parts.append(f"BT /F1 10 Tf 20 {top} Td ({_escaped(line)}) Tj ET")
        top = max(10, top - _LINE)
    return "\n".join(parts).encode("latin-1", "replace")


def _bars(digits: str, bottom: float) -> list[str]:
    """Return the bars of a number; one of an odd length gets a leading zero."""
    digits = digits if len(digits) % 2 == 0 else f"0{digits}"
    parts: list[str] = []
    left = 20.0
    pairs = zip(digits[::2], digits[1::2], strict=True)
    # Each pair of digits: the first in the bars, the second in the gaps between them.
    widths = [("n", "n"), ("n", "n")]
    for dark, light in pairs:
        widths += zip(_DIGITS[dark], _DIGITS[light], strict=True)
    widths += [("w", "n"), ("n", "n")]
    for bar, gap in widths:
        width = _WIDE if bar == "w" else _NARROW
        parts.append(f"{left:.1f} {bottom} {width} 60 re f")
        left += width + (_WIDE if gap == "w" else _NARROW)
    return parts


def _escaped(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")

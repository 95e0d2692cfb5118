"""What the marketplace makes of texts, prices and picture addresses that sellers send."""

import html
import ipaddress
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlsplit

ALLOWED_TAGS = frozenset(
    "p br b strong i em u ul ol li div span img h1 h2 h3 h4 h5 h6"  # noqa: SIM905 - readable
    " table thead tbody tr td th".split()
)
_DROPPED_WITH_CONTENT = re.compile(
    r"<(script|style|iframe|object|noscript|template|svg)\b.*?(?:</\1\s*>|\Z)",
    re.DOTALL | re.IGNORECASE,
)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)\b([^<>]*)>")
_SOURCE = re.compile(r"""\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f\u200b-\u200d\u2060\ufeff]")
_UNFIT = re.compile(r"[\s\x00-\x1f]")
_SPACE = re.compile(r"\s+")
_PLAIN_DECIMAL = re.compile(r"\d{1,9}(?:\.\d{1,6})?\Z", re.ASCII)
_CENT = Decimal("0.01")


def plain_decimal(text: str) -> Decimal | None:
    """Return a decimal written with digits and a point only, else None."""
    return Decimal(text) if _PLAIN_DECIMAL.match(text) else None


def two_places(value: Decimal) -> str:
    """Return a price or weight as text with two places, halves rounded up."""
    return str(value.quantize(_CENT, ROUND_HALF_UP))


def one_line(text: str) -> str:
    """Return a text as the marketplace keeps it: entities read, NFC, spaces collapsed."""
    read = html.unescape(text) if "&" in text else text
    bare = _CONTROLS.sub("", unicodedata.normalize("NFC", read))
    return _SPACE.sub(" ", bare).strip()


def _tag(match: re.Match[str]) -> str:
    closing, name, rest = match.group(1), match.group(2).lower(), match.group(3)
    if name not in ALLOWED_TAGS:
        return ""
    if name != "img" or closing:
        return f"<{closing}{name}>"
    source = _SOURCE.search(rest)
    address = html.unescape(next((g for g in source.groups() if g), "")) if source else ""
    if not address.startswith(("http://", "https://")):
        return ""
    return f'<img src="{html.escape(address)}">'


def _text(text: str) -> str:
    return html.escape(html.unescape(text), quote=False) if text else ""


def rich_text(text: str) -> str:
    """Return HTML as the marketplace keeps it.

    Scripts, styles and comments go with what is in them; of other tags only the allowed ones
    stay, without attributes (a picture keeps its address). What is left is escaped text, so the
    outcome is safe to show.
    """
    bare = _COMMENT.sub("", _DROPPED_WITH_CONTENT.sub("", text))
    pieces: list[str] = []
    place = 0
    for match in _TAG.finditer(bare):
        pieces.append(_text(bare[place : match.start()]))
        pieces.append(_tag(match))
        place = match.end()
    pieces.append(_text(bare[place:]))
    return _SPACE.sub(" ", unicodedata.normalize("NFC", "".join(pieces))).strip()


def _is_local(host: str) -> bool:
    if host == "localhost" or host.endswith((".local", ".localhost", ".internal")):
        return True
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return "." not in host


def picture_fault(  # noqa: PLR0911 - one return a rule
    address: str, *, local_allowed: bool
) -> str | None:
    """Return why a picture cannot be fetched from an address, judged by its spelling alone."""
    if len(address) > 2048:
        return "the address is longer than 2048 characters"
    if _UNFIT.search(address):
        return "the address contains spaces"
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "the address is malformed"
    if parts.scheme not in {"http", "https"}:
        return "only http and https addresses can be fetched"
    if not host or parts.username is not None:
        return "the address names no public host"
    if not local_allowed and _is_local(host):
        return "the host is not reachable"
    return None

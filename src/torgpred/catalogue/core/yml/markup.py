"""Small pieces of markup read leniently: start tags, references, the text of an element.

Only for what stands before the offers and for repairs; an offer itself is parsed strictly.
"""

import html
import re
from html.entities import html5
from typing import NamedTuple

_ATTRIBUTE = re.compile(r"([^\s=<>\"'/]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_TAG_REST = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*+>")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z_][\w.-]{0,63}));")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""Characters that XML 1.0 forbids, however they are written."""
PREDEFINED = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


class Piece(NamedTuple):
    """One element found in a text."""

    attributes: dict[str, str]
    text: str
    whole: bool
    """Both its start tag and its end were found."""


def elements(text: str, name: str) -> list[Piece]:
    """Return every element of a name, in order, in time linear in the text; nesting is not seen."""
    found = []
    for part in text.split("<" + name)[1:]:
        if part[:1] and part[0] not in " \t\r\n>/":
            continue
        head = _TAG_REST.match(part)
        if head is None:
            found.append(Piece({}, "", whole=False))
            continue
        attributes = attributes_of(head.group())
        if part[head.end() - 2 : head.end()] == "/>":
            found.append(Piece(attributes, "", whole=True))
            continue
        close = part.find("</" + name, head.end())
        value = part[head.end() : close] if close >= 0 else ""
        found.append(Piece(attributes, text_of(value), whole=close >= 0))
    return found


def attributes_of(start_tag: str) -> dict[str, str]:
    """Return the attributes of a start tag, names in lower case; the first of a name counts."""
    found: dict[str, str] = {}
    for name, double, single in _ATTRIBUTE.findall(start_tag):
        found.setdefault(name.lower(), html.unescape(double or single))
    return found


def without_comments(text: str) -> str:
    """Return the text with comments taken out."""
    return _COMMENT.sub("", text) if "<!--" in text else text


def text_of(value: str) -> str:
    """Return the text of an element: CDATA taken as it is, references resolved, trimmed."""
    if "<![CDATA[" not in value:
        return html.unescape(value).strip()
    parts = _CDATA.split(value)
    # Even places stand outside of CDATA.
    return "".join(p if n % 2 else html.unescape(p) for n, p in enumerate(parts)).strip()


def character(match: re.Match[str]) -> str | None:
    """Return what a reference stands for in XML or HTML; None for an entity nobody knows."""
    decimal, hexadecimal, name = match.groups()
    if name:
        return PREDEFINED.get(name) or html5.get(name + ";")
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if code > 0x10FFFF or NOT_XML.match(chr(code)):
        return None
    return chr(code)

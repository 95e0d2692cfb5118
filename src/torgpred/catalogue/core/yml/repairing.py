"""Repairs of one raw offer that is not well-formed: each is told as a finding."""

import re

from torgpred.catalogue.core.yml.markup import NOT_XML, PREDEFINED, REFERENCE, character
from torgpred.kernel.findings import Finding, Kind, Severity

BARE_AMPERSAND = Kind(
    "feed.offer.ampersand",
    Severity.WARNING,
    "The offer holds an & that is not written as &amp;; it was read as &.",
    "Let the export escape & in addresses and texts.",
)
CONTROLS = Kind(
    "feed.offer.control_characters",
    Severity.WARNING,
    "The offer holds characters that XML forbids; they were taken out.",
    "Clean the texts in the shop's back office.",
)
HTML_ENTITY = Kind(
    "feed.offer.html_entity",
    Severity.WARNING,
    "The offer uses HTML entities that XML does not know ({value}); they were read as HTML.",
    "Put HTML into CDATA, or write the characters themselves.",
)
ENTITY = Kind(
    "feed.offer.entity",
    Severity.WARNING,
    "The offer refers to entities that are never expanded ({value}); they were left empty.",
    "Write the text itself instead of entities.",
)
PREFIX = Kind(
    "feed.offer.prefix",
    Severity.NOTE,
    "The offer uses namespace prefixes that the file does not declare: {value}.",
    "Declare them at the root element with xmlns, or leave them out.",
)
HEAD = Kind(
    "feed.offer.attributes",
    Severity.WARNING,
    "The attributes of <offer> are not written as XML asks ({value}); they were read all the same.",
    "Put every attribute's value in quotes, and write each attribute once.",
)
_PREFIXED = re.compile(r"<([A-Za-z_][\w.-]{0,60}):[A-Za-z_]|\s([A-Za-z_][\w.-]{0,60}):[\w.-]+\s*=")
_START = re.compile(r"((?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*?)(/?>)")
_GIVEN = re.compile(r"([A-Za-z_][\w.:-]*)\s*=\s*(\"[^\"]*\"|'[^']*'|[^\s\"'>]+)")
_SOUND = re.compile(r"(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:\"[^\"]*\"|'[^']*'))*+\s*")
_REPAIRABLE = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|\Z)|" + REFERENCE.pattern + "|&", re.DOTALL)


def repaired(text: str, place: str, findings: list[Finding]) -> str:
    """Mend what is known to go wrong: forbidden characters, bare &, entities XML lacks."""
    clean = NOT_XML.sub("", text)
    if clean != text:
        findings.append(CONTROLS.at(place))
    html: dict[str, None] = {}
    unknown: dict[str, None] = {}
    bare = False

    def mend(match: re.Match[str]) -> str:
        nonlocal bare
        whole = match[0]
        if whole == "&":
            bare = True
            return "&amp;"
        if whole.startswith("<") or match[3] in PREDEFINED:
            return whole
        found = character(match)
        if found is None:
            unknown[whole] = None
            return ""
        if match[3]:
            html[whole] = None
        return "".join(_ESCAPED.get(sign, sign) for sign in found)

    mended = _REPAIRABLE.sub(mend, _with_head(clean, place, findings))
    if bare:
        findings.append(BARE_AMPERSAND.at(place))
    if html:
        findings.append(HTML_ENTITY.at(place, " ".join(html)))
    if unknown:
        findings.append(ENTITY.at(place, " ".join(unknown)))
    return mended


def _with_head(text: str, place: str, findings: list[Finding]) -> str:
    """Quote the attributes of the start tag where that lacks; the first of a name counts."""
    match = _START.match(text)
    if match is None:
        return text
    given: dict[str, str] = {}
    count = 0
    for name, value in _GIVEN.findall(match[1]):
        count += 1
        given.setdefault(name, value if value[0] in "\"'" else f'"{value}"')
    if count == len(given) and _SOUND.fullmatch(match[1]):
        return text
    findings.append(HEAD.at(place, match[1].strip()))
    head = "".join(f" {name}={value}" for name, value in given.items())
    return f"{head}{match[2]}{text[match.end() :]}"


def undeclared(text: str, declared: frozenset[str]) -> list[str]:
    """Return the namespace prefixes that a raw offer uses and nobody declared."""
    found = dict.fromkeys(one or other for one, other in _PREFIXED.findall(text))
    own = {prefix for prefix in found if f"xmlns:{prefix}" in text}
    return [prefix for prefix in found if prefix not in declared | own | {"xml", "xmlns"}]


_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}

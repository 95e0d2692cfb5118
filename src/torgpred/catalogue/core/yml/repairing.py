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

    mended = _REPAIRABLE.sub(mend, clean)
    if bare:
        findings.append(BARE_AMPERSAND.at(place))
    if html:
        findings.append(HTML_ENTITY.at(place, " ".join(html)))
    if unknown:
        findings.append(ENTITY.at(place, " ".join(unknown)))
    return mended


_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"}

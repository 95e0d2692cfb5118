"""Parse one raw offer: the quick way for plain ones, a full XML parser for the rest.

`parse_quickly` is an optimisation only: it gives exactly what `parse_fully` would, or None. A law
test holds it to that. `parse` adds the repairs: what only a repaired offer says is a finding.
"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import quoteattr

from lxml import etree

from torgpred.catalogue.core.yml.markup import PREDEFINED, REFERENCE, character
from torgpred.catalogue.core.yml.repairing import PREFIX, repaired, undeclared
from torgpred.catalogue.core.yml.spelling import NESTED, attribute_name, tag_name
from torgpred.kernel.findings import Finding, Kind, Severity

BROKEN = Kind(
    "feed.offer.broken",
    Severity.ERROR,
    "The offer is not well-formed XML: {reason}. It was left out.",
    "Export it again; look for unclosed tags and stray signs in its texts.",
)
LOST = Kind(
    "feed.offer.lost_characters",
    Severity.WARNING,
    "Characters of <{tag}> were lost in an earlier conversion; the text was not taken.",
    "Find the broken text in the shop's back office and write it anew.",
)
ENCODING = Kind(
    "feed.offer.encoding",
    Severity.WARNING,
    "The offer is not written in the encoding of the file, {value}; unreadable texts were left "
    "out.",
    "Write the whole file in one encoding.",
)
MIXED = Kind(
    "feed.offer.encoding_mixed",
    Severity.WARNING,
    "The offer is written in UTF-8 inside a file in {value}; it was read as UTF-8.",
    "Write the whole file in one encoding.",
)
MARKUP_INSIDE = Kind(
    "feed.offer.markup_inside",
    Severity.NOTE,
    "The text of <{tag}> holds unescaped markup; it was kept as it stands.",
    "Put HTML into CDATA.",
)


Item = tuple[str, Mapping[str, str] | None, str]
"""One element of an offer: tag, attributes, text. Nested ones are told as "outlets/outlet"; an
element without attributes has None. A plain tuple, since a feed makes millions of them."""


class Raw(NamedTuple):
    """An offer's attributes and elements in document order, texts untrimmed."""

    attributes: dict[str, str]
    items: list[Item]


Step = tuple[str, str, str, Mapping[str, str] | None, tuple[Item, ...]]
"""From one end tag to the next start tag: the tag that ends, the one that starts, its usual
spelling and attributes, and the empty elements between. No usual spelling: the one that starts is
a list whose elements, itself included, are told with the empty ones."""


_CONTROL_BYTES = bytes(byte for byte in range(32) if byte not in b"\t\n\r")
_SPACE = " \t\n"
_PLAIN_TAG = re.compile(
    r"[ \n\t]*<([A-Za-z_][A-Za-z0-9_.-]*)"
    r"((?:[ \n\t]+[A-Za-z_][A-Za-z0-9_.-]*=\"[^\"<>\n\t]*\")*)[ \n\t]*(/?)>"
)
_PLAIN_END = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)>")
_PLAIN_ATTRIBUTE = re.compile(r"([A-Za-z_][A-Za-z0-9_.-]*)=\"([^\"]*)\"")
_PLAIN_NAME = re.compile(r"[ \n\t]+([A-Za-z_][A-Za-z0-9_.-]*)=")
_LIST = "outlets"
_STEPS_KEPT = 10_000
_STEP_LIMIT = 400
_TEXTS = frozenset({"description", "sales_notes"})


class OfferParser:
    """Parses the offers of one file. Remembers start tags, which repeat from offer to offer."""

    def __init__(self, tag: str, encoding: str, prefixes: Mapping[str, str]) -> None:
        self._tag = tag.rpartition(":")[2]
        self._declared = frozenset(prefixes)
        self._close = f"</{tag}>"
        self._last = f"{tag}>"
        self._encoding = encoding
        self._steps: dict[str, Step] = {}
        self._names: dict[str, str] = {}
        self._parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
            remove_pis=True, huge_tree=False, strip_cdata=True,
        )  # fmt: skip
        declared = "".join(f" xmlns:{name}={quoteattr(uri)}" for name, uri in prefixes.items())
        self._wrap = f"<w{declared}"
        self._open = f"><{tag}"

    def parse_plain(self, body: bytes) -> Raw | None:
        """Parse a raw offer (without its leading `<offer`) if it needs no more than a glance."""
        if self._encoding == "utf-8" or body.isascii():
            return self.parse_quickly(body)
        return None

    def parse(self, body: bytes, place: str) -> tuple[Raw | None, list[Finding]]:
        """Parse a raw offer, repairing what can be; None where it cannot be read."""
        findings: list[Finding] = []
        text = self._decode(body, place, findings)
        if self._encoding != "utf-8" and not findings:
            raw = self.parse_quickly(body)
            if raw is not None:
                return raw, findings
        raw, reason = self.parse_fully(text)
        if raw is None:
            text = repaired(text, place, findings)
            unknown = undeclared(text, self._declared)
            raw, reason = self.parse_fully(text, unknown)
            if raw is not None and unknown:
                findings.append(PREFIX.at(place, " ".join(unknown)))
        if raw is None:
            findings.append(BROKEN.at(place, text[:120], reason=reason))
            return None, findings
        if "\ufffd" in text:
            raw = _without_lost(raw, place, findings)
        if any(item[0] == "description/" for item in raw.items):
            findings.append(MARKUP_INSIDE.at(place, tag="description"))
        return raw, findings

    def _decode(self, body: bytes, place: str, findings: list[Finding]) -> str:
        encoding = self._encoding
        if encoding != "utf-8" and not body.isascii():
            try:
                text = body.decode("utf-8")
            except UnicodeDecodeError:
                pass
            else:
                if re.search("[А-Яа-яЁё]", text):
                    findings.append(MIXED.at(place, encoding))
                    return text
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            findings.append(ENCODING.at(place, encoding))
            return body.decode(encoding, "replace")

    def parse_quickly(self, body: bytes) -> Raw | None:
        """Parse an offer that is written plainly; None wherever there is the least doubt."""
        if len(body.translate(None, _CONTROL_BYTES)) != len(body):
            return None
        if b"\r" in body:
            body = body.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        sections: list[bytes] = []
        if b"<![CDATA[" in body:
            pieces = body.split(b"<![CDATA[")
            kept = [pieces[0]]
            for piece in pieces[1:]:
                inside, end, outside = piece.partition(b"]]>")
                if not end:
                    return None
                sections.append(inside)
                kept.append(outside)
            body = b"\x01".join(kept)
        try:
            text = body.decode(self._encoding)
            inner = [section.decode(self._encoding) for section in sections]
        except UnicodeDecodeError:
            return None
        if not text.endswith(self._close) or "]" in text or _is_strange(text, inner):
            return None
        start, _, rest = text.partition(">")
        attributes = self._offer_attributes(start)
        if attributes is None:
            return None
        items = self._items(rest.split("</"), inner)
        return None if items is None else Raw(attributes, items)

    def _offer_attributes(self, head: str) -> dict[str, str] | None:
        if "&" in head or "<" in head:
            return None
        pieces = head.split('"')
        if pieces.pop().strip(_SPACE) or len(pieces) % 2:
            return None
        names = self._names
        attributes: dict[str, str] = {}
        for name, value in zip(pieces[::2], pieces[1::2], strict=True):
            known = names.get(name)
            if known is None:
                match = _PLAIN_NAME.fullmatch(name)
                if match is None or match[1] == "xmlns" or len(names) > _STEPS_KEPT:
                    return None
                known = names[name] = attribute_name(match[1])
            if known in attributes or "\n" in value or "\t" in value:
                return None
            attributes[known] = value
        return attributes

    def _items(  # noqa: C901 - the hottest loop of an intake: a call costs more than it tidies
        self, parts: list[str], sections: list[str]
    ) -> list[Item] | None:
        """Read what lies between end tags: `<a>1`, `a> <b>2`, `b> `, `offer>`.

        All but the value is a step that repeats from offer to offer, so it is parsed once.
        """
        steps, taken, open_tag = self._steps, 0, ""
        items: list[Item] = []
        add = items.append
        if parts.pop() != self._last or not parts:
            return None
        last = parts.pop()
        for part in parts:
            between, _, value = part.rpartition(">")
            step = steps.get(between) or self._step(between, starts=True)
            if step is None or step[0] != open_tag:
                break
            _, open_tag, shown, attributes, empty = step
            if empty:
                items += empty
                if not shown:
                    if value.strip(_SPACE):
                        break
                    continue
            if "&" in value:
                resolved = _resolved(value)
                if resolved is None:
                    break
                value = resolved
            if "\x01" in value:
                if value.strip(_SPACE) != "\x01":
                    break
                value = value.replace("\x01", sections[taken])
                taken += 1
            add((shown, attributes, value))
        else:
            step = steps.get(last) or self._step(last, starts=False)
            if step is not None and step[0] == open_tag and taken == len(sections):
                items += step[4]
                return items
        return None

    def _step(self, between: str, *, starts: bool) -> Step | None:
        """Parse `a> <empty/> <b c="d"`, or `a> ` where no element starts."""
        if len(between) > _STEP_LIMIT:
            return None
        text = between + ">" if starts else between
        end = _PLAIN_END.match(text)
        place = end.end() if end else 0
        empty: list[Item] = []
        tag, attributes = "", None
        while not tag and (match := _PLAIN_TAG.match(text, place)):
            place = match.end()
            named = _plain_attributes(match[2])
            if named is None:
                return None
            if match[3]:
                empty.append((tag_name(match[1]), named or None, ""))
            else:
                tag, attributes = match[1], named or None
        shown = tag_name(tag)
        if shown == _LIST:
            listed, place = _listed(text, place, attributes)
            if listed:
                empty += listed
                shown = ""
        if bool(tag) is not starts or text[place:].strip(_SPACE):
            return None
        step: Step = (end[1] if end else "", tag, shown, attributes, tuple(empty))
        if len(self._steps) < _STEPS_KEPT:
            self._steps[between] = step
        return step

    def parse_fully(self, text: str, prefixes: Sequence[str] = ()) -> tuple[Raw | None, str]:
        """Parse with a full XML parser: the offer, or None and the reason.

        `prefixes` are namespace prefixes to be declared besides those of the file.
        """
        more = "".join(f' xmlns:{prefix}="urn:{prefix}"' for prefix in prefixes)
        data = f"{self._wrap}{more}{self._open}{text}</w>".encode("utf-8", "replace")
        try:
            root = etree.fromstring(data, self._parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            return None, str(error).partition(", line")[0]
        if len(root) != 1 or not isinstance(root[0].tag, str) or _local(root[0]) != self._tag:
            return None, "more than one element stands in its place"
        offer = root[0]
        attributes = _attributes(offer)
        return Raw(attributes, _flat(offer)), ""


def _is_strange(text: str, sections: list[str]) -> bool:
    """Tell of characters that XML forbids or that show an earlier loss."""
    return any(
        "\ufffd" in part or "\ufffe" in part or "\uffff" in part for part in (text, *sections)
    )


def _listed(text: str, place: int, attributes: Mapping[str, str] | None) -> tuple[list[Item], int]:
    """Read the empty elements at the start of a list, and where they end; none where in doubt."""
    items: list[Item] = []
    begun = place
    while match := _PLAIN_TAG.match(text, place):
        named = _plain_attributes(match[2])
        if named is None or not match[3]:
            return [], begun
        if not items:
            items.append((_LIST, attributes, text[place : text.index("<", place)]))
        items.append((f"{_LIST}/{tag_name(match[1])}", named or None, ""))
        place = match.end()
    return items, place


def _plain_attributes(text: str) -> dict[str, str] | None:
    found: dict[str, str] = {}
    for name, value in _PLAIN_ATTRIBUTE.findall(text):
        plain = _resolved(value) if "&" in value else value
        usual = attribute_name(name)
        if plain is None or usual in found or name == "xmlns":
            return None
        found[usual] = plain
    return found


def _resolved(value: str) -> str | None:
    """Resolve references that XML itself knows; None where any other & stands."""
    if value.count("&amp;") == value.count("&"):
        return value.replace("&amp;", "&")
    if value.count("&") != len(REFERENCE.findall(value)):
        return None
    strange = False

    def stand_in(match: re.Match[str]) -> str:
        nonlocal strange
        found = None if match[3] and match[3] not in PREDEFINED else character(match)
        strange = strange or found is None
        return found or ""

    plain = REFERENCE.sub(stand_in, value)
    return None if strange else plain


def _flat(parent: "etree._Element") -> list[Item]:
    items: list[Item] = []
    stack = [(child, "") for child in reversed(parent)]
    while stack:
        element, path = stack.pop()
        tag = path + tag_name(_local(element))
        tag = NESTED.get(tag, tag)
        attributes = _attributes(element)
        if len(element) and tag in _TEXTS:
            items.append((tag, attributes or None, _inner(element)))
            items.append((f"{tag}/", None, ""))
            continue
        items.append((tag, attributes or None, element.text or ""))
        stack.extend((child, f"{tag}/") for child in reversed(element))
    return items


def _inner(element: "etree._Element") -> str:
    parts = [element.text or ""]
    parts.extend(etree.tostring(child, encoding="unicode") for child in element)
    return "".join(parts)


def _attributes(element: "etree._Element") -> dict[str, str]:
    return {attribute_name(_bare(name)): str(value) for name, value in element.attrib.items()}


def _local(element: "etree._Element") -> str:
    return _bare(str(element.tag))


def _bare(name: object) -> str:
    return str(name).rpartition("}")[2]


def _without_lost(raw: Raw, place: str, findings: list[Finding]) -> Raw:
    items = []
    for item in raw.items:
        tag, named, text = item
        if "\ufffd" in text or any("\ufffd" in value for value in (named or {}).values()):
            findings.append(LOST.at(place, text.strip(), tag=tag))
        else:
            items.append(item)
    attributes = {name: v for name, v in raw.attributes.items() if "\ufffd" not in v}
    return Raw(attributes, items)

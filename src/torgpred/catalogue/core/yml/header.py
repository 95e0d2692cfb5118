"""What a YML file says before its first offer: root, currencies, the category tree."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from torgpred.catalogue.core.offers import Category
from torgpred.catalogue.core.yml.markup import Piece, elements, without_comments
from torgpred.kernel.findings import Finding, Kind, Severity

ENTITIES = Kind(
    "feed.xml.entities",
    Severity.WARNING,
    "The file declares entities of its own ({value}); they are never expanded.",
    "Write the text itself instead of entities.",
)
EXTERNAL = Kind(
    "feed.xml.external_entity",
    Severity.WARNING,
    "The file asks to load something from outside ({value}); nothing is ever loaded.",
    "Take the declaration out of the file.",
)
OTHER_ROOT = Kind(
    "feed.xml.other_root",
    Severity.ERROR,
    "This is XML, but no catalogue of a kind that is read: its root element is {value}.",
    "Export the catalogue in YML, CommerceML (1C), Google Merchant, XLSX or CSV.",
)
NOT_XML = Kind(
    "feed.xml.broken",
    Severity.ERROR,
    "The file is not readable as XML: no root element was found.",
    "Export the catalogue again.",
)
BARE = Kind(
    "feed.xml.bare",
    Severity.ERROR,
    "The file holds offers, but not the catalogue around them: no yml_catalog, shop and offers.",
    "Give the whole file, as the export wrote it.",
)
NO_OFFERS = Kind(
    "feed.offers.none",
    Severity.ERROR,
    "The file holds no offers.",
    "Check the filters of the export.",
)
JUNK_BEFORE = Kind(
    "feed.xml.junk_before",
    Severity.WARNING,
    "Something stands before the XML and was skipped: {value}.",
    "Look for error messages that the export prints into the file.",
)
CATEGORY_BROKEN = Kind(
    "feed.category.broken",
    Severity.WARNING,
    "A category could not be read: {value}.",
    "Check the category's markup, id and name.",
)
CATEGORY_NO_ID = Kind(
    "feed.category.no_id",
    Severity.WARNING,
    "The category {value} has no id.",
    "Give every category an id.",
)
CATEGORY_TWICE = Kind(
    "feed.category.duplicate",
    Severity.WARNING,
    "Two categories have the id {value}; the first is kept.",
    "Give every category an id of its own.",
)
CATEGORY_ORPHAN = Kind(
    "feed.category.orphan",
    Severity.WARNING,
    "The category {name} names a parent that is not in the file: {value}.",
    "Export the parent category too; until then it is read as a top category.",
)
CATEGORY_CYCLE = Kind(
    "feed.category.cycle",
    Severity.WARNING,
    "The category {name} is its own ancestor; the loop was cut at {value}.",
    "Mend the parents of these categories.",
)
CURRENCY_ODD = Kind(
    "feed.currency.unknown",
    Severity.WARNING,
    "{value} is no currency code.",
    "Use ISO 4217 codes such as RUB, CNY or USD.",
)

ROOTS = frozenset({"yml_catalog", "price"})
_ROOT = re.compile(r"<(?![?!/])([^\s<>/\"'=]+)")
_CATALOG = re.compile(r"<((?:[\w.-]+:)?yml_catalog)(?=[\s>])", re.IGNORECASE)
_ODD_TAG = re.compile(r"<(/?)(?:([A-Za-z_][\w.-]*):)?([A-Za-z_][\w.-]*)")
_ODD = re.compile(r"<(?:[A-Z]|[A-Za-z_][\w.-]*:)")
_DOCTYPE = re.compile(r"<!DOCTYPE\b[^\[>]*(?:\[(.*?)\]\s*)?>", re.DOTALL | re.IGNORECASE)
_ENTITY = re.compile(r"<!ENTITY\s+(?:%\s+)?([^\s>]{1,80})\s+(SYSTEM\b|PUBLIC\b)?", re.IGNORECASE)
_XMLNS = re.compile(r"\bxmlns:([A-Za-z_][\w.-]*)\s*=\s*(?:\"([^\"<&]*)\"|'([^'<&]*)')", re.ASCII)
_CODE = re.compile(r"[A-Z]{3}")
_DEPTH = 50


@dataclass(slots=True)
class Header:
    """The part of a file before its offers."""

    root: str = ""
    currencies: dict[str, str] = field(default_factory=dict)
    categories: dict[str, Category] = field(default_factory=dict)
    has_categories: bool = False
    url: str = ""
    """The shop's own address, empty where the file gives none."""
    prefixes: dict[str, str] = field(default_factory=dict)
    """Namespace prefixes declared before the offers."""
    findings: list[Finding] = field(default_factory=list)


def read_header(text: str, place: str) -> Header:
    """Read what stands before the first offer. Raises nothing: it becomes findings."""
    header = Header()
    text = _without_doctype(without_comments(text), header, place)
    root = _CATALOG.search(text) or _ROOT.search(text)
    if root is None:
        return header
    header.root = root.group(1).rpartition(":")[2]
    before = re.sub(r"<\?.*?(?:\?>|\Z)", "", text[: root.start()], flags=re.DOTALL).strip(
        "\ufeff \t\r\n"
    )
    if before:
        header.findings.append(JUNK_BEFORE.at(place, before))
    for prefix, double, single in _XMLNS.findall(text):
        header.prefixes.setdefault(prefix, double or single)
    read_more(text, header)
    header.url = next((piece.text for piece in elements(text, "url")), "")
    return header


def read_more(text: str, header: Header) -> None:
    """Read currencies and categories, which some exports write behind the offers."""
    if _ODD.search(text):
        text = _ODD_TAG.sub(lambda tag: f"<{tag[1]}{tag[3].lower()}", text)
    _read_currencies(text, header)
    read_categories(text, header)


def _without_doctype(text: str, header: Header, place: str) -> str:
    start = text.upper().find("<!DOCTYPE")
    declaration = _DOCTYPE.match(text, start) if start >= 0 else None
    if declaration is None:
        return text
    inner = declaration.group(1) or ""
    entities = _ENTITY.findall(inner)
    if entities:
        header.findings.append(ENTITIES.at(place, ", ".join(name for name, _ in entities[:5])))
    outside = [name for name, where in entities if where]
    if outside:
        header.findings.append(EXTERNAL.at(place, ", ".join(outside[:5])))
    return text[: declaration.start()] + text[declaration.end() :]


def _read_currencies(text: str, header: Header) -> None:
    for piece in elements(text, "currency"):
        key = piece.attributes.get("id", "").strip().upper()
        if not key:
            continue
        if not _CODE.fullmatch(key):
            header.findings.append(CURRENCY_ODD.at(f'currency "{key}"', key))
            continue
        rate = piece.attributes.get("rate", "").strip()
        header.currencies.setdefault(currency_code(key), rate)


def currency_code(code: str) -> str:
    """Return the ISO code that a feed's currency means: RUR, long gone, is written for RUB."""
    return "RUB" if code == "RUR" else code


def read_categories(text: str, header: Header) -> None:
    """Add the categories that a piece of text holds, and work out their paths."""
    given: dict[str, Piece] = {}
    for piece in elements(text, "category"):
        key = piece.attributes.get("id", "").strip()
        if not piece.whole:
            header.findings.append(CATEGORY_BROKEN.at(f'category "{key}"', key or piece.text))
            continue
        if not key:
            header.findings.append(CATEGORY_NO_ID.at("categories", piece.text))
        elif key in given:
            header.findings.append(CATEGORY_TWICE.at(f'category "{key}"', key))
        else:
            given[key] = piece
    header.has_categories = header.has_categories or bool(given)
    header.categories.update(_tree(given, header.findings))


def _tree(given: Mapping[str, Piece], findings: list[Finding]) -> dict[str, Category]:
    parents = {key: _parent(key, given, findings) for key in given}
    _cut_cycles(parents, given, findings)
    paths: dict[str, tuple[str, ...]] = {}
    for key in given:
        _fill_path(key, parents, given, paths)
    return {
        key: Category(key=key, name=_name(piece), parent=parents[key], path=paths[key])
        for key, piece in given.items()
    }


def _name(piece: Piece) -> str:
    return " ".join(piece.text.split())


def _parent(key: str, given: Mapping[str, Piece], findings: list[Finding]) -> str:
    attributes = given[key].attributes
    parent = attributes.get("parentid", "").strip()
    if parent in {"", "0"} and parent not in given:
        return ""
    if parent not in given:
        name = _name(given[key])
        findings.append(CATEGORY_ORPHAN.at(f'category "{key}"', parent, name=name))
        return ""
    return parent


def _cut_cycles(
    parents: dict[str, str], given: Mapping[str, Piece], findings: list[Finding]
) -> None:
    sound: set[str] = set()
    for start in parents:
        walked: dict[str, None] = {}
        key = start
        while key and key not in sound:
            if key in walked:
                name = _name(given[key])
                findings.append(CATEGORY_CYCLE.at(f'category "{key}"', parents[key], name=name))
                parents[key] = ""
                break
            walked[key] = None
            key = parents[key]
        sound.update(walked)


def _fill_path(
    key: str,
    parents: Mapping[str, str],
    given: Mapping[str, Piece],
    paths: dict[str, tuple[str, ...]],
) -> None:
    line = []
    while key and key not in paths:
        line.append(key)
        key = parents[key]
    path = paths[key] if key else ()
    for step in reversed(line):
        path = (*path, _name(given[step]))[-_DEPTH:]
        paths[step] = path

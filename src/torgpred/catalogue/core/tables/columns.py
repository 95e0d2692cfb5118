"""Which column is what: headers against known names in Russian, English and Chinese.

Every proposal carries its reason. What is not recognised is kept as a parameter, never dropped.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import msgspec
from rapidfuzz import fuzz, process

from torgpred.catalogue.core.tables.beside import Beside
from torgpred.catalogue.core.tables.cells import currency_of, is_flag
from torgpred.catalogue.core.tables.memory import IGNORED, PARAM, TableMemory
from torgpred.catalogue.core.tables.names import (
    ARCHIVED,
    DESCRIPTION_RANK,
    KEY_LAST,
    KEY_RANK,
    NAMES,
    OWN_FIELD,
    PATTERNS,
    PRICE_RANK,
    SERVICE,
    SIDES,
    STOCK_RANK,
    UNITS,
)
from torgpred.kernel.quantity import CENTIMETRES, KILOGRAMS

_ONLY_STAND_INS = {"wholesale": "a wholesale price", "kind": "a kind of goods"}
"""Names that are no fields of an offer: what does not stand for one is kept, for such a reason."""
UNIT_COLUMNS = {"weight": "weight_unit", "length": "length_unit", "width": "length_unit",
                "height": "length_unit", "package": "length_unit"}  # fmt: skip
"""Columns of units that stand beside the measures."""
FIELDS = tuple(field for field in NAMES if field not in {"kind", *UNIT_COLUMNS.values()})
SEVERAL = frozenset(
    {"pictures", "barcode", "category", "subcategory", "published", "quantity_more"}
)
"""Fields that several columns may feed together."""
MEASURES = {"weight": KILOGRAMS, "length": CENTIMETRES, "width": CENTIMETRES,
            "height": CENTIMETRES, "package": CENTIMETRES}  # fmt: skip
MONEY = frozenset({"price", "old_price", "sale_price", "cost", "wholesale"})

_PLAIN = {"key": KEY_RANK, "price": PRICE_RANK, "quantity": STOCK_RANK,
          "description": DESCRIPTION_RANK}  # fmt: skip
_KNOWN = {name: field for field, names in reversed(NAMES.items()) for name in names}
_COMPILED = tuple((re.compile(pattern), field, sure) for pattern, field, sure in PATTERNS)
_BRACKETS = re.compile(r"\s*[(\[（【]([^)\]）】]*)[)\]）】]")
_SPACES = re.compile(r"[\s_\u00a0]+")
_FILLER = re.compile(r"\b(обязательно|обязательное поле|required|必填)\b")
_COUNTED = re.compile(r",?\s*\b(шт|штук|pcs)\.?$|[,\s]*%$")
_CHINESE = re.compile(r"[\u2e80-\u9fff]+")
_SLIP = 80
_PRODUCT = "product "
"""What engines write before the names of all fields: product_sku, Product Weight."""
_ARTICLE = re.compile(
    r"(?!.*\b(wb|вб|wildberries|ozon|озон|яндекс\w*|маркет\w*|мп)\b)"
    r"(.*\.)?(артикул|арт|article)\b.*"
)
_NUMBERED = frozenset({"группа", "group"})
_OTHER_UNIT = re.compile(r"(.+?)(?:,\s*([^\s,()（）]{1,8}?)|\s*[(（]([^()（）\s]{1,8})[)）])\.?$")


class Header(msgspec.Struct, frozen=True):
    """A header cell taken apart: its bare name, and the unit or currency it names."""

    text: str
    bare: str
    unit: str = ""
    currency: str = ""


class ColumnProposal(msgspec.Struct, frozen=True):
    """What a column is read as, how surely (0 to 1) and why. `index` counts from 0.

    `column` is its name without the unit, `header` the cell as it stands in the table.
    """

    column: str
    field: str
    confidence: float
    reason: str
    index: int = 0
    unit: str = ""
    currency: str = ""
    header: str = ""
    rival: str = ""
    """The field that another column was read as in its stead."""

    @property
    def archived(self) -> bool:
        """Tell whether a yes in a column of flags hides the goods, and a no shows them."""
        return _asks_for_archived(self.header)


@lru_cache(maxsize=256)
def _asks_for_archived(header: str) -> bool:
    # Asked for each family of rows: a header is not taken apart anew for each.
    return header_of(header).bare in ARCHIVED


class Seen:
    """What stands in the first rows below a header. Without rows, nothing is known of a column."""

    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self._rows = [row for row in rows if sum(map(bool, row)) > 1]

    def filled(self, index: int) -> bool:
        """Tell whether anything stands in a column, or nothing is known of it."""
        return not self._rows or bool(self._cells(index))

    def numbers(self, index: int) -> bool:
        """Tell whether a column holds whole numbers and nothing else."""
        cells = self._cells(index)
        return bool(cells) and all(cell.isdigit() for cell in cells)

    def shared(self, index: int) -> bool:
        """Tell whether at least a fifth of the rows have what another one has too."""
        cells = self._cells(index)
        return (len(cells) - len(set(cells))) * 5 >= max(5, len(cells))

    def mostly(self, index: int) -> bool:
        """Tell whether nine rows of ten have something in a column."""
        return len(self._cells(index)) * 10 >= len(self._rows) * 9

    def flags(self, index: int) -> bool:
        """Tell whether a column says no more than yes and no, or nothing is known of it."""
        return all(map(is_flag, self._cells(index)))

    def tells_apart(self, index: int) -> bool:
        """Tell whether every row has something, and none what another has."""
        cells = self._cells(index)
        return len(cells) == len(self._rows) == len(set(cells)) > 1

    def _cells(self, index: int) -> list[str]:
        return [row[index] for row in self._rows if index < len(row) and row[index]]


def header_of(text: str) -> Header:
    """Take a header cell apart: "Вес, г" is вес in г; "价格(元)" is 价格 in CNY."""
    shown = " ".join(text.split()).strip(" *:№")
    lowered = OWN_FIELD.sub("", shown).lower().replace("ё", "е").replace("_", " ")
    lowered = _FILLER.sub("", lowered)
    unit = currency = ""
    for inner in _BRACKETS.findall(lowered):
        unit, currency = unit_of(inner) or unit, _money(inner) or currency
    bare = _COUNTED.sub("", _BRACKETS.sub("", lowered))
    while "," in bare:
        head, _, tail = bare.rpartition(",")
        if not (unit_of(tail) or _money(tail)):
            break
        unit, currency, bare = unit_of(tail) or unit, _money(tail) or currency, head
    words = bare.split()
    if len(words) > 1 and (_money(words[-1]) or (unit_of(words[-1]) and len(words) == 2)):
        unit, currency = unit or unit_of(words[-1]), currency or _money(words[-1])
        bare = " ".join(words[:-1])
        bare = bare.removesuffix(" в")
    bare = _SPACES.sub(" ", bare).strip(" *:.,;/-")
    return Header(shown, bare, unit or UNITS.get(bare, ""), currency)


def recognise(header: Header, memory: TableMemory) -> tuple[str, float, str, str]:
    """Return (field, confidence, reason, unit) of one header; "param" where it is not known."""
    decided = memory.decisions.get(header.bare)
    if decided:
        field, _, unit = decided.partition(":")
        return field, 1.0, "decided before", unit or header.unit
    field, sure, reason = _by_name(header)
    return field, sure, reason, header.unit


def _by_name(header: Header) -> tuple[str, float, str]:
    if header.bare in SERVICE:
        return IGNORED, 0.95, "a shop system's note for itself"
    if SIDES.search(header.text.lower()):
        return "package", 0.9, "it names three sides"
    known = _known_name(header)
    if known:
        return _KNOWN[known], 0.95, f"the name {known!r} is known"
    for pattern, field, sure in _COMPILED:
        if pattern.fullmatch(header.bare):
            return field, sure, f"it reads like {field}"
    if len(header.bare) >= 5:
        near = process.extractOne(header.bare, _KNOWN.keys(), scorer=fuzz.ratio, score_cutoff=88)
        if near is not None and _alike(header.bare, near[0]):
            return _KNOWN[near[0]], 0.6, f"it is spelt almost like {near[0]!r}"
    return PARAM, 0.5, "not a known name: kept as a parameter"


def _known_name(header: Header) -> str:
    """Return the known name that a header is.

    Also behind the "product" of some engines, and in one of two languages: "Item No. 货号".
    """
    bare = header.bare
    if bare in _KNOWN:
        return bare if len(bare) > 1 or header.unit or bare > "\u2e80" else ""
    chinese = "".join(_CHINESE.findall(bare))
    other = _CHINESE.sub("", bare).strip(" *:.,;/-") if chinese else bare.removeprefix(_PRODUCT)
    names = (chinese, other if len(other) > 1 else "")
    return next((one for one in names if one != bare and one in _KNOWN), "")


def _alike(one: str, other: str) -> bool:
    """Tell whether names differ by slips of the pen, and not by a word: freight is no height."""
    words, others = one.split(), other.split()
    return len(words) != len(others) or all(
        fuzz.ratio(word, meant) >= _SLIP for word, meant in zip(words, others, strict=True)
    )


def propose(
    texts: Sequence[str], memory: TableMemory, below: Sequence[Sequence[str]] = ()
) -> tuple[ColumnProposal, ...]:
    """Propose a field for every named column. One column feeds a field, but for SEVERAL.

    Of rivals the one that was read so last time wins, then one that is filled in the rows `below`
    the header and, for the SKU, does not repeat there and is seldom empty; then the surer one, the
    one named more plainly, the left one. The others become parameters.
    """
    proposals: list[ColumnProposal] = []
    seen = Seen(below)
    headers = [header_of(text) for text in texts]
    beside = Beside(header.bare for header in headers)
    for index, header in enumerate(headers):
        if not header.bare:
            continue
        field, sure, reason, unit = recognise(header, memory)
        if field == IGNORED:
            continue
        if field == "published" and sure < 1.0 and not seen.flags(index):
            field, sure, reason = PARAM, 0.5, "it says more than whether goods are shown"
        then = memory.layout.get(header.bare)
        other = beside.meaning(header.bare, field, then) if sure < 1.0 else None
        field, reason = other or (field, reason)
        grouping = then == "group" if then else seen.numbers(index)
        if field == "category" and header.bare in _NUMBERED and grouping:
            field, reason = "group", "its values are numbers that rows share"
        shown = OWN_FIELD.sub("", header.text)
        if field == PARAM:
            shown, named = _param_name(shown)
            unit = memory.decisions.get(header.bare, "").partition(":")[2] or named
        proposals.append(
            ColumnProposal(shown, field, sure, reason, index, unit, header.currency, header.text)
        )
    chosen = _one_each(_with_stand_ins(proposals), memory, seen)
    return _by_barcode(chosen, memory, seen)


def _with_stand_ins(proposals: list[ColumnProposal]) -> list[ColumnProposal]:
    """Let a wholesale price stand for the price where there is no other, and say so."""
    fields = {proposal.field for proposal in proposals}
    stand_ins: Mapping[str, tuple[str, str]] = {
        "wholesale": ("price", "the only price in the table, but named wholesale"),
        "kind": ("category", "the only thing in the table that sorts the goods"),
        "vendor_code": ("key", "the only code in the table"),
        "sale_price": ("price", "the only price in the table, but named a sale price"),
        "name_ru": ("name", "the only name in the table"),
        "description_ru": ("description", "the only description in the table"),
    }
    out = []
    for proposal in proposals:
        target, reason = stand_ins.get(proposal.field, ("", ""))
        if target and target not in fields:
            fields.add(target)
            out.append(
                msgspec.structs.replace(proposal, field=target, confidence=0.5, reason=reason)
            )
        elif proposal.field in _ONLY_STAND_INS:
            reason = _ONLY_STAND_INS[proposal.field]
            out.append(msgspec.structs.replace(proposal, field=PARAM, reason=reason))
        else:
            out.append(proposal)
    return out


def _by_barcode(
    columns: tuple[ColumnProposal, ...], memory: TableMemory, seen: Seen
) -> tuple[ColumnProposal, ...]:
    """Tell rows apart by their barcodes where many share an SKU, as sizes of one article do."""
    fields = {column.field: column for column in columns}
    key, code = fields.get("key"), fields.get("barcode")
    if key is None or code is None or key.confidence == 1.0:
        return columns
    then = {memory.layout.get(header_of(one.column).bare): one for one in (code, key)}.get("key")
    by_rows = seen.shared(key.index) and seen.tells_apart(code.index)
    if then is key or not (by_rows or then is code):
        return columns
    reason = f"many rows share one {key.column!r}, and none a barcode"
    shared = next((one for one in ("group", "vendor_code") if one not in fields), PARAM)
    article = msgspec.structs.replace(key, field=shared, confidence=0.6, reason=reason)
    by_code = msgspec.structs.replace(code, field="key", confidence=0.6, reason=reason)
    return (*(article if column is key else column for column in columns), by_code)


def _one_each(
    proposals: list[ColumnProposal], memory: TableMemory, seen: Seen
) -> tuple[ColumnProposal, ...]:
    best: dict[str, ColumnProposal] = {}
    for proposal in proposals:
        rival = best.get(proposal.field)
        if rival is None or _rank(proposal, memory, seen) < _rank(rival, memory, seen):
            best[proposal.field] = proposal
    free = SEVERAL | {PARAM}
    maker = _makers_code(proposals, best)
    out = []
    for proposal in proposals:
        if proposal.field in free or best[proposal.field] is proposal:
            out.append(proposal)
            continue
        loser = "vendor_code" if proposal is maker else PARAM
        reason = f"{best[proposal.field].column!r} is read as {proposal.field} already"
        out.append(
            msgspec.structs.replace(
                proposal, field=loser, confidence=0.5, reason=reason, rival=proposal.field
            )
        )
    return tuple(out)


def _makers_code(
    proposals: Sequence[ColumnProposal], best: Mapping[str, ColumnProposal]
) -> ColumnProposal | None:
    """Return the article number that is not the SKU but goes with the goods.

    A database's number and what a marketplace calls the goods say nothing of their maker.
    """
    if "vendor_code" in best:
        return None
    others = (one for one in proposals if one.field == "key" and one is not best["key"])
    return next((one for one in others if _ARTICLE.fullmatch(header_of(one.column).bare)), None)


def _rank(
    proposal: ColumnProposal, memory: TableMemory, seen: Seen
) -> tuple[bool, bool, bool, bool, float, int, int]:
    field = proposal.field
    plain = _PLAIN.get(field, ())
    bare = header_of(proposal.column).bare
    place = plain.index(bare) if bare in plain else len(plain)
    if field == "key":
        place += bare in KEY_LAST
    return (
        memory.layout.get(bare) != field,
        not seen.filled(proposal.index),
        field == "key" and seen.shared(proposal.index),
        field == "key" and not seen.mostly(proposal.index),
        -proposal.confidence,
        place,
        proposal.index,
    )


def named_unit(text: str) -> str:
    """Return the unit that a header cell names itself; empty where it names none."""
    header = header_of(text)
    return header.unit or _param_name(header.text)[1]


def _param_name(text: str) -> tuple[str, str]:
    """Return a parameter's name and unit: "Мощность, Вт" is Мощность in Вт."""
    match = _OTHER_UNIT.fullmatch(text)
    if match is None:
        return text, ""
    return match.group(1).strip(), (match.group(2) or match.group(3)).strip(".")


def unit_of(word: str) -> str:
    """Return the unit of weight or length that a word is, empty where it is none."""
    bare = word.strip().strip(".").lower()
    return bare if bare in KILOGRAMS or bare in CENTIMETRES else ""


def _money(word: str) -> str:
    bare = word.strip()
    for part in (bare, *bare.split("/"), *bare.split()):
        found = currency_of(part.removeprefix("в "))
        if found:
            return found
    return ""

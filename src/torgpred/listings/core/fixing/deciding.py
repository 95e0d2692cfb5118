"""Cells of a fix file made into answers: statements for groups of offers, mappings, choices.

What equals what is known changes nothing; what cannot be used is a finding at its cell. Reading a
file whose answers were taken gives no answer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

import msgspec

from torgpred.catalogue.core.tables.cells import text_of
from torgpred.kernel.digests import canonical
from torgpred.kernel.findings import Finding
from torgpred.listings.core.facts import Facts, FactSet
from torgpred.listings.core.fixing import findings as said
from torgpred.listings.core.fixing.columns import ColumnReader, Standing, UnfitCellError
from torgpred.listings.core.fixing.layout import ALL, SIDES
from torgpred.listings.core.fixing.questions import PACKAGE
from torgpred.listings.core.fixing.sheets import Manifest, RowRead, SheetRead
from torgpred.listings.core.stating import ATTRIBUTE, OF_ONE_OFFER

_SIDE_NAMES: Final = ("length", "width", "height")


class Given(msgspec.Struct, frozen=True):
    """One answer to be kept as a statement, about a category or about some offers."""

    kind: str
    value: Any
    category: str = ""
    keys: tuple[str, ...] = ()


class Decided(msgspec.Struct):
    """What a fix file answers. Cells are counted: used, equal to what is known."""

    findings: list[Finding] = []
    groups: list[Given] = []
    offers: dict[tuple[str, bytes], tuple[Any, list[str]]] = {}
    """(kind, canonical value) -> the value and the offers it is about."""
    used: int = 0
    unchanged: int = 0

    def statements(self) -> list[Given]:
        """Return the answers as statements: groups first, so that single offers go before them."""
        return [
            *self.groups,
            *(Given(kind, value, keys=tuple(keys)) for (kind, _), (value, keys)
              in self.offers.items()),
        ]  # fmt: skip


class _Answer(msgspec.Struct, frozen=True):
    """One fact of one row: its value, and the cells it came from."""

    reader: ColumnReader
    value: Any
    columns: tuple[int, ...]
    shown: bool = False
    """The cells hold just what is known, as it was shown."""

    @property
    def fact(self) -> str:
        return self.reader.fact


class _Half(msgspec.Struct, frozen=True):
    """Sides of a package in the row for all below, to be completed by the rows themselves."""

    sides: dict[str, str]
    finding: Finding
    """What is wrong where no row completes it."""
    cells: int


class OfferSheets:
    """Decides sheets of offers. `standing` knows the present offers that stand in them.

    `facts` are the statements in force, `manifest` says how many rows each sheet was written with.
    `inner` are categories with others below them, which a statement about them would reach too.
    """

    def __init__(
        self,
        *,
        reader: Callable[[str], ColumnReader],
        standing: Mapping[str, Standing],
        facts: Facts,
        manifest: Manifest,
        inner: Collection[str] = (),
    ) -> None:
        self._inner = inner
        self._reader = reader
        self._standing = standing
        self._facts = facts
        self._manifest = manifest
        self._stripped = _without_zeros(standing)
        self._halves: list[_Half] = []
        self._wrong: set[tuple[str, str]] = set()
        """(offer, fact) of cells that could not be used: what is said for all is not for them."""
        self.decided = Decided(findings=[], groups=[], offers={})

    def add(self, sheet: SheetRead) -> None:
        """Decide one sheet."""
        readers = {column: self._reader(name) for column, name in sheet.ids.items()}
        whole: list[tuple[int, _Answer]] = []
        for row in sheet.rows:
            if row.key == ALL:
                whole += [(row.number, one) for one in self._answers(sheet, row, None, readers, {})]
        sides = {
            SIDES[at]: str(side)
            for _, answer in whole
            if answer.fact == PACKAGE
            for at, side in enumerate(answer.value)
        }
        halves, self._halves = self._halves, []
        for half in halves:
            sides |= half.sides
        own = self._rows(sheet, readers, sides)
        covered = self._for_all(sheet, whole, own)
        before = self._packages()
        for key, answers in own.items():
            for number, answer in answers:
                self._for_offer(sheet.place(number, answer.columns[0]), key, answer, covered)
        completed = any(
            one.fact == PACKAGE and len(one.columns) < len(SIDES)
            for answers in own.values()
            for _, one in answers
        )
        for half in halves:
            if not completed:
                self._find(half.finding)
            elif self._packages() > before:
                self.decided.used += half.cells
            else:
                self.decided.unchanged += half.cells

    def _packages(self) -> int:
        """Return how many offers a package is stated about so far."""
        return sum(
            len(keys) for (kind, _), (_, keys) in self.decided.offers.items() if kind == PACKAGE
        )

    # --- reading --------------------------------------------------------------------------------
    def _rows(
        self, sheet: SheetRead, readers: Mapping[int, ColumnReader], sides: Mapping[str, str]
    ) -> dict[str, list[tuple[int, _Answer]]]:
        """Return the answers of every known offer's row, (row, answer); contradictions are told."""
        own: dict[str, list[tuple[int, _Answer]]] = {}
        seen: dict[tuple[str, str, str], tuple[Any, str]] = {}
        for row in sheet.rows:
            if row.key == ALL:
                continue
            key = self._key(row.key)
            if key is None:
                if row.cells:
                    place = sheet.place(row.number, min(row.cells))
                    self._find(said.UNKNOWN_SKU.at(place, row.key))
                continue
            answers = own.setdefault(key, [])
            for answer in self._answers(sheet, row, key, readers, sides):
                place = sheet.place(row.number, answer.columns[0])
                name = (key, answer.fact, answer.reader.market)
                before = seen.setdefault(name, (answer.value, place))
                if before[1] == place:
                    answers.append((row.number, answer))
                elif before[0] != answer.value:
                    text = text_of(row.cells[answer.columns[0]])
                    self._find(said.TWICE.at(place, text, first=before[1]))
        return own

    def _answers(
        self,
        sheet: SheetRead,
        row: RowRead,
        key: str | None,
        readers: Mapping[int, ColumnReader],
        sides_of_all: Mapping[str, str],
    ) -> list[_Answer]:
        found: list[_Answer] = []
        sides: dict[int, tuple[int, str]] = {}
        shown: dict[int, bool] = {}
        for column, cell in row.cells.items():
            reader = readers[column]
            known = None if key is None else self._standing[key].known.get(reader.fact)
            shown[column] = known is not None and reader.shows(known, cell)
            try:
                value = reader.read(cell)
            except UnfitCellError as error:
                if shown[column]:
                    self.decided.unchanged += 1
                else:
                    place = sheet.place(row.number, column)
                    self._find(msgspec.structs.replace(error.finding, place=place))
                    self._wrong.add((key or "", reader.fact))
                continue
            if reader.side is not None and isinstance(value, str):
                sides[reader.side] = (column, value)
            else:
                found.append(_Answer(reader, value, (column,), shown[column]))
        if sides:
            found += self._package(sheet, row, readers, sides, sides_of_all, shown)
            if all(one.fact != PACKAGE for one in found):
                self._wrong.add((key or "", PACKAGE))
        return found

    def _package(
        self,
        sheet: SheetRead,
        row: RowRead,
        readers: Mapping[int, ColumnReader],
        sides: Mapping[int, tuple[int, str]],
        sides_of_all: Mapping[str, str],
        shown: Mapping[int, bool],
    ) -> list[_Answer]:
        values = [
            sides[at][1] if at in sides else sides_of_all.get(SIDES[at], "") for at in range(3)
        ]
        columns = tuple(column for column, _ in sides.values())
        lacking = [name for name, value in zip(_SIDE_NAMES, values, strict=True) if not value]
        if lacking:
            text = " x ".join(value for value in values if value)
            place = sheet.place(row.number, columns[0])
            finding = said.SIDES.at(place, text, lacking=", ".join(lacking))
            if row.key == ALL:
                given = {SIDES[at]: side for at, (_, side) in sides.items()}
                self._halves.append(_Half(given, finding, len(columns)))
            else:
                self._find(finding)
            return []
        known = len(columns) == 3 and all(shown[column] for column in columns)
        return [_Answer(readers[columns[0]], values, columns, known)]

    # --- deciding -------------------------------------------------------------------------------
    def _for_all(
        self,
        sheet: SheetRead,
        whole: Iterable[tuple[int, _Answer]],
        own: Mapping[str, Iterable[tuple[int, _Answer]]],
    ) -> dict[tuple[str, str], Any]:
        """Decide the row for all below; return what then holds by (category, fact).

        It is about the whole category where no row was deleted, no cell below is wrong and no
        category stands below it, else about the offers of its rows.
        """
        below: dict[str, list[str]] = {}
        for key in own:
            below.setdefault(self._standing[key].group, []).append(key)
        whole_sheet = len(own) >= self._manifest.counts.get(sheet.number, 0)
        covered: dict[tuple[str, str], Any] = {}
        for number, answer in whole:
            place = sheet.place(number, answer.columns[0])
            changes = met = False
            for group, keys in below.items():
                taking = [key for key in keys if self._takes(key, answer)]
                if answer.fact in OF_ONE_OFFER or not taking:
                    continue
                met = True
                right = [key for key in taking if (key, answer.fact) not in self._wrong]
                plain = group and group not in self._inner
                if whole_sheet and plain and len(right) == len(taking):
                    covered[group, answer.fact] = answer.value
                    stated = self._facts.by_category.get(group)
                    if stated is None or not _states(stated, answer):
                        changes = True
                        self.decided.groups.append(_given(answer, category=group))
                    continue
                filled = {key for key in taking for _, one in own[key] if one.fact == answer.fact}
                for key in right:
                    known = self._standing[key].known.get(answer.fact)
                    if key in filled or (known and answer.reader.equal(known, answer.value)):
                        continue
                    changes = True
                    self._state(answer, key)
            self._count(answer, changes=changes)
            if not met:
                self._find(said.NOT_ASKED.at(place, _told(answer)))
        return covered

    def _takes(self, key: str, answer: _Answer) -> bool:
        standing = self._standing[key]
        market = answer.reader.market
        return standing.takes(answer.fact) and market in {"", standing.market}

    def _for_offer(
        self, place: str, key: str, answer: _Answer, covered: Mapping[tuple[str, str], Any]
    ) -> None:
        standing = self._standing[key]
        known = standing.known.get(answer.fact)
        same = answer.shown or (known is not None and answer.reader.equal(known, answer.value))
        cover = covered.get((standing.group, answer.fact))
        if cover is not None and answer.fact not in standing.own:
            if cover == answer.value:
                self._count(answer, changes=not same)
                return
            same = False
        if same:
            self._count(answer, changes=False)
        elif answer.reader.market not in {"", standing.market}:
            self._find(said.OTHER_CATEGORY.at(place, _told(answer)))
        elif not standing.takes(answer.fact):
            told = answer.reader.told(standing.of_file[answer.fact])
            self._find(said.FILE_KNOWS.at(place, _told(answer), known=told))
        else:
            self._count(answer, changes=True)
            self._state(answer, key)

    def _state(self, answer: _Answer, key: str) -> None:
        given = _given(answer)
        name = (given.kind, canonical(given.value))
        self.decided.offers.setdefault(name, (given.value, []))[1].append(key)

    def _count(self, answer: _Answer, *, changes: bool) -> None:
        if changes:
            self.decided.used += len(answer.columns)
        else:
            self.decided.unchanged += len(answer.columns)

    def _find(self, finding: Finding) -> None:
        self.decided.findings.append(finding)

    def _key(self, given: str) -> str | None:
        """Return the offer that is meant; leading zeros that a spreadsheet took are given back."""
        if given in self._standing:
            return given
        return self._stripped.get(given)


def _told(answer: _Answer) -> str:
    return answer.reader.told([answer.value] if answer.reader.attribute else answer.value)


def _given(answer: _Answer, category: str = "") -> Given:
    if answer.reader.attribute is None:
        return Given(answer.fact, answer.value, category)
    value_id, text = answer.value
    value = {"attribute_id": answer.reader.attribute.id, "value_id": value_id, "text": text}
    return Given(ATTRIBUTE, {name: said for name, said in value.items() if said}, category)


def _states(facts: FactSet, answer: _Answer) -> bool:
    """Tell whether a category's statements say just this."""
    given = _given(answer)
    if given.kind == ATTRIBUTE:
        return any(canonical(one) == canonical(given.value) for one in facts.attributes)
    stated = getattr(facts, answer.fact)
    return bool(stated) and canonical(stated) == canonical(given.value)


def keys_of(sheets: Iterable[SheetRead]) -> set[str]:
    """Return the SKUs that answers may be about.

    They are those of filled rows, and all of a sheet whose row for all below is filled.
    """
    found: set[str] = set()
    for sheet in sheets:
        whole = any(row.cells for row in sheet.rows if row.key == ALL)
        found |= {row.key for row in sheet.rows if whole or row.cells}
    return found - {ALL}


def _without_zeros(keys: Iterable[str]) -> dict[str, str]:
    """Return SKUs by what is left of them without leading zeros, where that is one alone."""
    found: dict[str, str | None] = {}
    for key in keys:
        bare = key.lstrip("0")
        if bare and bare != key:
            found[bare] = None if bare in found else key
    return {bare: key for bare, key in found.items() if key is not None}

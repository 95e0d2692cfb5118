"""Writes a fix file: an XLSX in constant memory, with drop-downs, bounds and locked cells."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import msgspec
import xlsxwriter
from xlsxwriter.exceptions import XlsxFileError
from xlsxwriter.utility import xl_col_to_name

from torgpred.listings.core.fixing.layout import (
    ALL,
    FIRST_ROW,
    GROUP,
    MARK,
    NAME,
    SKU,
    TEXT_MOST,
    TITLE,
    VERSION,
    Choices,
    Column,
    Say,
    SheetPlan,
    fact_of,
    sheet_names,
)
from torgpred.listings.core.fixing.questions import value_shown

LISTS: Final = "torgpred lists"
OWNER: Final = "torgpred"
_LAST_ROW: Final = 1_048_575
_FIXED: Final = 3
_LISTS_MOST: Final = 16_000
_YELLOW, _GREY, _HEAD = "#FFF2CC", "#EDEDED", "#D9E2F3"


class FixRow(msgspec.Struct, frozen=True):
    """A held offer as a row: what it lacks and what is known, by fact."""

    key: str
    name: str
    group: str
    market: str
    facts: tuple[str, ...]
    known: dict[str, Any]


class ShopQuestion(msgspec.Struct, frozen=True):
    """A fact of the whole shop that held offers wait for."""

    fact: str
    heading: str
    now: str
    choices: Choices | None = None
    number: tuple[Decimal, Decimal] | None = None


class CategoryQuestion(msgspec.Struct, frozen=True):
    """A category without counterpart; `choices` are suggestions, best first."""

    key: str
    path: tuple[str, ...]
    offers: int
    choices: tuple[str, ...]


class Owner(msgspec.Struct, frozen=True):
    """Whose file it is."""

    seller_id: int
    seller: str
    shop_id: int
    shop: str


class Book:
    """A fix file being written; the end of the block raises OSError where it cannot be."""

    def __init__(self, path: Path, owner: Owner, say: Say) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False},
        )
        self._owner = owner
        self._say = say
        self._names: list[str] = []
        self._manifest: list[Sequence[str | int]] = []
        self._lists: dict[bytes, tuple[int, Sequence[str]]] = {}
        self._number = 0
        make = self._book.add_format
        locked = {"bg_color": _GREY, "valign": "top"}
        self._head = make({"bold": True, "bg_color": _HEAD, "text_wrap": True, "valign": "top"})
        self._known = make(locked | {"num_format": "@"})
        self._known_number = make(locked | {"num_format": "0.####"})
        self._open = make({"bg_color": _YELLOW, "locked": False, "num_format": "@", "border": 4})
        self._open_number = make(
            {"bg_color": _YELLOW, "locked": False, "num_format": "0.####", "border": 4}
        )
        self._all = make({"bold": True, "bg_color": _HEAD, "num_format": "@"})
        self._wrapped = make({"text_wrap": True, "valign": "top"})
        self._bold = make({"bold": True, "font_size": 14})

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None:
            with suppress(XlsxFileError, OSError):
                self._book.close()
            return
        self._write_lists()
        self._write_owner()
        try:
            self._book.close()
        except XlsxFileError as failure:
            raise OSError(str(failure)) from failure

    # --- sheets that are read by people alone ---------------------------------------------------
    def explain(self, name: str, title: str, lines: Iterable[str]) -> None:
        """Write the sheet that says what to do."""
        page = self._page(name)
        page.set_column(0, 0, 110)
        page.write_string(0, 0, title, self._bold)
        for row, line in enumerate(lines, 2):
            page.write_string(row, 0, line, self._wrapped)

    def table(
        self,
        name: str,
        headings: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
    ) -> None:
        """Write a plain table that is not read again."""
        page = self._page(name)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.freeze_panes(1, 0)
        self._texts(page, 0, headings, self._head)
        for number, row in enumerate(rows, 1):
            if number > _LAST_ROW:
                break
            self._texts(page, number, row, self._wrapped)

    # --- sheets that are read again -------------------------------------------------------------
    def shop(self, name: str, questions: Sequence[ShopQuestion]) -> None:
        """Write the sheet of facts about the whole shop."""
        page = self._asking(name, "shop", len(questions))
        headings = [self._say(f"shop.{one}") for one in ("id", "what", "now", "answer")]
        self._ids(page, [SKU, NAME, "now", "answer"])
        self._texts(page, 1, headings, self._head)
        for width, column in ((18, 0), (46, 1), (24, 2), (40, 3)):
            page.set_column(column, column, width)
        for row, one in enumerate(questions, 2):
            self._texts(page, row, (one.fact, one.heading, one.now), self._known)
            page.write_blank(row, 3, None, self._open)
            if one.choices is not None:
                self._choose(page, (row, 3, row, 3), one.choices, closed=True)
            elif one.number is not None:
                self._bound(page, (row, 3, row, 3), one.number)

    def categories(self, name: str, questions: Sequence[CategoryQuestion]) -> None:
        """Write the sheet of categories that have no counterpart."""
        page = self._asking(name, "categories", len(questions))
        self._ids(page, [SKU, NAME, "offers", "answer"])
        headings = [self._say(f"map.{one}") for one in ("key", "path", "offers", "answer")]
        self._texts(page, 1, headings, self._head)
        for width, column in ((18, 0), (60, 1), (12, 2), (80, 3)):
            page.set_column(column, column, width)
        page.freeze_panes(2, 2)
        for row, one in enumerate(questions, 2):
            self._texts(page, row, (one.key, " / ".join(one.path)), self._known)
            page.write_number(row, 2, one.offers, self._known_number)
            page.write_blank(row, 3, None, self._open)
            if one.choices:
                found = Choices(tuple((text, text) for text in one.choices))
                self._choose(page, (row, 3, row, 3), found, closed=False)

    def offers(self, plan: SheetPlan, rows: Iterable[FixRow], paths: Mapping[str, str]) -> None:
        """Write a sheet of offers. `paths` are the seller's categories as people read them."""
        page = self._asking(plan.name, "offers", plan.rows, plan.groups)
        columns = plan.columns
        self._ids(page, [SKU, NAME, GROUP, *(one.id for one in columns)])
        fixed = [self._say(f"col.{one}") for one in (SKU, NAME, GROUP)]
        self._texts(page, 1, [*fixed, *(one.heading for one in columns)], self._head)
        for place, width in enumerate((16, 44, 28, *(18 for _ in columns))):
            page.set_column(place, place, width)
        page.freeze_panes(FIRST_ROW, 2)
        self._all_row(page, columns)
        last = max(FIRST_ROW + plan.rows - 1, FIRST_ROW)
        for at, column in enumerate(columns, _FIXED):
            area = (FIRST_ROW - 1, at, last, at)
            if column.choices is not None:
                self._choose(page, area, column.choices, closed=column.closed)
            elif column.number is not None:
                self._bound(page, area, column.number)
        shown = {one.fact: dict(one.choices.pairs) for one in columns if one.choices is not None}
        for number, row in enumerate(rows, FIRST_ROW):
            if number > _LAST_ROW:
                break
            self._row(page, number, row, columns, paths.get(row.group, row.group), shown)

    def _all_row(self, page: Any, columns: Sequence[Column]) -> None:  # noqa: ANN401 - untyped
        fixed = (ALL, self._say("all_below"), "")
        self._texts(page, FIRST_ROW - 1, fixed, self._all)
        for at, column in enumerate(columns, _FIXED):
            if column.for_all:
                form = self._open if column.number is None else self._open_number
                page.write_blank(FIRST_ROW - 1, at, None, form)
            else:
                page.write_blank(FIRST_ROW - 1, at, None, self._all)

    def _row(
        self,
        page: Any,  # noqa: ANN401 - untyped
        number: int,
        row: FixRow,
        columns: Sequence[Column],
        path: str,
        shown: Mapping[str, Mapping[str, str]],
    ) -> None:
        self._texts(page, number, (row.key, row.name, path), self._known)
        for at, column in enumerate(columns, _FIXED):
            _, _, market = column.id.partition("@")
            if market and market != row.market:
                page.write_blank(number, at, None, self._known)
            elif column.fact in row.facts:
                form = self._open if column.number is None else self._open_number
                page.write_blank(number, at, None, form)
            elif column.fact not in row.known:
                page.write_blank(number, at, None, self._known)
            else:
                self._told(page, number, at, column, row.known[column.fact], shown)

    def _told(
        self,
        page: Any,  # noqa: ANN401 - untyped
        number: int,
        at: int,
        column: Column,
        value: Any,  # noqa: ANN401 - JSON
        shown: Mapping[str, Mapping[str, str]],
    ) -> None:
        """Write what is known already, locked and grey."""
        if column.id != column.fact and fact_of(column.id) == column.fact and "." in column.id:
            value = value[("length", "width", "height").index(column.id.rpartition(".")[2])]
            page.write_number(number, at, float(value), self._known_number)
            return
        text = value_shown(column.fact, value, shown)
        if column.number is not None:
            page.write_number(number, at, float(text), self._known_number)
        else:
            page.write_string(number, at, text[:TEXT_MOST], self._known)

    # --- what all sheets share ------------------------------------------------------------------
    def _page(self, name: str) -> Any:  # noqa: ANN401 - untyped
        (unique,) = sheet_names([name], [*self._names, LISTS, OWNER])
        self._names.append(unique)
        return self._book.add_worksheet(unique)

    def _asking(self, name: str, kind: str, rows: int, groups: Sequence[str] = ()) -> Any:  # noqa: ANN401 - untyped
        page = self._page(name)
        self._number += 1
        self._manifest.append(("sheet", self._number, kind, rows))
        self._manifest += [("group", self._number, group) for group in groups]
        page.set_row(0, None, None, {"hidden": True})
        page.protect(
            "",
            {
                "format_columns": True,
                "format_rows": True,
                "sort": True,
                "autofilter": True,
                "insert_columns": True,
                "delete_rows": True,
            },
        )
        return page

    def _ids(self, page: Any, ids: Sequence[str]) -> None:  # noqa: ANN401 - untyped
        self._texts(page, 0, (f"{MARK}{self._number}:{ids[0]}", *ids[1:]), self._known)

    @staticmethod
    def _texts(page: Any, row: int, texts: Iterable[str], form: object) -> None:  # noqa: ANN401
        for column, text in enumerate(texts):
            if text:
                page.write_string(row, column, text[:TEXT_MOST], form)
            else:
                page.write_blank(row, column, None, form)

    def _choose(
        self,
        page: Any,  # noqa: ANN401 - untyped
        area: tuple[int, int, int, int],
        choices: Choices,
        *,
        closed: bool,
    ) -> None:
        place = self._lists.get(choices.digest)
        if place is None and len(self._lists) >= _LISTS_MOST:
            return  # no more columns in a sheet: what is typed is looked up all the same
        if place is None:
            place = (len(self._lists), [text for _, text in choices.pairs])
            self._lists[choices.digest] = place
        letter = xl_col_to_name(place[0])
        page.data_validation(
            *area,
            {
                "validate": "list",
                "source": f"='{LISTS}'!${letter}$1:${letter}${max(len(place[1]), 1)}",
                "error_type": "stop" if closed else "information",
                "error_title": self._say("dv.title"),
                "error_message": self._say("dv.list" if closed else "dv.any"),
            },
        )

    def _bound(
        self,
        page: Any,  # noqa: ANN401 - untyped
        area: tuple[int, int, int, int],
        bounds: tuple[Decimal, Decimal],
    ) -> None:
        least, most = bounds
        page.data_validation(
            *area,
            {
                "validate": "decimal",
                "criteria": "between",
                "minimum": _number(least),
                "maximum": _number(most),
                # Units may be typed beside the number, so that this only warns.
                "error_type": "warning",
                "error_title": self._say("dv.title"),
                "error_message": self._say("dv.number", least=least, most=f"{most:f}"),
            },
        )

    def _write_lists(self) -> None:
        page = self._book.add_worksheet(LISTS)
        page.hide()
        columns = [texts for _, texts in self._lists.values()]
        for row in range(max(map(len, columns), default=0)):
            for column, texts in enumerate(columns):
                if row < len(texts):
                    page.write_string(row, column, texts[row][:TEXT_MOST])

    def _write_owner(self) -> None:
        page = self._book.add_worksheet(OWNER)
        page.hide()
        owner = self._owner
        rows: list[Sequence[str | int]] = [
            (TITLE,),
            ("version", VERSION),
            ("seller", owner.seller_id, owner.seller),
            ("shop", owner.shop_id, owner.shop),
            ("made", datetime.now(UTC).isoformat(timespec="seconds")),
            *self._manifest,
        ]
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                page.write_string(number, column, str(value))


def _number(number: Decimal) -> int | float:
    """Return a bound as it is written into a formula, without a needless fraction."""
    return int(number) if number == int(number) else float(number)

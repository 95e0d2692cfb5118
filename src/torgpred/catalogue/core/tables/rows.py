"""One row as an offer: every column's cell read by its field's rule, the rest as parameters."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from torgpred.catalogue.core.offers import Offer, Package
from torgpred.catalogue.core.paths import split_path
from torgpred.catalogue.core.tables import cells
from torgpred.catalogue.core.tables.columns import UNIT_COLUMNS, ColumnProposal
from torgpred.catalogue.core.tables.layout import Layout
from torgpred.catalogue.core.tables.memory import PARAM
from torgpred.catalogue.core.tables.params import TEXT_CUT, VALUE_LIMIT, Params
from torgpred.catalogue.core.yml import values
from torgpred.catalogue.core.yml.destroyed import is_destroyed
from torgpred.catalogue.core.yml.measures import DENSITY_BAD, fit
from torgpred.catalogue.core.yml.parsing import LOST
from torgpred.kernel.findings import Finding, Kind, Severity

KEY_LIMIT = 255
NAME_LIMIT = 2_000
DESCRIPTION_LIMIT = 100_000

NO_KEY = Kind(
    "feed.offer.no_id",
    Severity.ERROR,
    "The row {value} has no SKU; it was left out.",
    "Give every offer an SKU that never changes.",
)
BAD_KEY = Kind(
    "feed.offer.bad_id",
    Severity.ERROR,
    "The SKU is longer than 255 characters; the row was left out.",
    "Use at most 255 characters.",
)
DUPLICATE = Kind(
    "feed.offer.duplicate",
    Severity.ERROR,
    "The SKU {value} stands twice; the first, at {first}, was taken.",
    "Give each offer an SKU of its own.",
)
KEY_REPAIRED = Kind(
    "table.key.number",
    Severity.WARNING,
    "A spreadsheet had made a number of the SKU: {value} was read as {key}.",
    "Format the column of SKUs as text.",
)
KEY_DATE = Kind(
    "table.key.date",
    Severity.WARNING,
    "The SKU {value} is a date: a spreadsheet may have made it of something else.",
    "Format the column of SKUs as text and type these anew.",
)
KEY_LOSSY = Kind(
    "table.key.digits_lost",
    Severity.WARNING,
    "The SKU {value} was a long number in a spreadsheet: its last digits may be lost.",
    "Format the column of SKUs as text and type the long ones anew.",
)
PRICE_FROM = Kind(
    "feed.offer.price_from",
    Severity.WARNING,
    "In the column {column}, the price is a lower bound ({value}): the real one may be higher.",
    "Give each variant with its exact price.",
)
NO_NAME = Kind(
    "feed.offer.name_missing",
    Severity.WARNING,
    "The offer has no name.",
    "Fill in the column with the name.",
)
PRICE_BAD = Kind(
    "feed.offer.price_bad",
    Severity.WARNING,
    "In the column {column}, {value} is no usable price: {reason}. It was left out.",
    "Give one positive number, such as 1299.00.",
)
PRICE_ROUNDED = Kind(
    "feed.offer.price_rounded",
    Severity.NOTE,
    "In the column {column}, {value} has fractions of a cent. It was rounded.",
    "Round prices in the table.",
)
PRICE_MISSING = Kind(
    "feed.offer.price_missing",
    Severity.WARNING,
    "The offer has no price.",
    "Fill in the price.",
)
QUANTITY_BAD = Kind(
    "feed.offer.quantity_bad",
    Severity.WARNING,
    "In the column {column}, {value} is no number of pieces. It was left out.",
    "Give a whole number, 0 or more.",
)
WEIGHT_BAD = Kind(
    "feed.offer.weight_bad",
    Severity.WARNING,
    "The weight {value} was left out: {reason}.",
    "Name the unit in the header, such as Вес, г, or in the cell, such as 0.3 kg.",
)
SIZE_BAD = Kind(
    "feed.offer.size_bad",
    Severity.WARNING,
    "The size {value} in the column {column} was left out: {reason}.",
    "Name the unit in the header, such as Длина, см, or in the cell, such as 20x15x5 см.",
)
BARCODE_LOST = Kind(
    "table.barcode.digits_lost",
    Severity.WARNING,
    "A spreadsheet shortened the barcode to {value}: its digits are lost. It was left out.",
    "Format the column {column} as text and fill it anew from the source.",
)
_SIDES = ("length", "width", "height")


def note_key(key: cells.Key, text: str, place: str, findings: list[Finding]) -> None:
    """Tell what a spreadsheet did to an SKU that reads `text`."""
    if key.repaired:
        findings.append(KEY_REPAIRED.at(place, text, key=key.key))
    if key.lossy:
        findings.append(KEY_LOSSY.at(place, text))
    if key.dated:
        findings.append(KEY_DATE.at(place, text))


class RowReader:
    """Reads the rows of one layout."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._columns: dict[str, list[ColumnProposal]] = {}
        for column in layout.columns:
            self._columns.setdefault(column.field, []).append(column)
        self._params = Params(self._columns.get(PARAM, ()))
        self._flags = [
            *self._columns.get("available", ()),
            *(column for column in layout.columns if column.rival == "quantity"),
        ]

    def hidden_by(self, row: Sequence[str]) -> str:
        """Return the column that says that goods are not shown (a draft, archived, off), or ""."""
        for column in self._columns.get("published", ()):
            if cells.is_hidden(_at(row, column.index), archived=column.archived):
                return column.column
        return ""

    def key_text(self, row: Sequence[str]) -> str:
        """Return the cell of the SKU as it stands."""
        return self._text(row, "key")

    def category_path(self, row: Sequence[str]) -> tuple[str, ...]:
        """Return the category that a row's own columns name, root first."""
        path: list[str] = []
        for field in ("category", "subcategory"):
            for column in self._columns.get(field, ()):
                path += split_path(_at(row, column.index))
        return tuple(path)

    def offer(
        self, row: Sequence[str], key: str, category: str, place: str, findings: list[Finding]
    ) -> Offer:
        """Read a row as an offer under its key; what cannot be used becomes findings."""
        name = self._name(row, place, findings)
        if "name" in self._columns and not name:
            findings.append(NO_NAME.at(place))
        price, currency = self._money(row, "price", place, findings)
        if "price" in self._columns and price is None and not self._text(row, "price"):
            findings.append(PRICE_MISSING.at(place))
        old_price, old_currency = self._money(row, "old_price", place, findings)
        sale, _ = self._money(row, "sale_price", place, findings)
        if sale is not None and (price is None or sale < price):
            price, old_price = sale, price if old_price is None else old_price
        cost, cost_currency = self._money(row, "cost", place, findings)
        stock = self._stock(row, place, findings)
        weight, package = self._parcel(row, place, findings)
        return Offer(
            key=key,
            name=name,
            product_key=self._text(row, "group") or key,
            category=category,
            vendor=self._text(row, "vendor"),
            model=self._text(row, "model"),
            vendor_code=self._text(row, "vendor_code"),
            price=price,
            old_price=old_price,
            cost=cost,
            currency=self._currency(row, currency or cost_currency or old_currency),
            vat=self._text(row, "vat"),
            available=stock.available,
            quantity=stock.quantity,
            pictures=self._pictures(row, place, findings),
            description=self._in_russian(row, "description", DESCRIPTION_LIMIT, place, findings),
            params=self._params.of(row, place, findings, self._shadowed(row)),
            barcodes=self._barcodes(row, place, findings),
            weight_kg=weight,
            package=package,
            country=self._text(row, "country"),
            tnved=self._tnved(row),
            url=self._text(row, "url"),
        )

    def _text(self, row: Sequence[str], field: str) -> str:
        found = self._columns.get(field)
        return " ".join(_at(row, found[0].index).split())[:VALUE_LIMIT] if found else ""

    def _bounded(
        self, row: Sequence[str], field: str, limit: int, place: str, findings: list[Finding]
    ) -> str:
        found = self._columns.get(field)
        if not found:
            return ""
        text = _at(row, found[0].index)
        if len(text) > limit:
            findings.append(TEXT_CUT.at(place, text[:50], column=found[0].column, limit=limit))
        return text[:limit]

    def _in_russian(
        self, row: Sequence[str], field: str, limit: int, place: str, findings: list[Finding]
    ) -> str:
        """Return a text out of its Russian column where there is one and it is filled."""
        russian = self._bounded(row, f"{field}_ru", limit, place, findings)
        return russian or self._bounded(row, field, limit, place, findings)

    def _name(self, row: Sequence[str], place: str, findings: list[Finding]) -> str:
        name = " ".join(self._in_russian(row, "name", NAME_LIMIT, place, findings).split())
        if not is_destroyed(name):
            return name
        findings.append(LOST.at(place, name, tag=self._columns["name"][0].column))
        return ""

    def _parcel(
        self, row: Sequence[str], place: str, findings: list[Finding]
    ) -> tuple[Decimal | None, Package | None]:
        """Return weight and sides; neither where they cannot belong to one thing."""
        weight = self._weight(row, place, findings)
        package = self._package(row, place, findings)
        if weight is None or package is None or fit(weight, package):
            return weight, package
        sides = f"{package.length}x{package.width}x{package.height}"
        findings.append(DENSITY_BAD.at(place, f"{weight} kg, {sides} cm"))
        return None, None

    def _tnved(self, row: Sequence[str]) -> tuple[str, ...]:
        codes = re.split(r"[,;]", self._text(row, "tnved"))
        # Marketplaces write the code's name behind it: "6911100000 - Посуда из фарфора".
        bare = ("".join(re.split(r"\s[-–—]\s", code)[0].split()) for code in codes)
        return tuple(code for code in bare if code)

    def _money(
        self, row: Sequence[str], field: str, place: str, findings: list[Finding]
    ) -> tuple[Decimal | None, str]:
        """Return an amount and the currency that its cell or header names."""
        for column in self._columns.get(field, ()):
            text = _at(row, column.index)
            if not text or (field != "price" and cells.is_zero(text)):
                # Engines write a zero where there is no old price, no sale and no known cost.
                return None, ""
            read = cells.amount_of(text)
            if read.amount is None:
                findings.append(PRICE_BAD.at(place, text, column=column.column, reason=read.reason))
                return None, ""
            if read.least:
                findings.append(PRICE_FROM.at(place, text, column=column.column))
            if read.rounded:
                findings.append(PRICE_ROUNDED.at(place, text, column=column.column))
            return read.amount, read.currency or column.currency
        return None, ""

    def _currency(self, row: Sequence[str], named: str) -> str:
        given = self._text(row, "currency")
        if given:
            code = cells.currency_of(given) or given.upper()
            if len(code) == 3 and code.isascii() and code.isalpha():
                return "RUB" if code == "RUR" else code
        return named or self._layout.currency

    def _stock(self, row: Sequence[str], place: str, findings: list[Finding]) -> cells.Stock:
        """Read the stock, of several columns their sum where a person said that they add up.

        What is only said to be there is no number: beside counted pieces it adds none. Pieces
        that a column of their own says are not for sale are none.
        """
        asked = self._columns.get("available", ())
        if any(cells.stock_of(_at(row, one.index)).available is False for one in asked):
            return cells.Stock(None, available=False)
        read = []
        for field in ("quantity", "quantity_more"):
            for column in self._columns.get(field, ()):
                text = _at(row, column.index)
                if text:
                    read.append(cells.stock_of(text))
                    self._note_stock(read[-1], text, column, place, findings)
        counted = [one.quantity for one in read if one.quantity is not None]
        said = [one.available for one in read if one.available is not None]
        if counted and (sum(counted) or not any(said)):
            return cells.Stock(sum(counted), available=sum(counted) > 0)
        return cells.Stock(None, any(said) if said else self._available(row))

    @staticmethod
    def _note_stock(
        stock: cells.Stock, text: str, column: ColumnProposal, place: str, findings: list[Finding]
    ) -> None:
        if stock.odd:
            findings.append(QUANTITY_BAD.at(place, text, column=column.column))
        if stock.oversold:
            findings.append(values.QUANTITY_NEGATIVE.at(place, text))

    def _available(self, row: Sequence[str]) -> bool | None:
        """Return whether there is any, by columns that say so beside an empty count."""
        told = (cells.stock_of(_at(row, column.index)).available for column in self._flags)
        return next((one for one in told if one is not None), None)

    def _pictures(self, row: Sequence[str], place: str, findings: list[Finding]) -> tuple[str, ...]:
        words: list[str] = []
        for column in self._columns.get("pictures", ()):
            words += cells.addresses_in(_at(row, column.index))
        return values.addresses(words, place, findings) if words else ()

    def _barcodes(self, row: Sequence[str], place: str, findings: list[Finding]) -> tuple[str, ...]:
        given: list[str] = []
        for column in self._columns.get("barcode", ()):
            text = cells.without_mark(_at(row, column.index))
            if cells.is_scientific(text):
                findings.append(BARCODE_LOST.at(place, text, column=column.column))
            elif text:
                given.append(text)
        return values.barcodes(given, place, findings) if given else ()

    def _unit(self, row: Sequence[str], column: ColumnProposal) -> str:
        """Return the unit of a measure: by its header, or by a column of units beside it."""
        return column.unit or self._text(row, UNIT_COLUMNS[column.field])

    def _weight(self, row: Sequence[str], place: str, findings: list[Finding]) -> Decimal | None:
        for column in self._columns.get("weight", ()):
            text = _at(row, column.index)
            if not text or cells.is_zero(text):
                continue
            weight, reason = cells.weight_of(text, self._unit(row, column))
            if weight is None:
                findings.append(WEIGHT_BAD.at(place, text, reason=reason))
            return weight
        return None

    def _package(self, row: Sequence[str], place: str, findings: list[Finding]) -> Package | None:
        for column in self._columns.get("package", ()):
            text = _at(row, column.index)
            if not text:
                continue
            package, reason = cells.package_of(text, self._unit(row, column))
            if package is None:
                findings.append(SIZE_BAD.at(place, text, column=column.column, reason=reason))
            return package
        sides: list[Decimal] = []
        for field in _SIDES:
            for column in self._columns.get(field, ()):
                text = _at(row, column.index)
                if not text or cells.is_zero(text):
                    continue
                side, reason = cells.side_of(text, self._unit(row, column))
                if side is None:
                    findings.append(SIZE_BAD.at(place, text, column=column.column, reason=reason))
                else:
                    sides.append(side)
        return Package(*sides) if len(sides) == 3 else None

    def _shadowed(self, row: Sequence[str]) -> list[ColumnProposal]:
        """Return the columns of names that a Russian one goes before: kept as parameters."""
        russian = self._columns.get("name_ru")
        if not russian or not _at(row, russian[0].index):
            return []
        return self._columns.get("name", [])


def missing_units(layout: Layout) -> Mapping[str, ColumnProposal]:
    """Return the columns of weight and sides whose headers name no unit, by field."""
    return {
        column.field: column
        for column in layout.columns
        if column.field in ("weight", *_SIDES, "package")
        and not column.unit
        and UNIT_COLUMNS[column.field] not in layout.fields
        and column.field not in layout.told
    }


def _at(row: Sequence[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""

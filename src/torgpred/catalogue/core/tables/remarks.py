"""What is said of a table as a whole: its header, its columns, its sheets and rows."""

from torgpred.kernel.findings import Kind, Severity

NO_HEADER = Kind(
    "table.header.none",
    Severity.ERROR,
    "No row looks like a header, so nobody can tell what the columns mean.",
    "Write the names of the columns above the data: SKU, name, price, stock ...",
)
NO_KEY_COLUMN = Kind(
    "table.column.no_key",
    Severity.ERROR,
    "No column holds the SKU; without it an offer cannot be told from another. Columns: {value}.",
    "Add a column with the SKU, or say which column it is.",
)
KEY_IS_BARCODE = Kind(
    "table.column.barcode_as_key",
    Severity.NOTE,
    "There is no column of SKUs; the barcodes in {value} were taken for them.",
    "Add a column with your own SKU.",
)
NO_NAME_COLUMN = Kind(
    "table.column.no_name",
    Severity.WARNING,
    "No column was read as the name of the goods. Kept as properties: {value}.",
    "If one of them is it, say so, or call it Название.",
)
NO_PRICE_COLUMN = Kind(
    "table.column.no_price",
    Severity.WARNING,
    "No column was read as the price. Kept as properties: {value}.",
    "If one of them is it, say so, or call it Цена.",
)
NO_STOCK_COLUMN = Kind(
    "table.column.no_stock",
    Severity.NOTE,
    "No column was read as the stock. Kept as properties: {value}.",
    "If one of them is it, say so, or call it Остаток; else write the stock by hand.",
)
HIDDEN = Kind(
    "table.row.hidden",
    Severity.NOTE,
    "{value} is not shown in the shop it comes from, as the column {column} says: left out.",
    "If that is right, nothing is to be done. Else say that the column means nothing.",
)
RENAMED = Kind(
    "table.column.renamed",
    Severity.WARNING,
    "The column {value} is new, and {old}, read as {field}, is gone. Is it the same? Until you "
    "say so it is kept as a parameter.",
    "Say what the column {value} means, or give it its old name.",
)
GONE = Kind(
    "table.column.gone",
    Severity.WARNING,
    "The column {value}, read as {field} until now, is gone.",
    "Put the column back, or say that it is meant to be gone.",
)
UNSURE = Kind(
    "table.column.unsure",
    Severity.NOTE,
    "The column {value} was read as {field}: {reason}.",
    "Say what the column means if that is wrong.",
)
NO_UNIT = Kind(
    "table.column.no_unit",
    Severity.WARNING,
    "The column {value} names no unit; numbers without one were not taken as {field}.",
    "Name the unit in the header, such as {value}, {example}.",
)
NO_CURRENCY = Kind(
    "table.currency.none",
    Severity.NOTE,
    "Neither the header {value} nor a column names the currency of the prices.",
    "Name it in the header, such as {value}, руб.",
)
SHEET_SKIPPED = Kind(
    "table.sheet.skipped",
    Severity.NOTE,
    "The sheet {value} was not read: {reason}.",
    "Nothing, if it holds no goods.",
)
TOTALS = Kind(
    "table.row.totals", Severity.NOTE, "The row of totals was skipped: {value}.", "Nothing."
)
HELP = Kind(
    "table.row.help", Severity.NOTE, "Row {value} explains the columns and was skipped.", "Nothing."
)
NO_ROWS = Kind(
    "feed.offers.none",
    Severity.ERROR,
    "The file holds no offers.",
    "Check the filters of the export.",
)

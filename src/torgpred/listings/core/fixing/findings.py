"""What can be wrong with a fix file that comes back, each at its sheet and cell."""

from typing import Final

from torgpred.kernel.findings import Kind, Severity

UNFIT: Final = Kind("fix.unfit", Severity.ERROR, "{value} cannot be used: {reason}.", "{mend}")
OUTSIDE: Final = Kind(
    "fix.outside",
    Severity.ERROR,
    "{value} is outside of {least} to {most}.",
    "Check the unit: a bare number is kilograms, centimetres, or the shop's currency.",
)
DATED: Final = Kind(
    "fix.dated",
    Severity.ERROR,
    "The spreadsheet made a date of what was typed: {value}.",
    "Format the cell as text and type it again.",
)
NOT_LISTED: Final = Kind(
    "fix.not_listed",
    Severity.ERROR,
    "The marketplace's list for {name} has no {value}.{near}",
    "Choose from the list in the cell.",
)
SIDES: Final = Kind(
    "fix.sides",
    Severity.ERROR,
    "The package lacks {lacking} beside {value}.",
    "Fill length, width and height, or type 20x15x5 into one of them.",
)
UNKNOWN_SKU: Final = Kind(
    "fix.unknown_sku",
    Severity.ERROR,
    "The catalogue holds no offer {value} now; what stands in its row was not used.",
    "Leave the SKU as it was written, or make the fix file anew.",
)
NO_SKU: Final = Kind(
    "fix.no_sku",
    Severity.ERROR,
    "The row has answers but no SKU.",
    "Give the SKU of the offer that is meant.",
)
TWICE: Final = Kind(
    "fix.twice",
    Severity.ERROR,
    "{value} contradicts {first}, which was used.",
    "Leave one answer for the offer.",
)
FILE_KNOWS: Final = Kind(
    "fix.file_knows",
    Severity.WARNING,
    "The seller's file says {known}, which goes before {value}.",
    "Change it in the file that the catalogue is read from.",
)
OTHER_CATEGORY: Final = Kind(
    "fix.other_category",
    Severity.WARNING,
    "{value} belongs to another category of the marketplace than the offer's.",
    "Make the fix file anew.",
)
UNKNOWN_CATEGORY: Final = Kind(
    "fix.unknown_category",
    Severity.ERROR,
    "The catalogue has no category {value} now.",
    "Leave the category's key as it was written, or make the fix file anew.",
)
NO_SUCH_PLACE: Final = Kind(
    "fix.no_such_market_category",
    Severity.ERROR,
    "{value} is no category of the marketplace that takes products, or not one alone.",
    "Choose from the list in the cell, or give the id in brackets.",
)
NOT_ASKED: Final = Kind(
    "fix.not_asked",
    Severity.WARNING,
    "Nothing is asked here, so {value} was not used.",
    "Write it into a yellow cell.",
)
EXTRA_COLUMN: Final = Kind(
    "fix.extra_column",
    Severity.NOTE,
    "The column {value} is not one of the file's and was not read.",
    "Write answers into the file's own columns.",
)
EXTRA_SHEET: Final = Kind(
    "fix.extra_sheet",
    Severity.NOTE,
    "The sheet {value} is not one that is read back.",
    "Write answers into the sheets of the file.",
)
TOO_LONG: Final = Kind(
    "fix.too_long",
    Severity.ERROR,
    "There are more than {value} rows; those below were not read.",
    "Give the answers in several files.",
)
KINDS: Final = (
    UNFIT, OUTSIDE, DATED, NOT_LISTED, SIDES, UNKNOWN_SKU, NO_SKU, TWICE, FILE_KNOWS,
    OTHER_CATEGORY, UNKNOWN_CATEGORY, NO_SUCH_PLACE, NOT_ASKED, EXTRA_COLUMN, EXTRA_SHEET, TOO_LONG,
)  # fmt: skip

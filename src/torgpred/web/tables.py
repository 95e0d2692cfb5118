"""Tables as files (CSV) that a spreadsheet opens as they are meant."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Final

BEGIN: Final = "\ufeff"
"""Says to a spreadsheet that a file is UTF-8."""
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet would take for a formula at the beginning of a cell."""


def row(cells: Iterable[object]) -> str:
    """Return a line of a table. A text that would be a formula is made one that is none.

    Numbers stay as they are, a missing value is an empty cell.
    """
    held = StringIO()
    csv.writer(held).writerow([_plain(one) for one in cells])
    return held.getvalue()


def _plain(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return "" if cell is None else cell

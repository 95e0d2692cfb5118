"""Rows that are headings: a category's name alone in its row, with offers below it."""

from collections.abc import Sequence

from torgpred.catalogue.core.paths import split_path
from torgpred.catalogue.core.tables.layout import Layout


class Headings:
    """Follows the headings of a sheet and tells the category they make.

    A heading after offers takes the place of the one before; headings in a row stand under one
    another. Where headings are indented, by columns or spaces, the indent says their level.
    """

    def __init__(self, layout: Layout) -> None:
        self._key = layout.index("key")
        self._name = layout.index("name")
        self._stack: list[tuple[int, str]] = []
        self._before: list[tuple[int, str]] = []
        self._run: list[tuple[int, str]] = []

    @property
    def path(self) -> tuple[str, ...]:
        """The category by the headings so far, root first."""
        return tuple(part for _, name in self._stack for part in split_path(name))

    def take(self, row: Sequence[str]) -> bool:
        """Tell whether a row is a heading, and follow it."""
        found = self._heading(row)
        if found is None:
            self._run = []
            return False
        if not self._run:
            self._before = self._stack
        self._run.append(found)
        levels = {level for level, _ in (*self._before, *self._run)}
        if len(levels) > 1:
            level = found[0]
            self._stack = [one for one in self._stack if one[0] < level] + [found]
        else:
            kept = self._before[: max(0, len(self._before) - len(self._run))]
            self._stack = [*kept, *self._run]
        return True

    def _heading(self, row: Sequence[str]) -> tuple[int, str] | None:
        filled = [(index, cell) for index, cell in enumerate(row) if cell]
        if len(filled) != 1:
            return None
        index, cell = filled[0]
        code_like = " " not in cell and any(letter.isdigit() for letter in cell)
        if len(cell) > 200 or (index == self._key and code_like) or _is_number(cell):
            return None
        return index, cell


def _is_number(text: str) -> bool:
    return text.replace(" ", "").replace(",", "").replace(".", "").isdigit()

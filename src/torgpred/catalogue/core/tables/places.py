"""Where the entries of a table stand, in a few bytes each."""

from array import array


class Places:
    """Where entries stand, without keeping a text for each."""

    def __init__(self) -> None:
        self._starts: list[tuple[int, str]] = []
        self._rows = array("I")

    def add(self, number: int, sheet: str, row: int) -> None:
        """Keep the place of the next entry; numbers come in order from 1."""
        if not self._starts or self._starts[-1][1] != sheet:
            self._starts.append((number, sheet))
        self._rows.append(row)

    def of(self, number: int) -> str:
        """Return a place in words."""
        sheet = next(name for start, name in reversed(self._starts) if start <= number)
        row = self._rows[number - 1]
        return f"row {row}" if len(self._starts) == 1 else f"{sheet}, row {row}"

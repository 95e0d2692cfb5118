"""Parameters that take two columns: what is told in one, and how much in the other."""

import re
from collections.abc import Iterable, Sequence

from torgpred.catalogue.core.offers import Param
from torgpred.catalogue.core.tables.names import PAIRED


class Pairs:
    """Joins the paired parameters of a table: "Имя атрибута 1" and "Значения атрибутов 1"."""

    def __init__(self, columns: Iterable[str]) -> None:
        names: dict[str, str] = {}
        values: dict[str, str] = {}
        for column in columns:
            found = _half(column)
            if found is not None:
                (names if found[0] else values)[found[1]] = column
        self._value_of = {name: values[one] for one, name in names.items() if one in values}
        self._values = frozenset(self._value_of.values())

    def joined(self, params: Sequence[Param]) -> list[Param]:
        """Return a row's parameters, each pair as one; half a pair stays as it is."""
        if not self._value_of:
            return list(params)
        given = {param.name: param.value for param in params}
        out = []
        for param in params:
            value = given.get(self._value_of.get(param.name, ""))
            if value is not None:
                out.append(Param(param.value, value))
            elif param.name not in self._values:
                out.append(param)
        return out


def _half(column: str) -> tuple[bool, str] | None:
    """Tell whether a column names a parameter (or gives its value), and which pair it is of."""
    match = PAIRED.fullmatch(re.sub(r"[\s_]+", " ", column.lower()))
    if match is None:
        return None
    if match["option"]:
        part = match["part"] or ""
        return (part == "name", f"option {match['number']}") if part else None
    return bool(match["named"]), match["number"]

"""Rows of one product that leave out what the first of them says, as shop systems export variants.

Shopify, Tilda and others write name, brand and description in the product's first row alone, and
further pictures in rows of their own that have nothing but the product's number beside them.
"""

from collections.abc import Iterator
from typing import Final

from torgpred.catalogue.core.tables.layout import Layout

Numbered = tuple[int, list[str]]
_SHARED: Final = ("name", "name_ru", "description", "description_ru", "vendor", "category",
                  "subcategory", "pictures", "country", "tnved")  # fmt: skip
_OWN: Final = ("key", "name", "price", "quantity", "barcode")
MOST: Final = 1_000
"""Rows of one product that are held back at once."""


def gathered(rows: Iterator[Numbered], layout: Layout) -> Iterator[Numbered]:
    """Yield the rows, each with what its product's first row says in its stead.

    Rows that only add pictures are joined with the first and not yielded.
    """
    group = layout.index("group")
    if group is None or layout.index("name") is None:
        yield from rows
        return
    family: list[Numbered] = []
    for number, row in rows:
        own = row[group] if group < len(row) else ""
        if family and (not own or own != family[0][1][group] or len(family) >= MOST):
            yield from _settled(family, layout)
            family = []
        if own:
            family.append((number, row))
        else:
            yield number, row
    yield from _settled(family, layout)


def _settled(family: list[Numbered], layout: Layout) -> Iterator[Numbered]:
    if len(family) < 2:
        yield from family
        return
    first = family[0][1]
    shared = [one.index for one in layout.columns if one.field in _SHARED]
    pictures = [one.index for one in layout.columns if one.field == "pictures"]
    own = [one.index for one in layout.columns if one.field in _OWN]
    members = [family[0]]
    for number, row in family[1:]:
        if any(_at(row, index) for index in own):
            members.append((number, row))
        else:
            _add_pictures(first, row, pictures)
    yield members[0]
    name = layout.index("name")
    for number, row in members[1:]:
        yield number, row if name is None or _at(row, name) else _completed(row, first, shared)


def _completed(row: list[str], first: list[str], shared: list[int]) -> list[str]:
    whole = row + [""] * (len(first) - len(row))
    for index in shared:
        if index < len(first) and not whole[index]:
            whole[index] = first[index]
    return whole


def _add_pictures(first: list[str], row: list[str], columns: list[int]) -> None:
    for index in columns:
        more = _at(row, index)
        if more and index < len(first):
            first[index] = f"{first[index]}\n{more}".strip()


def _at(row: list[str], index: int) -> str:
    return row[index] if index < len(row) else ""

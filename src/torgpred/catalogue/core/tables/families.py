"""Rows of one product that leave out what the first of them says, as shop systems export variants.

Shopify, Tilda and others write name, brand, description and what the options are called in the
product's first row alone, and further pictures in rows of their own that have nothing but the
product's number beside them. A product that is a draft hides its variants too.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from torgpred.catalogue.core.tables.cells import is_hidden
from torgpred.catalogue.core.tables.layout import Layout
from torgpred.catalogue.core.tables.memory import PARAM
from torgpred.catalogue.core.tables.pairs import names_a_parameter

Numbered = tuple[int, list[str]]
_SHARED: Final = ("name", "name_ru", "description", "description_ru", "vendor", "category",
                  "subcategory", "pictures", "country", "tnved")  # fmt: skip
_OWN: Final = ("key", "name", "price", "quantity", "barcode")
MOST: Final = 1_000
"""Rows of one product that are held back at once."""


def gathered(rows: Iterator[Numbered], layout: Layout) -> Iterator[Numbered]:
    """Yield the rows, each with what its product's first row says in its stead.

    Rows that only add pictures are joined with the first and not yielded. A first row that has no
    price and that the others name as their parent is no offer: it is not yielded either.
    """
    group = layout.index("group")
    if group is None or layout.index("name") is None:
        yield from rows
        return
    family: list[Numbered] = []
    for number, row in rows:
        if family and (len(family) >= MOST or not _belongs(row, family[0][1], group)):
            yield from _settled(family, layout, group)
            family = []
        family.append((number, row))
    yield from _settled(family, layout, group)


def _belongs(row: list[str], first: list[str], group: int) -> bool:
    """Tell whether a row is of the first one's product, by its number or as its child."""
    own = _at(row, group)
    if not own:
        return False
    above = _at(first, group)
    return own == above or (not above and own.removeprefix("id:") in first)


def _settled(family: list[Numbered], layout: Layout, group: int) -> Iterator[Numbered]:
    if len(family) < 2:
        yield from family
        return
    first = family[0][1]
    own = [one.index for one in layout.columns if one.field in _OWN]
    shared = [
        one.index
        for one in layout.columns
        if one.field in _SHARED or (one.field == PARAM and names_a_parameter(one.column))
    ]
    flags = [(one.index, one.archived) for one in layout.columns if one.field == "published"]
    hiding = {at: first[at] for at, asked in flags if is_hidden(_at(first, at), archived=asked)}
    pictures = [one.index for one in layout.columns if one.field == "pictures"]
    members = []
    for number, row in family[1:]:
        if any(_at(row, index) for index in own):
            members.append((number, row))
        else:
            _add_pictures(first, row, pictures)
    parent = not _at(first, group)
    price, name = layout.index("price"), layout.index("name") or 0
    if not (parent and members and price is not None and not _at(first, price)):
        yield family[0]
    for number, row in members:
        lacking = parent or not _at(row, name)
        whole = _completed(row, first, shared) if lacking else row
        yield number, _with(whole, hiding) if hiding else whole


def _completed(row: list[str], first: list[str], shared: list[int]) -> list[str]:
    whole = row + [""] * (len(first) - len(row))
    for index in shared:
        if index < len(first) and not whole[index]:
            whole[index] = first[index]
    return whole


def _with(row: list[str], cells: Mapping[int, str]) -> list[str]:
    whole = row + [""] * (max(cells) + 1 - len(row))
    for index, cell in cells.items():
        whole[index] = cell
    return whole


def _add_pictures(first: list[str], row: list[str], columns: list[int]) -> None:
    for index in columns:
        more = _at(row, index)
        if more and index < len(first):
            first[index] = f"{first[index]}\n{more}".strip()


def _at(row: list[str], index: int) -> str:
    return row[index] if index < len(row) else ""

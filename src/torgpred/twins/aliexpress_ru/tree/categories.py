"""Reads categories (*.tree) and joins them with their attributes.

A line is `Russian name / English name : attributes | attributes of variants`, two spaces deeper
than its parent. A category takes over its parent's attributes; its own replace those of the same
name, "-key" drops one, "!" marks a required one.
"""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from torgpred.twins.aliexpress_ru.tree.attributes import Attribute, TreeDataError, stable_id
from torgpred.twins.aliexpress_ru.tree_types import TreeCategory, TreeProperty


class Line(msgspec.Struct, frozen=True):
    """One line of a file, not joined with anything yet."""

    place: str
    depth: int
    name: str
    name_en: str
    product: tuple[str, ...]
    variant: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """What a category asks for, by attribute name: of the product and of its variants."""

    product: dict[str, TreeProperty] = {}
    variant: dict[str, TreeProperty] = {}


class _Node(msgspec.Struct, frozen=True):
    line: Line
    path: str
    id: int
    asked: Asked


def read_lines(file: str, text: str) -> Iterator[Line]:
    """Yield the category lines of one file; comments and empty lines are skipped."""
    for number, raw in enumerate(text.splitlines(), 1):
        if not raw or raw.startswith("#"):
            continue
        names, _, attributes = raw.strip().partition(" : ")
        name, slash, name_en = names.partition(" / ")
        if not slash or "|" in name_en:
            raise TreeDataError(place=f"{file}:{number}", reason="not a category")
        product, _, variant = attributes.partition("| ")
        yield Line(
            place=f"{file}:{number}",
            depth=(len(raw) - len(raw.lstrip())) // 2,
            name=name,
            name_en=name_en,
            product=tuple(product.split()),
            variant=tuple(variant.split()),
        )


def build(lines: Sequence[Line], attributes: Mapping[str, Attribute]) -> dict[int, TreeCategory]:
    """Return categories by id, parents before children, in the order of the lines.

    Ids come from the English path from the root, so an order or a Russian name may change.
    """
    categories: dict[int, TreeCategory] = {}
    branch: list[_Node] = []
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if line.depth > len(branch):
            raise TreeDataError(place=line.place, reason="too deep")
        del branch[line.depth :]
        parent = branch[-1] if branch else None
        node = _node(line, parent, attributes)
        if node.id in categories:
            raise TreeDataError(place=line.place, reason=f"the id {node.id} is taken")
        leaf = following is None or following.depth <= line.depth
        categories[node.id] = _category(node, parent, leaf=leaf)
        if parent is not None:
            categories[parent.id].children_ids.append(node.id)
        branch.append(node)
    return categories


def _node(line: Line, parent: _Node | None, attributes: Mapping[str, Attribute]) -> _Node:
    path = f"{parent.path} > {line.name_en}" if parent else line.name_en
    return _Node(
        line=line,
        path=path,
        id=stable_id(200_000_000, 99_999_999, "category " + path),
        asked=_asked(line, parent.asked if parent else Asked(), attributes),
    )


def _category(node: _Node, parent: _Node | None, *, leaf: bool) -> TreeCategory:
    product = list(node.asked.product.values()) if leaf else []
    variant = list(node.asked.variant.values()) if leaf else []
    if leaf and not any(wanted.is_required for wanted in product + variant):
        raise TreeDataError(place=node.line.place, reason="a leaf without a required attribute")
    return TreeCategory(
        id=node.id,
        name=node.line.name,
        name_en=node.line.name_en,
        parent_id=parent.id if parent else None,
        properties=product,
        sku_properties=variant,
    )


def _asked(line: Line, inherited: Asked, attributes: Mapping[str, Attribute]) -> Asked:
    asked = Asked(product=dict(inherited.product), variant=dict(inherited.variant))
    for mine, other, keys in (
        (asked.product, asked.variant, line.product),
        (asked.variant, asked.product, line.variant),
    ):
        for key in keys:
            known = attributes.get(key.strip("-!"))
            if known is None:
                raise TreeDataError(place=line.place, reason=f"no attribute {key}")
            if key.startswith("-"):
                if mine.pop(known.name, None) is None and known.name not in other:
                    raise TreeDataError(place=line.place, reason=f"nothing to drop: {key}")
            else:
                # An attribute tells either products or variants apart, never both.
                other.pop(known.name, None)
                mine[known.name] = known.required if key.endswith("!") else known.optional
    return asked

"""The shape of the category tree, shared by the tree's data and the twin that serves it."""

import msgspec


class TreeProperty(msgspec.Struct, frozen=True, kw_only=True):
    """An attribute of a category.

    `values` are (id, name) pairs of the dictionary. With `inline` they travel inside
    `categories/get`; without it they are only given by `categories/values-dictionary`.
    `units` are the units a number may be given in; empty when the attribute has none.
    """

    id: int
    name: str
    name_en: str
    is_required: bool = False
    is_enum_prop: bool = False
    values: list[tuple[int, str]] = msgspec.field(default_factory=list)
    inline: bool = True
    units: list[str] = msgspec.field(default_factory=list)


class TreeCategory(msgspec.Struct, frozen=True, kw_only=True):
    """A category; without `children_ids` it is a leaf, and only leaves take products.

    `properties` belong to the product, `sku_properties` to a variant.
    """

    id: int
    name: str
    name_en: str
    parent_id: int | None = None
    children_ids: list[int] = msgspec.field(default_factory=list)
    properties: list[TreeProperty] = msgspec.field(default_factory=list)
    sku_properties: list[TreeProperty] = msgspec.field(default_factory=list)


class Tree(msgspec.Struct, frozen=True, kw_only=True):
    """All categories by id."""

    categories: dict[int, TreeCategory]

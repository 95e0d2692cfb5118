"""The category tree as the rules read it: leaves, properties by id, dictionaries by id."""

from dataclasses import dataclass
from functools import cached_property

from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeCategory, TreeProperty


@dataclass(frozen=True)
class PropertyRules:
    """One property with its dictionary made quick to look into."""

    shape: TreeProperty

    @cached_property
    def value_ids(self) -> frozenset[int]:
        """The ids of the dictionary."""
        return frozenset(value_id for value_id, _ in self.shape.values)


@dataclass(frozen=True)
class CategoryRules:
    """One category with its properties by id."""

    shape: TreeCategory

    @cached_property
    def properties(self) -> dict[int, PropertyRules]:
        """Properties of the product."""
        return {each.id: PropertyRules(each) for each in self.shape.properties}

    @cached_property
    def sku_properties(self) -> dict[int, PropertyRules]:
        """Properties of a variant."""
        return {each.id: PropertyRules(each) for each in self.shape.sku_properties}

    @cached_property
    def required(self) -> frozenset[int]:
        """Ids of the product's required properties."""
        return frozenset(each.id for each in self.shape.properties if each.is_required)

    @cached_property
    def sku_required(self) -> frozenset[int]:
        """Ids of the required properties of each variant."""
        return frozenset(each.id for each in self.shape.sku_properties if each.is_required)

    @property
    def is_leaf(self) -> bool:
        """Whether the category takes products."""
        return not self.shape.children_ids


class Rulebook:
    """Categories by id and the roots, in the tree's order."""

    def __init__(self, tree: Tree) -> None:
        self.roots = [each for each in tree.categories.values() if each.parent_id is None]
        self._categories = {key: CategoryRules(each) for key, each in tree.categories.items()}

    def category(self, category_id: int) -> CategoryRules | None:
        """Return a category's rules, or None."""
        return self._categories.get(category_id)

    def path(self, category_id: int) -> list[TreeCategory]:
        """Return a category with its ancestors, the root first."""
        steps: list[TreeCategory] = []
        here = self.category(category_id)
        while here is not None and here.shape not in steps:
            steps.insert(0, here.shape)
            parent = here.shape.parent_id
            here = None if parent is None else self.category(parent)
        return steps

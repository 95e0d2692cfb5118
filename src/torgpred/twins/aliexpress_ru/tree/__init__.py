"""The twin's category tree: all consumer trades, in our own wording.

The data are the text files beside this module; their first lines describe their form. `load`
reads them once a process.
"""

from functools import cache
from importlib import resources

from torgpred.twins.aliexpress_ru.tree.attributes import read_attributes
from torgpred.twins.aliexpress_ru.tree.categories import build, read_lines
from torgpred.twins.aliexpress_ru.tree_types import Tree

__all__ = ["load"]


@cache
def load() -> Tree:
    """Return the whole tree, the same object every time.

    Guaranteed: ids are the same on every machine and do not depend on the order of the data; a
    category's parent comes before it; every leaf has a required attribute; only leaves carry
    attributes. Raises `TreeDataError` where the package's own data are broken.
    """
    folder = resources.files(__package__)
    attributes = read_attributes((folder / "attributes.txt").read_text(encoding="utf-8"))
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".tree")),
        key=lambda item: item.name,
    )
    lines = [
        line for file in files for line in read_lines(file.name, file.read_text(encoding="utf-8"))
    ]
    return Tree(categories=build(lines, attributes))

"""What a product is called by the names of its variants: without the colour and size of one."""

from collections.abc import Sequence
from typing import Final

_LEAST: Final = 3
"""Letters that a common beginning has at least to be a name."""
_MARK: Final = 4
"""Letters behind a comma that only led to what tells variants apart: "size" has four."""
_ENDS: Final = " ,;:.-\N{EN DASH}\N{EM DASH}/("


def common_name(names: Sequence[str]) -> str:
    """Return how all names begin, cut at a word; the first name where that says too little."""
    if not names or len(set(names)) == 1:
        return names[0] if names else ""
    beginning = _beginning(min(names), max(names))
    if beginning not in names and not beginning.endswith(" "):
        beginning = beginning.rpartition(" ")[0]
    name = beginning.rstrip(_ENDS)
    head, _, tail = name.rpartition(",")
    if head and len(tail.strip()) <= _MARK:
        name = head.rstrip(_ENDS)
    return name if len(name) >= _LEAST else names[0]


def _beginning(first: str, last: str) -> str:
    """Return how the first and the last of sorted texts begin, and so all between them."""
    same = 0
    while same < min(len(first), len(last)) and first[same] == last[same]:
        same += 1
    return first[:same]

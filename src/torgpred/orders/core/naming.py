"""Naming: the words of a buyer's name that the search finds it by.

A word stands as the search folds it (`catalogue_folded`), after the number of its seller. What is
worked out here is what the database would work out, only quicker.
"""

import re
from typing import Final

_LONGEST: Final = 60
_PLAIN: Final = re.compile(r"[0-9A-Za-zА-Яа-яЁё\u4e00-\u9fff ]*").fullmatch
"""Signs that Python and the database fold alike, whatever the database's locale."""


def name_words(seller: int | None, name: str) -> str:
    """Return a name's words as `orders_buyer_words` does, empty where that must do it itself."""
    if not name or _PLAIN(name) is None:
        return ""
    words = name.lower().replace("ё", "е").split()
    if len(name) > _LONGEST:
        words = [word[:_LONGEST] for word in words]
    return f"{seller}:" + f" {seller}:".join(words) if words else ""

"""What a page is made of, whatever it is printed by: every text in it is plain text."""

from typing import Literal

import msgspec


class Block(msgspec.Struct, frozen=True, omit_defaults=True):
    """A piece of a page. A table begins with its head; its last `numbers` columns are numbers."""

    kind: Literal["heading", "subheading", "text", "note", "pairs", "table", "code"]
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    numbers: int = 0


class Page(msgspec.Struct, frozen=True):
    """A whole page in one language ("ru", "en", "zh-hans"), top to bottom."""

    language: str
    over: str
    title: str
    blocks: tuple[Block, ...]

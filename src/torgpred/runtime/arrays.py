"""Columns of many rows as arrays that PostgreSQL reads: the quick way to send a batch.

An array is written as JSON with braces for brackets, which is right as long as nothing in it had
to be escaped: so the encoder does the work of a whole column at once. A column that holds a
backslash, a quotation mark or a control character is written value by value instead.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

SEPARATOR: Final = "\x1e"
"""Between texts that are joined: no control character stands in JSON."""
_encode: Final = msgspec.json.Encoder(decimal_format="string").encode


def array(values: Sequence[object]) -> str:
    """Return an array of numbers, texts, Decimals or moments; None is NULL.

    PostgreSQL's text holds no NUL, so that is left out of texts.
    """
    row = _encode(values)
    if b"\\" in row:
        return "{" + ",".join(map(_element, values)) + "}"
    return _braced(row)


def joined(texts: Sequence[str]) -> str:
    """Return texts that hold no control character, such as JSON, as one for `string_to_array`.

    To be cut at SEPARATOR, `chr(30)`. What an array would have to escape, as JSON's quotation
    marks, is read many times as fast so. The last is followed by a separator too: cut, there is an
    empty text more than were given, which sets one empty text apart from none.
    """
    return SEPARATOR.join([*texts, ""])


def _braced(row: bytes) -> str:
    return "{" + row[1:-1].decode() + "}"


def _element(value: object) -> str:
    if not isinstance(value, str):
        return _encode(value).decode()
    plain = value.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'

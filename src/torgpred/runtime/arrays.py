"""Columns of many rows as arrays that PostgreSQL reads: the quick way to send a batch.

An array is written as JSON with braces for brackets, which is right as long as nothing in it had
to be escaped: so the encoder does the work of a whole column at once. A column that holds a
backslash, a quotation mark or a control character is written value by value instead. What the
encoder wrote is what is sent: a column is some hundred kilobytes, which no step copies once more.
"""

from collections.abc import Sequence
from typing import Final

import msgspec
from psycopg import pq
from psycopg.adapt import AdaptersMap, Buffer, Dumper
from typing_extensions import override

SEPARATOR: Final = "\x1e"
"""Between texts that are joined: no control character stands in JSON."""
_encoder: Final = msgspec.json.Encoder(decimal_format="string")


class Sent(msgspec.Struct, frozen=True, gc=False):
    """A parameter of a statement as it is sent: text in UTF-8, of a type that the server finds."""

    text: bytes | bytearray


class SentDumper(Dumper):
    """Sends it as it is."""

    format = pq.Format.TEXT
    oid = 0

    @override
    def dump(self, obj: Sent) -> Buffer:
        return obj.text


def register(adapters: AdaptersMap) -> None:
    """Let a connection, or all, take `Sent` as a parameter."""
    adapters.register_dumper(Sent, SentDumper)


def array(values: Sequence[object]) -> Sent:
    """Return an array of numbers, texts, Decimals or moments; None is NULL.

    PostgreSQL's text holds no NUL, so that is left out of texts.
    """
    row = bytearray()
    _encoder.encode_into(values, row)
    if b"\\" in row:
        return Sent(("{" + ",".join(map(_element, values)) + "}").encode())
    row[0], row[-1] = b"{}"
    return Sent(row)


def joined(texts: Sequence[str]) -> Sent:
    """Return texts that hold no control character, such as JSON, as one for `string_to_array`.

    To be cut at SEPARATOR, `chr(30)`. What an array would have to escape, as JSON's quotation
    marks, is read many times as fast so. The last is followed by a separator too: cut, there is an
    empty text more than were given, which sets one empty text apart from none.
    """
    return Sent(SEPARATOR.join([*texts, ""]).encode())


def _element(value: object) -> str:
    if not isinstance(value, str):
        return _encoder.encode(value).decode()
    plain = value.replace("\0", "").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'

"""Reads the attributes that categories ask for (attributes.txt) and makes their ids."""

import re
from collections.abc import Iterator, Mapping
from zlib import crc32

import msgspec

from torgpred.kernel.errors import TorgpredError
from torgpred.twins.aliexpress_ru.tree_types import TreeProperty

HEADER = re.compile(
    r"\[(?P<key>[\w.]+)\] (?P<ru>.+) / (?P<en>.+); (?P<kind>enum remote|enum|"
    r"number (?P<units>.+)|text)"
)
SPAN = re.compile(r"(\d+)\.\.(\d+)(?:/(\d+))?")


class TreeDataError(TorgpredError):
    """The tree's own data are broken: never an outside fault."""

    code = "twin.tree_data"
    template = "{place}: {reason}"


class Attribute(msgspec.Struct, frozen=True):
    """A property in its two forms, made once and shared by all categories that ask for it."""

    name: str
    optional: TreeProperty
    required: TreeProperty


def stable_id(base: int, span: int, text: str) -> int:
    """Return an id that depends on the text alone, within base .. base + span - 1.

    >>> stable_id(200_000_000, 100, "a") == stable_id(200_000_000, 100, "a")
    True
    """
    return base + crc32(text.encode()) % span


def read_attributes(text: str) -> Mapping[str, Attribute]:
    """Return attributes by key. Dictionaries of one Russian name share the property's id.

    One value has one id wherever it occurs under an attribute's name, as on a marketplace.
    """
    blocks = dict(_blocks(text))
    return {key: _attribute(header, values, blocks) for key, (header, values) in blocks.items()}


def _blocks(text: str) -> Iterator[tuple[str, tuple[re.Match[str], list[str]]]]:
    values: list[str] = []
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            header = HEADER.fullmatch(line)
            if header is None:
                raise TreeDataError(place=line, reason="not an attribute's header")
            values = []
            yield header["key"], (header, values)
        else:
            values += line.split(", ")


def _attribute(
    header: re.Match[str],
    values: list[str],
    blocks: Mapping[str, tuple[re.Match[str], list[str]]],
) -> Attribute:
    name_en = header["en"]
    enum = header["kind"].startswith("enum")
    if enum != bool(values):
        raise TreeDataError(place=header["key"], reason="values and kind disagree")
    optional = TreeProperty(
        # The English name is the key: Russian wording may be polished without a change of ids.
        id=stable_id(100_000, 99_900_000, "property " + name_en),
        name=header["ru"],
        name_en=name_en,
        is_enum_prop=enum,
        values=[
            (stable_id(200_000_000, 799_999_999, f"{name_en}: {value}"), value)
            for value in _spelt_out(values, blocks)
        ],
        inline=header["kind"] != "enum remote",
        units=header["units"].split(", ") if header["units"] else [],
    )
    required = msgspec.structs.replace(optional, is_required=True)
    return Attribute(name=optional.name, optional=optional, required=required)


def _spelt_out(
    values: list[str], blocks: Mapping[str, tuple[re.Match[str], list[str]]]
) -> Iterator[str]:
    for value in values:
        span = SPAN.fullmatch(value)
        if value.startswith("@"):
            yield from _spelt_out(blocks[value[1:]][1], blocks)
        elif span is not None:
            step = int(span[3] or 1)
            yield from map(str, range(int(span[1]), int(span[2]) + 1, step))
        else:
            yield value

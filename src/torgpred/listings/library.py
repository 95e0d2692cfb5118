"""The built-in library of duties: data of the package, read once. No database here."""

from functools import cache
from importlib import resources

import msgspec

from torgpred.listings.core.duties import Duty


class _Library(msgspec.Struct, forbid_unknown_fields=True):
    duty: tuple[Duty, ...]


@cache
def library() -> tuple[Duty, ...]:
    """Return the duties that come with the program, none of them in force."""
    text = resources.files("torgpred.listings").joinpath("duties.toml").read_text("utf-8")
    return msgspec.toml.decode(text, type=_Library, strict=False).duty

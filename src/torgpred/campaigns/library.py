"""The built-in library of rule sets: data of the package, read once. No database here."""

from functools import cache
from importlib import resources

import msgspec

from torgpred.campaigns.core.rules import RuleSet


class _Library(msgspec.Struct, forbid_unknown_fields=True):
    rules: tuple[RuleSet, ...]


@cache
def library() -> tuple[RuleSet, ...]:
    """Return the rule sets that come with the program, as read from their sources."""
    text = resources.files("torgpred.campaigns").joinpath("rules/library.toml").read_text("utf-8")
    return decode(text)


def decode(text: str) -> tuple[RuleSet, ...]:
    """Return the rule sets of a TOML text with tables [[rules]].

    Raises msgspec.ValidationError, msgspec.DecodeError.
    """
    return msgspec.toml.decode(text, type=_Library, strict=False).rules

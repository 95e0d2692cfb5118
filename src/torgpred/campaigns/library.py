"""The built-in library of rule sets: data of the package, read once. No database here."""

from functools import cache
from importlib import resources
from typing import Any

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


def encode(rules: RuleSet) -> str:
    """Return a rule set as TOML that `decode` reads back: what a person edits."""
    told = msgspec.to_builtins(rules)
    phases = told.pop("phases", ())
    lines = ["[[rules]]", *_lines(told)]
    for phase in phases:
        lines += ["", "[[rules.phases]]", *_lines(phase)]
    return "\n".join(lines) + "\n"


def _lines(fields: dict[str, Any]) -> list[str]:
    # JSON's texts, numbers and lists of texts are TOML's too; what is None has no line.
    return [
        f"{name} = {msgspec.json.encode(value).decode()}"
        for name, value in fields.items()
        if value is not None
    ]

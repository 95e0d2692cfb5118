"""What people enter about asks, checked before the database has to refuse it."""

import re
from datetime import date
from typing import Final

from torgpred.asks.core.errors import UnfitAskError
from torgpred.asks.core.states import Kind, Side

LONGEST_TEXT: Final = 20_000
LANGUAGES: Final = ("ru", "en", "zh-hans")
_FAMILY: Final = re.compile(r"[a-z0-9][a-z0-9_]{0,39}")
_CAMPAIGN: Final = re.compile(r"[0-9A-Za-z._-]{0,40}")


def checked_kind(given: str) -> Kind:
    """Return a kind of ask. Raises UnfitAskError."""
    try:
        return Kind(given)
    except ValueError as error:
        raise UnfitAskError(
            what="kind", value=given[:40], why=f"choose of {', '.join(Kind)}"
        ) from error


def checked_side(given: str) -> Side:
    """Return whose promise it is. Raises UnfitAskError."""
    try:
        return Side(given)
    except ValueError as error:
        raise UnfitAskError(
            what="side", value=given[:40], why=f"choose of {', '.join(Side)}"
        ) from error


def checked_family(given: str) -> str:
    """Return a marketplace's code, connected or not. Raises UnfitAskError."""
    code = given.strip().lower()
    if not _FAMILY.fullmatch(code):
        raise UnfitAskError(
            what="marketplace", value=given[:40], why="give a code such as aliexpress_ru"
        )
    return code


def checked_campaign(given: str) -> str:
    """Return a campaign's code; may be empty. Raises UnfitAskError."""
    if not _CAMPAIGN.fullmatch(given.strip()):
        raise UnfitAskError(what="campaign", value=given[:40], why="give its code, or nothing")
    return given.strip()


def checked_line(what: str, given: str, longest: int, *, needed: bool = True) -> str:
    """Return a text of one line with single spaces. Raises UnfitAskError."""
    line = " ".join(given.split())
    if len(line) > longest or not line.isprintable() or (needed and not line):
        least = 1 if needed else 0
        raise UnfitAskError(
            what=what, value=line[:40], why=f"give {least} to {longest} printable letters"
        )
    return line


def checked_text(what: str, given: str) -> str:
    """Return a text with its lines kept; may be empty. Raises UnfitAskError."""
    text = "\n".join(line.rstrip() for line in given.strip().splitlines())
    if len(text) > LONGEST_TEXT or not text.replace("\n", "").replace("\t", "").isprintable():
        raise UnfitAskError(
            what=what, value=text[:40], why=f"give up to {LONGEST_TEXT} printable letters"
        )
    return text


def checked_texts(given: dict[str, str]) -> dict[str, str]:
    """Return texts by language, empty ones left out. Raises UnfitAskError."""
    for language in given:
        if language not in LANGUAGES:
            raise UnfitAskError(
                what="language", value=language[:40], why=f"choose of {', '.join(LANGUAGES)}"
            )
    texts = {language: checked_text("text", text) for language, text in given.items()}
    return {language: texts[language] for language in LANGUAGES if texts.get(language)}


def checked_day(what: str, given: str) -> date:
    """Return a day. Raises UnfitAskError."""
    try:
        return date.fromisoformat(given.strip())
    except ValueError as error:
        raise UnfitAskError(what=what, value=given[:40], why="write a day as 2026-11-05") from error


def checked_number(what: str, given: int, least: int, most: int) -> int:
    """Return a number within its bounds. Raises UnfitAskError."""
    if not least <= given <= most:
        raise UnfitAskError(what=what, value=str(given)[:40], why=f"give {least} to {most}")
    return given

"""What people enter about tenants and members, checked before the database has to refuse it."""

import re

from torgpred.accounts.core.errors import UnfitEntryError

LONGEST_NAME = 200
_CODE = re.compile(r"[A-Z0-9](?:[A-Z0-9_-]{0,14}[A-Z0-9])?")
_COUNTRY = re.compile(r"[A-Z]{2}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_LANGUAGES = ("en", "ru", "zh-hans")


def checked_name(given: str, what: str = "name") -> str:
    """Return a name of 1 to 200 letters with single spaces.

    Raises UnfitEntryError.
    """
    name = " ".join(given.split())
    if not name or len(name) > LONGEST_NAME:
        raise UnfitEntryError(what=what, value=given[:40], why=f"give 1 to {LONGEST_NAME} letters")
    if not name.isprintable():
        raise UnfitEntryError(what=what, value=given[:40], why="it holds control characters")
    return name


def checked_code(given: str) -> str:
    """Return a tenant's code in capitals. Raises UnfitEntryError."""
    why = "give up to 16 letters A-Z, digits and dashes"
    return _checked(_CODE, given.strip().upper(), "code", why)


def checked_country(given: str) -> str:
    """Return a country's code in capitals. Raises UnfitEntryError."""
    return _checked(_COUNTRY, given.strip().upper(), "country", "give two letters, such as RU")


def checked_email(given: str) -> str:
    """Return a mail address in small letters. Raises UnfitEntryError."""
    email = _checked(_EMAIL, given.strip().lower(), "mail address", "give name@example.org")
    if len(email) > 254 or not email.isprintable():
        raise UnfitEntryError(what="mail address", value=email[:40], why="it is too long")
    return email


def checked_language(given: str) -> str:
    """Return a language's code. Raises UnfitEntryError."""
    language = given.strip().lower()
    if language not in _LANGUAGES:
        raise UnfitEntryError(
            what="language", value=given[:40], why=f"choose of {', '.join(_LANGUAGES)}"
        )
    return language


def _checked(shape: re.Pattern[str], given: str, what: str, why: str) -> str:
    if not shape.fullmatch(given):
        raise UnfitEntryError(what=what, value=given[:40], why=why)
    return given

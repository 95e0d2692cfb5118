"""The programmes there are: the operator's, else the library's, else what a connector names."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import date
from typing import Final

import msgspec

from torgpred.channels.families import families
from torgpred.programmes.core.errors import UnknownProgrammeError
from torgpred.programmes.core.values import Conditions, Programme
from torgpred.programmes.library import library
from torgpred.programmes.models import ProgrammeVersion
from torgpred.runtime.scope import ScopeConflictError, operator_scope

UNWRITTEN: Final = date(1970, 1, 1)
"""The day of a programme that a connector names and of which nobody wrote conditions down."""


def programme_value(row: ProgrammeVersion) -> Programme:
    """Return the operator's version of a programme as a value."""
    return Programme(
        family=row.family,
        code=row.code,
        version=row.version,
        name=row.name,
        country=row.country,
        source=row.source,
        dated=row.dated,
        conditions=msgspec.convert(row.conditions, tuple[Conditions, ...]),
        near=row.near,
        said_by=row.said_by,
        said_at=row.said_at,
    )


@contextmanager
def _any_scope() -> Iterator[None]:
    """Read as the operator, or inside a tenant's scope, which may read programmes too."""
    with ExitStack() as stack:
        with suppress(ScopeConflictError):
            stack.enter_context(operator_scope())
        yield


def programmes() -> list[Programme]:
    """Return the programmes in force of all installed marketplaces, by key."""
    known = families()
    found = {
        f"{code}/{one.code}": Programme(
            family=code,
            code=one.code,
            version=0,
            name=one.name,
            country="",
            source="; ".join(one.conditions),
            dated=UNWRITTEN,
        )
        for code, family in known.items()
        for one in family.programmes
    }
    found |= {one.key: one for one in library() if one.family in known}
    with _any_scope():
        rows = ProgrammeVersion.objects.filter(ended_at=None, family__in=list(known))
        found |= {one.key: one for one in map(programme_value, rows)}
    return [found[key] for key in sorted(found)]


def programme(key: str) -> Programme:
    """Return a programme by its key, such as "aliexpress_ru/mall", or by its code alone.

    A code alone is enough where only one marketplace has such a programme. Raises
    UnknownProgrammeError.
    """
    known = programmes()
    named = [one for one in known if one.key == key] or [one for one in known if one.code == key]
    if len(named) != 1:
        raise UnknownProgrammeError(given=key, known=", ".join(one.key for one in known) or "-")
    return named[0]


def versions(key: str) -> list[Programme]:
    """Return the versions of a programme that the operator kept, the newest first."""
    family, _, code = key.partition("/")
    with _any_scope():
        rows = ProgrammeVersion.objects.filter(family=family, code=code).order_by("-version")
        return [programme_value(row) for row in rows]

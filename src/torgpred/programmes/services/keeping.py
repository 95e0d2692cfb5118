"""Programmes as the operator keeps them: each change is a version of its own."""

import msgspec
from django.db.models import Max

from torgpred.accounts import services as accounts
from torgpred.channels.families import family
from torgpred.kernel.clock import now
from torgpred.programmes import selectors
from torgpred.programmes.core.errors import UnknownProgrammeError
from torgpred.programmes.core.reading import checked, read
from torgpred.programmes.core.values import Programme
from torgpred.programmes.library import library
from torgpred.programmes.models import ProgrammeVersion
from torgpred.programmes.services.saying import WAKE
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope


def keep_text(*, text: str, said_by: str) -> Programme:
    """Keep the programme that a TOML text describes (`core.reading`) as a new version in force.

    Raises UnfitProgrammeError, channels' UnknownFamilyError.
    """
    return keep_programme(programme=read(text), said_by=said_by)


def keep_programme(*, programme: Programme, said_by: str) -> Programme:
    """Keep a programme as a new version, which is in force at once; the one before is ended.

    Its number is the next one, whatever `programme` says. Raises UnfitProgrammeError, channels'
    UnknownFamilyError.
    """
    given = checked(programme)
    family(given.family)
    operator = accounts.ensure_operator()
    with operator_scope():
        rows = ProgrammeVersion.objects.select_for_update().filter(
            family=given.family, code=given.code
        )
        _end(list(rows.filter(ended_at=None)), said_by)
        last = ProgrammeVersion.objects.filter(family=given.family, code=given.code).aggregate(
            last=Max("version")
        )["last"]
        row = ProgrammeVersion(
            tenant_id=operator.id,
            family=given.family,
            code=given.code,
            version=max(last or 0, _of_library(given.key)) + 1,
            name=given.name.strip(),
            country=given.country,
            near=given.near,
            conditions=msgspec.to_builtins(given.conditions),
            source=given.source.strip(),
            dated=given.dated,
            said_by=said_by,
            said_at=now(),
        )
        row.save(force_insert=True)
        wake(WAKE)
    return selectors.programme_value(row)


def withdraw_programme(*, key: str, said_by: str) -> None:
    """End the operator's version of a programme; the library's is in force again, if there is one.

    Raises UnknownProgrammeError.
    """
    code_of = key.partition("/")
    with operator_scope():
        rows = ProgrammeVersion.objects.select_for_update().filter(
            family=code_of[0], code=code_of[2], ended_at=None
        )
        found = list(rows)
        if not found:
            kept = ", ".join(one.key for one in selectors.programmes() if one.said_at)
            raise UnknownProgrammeError(given=key, known=kept or "-")
        _end(found, said_by)
        wake(WAKE)


def _end(rows: list[ProgrammeVersion], by: str) -> None:
    for one in rows:
        one.ended_at, one.ended_by = now(), by
        one.save(update_fields=["ended_at", "ended_by"])


def _of_library(key: str) -> int:
    return next((one.version for one in library() if one.key == key), 0)

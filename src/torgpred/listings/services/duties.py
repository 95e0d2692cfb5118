"""Duties that the operator puts in force, lifts or adds, and the eligibility they make."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec
from django.db import IntegrityError, transaction

from torgpred.catalogue import selectors as catalogue
from torgpred.channels.core.contract import MarketCategory
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings.core.duties import Duty
from torgpred.listings.core.eligibility import Eligibility
from torgpred.listings.library import library
from torgpred.listings.models import DutyRow

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{1,59}")


class UnknownDutyError(TorgpredError):
    """No such duty in the library, or none in force."""

    code = "duty.unknown"
    template = "There is no duty {given!r} {where}. See: torgpred duty list"


class DutyInForceError(TorgpredError):
    """The duty is in force there already."""

    code = "duty.in_force"
    template = "{given} is in force there already. Lift it first: torgpred duty lift {given}"


class WrongDutyError(TorgpredError):
    """A duty that says too little, or contradicts itself."""

    code = "duty.wrong"
    template = "The duty {given!r} cannot be: {reason}"


class DutyCard(msgspec.Struct, frozen=True):
    """A duty that was put in force. `duty.families` holds the marketplace, if one was named."""

    id: int
    duty: Duty
    said_by: str
    said_at: str
    lifted_by: str
    lifted_at: str
    """ISO times; empty while it is in force."""


def force_duty(
    *,
    code: str,
    said_by: str,
    family: str = "",
    programme: str = "",
    since: date | None = None,
    source: str = "",
) -> DutyCard:
    """Put a duty of the library in force at a marketplace (all without `family`): it holds offers.

    As a condition of a `programme` it holds nothing and says who is not eligible. `since` and
    `source` are what was looked up; without them the library's stay. What the library says now is
    copied: a later library changes nothing that was decided. Raises UnknownDutyError,
    DutyInForceError.
    """
    known = next((one for one in library() if one.code == code), None)
    if known is None:
        raise UnknownDutyError(given=code, where="in the library")
    duty = msgspec.structs.replace(
        known,
        families=(family,) if family else (),
        programme=programme,
        since=since or known.since,
        source=source or known.source,
    )
    return add_duty(duty=duty, said_by=said_by)


def add_duty(*, duty: Duty, said_by: str) -> DutyCard:
    """Put a duty of the operator's own in force, at one marketplace or all.

    Raises WrongDutyError, DutyInForceError.
    """
    _proved(duty)
    row = DutyRow(
        code=duty.code,
        family=duty.families[0] if duty.families else "",
        programme=duty.programme,
        title=duty.title,
        since=duty.since,
        until=duty.until,
        source=duty.source,
        needs=[kind.value for kind in duty.needs],
        forbids=duty.forbids,
        tnved=list(duty.tnved),
        categories=list(duty.categories),
        words=list(duty.words),
        without=list(duty.without),
        branded=duty.branded,
        said_by=said_by,
        said_at=now(),
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "one_duty_in_force" not in str(error):
            raise
        raise DutyInForceError(given=duty.code) from error
    return _card(row)


def lift_duty(*, code: str, lifted_by: str, family: str = "", programme: str = "") -> DutyCard:
    """Lift a duty where it was put in force; it stays in the history. Raises UnknownDutyError."""
    with transaction.atomic():
        row = (
            DutyRow.objects.select_for_update()
            .filter(code=code, family=family, programme=programme, lifted_at=None)
            .first()
        )
        if row is None:
            raise UnknownDutyError(given=code, where=f"in force {_where(family, programme)}")
        row.lifted_at, row.lifted_by = now(), lifted_by
        row.save(update_fields=["lifted_at", "lifted_by"])
        return _card(row)


def duties_in_force(*, lifted: bool = False) -> list[DutyCard]:
    """Return the duties in force, by code; or the lifted ones too."""
    rows = DutyRow.objects.order_by("code", "family", "programme", "id")
    return [_card(row) for row in (rows if lifted else rows.filter(lifted_at=None))]


def eligibility_of(
    *, seller_id: int, family: str, day: date, market: Mapping[str, MarketCategory]
) -> Eligibility:
    """Return a seller's papers and a marketplace's duties as they stand on a day.

    `market` holds the marketplace's categories by id.
    """
    return Eligibility(
        family=family,
        day=day,
        duties=[*(one.duty for one in duties_in_force()), *library()],
        papers=catalogue.papers(seller_id),
        parents={one.id: one.parent_id for one in market.values()},
    )


def _proved(duty: Duty) -> None:
    reason = ""
    if not _CODE.fullmatch(duty.code):
        reason = "its code is made of small letters, digits, dots and dashes"
    elif duty.forbids == bool(duty.needs):
        reason = "it either asks for papers or forbids"
    elif duty.until is not None and duty.until < duty.since:
        reason = "it ends before it begins"
    elif any(not code.isdigit() or not 2 <= len(code) <= 10 for code in duty.tnved):
        reason = "a beginning of a TN VED code is 2 to 10 digits"
    elif len(duty.families) > 1:
        reason = "it is put in force at one marketplace, or at all"
    elif not (duty.tnved or duty.categories or duty.words or duty.branded or duty.programme):
        reason = "it must say which goods it is about"
    if reason:
        raise WrongDutyError(given=duty.code, reason=reason)


def _where(family: str, programme: str) -> str:
    place = f"at {family}" if family else "at all marketplaces"
    return f"{place} for the programme {programme}" if programme else place


def _card(row: DutyRow) -> DutyCard:
    told = msgspec.convert(
        {
            "code": row.code,
            "title": row.title,
            "since": row.since,
            "until": row.until,
            "source": row.source,
            "needs": row.needs,
            "forbids": row.forbids,
            "tnved": row.tnved,
            "categories": row.categories,
            "words": row.words,
            "without": row.without,
            "branded": row.branded,
            "families": [row.family] if row.family else [],
            "programme": row.programme,
            "in_force": True,
        },
        Duty,
        strict=False,
    )
    return DutyCard(
        id=row.pk,
        duty=told,
        said_by=row.said_by,
        said_at=row.said_at.isoformat(),
        lifted_by=row.lifted_by,
        lifted_at="" if row.lifted_at is None else row.lifted_at.isoformat(),
    )

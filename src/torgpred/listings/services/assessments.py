"""Files that strangers give to be assessed: kept for a day under a link that nobody guesses.

What is read out of a file is made elsewhere, in a process apart; here it is only kept. A claim
holds under a lease: whoever dies over a file leaves it to the next, twice at most.
"""

import secrets
from datetime import timedelta
from pathlib import PurePosixPath
from typing import IO, Final
from urllib.parse import unquote, urlsplit

import msgspec
from django.db.models import F, Q, Sum
from django.db.models.functions import Coalesce

from torgpred.accounts import services as accounts
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import models
from torgpred.listings.core.assessed.links import digest_of_token
from torgpred.runtime import files, jobs
from torgpred.runtime.addresses import check_strangers_address
from torgpred.runtime.scope import operator_scope

WAKE: Final = "listings.assess"
KEPT: Final = timedelta(days=1)
LEASE: Final = timedelta(minutes=5)
LARGEST: Final = 64 << 20
"""Bytes of a file that is taken."""
WAITING_MOST: Final = 50
ROOM: Final = 4 << 30
"""Bytes of all files that are kept at once."""
_ATTEMPTS: Final = 2
_PURGED_AT_ONCE: Final = 200


class NothingGivenError(TorgpredError):
    """Neither a file nor an address was given."""

    code = "assess.nothing"
    template = "Choose a file, or give its address."


class TooManyError(TorgpredError):
    """So many files wait that another would wait for long."""

    code = "assess.busy"
    template = "Many files are being looked at just now. Try again in some minutes."


class GivenUpError(TorgpredError):
    """The reading broke again and again."""

    code = "assess.given_up"
    template = "This file could not be assessed. It was written down; ask the integrator."


class Claimed(msgspec.Struct, frozen=True):
    """An assessment that a worker works on."""

    id: int
    operator_id: int
    name: str
    address: str
    file: str
    basis: str


def keep_file(*, stream: IO[bytes], name: str, size: int, basis: str = "") -> str:
    """Keep a file to be assessed and return the secret part of its link.

    Raises NothingGivenError, TooManyError, FileTooLargeError.
    """
    if not size:
        raise NothingGivenError
    _room(size)
    ref = files.put_own(stream, limit=LARGEST)
    return _keep(name=name, address="", file=ref, size=size, basis=basis)


def keep_address(*, address: str, basis: str = "") -> str:
    """Keep an address whose file is to be assessed; return the secret part of the link.

    Nothing is fetched yet. Raises NothingGivenError, NeedsPersonError (address not allowed),
    TooManyError.
    """
    if not address.strip():
        raise NothingGivenError
    check_strangers_address(address)
    _room(0)
    name = PurePosixPath(unquote(urlsplit(address.strip()).path)).name
    return _keep(name=name or "feed", address=address.strip()[:2000], file="", size=0, basis=basis)


def _room(size: int) -> None:
    with operator_scope():
        rows = models.Assessment.objects.filter(ended_at=None)
        kept = models.Assessment.objects.aggregate(sum=Coalesce(Sum("size"), 0))["sum"]
        if rows.count() >= WAITING_MOST or kept + size > ROOM:
            raise TooManyError


def _keep(*, name: str, address: str, file: str, size: int, basis: str) -> str:
    token = secrets.token_urlsafe(24)
    moment = now()
    operator = accounts.ensure_operator()
    with operator_scope():
        models.Assessment.objects.create(
            operator_id=operator.id,
            token_digest=digest_of_token(token),
            name=files.given_name(name),
            address=address,
            file=file,
            size=size,
            basis=basis,
            made_at=moment,
            expires_at=moment + KEPT,
        )
        jobs.wake(WAKE)
    return token


def claim() -> Claimed | None:
    """Take the oldest assessment that nobody works on; None where there is none."""
    moment = now()
    with operator_scope():
        rows = models.Assessment.objects.select_for_update(skip_locked=True)
        free = Q(leased_until=None) | Q(leased_until__lt=moment)
        found = rows.filter(free, ended_at=None, expires_at__gt=moment).order_by("id").first()
        if found is None:
            return None
        if found.attempts >= _ATTEMPTS:
            _end(found.pk, trouble=_told(GivenUpError()))
            return None
        found.leased_until = moment + LEASE
        found.attempts += 1
        found.save(update_fields=["leased_until", "attempts"])
    return Claimed(found.pk, found.operator_id, found.name, found.address, found.file, found.basis)


def give_back(assessment_id: int) -> None:
    """Leave a claimed assessment to somebody else: this process is being stopped."""
    with operator_scope():
        rows = models.Assessment.objects.filter(pk=assessment_id, ended_at=None)
        rows.update(leased_until=None, attempts=F("attempts") - 1)
        jobs.wake(WAKE)


def fetched(*, assessment_id: int, stream: IO[bytes], size: int) -> None:
    """Keep what was fetched from an assessment's address. Raises FileTooLargeError."""
    ref = files.put_own(stream, limit=LARGEST)
    with operator_scope():
        models.Assessment.objects.filter(pk=assessment_id).update(file=ref, size=size)


def saw(*, assessment_id: int, seen: int, look: bytes | None) -> None:
    """Keep how far the reading is, and what it saw so far."""
    with operator_scope():
        rows = models.Assessment.objects.filter(pk=assessment_id, ended_at=None)
        rows.update(seen=seen)
        if look is not None:
            rows.update(look=look, looked_at=Coalesce("looked_at", now()))


def settle(*, assessment_id: int, result: bytes) -> None:
    """Keep the assessment itself."""
    with operator_scope():
        _end(assessment_id, result=result)


def fail(*, assessment_id: int, error: TorgpredError) -> None:
    """Keep why there will be no assessment."""
    with operator_scope():
        _end(assessment_id, trouble=_told(error))


def _end(
    assessment_id: int, *, result: bytes | None = None, trouble: dict[str, object] | None = None
) -> None:
    rows = models.Assessment.objects.filter(pk=assessment_id, ended_at=None)
    rows.update(ended_at=now(), result=result, trouble=trouble)


def _told(error: TorgpredError) -> dict[str, object]:
    data = {name: str(value)[:500] for name, value in error.data.items()}
    return {"template": error.template, "data": data}


def purge() -> bool:
    """Delete assessments whose day is over, with their files; True where more may be left."""
    with operator_scope():
        over = list(
            models.Assessment.objects.filter(expires_at__lte=now())
            .order_by("expires_at")
            .values_list("id", "file")[:_PURGED_AT_ONCE]
        )
    for row_id, file in over:
        if file:
            files.store().remove(file)
        with operator_scope():
            models.Assessment.objects.filter(pk=row_id).delete()
    return len(over) == _PURGED_AT_ONCE

"""Files that are taken in elsewhere than where they were given: a browser does not wait.

Taking a file in twice, after a worker died over it, changes nothing the second time; the file is
kept until then. The last table with columns that nobody is sure of is kept on, so that it can be
read again once somebody said what they mean.
"""

import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Final, Self

import msgspec
from django.db import DatabaseError, connection
from django.db.models import Q

from torgpred.catalogue.models import Feed, ReadingRequest
from torgpred.catalogue.services.intake import take_in
from torgpred.catalogue.services.pictures import keep_pictures
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding
from torgpred.runtime import files, jobs
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope

WAKE: Final = "catalogue.readings"
LEASE: Final = timedelta(minutes=30)
LARGEST: Final = 512 << 20
BROKE: Final = "Something broke while the file was read. It was written down; try again."
_EACH: Final = 0.5
"""Seconds between two notes of how far a reading is."""
ATTEMPTS: Final = 2
FINDINGS: Final = 200
"""So many findings of a ZIP of pictures are kept; their number is told whole."""

_log = logger(__name__)


class ReadingCard(msgspec.Struct, frozen=True):
    """A file that was given: how far its reading is, or what came of it.

    `intake_id` is None until it was read; `template` and `data` say why it could not be.
    """

    id: int
    name: str
    asked_by: str
    asked_at: datetime
    entries: int
    ended_at: datetime | None
    intake_id: int | None
    template: str
    data: dict[str, str]


class PicturesCard(msgspec.Struct, frozen=True):
    """A ZIP of pictures that was given: how far it is, or what came of it.

    `kept` pictures of `offers` offers; `found` is how many findings there were, of which
    `findings` are the first. `template` and `data` say why nothing of it could be taken in.
    """

    name: str
    asked_at: datetime
    entries: int
    ended_at: datetime | None
    template: str
    data: dict[str, str]
    kept: int = 0
    offers: int = 0
    found: int = 0
    findings: tuple[Finding, ...] = ()


def ask_reading(
    *,
    seller_id: int,
    stream: IO[bytes],
    name: str,
    actor: str,
    feed_name: str = "main",
    accept_missing: bool = False,
) -> int:
    """Keep a file and have it taken into a seller's catalogue; return the request's id.

    Raises FileTooLargeError.
    """
    return _ask(seller_id, stream, name, actor, feed_name=feed_name, accept_missing=accept_missing)


def ask_pictures(*, seller_id: int, stream: IO[bytes], name: str, actor: str) -> int:
    """Keep a ZIP of pictures and have them kept by SKU; return the request's id.

    Raises FileTooLargeError.
    """
    return _ask(seller_id, stream, name, actor, pictures=True)


def _ask(
    seller_id: int,
    stream: IO[bytes],
    name: str,
    actor: str,
    *,
    feed_name: str = "",
    accept_missing: bool = False,
    pictures: bool = False,
) -> int:
    ref = files.put_own(stream, limit=LARGEST)
    with scope(seller_id):
        made = ReadingRequest.objects.create(
            seller_id=seller_id,
            pictures=pictures,
            feed_name=feed_name,
            name=files.given_name(name),
            file=ref,
            accept_missing=accept_missing,
            asked_by=actor,
            asked_at=now(),
        )
        jobs.wake(WAKE)
        return int(made.pk)


def last_reading(seller_id: int) -> ReadingCard | None:
    """Return the file of goods that a seller gave last; None where none was."""
    row = _last(seller_id, pictures=False)
    if row is None:
        return None
    return ReadingCard(
        id=row.pk,
        name=row.name,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        entries=row.entries,
        ended_at=row.ended_at,
        intake_id=row.intake_id,
        template=(row.trouble or {}).get("template", ""),
        data=(row.trouble or {}).get("data", {}),
    )


def last_pictures(seller_id: int) -> PicturesCard | None:
    """Return the ZIP of pictures that a seller gave last; None where none was."""
    row = _last(seller_id, pictures=True)
    if row is None:
        return None
    told = {
        "name": row.name,
        "asked_at": row.asked_at,
        "entries": row.entries,
        "ended_at": row.ended_at,
        "template": (row.trouble or {}).get("template", ""),
        "data": (row.trouble or {}).get("data", {}),
    }
    return msgspec.convert(told | (row.report or {}), PicturesCard)


def _last(seller_id: int, *, pictures: bool) -> ReadingRequest | None:
    with scope(seller_id):
        rows = ReadingRequest.objects.filter(seller_id=seller_id, pictures=pictures)
        return rows.order_by("-id").first()


def read_next() -> bool:
    """Take in one file that somebody gave; False where none waits."""
    claimed = _claim()
    if claimed is None:
        return False
    intake: int | None = None
    report: dict[str, object] | None = None
    trouble: dict[str, object] | None = None
    try:
        if claimed.attempts > ATTEMPTS:  # it killed whoever read it before
            trouble = {"template": BROKE, "data": {}}
        elif claimed.pictures:
            report = _keep(claimed)
        else:
            intake = _read(claimed)
    except TorgpredError as error:
        trouble = {"template": error.template, "data": {k: str(v) for k, v in error.data.items()}}
    except Exception:  # noqa: BLE001 - the edge of a job: whoever gave it has to be told
        _log.exception("a file was not read", seller=claimed.seller_id)
        trouble = {"template": BROKE, "data": {}}
    with scope(claimed.seller_id):
        rows = ReadingRequest.objects.filter(pk=claimed.pk, ended_at=None)
        rows.update(ended_at=now(), intake_id=intake, report=report, trouble=trouble)
        done_with = _not_needed(claimed)
    for ref in done_with:
        files.store().remove(ref)
    return True


def _not_needed(claimed: ReadingRequest) -> list[str]:
    """Return the files that nobody reads again: the newest table with open columns is kept."""
    mine = ReadingRequest.objects.select_for_update().filter(
        seller_id=claimed.seller_id,
        pictures=claimed.pictures,
        feed_name=claimed.feed_name,
        ended_at__isnull=False,
    )
    asked = Feed.objects.filter(
        seller_id=claimed.seller_id, name=claimed.feed_name, columns__isnull=False
    ).exists()
    over = mine.exclude(file="")
    if asked:
        over = over.exclude(pk=claimed.pk)
    refs = list(over.values_list("file", flat=True))
    over.update(file="")
    return refs


def read_again(*, seller_id: int, feed_name: str, actor: str) -> bool:
    """Have the last file of a feed read anew, as its columns are understood by now.

    False where it is not kept any more: whoever has it gives it again.
    """
    with scope(seller_id):
        rows = ReadingRequest.objects.select_for_update().filter(
            seller_id=seller_id, pictures=False, feed_name=feed_name, ended_at__isnull=False
        )
        last = rows.exclude(file="").order_by("-id").first()
        if last is None or files.store().size(last.file) is None:
            return False
        ReadingRequest.objects.create(
            seller_id=seller_id,
            feed_name=feed_name,
            name=last.name,
            file=last.file,
            accept_missing=last.accept_missing,
            asked_by=actor,
            asked_at=now(),
        )
        last.file = ""
        last.save(update_fields=["file"])
        jobs.wake(WAKE)
        return True


def _read(claimed: ReadingRequest) -> int:
    with _copied(claimed) as path, _Noting(claimed) as progress:
        report = take_in(
            seller_id=claimed.seller_id,
            feed_name=claimed.feed_name,
            path=path,
            actor=claimed.asked_by,
            progress=progress,
            accept_missing=claimed.accept_missing,
        )
    return report.intake_id


def _keep(claimed: ReadingRequest) -> dict[str, object]:
    with _copied(claimed) as path, _Noting(claimed) as progress:
        report = keep_pictures(seller_id=claimed.seller_id, path=path, progress=progress)
    return {
        "kept": report.kept,
        "offers": report.offers,
        "found": len(report.findings),
        "findings": msgspec.to_builtins(report.findings[:FINDINGS]),
    }


@contextmanager
def _copied(claimed: ReadingRequest) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="torgpred-feed-") as folder:
        path = Path(folder) / files.safe_name(claimed.name)
        files.copy_own(claimed.file, path)
        yield path


class _Noting:
    """Notes how far a reading is, over a connection of its own: the reading is one transaction."""

    def __init__(self, claimed: ReadingRequest) -> None:
        self._claimed = claimed
        self._entries = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._note, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, entries: int) -> None:
        self._entries = entries

    def _note(self) -> None:
        try:
            noted = 0
            while not self._over.wait(_EACH):
                entries = self._entries
                if entries != noted:
                    with scope(self._claimed.seller_id):
                        rows = ReadingRequest.objects.filter(pk=self._claimed.pk)
                        rows.update(entries=entries, leased_until=now() + LEASE)
                    noted = entries
        except DatabaseError:
            _log.warning("how far a reading is was not noted", reading=self._claimed.pk)
        finally:
            connection.close()


def _claim() -> ReadingRequest | None:
    moment = now()
    with operator_scope():
        rows = ReadingRequest.objects.select_for_update(skip_locked=True)
        free = Q(leased_until=None) | Q(leased_until__lt=moment)
        found = rows.filter(free, ended_at=None).order_by("id").first()
        if found is not None:
            found.leased_until = moment + LEASE
            found.attempts += 1
            found.save(update_fields=["leased_until", "attempts"])
        return found

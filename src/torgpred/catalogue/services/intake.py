"""Taking a feed in: recognise, parse what is new, merge, and say what is missing.

One reading at a time per seller (an advisory lock of the session), and one transaction for all
that a reading changes. A process killed in the middle leaves the catalogue as it was before and
an intake that says "running"; the seller's next reading marks that one as broken off and starts
from the beginning. Nobody ever sees half an intake, and nothing can be half called missing.
"""

import time
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, LiteralString

import django.db
import msgspec
import psycopg
from django.db import connection, transaction

from torgpred.catalogue.core.commerceml.reading import ExchangeReader
from torgpred.catalogue.core.offers import READER_VERSION
from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.core.reading import Reader, Scope, result_is_catalogue
from torgpred.catalogue.core.tables.memory import TableMemory
from torgpred.catalogue.core.tables.reading import TableReader
from torgpred.catalogue.models import CategoryRow, Feed, FindingRow, Intake, OfferRow, Outcome
from torgpred.catalogue.services.known import Known
from torgpred.catalogue.services.merging import Merger, Target
from torgpred.catalogue.services.passing import Progress, Tally, read_catalogue, read_partial
from torgpred.catalogue.services.pictures import keep_shown
from torgpred.catalogue.services.report import (
    CUT_SHORT,
    TOO_MANY_MISSING,
    Findings,
    IntakeReport,
)
from torgpred.kernel.clock import now
from torgpred.kernel.findings import Finding
from torgpred.runtime.alone import alone
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import scope

OpenReader = Callable[..., Reader]
"""Makes a reader of a path; takes the feed's `memory` by keyword."""

_GONE: LiteralString = """
WHERE seller_id = %(seller)s AND id = ANY(%(unseen)s) AND read_in <> %(intake)s
  AND key <> ALL(%(kept)s::text[])
"""
_COUNT_GONE: LiteralString = "SELECT count(*) FROM catalogue_offer" + _GONE  # noqa: S608 - our own text
_REMOVE: LiteralString = (
    "UPDATE catalogue_offer SET state = 'missing', changed_in = %(intake)s"  # noqa: S608 - ours
    + _GONE
    + "RETURNING key"
)
_RETURN: LiteralString = """
UPDATE catalogue_offer SET state = 'present', changed_in = %(intake)s
WHERE seller_id = %(seller)s AND id = ANY(%(returned)s)
"""

_FEW = 2
_BROKEN_OFF = "broken off: the process that read it ended in the middle"


def take_in(
    *,
    seller_id: int,
    feed_name: str,
    path: Path,
    actor: str,
    progress: Progress | None = None,
    accept_missing: bool = False,
    open_reader: OpenReader = open_feed,
) -> IntakeReport:
    """Read a file into a seller's catalogue and report.

    Call it outside any transaction. Of one key the first entry in the file wins. Offers are called
    missing only by a catalogue read to its proper end; if that would be more than half of them
    (and more than two) nothing is, unless `accept_missing`. A partial file changes prices and
    stocks of known offers and removes nothing. Repeating it is safe: what was taken is unchanged.

    Waits while another file of the same seller is being read. Raises what opening the file
    raises, and database errors; then the catalogue is as before and the intake says "failed".
    """
    with alone(f"catalogue.intake.{seller_id}"):
        feed, intake = _begin(seller_id, feed_name, path, actor)
        reading = _Reading(feed, intake, path, open_reader, accept_missing=accept_missing)
        try:
            report = reading.run(progress)
        except BaseException as error:
            _fail(intake, f"{type(error).__name__}: {error}"[:500])
            raise
    return report


def _begin(seller_id: int, feed_name: str, path: Path, actor: str) -> tuple[Feed, Intake]:
    with scope(seller_id):
        feed, _ = Feed.objects.get_or_create(seller_id=seller_id, name=feed_name)
        Intake.objects.filter(seller_id=seller_id, outcome=Outcome.RUNNING).update(
            outcome=Outcome.FAILED, problem=_BROKEN_OFF, finished_at=now()
        )
        last = Intake.objects.filter(feed=feed).order_by("-number").first()
        intake = Intake.objects.create(
            seller_id=seller_id,
            feed=feed,
            number=last.number + 1 if last else 1,
            actor=actor,
            source=str(path),
            started_at=now(),
            reader_version=READER_VERSION,
        )
    return feed, intake


def _fail(intake: Intake, problem: str) -> None:
    with suppress(django.db.Error), scope(intake.seller_id):
        Intake.objects.filter(pk=intake.pk).update(
            outcome=Outcome.FAILED, problem=problem, finished_at=now()
        )


def _memory(feed: Feed) -> TableMemory | None:
    return None if feed.memory is None else msgspec.convert(feed.memory, TableMemory)


class _Reading:
    """One intake under way."""

    def __init__(
        self,
        feed: Feed,
        intake: Intake,
        path: Path,
        open_reader: OpenReader,
        *,
        accept_missing: bool,
    ) -> None:
        self._feed = feed
        self._intake = intake
        self._path = path
        self._open = open_reader
        self._accept_missing = accept_missing

    def run(self, progress: Progress | None) -> IntakeReport:
        started = time.monotonic()
        with scope(self._intake.seller_id):
            reader, tally, known = self._passes(progress)
            # What concerns the whole file goes before the offers', so that no bound drops it.
            of_offers, tally.findings = tally.findings, Findings()
            missing = self._missing(reader, known, tally) if tally.counts.taken else []
            tally.counts.missing = len(missing)
            tally.findings.add(reader.findings())
            if tally.counts.taken and isinstance(reader, ExchangeReader):
                tally.findings.add(self._keep_shown(reader))
            tally.findings.absorb(of_offers)
            if tally.counts.taken:
                self._keep_categories(reader)
                self._keep_feed(reader)
                wake("catalogue.changed")
            self._keep_columns(reader)
            self._finish(reader, tally, missing)
        return self._report(reader, tally, missing, time.monotonic() - started)

    def _passes(self, progress: Progress | None) -> tuple[Reader, Tally, Known]:
        """Read as what the file seems to be at its head; again, if its end says otherwise."""
        partial: bool | None = None
        while True:
            reader = self._open(self._path, memory=_memory(self._feed))
            if partial is None:
                partial = reader.scope is Scope.PARTIAL
            tally = Tally(progress)
            with transaction.atomic():
                known = self._pass(reader, tally, partial=partial)
                if (reader.scope is Scope.PARTIAL) == partial or not tally.counts.entries:
                    return reader, tally, known
                transaction.set_rollback(True)
            partial = not partial

    def _pass(self, reader: Reader, tally: Tally, *, partial: bool) -> Known:
        raw = connection.connection
        target = Target(
            seller=self._intake.seller_id,
            feed=self._feed.pk,
            intake=self._intake.pk,
            now=self._intake.started_at,
            partial=partial,
        )
        known = Known(b"", array("q"), frozenset()) if partial else self._known(raw)
        merger = Merger(
            raw,
            target,
            known,
            blank=not OfferRow.objects.filter(seller_id=target.seller).exists(),
            feeds=dict(Feed.objects.filter(seller_id=target.seller).values_list("id", "name")),
        )
        if partial:
            read_partial(reader, merger, raw, tally)
        else:
            read_catalogue(reader, self._path, merger, known, tally)
        return known

    def _known(self, raw: psycopg.Connection[Any]) -> Known:
        cursor = psycopg.Cursor(raw)
        cursor.execute(
            "SELECT coalesce(string_agg(source_digest, ''::bytea), ''),"
            " coalesce(string_agg(int8send(id), ''::bytea), ''),"
            " coalesce(array_agg(id) FILTER (WHERE state = 'missing'), '{}')"
            " FROM (SELECT source_digest, id, state FROM catalogue_offer"
            " WHERE seller_id = %s AND feed_id = %s ORDER BY id) o",
            [self._intake.seller_id, self._feed.pk],
            binary=True,
        )
        return Known.unpack(*cursor.fetchall()[0])

    def _missing(self, reader: Reader, known: Known, tally: Tally) -> list[str]:
        """Call missing what a full and complete catalogue no longer holds; return the keys."""
        intake = self._intake
        names = {
            "seller": intake.seller_id,
            "intake": intake.pk,
            "returned": list(known.returned()),
            "unseen": list(known.unseen()),
            "kept": tally.kept_keys,
        }
        cursor = psycopg.Cursor(connection.connection)
        if names["returned"]:
            cursor.execute(_RETURN, names)
        if not names["unseen"]:
            return []
        cursor.execute(_COUNT_GONE, names)
        gone = cursor.fetchall()[0][0]
        if not gone or not self._may_remove(reader, gone, known, tally.findings):
            return []
        cursor.execute(_REMOVE, names)
        return sorted(key for (key,) in cursor)

    def _may_remove(self, reader: Reader, gone: int, known: Known, findings: Findings) -> bool:
        place = self._path.name
        if reader.scope is Scope.PARTIAL:
            return False
        if not result_is_catalogue(reader):
            findings.add((CUT_SHORT.at(place, gone),))
            return False
        before = len(known) - len(known.missing)
        if gone > _FEW and gone * 2 > before and not self._accept_missing:
            findings.add((TOO_MANY_MISSING.at(place, gone, known=before),))
            return False
        return True

    def _keep_shown(self, reader: ExchangeReader) -> tuple[Finding, ...]:
        shown, seller_id = reader.pictures, self._intake.seller_id
        return keep_shown(seller_id=seller_id, path=self._path, shown=shown) if shown else ()

    def _keep_categories(self, reader: Reader) -> None:
        if reader.scope is Scope.PARTIAL:
            return
        mine = CategoryRow.objects.filter(seller_id=self._intake.seller_id, feed=self._feed)
        kept = {
            key: (name, parent, tuple(path))
            for key, name, parent, path in mine.values_list("key", "name", "parent", "path")
        }
        if reader.complete and not kept.keys() <= reader.categories.keys():
            mine.exclude(key__in=list(reader.categories)).delete()
        rows = [
            CategoryRow(
                seller_id=self._intake.seller_id,
                feed=self._feed,
                key=key,
                name=category.name,
                parent=category.parent,
                path=list(category.path),
            )
            for key, category in reader.categories.items()
            if kept.get(key) != (category.name, category.parent, category.path)
        ]
        CategoryRow.objects.bulk_create(
            rows,
            batch_size=1_000,
            update_conflicts=True,
            unique_fields=["seller", "feed", "key"],
            update_fields=["name", "parent", "path"],
        )

    def _keep_feed(self, reader: Reader) -> None:
        self._feed.source = str(self._path)
        self._feed.format = reader.format
        self._feed.profile = reader.profile
        if isinstance(reader, TableReader):
            # What somebody decided while the file was read holds from the next one on.
            newest = Feed.objects.select_for_update().get(pk=self._feed.pk)
            decisions = (_memory(newest) or TableMemory()).decisions
            learnt = msgspec.structs.replace(reader.learnt, decisions=decisions)
            self._feed.memory = msgspec.to_builtins(learnt)
        self._feed.save(update_fields=["source", "format", "profile", "memory"])

    def _keep_columns(self, reader: Reader) -> None:
        """Keep what nobody is sure of, also of a table that was of no use because of it."""
        asked = None
        if isinstance(reader, TableReader):
            found = msgspec.to_builtins(reader.columns.found())
            asked = {"rows": reader.columns.rows, "columns": found} if found else None
        if asked != self._feed.columns:
            self._feed.columns = asked
            self._feed.save(update_fields=["columns"])

    def _finish(self, reader: Reader, tally: Tally, missing: list[str]) -> None:
        intake = self._intake
        intake.outcome = Outcome.TAKEN if tally.counts.taken else Outcome.FAILED
        intake.problem = "" if tally.counts.taken else "no usable offer in the file"
        intake.finished_at = now()
        intake.format, intake.profile = reader.format, reader.profile
        intake.encoding, intake.scope = reader.encoding, reader.scope.value
        intake.complete = reader.complete
        intake.file_size = self._path.stat().st_size
        intake.counts = msgspec.structs.asdict(tally.counts)
        intake.finding_totals = dict(tally.findings.totals)
        intake.missing = missing
        intake.save()
        FindingRow.objects.bulk_create(
            [
                FindingRow(
                    seller_id=intake.seller_id,
                    intake=intake,
                    position=position,
                    code=finding.code,
                    body=msgspec.to_builtins(finding),
                )
                for position, finding in enumerate(tally.findings.kept, start=1)
            ],
            batch_size=500,
        )

    def _report(
        self, reader: Reader, tally: Tally, missing: list[str], seconds: float
    ) -> IntakeReport:
        return IntakeReport(
            intake_id=self._intake.pk,
            feed=self._feed.name,
            number=self._intake.number,
            outcome=self._intake.outcome,
            format=reader.format,
            profile=reader.profile,
            encoding=reader.encoding,
            scope=reader.scope.value,
            complete=reader.complete,
            counts=tally.counts,
            categories=len(reader.categories),
            missing=tuple(missing),
            findings=tuple(tally.findings.kept),
            finding_totals=dict(tally.findings.totals),
            seconds=seconds,
        )

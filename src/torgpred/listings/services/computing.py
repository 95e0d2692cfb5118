"""Computing desired states: one thread computes while another reads and writes.

The writing thread alone uses the connection meanwhile, inside the caller's transaction. COPY goes
into a temporary table, since row security forbids it into the tables themselves.
"""

import gc
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from queue import SimpleQueue
from threading import Thread
from typing import Any, LiteralString

import msgspec
import psycopg

from torgpred.catalogue.core.offers import Offer
from torgpred.kernel.digests import canonical
from torgpred.listings.core.desired import Product, desire
from torgpred.listings.services.contexts import Surroundings

BATCH = 1_000
"""Products that are read, computed and merged together."""
_AHEAD = 3
"""Batches between reading and merging: they bound the memory."""

_CONTENTS: LiteralString = """
    SELECT stale.product_key, stale.offers_digest, stale.context_digest, content.content
    FROM stale_product stale
    JOIN catalogue_offer offer
      ON offer.seller_id = %s AND offer.product_key = stale.product_key
     AND offer.state = 'present'
    JOIN catalogue_offer_content content ON content.offer_id = offer.id
    WHERE stale.number > %s AND stale.number <= %s
    ORDER BY stale.number
"""

_STAGE: LiteralString = """
    CREATE TEMP TABLE desired_stage (
        product_key text, offers_digest bytea, context_digest bytea, draft_digest bytea,
        offers int, ready_offers int, findings bytea, prices bytea, stated bytea,
        draft bytea
    ) ON COMMIT DROP
"""

_COPY: LiteralString = "COPY desired_stage FROM STDIN (FORMAT binary)"

_MERGE_DRAFTS: LiteralString = """
    INSERT INTO listings_draftcontent AS kept (seller_id, digest, content)
    SELECT DISTINCT ON (draft_digest) %s, draft_digest, draft
    FROM desired_stage WHERE draft_digest IS NOT NULL ORDER BY draft_digest
    ON CONFLICT (seller_id, digest) DO UPDATE SET content = excluded.content
    WHERE kept.content <> excluded.content
"""

_MERGE_DESIRED: LiteralString = """
    INSERT INTO listings_desired AS desired
        (seller_id, shop_id, product_key, offers_digest, context_digest, draft_digest,
         offers, ready_offers, findings, prices, stated)
    SELECT %s, %s, product_key, offers_digest, context_digest, draft_digest,
           offers, ready_offers, findings, prices, stated
    FROM desired_stage
    ON CONFLICT (seller_id, shop_id, product_key) DO UPDATE
    SET offers_digest = excluded.offers_digest, context_digest = excluded.context_digest,
        draft_digest = excluded.draft_digest, offers = excluded.offers,
        ready_offers = excluded.ready_offers, findings = excluded.findings,
        prices = excluded.prices, stated = excluded.stated
"""

_MOVES: LiteralString = """
    SELECT EXISTS (
        SELECT FROM desired_stage stage
        LEFT JOIN listings_desired desired
          ON desired.seller_id = %s AND desired.shop_id = %s
         AND desired.product_key = stage.product_key
        LEFT JOIN listings_listedproduct listed
          ON listed.seller_id = %s AND listed.shop_id = %s
         AND listed.product_key = stage.product_key
        WHERE desired.draft_digest IS DISTINCT FROM stage.draft_digest
          AND coalesce(stage.draft_digest NOT IN (listed.applied_digest, listed.agreed_digest),
                       true))
"""

_OFFERS = msgspec.json.Decoder(Offer)
_BEGINNING = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END = b"\xff\xff"
_COLUMNS = struct.Struct(">h").pack(10)
_NULL = b"\xff\xff\xff\xff"
_LENGTH = struct.Struct(">i").pack
_COUNTS = struct.Struct(">iiii").pack

Rows = list[tuple[str, bytes, bytes, bytes]]
"""(product key, offers' digest, context's digest, an offer's content), by product."""


def compute(
    around: Surroundings,
    connection: psycopg.Connection[Any],
    stale: int,
    on_progress: Callable[[int, int], None] | None = None,
) -> bool:
    """Compute the products of the temporary table `stale_product`, numbered from 1 to `stale`.

    `on_progress` is told (computed, to compute). Tells whether any draft became another one: what
    is only held otherwise, or has another stock, is no other draft.
    """
    store = _Store(around, connection, stale)
    done = 0
    with collector_at_rest(), store:
        while (rows := store.next()) is not None:
            data = [_BEGINNING]
            for _, members in groupby(rows, itemgetter(0)):
                data.append(_row(list(members), around))
            done += len(data) - 1
            data.append(_END)
            store.give(b"".join(data))
            if on_progress is not None:
                on_progress(done, stale)
    return store.moved


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """Keep the cycle collector from walking the whole process again and again: no cycles here."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()


def _row(members: Sequence[tuple[str, bytes, bytes, bytes]], around: Surroundings) -> bytes:
    """Return one product's desired state as a row of a binary COPY."""
    key, offers_digest, context_digest, _ = members[0]
    offers = tuple([around.completed(_OFFERS.decode(one[3])) for one in members])
    wanted = desire(Product(offers), around.context)
    draft = wanted.draft
    prices = canonical(
        [
            (one.sku, one.price, one.listed, one.keeps, one.costs.cost, one.costs.delivery)
            for one in wanted.variants
        ]
    )
    parts = [_COLUMNS]
    for field in (key.encode(), offers_digest, context_digest, wanted.digest or None):
        if field is None:
            parts.append(_NULL)
        else:
            parts += (_LENGTH(len(field)), field)
    parts.append(_COUNTS(4, len(offers), 4, 0 if draft is None else len(draft.variants)))
    findings = canonical(wanted.remarks) if wanted.remarks else b""
    stated = canonical(wanted.stated) if wanted.stated else b""
    for field in (findings, prices, stated):
        parts += (_LENGTH(len(field)), field)
    if draft is None:
        parts.append(_NULL)
    else:
        content = canonical(draft)
        parts += (_LENGTH(len(content)), content)
    return b"".join(parts)


class _Store:
    """Reads batches and merges what became of them, in a thread of its own.

    Leaving the block waits until everything is merged, and raises what the thread met.
    """

    def __init__(
        self, around: Surroundings, connection: psycopg.Connection[Any], stale: int
    ) -> None:
        self._around = around
        self._stale = stale
        self._cursor = psycopg.Cursor(connection)
        self._read: SimpleQueue[Rows | None] = SimpleQueue()
        self._computed: SimpleQueue[bytes | None] = SimpleQueue()
        self._error: BaseException | None = None
        self.moved = False
        self._thread = Thread(target=self._work, name="desired-store", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._computed.put(None)
        self._thread.join()
        if self._error is not None and kind is None:
            raise self._error

    def next(self) -> Rows | None:
        """Return the next batch; None when there is no more, or the thread failed."""
        return self._read.get()

    def give(self, data: bytes) -> None:
        """Hand over what became of a batch."""
        self._computed.put(data)

    def _work(self) -> None:
        try:
            self._cursor.execute("DROP TABLE IF EXISTS pg_temp.desired_stage")
            self._cursor.execute(_STAGE)
            starts = iter(range(0, self._stale, BATCH))
            for _ in range(_AHEAD):
                self._fetch(next(starts, None))
            while (data := self._computed.get()) is not None:
                self._merge(data)
                self._fetch(next(starts, None))
        except BaseException as error:  # noqa: BLE001 - raised in the computing thread
            self._error = error
            self._read.put(None)

    def _fetch(self, start: int | None) -> None:
        if start is None:
            self._read.put(None)
            return
        seller = self._around.seller_id
        self._cursor.execute(_CONTENTS, [seller, start, start + BATCH], binary=True)
        self._read.put(self._cursor.fetchall())

    def _merge(self, data: bytes) -> None:
        with self._cursor.copy(_COPY) as copy:
            copy.write(data)
        seller, shop = self._around.seller_id, self._around.shop_id
        if not self.moved:
            self._cursor.execute(_MOVES, [seller, shop, seller, shop])
            self.moved = bool(self._cursor.fetchall()[0][0])
        self._cursor.execute(_MERGE_DRAFTS, [seller])
        self._cursor.execute(_MERGE_DESIRED, [seller, shop])
        self._cursor.execute("TRUNCATE desired_stage")

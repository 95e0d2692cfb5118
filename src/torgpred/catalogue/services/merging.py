"""The SQL of an intake: COPY a batch into a temporary table, then merge it set-wise.

Row security forbids COPY into the tables themselves; the temporary one has no policy. A batch is
some thousand rows: the statements below see only those.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, LiteralString

import msgspec
import psycopg

from torgpred.catalogue.rows import COLUMNS, Row, copied
from torgpred.catalogue.services.known import Known

_STAGE: LiteralString = """
CREATE TEMP TABLE intake_stage (
    number integer, key text, product_key text, category_key text, digest bytea,
    source_digest bytea, amount text, old_amount text, currency text, content bytea,
    id bigint, same boolean
) ON COMMIT DROP
"""

_COPY: LiteralString = f"COPY intake_stage ({COLUMNS}) FROM STDIN (FORMAT binary)"

_MATCH: LiteralString = """
UPDATE intake_stage s SET id = o.id, same = o.digest = s.digest
FROM catalogue_offer o
WHERE o.seller_id = %(seller)s AND o.key = s.key
RETURNING s.number, o.id, o.feed_id, o.state = 'missing', o.read_in = %(intake)s, s.same
"""

_ADD: LiteralString = """
WITH put AS (
    INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key, digest,
        source_digest, state, read_in, changed_in)
    SELECT %(seller)s, %(feed)s, key, product_key, category_key, digest, source_digest, 'present',
        %(intake)s, %(intake)s
    FROM intake_stage WHERE id IS NULL
    ON CONFLICT (seller_id, key) DO NOTHING
    RETURNING id, key
), body AS (
    INSERT INTO catalogue_offer_content (offer_id, seller_id, content)
    SELECT put.id, %(seller)s, s.content FROM put JOIN intake_stage s USING (key)
), priced AS (
    INSERT INTO catalogue_price (seller_id, offer_id, amount, old_amount, currency, valid_from)
    SELECT %(seller)s, put.id, s.amount::numeric, s.old_amount::numeric, s.currency, %(now)s
    FROM put JOIN intake_stage s USING (key) WHERE s.amount IS NOT NULL
)
SELECT s.number FROM intake_stage s
WHERE s.id IS NULL AND NOT EXISTS (SELECT FROM put WHERE put.key = s.key)
"""

_CHANGE: LiteralString = """
WITH moved AS (
    UPDATE catalogue_offer o
    SET product_key = s.product_key, category_key = s.category_key,
        digest = s.digest, source_digest = s.source_digest, read_in = %(intake)s,
        feed_id = CASE WHEN %(partial)s THEN o.feed_id ELSE %(feed)s END,
        state = CASE WHEN %(partial)s THEN o.state ELSE 'present' END,
        changed_in = CASE WHEN s.same AND (%(partial)s OR o.state = 'present') THEN o.changed_in
                          ELSE %(intake)s END
    FROM intake_stage s WHERE o.id = s.id
), body AS (
    UPDATE catalogue_offer_content c SET content = s.content
    FROM intake_stage s WHERE c.offer_id = s.id AND NOT s.same
), closed AS (
    UPDATE catalogue_price p SET valid_to = greatest(%(now)s, p.valid_from + interval '1 us')
    FROM intake_stage s
    WHERE p.seller_id = %(seller)s AND p.offer_id = s.id AND p.valid_to IS NULL
      AND (p.amount, p.old_amount, p.currency) IS DISTINCT FROM
          (s.amount::numeric(20, 4), s.old_amount::numeric(20, 4), s.currency)
    RETURNING p.offer_id, p.valid_to
)
INSERT INTO catalogue_price (seller_id, offer_id, amount, old_amount, currency, valid_from)
SELECT %(seller)s, s.id, s.amount::numeric, s.old_amount::numeric, s.currency,
    coalesce(closed.valid_to, %(now)s)
FROM intake_stage s LEFT JOIN closed ON closed.offer_id = s.id
WHERE s.id IS NOT NULL AND s.amount IS NOT NULL AND (
    closed.offer_id IS NOT NULL
    OR NOT EXISTS (SELECT FROM catalogue_price p
        WHERE p.seller_id = %(seller)s AND p.offer_id = s.id AND p.valid_to IS NULL))
"""


class Target(msgspec.Struct, frozen=True):
    """Where the rows of an intake go."""

    seller: int
    feed: int
    intake: int
    now: datetime
    partial: bool = False
    """Only prices and stocks: whose offer it is and whether it is missing stay as they are."""


class Merged(msgspec.Struct):
    """What became of a batch. Numbers are those of entries."""

    added: int = 0
    changed: int = 0
    same: int = 0
    """Parsed anew, and equal to what was known."""
    returned: int = 0
    duplicates: list[int] = []
    of_other_feeds: list[tuple[int, str]] = []
    """With the name of the feed that has the offer."""


class Merger:
    """Merges batches of rows into the catalogue on one connection, inside its open transaction.

    It may run in a thread of its own as long as nothing else uses the connection meanwhile.
    """

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        target: Target,
        known: Known,
        *,
        blank: bool,
        feeds: Mapping[int, str],
    ) -> None:
        self.seller = target.seller
        self._cursor = psycopg.Cursor(connection)
        self._names = msgspec.structs.asdict(target)
        self._target = target
        self._known = known
        self._blank = blank
        """The seller had no offers at all, so whatever clashes came with this very reading."""
        self._feeds = feeds
        self._cursor.execute("DROP TABLE IF EXISTS pg_temp.intake_stage")
        self._cursor.execute(_STAGE)

    def merge(self, rows: Sequence[Row]) -> Merged:
        """Merge a batch. The first entry of a key wins; entries come in the order of the file."""
        merged = Merged()
        self._cursor.execute("TRUNCATE intake_stage")
        with self._cursor.copy(_COPY) as copy:
            copy.write(copied(self._first_of_each(rows, merged)))
        if not self._blank:
            staged = self._match(merged)
            if staged:
                self._cursor.execute(_CHANGE, self._names)
        self._cursor.execute(_ADD, self._names)
        merged.duplicates += [number for (number,) in self._cursor]
        merged.added = len(rows) - len(merged.duplicates) - len(merged.of_other_feeds)
        merged.added -= merged.changed + merged.same
        return merged

    @staticmethod
    def _first_of_each(rows: Sequence[Row], merged: Merged) -> list[bytes]:
        keys: set[str] = set()
        first = []
        for row in rows:
            if row.key in keys:
                merged.duplicates.append(row.number)
            else:
                keys.add(row.key)
                first.append(row.data)
        return first

    def _match(self, merged: Merged) -> bool:
        """Find the staged rows that are known offers, and drop those that lose to another."""
        dropped = []
        self._cursor.execute(_MATCH, self._names)
        for number, offer_id, feed, missing, taken_before, same in self._cursor.fetchall():
            place = self._known.place_of(offer_id)
            if taken_before or (place >= 0 and 0 < self._known.seen_at[place] < number):
                merged.duplicates.append(number)
                dropped.append(number)
            elif feed != self._target.feed and not missing and not self._target.partial:
                merged.of_other_feeds.append((number, self._feeds.get(feed, "")))
                dropped.append(number)
            else:
                self._take(merged, place, number, missing=missing, same=same)
        if dropped:
            self._cursor.execute("DELETE FROM intake_stage WHERE number = ANY(%s)", [dropped])
        return bool(merged.changed + merged.same)

    def _take(self, merged: Merged, place: int, number: int, *, missing: bool, same: bool) -> None:
        if place >= 0:
            self._known.parsed_at[place] = number
        merged.returned += missing and not self._target.partial
        if same:
            merged.same += 1
        else:
            merged.changed += 1

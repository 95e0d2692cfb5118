"""Reserving: the one way in which pieces are promised, as SQL that `orders` embeds.

Exactness: levels are locked in the order of seller, SKU and warehouse before anything is read
from them, so that two that reserve at once wait for one another and never for each other. Lines
are served in their order. A level gives what it has and no more; what is left of a line is short.

Most SKUs of a batch are wanted from one country and lie whole in one warehouse there: those are
served from it at once. The others are shared out as intervals: the pieces that lines want, one
after another, laid against the pieces that levels have, one after another; where two intervals
overlap, so many pieces of that level go to that line.

SKUs of which a lock keeps pieces for a shop that wants them go a way of their own, all their lines
together (`_OUT_OF_LOCKS`); a batch that meets no such lock pays nothing for it.

The update writes every column that a check reads, from the locked row: where another transaction
changed it after this statement began, PostgreSQL first tries the checks on the row as it was then.
"""

from typing import LiteralString

# Locks that name a shop of the batch are met under their level's row lock, so that what they have
# left is what stands in the row. Lines, in their order, then go round the pots (a lock, or what a
# level has free): those in the buyer's country, then all others. A round is one step of the
# recursion for all SKUs at once: it lays the pieces that fitting lines still need, one after
# another, against what the pot has there. There are twice as many rounds as pots, however many
# lines. Which lock first: the one that ends first, then the one of fewer shops, which others
# could not use, then the oldest.
_OUT_OF_LOCKS: LiteralString = """
    meeting AS MATERIALIZED (
        SELECT lock.*, held.id AS level_id,
               greatest(held.on_hand - held.owing - held.reserved, 0) AS covered
        FROM held
        CROSS JOIN LATERAL (
            SELECT id, seller_id, sku, warehouse_id, pieces, used, freed, shop_ids, until,
                   pieces - used - freed AS remaining
            FROM stock_lock
            WHERE seller_id = held.seller_id AND sku = held.sku
              AND warehouse_id = held.warehouse_id AND closed_at IS NULL
              AND pieces > used + freed
              AND shop_ids && (SELECT array_agg(DISTINCT shop_id) FROM wanted)
            ORDER BY id
            FOR NO KEY UPDATE
        ) lock
        WHERE held.locked > 0
    ),
    pot AS MATERIALIZED (
        SELECT *, row_number() OVER (
                   PARTITION BY seller_id, sku
                   ORDER BY lock_id IS NULL, until NULLS LAST, cardinality(shop_ids), rank,
                            warehouse_id, lock_id)::int AS place
        FROM (
            SELECT meeting.id AS lock_id, meeting.level_id, meeting.seller_id, meeting.sku,
                   meeting.warehouse_id, warehouse.country, warehouse.rank, meeting.until,
                   meeting.shop_ids,
                   least(meeting.remaining, meeting.covered - (
                       sum(meeting.remaining) OVER (
                           PARTITION BY meeting.level_id
                           ORDER BY meeting.until NULLS LAST, cardinality(meeting.shop_ids),
                                    meeting.id)
                       - meeting.remaining)) AS pieces
            FROM meeting JOIN stock_warehouse warehouse ON warehouse.id = meeting.warehouse_id
            UNION ALL
            SELECT NULL, placed.id, placed.seller_id, placed.sku, placed.warehouse_id,
                   placed.country, placed.rank, NULL, NULL, placed.free
            FROM placed
            WHERE EXISTS (SELECT FROM meeting WHERE meeting.seller_id = placed.seller_id
                             AND meeting.sku = placed.sku)
        ) having_some WHERE pieces > 0
    ),
    round AS MATERIALIZED (
        SELECT pot.*, stage.abroad, row_number() OVER (
                   PARTITION BY seller_id, sku ORDER BY stage.abroad, place)::int AS number
        FROM pot CROSS JOIN (VALUES (false), (true)) stage (abroad)
    ),
    walked AS MATERIALIZED (
        WITH RECURSIVE walk AS (
            SELECT wanted.line_id, wanted.seller_id, wanted.sku, wanted.country, wanted.shop_id,
                   wanted.pieces::int AS needs, 0 AS took, 0 AS place, 0 AS number,
                   array_fill(0, ARRAY[pots.count]) AS gone
            FROM wanted
            JOIN (SELECT seller_id, sku, count(*)::int FROM pot GROUP BY seller_id, sku) pots
              ON pots.seller_id = wanted.seller_id AND pots.sku = wanted.sku
            UNION ALL
            SELECT line_id, seller_id, sku, country, shop_id, needs - took, took, place, number,
                   gone[:place - 1]
                   || (gone[place] + sum(took) OVER (PARTITION BY seller_id, sku))::int
                   || gone[place + 1:]
            FROM (
                SELECT *, greatest(least(fitting, there - (sum(fitting) OVER (
                              PARTITION BY seller_id, sku ORDER BY line_id) - fitting)), 0)::int
                          AS took
                FROM (
                    SELECT walk.line_id, walk.seller_id, walk.sku, walk.country, walk.shop_id,
                           walk.needs, walk.gone, round.place, round.number,
                           round.pieces - walk.gone[round.place] AS there,
                           CASE WHEN (round.abroad OR round.country = walk.country)
                                 AND (round.lock_id IS NULL OR walk.shop_id = ANY (round.shop_ids))
                                THEN walk.needs ELSE 0 END AS fitting
                    FROM walk
                    JOIN round ON round.seller_id = walk.seller_id AND round.sku = walk.sku
                     AND round.number = walk.number + 1
                    WHERE walk.needs > 0
                ) met
            ) served
        )
        SELECT line_id, seller_id, sku, place, took AS pieces FROM walk WHERE took > 0
    ),
    drawn AS MATERIALIZED (
        SELECT walked.line_id, pot.level_id AS id, pot.seller_id, pot.sku, pot.warehouse_id,
               pot.lock_id, sum(walked.pieces)::int AS pieces
        FROM walked
        JOIN pot ON pot.seller_id = walked.seller_id AND pot.sku = walked.sku
         AND pot.place = walked.place
        GROUP BY walked.line_id, pot.level_id, pot.seller_id, pot.sku, pot.warehouse_id,
                 pot.lock_id
    ),
    undrawn AS (
        SELECT wanted.line_id, wanted.seller_id, wanted.sku,
               wanted.pieces - coalesce(got.pieces, 0) AS pieces
        FROM wanted
        LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM drawn GROUP BY line_id) got
          ON got.line_id = wanted.line_id
        WHERE wanted.pieces > coalesce(got.pieces, 0)
          AND EXISTS (SELECT FROM meeting WHERE meeting.seller_id = wanted.seller_id
                         AND meeting.sku = wanted.sku)
    ),
    used AS (
        UPDATE stock_lock lock
        SET used = meeting.used + given.pieces, freed = meeting.freed, pieces = meeting.pieces,
            closed_at = NULL
        FROM (SELECT lock_id, sum(pieces) AS pieces FROM drawn
              WHERE lock_id IS NOT NULL GROUP BY lock_id) given
        JOIN meeting ON meeting.id = given.lock_id
        WHERE lock.id = given.lock_id
    )
"""

_RESERVATION: LiteralString = f"""
    asked AS MATERIALIZED (
        SELECT seller_id, sku, sum(pieces) AS pieces, min(country) AS country,
               min(country) = max(country) AS one_country
        FROM wanted GROUP BY seller_id, sku
    ),
    held AS MATERIALIZED (
        SELECT level.*, one.pieces, one.country, one.one_country
        FROM (SELECT * FROM asked ORDER BY seller_id, sku) one
        CROSS JOIN LATERAL (
            SELECT id, seller_id, sku, warehouse_id, on_hand, reserved, locked, buffer, owing,
                   on_hand - reserved - locked - buffer - owing AS free
            FROM stock_level
            WHERE seller_id = one.seller_id AND sku = one.sku
            ORDER BY warehouse_id
            FOR NO KEY UPDATE
        ) level
    ),
    placed AS MATERIALIZED (
        SELECT held.id, held.seller_id, held.sku, held.warehouse_id, held.free, held.pieces,
               warehouse.country, warehouse.rank,
               held.one_country AND warehouse.country = held.country AND held.free >= held.pieces
                   AS whole
        FROM held JOIN stock_warehouse warehouse ON warehouse.id = held.warehouse_id
        WHERE held.free > 0
    ),
    {_OUT_OF_LOCKS},
    easy AS MATERIALIZED (
        SELECT DISTINCT ON (seller_id, sku) id, seller_id, sku, warehouse_id, pieces
        FROM placed
        WHERE whole AND NOT EXISTS (SELECT FROM meeting WHERE meeting.seller_id = placed.seller_id
                                       AND meeting.sku = placed.sku)
        ORDER BY seller_id, sku, rank, warehouse_id
    ),
    hard AS MATERIALIZED (
        SELECT wanted.* FROM wanted
        LEFT JOIN easy ON easy.seller_id = wanted.seller_id AND easy.sku = wanted.sku
        WHERE easy.id IS NULL
          AND NOT EXISTS (SELECT FROM meeting WHERE meeting.seller_id = wanted.seller_id
                             AND meeting.sku = wanted.sku)
    ),
    rest AS MATERIALIZED (
        SELECT placed.* FROM placed
        JOIN (SELECT DISTINCT seller_id, sku FROM hard) wanting
          ON wanting.seller_id = placed.seller_id AND wanting.sku = placed.sku
    ),
    near AS MATERIALIZED (
        SELECT line.line_id, level.id, level.seller_id, level.sku, level.warehouse_id,
               least(line.begins + line.pieces, level.begins + level.free)
               - greatest(line.begins, level.begins) AS pieces
        FROM (
            SELECT line_id, seller_id, sku, country, pieces, sum(pieces) OVER (
                PARTITION BY seller_id, sku, country ORDER BY line_id) - pieces AS begins
            FROM hard
        ) line
        JOIN (
            SELECT id, seller_id, sku, country, warehouse_id, free, sum(free) OVER (
                PARTITION BY seller_id, sku, country ORDER BY rank, warehouse_id) - free AS begins
            FROM rest
        ) level
          ON level.seller_id = line.seller_id AND level.sku = line.sku
         AND level.country = line.country
         AND line.begins < level.begins + level.free
         AND level.begins < line.begins + line.pieces
    ),
    far AS MATERIALIZED (
        SELECT line.line_id, level.id, level.seller_id, level.sku, level.warehouse_id,
               least(line.begins + line.pieces, level.begins + level.free)
               - greatest(line.begins, level.begins) AS pieces
        FROM (
            SELECT line_id, seller_id, sku, pieces, sum(pieces) OVER (
                PARTITION BY seller_id, sku ORDER BY line_id) - pieces AS begins
            FROM (
                SELECT hard.line_id, hard.seller_id, hard.sku,
                       hard.pieces - coalesce(got.pieces, 0) AS pieces
                FROM hard
                LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM near GROUP BY line_id) got
                  ON got.line_id = hard.line_id
            ) wanting WHERE pieces > 0
        ) line
        JOIN (
            SELECT id, seller_id, sku, warehouse_id, free, sum(free) OVER (
                PARTITION BY seller_id, sku ORDER BY rank, warehouse_id) - free AS begins
            FROM (
                SELECT rest.id, rest.seller_id, rest.sku, rest.warehouse_id, rest.rank,
                       rest.free - coalesce(gone.pieces, 0) AS free
                FROM rest
                LEFT JOIN (SELECT id, sum(pieces) AS pieces FROM near GROUP BY id) gone
                  ON gone.id = rest.id
            ) having_some WHERE free > 0
        ) level
          ON level.seller_id = line.seller_id AND level.sku = line.sku
         AND line.begins < level.begins + level.free
         AND level.begins < line.begins + line.pieces
    ),
    shared AS MATERIALIZED (
        SELECT * FROM near UNION ALL SELECT * FROM far
    ),
    taken AS MATERIALIZED (
        SELECT wanted.line_id, easy.seller_id, easy.sku, easy.warehouse_id, wanted.pieces,
               NULL::bigint AS lock_id
        FROM easy JOIN wanted ON wanted.seller_id = easy.seller_id AND wanted.sku = easy.sku
        UNION ALL
        SELECT line_id, seller_id, sku, warehouse_id, pieces, NULL FROM shared
        UNION ALL
        SELECT line_id, seller_id, sku, warehouse_id, pieces, lock_id FROM drawn
    ),
    lacking AS (
        SELECT hard.line_id, hard.seller_id, hard.sku, hard.pieces - coalesce(got.pieces, 0)
               AS pieces
        FROM hard
        LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM shared GROUP BY line_id) got
          ON got.line_id = hard.line_id
        WHERE hard.pieces > coalesce(got.pieces, 0)
        UNION ALL
        SELECT line_id, seller_id, sku, pieces FROM undrawn
    ),
    reserved AS (
        UPDATE stock_level level
        SET reserved = held.reserved + given.pieces, on_hand = held.on_hand,
            locked = held.locked - given.kept, buffer = held.buffer, owing = held.owing
        FROM (
            SELECT id, pieces, 0 AS kept FROM easy
            UNION ALL SELECT id, sum(pieces), 0 FROM shared GROUP BY id
            UNION ALL
            SELECT id, sum(pieces), coalesce(sum(pieces) FILTER (WHERE lock_id IS NOT NULL), 0)
            FROM drawn GROUP BY id
        ) given
        JOIN held ON held.id = given.id
        WHERE level.id = given.id
        RETURNING level.seller_id, level.sku
    ),
    noted AS (
        INSERT INTO stock_change (seller_id, sku, at) SELECT seller_id, sku, now() FROM reserved
    )
"""  # noqa: S608 - constants only


def reservation_sql() -> LiteralString:
    """Return common table expressions that reserve what `wanted` asks for.

    Embed it after a CTE `wanted (line_id, seller_id, sku, country, pieces, shop_id)`, whose rows
    are served by ascending `line_id`: first from warehouses in the buyer's country, then from the
    others by their rank; in both from locks that name the shop before what is free. It gives
    `taken (line_id, seller_id, sku, warehouse_id, pieces, lock_id)`, whose `lock_id` is NULL where
    the pieces were free, and what no level had, `lacking (line_id, seller_id, sku, pieces)`; it
    has raised the levels' `reserved`, drawn on the locks, and noted the change for areas above. To
    run in a transaction at READ COMMITTED, inside a scope
    that covers all sellers named.
    """
    return _RESERVATION

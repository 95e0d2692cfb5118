"""Reserving: the one way in which pieces are promised, as SQL that `orders` embeds.

Exactness: levels are locked in the order of seller, SKU and warehouse before anything is read
from them, so that two that reserve at once wait for one another and never for each other. Lines
are served in their order. A level gives what it has and no more; what is left of a line is short.

Most SKUs of a batch are wanted from one country and lie whole in one warehouse there: those are
served from it at once. The others are shared out as intervals: the pieces that lines want, one
after another, laid against the pieces that levels have, one after another; where two intervals
overlap, so many pieces of that level go to that line.

The update writes every column that a check reads, from the locked row: where another transaction
changed it after this statement began, PostgreSQL first tries the checks on the row as it was then.
"""

from typing import LiteralString

_RESERVATION: LiteralString = """
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
    easy AS MATERIALIZED (
        SELECT DISTINCT ON (seller_id, sku) id, seller_id, sku, warehouse_id, pieces
        FROM placed WHERE whole
        ORDER BY seller_id, sku, rank, warehouse_id
    ),
    hard AS MATERIALIZED (
        SELECT wanted.* FROM wanted
        LEFT JOIN easy ON easy.seller_id = wanted.seller_id AND easy.sku = wanted.sku
        WHERE easy.id IS NULL
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
        SELECT wanted.line_id, easy.seller_id, easy.sku, easy.warehouse_id, wanted.pieces
        FROM easy JOIN wanted ON wanted.seller_id = easy.seller_id AND wanted.sku = easy.sku
        UNION ALL
        SELECT line_id, seller_id, sku, warehouse_id, pieces FROM shared
    ),
    lacking AS (
        SELECT hard.line_id, hard.seller_id, hard.sku, hard.pieces - coalesce(got.pieces, 0)
               AS pieces
        FROM hard
        LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM shared GROUP BY line_id) got
          ON got.line_id = hard.line_id
        WHERE hard.pieces > coalesce(got.pieces, 0)
    ),
    reserved AS (
        UPDATE stock_level level
        SET reserved = held.reserved + given.pieces, on_hand = held.on_hand, locked = held.locked,
            buffer = held.buffer, owing = held.owing
        FROM (
            SELECT id, pieces FROM easy
            UNION ALL SELECT id, sum(pieces) FROM shared GROUP BY id
        ) given
        JOIN held ON held.id = given.id
        WHERE level.id = given.id
        RETURNING level.seller_id, level.sku
    ),
    noted AS (
        INSERT INTO stock_change (seller_id, sku, at) SELECT seller_id, sku, now() FROM reserved
    )
"""


def reservation_sql() -> LiteralString:
    """Return common table expressions that reserve what `wanted` asks for.

    Embed it after a CTE `wanted (line_id, seller_id, sku, country, pieces)`, whose rows are served
    by ascending `line_id`: first from warehouses in the buyer's country, then from the others by
    their rank. It gives `taken (line_id, seller_id, sku, warehouse_id, pieces)` and what no level
    had, `lacking (line_id, seller_id, sku, pieces)`; it has raised the levels' `reserved`, and
    noted the change for areas above. To run in a transaction at READ COMMITTED, inside a scope
    that covers all sellers named.
    """
    return _RESERVATION

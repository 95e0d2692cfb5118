"""Reserving: the one way in which pieces are promised, as SQL that `orders` embeds.

Exactness: levels are locked in the order of seller, SKU and warehouse before anything is read
from them, so that two that reserve at once wait for one another and never for each other. Lines
are served in their order. A level gives what it has and no more; what is left of a line is short.

The update writes every column that a check reads, from the locked row: where another transaction
changed it after this statement began, PostgreSQL first tries the checks on the row as it was then.
"""


def reservation_sql() -> str:
    """Return common table expressions that reserve what `wanted` asks for.

    Embed it after a CTE `wanted (line_id, seller_id, sku, country, pieces)`, whose rows are served
    by ascending `line_id`: first from warehouses in the buyer's country, then from the others by
    their rank. It gives `taken (line_id, seller_id, sku, warehouse_id, pieces)` and has then
    raised the levels' `reserved`, and noted the change for areas above. To run in a transaction at
    READ COMMITTED, inside a scope that covers all sellers named.
    """
    return _RESERVATION


_RESERVATION = """
    asked AS MATERIALIZED (SELECT DISTINCT seller_id, sku FROM wanted),
    held AS MATERIALIZED (
        SELECT level.id, level.seller_id, level.sku, level.warehouse_id,
               level.on_hand, level.reserved, level.locked, level.buffer, level.owing,
               level.on_hand - level.reserved - level.locked - level.buffer - level.owing AS free
        FROM asked
        JOIN stock_level level ON level.seller_id = asked.seller_id AND level.sku = asked.sku
        ORDER BY level.seller_id, level.sku, level.warehouse_id
        FOR NO KEY UPDATE OF level
    ),
    placed AS (
        SELECT held.*, warehouse.country, warehouse.rank
        FROM held JOIN stock_warehouse warehouse ON warehouse.id = held.warehouse_id
        WHERE held.free > 0
    ),
    near_level AS (
        SELECT id, seller_id, sku, country, warehouse_id, free,
               sum(free) OVER near_first - free AS begins
        FROM placed
        WINDOW near_first AS (PARTITION BY seller_id, sku, country ORDER BY rank, warehouse_id)
    ),
    near_line AS (
        SELECT line_id, seller_id, sku, country, pieces,
               sum(pieces) OVER (PARTITION BY seller_id, sku, country ORDER BY line_id) - pieces
                   AS begins
        FROM wanted
    ),
    near AS MATERIALIZED (
        SELECT line.line_id, level.id, level.seller_id, level.sku, level.warehouse_id,
               least(line.begins + line.pieces, level.begins + level.free)
               - greatest(line.begins, level.begins) AS pieces
        FROM near_line line
        JOIN near_level level
          ON level.seller_id = line.seller_id AND level.sku = line.sku
         AND level.country = line.country
         AND line.begins < level.begins + level.free
         AND level.begins < line.begins + line.pieces
    ),
    far_level AS (
        SELECT id, seller_id, sku, warehouse_id, free,
               sum(free) OVER (PARTITION BY seller_id, sku ORDER BY rank, warehouse_id) - free
                   AS begins
        FROM (
            SELECT placed.id, seller_id, sku, warehouse_id, rank,
                   free - coalesce(gone.pieces, 0) AS free
            FROM placed
            LEFT JOIN (SELECT id, sum(pieces) AS pieces FROM near GROUP BY id) gone
              ON gone.id = placed.id
        ) AS rest WHERE free > 0
    ),
    far_line AS (
        SELECT line_id, seller_id, sku, pieces,
               sum(pieces) OVER (PARTITION BY seller_id, sku ORDER BY line_id) - pieces AS begins
        FROM (
            SELECT wanted.line_id, seller_id, sku, wanted.pieces - coalesce(got.pieces, 0) AS pieces
            FROM wanted
            LEFT JOIN (SELECT line_id, sum(pieces) AS pieces FROM near GROUP BY line_id) got
              ON got.line_id = wanted.line_id
        ) AS rest WHERE pieces > 0
    ),
    taken AS MATERIALIZED (
        SELECT line_id, id, seller_id, sku, warehouse_id, pieces FROM near
        UNION ALL
        SELECT line.line_id, level.id, level.seller_id, level.sku, level.warehouse_id,
               least(line.begins + line.pieces, level.begins + level.free)
               - greatest(line.begins, level.begins)
        FROM far_line line
        JOIN far_level level
          ON level.seller_id = line.seller_id AND level.sku = line.sku
         AND line.begins < level.begins + level.free
         AND level.begins < line.begins + line.pieces
    ),
    reserved AS (
        UPDATE stock_level level
        SET reserved = held.reserved + given.pieces, on_hand = held.on_hand, locked = held.locked,
            buffer = held.buffer, owing = held.owing
        FROM (SELECT id, sum(pieces)::int AS pieces FROM taken GROUP BY id) given
        JOIN held ON held.id = given.id
        WHERE level.id = given.id
        RETURNING level.seller_id, level.sku
    ),
    noted AS (
        INSERT INTO stock_change (seller_id, sku, at)
        SELECT DISTINCT seller_id, sku, now() FROM reserved
    )
"""

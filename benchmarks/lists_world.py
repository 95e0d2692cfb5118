"""A seller with long lists, for `web_lists`: offers, a plan, orders, stock, parcels, messages.

The catalogue and the plan are made as they are in earnest, from a file; what marketplaces and
people would have told in the course of a year is laid out set-wise. A second seller has as much,
so that row security has something to keep apart.
"""

from pathlib import Path

from benchmarks.feed_file import make_feed
from benchmarks.market import Place, bench_twin, settle_in, take_in

DIALOGUES, HANDOVERS, CANDIDATES, DEEDS = 100_000, 2_000, 2_000, 100_000


def build(home: Path, offers: int, orders: int) -> Place:
    """Fill an empty installation and return the seller with its shop. Django is set up."""
    from torgpred.accounts import services as accounts
    from torgpred.catalogue.services import wording
    from torgpred.listings.services.planning import make_plan

    accounts.ensure_operator()
    with bench_twin(home) as twin:
        place = settle_in(twin, "LISTS")
        take_in(place, make_feed(home / "feed.yml", offers))
        wording.look_everywhere()
        make_plan(seller_id=place.seller_id, shop_id=place.shop_id, actor="bench")
    other = accounts.add_seller(name="Other", country="RU", code="OTHER").id
    _lay_out(place, other, orders)
    return place


def _lay_out(place: Place, other: int, orders: int) -> None:
    from torgpred.runtime.database import address, connect

    names = {
        "seller": place.seller_id,
        "shop": place.shop_id,
        "other": other,
        "orders": orders,
        "dialogues": DIALOGUES,
        "handovers": HANDOVERS,
        "candidates": CANDIDATES,
        "deeds": DEEDS,
    }
    with connect(address("owner")) as owner:
        for statement in (*_CATALOGUE, *_STOCK, *_ORDERS, *_FULFILMENT, *_MESSAGES, *_OPERATOR):
            owner.execute(statement, names)
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")


_CATALOGUE = (
    """
    WITH copied AS (
        INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key, digest,
            source_digest, state, read_in, changed_in)
        SELECT %(other)s, feed_id, key, product_key, category_key, digest, source_digest, state,
               read_in, changed_in
        FROM catalogue_offer WHERE seller_id = %(seller)s RETURNING id, key
    )
    INSERT INTO catalogue_offer_content (offer_id, seller_id, content)
    SELECT copied.id, %(other)s, content.content
    FROM copied JOIN catalogue_offer known ON known.seller_id = %(seller)s
         AND known.key = copied.key
    JOIN catalogue_offer_content content ON content.offer_id = known.id
    """,
    """
    INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id, remote_id,
        status)
    SELECT seller_id, shop_id, product_key, 'E-' || id, 'R-' || id,
           CASE WHEN id %% 50 = 0 THEN 'rejected' WHEN id %% 50 = 1 THEN 'in_review'
                ELSE 'on_sale' END
    FROM listings_desired WHERE seller_id = %(seller)s AND id %% 2 = 0
    """,
    """
    UPDATE listings_desired SET refused_digest = draft_digest
    WHERE seller_id = %(seller)s AND id %% 100 = 7
    """,
)
_STOCK = (
    """
    INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)
    SELECT tenant, code, code, 'RU', rank, now()
    FROM (VALUES (%(seller)s::bigint), (%(other)s)) AS whose (tenant),
         (VALUES ('M', 0), ('S', 1)) AS place (code, rank)
    """,
    """
    INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand, reserved)
    SELECT offer.seller_id, offer.key, place.id, 100, offer.id %% 7
    FROM catalogue_offer offer JOIN stock_warehouse place ON place.seller_id = offer.seller_id
    """,
    """
    INSERT INTO stock_movement (seller_id, sku, warehouse_id, pieces, kind, reference, actor, at)
    SELECT seller_id, sku, warehouse_id, on_hand, 'count', '', '', now() FROM stock_level
    """,
)
_ORDERS = (
    """
    INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase, placed_at,
        ship_by, ended_at, currency, amount, country, buyer, dispute, mismatch)
    SELECT whose.tenant, 2 * n + whose.place, %(shop)s, (30900000000000000 + 7 * n)::text, phase,
           placed, placed + interval '3 days',
           CASE WHEN phase IN ('placed', 'to_ship') THEN NULL ELSE placed + interval '1 day' END,
           'RUB', 100 + n %% 900, 'RU', json_build_object(
               'name', CASE WHEN n %% 9973 = 0 THEN 'Редкова' ELSE (ARRAY['Иванова', 'Семёнова',
                   'Кузнецов', 'Попова', 'Смирнов', 'Волкова', 'Зайцев', 'Соловьёва'])[1 + n %% 8]
                   END || ' ' || (ARRAY['Анна', 'Пётр', 'Ольга', 'Ирина', 'Олег'])[1 + n / 8 %% 5],
               'city', 'Москва')::text,
           CASE WHEN n %% 97 = 0 THEN 'InIssue' ELSE '' END,
           CASE WHEN phase = 'cancelled' AND n %% 10 = 3 THEN 'back' ELSE '' END
    FROM (VALUES (%(seller)s::bigint, 0), (%(other)s, 1)) AS whose (tenant, place),
         generate_series(1, %(orders)s) n
    CROSS JOIN LATERAL (SELECT
        now() - interval '365 days' * (1 - n::float8 / %(orders)s) AS placed,
        CASE WHEN n > %(orders)s * 0.92 THEN CASE WHEN n %% 4 = 0 THEN 'placed' ELSE 'to_ship' END
             WHEN n %% 12 = 3 THEN 'cancelled' WHEN n > %(orders)s * 0.8 THEN 'shipped'
             ELSE 'delivered' END AS phase) AS told
    """,
    """
    WITH known AS MATERIALIZED (
        SELECT row_number() OVER (PARTITION BY offer.seller_id ORDER BY offer.id) - 1 AS place,
               offer.seller_id, offer.key,
               convert_from(content.content, 'UTF8')::json ->> 'name' AS name
        FROM catalogue_offer offer JOIN catalogue_offer_content content
             ON content.offer_id = offer.id
    ), size AS MATERIALIZED (SELECT max(place) + 1 AS many FROM known)
    INSERT INTO orders_line (seller_id, order_id, consignment_id, remote_id, sku, remote_sku_id,
        name, quantity, price, amount)
    SELECT part.seller_id, part.order_id, part.id, part.id * 2 + n, known.key, '', known.name, n,
           100, 100 * n
    FROM orders_consignment part CROSS JOIN generate_series(1, 2) n CROSS JOIN size
    JOIN known ON known.seller_id = part.seller_id
         AND known.place = (part.id * 7919 + n * 104729) %% size.many
    ORDER BY part.id, n
    """,
    """
    INSERT INTO orders_soldname (seller_id, sku, name)
    SELECT DISTINCT seller_id, sku, name FROM orders_line
    """,
    """
    INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces, shipped)
    SELECT line.seller_id, line.id, place.id, line.sku, line.quantity,
           CASE WHEN part.phase IN ('shipped', 'delivered') OR part.mismatch = 'back' THEN true
                WHEN part.phase = 'cancelled' THEN false END
    FROM orders_line line JOIN orders_consignment part ON part.id = line.consignment_id
    JOIN stock_warehouse place ON place.seller_id = line.seller_id AND place.rank = 0
    WHERE line.id %% 40 <> 0 OR part.phase NOT IN ('placed', 'to_ship')
    """,
    """
    INSERT INTO orders_shortage (seller_id, line_id, sku, pieces, why, noticed_at, settled_by,
        remedy)
    SELECT line.seller_id, line.id, line.sku, line.quantity, 'stock', now(), '', ''
    FROM orders_line line JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE line.id %% 40 = 0 AND part.phase IN ('placed', 'to_ship')
    """,
    """
    INSERT INTO orders_cancellation (seller_id, consignment_id, reason, asked_by, asked_at,
        withdrawn)
    SELECT seller_id, id, '', 'bench', now(), false FROM orders_consignment
    WHERE phase = 'to_ship' AND id %% 50 = 0
    """,
)
_FULFILMENT = (
    """
    INSERT INTO orders_handover (seller_id, shop_id, state, remote_id, arrival, made_by, made_at)
    SELECT tenant, %(shop)s, CASE WHEN n > %(handovers)s - 20 THEN 'open' ELSE 'handed_over' END,
           'H-' || n, current_date, 'bench', now()
    FROM (VALUES (%(seller)s::bigint), (%(other)s)) AS whose (tenant),
         generate_series(1, %(handovers)s) n
    """,
    """
    INSERT INTO orders_parcel (seller_id, shop_id, consignment_id, handover_id, state, phase,
        remote_id, track_number, made_by, made_at)
    SELECT part.seller_id, part.shop_id, part.id,
           CASE WHEN part.phase <> 'to_ship' OR part.id %% 4 = 0 THEN list.first
               + CASE WHEN part.phase = 'to_ship' THEN %(handovers)s - 1 - part.id / 4 %% 20
                      ELSE part.id %% (%(handovers)s - 20) END END,
           CASE WHEN part.phase = 'to_ship' THEN 'made' ELSE 'left' END,
           CASE WHEN part.phase = 'delivered' AND part.id %% 30 = 0 THEN 'returning'
                WHEN part.phase = 'delivered' AND part.id %% 30 = 1 THEN 'returned'
                ELSE 'unknown' END,
           'P-' || part.id, 'T' || part.id, 'bench', now()
    FROM orders_consignment part
    JOIN (SELECT seller_id, min(id) AS first FROM orders_handover GROUP BY 1) list
         ON list.seller_id = part.seller_id
    WHERE part.phase IN ('to_ship', 'shipped', 'delivered')
    """,
    """
    INSERT INTO orders_parcelitem (seller_id, parcel_id, line_id, pieces)
    SELECT parcel.seller_id, parcel.id, line.id, line.quantity
    FROM orders_parcel parcel JOIN orders_line line
         ON line.consignment_id = parcel.consignment_id
    """,
)
_MESSAGES = (
    """
    INSERT INTO orders_dialogue (tenant_id, shop_id, buyer, order_number, order_id, last_at,
        waiting_since)
    SELECT tenant, %(shop)s, 'B-' || tenant || '-' || n, (30900000000000000 + 7 * n)::text, NULL,
           moment, CASE WHEN n %% 20 = 0 THEN moment END
    FROM (VALUES (%(seller)s::bigint), (%(other)s)) AS whose (tenant),
         generate_series(1, %(dialogues)s) n
    CROSS JOIN LATERAL (SELECT now() - n * interval '5 minutes' AS moment) AS told
    """,
    """
    INSERT INTO orders_message (tenant_id, dialogue_id, shop_id, remote_id, at, from_buyer, text,
        read, state, written_by, trouble)
    SELECT talk.tenant_id, talk.id, talk.shop_id, talk.id || '-' || n,
           talk.last_at - (2 - n) * interval '1 hour', n = 2 OR n = 1,
           'Здравствуйте, когда вы отправите мой заказ?', n = 1, 'there', '', ''
    FROM orders_dialogue talk, generate_series(1, 2) n
    """,
)
_OPERATOR = (
    """
    INSERT INTO accounts_tenant (kind, code, name, country, registration, created_at)
    SELECT 'seller', 'C' || to_char(n, 'FM00000'), 'Кандидат ' || n, 'RU', '', now()
    FROM generate_series(1, %(candidates)s) n
    """,
    """
    INSERT INTO catalogue_feed (seller_id, name, source, format, profile, created_at)
    SELECT id, 'main', '', '', '', now() FROM accounts_tenant WHERE code LIKE 'C%%' AND id %% 2 = 0
    """,
    """
    INSERT INTO accounts_deed (tenant_id, at, email, on_behalf, what, about)
    SELECT %(seller)s, now() - n * interval '3 minutes', 'm' || n %% 20 || '@example.org', false,
           'seller-plan-make', 'P-' || n
    FROM generate_series(1, %(deeds)s) n
    """,
)

"""All sellers on their way from candidate to first order, in one statement.

It is here because orders are the last station of that way: it reads the tables of the areas below.
"""

from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.accounts.core.people import UnknownPlaceError
from torgpred.kernel.clock import as_utc, now
from torgpred.kernel.findings import Finding
from torgpred.orders.core.funnel import FunnelCounts, FunnelFilter, FunnelRow, Origin, Stage
from torgpred.runtime.scope import operator_scope

HOME: Final = "RU"
"""The market whose buyers count a warehouse in it as local."""

# What is materialized is computed once a seller, not once a mention; the orders by key keep to the
# index where most offers and listings are of one seller.
# Every fact of a seller is looked up by an index that begins with the seller; only the page's rows
# are counted. Of several reasons the first that a person can clear is told.
_SHOPS: LiteralString = """
    place AS MATERIALIZED (
        SELECT shop.tenant_id AS seller_id, shop.id AS shop_id, shop.created_at AS since
        FROM channels_shop shop WHERE NOT shop.joint AND shop.state <> 'closed'
        UNION ALL
        SELECT entry.seller_id, entry.shop_id, entry.admitted_at
        FROM channels_admission entry JOIN channels_shop shop ON shop.id = entry.shop_id
        WHERE shop.state <> 'closed'
    ),
    newest AS MATERIALIZED (
        SELECT place.seller_id, plan.id, plan.state, plan.counts
        FROM place CROSS JOIN LATERAL (
            SELECT one.id, one.state, one.counts FROM listings_plan one
            WHERE one.seller_id = place.seller_id AND one.shop_id = place.shop_id
              AND one.undoes_id IS NULL AND one.due_at IS NULL ORDER BY one.id DESC LIMIT 1
        ) plan
    ),
    shops AS (
        SELECT place.seller_id, min(place.since) AS since,
               coalesce(bool_or(NOT trial.ok), false) AS dead
        FROM place LEFT JOIN channels_trial trial ON trial.shop_id = place.shop_id
        GROUP BY place.seller_id
    ),
    planned AS (
        SELECT seller_id, bool_or(state = 'made' AND (counts ->> 'steps')::int > 0) AS waits,
               bool_or(state = 'applying') AS applying,
               -- The shop where most is ready: over several, an offer would count twice.
               (array_agg((counts ->> 'offers')::int
                          ORDER BY (counts ->> 'ready')::int DESC, id))[1] AS offers,
               max((counts ->> 'ready')::int) AS ready,
               (array_agg((counts ->> 'held')::int
                          ORDER BY (counts ->> 'ready')::int DESC, id))[1] AS held
        FROM newest GROUP BY seller_id
    )
"""
_FACTS: LiteralString = """
    fact AS MATERIALIZED (
        SELECT tenant.id, tenant.code, tenant.name, tenant.country, tenant.registration,
               tenant.created_at, shops.since AS shop_since, coalesce(shops.dead, false) AS dead,
               planned.seller_id IS NOT NULL AS has_plan, planned.waits, planned.applying,
               planned.offers, planned.ready, planned.held,
               CASE WHEN tenant.country = %(home)s THEN 'home'
                    WHEN EXISTS (SELECT FROM stock_warehouse one
                                 WHERE one.seller_id = tenant.id AND one.country = %(home)s)
                    THEN 'local' ELSE 'abroad' END AS origin,
               (SELECT min(one.placed_at) FROM orders_consignment one
                WHERE one.seller_id = tenant.id) AS sold_at,
               (SELECT true FROM listings_listedproduct one WHERE one.seller_id = tenant.id
                ORDER BY one.shop_id, one.product_key LIMIT 1) IS NOT NULL AS has_listing,
               (SELECT true FROM listings_listedproduct one WHERE one.seller_id = tenant.id
                AND one.gone_at IS NULL AND one.status = 'on_sale'
                ORDER BY one.shop_id, one.product_key LIMIT 1) IS NOT NULL AS on_sale,
               (SELECT true FROM catalogue_offer one
                WHERE one.seller_id = tenant.id AND one.state = 'present'
                ORDER BY one.key LIMIT 1) IS NOT NULL AS has_offer,
               (SELECT min(one.started_at) FROM catalogue_intake one
                WHERE one.seller_id = tenant.id) AS read_at,
               (SELECT min(one.given_at) FROM catalogue_paper one
                WHERE one.seller_id = tenant.id AND one.undone_at IS NULL) AS paper_at,
               EXISTS (SELECT FROM catalogue_paper old WHERE old.seller_id = tenant.id
                       AND old.undone_at IS NULL AND old.valid_until < %(today)s
                       AND NOT EXISTS (
                           SELECT FROM catalogue_paper fresh WHERE fresh.seller_id = tenant.id
                             AND fresh.kind = old.kind AND fresh.undone_at IS NULL
                             AND (fresh.valid_until IS NULL OR fresh.valid_until >= %(today)s)))
                   AS paper_ended
        FROM accounts_tenant tenant
        LEFT JOIN shops ON shops.seller_id = tenant.id
        LEFT JOIN planned ON planned.seller_id = tenant.id
        WHERE tenant.kind = 'seller' AND tenant.closed_at IS NULL
    ),
    staged AS MATERIALIZED (
        SELECT fact.*,
               CASE WHEN sold_at IS NOT NULL THEN 'sold' WHEN has_listing THEN 'listed'
                    WHEN coalesce(shop_since, read_at, paper_at) IS NOT NULL THEN 'papers'
                    ELSE 'candidate' END AS stage,
               CASE WHEN sold_at IS NOT NULL THEN sold_at
                    WHEN has_listing THEN (
                        SELECT min(one.bound_at) FROM listings_listedproduct one
                        WHERE one.seller_id = fact.id)
                    ELSE coalesce(least(shop_since, read_at, paper_at), created_at) END AS since
        FROM fact
    ),
    stood AS MATERIALIZED (
        SELECT staged.*,
            array_position(ARRAY['candidate', 'papers', 'listed', 'sold'], stage) AS rank,
            CASE
                WHEN stage = 'candidate' THEN CASE
                    WHEN EXISTS (SELECT FROM accounts_member one WHERE one.tenant_id = staged.id
                                 AND one.user_id IS NOT NULL AND one.ended_at IS NULL)
                    THEN 'no_file'
                    WHEN EXISTS (SELECT FROM accounts_invitation one
                                 WHERE one.tenant_id = staged.id AND one.taken_at IS NULL
                                   AND one.withdrawn_at IS NULL AND one.expires_at > %(now)s)
                    THEN 'invited' ELSE 'invite' END
                WHEN dead THEN 'token'
                WHEN stage = 'papers' THEN CASE
                    WHEN NOT has_offer THEN 'no_file'
                    WHEN shop_since IS NULL THEN 'no_shop'
                    WHEN paper_ended THEN 'paper_ended'
                    WHEN NOT has_plan THEN 'no_plan'
                    WHEN applying THEN 'applying'
                    WHEN waits THEN 'plan'
                    WHEN held > 0 THEN 'holds'
                    ELSE 'no_plan' END
                WHEN paper_ended THEN 'paper_ended'
                WHEN NOT on_sale THEN CASE
                    WHEN (SELECT true FROM listings_listedproduct one
                          WHERE one.seller_id = staged.id AND one.gone_at IS NULL
                            AND one.status = 'in_review'
                          ORDER BY one.shop_id, one.product_key LIMIT 1) THEN 'review'
                    WHEN (SELECT true FROM listings_listedproduct one
                          WHERE one.seller_id = staged.id AND one.gone_at IS NULL
                            AND one.status = 'rejected'
                          ORDER BY one.shop_id, one.product_key LIMIT 1) THEN 'rejected'
                    ELSE 'off' END
                WHEN stage = 'listed' THEN 'no_order'
                ELSE '' END AS why
        FROM staged
    )
"""
_PAGE: LiteralString = """
    page AS (
        SELECT stood.* FROM stood
        WHERE (%(stage)s = '' OR stage = %(stage)s) AND (%(origin)s = '' OR origin = %(origin)s)
          AND (%(why)s = '' OR why = %(why)s)
          AND (%(text)s = '' OR position(lower(%(text)s)
               IN lower(name || ' ' || code || ' ' || registration)) > 0)
          AND (%(rank)s::int IS NULL OR (rank, since, id) > (%(rank)s, %(since)s, %(id)s))
        ORDER BY rank, since, id LIMIT %(limit)s
    ),
    counts AS (
        SELECT jsonb_agg(jsonb_build_array(stage, origin, why, many)) AS told
        FROM (SELECT stage, origin, why, count(*) AS many FROM stood GROUP BY 1, 2, 3) one
    )
    SELECT counts.told, page.rank, page.id, page.code, page.name, page.country, page.stage,
           page.origin, page.since, page.why,
           coalesce(page.offers, CASE WHEN page.has_offer THEN (
               SELECT count(*)::int FROM catalogue_offer one
               WHERE one.seller_id = page.id AND one.state = 'present') ELSE 0 END),
           coalesce(page.ready, 0), coalesce(page.held, 0), hold.told,
           coalesce(hold.offers, 0),
           -- As with what is ready: over several shops a product would count twice.
           CASE WHEN page.has_listing THEN coalesce((
               SELECT max(shop.listed)::int FROM (
                   SELECT count(*) AS listed FROM listings_listedproduct one
                   WHERE one.seller_id = page.id AND one.gone_at IS NULL
                   AND one.status IN ('on_sale', 'in_review') GROUP BY one.shop_id) shop
           ), 0) ELSE 0 END,
           CASE WHEN page.sold_at IS NOT NULL THEN (
               SELECT count(*)::int FROM orders_consignment one
               WHERE one.seller_id = page.id AND one.phase = 'to_ship') ELSE 0 END,
           coalesce(contact.contact, '')
    FROM counts LEFT JOIN page ON true
    LEFT JOIN accounts_contact contact ON contact.seller_id = page.id
    LEFT JOIN LATERAL (
        SELECT reason -> 'finding' AS told, (reason ->> 'offers')::int AS offers
        FROM newest JOIN listings_plan plan ON plan.id = newest.id
        CROSS JOIN LATERAL jsonb_array_elements(plan.holds) reason
        WHERE newest.seller_id = page.id
        ORDER BY (reason ->> 'offers')::int DESC LIMIT 1
    ) hold ON true
    ORDER BY page.rank, page.since, page.id
"""
_ALL: LiteralString = "WITH " + _SHOPS + ", " + _FACTS + ", " + _PAGE


def funnel(
    wanted: FunnelFilter, *, after: str = "", limit: int = 50, home: str = HOME
) -> tuple[list[FunnelRow], FunnelCounts]:
    """Return sellers by stage and how long they are in it, after one, and how many there are.

    For the operator's eyes. Raises UnknownPlaceError for an `after` that is no row's key.
    """
    rank, since, number = _place(after)
    moment = now()
    names: dict[str, Any] = {
        "home": home,
        "today": moment.date(),
        "now": moment,
        "stage": wanted.stage,
        "origin": wanted.origin,
        "why": wanted.why,
        "text": wanted.text.strip(),
        "rank": rank,
        "since": since,
        "id": number,
        "limit": limit,
    }
    with operator_scope(), connection.cursor() as cursor:
        # Planning for parallel workers and compiling cost more than these short look-ups.
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(_ALL, names)
        rows = cursor.fetchall()
    return [_row(row) for row in rows if row[2] is not None], _counts(rows[0][0])


def standing(code: str) -> FunnelRow | None:
    """Return how far one seller is, by its code; None where it is no seller in business."""
    found, _ = funnel(FunnelFilter(text=code), limit=200)
    return next((one for one in found if one.code == code), None)


def _place(after: str) -> tuple[int | None, datetime | None, int]:
    if not after:
        return None, None, 0
    rank, _, rest = after.partition("|")
    since, _, number = rest.partition("|")
    try:
        return int(rank), as_utc(datetime.fromisoformat(since)), int(number)
    except ValueError as error:
        raise UnknownPlaceError(given=after[:80]) from error


def _row(row: tuple[Any, ...]) -> FunnelRow:
    _, rank, number, code, name, country, stage, origin, since, why, *rest = row
    offers, ready, held, hold, hold_offers, listed, to_ship, contact = rest
    return FunnelRow(
        key=f"{rank}|{since.isoformat()}|{number}",
        id=number,
        code=code,
        name=name,
        country=country,
        stage=Stage(stage),
        origin=Origin(origin),
        since=since,
        why=why,
        offers=offers,
        ready=ready,
        held=held,
        hold=msgspec.json.decode(hold, type=Finding | None) if hold else None,
        hold_offers=hold_offers,
        listed=listed,
        to_ship=to_ship,
        contact=contact,
    )


def _counts(told: str | None) -> FunnelCounts:
    stages = {one.value: 0 for one in Stage}
    origins = {one.value: 0 for one in Origin}
    whys: dict[str, int] = {}
    for stage, origin, why, many in msgspec.json.decode(told) if told else ():
        stages[stage] += many
        origins[origin] += many
        whys[why] = whys.get(why, 0) + many
    return FunnelCounts(stages, origins, whys)

"""Plan: the difference between desired and observed, saved.

Creates and pauses are found and written by one statement each; only products that stand in the
shop and may differ are compared field by field.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Action, Problem
from torgpred.channels.core.drafts import Status
from torgpred.kernel.digests import canonical
from torgpred.listings import models
from torgpred.listings.core.adopting import stands_already
from torgpred.listings.core.diff import MISSING, FieldChange
from torgpred.listings.core.guards import Watch
from torgpred.listings.core.holds import HoldGroup, grouped, refusal
from torgpred.listings.core.remarks import Remark
from torgpred.listings.selectors import PlanCard, plan_card
from torgpred.listings.services import adopting, decisions, guarding
from torgpred.listings.services.comparing import Comparing, decide_creates, write_differences
from torgpred.listings.services.contexts import gather, shop_policy
from torgpred.listings.services.locking import lock_planning
from torgpred.listings.services.refreshing import refresh
from torgpred.runtime.scope import scope

# Desired and standing products meet once; what agrees costs no more than this join.
_TO_DO = """
    CREATE TEMP TABLE to_do ON COMMIT DROP AS
    SELECT coalesce(desired.product_key, listed.product_key) AS product_key,
           CASE WHEN desired.product_key IS NULL THEN 'pause'
                WHEN listed.product_key IS NULL OR listed.status = 'deleted'
                     OR listed.gone_at IS NOT NULL THEN 'create'
                ELSE 'compare' END AS what
    FROM (SELECT product_key, draft_digest, refused FROM listings_desired
          WHERE seller_id = %(seller)s AND shop_id = %(shop)s) desired
    FULL JOIN (
          SELECT product_key, status, ended_by_us, gone_at, agreed_digest
          FROM listings_listedproduct WHERE seller_id = %(seller)s AND shop_id = %(shop)s) listed
      ON listed.product_key = desired.product_key
    LEFT JOIN (
          SELECT product_key, choice, value FROM listings_driftdecision
          WHERE seller_id = %(seller)s AND shop_id = %(shop)s AND field = 'status'
            AND undone_at IS NULL AND ended_at IS NULL) said
      ON said.product_key = listed.product_key
    WHERE CASE
        WHEN desired.product_key IS NULL THEN
             listed.gone_at IS NULL AND listed.status = 'on_sale'
             AND coalesce(said.choice, '') <> 'leave'
             AND NOT (coalesce(said.choice, '') = 'take_over' AND said.value = '"on_sale"')
        WHEN desired.draft_digest IS NULL THEN false
        WHEN desired.refused THEN false
        WHEN listed.product_key IS NULL THEN desired.product_key <> ALL(%(blocked)s::text[])
        WHEN said.choice = 'set_back' THEN true
        WHEN listed.status = 'deleted' THEN listed.ended_by_us AND said.choice IS NULL
        WHEN listed.gone_at IS NOT NULL THEN false
        ELSE listed.agreed_digest IS DISTINCT FROM desired.draft_digest
             OR (listed.status = 'off_sale' AND listed.ended_by_us)
    END
"""

_CREATES = """
    INSERT INTO listings_step
        (seller_id, plan_id, number, product_key, action, draft_digest, remote_id, offers,
         changes, before, state, fence, attempts, problems)
    SELECT %(seller)s, %(plan)s, row_number() OVER (ORDER BY desired.product_key COLLATE "C"),
           desired.product_key, 'create', desired.draft_digest, '', desired.ready_offers,
           ''::bytea, ''::bytea, 'waiting', 0, 0, ''::bytea
    FROM to_do
    JOIN listings_desired desired ON desired.seller_id = %(seller)s
     AND desired.shop_id = %(shop)s AND desired.product_key = to_do.product_key
    WHERE to_do.what = 'create'
"""

_PAUSES = """
    INSERT INTO listings_step
        (seller_id, plan_id, number, product_key, action, draft_digest, seen_digest, remote_id,
         offers, changes, before, state, fence, attempts, problems)
    SELECT %(seller)s, %(plan)s,
           %(from)s + row_number() OVER (ORDER BY listed.product_key COLLATE "C"),
           listed.product_key, 'pause', NULL, listed.seen_digest, listed.remote_id,
           (SELECT count(*) FROM listings_listing l
            WHERE l.seller_id = listed.seller_id AND l.product_id = listed.id),
           %(changes)s, coalesce(listed.seen, ''::bytea), 'waiting', 0, 0, ''::bytea
    FROM to_do
    JOIN listings_listedproduct listed ON listed.seller_id = %(seller)s
     AND listed.shop_id = %(shop)s AND listed.product_key = to_do.product_key
    WHERE to_do.what = 'pause'
"""

_PAUSED = (FieldChange("", "status", Status.ON_SALE.value, Status.OFF_SALE.value, MISSING),)

_HELD = """
    SELECT product_key, offers, findings,
           CASE WHEN refused THEN refusal ELSE ''::bytea END
    FROM listings_desired
    WHERE seller_id = %s AND shop_id = %s AND (ready_offers < offers OR refused)
"""
_COUNTS = """
    SELECT count(*), coalesce(sum(offers), 0), coalesce(sum(ready_offers), 0),
           coalesce(sum(ready_offers) FILTER (WHERE refused), 0)
    FROM listings_desired WHERE seller_id = %s AND shop_id = %s
"""


def make_plan(
    *,
    seller_id: int,
    shop_id: int,
    actor: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> PlanCard:
    """Work out what would change in a shop for one seller, and save it.

    Compares with what was last seen: observe first where that may be old. Certain category
    mappings are decided on the way. Nothing is sent anywhere.
    Raises RulesNotLearntError where the marketplace's categories are not known yet.
    """
    shop = channels.shop(shop_id)
    decisions.settle_certain(seller_id=seller_id, family=shop.family)
    _learn_dictionaries(seller_id, shop_id, shop.family)
    around = gather(seller_id=seller_id, shop_id=shop_id)
    there = adopting.blocked(seller_id=seller_id, shop_id=shop_id)
    watch = Watch(shop_policy(seller_id, shop_id).guards)
    by = Comparing(
        connector=channel_services.open(shop_id),
        names=around.context.names,
        watch=watch,
        elsewhere=there.skus,
    )
    with scope(seller_id):
        lock_planning(seller_id)
        refresh(around, on_progress=on_progress)
        plan = _new_plan(seller_id, shop_id, actor, around.as_of)
        steps = _write_creates(plan, list(there.products))
        decide_creates(plan)
        steps = write_differences(plan, by, steps)
        _write_pauses(plan, steps)
        plan.guards = msgspec.to_builtins(guarding.guards(plan, watch))
        plan.counts = _counts(plan)
        standing = _standing_otherwise(seller_id, shop_id, there)
        plan.counts["standing"] = sum(offers for _, offers, _ in standing)
        if plan.counts["held"] or plan.counts["refused"] or standing:
            plan.holds = msgspec.to_builtins(_holds(seller_id, shop_id, standing))
        plan.save(update_fields=["counts", "holds", "guards"])
        return plan_card(plan)


def _learn_dictionaries(seller_id: int, shop_id: int, family: str) -> None:
    chosen = {card.market_category for card in decisions.mappings(seller_id, family).values()}
    channel_services.learn_missing_dictionaries(shop_id, chosen)


def _new_plan(seller_id: int, shop_id: int, actor: str, as_of: datetime) -> models.Plan:
    return models.Plan.objects.create(
        seller_id=seller_id, shop_id=shop_id, made_by=actor, as_of=as_of, counts={}, holds=[]
    )


def _write_creates(plan: models.Plan, blocked: list[str]) -> int:
    names: dict[str, Any] = {
        "seller": plan.seller_id,
        "shop": plan.shop_id,
        "plan": plan.pk,
        "blocked": blocked,
    }
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.to_do")
        cursor.execute(_TO_DO, names)
        if cursor.rowcount:
            cursor.execute("ANALYZE to_do")
        cursor.execute(_CREATES, names)
        return int(cursor.rowcount)


def _write_pauses(plan: models.Plan, number: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            _PAUSES,
            {
                "seller": plan.seller_id,
                "shop": plan.shop_id,
                "plan": plan.pk,
                "from": number,
                "changes": canonical(_PAUSED),
            },
        )


def _counts(plan: models.Plan) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_COUNTS, [plan.seller_id, plan.shop_id])
        products, offers, ready, refused = cursor.fetchone()
        cursor.execute(
            "SELECT action, count(*), sum(offers) FROM listings_step"
            " WHERE seller_id = %s AND plan_id = %s GROUP BY action",
            [plan.seller_id, plan.pk],
        )
        rows = cursor.fetchall()
    counts = {
        "products": products,
        "offers": offers,
        "ready": ready,
        "held": offers - ready,
        "refused": refused,
        "steps": sum(row[1] for row in rows),
    }
    for action in Action:
        counts[action.value] = next((row[1] for row in rows if row[0] == action.value), 0)
    return counts


_Held = tuple[str, int, tuple[Remark, ...]]
"""Product key, how many of its offers, what is said of them."""


def _standing_otherwise(seller_id: int, shop_id: int, there: adopting.Blocked) -> list[_Held]:
    """Return products that are ready, and not created since a listing like them stands there."""
    if not there.products:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT product_key, ready_offers FROM listings_desired desired
            WHERE seller_id = %s AND shop_id = %s AND product_key = ANY(%s)
              AND draft_digest IS NOT NULL AND NOT EXISTS (
                  SELECT 1 FROM listings_listedproduct listed
                  WHERE listed.seller_id = desired.seller_id AND listed.shop_id = desired.shop_id
                    AND listed.product_key = desired.product_key)
            """,
            [seller_id, shop_id, list(there.products)],
        )
        return [
            (key, offers, (stands_already(there.products[key]),))
            for key, offers in cursor.fetchall()
        ]


def _holds(seller_id: int, shop_id: int, standing: Sequence[_Held]) -> tuple[HoldGroup, ...]:
    """Group what holds offers: products not ready whole, refused ones, those that are there."""

    def rows() -> Iterator[_Held]:
        yield from standing
        remarks = msgspec.json.Decoder(tuple[Remark, ...])
        problems = msgspec.json.Decoder(tuple[Problem, ...])
        with connection.connection.cursor("held_products", binary=True) as stream:
            stream.execute(_HELD, [seller_id, shop_id])
            for key, offers, findings, refused in stream:
                said = remarks.decode(findings) if findings else ()
                if refused:
                    said += (refusal(problems.decode(refused)),)
                yield key, offers, said

    return grouped(rows())

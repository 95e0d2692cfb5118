"""Reads of listings: plans, their steps, receipts; how shops stand with their stock."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.db import connection
from django.db.models import Count

from torgpred.channels.core.contract import Action, Problem
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.ids import decode, encode
from torgpred.listings import models
from torgpred.listings.core.adopting import WHY, Why
from torgpred.listings.core.diff import FieldChange, created_lines
from torgpred.listings.core.errors import UnknownPlanError
from torgpred.listings.core.guards import Guard
from torgpred.listings.core.holds import HoldGroup
from torgpred.listings.models.telling import OFFER_KEY
from torgpred.runtime.scope import operator_scope, scope


class PlanCard(msgspec.Struct, frozen=True):
    """A plan without its steps. `counts`: offers, ready, held, products, and steps by action."""

    id: int
    seller_id: int
    shop_id: int
    state: str
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    holds: tuple[HoldGroup, ...]
    guards: tuple[Guard, ...] = ()
    """What waits for an explicit yes."""

    @property
    def code(self) -> str:
        """What people call the plan: short, with a check letter."""
        return encode(self.id)

    @property
    def steps(self) -> int:
        """How many steps there are; an empty plan has none."""
        return self.counts.get("steps", 0)


class StepCard(msgspec.Struct, frozen=True):
    """One step: what it changes, and what became of it."""

    number: int
    product_key: str
    action: str
    offers: int
    state: str
    changes: tuple[FieldChange, ...]
    problems: tuple[Problem, ...]


class Receipt(msgspec.Struct, frozen=True):
    """What an apply did: steps and offers by action and state, and why some were refused."""

    plan: str
    state: str
    steps: dict[str, int]
    offers: dict[str, int]
    refusals: tuple[tuple[str, int], ...]
    """(the marketplace's reason, how many steps), the most frequent first."""


def plan_card(row: models.Plan) -> PlanCard:
    """Return a plan as a frozen value."""
    return PlanCard(
        id=row.pk,
        seller_id=row.seller_id,
        shop_id=row.shop_id,
        state=str(row.state),
        made_by=row.made_by,
        made_at=row.made_at,
        finished_at=row.finished_at,
        counts=row.counts,
        holds=msgspec.convert(row.holds, tuple[HoldGroup, ...]),
        guards=msgspec.convert(row.guards, tuple[Guard, ...]),
    )


def plan(code: str) -> PlanCard:
    """Return a plan by its code, whoever's it is: the caller checks who may see it.

    Raises UnknownPlanError.
    """
    plan_id = decode(code)
    with operator_scope():
        row = models.Plan.objects.filter(pk=plan_id or 0).first()
    if row is None:
        raise UnknownPlanError(given=code)
    return plan_card(row)


def plans(seller_id: int, limit: int = 50) -> list[PlanCard]:
    """Return a seller's plans, the newest first."""
    with scope(seller_id):
        rows = models.Plan.objects.filter(seller_id=seller_id).order_by("-id")[:limit]
        return [plan_card(row) for row in rows]


def standing_offers(seller_id: int, shop_id: int) -> int:
    """Return how many offers stand in a shop now, as far as was seen."""
    with scope(seller_id):
        return models.Listing.objects.filter(
            seller_id=seller_id,
            product__shop_id=shop_id,
            product__gone_at__isnull=True,
            product__status__in=[Status.ON_SALE.value, Status.IN_REVIEW.value],
        ).count()


@dataclass(frozen=True, slots=True)
class UnboundCard:
    """A product of a shop that is no listing of ours; it is shown and never touched."""

    remote_id: str
    skus: tuple[str, ...]
    title: str
    status: str
    why: str


def unbound(shop_id: int) -> list[UnboundCard]:
    """Return the products of a shop that no listing of ours is bound to, for its owner's eyes."""
    with operator_scope():
        rows = list(models.UnboundProduct.objects.filter(shop_id=shop_id).order_by("why", "id"))
    found = []
    for row in rows:
        titles = msgspec.json.decode(bytes(row.seen), type=Seen).titles or {}
        found.append(
            UnboundCard(
                remote_id=row.remote_id,
                skus=tuple(row.skus),
                title=next(iter(titles.values()), ""),
                status=row.status,
                why=WHY[Why(row.why)] if row.why else "",
            )
        )
    return found


def steps_page(
    seller_id: int, plan_id: int, *, after: int = 0, limit: int = 100, state: str = ""
) -> list[StepCard]:
    """Return a plan's steps by number, from after one number on.

    The lines of a create tell what its draft would bring into the shop.
    """
    with scope(seller_id):
        rows = models.Step.objects.filter(seller_id=seller_id, plan_id=plan_id, number__gt=after)
        if state:
            rows = rows.filter(state=state)
        page = list(rows.order_by("number")[:limit])
        digests = [row.draft_digest for row in page if row.action == Action.CREATE.value]
        kept = models.DraftContent.objects.filter(seller_id=seller_id, digest__in=digests)
        drafts = {
            bytes(one.digest): msgspec.json.decode(bytes(one.content), type=Draft) for one in kept
        }
    return [_step_card(row, drafts.get(bytes(row.draft_digest or b""))) for row in page]


def receipt(seller_id: int, plan_id: int) -> Receipt:
    """Return what an apply did so far; every step is counted in exactly one state.

    Raises UnknownPlanError, also for another seller's plan.
    """
    with scope(seller_id):
        plan_row = models.Plan.objects.filter(seller_id=seller_id, pk=plan_id).first()
        if plan_row is None:
            raise UnknownPlanError(given=encode(plan_id))
        rows = models.Step.objects.filter(seller_id=seller_id, plan_id=plan_id)
        steps: dict[str, int] = {}
        offers: dict[str, int] = {}
        counted = rows.values_list("action", "state", "offers").annotate(n=Count("id"))
        for action, state, size, count in counted:
            name = f"{action}.{state}"
            steps[name] = steps.get(name, 0) + count
            offers[name] = offers.get(name, 0) + count * size
        reasons: dict[str, int] = {}
        failed = rows.filter(state__in=[models.StepState.REFUSED, models.StepState.SKIPPED])
        for raw in failed.values_list("problems", flat=True):
            for problem in _problems(bytes(raw)):
                reasons[problem.message] = reasons.get(problem.message, 0) + 1
    ranked = sorted(reasons.items(), key=lambda item: -item[1])
    return Receipt(
        plan=encode(plan_row.pk),
        state=str(plan_row.state),
        steps=steps,
        offers=offers,
        refusals=tuple(ranked[:20]),
    )


def _step_card(row: models.Step, created: Draft | None = None) -> StepCard:
    raw = bytes(row.changes)
    if created is not None:
        changes = created_lines(created)
    else:
        changes = msgspec.json.decode(raw, type=tuple[FieldChange, ...]) if raw else ()
    return StepCard(
        number=row.number,
        product_key=row.product_key,
        action=row.action,
        offers=row.offers,
        state=str(row.state),
        changes=changes,
        problems=_problems(bytes(row.problems)),
    )


def _problems(raw: bytes) -> tuple[Problem, ...]:
    return msgspec.json.decode(raw, type=tuple[Problem, ...]) if raw else ()


@dataclass(frozen=True, slots=True)
class StockCard:
    """How a shop stands with being told its stock, in products and listings."""

    shop_id: int
    waiting: int
    """Products with a number to be told."""
    since: datetime | None
    """When the oldest of these changes was noted."""
    under_way: int
    """Of these, how many the marketplace works on."""
    refused: int
    """Of these, how many it refused last time."""
    unknown: int
    """Listings that are told nothing, since no warehouse has a level of their SKU."""
    resting_until: datetime | None
    needs_person: bool
    reason: str
    """Why the whole shop is told nothing until then; empty where it is told."""


@dataclass(frozen=True, slots=True)
class StockRefusal:
    """A product whose stock a shop refused, with the marketplace's words."""

    shop_id: int
    seller_id: int
    product_key: str
    since: datetime
    next_try: datetime | None
    problems: tuple[Problem, ...]


def stock_to_tell(seller_id: int | None = None) -> list[StockCard]:
    """Return how the shops stand with their stock: a seller's part of each, or all of it.

    Where a joint shop as a whole rests is for the operator's eyes only.
    """
    with _whose(seller_id), connection.cursor() as cursor:
        cursor.execute(_STOCK_CARDS)
        return [StockCard(*row) for row in cursor.fetchall()]


def stock_refusals(
    shop_id: int, seller_id: int | None = None, limit: int = 100
) -> list[StockRefusal]:
    """Return the products of a shop whose stock was refused, the longest waiting first."""
    with _whose(seller_id):
        rows = (
            models.StockTelling.objects.filter(shop_id=shop_id, since__isnull=False, attempts__gt=0)
            .select_related("product")
            .order_by("since", "id")[:limit]
        )
        return [
            StockRefusal(
                shop_id=shop_id,
                seller_id=row.seller_id,
                product_key=row.product.product_key,
                since=row.since or row.product.bound_at,
                next_try=row.not_before,
                problems=_problems(bytes(row.problems)),
            )
            for row in rows
        ]


_STOCK_CARDS = f"""
    SELECT shop.id, coalesce(telling.waiting, 0), telling.since, coalesce(telling.under_way, 0),
           coalesce(telling.refused, 0), coalesce(standing.unknown, 0), pause.until,
           coalesce(pause.needs_person, false), coalesce(pause.reason, '')
    FROM channels_shop shop
    LEFT JOIN (
        SELECT shop_id, count(*) AS waiting, min(since) AS since, count(call_id) AS under_way,
               count(*) FILTER (WHERE attempts > 0) AS refused
        FROM listings_stocktelling WHERE since IS NOT NULL GROUP BY shop_id
    ) telling ON telling.shop_id = shop.id
    LEFT JOIN (
        SELECT product.shop_id, count(*) AS unknown
        FROM listings_listedproduct product
        JOIN channels_shop place ON place.id = product.shop_id
        JOIN listings_listing listing
          ON listing.seller_id = product.seller_id AND listing.product_id = product.id
        WHERE product.gone_at IS NULL AND product.status <> 'deleted' AND NOT listing.not_ours
          AND NOT EXISTS (
            SELECT 1 FROM stock_level level
            WHERE level.seller_id = product.seller_id AND level.sku = {OFFER_KEY})
        GROUP BY product.shop_id
    ) standing ON standing.shop_id = shop.id
    LEFT JOIN listings_stockpause pause ON pause.shop_id = shop.id AND pause.until > now()
    WHERE shop.state <> 'closed' ORDER BY shop.id
"""  # noqa: S608 - constants only


@contextmanager
def _whose(seller_id: int | None) -> Iterator[None]:
    with operator_scope() if seller_id is None else scope(seller_id):
        yield

"""Reads of rehearsals: what is played, what came of it, and the fact beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.errors import UnknownRehearsalError
from torgpred.campaigns.core.rehearsing.days import Machine, SellerDay, Sold, Totals
from torgpred.campaigns.core.rehearsing.demand import Assumptions, Goods
from torgpred.campaigns.core.rehearsing.stages import RehearsalState, Stage
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Rehearsal, RehearsalPart
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope

LOOK_BACK: Final = timedelta(days=28)
"""Four weeks of sales tell how an offer sells: whole weeks, and recent ones."""

_GOODS: LiteralString = """
    SELECT nomination.seller_id, nomination.shop_id, nomination.offer_key,
           nomination.terms ->> 'sku', coalesce(offer.category_key, ''),
           nomination.terms ->> 'currency', nomination.price,
           (nomination.terms ->> 'usual')::numeric, (nomination.terms ->> 'keeps')::numeric,
           (nomination.terms ->> 'usual_keeps')::numeric, nomination.pieces,
           coalesce(sold.pieces, 0)::int, coalesce(selling.days, 0)::int
    FROM campaigns_nomination nomination
    LEFT JOIN catalogue_offer offer
      ON offer.seller_id = nomination.seller_id AND offer.key = nomination.offer_key
    LEFT JOIN campaigns_consent consent
      ON consent.nomination_id = nomination.id AND consent.standing
     AND consent.terms_digest = nomination.terms_digest
    LEFT JOIN (
        SELECT line.seller_id, line.sku, sum(line.quantity) AS pieces
        FROM orders_line line JOIN orders_consignment part ON part.id = line.consignment_id
        WHERE part.placed_at >= %(since)s AND part.placed_at < %(until)s
          AND part.phase <> 'cancelled'
        GROUP BY line.seller_id, line.sku
    ) sold ON sold.seller_id = nomination.seller_id AND sold.sku = nomination.offer_key
    LEFT JOIN (
        SELECT seller_id, least(%(most)s,
               greatest(1, ceil(extract(epoch FROM %(until)s - min(placed_at)) / 86400))) AS days
        FROM orders_consignment WHERE placed_at < %(until)s GROUP BY seller_id
    ) selling ON selling.seller_id = nomination.seller_id
    WHERE nomination.campaign_id = %(campaign)s AND nomination.dropped_at IS NULL
      AND (NOT %(agreed)s OR consent.id IS NOT NULL)
      AND (NOT %(settled)s OR EXISTS (
          SELECT FROM campaigns_enrolment enrolment
          WHERE enrolment.nomination_id = nomination.id))
    ORDER BY nomination.seller_id, nomination.shop_id, nomination.offer_key COLLATE "C"
"""
_BUSIEST: LiteralString = """
    SELECT seller_id, max(parcels)::int FROM (
        SELECT seller_id, (ended_at AT TIME ZONE %(zone)s)::date, count(*) AS parcels
        FROM orders_consignment
        WHERE ended_at >= %(since)s AND ended_at < %(until)s AND phase <> 'cancelled'
        GROUP BY 1, 2) days
    GROUP BY seller_id
"""
_FACTS: LiteralString = """
    SELECT line.seller_id, part.shop_id, line.sku, sum(line.quantity)::int, sum(line.amount)
    FROM orders_consignment part JOIN orders_line line ON line.consignment_id = part.id
    WHERE part.shop_id = ANY(%(shops)s) AND part.placed_at >= %(since)s
      AND part.placed_at < %(until)s AND part.phase <> 'cancelled'
      AND (%(seller)s::bigint IS NULL OR part.seller_id = %(seller)s)
    GROUP BY 1, 2, 3
"""
_FACT_PARTS: LiteralString = """
    SELECT seller_id, shop_id, count(*)::int, sum(amount), coalesce(sum(payout), 0),
           count(*) FILTER (WHERE coalesce(ended_at, %(now)s) > ship_by)::int
    FROM orders_consignment
    WHERE shop_id = ANY(%(shops)s) AND placed_at >= %(since)s AND placed_at < %(until)s
      AND phase <> 'cancelled' AND (%(seller)s::bigint IS NULL OR seller_id = %(seller)s)
    GROUP BY 1, 2
"""


class RehearsalCard(msgspec.Struct, frozen=True):
    """A rehearsal as the operator sees it. Totals and machine: None until it is done."""

    id: int
    state: RehearsalState
    assumptions: Assumptions
    minutes: float
    agreed_only: bool
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    stage: Stage | None
    part: float
    trouble: str
    totals: Totals | None
    machine: Machine | None
    digest: str


class PartCard(msgspec.Struct, frozen=True):
    """A seller's part of a rehearsal in one shop, with what the rehearsal took for granted."""

    rehearsal_id: int
    at: datetime
    assumptions: Assumptions
    agreed_only: bool
    day: SellerDay


class FactCard(msgspec.Struct, frozen=True):
    """What a seller's orders in one shop really were in the campaign's window.

    `payout` is the marketplace's estimate; `late` left after their last day, or still stand here.
    """

    orders: int
    revenue: Decimal
    payout: Decimal
    late: int


class Facts(msgspec.Struct, frozen=True):
    """What was sold in a campaign's window: offers by (seller, shop, key), parts by the first two.

    Empty where nothing was.
    """

    offers: dict[tuple[int, int, str], Sold]
    parts: dict[tuple[int, int], FactCard]


def rehearsals(
    campaign_id: int, *, before: int | None = None, limit: int = 20
) -> list[RehearsalCard]:
    """Return a campaign's rehearsals, the newest first, from below an id; for the operator."""
    with operator_scope():
        rows = Rehearsal.objects.filter(campaign_id=campaign_id).order_by("-id")
        if before is not None:
            rows = rows.filter(id__lt=before)
        return [_card(row) for row in rows[:limit]]


def rehearsal(rehearsal_id: int, *, campaign_id: int | None = None) -> RehearsalCard:
    """Return one; for the operator. Raises UnknownRehearsalError."""
    with operator_scope():
        rows = Rehearsal.objects.filter(pk=rehearsal_id)
        row = (rows if campaign_id is None else rows.filter(campaign_id=campaign_id)).first()
        if row is None:
            raise UnknownRehearsalError(given=rehearsal_id)
        return _card(row)


def campaign_of(rehearsal_id: int) -> int:
    """Return the campaign that a rehearsal is of. Raises UnknownRehearsalError."""
    with operator_scope():
        rows = Rehearsal.objects.filter(pk=rehearsal_id)
        found = rows.values_list("campaign_id", flat=True).first()
        if found is None:
            raise UnknownRehearsalError(given=rehearsal_id)
        return int(found)


def parts(
    campaign_id: int, *, seller_id: int | None, rehearsal_id: int | None = None
) -> list[PartCard]:
    """Return the parts of a rehearsal, else of the newest that is done.

    A seller's own in its scope, all for the operator.
    """
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = RehearsalPart.objects.filter(campaign_id=campaign_id)
        if seller_id is not None:
            rows = rows.filter(seller_id=seller_id)
        if rehearsal_id is None:
            newest = rows.order_by("-rehearsal_id").values_list("rehearsal_id", flat=True)
            rehearsal_id = newest.first() or 0
        rows = rows.filter(rehearsal_id=rehearsal_id).order_by("seller_id", "shop_id")
        return [
            PartCard(
                rehearsal_id=row.rehearsal_id,
                at=row.at,
                assumptions=msgspec.convert(row.assumptions, Assumptions, strict=False),
                agreed_only=row.agreed_only,
                day=msgspec.convert(row.day, SellerDay, strict=False),
            )
            for row in rows
        ]


def goods(card: CampaignCard, *, agreed_only: bool, settled: bool) -> list[Goods]:
    """Return what would take part, with how it sold in the four weeks before the campaign.

    `agreed_only`: only what sellers agreed to. `settled`: only what a freeze enrolled.
    """
    until = min(now(), card.outline.reduced_from)
    names: dict[str, Any] = {
        "campaign": card.id,
        "agreed": agreed_only,
        "settled": settled,
        "since": until - LOOK_BACK,
        "until": until,
        "most": LOOK_BACK.days,
    }
    return [Goods(*row) for row in _read(None, _GOODS, names)]


def busiest_days(card: CampaignCard) -> dict[int, int]:
    """Return how many parcels each seller sent on its busiest day of the four weeks before."""
    until = min(now(), card.outline.reduced_from)
    names = {"since": until - LOOK_BACK, "until": until, "zone": card.outline.zone}
    return dict(_read(None, _BUSIEST, names))


def facts(card: CampaignCard, *, seller_id: int | None) -> Facts:
    """Return what was sold in the campaign's window and shops: a seller's own, or all."""
    names: dict[str, Any] = {
        "shops": list(card.shop_ids),
        "since": card.outline.reduced_from,
        "until": card.outline.sold_until,
        "seller": seller_id,
        "now": now(),
    }
    if names["now"] < names["since"]:
        return Facts({}, {})
    offers = _read(seller_id, _FACTS, names)
    sums = _read(seller_id, _FACT_PARTS, names)
    return Facts(
        {(seller, shop, sku): Sold(pieces, amount) for seller, shop, sku, pieces, amount in offers},
        {(seller, shop): FactCard(*rest) for seller, shop, *rest in sums},
    )


def _read(
    seller_id: int | None, sql: LiteralString, names: dict[str, Any]
) -> Sequence[tuple[Any, ...]]:
    with operator_scope() if seller_id is None else scope(seller_id), connection.cursor() as cursor:
        cursor.execute(sql, names)
        return list(cursor.fetchall())


def _card(row: Rehearsal) -> RehearsalCard:
    return RehearsalCard(
        id=row.pk,
        state=RehearsalState(row.state),
        assumptions=msgspec.convert(row.assumptions, Assumptions, strict=False),
        minutes=row.minutes,
        agreed_only=row.agreed_only,
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        stage=Stage(row.told) if row.told else None,
        part=row.part,
        trouble=row.trouble,
        totals=None if row.totals is None else msgspec.convert(row.totals, Totals, strict=False),
        machine=None if row.machine is None else msgspec.convert(row.machine, Machine),
        digest=row.digest,
    )

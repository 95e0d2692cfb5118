"""Running campaigns: states move by the clock, and every shop is brought to what they ask for.

Exactly once: what is done for a seller in a shop is written down in the transaction that does it.
The prices themselves change at their minute by `listings`, which has had them since the freeze;
pieces are free again by `stock`, also where nothing of this runs. The sweep finds what is left.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.errors import IllegalMoveError
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.running import (
    LATE_ORDERS,
    STAGES,
    Place,
    Stage,
    due,
    purpose_of,
    spread,
)
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Campaign, Readiness
from torgpred.campaigns.selectors.cards import campaign_card, outline_of
from torgpred.campaigns.services.moving import move
from torgpred.campaigns.services.turns import campaign_row, share_campaign
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding, Kind, Severity
from torgpred.listings.services import timed_prices
from torgpred.listings.services.timed_prices import PriceAhead
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock
from torgpred.stock.core.values import Lacking
from torgpred.stock.services import keeping

_log = logger(__name__)
BY = "the campaign"
"""The actor of what follows from a campaign's state."""

FEWER = Kind(
    "running.fewer",
    Severity.ERROR,
    "Of {asked} pieces to be locked {value} were free.",
    "Bring more to the warehouse; the others are sold as usual.",
)
NOWHERE = Kind(
    "running.nowhere",
    Severity.ERROR,
    "No warehouse may lock its {value} pieces: none lies in {country}.",
    "Name a warehouse there: torgpred stock warehouse.",
)

_PAIRS: LiteralString = """
    INSERT INTO campaigns_readiness
        (seller_id, campaign_id, shop_id, stage, asked, kept, offers, prices, troubles, at)
    SELECT DISTINCT nomination.seller_id, nomination.campaign_id, nomination.shop_id, 'waiting',
           0, 0, 0, 0, '[]'::jsonb, %(now)s::timestamptz
    FROM campaigns_enrolment enrolment
    JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
    JOIN campaigns_campaign campaign ON campaign.id = nomination.campaign_id
    WHERE campaign.state IN ('frozen', 'running', 'paused')
    ON CONFLICT (seller_id, campaign_id, shop_id) DO NOTHING
"""

_TAKING_PART: LiteralString = """
    SELECT nomination.offer_key, nomination.price, nomination.pieces,
           coalesce(verdict.base, verdict.usual)
    FROM campaigns_enrolment enrolment
    JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
    LEFT JOIN campaigns_verdict verdict
      ON verdict.seller_id = nomination.seller_id AND verdict.campaign_id = nomination.campaign_id
     AND verdict.shop_id = nomination.shop_id AND verdict.offer_key = nomination.offer_key
    WHERE nomination.campaign_id = %s AND nomination.seller_id = %s AND nomination.shop_id = %s
    ORDER BY nomination.offer_key COLLATE "C"
"""


class _Part(msgspec.Struct, frozen=True):
    """An offer that takes part. `base` is what its reduction is counted from."""

    offer_key: str
    price: Decimal
    pieces: int
    base: Decimal | None

    @property
    def ahead(self) -> PriceAhead:
        higher = self.base is not None and self.base > self.price
        return PriceAhead(self.offer_key, self.price, self.base if higher else None)


def run() -> None:
    """Move campaigns that the clock asks to, and bring shops to what states ask for.

    One seller in one shop at a time, each in a transaction of its own: what one of them cannot do
    is logged, tried again by the next sweep, and keeps nobody else waiting. Safe to repeat, and at
    several places at once.
    """
    _by_the_clock()
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_PAIRS, {"now": now()})
    for readiness_id, seller_id in _not_there_yet():
        try:
            _bring(readiness_id, seller_id)
        except TorgpredError as error:
            _log.warning("campaign not brought about", seller=seller_id, error=str(error))


def _by_the_clock() -> None:
    with operator_scope():
        states = [State.FROZEN.value, State.RUNNING.value, State.PAUSED.value]
        rows = [
            (row.pk, State(row.state), outline_of(row))
            for row in Campaign.objects.filter(state__in=states).order_by("id")
        ]
    for campaign_id, state, outline in rows:
        wanted = due(state, outline, now())
        if wanted is not None:
            with suppress(IllegalMoveError):  # somebody moved it meanwhile
                move(campaign_id=campaign_id, wanted=wanted, actor=BY)


def _not_there_yet() -> list[tuple[int, int]]:
    """Return (readiness, seller) of those whose stage is not the one their campaign asks for."""
    found: list[tuple[int, int]] = []
    with operator_scope():
        for stage in Stage:
            states = [state.value for state, asked in STAGES.items() if asked is stage]
            rows = Readiness.objects.filter(campaign__state__in=states).exclude(stage=stage.value)
            found += rows.order_by("id").values_list("id", "seller_id")
    return found


def _bring(readiness_id: int, seller_id: int) -> None:
    """Bring one seller in one shop to what the campaign's state asks for."""
    with scope(seller_id):
        rows = Readiness.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=readiness_id).first()
        if row is None:
            return
        share_campaign(row.campaign_id)
        card = campaign_card(campaign_row(row.campaign_id))
        wanted = STAGES.get(card.state)
        if wanted is None or wanted.value == row.stage:
            return
        if wanted is Stage.READY:
            _make_ready(row, card)
        else:
            timed_prices.withdraw(
                seller_id=seller_id, shop_id=row.shop_id, reference=card.code, actor=BY
            )
            if wanted is Stage.ENDED:
                _free(row, card)
        row.stage, row.at = wanted.value, now()
        row.save()


def _make_ready(row: Readiness, card: CampaignCard) -> None:
    """Keep the pieces, once, and plan the prices."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKING_PART, [row.campaign_id, row.seller_id, row.shop_id])
        parts = [_Part(*one) for one in cursor.fetchall()]
    troubles: list[Finding] = []
    if row.stock_at is None:
        row.asked = sum(one.pieces for one in parts)
        troubles += _keep(row, card, parts)
        row.stock_at = now()
    row.offers = len(parts)
    if card.outline.sold_until > now():
        planned = timed_prices.schedule(
            seller_id=row.seller_id,
            shop_id=row.shop_id,
            prices=[one.ahead for one in parts],
            starts_at=card.outline.reduced_from,
            ends_at=card.outline.sold_until,
            reference=card.code,
            actor=BY,
        )
        row.prices = planned.prices
        troubles += planned.findings
    row.troubles = msgspec.to_builtins(troubles)


def _keep(row: Readiness, card: CampaignCard, parts: Sequence[_Part]) -> Iterator[Finding]:
    """Keep the pieces of what takes part, in the buyers' country first; yield what lacks."""
    outline = card.outline
    local = outline.local_first or bool(card.rules.local_stock)
    places = _places(row.seller_id, [one.offer_key for one in parts])
    wanted: dict[tuple[str, int], int] = {}
    for one in parts:
        there = places.get(one.offer_key, ())
        shares = spread(one.pieces, there, country=outline.country, local=local)
        if not shares:
            yield NOWHERE.at(one.offer_key, one.pieces, country=outline.country)
        for warehouse_id, pieces in shares.items():
            wanted[one.offer_key, warehouse_id] = pieces
    if not wanted or now() >= outline.sold_until + LATE_ORDERS:
        return
    kept = keeping.keep_what_there_is(
        seller_id=row.seller_id,
        purpose=purpose_of(card.code),
        shop_ids=[row.shop_id],
        pieces=wanted,
        until=outline.sold_until + LATE_ORDERS,
        actor=BY,
    )
    row.kept = sum(one.pieces for one in kept.locks)
    yield from map(_fewer, kept.lacking)


def _fewer(one: Lacking) -> Finding:
    return FEWER.at(one.sku, one.kept, asked=one.asked)


def _places(seller_id: int, skus: Sequence[str]) -> dict[str, list[Place]]:
    known = {one.id: one for one in stock.warehouses(seller_id)}
    found: dict[str, list[Place]] = {}
    for level in stock.levels(seller_id, skus=set(skus)):
        there = known[level.warehouse_id]
        place = Place(there.id, there.country, there.rank, level.available)
        found.setdefault(level.sku, []).append(place)
    return found


def _free(row: Readiness, card: CampaignCard) -> None:
    """Close the locks of the campaign in this shop that time has not closed yet."""
    purpose = purpose_of(card.code)
    open_ones = [
        one.id
        for one in stock.open_locks(row.seller_id)
        if one.purpose == purpose and one.shop_ids == (row.shop_id,)
    ]
    if open_ones:
        keeping.unlock(seller_id=row.seller_id, lock_ids=open_ones, actor=BY)

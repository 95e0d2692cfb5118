"""Clocks of campaigns that concern somebody now: what is still open before they run out."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.reminding import (
    MISSED,
    TAKES,
    Thing,
    answers_until,
    key_of,
    ship_by,
    stage,
)
from torgpred.campaigns.models import Campaign
from torgpred.campaigns.selectors.cards import outline_of
from torgpred.runtime.scope import operator_scope, scope

_OPEN = """
    SELECT nomination.campaign_id, nomination.seller_id, count(*)::int,
           (count(*) FILTER (WHERE NOT EXISTS (
               SELECT FROM campaigns_consent consent
               WHERE consent.nomination_id = nomination.id AND consent.standing
                 AND consent.terms_digest = nomination.terms_digest)))::int
    FROM campaigns_nomination nomination
    WHERE nomination.campaign_id = ANY(%(campaigns)s) AND nomination.dropped_at IS NULL
    GROUP BY 1, 2
"""
_TAKING = """
    SELECT campaign_id, count(DISTINCT shop_id)::int FROM campaigns_readiness
    WHERE campaign_id = ANY(%(campaigns)s) GROUP BY 1
"""
_UNPROVEN = """
    SELECT ready.campaign_id, ready.seller_id, count(*)::int
    FROM campaigns_readiness ready
    WHERE ready.campaign_id = ANY(%(campaigns)s) AND NOT EXISTS (
        SELECT FROM campaigns_proof proof
        WHERE proof.campaign_id = ready.campaign_id AND proof.seller_id = ready.seller_id
          AND proof.shop_id = ready.shop_id)
    GROUP BY 1, 2
"""
_UNSENT = """
    SELECT enrolment.campaign_id, part.seller_id, count(DISTINCT part.id)::int
    FROM campaigns_enrolment enrolment
    JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
    JOIN campaigns_campaign campaign ON campaign.id = enrolment.campaign_id
    JOIN orders_consignment part
      ON part.seller_id = nomination.seller_id AND part.shop_id = nomination.shop_id
     AND part.phase = 'to_ship' AND part.phase IN ('placed', 'to_ship')
     AND part.placed_at >= campaign.starts_at AND part.placed_at < campaign.ends_at
    JOIN orders_line line
      ON line.consignment_id = part.id AND line.sku = nomination.offer_key
    WHERE enrolment.campaign_id = ANY(%(campaigns)s)
    GROUP BY 1, 2
"""
# Moments whose prices were looked at and are not right.
_NOT_BACK = """
    SELECT ready.campaign_id, ready.seller_id, ready.shop_id, switch.due_at, switch.left
    FROM campaigns_readiness ready
    JOIN listings_priceswitch switch
      ON switch.seller_id = ready.seller_id AND switch.shop_id = ready.shop_id
     AND switch.begun_at < %(begun)s AND switch.left > 0
    WHERE ready.campaign_id = ANY(%(campaigns)s) AND ready.stage IN ('paused', 'ended')
"""
_LOOKED_AT = timedelta(days=30)
"""Campaigns that ended longer ago have no clock that runs."""


class Due(msgspec.Struct, frozen=True):
    """A clock that concerns a tenant: `seller_id` None is the operator. `count` is still open.

    `key` names clock and stage. `shop_id` is 0 where no shop is meant.
    """

    seller_id: int | None
    campaign: str
    name: str
    thing: Thing
    ends: datetime
    count: int
    key: str
    shop_id: int = 0


class _One(msgspec.Struct, frozen=True):
    id: int
    code: str
    name: str
    state: State
    outline: Outline
    moved_at: datetime


def due(at: datetime, *, seller_id: int | None = None) -> list[Due]:
    """Return the clocks near their end, or missed, with something still open.

    A seller's own in its scope, or those of all sellers and the operator for the operator's eyes.
    """
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = Campaign.objects.exclude(state=State.DRAFT.value).order_by("id")
        rows = rows.filter(ends_at__gt=at - _LOOKED_AT)
        known = [
            _One(row.pk, row.code, row.name, State(row.state), outline_of(row), row.moved_at)
            for row in rows
        ]
        found = [*_answers(known, at), *_proofs(known, at), *_after(known, at)]
    return [one for one in found if seller_id is None or one.seller_id == seller_id]


def _answers(known: list[_One], at: datetime) -> Iterator[Due]:
    opened = {one.id: one for one in known if one.state is State.OPEN}
    unanswered: dict[int, int] = dict.fromkeys(opened, 0)
    agreed: dict[int, int] = dict.fromkeys(opened, 0)
    for campaign_id, seller_id, nominated, silent in _rows(_OPEN, opened):
        unanswered[campaign_id] += silent
        agreed[campaign_id] += nominated - silent
        one = opened[campaign_id]
        yield from _told(one, Thing.ANSWER, answers_until(one.outline), silent, at, seller_id)
    for number, one in opened.items():
        yield from _told(
            one, Thing.ENROLMENT, answers_until(one.outline), unanswered[number], at, None
        )
        falls = one.outline.reduced_from
        yield from _told(one, Thing.FREEZE, falls, agreed[number], at, None, empty=True)


def _proofs(known: list[_One], at: datetime) -> Iterator[Due]:
    states = {State.FROZEN, State.RUNNING, State.PAUSED}
    settled = {one.id: one for one in known if one.state in states}
    lacking: dict[int, int] = {}
    for campaign_id, seller_id, shops in _rows(_UNPROVEN, settled):
        one = settled[campaign_id]
        lacking[campaign_id] = lacking.get(campaign_id, 0) + shops
        yield from _told(one, Thing.PROOF, one.outline.reduced_from, shops, at, seller_id)
    for number, shops in lacking.items():
        one = settled[number]
        yield from _told(one, Thing.PROOFS, one.outline.reduced_from, shops, at, None)


def _after(known: list[_One], at: datetime) -> Iterator[Due]:
    running = {one.id: one for one in known if one.state in {State.RUNNING, State.PAUSED}}
    taking = dict(_rows(_TAKING, running))
    for one in running.values():
        shops = taking.get(one.id, 0)
        yield from _told(one, Thing.END, one.outline.sold_until, shops, at, None)
    states = {State.RUNNING, State.PAUSED, State.OVER}
    shipping = {
        one.id: one
        for one in known
        if one.state in states and (last := ship_by(one.outline)) and stage(last, at, late=True)
    }
    for campaign_id, seller_id, parts in _rows(_UNSENT, shipping):
        one = shipping[campaign_id]
        last = ship_by(one.outline)
        if last is not None:
            yield from _told(one, Thing.SHIP_BY, last, parts, at, seller_id)
    ended = {State.PAUSED, State.OVER, State.CANCELLED}
    back = {one.id: one for one in known if one.state in ended}
    for campaign_id, seller_id, shop_id, moment, left in _rows(_NOT_BACK, back, begun=at - TAKES):
        one = back[campaign_id]
        if moment < min(one.moved_at, one.outline.sold_until):
            continue  # a start, or what another campaign changed before
        key = key_of(one.code, Thing.RETURN_FAILED, moment, "failed", f"{seller_id}-{shop_id}")
        for whom in (seller_id, None):
            yield Due(whom, one.code, one.name, Thing.RETURN_FAILED, moment, left, key, shop_id)


def _told(
    one: _One,
    thing: Thing,
    ends: datetime,
    count: int,
    at: datetime,
    seller_id: int | None,
    *,
    empty: bool = False,
) -> Iterator[Due]:
    """Yield a clock where a reminder of it is due; `empty`: also where nothing is counted."""
    now = stage(ends, at, late=thing in MISSED)
    if now and (count or empty):
        key = key_of(one.code, thing, ends, now)
        yield Due(seller_id, one.code, one.name, thing, ends, count, key)


def _rows(query: LiteralString, campaigns: dict[int, _One], **names: object) -> list[Any]:
    if not campaigns:
        return []
    given: dict[str, Any] = {"campaigns": list(campaigns), **names}
    with connection.cursor() as cursor:
        cursor.execute(query, given)
        return list(cursor.fetchall())

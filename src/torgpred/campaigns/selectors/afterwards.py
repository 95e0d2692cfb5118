"""Reads for what is told of a campaign: to each seller, to the operator, to the marketplace."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString
from zoneinfo import ZoneInfo

import msgspec
from django.db import connection

from torgpred.campaigns.core.errors import NotInCampaignError
from torgpred.campaigns.core.money.afterwards import (
    Facts,
    LineFact,
    LockFact,
    OfferFact,
    PartFact,
    SellerReport,
    report,
)
from torgpred.campaigns.core.money.lessons import lessons
from torgpred.campaigns.core.money.overview import Overview, overview
from torgpred.campaigns.core.money.pooling import Atom, Pooled, pool
from torgpred.campaigns.core.money.results import Results, SellerResult
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.running import purpose_of
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors.locked import went_early
from torgpred.campaigns.selectors.money import SOLD, money, spent, window
from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.orders.core import payouts as paying
from torgpred.orders.selectors.payouts import PayoutCard, payouts
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock

BREAKDOWNS: Final = ("category", "day")
"""By what the marketplace's report is also told."""
_MANY: Final = 1_000_000
_OFFERS: LiteralString = """
    SELECT nomination.shop_id, nomination.offer_key, nomination.terms ->> 'currency',
           nomination.price, (nomination.terms ->> 'usual')::numeric,
           (nomination.terms ->> 'keeps')::numeric, (nomination.terms ->> 'margin')::numeric,
           nomination.pieces
    FROM campaigns_enrolment enrolment
    JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
    WHERE enrolment.campaign_id = %s AND enrolment.seller_id = %s
    ORDER BY nomination.shop_id, nomination.offer_key COLLATE "C"
"""
_LINES: LiteralString = (
    "WITH sold AS MATERIALIZED ("  # noqa: S608 - constants only
    + SOLD
    + """)
    SELECT sold.part, sold.shop_id, sold.sku, sold.placed_at, sold.quantity, sold.amount,
           coalesce((SELECT sum(back.pieces) FROM orders_return back
                     WHERE back.line_id = sold.line), 0)::int
    FROM sold ORDER BY sold.placed_at, sold.line
"""
)
_PARTS: LiteralString = (
    "WITH sold AS MATERIALIZED ("  # noqa: S608 - constants only
    + SOLD
    + """)
    SELECT part.id, part.shop_id, part.remote_id, part.phase, part.placed_at, part.ship_by,
           part.ended_at, part.currency, part.amount
    FROM orders_consignment part WHERE part.id IN (SELECT sold.part FROM sold) ORDER BY part.id
"""
)
_POOLED: LiteralString = (
    "WITH sold AS MATERIALIZED ("  # noqa: S608 - constants only
    + SOLD
    + """)
    SELECT sold.seller_id, shop.family, coalesce(mapping.market_category, ''), sold.placed_at,
           sold.quantity, sold.amount, sold.currency
    FROM sold
    JOIN channels_shop shop ON shop.id = sold.shop_id
    LEFT JOIN catalogue_offer offer
      ON offer.seller_id = sold.seller_id AND offer.key = sold.sku
    LEFT JOIN listings_mapping mapping
      ON mapping.seller_id = sold.seller_id AND mapping.family = shop.family
     AND mapping.category_key = offer.category_key
    WHERE sold.phase <> 'cancelled'
"""
)


class _Part(msgspec.Struct, frozen=True, array_like=True):
    id: int
    shop_id: int
    order: str
    phase: str
    placed_at: datetime
    ship_by: datetime | None
    ended_at: datetime | None
    currency: str
    amount: Decimal


def seller_report(card: CampaignCard, seller_id: int) -> SellerReport:
    """Return what is told to a seller of its own goods; before the end, so far.

    Only its own rows are read, but for the campaign's spend, of which it is told its part. Raises
    NotInCampaignError.
    """
    return _of_seller(card, seller_id, money(card))


def operator_report(card: CampaignCard) -> Overview:
    """Return what is told to the operator: every seller that takes part, spend, margin."""
    found = money(card)
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT seller_id FROM campaigns_enrolment WHERE campaign_id = %s"
            " ORDER BY seller_id",
            [card.id],
        )
        sellers = [seller for (seller,) in cursor.fetchall()]
    return overview(found, spent(card.id), [_of_seller(card, one, found) for one in sellers])


def marketplace_report(card: CampaignCard) -> Pooled:
    """Return what may be told outside: sums over sellers, none that tells of few of them."""
    zone = ZoneInfo(card.outline.zone)
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_POOLED, window(card))
        rows = cursor.fetchall()
    names = {family: _categories(family) for family in {row[1] for row in rows}}
    sums: dict[tuple[int, tuple[str, ...]], dict[str, Decimal]] = {}
    for seller, family, category, placed_at, pieces, amount, currency in rows:
        named = names[family].get(category, category)
        groups = (named, placed_at.astimezone(zone).date().isoformat())
        units = sums.setdefault((seller, groups), {})
        units["pieces"] = units.get("pieces", Decimal(0)) + pieces
        units[currency] = units.get(currency, Decimal(0)) + amount
    atoms = [Atom(seller, groups, units) for (seller, groups), units in sorted(sums.items())]
    return pool(atoms, BREAKDOWNS, card.outline.least_sellers)


def _of_seller(card: CampaignCard, seller_id: int, found: Results) -> SellerReport:
    facts = _facts(card, seller_id)
    mine: SellerResult | None = next(
        (one for one in found.sellers if one.seller_id == seller_id), None
    )
    made = report(facts, mine, seller_id)
    why = "; ".join(sorted({it for one in facts.parts for it in one.unknown}))
    said = lessons(
        made, starts=card.outline.reduced_from, zone=card.outline.zone, why=f"{why}." if why else ""
    )
    return msgspec.structs.replace(made, lessons=tuple(said))


def _facts(card: CampaignCard, seller_id: int) -> Facts:
    names = window(card, seller_id)
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_OFFERS, [card.id, seller_id])
        offers = [OfferFact(*row) for row in cursor.fetchall()]
        if not offers:
            raise NotInCampaignError(seller=seller_id, campaign=card.code)
        cursor.execute(_LINES, names)
        lines = [LineFact(*row) for row in cursor.fetchall()]
        cursor.execute(_PARTS, names)
        parts = [_Part(*row) for row in cursor.fetchall()]
    called = catalogue.offers_of(seller_id, [one.offer_key for one in offers])
    locks = stock.locks(seller_id, purpose=purpose_of(card.code), limit=_MANY)
    early = went_early(card, seller_id)
    return Facts(
        offers=tuple(
            msgspec.structs.replace(one, name=called[one.offer_key].name)
            if one.offer_key in called
            else one
            for one in offers
        ),
        lines=tuple(lines),
        parts=tuple(_paid(parts, lines, _payouts(seller_id, names, parts))),
        locks=tuple(
            LockFact(one.sku, one.pieces, one.used, one.freed, early.get(one.id, 0))
            for one in locks
        ),
        at=now(),
        over=card.state is State.OVER or now() >= card.outline.sold_until,
    )


def _payouts(
    seller_id: int, names: Mapping[str, Any], parts: Sequence[_Part]
) -> dict[int, PayoutCard]:
    if not parts:
        return {}
    cards = payouts(seller_id, since=names["since"], until=names["until"], limit=_MANY)
    return {one.consignment: one for one in cards}


def _paid(
    parts: Sequence[_Part], lines: Sequence[LineFact], cards: Mapping[int, PayoutCard]
) -> list[PartFact]:
    """Return consignments with what is kept of the campaign's lines, their share of the whole."""
    amounts: dict[int, Decimal] = {}
    for one in lines:
        amounts[one.part_id] = amounts.get(one.part_id, Decimal(0)) + one.amount
    found = []
    for part in parts:
        fact = PartFact(
            part.id, part.shop_id, part.order, part.phase, part.placed_at, part.ship_by,
            part.ended_at, part.currency,
        )  # fmt: skip
        card = cards.get(part.id)
        if card is not None:
            fact = _with_payout(fact, card, amounts.get(part.id, Decimal(0)))
        found.append(fact)
    return found


def _with_payout(fact: PartFact, card: PayoutCard, amount: Decimal) -> PartFact:
    if card.ours.payout is None or card.ours.fee is None:
        return msgspec.structs.replace(fact, unknown=card.ours.unknown)
    away = {
        label: paying.share(-card.ours.part(label), card.amount, part=amount) or Decimal(0)
        for label in (paying.COMMISSION, paying.DELIVERY, paying.TAX)
    }
    fee = paying.share(card.ours.fee, card.amount, part=amount) or Decimal(0)
    return msgspec.structs.replace(
        fact,
        commission=away[paying.COMMISSION],
        delivery=away[paying.DELIVERY],
        tax=away[paying.TAX],
        fee=fee,
        keeps=amount - sum(away.values(), Decimal(0)) - fee,
    )


def _categories(family: str) -> dict[str, str]:
    known = channels.market_categories(family)
    return {code: " / ".join(one.path) or one.name for code, one in known.items()}

"""What was judged: counts, what is missing most, offer by offer with what the buyer is promised.

A seller's own, or with None everybody's, for the operator's eyes.
"""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.kernel.findings import Finding
from torgpred.programmes.core.saying import said
from torgpred.programmes.core.values import Programme, Verdict
from torgpred.programmes.models import Judging
from torgpred.runtime.scope import operator_scope, scope
from torgpred.stock import selectors as stock

HOURS: Final = 24
"""Of a day: what a marketplace calls a lead time in days is told to a buyer in hours."""
_MINE: LiteralString = """
    family = %(family)s AND code = %(code)s
    AND (%(seller)s::bigint IS NULL OR seller_id = %(seller)s)
"""
_COUNTS: LiteralString = f"""
    SELECT verdict, count(*)::int, (count(*) FILTER (WHERE listed))::int
    FROM programmes_judgement WHERE {_MINE} GROUP BY verdict
"""  # noqa: S608 - constants only
_BY_SELLER: LiteralString = f"""
    SELECT seller_id, verdict, count(*)::int, (count(*) FILTER (WHERE listed))::int
    FROM programmes_judgement WHERE {_MINE} GROUP BY seller_id, verdict
"""  # noqa: S608 - constants only
_LACKING: LiteralString = f"""
    SELECT lack, count(*)::int, (count(*) FILTER (WHERE cardinality(lacks) = 1))::int,
           (sum(pieces_short) FILTER (WHERE lack = 'local_stock.missing'))::bigint,
           count(DISTINCT seller_id)::int, (array_agg(sku ORDER BY sku))[1:3]
    FROM programmes_judgement CROSS JOIN unnest(lacks) lack
    WHERE {_MINE}
    GROUP BY lack ORDER BY 3 DESC, 2 DESC, lack
"""  # noqa: S608 - constants only
_PAGE: LiteralString = f"""
    SELECT sku, shop_id, product_key, category, listed, verdict, lacks, pieces, abroad,
           pieces_short, warehouse, lead_days, delivery_days, price, currency, judged_at
    FROM programmes_judgement
    WHERE {_MINE} AND seller_id = %(seller)s
      AND (%(verdict)s = '' OR verdict = %(verdict)s)
      AND (%(lack)s = '' OR %(lack)s = ANY(lacks))
      AND (sku, shop_id) > (%(after)s, %(shop)s)
    ORDER BY sku, shop_id LIMIT %(limit)s
"""  # noqa: S608 - constants only


class Counts(msgspec.Struct, frozen=True):
    """How many offers in shops a programme would let in; of them so many stand there (listed)."""

    qualifies: int = 0
    nearly: int = 0
    no: int = 0
    unknown: int = 0
    listed: dict[str, int] = {}

    @property
    def all(self) -> int:
        """Return how many were judged."""
        return self.qualifies + self.nearly + self.no + self.unknown


class LackGroup(msgspec.Struct, frozen=True):
    """Offers that lack the same: how many, and how many lack nothing else and would be freed."""

    code: str
    offers: int
    frees: int
    pieces: int
    sellers: int
    examples: tuple[str, ...]
    finding: Finding


class Promise(msgspec.Struct, frozen=True):
    """What the buyer of a listing is promised for goods from local stock.

    They leave `warehouse` within `ship_hours` of the order and are with the buyer `delivery_days`
    later; None where nobody said how long that takes. An order is served from that warehouse as
    long as a piece is free there.
    """

    warehouse: str
    ship_hours: int | None
    delivery_days: int | None

    @property
    def days(self) -> int | None:
        """Return the days from the order to the buyer; None where one part is not known."""
        if self.ship_hours is None or self.delivery_days is None:
            return None
        return self.ship_hours // HOURS + self.delivery_days


class JudgementCard(msgspec.Struct, frozen=True):
    """One offer in one shop, judged. `key` is where a page goes on after it."""

    sku: str
    shop_id: int
    product_key: str
    category: str
    listed: bool
    verdict: str
    lacks: tuple[Finding, ...]
    pieces: int | None
    abroad: int | None
    promise: Promise | None
    """None where no local warehouse has a piece: nothing is promised from local stock."""
    price: Decimal | None
    currency: str
    judged_at: datetime

    @property
    def key(self) -> str:
        """Return the place of this offer in the list."""
        return f"{self.shop_id} {self.sku}"


class JudgingCard(msgspec.Struct, frozen=True):
    """When a seller was last judged, by which version, how many offers, how many anew."""

    seller_id: int
    version: int
    judged_at: datetime
    offers: int
    redone: int


def _opened(seller_id: int | None) -> AbstractContextManager[None]:
    return operator_scope() if seller_id is None else scope(seller_id)


def _names(programme: Programme, seller_id: int | None) -> dict[str, Any]:
    return {"family": programme.family, "code": programme.code, "seller": seller_id}


def counts(programme: Programme, seller_id: int | None) -> Counts:
    """Count a seller's offers by verdict, or all sellers'."""
    with _opened(seller_id), connection.cursor() as cursor:
        cursor.execute(_COUNTS, _names(programme, seller_id))
        return _counted(cursor.fetchall())


def counts_by_seller(programme: Programme) -> dict[int, Counts]:
    """Count each seller's offers by verdict. For the operator's eyes."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_BY_SELLER, _names(programme, None))
        rows = cursor.fetchall()
    sellers = sorted({row[0] for row in rows})
    return {seller: _counted([row[1:] for row in rows if row[0] == seller]) for seller in sellers}


def _counted(rows: Sequence[tuple[str, int, int]]) -> Counts:
    many = {verdict: count for verdict, count, _ in rows}
    listed = {verdict: count for verdict, _, count in rows}
    return Counts(**many, listed={one.value: listed.get(one.value, 0) for one in Verdict})


def lacking(programme: Programme, seller_id: int | None) -> list[LackGroup]:
    """Return what is missing, what would free the most first; of a seller, or of all."""
    target = None if seller_id is None else target_warehouse(programme, seller_id)
    with _opened(seller_id), connection.cursor() as cursor:
        cursor.execute(_LACKING, _names(programme, seller_id))
        rows = cursor.fetchall()
    return [
        LackGroup(
            code=code,
            offers=offers,
            frees=frees,
            pieces=pieces or 0,
            sellers=sellers,
            examples=tuple(examples),
            finding=said(programme, code, pieces=pieces or 0, warehouse=target),
        )
        for code, offers, frees, pieces, sellers, examples in rows
    ]


def target_warehouse(programme: Programme, seller_id: int) -> str:
    """Return the warehouse where a seller would bring goods; empty where it has none there."""
    found = (one.code for one in stock.warehouses(seller_id) if one.country == programme.country)
    return next(found, "")


def judgements(
    programme: Programme,
    seller_id: int,
    *,
    verdict: str = "",
    lack: str = "",
    after: str = "",
    limit: int = 50,
) -> list[JudgementCard]:
    """Return a seller's offers as judged, by SKU, after the one with this key.

    `verdict` and `lack` (a lack's code) choose; empty: all.
    """
    shop, _, sku = after.partition(" ")
    names = {
        **_names(programme, seller_id),
        "verdict": verdict,
        "lack": lack,
        "after": sku,
        "shop": int(shop) if shop.isascii() and shop.isdigit() else 0,
        "limit": limit,
    }
    target = target_warehouse(programme, seller_id)
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(_PAGE, names)
        return [_card(programme, target, row) for row in cursor.fetchall()]


def _card(programme: Programme, target: str, row: tuple[Any, ...]) -> JudgementCard:
    (sku, shop_id, product_key, category, listed, verdict, lacks, pieces, abroad, short, warehouse,
     lead_days, delivery_days, price, currency, judged_at) = row  # fmt: skip
    promise = None
    if warehouse:
        hours = None if lead_days is None else lead_days * HOURS
        promise = Promise(warehouse, hours, delivery_days)
    return JudgementCard(
        sku=sku,
        shop_id=shop_id,
        product_key=product_key,
        category=category,
        listed=listed,
        verdict=verdict,
        lacks=tuple(said(programme, one, pieces=short, warehouse=target) for one in lacks),
        pieces=pieces,
        abroad=abroad,
        promise=promise,
        price=price,
        currency=currency,
        judged_at=judged_at,
    )


def judgings(programme: Programme, seller_id: int | None = None) -> list[JudgingCard]:
    """Return when sellers were last judged for a programme: one of them, or all."""
    with _opened(seller_id):
        rows = Judging.objects.filter(family=programme.family, code=programme.code)
        if seller_id is not None:
            rows = rows.filter(seller_id=seller_id)
        return [
            JudgingCard(one.seller_id, one.version, one.judged_at, one.offers, one.redone)
            for one in rows.order_by("seller_id")
        ]

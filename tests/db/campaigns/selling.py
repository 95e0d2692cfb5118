"""A campaign that was settled and sold: enrolled offers, planted orders, a clock that stands."""

from datetime import datetime, timedelta
from pathlib import Path

from django.db import connection
from tests.db.campaigns.market import START, Market, put

from torgpred.campaigns import selectors
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import consenting, moving, nominating
from torgpred.runtime.scope import operator_scope

ACTOR = "manager@operator.example"


def settled(market: Market, sellers: int = 2, *, pieces: int = 10) -> CampaignCard:
    """Return a frozen campaign in which so many sellers take part, each with A-1 at 800 RUB."""
    for _ in range(sellers):
        market.offer(market.seller(), "A-1", cost="380.00", pieces=pieces)
    card = market.campaign()
    nominating.nominate(campaign_id=card.id, which=Which(), actor=ACTOR)
    for seller in market.sellers:
        mine = selectors.nominations(card.id, seller_id=seller)
        consenting.consent(
            seller_id=seller, campaign_id=card.id,
            seen={one.id: one.digest for one in mine}, actor="desk@seller.example",
        )  # fmt: skip
    moving.freeze(campaign_id=card.id, actor=ACTOR)
    return selectors.campaign(card.id)


def order(
    market: Market,
    number: str,
    *sold: tuple[int, int],
    sku: str = "A-1",
    hours: float = 1,
    phase: str = "to_ship",
    sent_after: float | None = None,
) -> None:
    """Plant an order: (seller, pieces) at 800 RUB each, so many hours into the sale.

    It is to be sent within 48 hours; `sent_after`: it was, so many hours after it was placed.
    """
    placed = START + timedelta(hours=hours)
    ended: datetime | None = None if sent_after is None else placed + timedelta(hours=sent_after)
    total = sum(pieces for _, pieces in sold) * 800
    whole = put(
        "INSERT INTO orders_order (tenant_id, shop_id, remote_id, phase, words, placed_at,"
        " changed_at, taken_at, currency, total, country, digest, troubles)"
        " VALUES (%s, %s, %s, %s, '', %s, %s, %s, 'RUB', %s, 'RU', %s, '') RETURNING id",
        market.operator, market.shop, number, phase, placed, placed, placed, total,
        number.encode(),
    )  # fmt: skip
    for seller, pieces in sold:
        part = put(
            "INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase,"
            " placed_at, ship_by, ended_at, currency, amount, country, buyer)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'RUB', %s, 'RU', '') RETURNING id",
            seller, whole, market.shop, number, phase, placed, placed + timedelta(hours=48), ended,
            pieces * 800,
        )  # fmt: skip
        put(
            "INSERT INTO orders_line (seller_id, order_id, consignment_id, remote_id, sku,"
            " remote_sku_id, name, quantity, price, amount)"
            " VALUES (%s, %s, %s, %s, %s, '', '', %s, 800, %s)",
            seller, whole, part, f"{number}-{seller}", sku, pieces, pieces * 800,
        )  # fmt: skip


def came_back(seller: int, number: str, pieces: int) -> None:
    """Let pieces of an order's line be seen to come back."""
    put(
        "INSERT INTO orders_return (seller_id, line_id, warehouse_id, pieces, condition, seen_by,"
        " seen_at) SELECT line.seller_id, line.id, place.id, %s, 'good', 'me', now()"
        " FROM orders_line line JOIN stock_warehouse place"
        " ON place.seller_id = line.seller_id AND place.code = 'HOME'"
        " WHERE line.seller_id = %s AND line.remote_id = %s",
        pieces, seller, f"{number}-{seller}",
    )  # fmt: skip


def file_of(folder: Path, text: str, name: str = "given.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def many(table: str) -> int:
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        return int(cursor.fetchone()[0])

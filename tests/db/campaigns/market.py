"""Sellers, a joint shop, offers with prices seen for so many days: planted as rows, no twin."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from django.db import connection
from tests.db.conftest import make_tenant

from torgpred.accounts import services as accounts
from torgpred.campaigns import library
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Budget, Outline, Phase, PhaseKind, Share
from torgpred.campaigns.core.rules import Base, RuleSet
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.services import drawing_up, moving, rule_sets
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import Logistics, PricingPolicy, Route
from torgpred.listings.services import contexts
from torgpred.runtime.scope import operator_scope, scope

NOW = datetime(2026, 11, 5, 9, tzinfo=UTC)
"""When offers are judged."""
START = datetime(2026, 11, 10, 21, tzinfo=UTC)
"""11 November in Moscow."""
END = START + timedelta(days=5)
POLICY = PricingPolicy(
    commission=Decimal(10),
    fee=Decimal(2),
    route=Route(tax_out=Decimal(20), logistics=Logistics("RUB", per_parcel=Decimal(100))),
)


def make_outline(**overrides: Any) -> Outline:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "zone": "Europe/Moscow",
        "starts": START,
        "ends": END,
        "country": "RU",
        "percent": Decimal(20),
        "phases": (
            Phase(PhaseKind.SALE, START, END),
            Phase(PhaseKind.SHIP_BY, START, END + timedelta(days=3)),
        ),
    }
    return Outline(**(given | overrides))


def make_rules(**overrides: Any) -> RuleSet:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "code": "test-rules",
        "title": "Rules of a test",
        "source": "made up for tests",
        "percent_off": Decimal(20),
        "base": Base.LOWEST_SHOWN,
        "look_back_days": 30,
    }
    return RuleSet(**(given | overrides))


def library_rules(code: str, **overrides: Any) -> RuleSet:  # noqa: ANN401 - any field
    """Return a rule set of the library, completed by what its source does not tell."""
    found = next(one for one in library.library() if one.code == code)
    left = tuple(one for one in found.unknown if one not in overrides)
    return msgspec.structs.replace(found, unknown=left, **overrides)


def put(sql: str, *values: Any) -> Any:  # noqa: ANN401 - a column
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(sql, list(values))
        return cursor.fetchone()[0] if cursor.description else cursor.rowcount


class Market:
    """A joint shop of the operator with sellers and their offers."""

    def __init__(self) -> None:
        self.operator = accounts.ensure_operator().id
        self.shop = self.new_shop(self.operator, joint=True)
        self.sellers: list[int] = []

    def new_shop(self, tenant: int, *, joint: bool = False) -> int:
        shop: int = put(
            "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
            " created_at) VALUES (%s, 'aliexpress_ru', %s, 'http://127.0.0.1', 'RUB', %s,"
            " 'active', now()) RETURNING id",
            tenant,
            f"Shop {tenant}",
            joint,
        )
        self.look(shop)
        return shop

    def look(self, shop: int, at: datetime = NOW) -> None:
        """Let the shop have been looked through."""
        put(
            "INSERT INTO listings_observation (tenant_id, shop_id, started_at, finished_at,"
            " products, unknown) SELECT tenant_id, id, %s, %s, 0, 0 FROM channels_shop"
            " WHERE id = %s",
            at,
            at,
            shop,
        )

    def seller(self, policy: PricingPolicy = POLICY, lead_time_days: int | None = 2) -> int:
        number = len(self.sellers) + 1
        seller = make_tenant("seller", f"C-{number}")
        self.sellers.append(seller)
        put(
            "INSERT INTO channels_admission (shop_id, seller_id, admitted_at)"
            " VALUES (%s, %s, now())",
            self.shop,
            seller,
        )
        put(
            "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
            " VALUES (%s, 'HOME', 'Home', 'RU', 0, now()), (%s, 'FAR', 'Far', 'CN', 1, now())",
            seller,
            seller,
        )
        put(
            "INSERT INTO catalogue_feed (seller_id, name, source, format, profile, created_at)"
            " VALUES (%s, 'main', '', '', '', now())",
            seller,
        )
        contexts.set_policy(
            seller_id=seller,
            shop_id=self.shop,
            policy=ShopPolicy(pricing=policy, lead_time_days=lead_time_days),
            actor="test",
        )
        return seller

    def offer(
        self,
        seller: int,
        key: str,
        *,
        price: str = "1000.00",
        cost: str | None = "400.00",
        delivery: str | None = "100.00",
        days: int | None = 60,
        seen: Sequence[tuple[int, str, str | None]] = (),
        pieces: int | None = 10,
        warehouse: str = "HOME",
        status: str = "on_sale",
        held: str = "",
    ) -> None:
        """Plant an offer that is listed and seen at its price for so many days.

        `seen` are (days before the start, price, discounted price), the earliest first; `days`
        None: it is not listed at all.
        """
        put(
            "INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key,"
            " digest, source_digest, state, read_in, changed_in) SELECT %s, id, %s, %s, '10',"
            " '\\x00', '\\x00', 'present', 1, 1 FROM catalogue_feed WHERE seller_id = %s",
            seller,
            key,
            key,
            seller,
        )
        self.desire(seller, key, price=price, cost=cost, delivery=delivery, held=held)
        if pieces is not None:
            self.stock(seller, key, pieces, warehouse)
        if days is None:
            return
        product = put(
            "INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id,"
            " remote_id, status) VALUES (%s, %s, %s, %s, %s, %s) RETURNING id",
            seller,
            self.shop,
            key,
            key,
            f"{seller}-{key}",
            status,
        )
        listing = put(
            "INSERT INTO listings_listing (seller_id, product_id, sku, remote_sku_id)"
            " VALUES (%s, %s, %s, '') RETURNING id",
            seller,
            product,
            f"s{seller}-{key}",
        )
        self.show(seller, listing, seen or [(days, price, None)])

    def show(self, seller: int, listing: int, seen: Sequence[tuple[int, str, str | None]]) -> None:
        for place, (back, price, discount) in enumerate(seen):
            until = None
            if place + 1 < len(seen):
                until = START - timedelta(days=seen[place + 1][0])
            put(
                "INSERT INTO listings_shelfprice (seller_id, listing_id, price, discount_price,"
                " currency, seen_from, until) VALUES (%s, %s, %s, %s, 'RUB', %s, %s)",
                seller,
                listing,
                price,
                discount,
                START - timedelta(days=back),
                until,
            )

    def desire(
        self,
        seller: int,
        key: str,
        *,
        price: str = "1000.00",
        cost: str | None = "400.00",
        delivery: str | None = "100.00",
        held: str = "",
    ) -> None:
        """Plant or change what an offer's desired state tells of its price and costs."""
        prices = json.dumps([[key, price, None, "680.00", cost, delivery]]).encode()
        put(
            "INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,"
            " context_digest, draft_digest, offers, ready_offers, findings, prices)"
            " VALUES (%s, %s, %s, %s, '\\x00', %s, 1, 1, %s, %s)"
            " ON CONFLICT (seller_id, shop_id, product_key) DO UPDATE"
            " SET prices = excluded.prices, offers_digest = excluded.offers_digest",
            seller,
            self.shop,
            key,
            prices[-40:],
            None if held else b"d",
            held.encode(),
            prices,
        )

    def stock(self, seller: int, key: str, pieces: int, warehouse: str = "HOME") -> None:
        put(
            "INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand)"
            " SELECT %s, %s, id, %s FROM stock_warehouse WHERE seller_id = %s AND code = %s"
            " ON CONFLICT (seller_id, sku, warehouse_id) DO UPDATE SET on_hand = excluded.on_hand",
            seller,
            key,
            pieces,
            seller,
            warehouse,
        )

    def campaign(
        self,
        rules: RuleSet | None = None,
        *,
        opened: bool = True,
        budget: Budget | None = None,
        **outline: Any,  # noqa: ANN401 - any field
    ) -> CampaignCard:
        kept = rules or make_rules()
        rule_sets.keep_rules(rules=kept, actor="test")
        card = drawing_up.draw_up(
            name="A joint sale",
            rules=kept.code,
            outline=make_outline(**outline),
            shop_ids=[self.shop],
            budget=budget,
            actor="manager@operator.example",
        )
        if opened:
            card = moving.move(campaign_id=card.id, wanted=State.OPEN, actor="test")
        return card


def make_budget(**shares: int) -> Budget:
    given = shares or {"operator": 50, "seller": 30, "bank": 20}
    return Budget(
        Decimal(100_000), "RUB", tuple(Share(who, Decimal(part)) for who, part in given.items())
    )


def raw(seller: int | None, sql: str, *values: Any) -> list[tuple[Any, ...]]:  # noqa: ANN401 - columns
    """Run SQL in a seller's scope, or in the operator's."""
    with (
        operator_scope() if seller is None else scope(seller),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql, list(values))
        return list(cursor.fetchall()) if cursor.description else []

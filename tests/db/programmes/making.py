"""Goods of sellers as the areas below leave them, without feeds, plans or a marketplace."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from tests.db.orders.making import Shop, make_warehouse, put, rows, run

from torgpred.channels.core.drafts import Draft, Variant
from torgpred.kernel.digests import canonical, digest
from torgpred.runtime.scope import operator_scope

__all__ = ["Goods", "Shop", "make_warehouse", "put", "rows", "run"]

NOON = datetime(2026, 11, 11, 12, tzinfo=UTC)
MALL = "aliexpress_ru/mall"


def make_draft(sku: str, **overrides: Any) -> Draft:  # noqa: ANN401 - any field
    given: dict[str, Any] = {
        "external_id": sku,
        "category_id": "c-1",
        "titles": {"ru": "Валенки"},
        "descriptions": {"ru": "Тёплые"},
        "pictures": ("https://seller.example/1.jpg",),
        "weight_kg": Decimal("0.8"),
        "length_cm": Decimal(30),
        "width_cm": Decimal(20),
        "height_cm": Decimal(12),
        "lead_time_days": 2,
        "delivery_template_id": "1",
        "variants": (Variant(sku, Decimal(2490)),),
    }
    return Draft(**(given | overrides))


class Goods:
    """A seller's offers with a desired state in one shop; one offer a product."""

    def __init__(self, seller: int, shop: int, *, prefix: str = "") -> None:
        self.seller = seller
        self.shop = shop
        self.prefix = prefix
        self.map("10", "c-1")

    def map(self, own: str, market: str) -> None:
        run(
            "INSERT INTO listings_mapping (seller_id, family, category_key, market_category, how,"
            " reason, decided_by, decided_at) VALUES (%s, 'aliexpress_ru', %s, %s, 'hand', '',"
            " 'test', now())",
            self.seller, own, market,
        )  # fmt: skip

    def add(
        self,
        *skus: str,
        category: str = "10",
        price: str = "2490",
        listed: bool = False,
        held: bool = False,
        **draft: Any,  # noqa: ANN401 - any field
    ) -> None:
        """Add offers that are ready to be listed; `listed` ones stand in the shop."""
        drafts = [make_draft(sku, **draft) for sku in skus]
        contents = [canonical(one) for one in drafts]
        marks = [digest(one) for one in contents]
        self._offers(skus, category)
        prices = [canonical([[sku, price, None, None]]) for sku in skus]
        self._run(
            "INSERT INTO listings_draftcontent (seller_id, digest, content)"
            " SELECT %s, * FROM unnest(%s::bytea[], %s::bytea[]) ON CONFLICT DO NOTHING",
            self.seller, marks, contents,
        )  # fmt: skip
        self._run(
            "INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,"
            " context_digest, draft_digest, offers, ready_offers, findings, prices, stated,"
            " refusal) SELECT %s, %s, key, ''::bytea, ''::bytea, mark, 1, %s, ''::bytea, prices,"
            " ''::bytea, ''::bytea"
            " FROM unnest(%s::text[], %s::bytea[], %s::bytea[]) AS given (key, mark, prices)",
            self.seller, self.shop, 0 if held else 1, list(skus),
            [None if held else one for one in marks], prices,
        )  # fmt: skip
        if listed:
            self._listed(skus)

    def state_lead_time(self, sku: str, days: int) -> None:
        """Let a draft be another, as after a statement and a plan."""
        content = canonical(make_draft(sku, lead_time_days=days))
        run(
            "INSERT INTO listings_draftcontent (seller_id, digest, content) VALUES (%s, %s, %s)"
            " ON CONFLICT DO NOTHING",
            self.seller, digest(content), content,
        )  # fmt: skip
        run(
            "UPDATE listings_desired SET draft_digest = %s WHERE seller_id = %s"
            " AND product_key = %s",
            digest(content), self.seller, sku,
        )  # fmt: skip

    def _offers(self, skus: Sequence[str], category: str) -> None:
        self._run(
            "INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key,"
            " digest, source_digest, state, read_in, changed_in)"
            " SELECT %s, 1, key, key, %s, ''::bytea, ''::bytea, 'present', 1, 1"
            " FROM unnest(%s::text[]) AS given (key)",
            self.seller, category, list(skus),
        )  # fmt: skip

    def _listed(self, skus: Sequence[str]) -> None:
        self._run(
            "WITH made AS (INSERT INTO listings_listedproduct (seller_id, shop_id, product_key,"
            " external_id, remote_id, status, ended_by_us)"
            " SELECT %s, %s, key, key, %s || key, 'on_sale', false FROM unnest(%s::text[]) key"
            " RETURNING id, product_key)"
            " INSERT INTO listings_listing (seller_id, product_id, sku, remote_sku_id, not_ours)"
            " SELECT %s, id, %s || product_key, '', false FROM made",
            self.seller, self.shop, f"{self.seller}-", list(skus), self.seller, self.prefix,
        )  # fmt: skip

    @staticmethod
    def _run(sql: str, *arguments: Any) -> None:  # noqa: ANN401 - columns
        with operator_scope(), connection.cursor() as cursor:
            cursor.execute(sql, list(arguments))

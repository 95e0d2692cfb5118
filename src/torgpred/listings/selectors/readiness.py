"""The catalogue as it stands with shops: what is ready, held, on sale, and why."""

from collections.abc import Sequence
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.channels.core.drafts import Status
from torgpred.listings.core.notices import Notice
from torgpred.runtime.scope import scope

VIEWS: Final = ("", "ready", "held", "listed", "refused")
"""Parts of a catalogue that may be asked for; empty: all."""


class ShopReadiness(msgspec.Struct, frozen=True):
    """How one product stands with one shop, as of the last plan. `status` is empty if unlisted."""

    shop_id: int
    offers: int
    ready: int
    status: str
    notices: tuple[Notice, ...]
    prices: tuple[tuple[str, str | None, str | None, str | None], ...]
    """(SKU, price, listed price, what the seller keeps), decimal numbers as text."""
    refused: bool

    @property
    def holds(self) -> tuple[Notice, ...]:
        """Return what holds it or a variant of it."""
        return tuple(one for one in self.notices if one.holds)


class CatalogueRow(msgspec.Struct, frozen=True):
    """A product of the catalogue with how it stands in each shop, by shop id."""

    product_key: str
    offers: tuple[Offer, ...]
    shops: dict[int, ShopReadiness]


class ReadinessCounts(msgspec.Struct, frozen=True):
    """Products of a shop by how they stand; as of its last plan."""

    products: int
    ready: int
    held: int
    listed: int
    refused: int


_PRICES = tuple[tuple[str | None, ...], ...]
"""Per SKU: key, price, listed price, what the seller keeps, then cost and delivery."""
_LISTED: Final = [Status.ON_SALE.value, Status.IN_REVIEW.value]
_HOW: Final[dict[str, LiteralString]] = {
    "": "TRUE",
    "ready": "EXISTS (SELECT 1 FROM listings_desired d WHERE d.seller_id = %(seller)s"
    " AND d.product_key = o.product_key AND d.shop_id = ANY(%(shops)s)"
    " AND d.ready_offers = d.offers)",
    "held": "EXISTS (SELECT 1 FROM listings_desired d WHERE d.seller_id = %(seller)s"
    " AND d.product_key = o.product_key AND d.shop_id = ANY(%(shops)s)"
    " AND d.ready_offers < d.offers)",
    "listed": "EXISTS (SELECT 1 FROM listings_listedproduct p WHERE p.seller_id = %(seller)s"
    " AND p.product_key = o.product_key AND p.shop_id = ANY(%(shops)s)"
    " AND p.gone_at IS NULL AND p.status = ANY(%(listed)s))",
    "refused": "EXISTS (SELECT 1 FROM listings_desired d WHERE d.seller_id = %(seller)s"
    " AND d.product_key = o.product_key AND d.shop_id = ANY(%(shops)s)"
    " AND d.refused_digest = d.draft_digest)",
}
_SOUGHT: LiteralString = (
    "(o.key LIKE %(prefix)s OR o.product_key LIKE %(prefix)s OR EXISTS ("
    "SELECT 1 FROM catalogue_offer_content c WHERE c.offer_id = o.id"
    " AND position(lower(%(text)s) IN lower(convert_from(c.content, 'UTF8')::json ->> 'name')) > 0"
    "))"
)


def catalogue_page(
    seller_id: int,
    *,
    shop_ids: Sequence[int],
    after: str = "",
    limit: int = 50,
    view: str = "",
    text: str = "",
) -> list[CatalogueRow]:
    """Return products with present offers by product key, after one, as they stand in some shops.

    `view` is one of VIEWS; `text` is looked for at the beginning of SKUs and product keys and
    anywhere in names.
    """
    names: dict[str, Any] = {
        "seller": seller_id,
        "after": after,
        "limit": limit,
        "shops": list(shop_ids),
        "listed": _LISTED,
        "text": text,
        "prefix": _escaped(text) + "%",
    }
    sought = f" AND {_SOUGHT}" if text else ""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT o.product_key FROM catalogue_offer o WHERE o.seller_id = %(seller)s"  # noqa: S608
            " AND o.state = 'present' AND o.product_key > %(after)s"
            f" AND {_HOW[view]}{sought} ORDER BY o.product_key LIMIT %(limit)s",
            names,
        )
        keys = [key for (key,) in cursor.fetchall()]
        return catalogue_rows(seller_id, keys, shop_ids)


def catalogue_rows(
    seller_id: int, product_keys: Sequence[str], shop_ids: Sequence[int]
) -> list[CatalogueRow]:
    """Return some products with how they stand in some shops; unknown ones are left out."""
    with scope(seller_id):
        offers = {
            key: tuple(offer for _, offer in found)
            for key, found in catalogue.stream_products(seller_id, product_keys=product_keys)
        }
        stands = _standing(seller_id, product_keys, shop_ids)
    return [
        CatalogueRow(key, offers[key], stands.get(key, {})) for key in product_keys if key in offers
    ]


def readiness_counts(seller_id: int, shop_ids: Sequence[int]) -> ReadinessCounts:
    """Count a seller's products in some shops by how they stand."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(DISTINCT product_key),
                   count(DISTINCT product_key) FILTER (WHERE ready_offers = offers),
                   count(DISTINCT product_key) FILTER (WHERE ready_offers < offers),
                   (SELECT count(DISTINCT p.product_key) FROM listings_listedproduct p
                    WHERE p.seller_id = %(seller)s AND p.shop_id = ANY(%(shops)s)
                      AND p.gone_at IS NULL AND p.status = ANY(%(listed)s)),
                   count(DISTINCT product_key) FILTER (WHERE refused_digest = draft_digest)
            FROM listings_desired WHERE seller_id = %(seller)s AND shop_id = ANY(%(shops)s)
            """,
            {"seller": seller_id, "shops": list(shop_ids), "listed": _LISTED},
        )
        return ReadinessCounts(*cursor.fetchone())


def _standing(
    seller_id: int, keys: Sequence[str], shop_ids: Sequence[int]
) -> dict[str, dict[int, ShopReadiness]]:
    found: dict[str, dict[int, ShopReadiness]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.product_key, d.shop_id, d.offers, d.ready_offers,"
            " coalesce(CASE WHEN p.gone_at IS NULL THEN p.status END, ''), d.findings, d.prices,"
            " d.refused_digest IS NOT NULL AND d.refused_digest = d.draft_digest"
            " FROM listings_desired d LEFT JOIN listings_listedproduct p"
            " ON p.seller_id = d.seller_id AND p.shop_id = d.shop_id"
            " AND p.product_key = d.product_key"
            " WHERE d.seller_id = %s AND d.product_key = ANY(%s) AND d.shop_id = ANY(%s)",
            [seller_id, list(keys), list(shop_ids)],
        )
        for key, shop_id, offers, ready, status, findings, prices, refused in cursor.fetchall():
            found.setdefault(key, {})[shop_id] = ShopReadiness(
                shop_id=shop_id,
                offers=offers,
                ready=ready,
                status=status,
                notices=_notices(bytes(findings)),
                prices=_prices(bytes(prices)),
                refused=refused,
            )
    return found


def _notices(raw: bytes) -> tuple[Notice, ...]:
    return msgspec.json.decode(raw, type=tuple[Notice, ...]) if raw else ()


def _prices(raw: bytes) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    known = msgspec.json.decode(raw, type=_PRICES, strict=False) if raw else ()
    return tuple((key or "", price, listed, keeps) for key, price, listed, keeps, *_ in known)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")

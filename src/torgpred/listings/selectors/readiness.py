"""The catalogue as it stands with shops: what is ready, held, on sale, and why."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.selectors import searching
from torgpred.channels.core.contract import Problem
from torgpred.channels.core.drafts import Status
from torgpred.listings.core.holds import refusal
from torgpred.listings.core.remarks import Remark
from torgpred.runtime.scope import scope

VIEWS: Final = ("", "ready", "held", "listed", "refused")
"""Parts of a catalogue that may be asked for; empty: all."""


class ShopReadiness(msgspec.Struct, frozen=True):
    """How one product stands with one shop, as of the last plan. `status` is empty if unlisted."""

    shop_id: int
    offers: int
    ready: int
    status: str
    remarks: tuple[Remark, ...]
    prices: tuple[tuple[str, str | None, str | None, str | None], ...]
    """(SKU, price, listed price, what the seller keeps), decimal numbers as text."""
    refused: bool

    @property
    def holds(self) -> tuple[Remark, ...]:
        """Return what holds it or a variant of it."""
        return tuple(one for one in self.remarks if one.holds)


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


_LOOKED_AT: Final = 300
_PRICES = tuple[tuple[str | None, ...], ...]
"""Per SKU: key, price, listed price, what the seller keeps, then cost and delivery."""
_LISTED: Final = [Status.ON_SALE.value, Status.IN_REVIEW.value]
_STANDS: Final[dict[str, LiteralString]] = {
    "ready": "FROM listings_desired one WHERE one.ready_offers = one.offers",
    "held": "FROM listings_desired one WHERE one.ready_offers < one.offers",
    "listed": "FROM listings_listedproduct one WHERE one.gone_at IS NULL"
    " AND one.status = ANY(%(listed)s)",
    "refused": "FROM listings_desired one WHERE one.refused",
}
_OWN: LiteralString = " AND one.seller_id = %(seller)s AND one.product_key > %(after)s"
_PRESENT: LiteralString = (
    "EXISTS (SELECT FROM catalogue_offer o WHERE o.seller_id = %(seller)s AND o.state = 'present'"
)
_ALL: LiteralString = """
    SELECT DISTINCT product_key FROM catalogue_offer
    WHERE seller_id = %(seller)s AND state = 'present' AND product_key > %(after)s
    ORDER BY product_key LIMIT %(limit)s
"""

_OF_CATEGORY: LiteralString = """
    SELECT product_key, key FROM catalogue_offer
    WHERE seller_id = %(seller)s AND state = 'present' AND category_key = %(category)s
"""

_SINGLE: LiteralString = """
    SELECT ready_offers = offers AS ready, ready_offers < offers AS held,
           refused
    FROM listings_desired WHERE seller_id = %(seller)s AND shop_id = ANY(%(shops)s)
"""
_GROUPED: LiteralString = """
    SELECT bool_or(ready_offers = offers) AS ready, bool_or(ready_offers < offers) AS held,
           bool_or(refused) AS refused
    FROM listings_desired WHERE seller_id = %(seller)s AND shop_id = ANY(%(shops)s)
    GROUP BY product_key
"""


def _viewed(view: str) -> str:
    """Return the query for a view's page: of each shop as many as fit, by its own index."""
    return (
        "SELECT DISTINCT of_shop.product_key"  # noqa: S608 - constants of this module
        " FROM unnest(%(shops)s::bigint[]) AS shop (id) CROSS JOIN LATERAL ("
        f"SELECT one.product_key {_STANDS[view]}{_OWN} AND one.shop_id = shop.id"
        f" AND {_PRESENT} AND o.product_key = one.product_key)"
        " ORDER BY one.product_key LIMIT %(limit)s) AS of_shop"
        " ORDER BY of_shop.product_key LIMIT %(limit)s"
    )


def _searched(found: LiteralString, view: str) -> str:
    """Return the query for a page of what a text means, in a view or in all.

    What is found stands in order before it is looked at, so that a page ends as soon as it is full.
    """
    stands = (
        f" AND EXISTS (SELECT {_STANDS[view]}{_OWN} AND one.shop_id = ANY(%(shops)s)"
        " AND one.product_key = found.product_key)"
        if view
        else ""
    )
    return (
        f"WITH meant AS MATERIALIZED ({found}) SELECT DISTINCT found.product_key"  # noqa: S608
        " FROM (SELECT * FROM meant WHERE product_key > %(after)s ORDER BY product_key OFFSET 0)"
        f" AS found WHERE {_PRESENT} AND o.key = found.key){stands}"
        " ORDER BY found.product_key LIMIT %(limit)s"
    )


def catalogue_page(
    seller_id: int,
    *,
    shop_ids: Sequence[int],
    after: str = "",
    limit: int = 50,
    view: str = "",
    text: str = "",
    category: str | None = None,
) -> list[CatalogueRow]:
    """Return products with present offers by product key, after one, as they stand in some shops.

    `view` is one of VIEWS; `text` is what catalogue.selectors.searching understands. `category` is
    the key of a seller's category, empty for the goods without one; a text is sought everywhere.
    """
    names: dict[str, Any] = {
        "seller": seller_id,
        "after": after,
        "limit": limit,
        "shops": list(shop_ids),
        "listed": _LISTED,
    }
    with scope(seller_id), connection.cursor() as cursor:
        if text:
            found = searching.sought(seller_id, text)
            query, names = _searched(found.query, view), names | found.names
        elif category is not None:
            query, names = _searched(_OF_CATEGORY, view), names | {"category": category}
        else:
            query = _viewed(view) if view else _ALL
        cursor.execute(query, names)
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
    # In one shop every row is a product of its own.
    grouped = "GROUP BY product_key" if len(shop_ids) > 1 else ""
    stands = _GROUPED if len(shop_ids) > 1 else _SINGLE
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT count(*), count(*) FILTER (WHERE ready), count(*) FILTER (WHERE held),
                   (SELECT count(*) FROM (
                        SELECT FROM listings_listedproduct
                        WHERE seller_id = %(seller)s AND shop_id = ANY(%(shops)s)
                          AND gone_at IS NULL AND status = ANY(%(listed)s) {grouped}) AS listed),
                   count(*) FILTER (WHERE refused)
            FROM ({stands}) AS product
            """,  # noqa: S608 - constants of this module
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
            " d.refused, CASE WHEN d.refused THEN d.refusal ELSE ''::bytea END"
            " FROM listings_desired d LEFT JOIN listings_listedproduct p"
            " ON p.seller_id = d.seller_id AND p.shop_id = d.shop_id"
            " AND p.product_key = d.product_key"
            " WHERE d.seller_id = %s AND d.product_key = ANY(%s) AND d.shop_id = ANY(%s)",
            [seller_id, list(keys), list(shop_ids)],
        )
        rows = cursor.fetchall()
        for key, shop_id, offers, ready, status, findings, prices, refused, why in rows:
            found.setdefault(key, {})[shop_id] = ShopReadiness(
                shop_id=shop_id,
                offers=offers,
                ready=ready,
                status=status,
                remarks=(*_refusal(bytes(why)), *_remarks(bytes(findings))),
                prices=_prices(bytes(prices)),
                refused=refused,
            )
    return found


def refusal_reasons(seller_id: int, shop_id: int) -> list[tuple[str, int]]:
    """Return why a shop's marketplace refused drafts as they are now, what is most frequent first.

    In its own words, each with how many products it was said of, out of some hundred of them.
    """
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT refusal FROM listings_desired"
            " WHERE seller_id = %s AND shop_id = %s AND refused LIMIT %s",
            [seller_id, shop_id, _LOOKED_AT],
        )
        said: Counter[str] = Counter()
        for (raw,) in cursor.fetchall():
            said.update({one.message for one in _problems(bytes(raw))})
        return said.most_common()


def _refusal(raw: bytes) -> tuple[Remark, ...]:
    return (refusal(_problems(raw)),) if raw else ()


def _problems(raw: bytes) -> tuple[Problem, ...]:
    return msgspec.json.decode(raw, type=tuple[Problem, ...]) if raw else ()


def _remarks(raw: bytes) -> tuple[Remark, ...]:
    return msgspec.json.decode(raw, type=tuple[Remark, ...]) if raw else ()


def _prices(raw: bytes) -> tuple[tuple[str, str | None, str | None, str | None], ...]:
    known = msgspec.json.decode(raw, type=_PRICES, strict=False) if raw else ()
    return tuple((key or "", price, listed, keeps) for key, price, listed, keeps, *_ in known)

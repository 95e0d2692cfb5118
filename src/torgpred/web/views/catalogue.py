"""The catalogue: what is ready for which shop, and one offer in full."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.selectors.columns import feed_columns
from torgpred.catalogue.selectors.siblings import products_of
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopCard
from torgpred.kernel.errors import TorgpredError
from torgpred.listings import selectors as listings
from torgpred.listings.core.checks.variants import StockFits
from torgpred.listings.core.facts import NOTHING, for_category, merged
from torgpred.listings.core.siblings import Measures, group_of
from torgpred.listings.selectors import CatalogueRow, ShopReadiness
from torgpred.listings.selectors.readiness import VIEWS
from torgpred.listings.services import decisions, pricing, statements
from torgpred.listings.services.pricing import PricedOffer
from torgpred.listings.services.statements import facts
from torgpred.listings.services.weights import measures
from torgpred.runtime import files
from torgpred.stock import selectors as stock
from torgpred.web import showing, words
from torgpred.web.desks import Desk, seller_desk
from torgpred.web.public_pages import addresses
from torgpred.web.questions import APART
from torgpred.web.showing import PAGE
from torgpred.web.starting import plans_behind
from torgpred.web.timed_prices import timed_price
from torgpred.web.views import saving

_GONE: Final = 50
"""Offers that are no longer in the file, of which so many are named."""


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show the products page by page, with their readiness; searched and filtered."""
    shops = channels.shops_of(desk.tenant.id)
    view = request.GET.get("view", "")
    text = request.GET.get("q", "").strip()[:100]
    after = request.GET.get("after", "")
    category = request.GET["category"][:255] if "category" in request.GET and not text else None
    if view not in VIEWS:
        raise Http404
    found = listings.catalogue_page(
        desk.tenant.id,
        shop_ids=[one.id for one in shops],
        after=after,
        limit=PAGE + 1,
        view=view,
        text=text.replace("\0", ""),
        category=None if category is None else category.replace("\0", ""),
    )
    given: dict[str, Any] = {
        "page": showing.page(found, lambda row: row.product_key, after),
        "rows": _lines(desk, found[:PAGE], shops, text),
        "view": view,
        "text": text,
        "of_category": None if category is None else _path(desk, category),
        "may_save": bool(text),
        **saving.saved(desk, "catalogue", saving.query_of(view=view, q=text)),
    }
    if request.htmx and request.htmx.target == "found":  # type: ignore[attr-defined]
        return render(request, "web/catalogue/found.html", given)
    given |= {
        "shops": shops,
        "counts": catalogue.offer_counts(desk.tenant.id),
        "gone": catalogue.missing_keys(desk.tenant.id)[:_GONE],
        "readiness": listings.readiness_counts(desk.tenant.id, [one.id for one in shops]),
        "intakes": catalogue.intakes(desk.tenant.id, limit=1),
        "columns": feed_columns(desk.tenant.id),
        "behind": plans_behind(desk, shops),
    }
    return render(request, "web/catalogue/index.html", given)


def _path(desk: Desk, category: str) -> str:
    found = catalogue.categories(desk.tenant.id).get(category)
    return " / ".join(found.path) if found else category or words.word(APART)


def _lines(
    desk: Desk, rows: list[CatalogueRow], shops: list[ShopCard], sought: str
) -> list[dict[str, Any]]:
    keys = [row.product_key for row in rows]
    pages = {shop.id: addresses(desk, shop, keys) for shop in shops}
    asked = [(group_of(row.offers), one) for row in rows for one in row.offers]
    currencies = _currencies(desk, asked)
    return [_line(row, shops, sought, pages) | _prices(row, currencies) for row in rows]


def _prices(row: CatalogueRow, currencies: dict[str, str]) -> dict[str, Any]:
    prices = [one.price for one in row.offers if one.price is not None]
    return {
        "least": min(prices, default=None),
        "most": max(prices, default=None),
        "currency": currencies[row.offers[0].key],
    }


def _currencies(desk: Desk, asked: list[tuple[str, Offer]]) -> dict[str, str]:
    """Return what offers' prices are in by key: by their file, else by what was stated.

    `asked` are the offers, each with the seller's category of its product.
    """
    found = {one.key: one.currency for _, one in asked}
    bare = [(group, one.key) for group, one in asked if not one.currency]
    if bare:
        told, names = facts(desk.tenant.id), catalogue.categories(desk.tenant.id)
        groups = {group: for_category(told, names, group) for group, _ in bare}
        for group, key in bare:
            own = told.by_offer.get(key, NOTHING)
            found[key] = merged(own, groups[group]).currency
    return found


def _line(
    row: CatalogueRow, shops: list[ShopCard], sought: str, pages: dict[int, dict[str, str]]
) -> dict[str, Any]:
    # Who looks for a variant by its SKU is led to that one, not to the product's first.
    offer = next((one for one in row.offers if one.key == sought), row.offers[0])
    stands = []
    for shop in shops:
        ready = row.shops.get(shop.id)
        first = next(iter(ready.holds), None) if ready else None
        stands.append(
            {
                "shop": showing.shop_name(shop),
                "ready": ready,
                "address": pages[shop.id].get(row.product_key, ""),
                "why": showing.remark(first, shop.currency).message if first else "",
                # One check may hold for several facts, such as two attributes that lack.
                "more": len({(one.code, one.fact) for one in ready.holds}) - 1 if ready else 0,
            }
        )
    return {
        "key": row.product_key,
        "name": offer.name or offer.key,
        "sku": offer.key,
        "offers": row.offers,
        "picture": "",
        "stands": stands,
    }


def _kept_pictures(desk: Desk, key: str) -> list[str]:
    """Return where the pictures are served that stand in for those that its file lacks."""
    return [
        files.served_path(one.file, one.reference.rpartition("/")[2])
        for one in catalogue.pictures(desk.tenant.id, key=key)
        if one.file
    ]


@seller_desk()
def offer(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show one offer: as the file has it, its mapping, statements, price, checks, text, stock."""
    key = request.GET.get("key", "")[:255]
    family = products_of(desk.tenant.id, [key]).get(key) if "\0" not in key else None
    if family is None:
        raise Http404
    [found] = [one for one in family if one.key == key]
    group = group_of(family)
    shops = channels.shops_of(desk.tenant.id)
    rows = listings.catalogue_rows(
        desk.tenant.id, [found.product_key or key], [one.id for one in shops]
    )
    row = rows[0] if rows else None
    product = row.product_key if row else found.product_key or key
    categories = catalogue.categories(desk.tenant.id)
    category = categories.get(group)
    variants = [one for one in row.offers if one.key != key] if row else []
    pictures = set(found.pictures)
    # Many files repeat all pictures of a product with each of its variants.
    shared = pictures.intersection(each for one in variants for each in one.pictures)
    levels = stock.levels(desk.tenant.id, skus=[key])
    given = {
        "offer": found,
        "missing": row is None,
        "path": category.path if category else (),
        "variants": variants,
        "own_pictures": len(pictures - shared),
        "shared_pictures": len(shared),
        "kept_pictures": [] if pictures else _kept_pictures(desk, key),
        "currency": _currencies(desk, [(group, found)])[key],
        "shops": [
            _in_shop(desk, shop, _Asked(key, product, group, bool(levels)), row) for shop in shops
        ],
        "measures": _known_beside(desk, shops, found),
        "statements": _statements(desk, key, group, categories),
        "prices": catalogue.prices_of(desk.tenant.id, key)[-5:],
        "levels": levels,
        "places": {one.code: one.name or one.code for one in stock.warehouses(desk.tenant.id)},
    }
    return render(request, "web/catalogue/offer.html", given)


def _known_beside(desk: Desk, shops: list[ShopCard], offer: Offer) -> Measures | None:
    """Return what is known of an offer's weight and package where its own file is silent."""
    if not shops or (offer.weight_kg is not None and offer.package is not None):
        return None
    found = measures(seller_id=desk.tenant.id, shop_id=shops[0].id, keys=[offer.key])
    return found.get(offer.key)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An offer whose page is shown. `counted`: its stock is known here."""

    key: str
    product: str
    category: str
    counted: bool


def _in_shop(desk: Desk, shop: ShopCard, asked: _Asked, row: CatalogueRow | None) -> dict[str, Any]:
    """Return how an offer stands in a shop; `row` is None where the catalogue has it no more."""
    key = asked.key
    ready = row.shops.get(shop.id) if row else None
    mapped = decisions.mappings(desk.tenant.id, shop.family).get(asked.category)
    market = channels.market_categories(shop.family)
    target = market.get(mapped.market_category) if mapped else None
    there = listings.standing_there(desk.tenant.id, shop.id, asked.product, key)
    priced, trouble = _priced(desk, shop, key, there.price if there else None)
    waterfall = priced.waterfall if priced else None
    about = _about(ready, key, counted=asked.counted)
    held = any(one.holds for one in about)
    names = catalogue.categories(desk.tenant.id)
    called = [
        msgspec.structs.replace(one, finding=showing.named(one.finding, names)) for one in about
    ]
    said = [showing.remark(one, shop.currency) for one in called]
    wanted = waterfall.price if waterfall else None
    differs = there is not None and None not in {there.price, wanted} and there.price != wanted
    return {
        "shop": shop,
        "name": showing.shop_name(shop),
        "ready": ready,
        "remarks": said,
        "mapped": " / ".join(target.path) if target else "",
        "there": there,
        "address": addresses(desk, shop, [asked.product]).get(asked.product, "") if there else "",
        "wanted": wanted,
        "differs": differs,
        "keeps_there": priced.keeps_there if priced else None,
        # Prices for a time are brought by plans of their own, and what was decided stays.
        "planned": differs and not (held or (priced and priced.timed) or _decided(desk, shop, row)),
        "waterfall": showing.waterfall_lines(
            waterfall, for_a_time=priced is not None and priced.timed is not None
        ),
        "timed": timed_price(desk, shop.id, priced.timed) if priced and priced.timed else None,
        # A check that holds the offer has said it already, with its mend.
        "price_trouble": "" if trouble in {one.message for one in said} else trouble,
        "currency": shop.currency,
    }


def _decided(desk: Desk, shop: ShopCard, row: CatalogueRow | None) -> bool:
    """Tell whether a person decided what of a product in a shop stays as it stands."""
    decided = listings.drift_decisions(desk.tenant.id, shop.id) if row else []
    return any(row and one.product_key == row.product_key for one in decided)


def _about(ready: ShopReadiness | None, key: str, *, counted: bool) -> list[Any]:
    """Return what was found about an offer or its whole product, holds first.

    What was found may be older than a count: a stock that is known now (`counted`) lacks no more.
    """
    remarks = [one for one in ready.remarks if one.sku in {"", key}] if ready else []
    if counted:
        remarks = [one for one in remarks if one.code != StockFits.UNKNOWN.code]
    return sorted(remarks, key=lambda one: not one.holds)


def _priced(
    desk: Desk, shop: ShopCard, key: str, there: Decimal | None
) -> tuple[PricedOffer | None, str]:
    try:
        priced = pricing.example(seller_id=desk.tenant.id, shop_id=shop.id, sku=key, there=there)
    except TorgpredError as error:
        return None, words.tell(error)
    if priced is None:
        return None, ""
    holds = [showing.remark(one, shop.currency).message for one in priced.waterfall.holds]
    return priced, " ".join(holds)


def _statements(
    desk: Desk, key: str, category: str, categories: dict[str, Any]
) -> list[statements.Stated]:
    """Return the statements that speak of an offer: by its key, its category or those above."""
    above = {category}
    at = category
    while at in categories and categories[at].parent and categories[at].parent not in above:
        at = categories[at].parent
        above.add(at)
    return [
        one
        for one in statements.stated(desk.tenant.id)
        if key in one.card.keys
        or (one.card.category and one.card.category in above)
        or (not one.card.keys and not one.card.category)
    ]

"""Values of areas as shapes, where their attributes are not named alike."""

from typing import Any

from torgpred.catalogue.core.offers import Offer
from torgpred.listings.core.holds import HoldGroup
from torgpred.listings.selectors import CatalogueRow, PlanCard, ShopReadiness


def offer_shape(offer: Offer) -> dict[str, Any]:
    """Return an offer by the names of its shape."""
    return {
        "sku": offer.key,
        "name": offer.name,
        "category": offer.category,
        "price": offer.price,
        "old_price": offer.old_price,
        "currency": offer.currency,
        "available": offer.available,
        "quantity": offer.quantity,
        "weight_kg": offer.weight_kg,
        "country": offer.country,
        "barcodes": list(offer.barcodes),
        "pictures": list(offer.pictures),
    }


def standings(row: CatalogueRow) -> list[dict[str, Any]]:
    """Return how a product stands in each shop."""
    return [_standing(one) for _, one in sorted(row.shops.items())]


def _standing(one: ShopReadiness) -> dict[str, Any]:
    return {
        "shop": one.shop_id,
        "offers": one.offers,
        "ready": one.ready,
        "status": one.status,
        "refused": one.refused,
        "remarks": [
            {
                "sku": remark.sku,
                "holds": remark.holds,
                "code": remark.code,
                "message": remark.finding.message,
                "mend": remark.finding.mend,
                "fact": remark.fact,
            }
            for remark in one.remarks
        ],
        "prices": [
            dict(zip(("sku", "price", "listed", "keeps"), prices, strict=True))
            for prices in one.prices
        ],
    }


def plan_shape(plan: PlanCard) -> dict[str, Any]:
    """Return a plan by the names of its shape."""
    return {
        "code": plan.code,
        "shop": plan.shop_id,
        "state": plan.state,
        "made_by": plan.made_by,
        "made_at": plan.made_at,
        "finished_at": plan.finished_at,
        "counts": plan.counts,
        "guards": [
            {
                "code": one.code,
                "count": one.count,
                "of": one.of,
                "message": one.message,
                "mend": one.mend,
                "examples": list(one.examples),
            }
            for one in plan.guards
        ],
        "holds": [_hold(one) for one in plan.holds],
        "undoes": plan.undoes,
        "due_at": plan.due_at,
        "trouble": plan.trouble,
    }


def _hold(one: HoldGroup) -> dict[str, Any]:
    return {
        "code": one.code,
        "fact": one.fact,
        "group": one.group,
        "offers": one.offers,
        "message": one.message,
        "mend": one.mend,
        "examples": list(one.examples),
    }

"""How prices were made before: out of the history of a seller's rules in a shop."""

from datetime import datetime
from typing import Any

import msgspec
from django.apps import apps

from torgpred.listings import models
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import PricingPolicy
from torgpred.runtime.scope import scope


def former_pricing(seller_id: int, shop_id: int, moment: datetime) -> PricingPolicy | None:
    """Return the price rules before those that were in force at a moment and still are.

    None where there were none, or where the rules were changed since.
    """
    history: Any = apps.get_model("listings", "PolicyEvent")
    with scope(seller_id):
        row = models.Policy.objects.filter(seller_id=seller_id, shop_id=shop_id).first()
        told = history.objects.filter(
            seller_id=seller_id, shop_id=shop_id, pgh_created_at__lte=moment
        ).order_by("-pgh_id")
        if row is None:
            return None
        now = _pricing(row.content)
        newest = True
        for content in told.values_list("content", flat=True).iterator():
            before = _pricing(content)
            if newest and before != now:
                return None
            if before != now:
                return before
            newest = False
    return None


def _pricing(content: object) -> PricingPolicy:
    return msgspec.convert(content, ShopPolicy, strict=False).pricing

"""Reads of what people decided about drift."""

from datetime import datetime
from typing import Any

import msgspec

from torgpred.listings import models
from torgpred.runtime.scope import scope


class DriftDecisionCard(msgspec.Struct, frozen=True):
    """A decision about drift that is in force."""

    id: int
    product_key: str
    sku: str
    field: str
    choice: str
    value: Any
    decided_by: str
    decided_at: datetime


def drift_decisions(seller_id: int, shop_id: int) -> list[DriftDecisionCard]:
    """Return the decisions about drift in force for a seller in a shop, by product."""
    with scope(seller_id):
        rows = models.DriftDecision.objects.filter(
            seller_id=seller_id, shop_id=shop_id, undone_at=None, ended_at=None
        ).order_by("product_key", "sku", "field")
        return [
            DriftDecisionCard(
                id=row.pk,
                product_key=row.product_key,
                sku=row.sku,
                field=row.field,
                choice=str(row.choice),
                value=row.value,
                decided_by=row.decided_by,
                decided_at=row.decided_at,
            )
            for row in rows
        ]

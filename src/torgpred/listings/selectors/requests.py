"""Plans that somebody asked for and that are not there yet, or could not be made."""

from datetime import datetime

import msgspec

from torgpred.kernel.ids import encode
from torgpred.listings import models
from torgpred.runtime.scope import scope


class RequestCard(msgspec.Struct, frozen=True):
    """A plan that was asked for and is not there; `template` and `data` say why not."""

    id: int
    shop_id: int
    undoes: str
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    template: str
    data: dict[str, str]


def plan_requests(seller_id: int, limit: int = 5) -> list[RequestCard]:
    """Return the plans that are being made for a seller, and the last ones that could not be."""
    with scope(seller_id):
        rows = models.PlanRequest.objects.filter(seller_id=seller_id, plan=None).order_by("-id")
        newest = models.Plan.objects.filter(seller_id=seller_id).order_by("-id").first()
        return [
            RequestCard(
                id=row.pk,
                shop_id=row.shop_id,
                undoes=encode(row.undoes_id) if row.undoes_id else "",
                asked_by=row.asked_by,
                asked_at=row.asked_at,
                ended_at=row.ended_at,
                template=(row.trouble or {}).get("template", ""),
                data=(row.trouble or {}).get("data", {}),
            )
            for row in rows[:limit]
            if row.ended_at is None or newest is None or row.asked_at > newest.made_at
        ]

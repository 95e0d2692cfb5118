"""What areas above need to read listings and shelf prices set-wise, in SQL of their own."""

from datetime import datetime
from typing import LiteralString

from django.db.models import Max

from torgpred.listings.models import Observation
from torgpred.listings.models.telling import OFFER_KEY
from torgpred.runtime.scope import operator_scope


def offer_key_sql() -> LiteralString:
    """Return the expression that gives the key of the seller's offer that a listing is of.

    Over rows `listing` of listings_listing, `product` of listings_listedproduct and `place` of
    channels_shop. What is `not_ours` is no offer: leave it out.
    """
    return OFFER_KEY


def looked_at(shop_id: int) -> datetime | None:
    """Return when a shop was last looked through to its end; None where it never was."""
    with operator_scope():
        walks = Observation.objects.filter(shop_id=shop_id, finished_at__isnull=False)
        found: datetime | None = walks.aggregate(last=Max("finished_at"))["last"]
        return found

"""Unread: orders that could not be read, or that the database refused, kept for a person."""

from collections.abc import Iterable
from typing import Final

import msgspec

from torgpred.channels.core.orders import RawOrder
from torgpred.kernel.clock import now
from torgpred.kernel.digests import digest
from torgpred.orders import models
from torgpred.runtime.scope import operator_scope

_LONGEST: Final = 2_000
_LONGEST_REASON: Final = 200


def keep_unread(*, tenant_id: int, shop_id: int, contents: Iterable[str]) -> int:
    """Keep what came for orders of a shop, each once; return how many were given."""
    rows = [
        models.UnreadOrder(
            tenant_id=tenant_id,
            shop_id=shop_id,
            digest=digest(content.encode()),
            content=content,
            met_at=now(),
        )
        for content in contents
    ]
    with operator_scope():
        models.UnreadOrder.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def refused(order: RawOrder, error: Exception) -> str:
    """Return a refused order as JSON without its buyer, the database's reason first.

    Of the reason the first line alone: its details quote the whole row, with the buyer.
    """
    cause = error.__cause__ or error
    told = getattr(getattr(cause, "diag", None), "message_primary", None) or str(cause)
    shown = {
        "refused": told.partition("\n")[0][:_LONGEST_REASON],
        "id": order.remote_id,
        "updated_at": order.updated_at,
        "words": order.words,
        "total": order.total,
        "currency": order.currency,
        "lines": [
            {"sku": line.sku, "quantity": line.quantity, "amount": line.amount}
            for line in order.lines
        ],
    }
    return msgspec.json.encode(shown).decode()[:_LONGEST]

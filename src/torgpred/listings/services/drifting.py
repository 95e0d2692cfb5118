"""Drift: the shop is read anew, cheaply, and what nobody here desired is reported.

The list tells prices, titles and states of all products; detail is read only where a product's
line in the list differs or its time moved. A change that moves neither (a marketplace may alter a
text without moving the time) shows only where every detail is read (Depth.ALL).
A report changes nothing but what was seen: deciding is another step (`drift_decisions`).
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from torgpred.channels import services as channel_services
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.clock import now
from torgpred.kernel.ids import encode
from torgpred.listings import models
from torgpred.listings.core.diff import Same
from torgpred.listings.core.drift import Decision, DriftLine, Place, field_drift, status_drift
from torgpred.listings.services.drift_decisions import in_force
from torgpred.listings.services.observing import Depth, Observed, observe
from torgpred.runtime.scope import scope

MOST_LINES = 10_000

# Who agreed with what was carried out since it was last seen to differ, has not drifted.
_STANDING = """
    SELECT listed.product_key, listed.status, listed.ended_by_us, listed.gone_at,
           listed.bound_at, listed.told_since::text AS told_since, listed.seen,
           listed.applied_at > coalesce(listed.seen_at, '-infinity') AS unread,
           desired.draft_digest IS NOT NULL AS desired,
           CASE WHEN listed.applied_digest IS NULL THEN wanted.content
                ELSE applied.content END AS ours
    FROM listings_listedproduct listed
    LEFT JOIN listings_desired desired
      ON desired.seller_id = listed.seller_id AND desired.shop_id = listed.shop_id
     AND desired.product_key = listed.product_key
    LEFT JOIN listings_draftcontent applied
      ON applied.seller_id = listed.seller_id AND applied.digest = listed.applied_digest
    LEFT JOIN listings_draftcontent wanted
      ON wanted.seller_id = listed.seller_id AND wanted.digest = desired.draft_digest
    WHERE listed.seller_id = %(seller)s AND listed.shop_id = %(shop)s
      AND NOT (listed.gone_at IS NULL AND listed.agreed_digest IS NOT NULL
               AND listed.page_digest IS NOT NULL
               AND listed.status = CASE WHEN listed.ended_by_us THEN 'off_sale' ELSE 'on_sale' END
               AND listed.agreed_digest = coalesce(listed.applied_digest, desired.draft_digest))
    ORDER BY listed.product_key COLLATE "C"
"""

_BATCH = 1_000


class DriftReport(msgspec.Struct, frozen=True):
    """What drifted in a shop for one seller."""

    lines: tuple[DriftLine, ...]
    """The first MOST_LINES of them, by product."""
    total: int
    products: int
    """Products that drifted."""
    unread: int
    """Products that were changed by an apply and not seen since: nothing is said of them."""
    applying: str
    """Code of the plan that is being applied right now: its changes may show as drift."""
    looked: Observed | None
    """What the walk met; None where the shop was not read anew."""


def drift(
    *,
    seller_id: int,
    shop_id: int,
    depth: Depth | None = Depth.CHANGED,
    on_progress: Callable[[int, int], None] | None = None,
) -> DriftReport:
    """Read a shop anew and report what nobody desired; `depth` None reports what was last seen.

    A product that was adopted and never changed by us is compared with what is desired of it.
    Raises what `observe` raises. `on_progress` is told (products met, details read).
    """
    looked = None
    if depth is not None:
        looked = observe(shop_id=shop_id, depth=depth, on_progress=on_progress)
    same = channel_services.open(shop_id).same
    lines: list[DriftLine] = []
    total = products = unread = 0
    moment = now()
    with scope(seller_id):
        decided = in_force(seller_id, shop_id)
        for row in _standing(seller_id, shop_id):
            if row.unread:
                unread += 1
                continue
            found = list(_lines_of(row, decided.get(row.product_key, ()), same, moment))
            products += bool(found)
            total += len(found)
            lines += found[: MOST_LINES - len(lines)]
        under_way = models.Plan.objects.filter(
            seller_id=seller_id, shop_id=shop_id, state=models.PlanState.APPLYING
        ).first()
    return DriftReport(
        lines=tuple(lines),
        total=total,
        products=products,
        unread=unread,
        applying="" if under_way is None else encode(under_way.pk),
        looked=looked,
    )


class _Row(msgspec.Struct, frozen=True):
    product_key: str
    status: str
    ended_by_us: bool
    gone_at: datetime | None
    bound_at: datetime
    told_since: str
    seen: bytes | None
    unread: bool | None
    desired: bool
    ours: bytes | None


def _standing(seller_id: int, shop_id: int) -> Iterator[_Row]:
    names: dict[str, Any] = {"seller": seller_id, "shop": shop_id}
    with connection.connection.cursor("drifting", binary=True) as stream:
        stream.itersize = _BATCH
        stream.execute(_STANDING, names)
        for row in stream:
            yield _Row(*row)


_SEEN = msgspec.json.Decoder(Seen)
_DRAFT = msgspec.json.Decoder(Draft)
_SINCE = msgspec.json.Decoder(dict[str, datetime])


def _lines_of(
    row: _Row, decisions: tuple[Decision, ...], same: Same, moment: datetime
) -> Iterator[DriftLine]:
    seen = None if row.seen is None else _SEEN.decode(row.seen)
    place = Place(
        key=row.product_key,
        status=Status(row.status),
        ended_by_us=row.ended_by_us,
        desired=row.desired,
        gone_at=row.gone_at,
        told_since=_SINCE.decode(row.told_since),
        bound_at=row.bound_at,
    )
    note = "" if seen is None else seen.note
    line = status_drift(place, note=note, now=moment, decisions=decisions)
    if line is not None:
        yield line
    ended = row.gone_at is not None or row.status == Status.DELETED.value
    if seen is None or row.ours is None or ended:
        return
    applied = _DRAFT.decode(row.ours)
    yield from field_drift(place, applied=applied, seen=seen, same=same, decisions=decisions)

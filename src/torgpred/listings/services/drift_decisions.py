"""Deciding about drift: take over, set back, leave; each audited and undoable.

A decision changes what the next plan wants at one place of one product. A field without one is
set back by the next plan, a status without one is left alone.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q

from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.listings import models
from torgpred.listings.core.diff import PRICE_FIELDS
from torgpred.listings.core.drift import STATUS, Choice, Decision, DriftLine
from torgpred.listings.core.errors import NotOfferedError, UnknownDriftDecisionError
from torgpred.listings.core.question import joint_prefix
from torgpred.listings.core.timed import about_price, holds_at, left_alone
from torgpred.listings.selectors.timed import timed_of
from torgpred.runtime.scope import scope

_IN_FORCE = Q(undone_at__isnull=True, ended_at__isnull=True)

_OFFER_KEYS = """
    SELECT listing.sku, listing.offer_key FROM listings_listing listing
    JOIN listings_listedproduct product ON product.id = listing.product_id
    WHERE listing.seller_id = %(seller)s AND product.shop_id = %(shop)s
      AND listing.sku = ANY(%(skus)s) AND listing.offer_key <> ''
"""

_AGREE_NO_MORE = """
    UPDATE listings_listedproduct SET agreed_digest = NULL
    WHERE seller_id = %s AND shop_id = %s AND product_key = ANY(%s)
"""

# The decision at a place, and those at a larger or smaller part of it.
_END = """
    UPDATE listings_driftdecision decision SET undone_by = %s, undone_at = %s
    FROM unnest(%s::text[], %s::text[], %s::text[]) AS given (key, sku, field)
    WHERE decision.seller_id = %s AND decision.shop_id = %s
      AND decision.product_key = given.key AND decision.sku = given.sku
      AND decision.undone_at IS NULL AND decision.ended_at IS NULL
      AND (decision.field = given.field
           OR decision.field = split_part(given.field, '.', 1)
           OR split_part(decision.field, '.', 1) = given.field)
"""

# A wish ends when it is carried out: a create, a resume or a pause, or an update of what was
# rejected.
_END_WISHES = """
    UPDATE listings_driftdecision decision SET ended_at = %s
    FROM unnest(%s::text[], %s::text[]) AS given (key, action), listings_listedproduct listed
    WHERE decision.seller_id = %s AND decision.shop_id = %s AND decision.product_key = given.key
      AND decision.field = 'status' AND decision.choice = 'set_back'
      AND decision.undone_at IS NULL AND decision.ended_at IS NULL
      AND listed.seller_id = decision.seller_id AND listed.shop_id = decision.shop_id
      AND listed.product_key = given.key
      AND (given.action IN ('create', 'resume', 'pause')
           OR (given.action = 'update' AND listed.status = 'rejected'))
"""


def decide(
    *, seller_id: int, shop_id: int, choice: Choice, lines: Sequence[DriftLine], actor: str
) -> int:
    """Decide the same about lines of a drift report; return how many decisions are in force now.

    Take over: what the line says stands there is wanted from now on. Leave: whatever stands there
    stays. Set back: a status is brought back once by the next plan; a field's earlier decision
    ends, and the next plan sets it back as it does by itself.
    Raises NotOfferedError where a line does not offer the choice: then nothing is decided.
    """
    for line in lines:
        if choice not in line.choices:
            offered = ", ".join(line.choices)
            raise NotOfferedError(place=line.place, choice=choice.value, offered=offered)
    moment = now()
    places = list({(line.product_key, line.sku, line.field): line for line in lines}.values())
    kept = [line for line in places if choice is not Choice.SET_BACK or line.field == STATUS]
    with scope(seller_id):
        with connection.cursor() as cursor:
            columns = ("product_key", "sku", "field")
            named = [[getattr(line, column) for line in places] for column in columns]
            cursor.execute(_END, [actor, moment, *named, seller_id, shop_id])
        models.DriftDecision.objects.bulk_create(
            [
                models.DriftDecision(
                    seller_id=seller_id,
                    shop_id=shop_id,
                    product_key=line.product_key,
                    sku=line.sku,
                    field=line.field,
                    choice=choice.value,
                    value=line.value,
                    decided_by=actor,
                    decided_at=moment,
                )
                for line in kept
            ],
            batch_size=1_000,
        )
        _agree_no_more(seller_id, shop_id, [line.product_key for line in places])
    return len(kept)


def undo_decision(*, seller_id: int, decision_id: int, actor: str) -> None:
    """End a decision; it stays in the history, and the computed value is wanted again.

    Raises UnknownDriftDecisionError, also where it ended before.
    """
    with scope(seller_id):
        rows = models.DriftDecision.objects.select_for_update().filter(
            _IN_FORCE, seller_id=seller_id, pk=decision_id
        )
        row = rows.first()
        if row is None:
            raise UnknownDriftDecisionError(number=decision_id)
        row.undone_by, row.undone_at = actor, now()
        row.save(update_fields=["undone_by", "undone_at"])
        _agree_no_more(seller_id, row.shop_id, [row.product_key])


def in_force(
    seller_id: int, shop_id: int, moment: datetime | None = None
) -> dict[str, tuple[Decision, ...]]:
    """Return the decisions that hold at a moment, now without one, by product key.

    What was decided about a price holds in the period in which it was decided: with a price for a
    time, or without (`core.timed`). Inside the caller's scope.
    """
    rows = models.DriftDecision.objects.filter(_IN_FORCE, seller_id=seller_id, shop_id=shop_id)
    decided = [
        (
            row.product_key,
            Decision(row.sku, row.field, Choice(row.choice), row.value, row.decided_at),
        )
        for row in rows.order_by("pk")
    ]
    skus = {one.sku for _, one in decided if about_price(one)}
    keys = offer_keys(seller_id, shop_id, skus)
    timed = timed_of(seller_id, shop_id, list(keys.values())) if keys else {}
    at = moment or now()
    found: dict[str, tuple[Decision, ...]] = {}
    for key, one in decided:
        if holds_at(one, at, timed.get(keys.get(one.sku, ""), ())):
            found[key] = (*found.get(key, ()), one)
    return found


def prices_left_alone(
    seller_id: int, shop_id: int, wanted: Collection[str]
) -> dict[str, tuple[str, datetime]]:
    """Return who decided when that a price stays as it stands, by key of these offers.

    Only what was decided while no price for a time was in force. Inside the caller's scope.
    """
    rows = models.DriftDecision.objects.filter(
        _IN_FORCE,
        seller_id=seller_id,
        shop_id=shop_id,
        field__in=PRICE_FIELDS,
        choice=Choice.LEAVE.value,
    )
    decided = {row.sku: row for row in rows}
    keys = offer_keys(seller_id, shop_id, decided)
    timed = timed_of(seller_id, shop_id, list(keys.values())) if keys else {}
    found = {}
    for sku, row in decided.items():
        key = keys[sku]
        one = Decision(row.sku, row.field, Choice(row.choice), row.value, row.decided_at)
        if key in wanted and left_alone(one, timed.get(key, ())):
            found[key] = (str(row.decided_by), row.decided_at)
    return found


def offer_keys(seller_id: int, shop_id: int, skus: Collection[str]) -> dict[str, str]:
    """Return the seller's keys of the offers that a shop calls by these SKUs."""
    if not skus:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_OFFER_KEYS, {"seller": seller_id, "shop": shop_id, "skus": list(skus)})
        named = dict(cursor.fetchall())
    prefix = joint_prefix(seller_id) if channels.shop(shop_id).joint else ""
    return {sku: named.get(sku) or sku.removeprefix(prefix) for sku in skus}


def end_wishes(seller_id: int, shop_id: int, done: Sequence[tuple[str, str]]) -> None:
    """End the wishes that (product key, action) carried out. Inside the caller's scope."""
    if not done:
        return
    keys, actions = [item[0] for item in done], [item[1] for item in done]
    with connection.cursor() as cursor:
        cursor.execute(_END_WISHES, [now(), keys, actions, seller_id, shop_id])


def _agree_no_more(seller_id: int, shop_id: int, product_keys: Sequence[str]) -> None:
    """Let the next plan compare these products anew."""
    with connection.cursor() as cursor:
        cursor.execute(_AGREE_NO_MORE, [seller_id, shop_id, list(product_keys)])

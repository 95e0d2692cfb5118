"""Deciding about drift: take over, set back, leave; each audited and undoable.

A decision changes what the next plan wants at one place of one product. A field without one is
set back by the next plan, a status without one is left alone.
"""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Q

from torgpred.kernel.clock import now
from torgpred.listings import models
from torgpred.listings.core.drift import STATUS, Choice, Decision, DriftLine
from torgpred.listings.core.errors import NotOfferedError, UnknownDriftDecisionError
from torgpred.runtime.scope import scope

_IN_FORCE = Q(undone_at__isnull=True, ended_at__isnull=True)

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


def in_force(seller_id: int, shop_id: int) -> dict[str, tuple[Decision, ...]]:
    """Return the decisions in force by product key. Inside the caller's scope."""
    rows = models.DriftDecision.objects.filter(_IN_FORCE, seller_id=seller_id, shop_id=shop_id)
    found: dict[str, tuple[Decision, ...]] = {}
    for row in rows.order_by("pk"):
        one = Decision(row.sku, row.field, Choice(row.choice), row.value, row.decided_at)
        found[row.product_key] = (*found.get(row.product_key, ()), one)
    return found


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

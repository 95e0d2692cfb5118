"""Reads of verdicts: pages of them, counts, and what stands in the way."""

from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.values import VerdictCard, Which
from torgpred.campaigns.models import Verdict
from torgpred.listings.core.remarks import Remark
from torgpred.runtime.scope import operator_scope, scope

_REASONS = msgspec.json.Decoder(tuple[Remark, ...])


class Count(msgspec.Struct, frozen=True):
    """How many offers of a seller were answered so, and the first reason in the way."""

    seller_id: int
    answer: Answer
    code: str
    offers: int


def narrowed(rows: "QuerySet[Verdict]", which: Which) -> "QuerySet[Verdict]":
    """Return the rows that are meant."""
    wanted: dict[str, Any] = {
        "seller_id": which.seller_id,
        "shop_id": which.shop_id,
        "answer": None if which.answer is None else which.answer.value,
        "code": which.code or None,
        "margin__gte": which.least_margin,
        "pieces__gte": which.least_pieces,
        "offer_key__in": list(which.offer_keys) or None,
    }
    return rows.filter(**{field: value for field, value in wanted.items() if value is not None})


def verdict_card(row: Verdict) -> VerdictCard:
    """Return a verdict as a value."""
    return VerdictCard(
        seller_id=row.seller_id,
        shop_id=row.shop_id,
        offer_key=row.offer_key,
        sku=row.sku,
        answer=Answer(row.answer),
        price=row.price,
        usual=row.usual,
        base=row.base,
        keeps=row.keeps,
        usual_keeps=row.usual_keeps,
        margin=row.margin,
        days=row.days,
        to_come=row.to_come,
        pieces=row.pieces,
        reasons=_REASONS.decode(row.reasons) if row.reasons else (),
    )


def verdicts(
    campaign_id: int,
    *,
    seller_id: int | None,
    which: Which | None = None,
    after: int = 0,
    limit: int = 100,
) -> tuple[list[VerdictCard], int]:
    """Return a page of verdicts, of one seller in its scope or of all for the operator's eyes.

    The second value is the place to go on `after`; 0 where there is no more.
    """
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = Verdict.objects.filter(campaign_id=campaign_id, id__gt=after)
        found = list(narrowed(rows, which or Which(seller_id=seller_id)).order_by("id")[:limit])
        cards = [verdict_card(row) for row in found]
        return cards, found[-1].pk if len(found) == limit else 0


def verdict(
    campaign_id: int, *, seller_id: int, shop_id: int, offer_key: str
) -> VerdictCard | None:
    """Return the verdict about one offer; None where it was not judged."""
    with scope(seller_id):
        row = Verdict.objects.filter(
            seller_id=seller_id, campaign_id=campaign_id, shop_id=shop_id, offer_key=offer_key
        ).first()
        return None if row is None else verdict_card(row)


def counts(campaign_id: int, *, seller_id: int | None = None) -> Sequence[Count]:
    """Count verdicts by seller, answer and first reason, the most first; seen as `verdicts` are."""
    with operator_scope() if seller_id is None else scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT seller_id, answer, code, count(*) FROM campaigns_verdict"
            " WHERE campaign_id = %s GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3",
            [campaign_id],
        )
        return [
            Count(seller, Answer(answer), code, offers)
            for seller, answer, code, offers in cursor.fetchall()
        ]

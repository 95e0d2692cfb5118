"""Reads of nominations: what sellers are shown, what they said, what takes part."""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.consenting import OfferTerms
from torgpred.campaigns.core.values import NominationCard
from torgpred.runtime.scope import operator_scope, scope

_TERMS: Final = msgspec.json.Decoder(OfferTerms, strict=False)

_NOMINATIONS: LiteralString = """
    SELECT nomination.id, nomination.seller_id, nomination.shop_id, nomination.offer_key,
           nomination.terms::text, encode(nomination.terms_digest, 'hex'), nomination.proposed_by,
           nomination.proposed_at, consent.id IS NOT NULL,
           consent.id IS NULL AND EXISTS (
               SELECT FROM campaigns_consent other
               WHERE other.nomination_id = nomination.id AND other.standing),
           coalesce(consent.rule, ''), coalesce(consent.given_by, ''), consent.given_at,
           enrolment.id IS NOT NULL
    FROM campaigns_nomination nomination
    LEFT JOIN campaigns_consent consent
      ON consent.nomination_id = nomination.id AND consent.standing
     AND consent.terms_digest = nomination.terms_digest
    LEFT JOIN campaigns_enrolment enrolment ON enrolment.nomination_id = nomination.id
    WHERE nomination.campaign_id = %(campaign)s AND nomination.dropped_at IS NULL
      AND (%(seller)s::bigint IS NULL OR nomination.seller_id = %(seller)s)
      AND (%(keys)s::text[] IS NULL OR nomination.offer_key = ANY(%(keys)s))
      AND nomination.id > %(after)s
    ORDER BY nomination.id LIMIT %(limit)s
"""
_COUNTED: LiteralString = """
    count(*), count(consent.id),
    count(*) FILTER (WHERE consent.id IS NULL AND EXISTS (
        SELECT FROM campaigns_consent other
        WHERE other.nomination_id = nomination.id AND other.standing)),
    count(enrolment.id), count(DISTINCT nomination.seller_id),
    coalesce(sum(nomination.pieces), 0),
    coalesce(sum(nomination.pieces) FILTER (WHERE enrolment.id IS NOT NULL), 0)
    FROM campaigns_nomination nomination
    LEFT JOIN campaigns_consent consent
      ON consent.nomination_id = nomination.id AND consent.standing
     AND consent.terms_digest = nomination.terms_digest
    LEFT JOIN campaigns_enrolment enrolment ON enrolment.nomination_id = nomination.id
    WHERE nomination.campaign_id = ANY(%s) AND nomination.dropped_at IS NULL
"""


class Standing(msgspec.Struct, frozen=True):
    """How far the nominations of a campaign are. `agreed` have a yes to their present terms.

    `pieces` are those of all that is put forward, `taking_part` of what takes part.
    """

    nominated: int
    agreed: int
    void: int
    enrolled: int
    sellers: int
    pieces: int
    taking_part: int

    @property
    def to_lock(self) -> int:
        """Pieces to be locked: of what takes part once that is settled, before of all."""
        return self.taking_part if self.enrolled else self.pieces


class EnrolledCard(msgspec.Struct, frozen=True):
    """An offer that takes part: where, at which shelf price, how many pieces are kept for it."""

    nomination_id: int
    seller_id: int
    shop_id: int
    offer_key: str
    sku: str
    price: Decimal
    usual: Decimal | None
    currency: str
    pieces: int
    enrolled_at: datetime


def nominations(
    campaign_id: int,
    *,
    seller_id: int | None,
    offer_keys: list[str] | None = None,
    after: int = 0,
    limit: int = 100,
) -> list[NominationCard]:
    """Return nominations after one, by id: a seller's in its scope, or all for the operator."""
    with operator_scope() if seller_id is None else scope(seller_id):
        return nominations_here(
            campaign_id, seller_id=seller_id, offer_keys=offer_keys, after=after, limit=limit
        )


def nominations_here(
    campaign_id: int,
    *,
    seller_id: int | None,
    offer_keys: list[str] | None = None,
    after: int = 0,
    limit: int | None = None,
) -> list[NominationCard]:
    """Return the same inside a scope that is open already; all of them without a limit."""
    names: dict[str, Any] = {
        "campaign": campaign_id,
        "seller": seller_id,
        "keys": offer_keys,
        "after": after,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOMINATIONS, names)
        return [
            NominationCard(number, seller, shop, key, _TERMS.decode(terms), *rest)
            for number, seller, shop, key, terms, *rest in cursor.fetchall()
        ]


def standing(campaign_id: int, *, seller_id: int | None = None) -> Standing:
    """Count how far a campaign's nominations are, as `nominations` sees them."""
    return standings([campaign_id], seller_id=seller_id)[campaign_id]


def standings(
    campaign_ids: Collection[int], *, seller_id: int | None = None
) -> dict[int, Standing]:
    """Count how far nominations are, of many campaigns at once, as `nominations` sees them."""
    with operator_scope() if seller_id is None else scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT nomination.campaign_id, {_COUNTED} GROUP BY nomination.campaign_id",
            [list(campaign_ids)],
        )
        found = {number: Standing(*map(int, counts)) for number, *counts in cursor.fetchall()}
    return {one: found.get(one, Standing(0, 0, 0, 0, 0, 0, 0)) for one in campaign_ids}


def standings_by_place(
    campaign_id: int, *, seller_id: int | None = None
) -> dict[tuple[int, int], Standing]:
    """Count how far a campaign's nominations are, by seller and shop, as `nominations` sees them.

    Whoever has none that stands is left out.
    """
    with operator_scope() if seller_id is None else scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT nomination.seller_id, nomination.shop_id, {_COUNTED}
            GROUP BY nomination.seller_id, nomination.shop_id ORDER BY 1, 2
            """,
            [[campaign_id]],
        )
        return {
            (seller, shop): Standing(*map(int, counts))
            for seller, shop, *counts in cursor.fetchall()
        }


def enrolled(
    campaign_id: int, *, seller_id: int | None = None, after: int = 0, limit: int | None = None
) -> list[EnrolledCard]:
    """Return what takes part, by nomination: a seller's in its scope, or all for the operator."""
    with operator_scope() if seller_id is None else scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT nomination.id, nomination.seller_id, nomination.shop_id, nomination.offer_key,
                   nomination.terms ->> 'sku', nomination.price,
                   (nomination.terms ->> 'usual')::numeric, nomination.terms ->> 'currency',
                   nomination.pieces, enrolment.enrolled_at
            FROM campaigns_enrolment enrolment
            JOIN campaigns_nomination nomination ON nomination.id = enrolment.nomination_id
            WHERE enrolment.campaign_id = %s AND nomination.id > %s
            ORDER BY nomination.id LIMIT %s
            """,
            [campaign_id, after, limit],
        )
        return [EnrolledCard(*row) for row in cursor.fetchall()]

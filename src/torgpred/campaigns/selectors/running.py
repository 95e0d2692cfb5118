"""Reads of how far a campaign's running is, and of proofs of enrolment."""

from datetime import datetime
from typing import Final

import msgspec

from torgpred.campaigns.core.running import Stage
from torgpred.campaigns.models import Proof, Readiness
from torgpred.kernel.findings import Finding
from torgpred.runtime.scope import operator_scope, scope

_TROUBLES: Final = tuple[Finding, ...]


class ReadinessCard(msgspec.Struct, frozen=True):
    """How far one seller in one shop is: pieces asked and kept, offers and their prices."""

    seller_id: int
    shop_id: int
    stage: Stage
    asked: int
    kept: int
    offers: int
    prices: int
    troubles: tuple[Finding, ...]
    at: datetime


class ProofCard(msgspec.Struct, frozen=True):
    """What shows that a marketplace has an enrolment. `file` refers to the kept file, or none."""

    id: int
    seller_id: int
    shop_id: int
    note: str
    name: str
    file: str
    given_by: str
    given_at: datetime


def readiness(campaign_id: int, *, seller_id: int | None = None) -> list[ReadinessCard]:
    """Return how far sellers are in each shop: one's in its scope, or all for the operator."""
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = Readiness.objects.filter(campaign_id=campaign_id).order_by("seller_id", "shop_id")
        return [
            ReadinessCard(
                seller_id=row.seller_id,
                shop_id=row.shop_id,
                stage=Stage(row.stage),
                asked=row.asked,
                kept=row.kept,
                offers=row.offers,
                prices=row.prices,
                troubles=msgspec.convert(row.troubles, _TROUBLES, strict=False),
                at=row.at,
            )
            for row in rows
        ]


def proofs(campaign_id: int, *, seller_id: int | None = None) -> list[ProofCard]:
    """Return proofs of enrolment, the newest first; seen as `readiness` is."""
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = Proof.objects.filter(campaign_id=campaign_id).order_by("-given_at", "-id")
        return [proof_card(row) for row in rows]


def proof_card(row: Proof) -> ProofCard:
    """Return a proof as a value."""
    return ProofCard(
        id=row.pk,
        seller_id=row.seller_id,
        shop_id=row.shop_id,
        note=row.note,
        name=row.name,
        file=row.file,
        given_by=row.given_by,
        given_at=row.given_at,
    )

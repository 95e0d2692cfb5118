"""Campaigns, verdicts and nominations by the names of their shapes."""

from collections.abc import Mapping
from typing import Any

import msgspec

from torgpred.campaigns import selectors
from torgpred.campaigns.core.reminding import answers_until
from torgpred.campaigns.core.values import CampaignCard, NominationCard, VerdictCard
from torgpred.campaigns.selectors import ReadinessCard
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import Remark

_TERMS = (
    "currency", "price", "set_price", "buyer_pays", "borne", "keeps", "usual", "usual_keeps",
    "margin", "worst", "pieces",
)  # fmt: skip
_JUDGED = (
    "answer", "price", "usual", "base", "keeps", "usual_keeps", "margin", "days", "pieces",
)  # fmt: skip


def campaign_shape(card: CampaignCard) -> dict[str, Any]:
    """Return a campaign."""
    outline = card.outline
    return {
        "code": card.code,
        "name": card.name,
        "state": card.state.value,
        "reason": card.reason,
        "rules": card.rules.code,
        "rules_version": card.rules_version,
        "zone": outline.zone,
        "country": outline.country,
        "reduced_from": outline.reduced_from,
        "sold_until": outline.sold_until,
        "answers_until": answers_until(outline),
        "phases": [
            {"kind": one.kind.value, "starts": one.starts, "ends": one.ends}
            for one in outline.phases
        ],
        "shops": list(card.shop_ids),
        "moved_at": card.moved_at,
    }


def whole(card: CampaignCard, seller_id: int | None) -> dict[str, Any]:
    """Return a campaign with how far its nominations are."""
    standing = selectors.standing(card.id, seller_id=seller_id)
    return {"campaign": campaign_shape(card), "standing": msgspec.to_builtins(standing)}


def rules_shape(card: CampaignCard) -> dict[str, Any]:
    """Return the rule set of a campaign."""
    rules = card.rules
    return {
        "code": rules.code,
        "version": card.rules_version,
        "title": rules.title,
        "source": rules.source,
        "content": msgspec.to_builtins(rules),
    }


def verdict_shape(card: VerdictCard, codes: Mapping[int, str]) -> dict[str, Any]:
    """Return a verdict; `codes` name sellers."""
    return {
        **{name: getattr(card, name) for name in _JUDGED},
        "answer": card.answer.value,
        "seller": codes.get(card.seller_id, ""),
        "shop": card.shop_id,
        "sku": card.offer_key,
        "reasons": reasons_of(card.reasons),
    }


def nomination_shape(card: NominationCard, codes: Mapping[int, str]) -> dict[str, Any]:
    """Return a nomination; `codes` name sellers."""
    return {
        **{name: getattr(card.terms, name) for name in _TERMS},
        "nomination": card.id,
        "seller": codes.get(card.seller_id, ""),
        "shop": card.shop_id,
        "sku": card.offer_key,
        "digest": card.digest,
        "consented": card.consented,
        "void": card.void,
        "rule": card.rule,
        "enrolled": card.enrolled,
    }


def running_shape(
    card: CampaignCard, found: list[ReadinessCard], codes: Mapping[int, str]
) -> dict[str, Any]:
    """Return how far a campaign's running is."""
    names = ("asked", "kept", "offers", "prices", "at")
    return {
        "state": card.state.value,
        "reason": card.reason,
        "sellers": [
            {
                **{name: getattr(one, name) for name in names},
                "seller": codes.get(one.seller_id, ""),
                "shop": one.shop_id,
                "stage": one.stage.value,
                "troubles": [_said(each, holds=True) for each in one.troubles],
            }
            for one in found
        ],
    }


def reasons_of(given: tuple[Remark, ...]) -> list[dict[str, Any]]:
    """Return reasons."""
    return [_said(one.finding, holds=one.holds) for one in given]


def _said(finding: Finding, *, holds: bool) -> dict[str, Any]:
    return {
        "code": finding.code,
        "holds": holds,
        "message": finding.message,
        "mend": finding.mend,
    }

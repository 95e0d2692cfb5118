"""Reads of campaigns, rule sets, and what keeps a campaign from opening."""

from collections.abc import Sequence

import msgspec

from torgpred.campaigns import library
from torgpred.campaigns.core.errors import UnknownCampaignError, UnknownRulesError
from torgpred.campaigns.core.publishing import troubles
from torgpred.campaigns.core.rules import RuleSet
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Campaign, RuleSetRow
from torgpred.campaigns.selectors.cards import campaign_card, campaign_cards
from torgpred.channels import selectors as channels
from torgpred.kernel import ids
from torgpred.kernel.findings import Finding
from torgpred.runtime.scope import operator_scope, scope


class RulesCard(msgspec.Struct, frozen=True):
    """A version of a rule set. Version 0: it stands in the library and was not used yet."""

    rules: RuleSet
    version: int
    said_by: str


def campaigns(seller_id: int | None = None) -> list[CampaignCard]:
    """Return campaigns, the newest first: all, or those a seller has an offer put forward in."""
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = Campaign.objects.select_related("rules").order_by("-starts_at", "-id")
        return campaign_cards(rows)


def campaign(given: str | int, *, seller_id: int | None = None) -> CampaignCard:
    """Return a campaign by its id or by its code, forgiving case, dashes and misread letters.

    Raises UnknownCampaignError.
    """
    with operator_scope() if seller_id is None else scope(seller_id):
        rows = Campaign.objects.select_related("rules")
        if isinstance(given, int):
            row = rows.filter(pk=given).first()
        else:
            number = ids.decode(given)
            row = rows.filter(code=given.upper() if number is None else ids.encode(number)).first()
        if row is None:
            raise UnknownCampaignError(given=given)
        return campaign_card(row)


def look_over(card: CampaignCard) -> list[Finding]:
    """Return holds, advice and notes about a campaign; with a hold it does not open."""
    shops = [channels.shop(one) for one in card.shop_ids]
    return troubles(
        outline=card.outline,
        rules=card.rules,
        budget=card.budget,
        families=[one.family for one in shops],
        currencies=[one.currency for one in shops],
    )


def rule_sets() -> list[RulesCard]:
    """Return every rule set in its newest version, by code; the library's unused ones too."""
    newest: dict[str, RulesCard] = {
        one.code: RulesCard(one, 0, "library") for one in library.library()
    }
    with operator_scope():
        for row in RuleSetRow.objects.order_by("code", "version"):
            newest[row.code] = _card(row)
    return [newest[code] for code in sorted(newest)]


def rule_set_versions(code: str) -> Sequence[RulesCard]:
    """Return the kept versions of a rule set, the newest first; the library's where none is kept.

    Raises UnknownRulesError.
    """
    with operator_scope():
        kept = [_card(row) for row in RuleSetRow.objects.filter(code=code).order_by("-version")]
    found = kept or [RulesCard(one, 0, "library") for one in library.library() if one.code == code]
    if not found:
        raise UnknownRulesError(
            given=code, known=", ".join(card.rules.code for card in rule_sets())
        )
    return found


def _card(row: RuleSetRow) -> RulesCard:
    rules = msgspec.convert(row.content, RuleSet, strict=False)
    return RulesCard(rules, row.version, row.said_by)

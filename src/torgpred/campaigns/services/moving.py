"""Moving a campaign from state to state; freezing it enrols what sellers agreed to."""

from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.consenting import common_terms
from torgpred.campaigns.core.errors import CampaignClosedError, IllegalMoveError
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.moves import MOVES, State, may_become
from torgpred.campaigns.core.publishing import holding
from torgpred.campaigns.core.running import WAKE
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Campaign
from torgpred.campaigns.selectors.campaigns import look_over
from torgpred.campaigns.selectors.cards import campaign_card
from torgpred.campaigns.services.judging import giving_of, judge
from torgpred.campaigns.services.rule_sets import unfit_error
from torgpred.campaigns.services.turns import campaign_row, lock_campaign
from torgpred.kernel.clock import now
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import operator_scope

_ENROL: LiteralString = """
    INSERT INTO campaigns_enrolment
        (seller_id, campaign_id, nomination_id, terms_digest, standing, enrolled_by, enrolled_at)
    SELECT nomination.seller_id, nomination.campaign_id, nomination.id, nomination.terms_digest,
           true, %(actor)s, %(moment)s
    FROM campaigns_nomination nomination
    JOIN campaigns_consent consent
      ON consent.nomination_id = nomination.id AND consent.standing
     AND consent.terms_digest = nomination.terms_digest
    JOIN campaigns_verdict verdict
      ON verdict.seller_id = nomination.seller_id AND verdict.campaign_id = nomination.campaign_id
     AND verdict.shop_id = nomination.shop_id AND verdict.offer_key = nomination.offer_key
    WHERE nomination.campaign_id = %(campaign)s AND nomination.dropped_at IS NULL
      AND verdict.answer = %(yes)s AND nomination.price <= verdict.price
      AND nomination.terms ->> 'common' = %(common)s
"""


class Frozen(msgspec.Struct, frozen=True):
    """What a freeze settled: how many take part, and how many agreed ones no longer may."""

    campaign: CampaignCard
    enrolled: int
    left_out: int


def move(*, campaign_id: int, wanted: State, actor: str, reason: str = "") -> CampaignCard:
    """Move a campaign to another state; `freeze` settles it. Audited.

    What follows for stock and prices is brought about by `running`, right after.

    Opening it looks over all that has to be right first. Raises IllegalMoveError,
    UnfitCampaignError (the first hold), UnknownCampaignError; CampaignClosedError where an open
    one with consents should become a draft.
    """
    if wanted is State.FROZEN:
        return freeze(campaign_id=campaign_id, actor=actor).campaign
    with operator_scope():
        row = _may_move(campaign_id, wanted)
        if wanted is State.OPEN:
            for finding in holding(look_over(campaign_card(row))):
                raise unfit_error(finding)
        if wanted is State.DRAFT and _agreed_to(row):
            why = "sellers have agreed to its terms; cancel it instead"
            raise CampaignClosedError(campaign=row.code, state=row.state, why=why)
        return _moved(row, wanted, reason)


def freeze(*, campaign_id: int, actor: str) -> Frozen:
    """Settle what takes part: offers with a standing consent to their terms that still may.

    All are judged anew first. From then on neither terms nor consents change. Raises
    IllegalMoveError, UnknownCampaignError.
    """
    judge(campaign_id=campaign_id)
    with operator_scope():
        row = _may_move(campaign_id, State.FROZEN)
        card = campaign_card(row)
        with connection.cursor() as cursor:
            cursor.execute(
                _ENROL,
                {
                    "common": common_terms(card.outline, card.rules, giving_of(card)),
                    "campaign": campaign_id,
                    "actor": actor,
                    "moment": now(),
                    "yes": Answer.YES.value,
                },
            )
            enrolled = int(cursor.rowcount)
        agreed = _agreed_to(row)
        return Frozen(_moved(row, State.FROZEN, ""), enrolled, agreed - enrolled)


def _agreed_to(row: Campaign) -> int:
    """Count the consents that stand to present terms."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM campaigns_consent consent JOIN campaigns_nomination nomination"
            " ON nomination.id = consent.nomination_id"
            " AND nomination.terms_digest = consent.terms_digest"
            " WHERE nomination.campaign_id = %s AND consent.standing"
            " AND nomination.dropped_at IS NULL",
            [row.pk],
        )
        return int(cursor.fetchone()[0])


def _may_move(campaign_id: int, wanted: State) -> Campaign:
    lock_campaign(campaign_id)
    row = campaign_row(campaign_id)
    state = State(row.state)
    if not may_become(state, wanted):
        allowed = ", ".join(one.value for one in MOVES[state]) or "nothing"
        raise IllegalMoveError(
            campaign=row.code, state=state.value, wanted=wanted.value, allowed=allowed
        )
    return row


def _moved(row: Campaign, wanted: State, reason: str) -> CampaignCard:
    row.state, row.moved_at, row.reason = wanted.value, now(), reason.strip()
    row.save(update_fields=["state", "moved_at", "reason"])
    wake(WAKE)
    return campaign_card(row)

"""A seller's yes: to an offer whose terms were seen, or by a rule; taken back until the freeze.

All of it runs in the seller's own scope: the database lets nobody else write a consent.
"""

from collections.abc import Mapping, Sequence
from typing import LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.consenting import ConsentRule, parse_rule
from torgpred.campaigns.core.errors import ConsentError
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import NominationCard
from torgpred.campaigns.models import Consent
from torgpred.campaigns.selectors.nominations import nominations_here
from torgpred.campaigns.services.turns import campaign_row, expect_state, share_campaign
from torgpred.kernel.clock import now
from torgpred.kernel.digests import canonical
from torgpred.runtime.scope import scope

_SETTLED = "what takes part is settled"

_SAY_YES: LiteralString = """
    INSERT INTO campaigns_consent AS kept
        (seller_id, nomination_id, terms_digest, seen, rule, given_by, given_at, standing,
         withdrawn_by)
    SELECT %(seller)s, given.nomination, given.digest, given.seen, %(rule)s, %(actor)s, %(moment)s,
           true, ''
    FROM unnest(%(nominations)s::bigint[], %(digests)s::bytea[], %(seen)s::jsonb[])
         AS given (nomination, digest, seen)
    ON CONFLICT (nomination_id, terms_digest) DO UPDATE
    SET standing = true, withdrawn_by = '', withdrawn_at = NULL, rule = excluded.rule,
        seen = excluded.seen, given_by = excluded.given_by, given_at = excluded.given_at
    WHERE NOT kept.standing
"""


class Consented(msgspec.Struct, frozen=True):
    """What a consent did: how many offers have a new yes, had it already, or the rule left out."""

    agreed: int
    before: int
    left_out: int


def consent(*, seller_id: int, campaign_id: int, seen: Mapping[int, str], actor: str) -> Consented:
    """Say yes to nominations by their ids, each with the digest of the terms that were seen.

    Nothing is agreed to unless every one of them still has these terms. Raises ConsentError,
    CampaignClosedError, UnknownCampaignError.
    """
    with scope(seller_id):
        known = {one.id: one for one in _open(seller_id, campaign_id)}
        missing = sorted(seen.keys() - known.keys())
        if missing:
            raise ConsentError(why=f"Nothing is put forward under the number {missing[0]}.")
        for number, digest in seen.items():
            if known[number].digest != digest:
                key = known[number].offer_key
                raise ConsentError(
                    why=f"The terms of {key} changed since they were shown: look at them anew."
                )
        return _agree(seller_id, [known[number] for number in seen], "", actor)


def consent_by_rule(*, seller_id: int, campaign_id: int, rule: str, actor: str) -> Consented:
    """Say yes to all that a rule such as "margin >= 12" takes; each is recorded by itself.

    It is evaluated once, now: what is put forward or changed later needs a yes of its own. Raises
    ConsentError, CampaignClosedError, UnknownCampaignError.
    """
    read = parse_rule(rule)
    if not isinstance(read, ConsentRule):
        raise ConsentError(why=f"{read.message} {read.mend}")
    with scope(seller_id):
        known = _open(seller_id, campaign_id)
        taken = [one for one in known if read.takes(one.terms)]
        done = _agree(seller_id, taken, read.text, actor)
        return msgspec.structs.replace(done, left_out=len(known) - len(taken))


def withdraw(
    *,
    seller_id: int,
    campaign_id: int,
    actor: str,
    nomination_ids: Sequence[int] | None = None,
) -> int:
    """Take consents back, all or some; return how many stood. Until the campaign is frozen.

    Raises CampaignClosedError, UnknownCampaignError.
    """
    with scope(seller_id):
        _expect_open(campaign_id)
        rows = Consent.objects.filter(
            seller_id=seller_id, nomination__campaign_id=campaign_id, standing=True
        )
        if nomination_ids is not None:
            rows = rows.filter(nomination_id__in=list(nomination_ids))
        return rows.update(standing=False, withdrawn_by=actor, withdrawn_at=now())


def _expect_open(campaign_id: int) -> None:
    share_campaign(campaign_id)
    expect_state(campaign_row(campaign_id), State.OPEN, why=_SETTLED)


def _open(seller_id: int, campaign_id: int) -> list[NominationCard]:
    _expect_open(campaign_id)
    return nominations_here(campaign_id, seller_id=seller_id)


def _agree(seller_id: int, taken: Sequence[NominationCard], rule: str, actor: str) -> Consented:
    if not taken:
        return Consented(0, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            _SAY_YES,
            {
                "seller": seller_id,
                "rule": rule,
                "actor": actor,
                "moment": now(),
                "nominations": [one.id for one in taken],
                "digests": [bytes.fromhex(one.digest) for one in taken],
                "seen": [canonical(one.terms).decode() for one in taken],
            },
        )
        agreed = int(cursor.rowcount)
    return Consented(agreed, len(taken) - agreed, 0)

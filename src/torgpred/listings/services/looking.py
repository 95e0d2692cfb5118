"""Looking for creates whose outcome is unclear, before anything is sent again."""

from datetime import datetime

from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.clock import now
from torgpred.kernel.errors import RetryLaterError
from torgpred.listings import models
from torgpred.listings.services import listed, steps
from torgpred.listings.services.asking import NEVER_SAID
from torgpred.listings.services.steps import ClaimedStep
from torgpred.listings.services.working import (
    FIRST_POLL,
    LOOK_AGAIN,
    MOST_ATTEMPTS,
    Work,
    skip,
)
from torgpred.runtime.scope import scope

AT_ONCE = 50
"""Creates looked for in one round."""


def look_for_unclear(work: Work) -> None:
    """Look for unclear creates by their SKUs, and settle each: found, sent again, or resting."""
    with scope(work.seller_id):
        claimed = steps.claim_unclear(plan_id=work.plan_id, now=now(), limit=AT_ONCE)
        if not claimed:
            return
        drafts = steps.drafts_of(work.seller_id, [step.draft_digest for step in claimed])
        rests = steps.rests_until([step.id for step in claimed])
    looked_at = now()
    skus = [variant.sku for draft in drafts.values() for variant in draft.variants]
    try:
        seen = work.connector.find(skus)
    except RetryLaterError:
        with scope(work.seller_id):
            for step in claimed:
                _rest(step, looked_at + LOOK_AGAIN, rests[step.id])
        return
    standing = {
        variant.sku: product
        for product in seen
        if product.status is not Status.DELETED
        for variant in product.variants
    }
    with scope(work.seller_id):
        for step in claimed:
            draft = drafts[step.draft_digest or b""]
            found = next((standing[v.sku] for v in draft.variants if v.sku in standing), None)
            _settle(work, step, draft, found, looked_at, rests[step.id])


def _settle(
    work: Work,
    step: ClaimedStep,
    draft: Draft,
    found: Seen | None,
    looked_at: datetime,
    rest: datetime,
) -> None:
    if found is not None:
        carried = listed.Carried(
            product_key=step.product_key,
            action=step.action,
            remote_id=found.remote_id,
            draft=draft,
            draft_digest=step.draft_digest,
        )
        listed.record_done(seller_id=work.seller_id, shop_id=work.shop_id, done=[carried])
        steps.move(
            [step], state=models.StepState.DONE, ended_at=now(), remote_ids=[found.remote_id]
        )
    elif looked_at <= rest:
        _rest(step, min(looked_at + LOOK_AGAIN, rest + FIRST_POLL), rest)
    elif step.attempts >= MOST_ATTEMPTS:
        skip([step], NEVER_SAID)
    else:
        steps.move([step], state=models.StepState.WAITING)


def _rest(step: ClaimedStep, until: datetime, rest: datetime) -> None:
    steps.move([step], state=models.StepState.UNCLEAR, not_before=until, rest_until=rest)

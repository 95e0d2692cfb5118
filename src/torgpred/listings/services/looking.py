"""Looking for creates whose outcome is unclear, before anything is sent again.

A product is taken for ours if it holds exactly the SKUs of the draft and is bound to no other
product: the list tells no more that would tell it from another one of the shop. A listing of the
seller's own that held the same SKUs before is bound by adoption, before a plan is made; had it
been made between that and this look, it is bound here, and the next plan shows what differs
before anything of it is changed. One with other SKUs beside ours is somebody else's, and left.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from torgpred.channels.core.contract import Action, Problem
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.clock import now
from torgpred.kernel.errors import NeedsPersonError, OutboundError
from torgpred.listings import models
from torgpred.listings.services import listed, resting, steps
from torgpred.listings.services.steps import ClaimedStep
from torgpred.listings.services.working import SILENT, Work, end, skip, told
from torgpred.runtime.scope import scope

AT_ONCE = 40
"""Creates looked for in one round."""
LOST = Problem(
    code="marketplace.lost",
    message="The marketplace's answer was lost every time, and the product does not stand there.",
    mend="Make a new plan later: it sends the product again if it still does not stand there.",
)
NEVER_ENDED = Problem(
    code="marketplace.never_ended",
    message="The marketplace took the new product on, but it never appeared in the shop.",
    mend="Look for it in the seller cabinet, among drafts and refused ones too. Where it is not, "
    "ask the marketplace's support, then make a new plan: that sends it again.",
)

UNKNOWN = Problem(
    code="marketplace.unknown",
    message="The product was sent, but the marketplace gave no good answer for a day, so nobody "
    "knows whether it stands there.",
    mend="Make a new plan once the marketplace answers again: the shop is read first then.",
)


def look_for_unclear(work: Work) -> None:
    """Look for unclear creates by their SKUs, and settle each: found, sent again, or resting.

    Raises NeedsPersonError where only a person can mend it; they go on resting.
    """
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
    except OutboundError as error:
        _not_looked(work, claimed, rests, error)
        if isinstance(error, NeedsPersonError):
            raise
        return
    standing = [product for product in seen if product.status is not Status.DELETED]
    with scope(work.seller_id):
        resting.lift(work.plan_id, resting.LOOK)
        bound = listed.bound_to(work.shop_id, [product.remote_id for product in standing])
        found = _ours(work, claimed, drafts, standing, bound)
        _record_found(work, claimed, drafts, found)
        missing = [step for step in claimed if step.id not in found]
        _settle(work, missing, looked_at, rests)


def _ours(
    work: Work,
    claimed: Sequence[ClaimedStep],
    drafts: Mapping[bytes, Draft],
    standing: Sequence[Seen],
    bound: Mapping[str, tuple[int, str]],
) -> dict[int, Seen]:
    """Return what was found by step: the oldest one where several hold the same SKUs."""
    by_skus: dict[frozenset[str], list[Seen]] = {}
    for product in standing:
        skus = frozenset(variant.sku.strip() for variant in product.variants)
        by_skus.setdefault(skus, []).append(product)
    found: dict[int, Seen] = {}
    for step in claimed:
        draft = drafts[step.draft_digest or b""]
        wanted = frozenset(variant.sku.strip() for variant in draft.variants)
        mine = (work.seller_id, step.product_key)
        fitting = [
            product
            for product in by_skus.get(wanted, ())
            if bound.get(product.remote_id, mine) == mine
        ]
        if fitting:
            found[step.id] = fitting[0]
    return found


def _record_found(
    work: Work,
    claimed: Sequence[ClaimedStep],
    drafts: Mapping[bytes, Draft],
    found: Mapping[int, Seen],
) -> None:
    there = [step for step in claimed if step.id in found]
    listed.record_done(
        seller_id=work.seller_id,
        shop_id=work.shop_id,
        done=[
            listed.Carried(
                product_key=step.product_key,
                action=step.action,
                remote_id=found[step.id].remote_id,
                draft=drafts[step.draft_digest or b""],
                draft_digest=step.draft_digest,
            )
            for step in there
        ],
    )
    steps.move(
        there,
        state=models.StepState.DONE,
        remote_ids=[found[step.id].remote_id for step in there],
    )


def _settle(
    work: Work,
    missing: Sequence[ClaimedStep],
    looked_at: datetime,
    rests: Mapping[int, datetime],
) -> None:
    """Decide on creates that were not found: rest, end, or go once more."""
    timing = work.timing
    believed = [step for step in missing if looked_at > rests[step.id]]
    for until in sorted({rests[step.id] for step in missing if step not in believed}):
        # Half of what remains: few looks in all, the last of them just after the rest.
        pause = max((until - looked_at) / 2, timing.look_again)
        steps.move(
            [step for step in missing if rests[step.id] == until],
            state=models.StepState.UNCLEAR,
            not_before=min(looked_at + pause, until + timing.first_poll),
            rest_until=until,
        )
    accepted = [step for step in believed if step.submission_id is not None]
    skip(accepted, NEVER_ENDED)
    sent = [step for step in believed if step.submission_id is None]
    weary = [step for step in sent if step.put_off >= timing.most_put_off]
    end(weary)  # the marketplace's own words are kept with the step
    lost = [step for step in sent if step not in weary and step.attempts >= timing.most_sent]
    skip(lost, LOST)
    again = [step for step in sent if step not in weary and step not in lost]
    if resting.weary(work, Action.CREATE.value, moment=looked_at):
        skip(again, SILENT)
    else:
        steps.move(again, state=models.StepState.WAITING)


def _not_looked(
    work: Work,
    claimed: Sequence[ClaimedStep],
    rests: Mapping[int, datetime],
    error: OutboundError,
) -> None:
    moment = now()
    with scope(work.seller_id):
        not_before = moment + work.timing.look_again
        if not isinstance(error, NeedsPersonError):
            not_before = resting.rest(work, resting.LOOK, error, moment=moment).until
        for until in sorted(set(rests.values())):
            steps.move(
                [step for step in claimed if rests[step.id] == until],
                state=models.StepState.UNCLEAR,
                not_before=not_before,
                rest_until=until,
            )
        if resting.weary(work, resting.LOOK, moment=moment):
            steps.end_all(
                plan_id=work.plan_id,
                state=models.StepState.UNCLEAR,
                problems=told([UNKNOWN]),
                now=moment,
            )

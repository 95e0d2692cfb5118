"""Compare what stands in a shop with what should, product by product, and write the steps."""

from collections.abc import Iterator, Sequence

import msgspec
from django.db import connection
from django.db.models import F

from torgpred.channels.core.contract import Action, Connector
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.digests import canonical
from torgpred.listings import models
from torgpred.listings.core.desired import draft_digest
from torgpred.listings.core.diff import Endings, Standing, StepDraft, Then
from torgpred.listings.core.drift import decided_difference, overridden
from torgpred.listings.core.guards import Watch
from torgpred.listings.core.question import SkuNames
from torgpred.listings.core.rebuilding import seen_now
from torgpred.listings.core.remarks import Remark
from torgpred.listings.services.drift_decisions import end_wishes, in_force

_TO_COMPARE = """
    SELECT listed.id, listed.remote_id, listed.status, listed.ended_by_us, desired.product_key,
           desired.draft_digest, desired.findings, draft.content, listed.seen, applied.content,
           listed.applied_digest,
           listed.applied_at > coalesce(listed.seen_at, '-infinity') AS unread,
           listed.seen_digest,
           (SELECT array_agg(listing.sku) FROM listings_listing listing
            WHERE listing.seller_id = listed.seller_id AND listing.product_id = listed.id
              AND listing.not_ours)
    FROM to_do
    JOIN listings_desired desired
      ON desired.seller_id = %(seller)s AND desired.shop_id = %(shop)s
     AND desired.product_key = to_do.product_key
    JOIN listings_listedproduct listed
      ON listed.seller_id = %(seller)s AND listed.shop_id = %(shop)s
     AND listed.product_key = to_do.product_key
    JOIN listings_draftcontent draft
      ON draft.seller_id = %(seller)s AND draft.digest = desired.draft_digest
    LEFT JOIN listings_draftcontent applied
      ON applied.seller_id = %(seller)s AND applied.digest = listed.applied_digest
    WHERE to_do.what = 'compare'
    ORDER BY desired.product_key COLLATE "C"
"""


_CREATES = """
    SELECT step.id, step.product_key, draft.content, listed.seen, applied.content
    FROM listings_step step
    JOIN listings_draftcontent draft
      ON draft.seller_id = step.seller_id AND draft.digest = step.draft_digest
    JOIN listings_listedproduct listed
      ON listed.seller_id = step.seller_id AND listed.shop_id = %s
     AND listed.product_key = step.product_key
    LEFT JOIN listings_draftcontent applied
      ON applied.seller_id = step.seller_id AND applied.digest = listed.applied_digest
    WHERE step.seller_id = %s AND step.plan_id = %s AND step.action = 'create'
      AND step.product_key = ANY(%s)
"""

_BATCH = 1_000
StepRow = tuple[
    int, str, str, bytes | None, bytes | None, bytes | None, str, int, bytes, bytes, bytes | None
]
"""A step: number, product key, action, digests of the draft, of the desired one and of what was
seen, remote id, offers, changes, before, digest of the draft that was last carried out."""


class Comparing(msgspec.Struct, frozen=True):
    """What a comparison needs beside the rows: the shop's judgement and names, who watches."""

    connector: Connector
    names: SkuNames
    watch: Watch
    elsewhere: frozenset[str]
    """SKUs that stand in listings that are not bound: not to be added to another one."""


def write_differences(plan: models.Plan, by: Comparing, number: int) -> int:
    """Write the steps of products that differ, numbered from after `number`; return the last.

    Reads the temporary table `to_do`. Those that agree are remembered, so that an unchanged pair
    is never compared again. Runs in the caller's transaction.
    """
    steps: list[StepRow] = []
    agreed: list[tuple[int, bytes]] = []
    came_back: list[tuple[str, str]] = []
    decided = in_force(plan.seller_id, plan.shop_id, plan.as_of)
    for pair in _pairs(plan.seller_id, plan.shop_id, by):
        step = decided_difference(
            decided.get(pair.key, ()),
            desired=pair.draft,
            standing=pair.standing,
            same=by.connector.same,
            endings=Endings(held=Then.LEAVE),
            held=pair.held,
        )
        if step is None:
            if pair.draft is pair.stored:
                agreed.append((pair.listed_id, pair.digest))
            if pair.key in decided and pair.on_sale:
                came_back.append((pair.key, Action.RESUME.value))
        else:
            if step.draft is not None:
                by.watch.update(step.draft, pair.standing)
            for action in (step.action, step.then):
                if action is not None:
                    number += 1
                    steps.append(_step_row(plan, number, action, pair, step))
        if len(steps) >= _BATCH:
            keep_steps(plan, steps)
        if len(agreed) >= _BATCH:
            _keep_agreed(agreed)
    keep_steps(plan, steps)
    _keep_agreed(agreed)
    # What others put on sale meanwhile is not brought back a second time later.
    end_wishes(plan.seller_id, plan.shop_id, came_back)
    return number


def decide_creates(plan: models.Plan) -> None:
    """Let creates of products that stood there before bring what was decided about their drift.

    Runs in the caller's transaction.
    """
    decided = in_force(plan.seller_id, plan.shop_id, plan.as_of)
    if not decided:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CREATES, [plan.shop_id, plan.seller_id, plan.pk, list(decided)])
        for step_id, key, content, seen, applied in cursor.fetchall():
            draft = msgspec.json.decode(content, type=Draft)
            wanted = overridden(
                draft,
                seen=None if seen is None else _SEEN.decode(seen),
                last=None if applied is None else msgspec.json.decode(applied, type=Draft),
                decisions=decided[key],
            )
            if wanted is not draft:
                digest = draft_digest(wanted)
                keep_newest_drafts(plan.seller_id, [(digest, wanted)])
                models.Step.objects.filter(pk=step_id).update(
                    desired_digest=F("draft_digest"), draft_digest=digest
                )


class _Pair(msgspec.Struct, frozen=True):
    """A product that stands in the shop and may differ from its desired state."""

    listed_id: int
    remote_id: str
    key: str
    digest: bytes
    stored: Draft
    """The desired draft, as it is kept under its digest."""
    draft: Draft
    """What of it may stand in this listing."""
    held: frozenset[str]
    standing: Standing
    applied_digest: bytes | None
    seen_digest: bytes | None

    @property
    def on_sale(self) -> bool:
        return self.standing.seen is not None and self.standing.seen.status is Status.ON_SALE


def keep_steps(plan: models.Plan, steps: list[StepRow]) -> None:
    """Write steps and empty the list. Runs in the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO listings_step
                (seller_id, plan_id, number, product_key, action, draft_digest, desired_digest,
                 seen_digest, remote_id, offers, changes, before, base_digest, state, fence,
                 attempts, problems)
            SELECT %s, %s, number, key, action, digest, desired, seen, remote, offers, changes,
                   before, base, 'waiting', 0, 0, ''::bytea
            FROM unnest(%s::int[], %s::text[], %s::text[], %s::bytea[], %s::bytea[], %s::bytea[],
                        %s::text[], %s::int[], %s::bytea[], %s::bytea[], %s::bytea[])
                 AS given (number, key, action, digest, desired, seen, remote, offers, changes,
                           before, base)
            """,
            [
                plan.seller_id,
                plan.pk,
                *([row[place] for row in steps] for place in range(11)),
            ],
        )
    steps.clear()


def _keep_agreed(agreed: list[tuple[int, bytes]]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_listedproduct listed SET agreed_digest = given.digest"
            " FROM unnest(%s::bigint[], %s::bytea[]) AS given (id, digest)"
            " WHERE listed.id = given.id AND listed.agreed_digest IS DISTINCT FROM given.digest",
            [[item[0] for item in agreed], [item[1] for item in agreed]],
        )
    agreed.clear()


def _step_row(
    plan: models.Plan, number: int, action: Action, pair: _Pair, step: StepDraft
) -> StepRow:
    seen = pair.standing.seen
    return (
        number,
        pair.key,
        action.value,
        None if action is Action.RESUME else _digest_of(plan, pair, step.draft),
        pair.digest,
        None if action is step.then else pair.seen_digest,
        pair.remote_id,
        len((step.draft or pair.draft).variants),
        canonical(step.changes),
        b"" if seen is None else msgspec.json.encode(seen),
        pair.applied_digest,
    )


def _digest_of(plan: models.Plan, pair: _Pair, draft: Draft | None) -> bytes:
    """Return the digest of what the step sends; keep it where held variants were added to it."""
    if draft is None or draft is pair.stored:
        return pair.digest
    digest = draft_digest(draft)
    keep_drafts(plan.seller_id, [(digest, draft)])
    return digest


def keep_drafts(seller_id: int, drafts: Sequence[tuple[bytes, Draft]]) -> None:
    """Keep drafts by their digests, once each. Runs in the caller's transaction."""
    models.DraftContent.objects.bulk_create(
        [
            models.DraftContent(seller_id=seller_id, digest=digest, content=canonical(draft))
            for digest, draft in drafts
        ],
        ignore_conflicts=True,
    )


def keep_newest_drafts(seller_id: int, drafts: Sequence[tuple[bytes, Draft]]) -> None:
    """Keep drafts by their digests, with the stock of these. Runs in the caller's transaction."""
    models.DraftContent.objects.bulk_create(
        [
            models.DraftContent(seller_id=seller_id, digest=digest, content=canonical(draft))
            for digest, draft in drafts
        ],
        update_conflicts=True,
        unique_fields=["seller", "digest"],
        update_fields=["content"],
    )


def _pairs(seller_id: int, shop_id: int, by: Comparing) -> Iterator[_Pair]:
    drafts = msgspec.json.Decoder(Draft)
    remarks = msgspec.json.Decoder(tuple[Remark, ...])
    with connection.connection.cursor("to_compare", binary=True) as stream:
        stream.itersize = _BATCH
        stream.execute(_TO_COMPARE, {"seller": seller_id, "shop": shop_id})
        for row in stream:
            listed_id, remote_id, status, ended, key, digest, findings, draft, seen = row[:9]
            applied, applied_digest, unread, seen_digest, not_ours = row[9:]
            said = remarks.decode(findings) if findings else ()
            last = None if applied is None else drafts.decode(applied)
            now = _seen_now(seen, status, last if unread else None)
            stored = drafts.decode(draft)
            yield _Pair(
                listed_id=listed_id,
                remote_id=remote_id,
                key=key,
                digest=bytes(digest),
                stored=stored,
                draft=_without(stored, by.elsewhere, now),
                held=frozenset(by.names.of(one.sku) for one in said if one.holds and one.sku),
                standing=Standing(
                    bound=True,
                    seen=now,
                    last_applied=last,
                    paused_by_us=ended,
                    not_ours=frozenset(not_ours or ()),
                ),
                applied_digest=None if applied_digest is None else bytes(applied_digest),
                seen_digest=None if seen_digest is None else bytes(seen_digest),
            )


def _without(draft: Draft, elsewhere: frozenset[str], seen: Seen | None) -> Draft:
    """Return the draft without variants that stand in another listing and not in this one."""
    if not elsewhere:
        return draft
    here = {one.sku for one in seen.variants} if seen is not None else set()
    kept = [one for one in draft.variants if one.sku in here or one.sku not in elsewhere]
    if len(kept) == len(draft.variants) or not kept:
        return draft
    return msgspec.structs.replace(draft, variants=tuple(kept))


_SEEN = msgspec.json.Decoder(Seen)


def _seen_now(content: bytes | None, status: str, unread: Draft | None) -> Seen | None:
    """Return what was seen, with what we carried out since, our own pause too."""
    return None if content is None else seen_now(_SEEN.decode(content), Status(status), unread)

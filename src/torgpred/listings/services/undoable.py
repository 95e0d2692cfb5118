"""What a plan carried out, step by step, with how each product stands now and what came later."""

from collections.abc import Iterator

import msgspec
from django.db import connection

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.listings import models
from torgpred.listings.core.diff import FieldChange
from torgpred.listings.core.overtaken import SWITCHES, Later, switched_since
from torgpred.listings.core.rebuilding import seen_now

_BATCH = 1_000

# The last step first: what came on top is taken off first. `later` steps: the newest first.
_DONE = """
    SELECT step.product_key, step.action, step.offers, step.draft_digest, step.remote_id,
           step.before, step.changes, sent.content AS sent, base.content AS base,
           wanted.content AS wanted, applied.content AS applied,
           listed.remote_id AS there, listed.status, listed.ended_by_us,
           listed.gone_at IS NOT NULL AS gone, listed.applied_digest, listed.seen,
           listed.applied_at > coalesce(listed.seen_at, '-infinity') AS unread, listed.seen_digest,
           later.plans, later.undoes, later.actions, later.changes
    FROM listings_step step
    LEFT JOIN listings_listedproduct listed
      ON listed.seller_id = step.seller_id AND listed.shop_id = %(shop)s
     AND listed.product_key = step.product_key
    LEFT JOIN listings_desired desired
      ON desired.seller_id = step.seller_id AND desired.shop_id = %(shop)s
     AND desired.product_key = step.product_key
    LEFT JOIN listings_draftcontent sent
      ON sent.seller_id = step.seller_id AND sent.digest = step.draft_digest
    LEFT JOIN listings_draftcontent base
      ON base.seller_id = step.seller_id AND base.digest = step.base_digest
    LEFT JOIN listings_draftcontent wanted
      ON wanted.seller_id = step.seller_id AND wanted.digest = desired.draft_digest
    LEFT JOIN listings_draftcontent applied
      ON applied.seller_id = step.seller_id AND applied.digest = listed.applied_digest
    LEFT JOIN (
        SELECT mine.id, array_agg(plan.id ORDER BY step.ended_at DESC, step.id DESC) AS plans,
               array_agg(plan.undoes_id ORDER BY step.ended_at DESC, step.id DESC) AS undoes,
               array_agg(step.action::text ORDER BY step.ended_at DESC, step.id DESC) AS actions,
               array_agg(step.changes ORDER BY step.ended_at DESC, step.id DESC) AS changes
        FROM listings_plan plan
        JOIN listings_step step ON step.seller_id = plan.seller_id AND step.plan_id = plan.id
         AND step.state = 'done'
        JOIN listings_step mine ON mine.seller_id = plan.seller_id AND mine.plan_id = %(plan)s
         AND mine.state = 'done' AND mine.product_key = step.product_key
         AND (step.ended_at, step.id) > (mine.ended_at, mine.id)
        WHERE plan.seller_id = %(seller)s AND plan.shop_id = %(shop)s AND plan.id <> %(plan)s
          AND coalesce(plan.finished_at, 'infinity') >= %(since)s
        GROUP BY mine.id) later ON later.id = step.id
    WHERE step.seller_id = %(seller)s AND step.plan_id = %(plan)s AND step.state = 'done'
    ORDER BY step.number DESC
"""

REMOVED = (
    "It was removed, and the marketplace cannot bring a removed product back. The next plan can "
    "only list it anew, without its reviews."
)
GONE = "It no longer stands in the shop."
MADE_ANEW = "Another product stands in the shop in its place."
CHANGED_SINCE = "It was changed since, so that what stands there is not what this plan left."
ON_AGAIN = "It is on sale again already."
OFF_AGAIN = "It is off sale already."

_SEEN = msgspec.json.Decoder(Seen)
_DRAFT = msgspec.json.Decoder(Draft)
_CHANGES = msgspec.json.Decoder(tuple[FieldChange, ...])


class Done(msgspec.Struct, frozen=True):
    """A step that was carried out, and how its product stands now."""

    product_key: str
    action: Action
    offers: int
    draft_digest: bytes | None
    remote_id: str
    before: bytes
    changes: tuple[FieldChange, ...]
    sent: bytes | None
    base: bytes | None
    wanted: bytes | None
    applied: bytes | None
    there: str | None
    status: str | None
    ended_by_us: bool | None
    gone: bool
    applied_digest: bytes | None
    seen: bytes | None
    unread: bool | None
    seen_digest: bytes | None
    later: tuple[Later, ...]

    @property
    def stands(self) -> bool:
        """Whether anything stands there in its place."""
        return self.there is not None and not self.gone and self.status != Status.DELETED.value

    @property
    def now(self) -> Seen | None:
        """What stands there, as far as it was ever read."""
        if self.seen is None or self.status is None:
            return None
        newest = self.applied or self.sent
        unread = _DRAFT.decode(newest) if self.unread and newest is not None else None
        return seen_now(_SEEN.decode(self.seen), Status(self.status), unread)


def done_steps(undone: models.Plan) -> Iterator[Done]:
    """Yield what a plan carried out, the last step first. Runs in the caller's scope."""
    names = {
        "seller": undone.seller_id,
        "shop": undone.shop_id,
        "plan": undone.pk,
        "since": undone.applied_at,
    }
    with connection.connection.cursor("done_steps", binary=True) as stream:
        stream.itersize = _BATCH
        stream.execute(_DONE, names)
        for row in stream:
            *told, plans, undoes, actions, changes = row
            later = zip(plans or (), undoes or (), actions or (), changes or (), strict=True)
            named = dict(zip(Done.__struct_fields__, (*told, ()), strict=True))
            yield Done(
                **named
                | {
                    "action": Action(named["action"]),
                    "changes": _changes(named["changes"]),
                    "later": tuple(
                        Later(plan, undoes, Action(action), _changes(changed))
                        for plan, undoes, action, changed in later
                    ),
                }
            )


def _changes(content: bytes) -> tuple[FieldChange, ...]:
    return _CHANGES.decode(content) if content else ()


def left_out(done: Done, undone: int) -> str:
    """Return why a step cannot be taken back; empty where it, or some of it, can."""
    if done.action is Action.REMOVE:
        return REMOVED
    if not done.stands:
        return GONE
    if done.remote_id and done.remote_id != done.there:
        return MADE_ANEW
    return (_switched if done.action in SWITCHES else _overtaken)(done, undone)


def _overtaken(done: Done, undone: int) -> str:
    """Return why nothing of a product's content can be taken back; empty where some can."""
    if done.applied_digest == done.draft_digest:
        return ""
    if not done.later or done.applied is None:
        return CHANGED_SINCE
    return done.later[0].said(undone) if done.action is Action.CREATE else ""


def _switched(done: Done, undone: int) -> str:
    """Return why a pause or a resume cannot be taken back; empty where it can."""
    off = done.status == Status.OFF_SALE.value
    if done.action is Action.PAUSE and not off:
        return ON_AGAIN
    if done.action is Action.RESUME and off:
        return OFF_AGAIN
    over = switched_since(done.later, undone)
    return "" if over is None else over.said(undone)

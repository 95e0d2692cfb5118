"""Undo: the inverse of what a plan carried out, as a plan of its own.

Only what was done is taken back, and only where the shop still stands as the plan left it: what a
later plan changed, what is gone or was made anew, is left out and named. Stock is never taken
back. The cause is not mended by an undo: what the catalogue, a mapping or a policy asks for, the
next ordinary plan does again.
"""

import msgspec

from torgpred.channels import services as channel_services
from torgpred.channels.core.contract import Action, Connector
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.clock import now
from torgpred.kernel.digests import canonical
from torgpred.kernel.ids import encode
from torgpred.listings import models
from torgpred.listings.core.desired import draft_digest
from torgpred.listings.core.diff import UNDONE, FieldChange, Standing, StepDraft, difference
from torgpred.listings.core.errors import (
    NothingToUndoError,
    SwitchStaysError,
    UnknownPlanError,
)
from torgpred.listings.core.guards import GuardLimits, Watch
from torgpred.listings.core.overtaken import (
    changed_since,
    keeping,
    places,
)
from torgpred.listings.core.rebuilding import (
    CANNOT_SHOWN,
    Cannot,
    rebuild,
    taken_back,
    with_stock,
)
from torgpred.listings.selectors import PlanCard, plan_card
from torgpred.listings.services.comparing import StepRow, keep_newest_drafts, keep_steps
from torgpred.listings.services.contexts import shop_policy
from torgpred.listings.services.guarding import guards
from torgpred.listings.services.locking import lock_planning
from torgpred.listings.services.undoable import Done, done_steps, left_out
from torgpred.runtime.scope import scope

_BATCH = 1_000
_INVERSE = {Action.PAUSE: Action.RESUME, Action.RESUME: Action.PAUSE, Action.CREATE: Action.REMOVE}

CREATED = (
    "It is removed from the shop; the marketplace cannot bring it back with its reviews and its "
    "place in search: listed again, it is a new product."
)
AS_BEFORE = "It stands as it did before already."
FORGOTTEN = "Nobody knows any more what was sent."
NEVER_TOLD = "The shop never told it and we had sent nothing before: it stays as it stands now."
NO_VARIANT = "None of the variants that stood there before can be put back."

_SEEN = msgspec.json.Decoder(Seen)
_DRAFT = msgspec.json.Decoder(Draft)


def make_undo(*, seller_id: int, plan_id: int, actor: str) -> PlanCard:
    """Make the inverse plan of what a plan carried out, and save it. Nothing is sent.

    Applied like any plan. Its `cannot` names what stays as it is, the first CANNOT_SHOWN of them;
    `counts["cannot"]` says of how many things that is so. Compares with what was last seen:
    observe first where that may be old. A plan without steps has nothing left to take back.
    Raises UnknownPlanError, NothingToUndoError where the plan was not carried to its end, and
    SwitchStaysError for a switch of prices.
    """
    with scope(seller_id):
        undone = models.Plan.objects.filter(seller_id=seller_id, pk=plan_id).first()
    if undone is None:
        raise UnknownPlanError(given=encode(plan_id))
    if undone.due_at is not None:
        raise SwitchStaysError(plan=encode(plan_id))
    if undone.state != models.PlanState.APPLIED:
        raise NothingToUndoError(plan=encode(plan_id), state=undone.state)
    as_of = now()
    connector = channel_services.open(undone.shop_id)
    limits = shop_policy(seller_id, undone.shop_id).guards
    with scope(seller_id):
        lock_planning(seller_id)
        plan = models.Plan.objects.create(
            seller_id=seller_id,
            shop_id=undone.shop_id,
            made_by=actor,
            as_of=as_of,
            counts={},
            holds=[],
            undoes=undone,
        )
        writing = _Writing(plan, undone.pk, connector, limits)
        for done in done_steps(undone):
            writing.take_back(done)
        writing.finish()
        return plan_card(plan)


class _Writing:
    """Writes the steps of one undo, and gathers what cannot be undone."""

    def __init__(
        self, plan: models.Plan, undone: int, connector: Connector, limits: GuardLimits
    ) -> None:
        self._plan = plan
        self._undone = undone
        self._limits = limits
        self._same = connector.same
        self._rows: list[StepRow] = []
        self._drafts: dict[bytes, Draft] = {}
        self._number = 0
        self._cannot: list[Cannot] = []
        self._counts = dict.fromkeys((action.value for action in Action), 0)
        self._counts |= {"steps": 0, "offers": 0, "cannot": 0}
        self._products = 0
        self._last_key = ""

    def take_back(self, done: Done) -> None:
        """Write the inverse of one step, or say why there is none."""
        if why := left_out(done, self._undone):
            self._leave(done, done.action.value, why)
        elif done.action in _INVERSE:
            self._switch(done)
        else:
            self._restore(done)

    def finish(self) -> None:
        """Write what is left, the counts and what cannot be undone."""
        self._flush()
        self._plan.cannot = msgspec.to_builtins(self._cannot)
        ready = self._counts["offers"]
        self._plan.counts = self._counts | {
            "products": self._products, "ready": ready, "held": 0, "refused": 0,
        }  # fmt: skip
        self._plan.guards = msgspec.to_builtins(guards(self._plan, Watch(self._limits)))
        self._plan.save(update_fields=["counts", "cannot", "guards"])

    def _switch(self, done: Done) -> None:
        old = done.status or Status.UNKNOWN.value
        action = _INVERSE[done.action]
        new = {
            Action.RESUME: Status.ON_SALE, Action.PAUSE: Status.OFF_SALE,
            Action.REMOVE: Status.DELETED,
        }[action]  # fmt: skip
        if action is Action.REMOVE:
            self._leave(done, "reviews", CREATED)
        change = FieldChange("", "status", old, new.value, UNDONE)
        self._add(done, action, None, done.offers, (change,))

    def _restore(self, done: Done) -> None:
        """Write the update that puts back what a step changed in a product's content."""
        if done.sent is None:
            self._leave(done, done.action.value, FORGOTTEN)
            return
        sent, now = _DRAFT.decode(done.sent), done.now
        applied = _DRAFT.decode(done.applied) if done.applied is not None else sent
        base = _DRAFT.decode(done.base) if done.base is not None else None
        mine = places(done.changes)
        overtaken = changed_since(mine, done.later, self._undone)
        if overtaken and len(overtaken) == len(mine):
            newest = max(overtaken.values(), key=lambda one: -done.later.index(one))
            self._leave(done, done.action.value, newest.said(self._undone))
            return
        for spot, later in overtaken.items():
            self._leave(done, " ".join(spot).strip(), later.said(self._undone))
        before = _SEEN.decode(done.before) if done.before else None
        then = rebuild(before, base=base, sent=sent, same=self._same)
        for place, field in then.unknown:
            self._leave(done, f"{place} {field}".strip(), NEVER_TOLD)
        standing = rebuild(now, base=applied, sent=applied, same=self._same).draft
        target = taken_back(sent=sent, restored=then.draft, standing=standing, same=self._same)
        target = keeping(target, standing, tuple(overtaken))
        if not target.variants:
            self._leave(done, done.action.value, NO_VARIANT)
            return
        step = difference(
            desired=target,
            standing=Standing(bound=True, seen=now, last_applied=applied),
            same=self._same,
        )
        if step is None:
            self._leave(done, done.action.value, AS_BEFORE)
            return
        target = with_stock(target, _pieces(done, now))
        digest = draft_digest(target)
        self._drafts[digest] = target
        changes = tuple(msgspec.structs.replace(one, reason=UNDONE) for one in step.changes)
        self._add(done, _action(step), digest, len(target.variants), changes)

    def _add(
        self,
        done: Done,
        action: Action,
        digest: bytes | None,
        offers: int,
        changes: tuple[FieldChange, ...],
    ) -> None:
        self._number += 1
        now = done.now
        self._rows.append(
            (
                self._number,
                done.product_key,
                action.value,
                digest,
                None,
                done.seen_digest,
                done.there or "",
                offers,
                canonical(changes),
                b"" if now is None else msgspec.json.encode(now),
                done.applied_digest,
            )
        )
        self._counts[action.value] += 1
        self._counts["steps"] += 1
        if done.product_key != self._last_key:
            # Both steps of one product stand one after the other.
            self._products += 1
            self._counts["offers"] += offers
            self._last_key = done.product_key
        if len(self._rows) >= _BATCH:
            self._flush()

    def _flush(self) -> None:
        keep_newest_drafts(self._plan.seller_id, list(self._drafts.items()))
        self._drafts.clear()
        keep_steps(self._plan, self._rows)

    def _leave(self, done: Done, what: str, why: str) -> None:
        self._counts["cannot"] += 1
        if len(self._cannot) < CANNOT_SHOWN:
            self._cannot.append(Cannot(done.product_key, what, why))


def _action(step: StepDraft) -> Action:
    """Return what carries the content back; sale or not is another step's business."""
    return step.action if step.action is Action.PRICE else Action.UPDATE


def _pieces(done: Done, now: Seen | None) -> dict[str, int]:
    """Return today's stock by SKU: as the catalogue says, else as it was last seen."""
    seen = {one.sku: one.stock for one in now.variants if one.stock is not None} if now else {}
    if done.wanted is None:
        return seen
    return seen | {one.sku: one.stock for one in _DRAFT.decode(done.wanted).variants}

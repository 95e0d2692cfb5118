"""Reads of listings: plans, their steps, receipts, eligibility."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec
from django.db import connection
from django.db.models import Count

from torgpred.channels import selectors as channels
from torgpred.channels.core.contract import Action, Problem
from torgpred.channels.core.drafts import Draft, Seen, Status
from torgpred.kernel.clock import now
from torgpred.kernel.ids import decode, encode
from torgpred.listings import models
from torgpred.listings.core.adopting import WHY, Why
from torgpred.listings.core.checks.papers import PapersThere
from torgpred.listings.core.diff import FieldChange, created_lines
from torgpred.listings.core.errors import UnknownPlanError
from torgpred.listings.core.guards import Guard
from torgpred.listings.core.holds import HoldGroup
from torgpred.listings.core.rebuilding import Cannot
from torgpred.listings.core.remarks import Remark
from torgpred.runtime.scope import operator_scope, scope

OVER = timedelta(minutes=1)


class Trouble(msgspec.Struct, frozen=True):
    """Why a plan's work waits: in words a seller understands, since when, and until when."""

    reason: str
    since: datetime
    until: datetime


class PlanCard(msgspec.Struct, frozen=True):
    """A plan without its steps. `counts`: offers, ready, held, products, and steps by action."""

    id: int
    seller_id: int
    shop_id: int
    state: str
    made_by: str
    made_at: datetime
    finished_at: datetime | None
    counts: dict[str, int]
    holds: tuple[HoldGroup, ...]
    guards: tuple[Guard, ...] = ()
    """What waits for an explicit yes."""
    undoes: str = ""
    """Code of the plan that this one takes back; empty for an ordinary plan."""
    due_at: datetime | None = None
    """Of a switch of prices: when it is applied, by itself; None for plans that persons apply."""
    cannot: tuple[Cannot, ...] = ()
    """What an undo leaves as it is; the first of them: `counts["cannot"]` are all."""
    trouble: str = ""
    """While it is applied: why something waits, in words a seller understands."""
    trouble_since: datetime | None = None
    rests_until: datetime | None = None

    @property
    def code(self) -> str:
        """What people call the plan: short, with a check letter."""
        return encode(self.id)

    @property
    def steps(self) -> int:
        """How many steps there are; an empty plan has none."""
        return self.counts.get("steps", 0)


class StepCard(msgspec.Struct, frozen=True):
    """One step: what it changes, and what became of it."""

    number: int
    product_key: str
    action: str
    offers: int
    state: str
    changes: tuple[FieldChange, ...]
    problems: tuple[Problem, ...]
    stated: tuple[str, ...] = ()
    """Statements that what it brings rests on, as "fact: statement", where it is still desired."""


class Receipt(msgspec.Struct, frozen=True):
    """What an apply did: steps and offers by action and state, and why some were refused."""

    plan: str
    state: str
    steps: dict[str, int]
    offers: dict[str, int]
    refusals: tuple[tuple[str, int], ...]
    """(the marketplace's reason, how many steps), the most frequent first."""


class EligibilityCard(msgspec.Struct, frozen=True):
    """How many of a seller's offers a programme would let in, as of the last plan.

    `conditions` counts the rules that were put in force for it: with none nobody knows, and
    nothing is said to be eligible. `eligible` offers are ready to list and meet all of them.
    """

    programme: str
    conditions: int
    offers: int
    ready: int
    eligible: int
    reasons: tuple[tuple[str, int], ...]
    """(which condition, how many offers do not meet it), the most first."""


def trouble(plan_id: int) -> Trouble | None:
    """Return what a plan waits for, None where it does not. Inside a scope that sees it."""
    # A rest that ended a while ago and was not renewed stops nothing: no such call is due.
    recent = models.Rest.objects.filter(plan_id=plan_id, until__gt=now() - OVER)
    rows = list(recent.order_by("what"))
    if not rows:
        return None
    told = [row for row in rows if row.what == ""] or rows
    return Trouble(
        reason=" ".join(dict.fromkeys(row.reason for row in told)),
        since=min(row.since for row in told),
        until=min(row.until for row in told),
    )


def plan_card(row: models.Plan) -> PlanCard:
    """Return a plan as a frozen value. Inside a scope that sees it."""
    waits = trouble(row.pk) if row.state == models.PlanState.APPLYING else None
    return PlanCard(
        id=row.pk,
        seller_id=row.seller_id,
        shop_id=row.shop_id,
        state=str(row.state),
        made_by=row.made_by,
        made_at=row.made_at,
        finished_at=row.finished_at,
        counts=row.counts,
        holds=msgspec.convert(row.holds, tuple[HoldGroup, ...]),
        guards=msgspec.convert(row.guards, tuple[Guard, ...]),
        undoes=encode(row.undoes_id) if row.undoes_id else "",
        due_at=row.due_at,
        cannot=msgspec.convert(row.cannot, tuple[Cannot, ...]),
        trouble="" if waits is None else waits.reason,
        trouble_since=None if waits is None else waits.since,
        rests_until=None if waits is None else waits.until,
    )


def plan(code: str) -> PlanCard:
    """Return a plan by its code, whoever's it is: the caller checks who may see it.

    Raises UnknownPlanError.
    """
    plan_id = decode(code)
    with operator_scope():
        row = models.Plan.objects.filter(pk=plan_id or 0).first()
        if row is None:
            raise UnknownPlanError(given=code)
        return plan_card(row)


def plans(
    seller_id: int, limit: int = 50, *, before: int | None = None, ordinary: bool = False
) -> list[PlanCard]:
    """Return a seller's plans, the newest first; `before`: the id of the last one shown before.

    `ordinary` leaves out those that take others back, and switches of prices.
    """
    with scope(seller_id):
        rows = models.Plan.objects.filter(seller_id=seller_id)
        if ordinary:
            rows = rows.filter(undoes=None, due_at=None)
        if before is not None:
            rows = rows.filter(pk__lt=before)
        return [plan_card(row) for row in rows.order_by("-id")[:limit]]


def newer_plan(card: PlanCard) -> PlanCard | None:
    """Return the newest plan of a plan's shop where that is another, switches of prices left out.

    What an older plan says of the shop may be true no more.
    """
    with scope(card.seller_id):
        rows = models.Plan.objects.filter(
            seller_id=card.seller_id, shop_id=card.shop_id, due_at=None, pk__gt=card.id
        )
        row = rows.order_by("-id").first()
        return plan_card(row) if row else None


def plans_undoing(seller_id: int, plan_id: int) -> list[PlanCard]:
    """Return the plans that take a seller's plan back, the newest first."""
    with scope(seller_id):
        rows = models.Plan.objects.filter(seller_id=seller_id, undoes_id=plan_id)
        return [plan_card(row) for row in rows.order_by("-id")]


def standing_offers(seller_id: int, shop_id: int) -> int:
    """Return how many offers stand in a shop now, as far as was seen."""
    with scope(seller_id):
        return models.Listing.objects.filter(
            seller_id=seller_id,
            product__shop_id=shop_id,
            product__gone_at__isnull=True,
            product__status__in=[Status.ON_SALE.value, Status.IN_REVIEW.value],
        ).count()


@dataclass(frozen=True, slots=True)
class UnboundCard:
    """A product of a shop that is no listing of ours; it is shown and never touched."""

    remote_id: str
    skus: tuple[str, ...]
    title: str
    status: str
    why: str


def unbound(shop_id: int) -> list[UnboundCard]:
    """Return the products of a shop that no listing of ours is bound to, for its owner's eyes."""
    with operator_scope():
        rows = list(models.UnboundProduct.objects.filter(shop_id=shop_id).order_by("why", "id"))
    found = []
    for row in rows:
        titles = msgspec.json.decode(bytes(row.seen), type=Seen).titles or {}
        found.append(
            UnboundCard(
                remote_id=row.remote_id,
                skus=tuple(row.skus),
                title=next(iter(titles.values()), ""),
                status=row.status,
                why=WHY[Why(row.why)] if row.why else "",
            )
        )
    return found


def eligibility(seller_id: int, shop_id: int, programme: str) -> EligibilityCard:
    """Count the offers of a seller in a shop that a programme would let in, as of the last plan."""
    conditions = _conditions(channels.shop(shop_id).family, programme)
    offers = ready = out = 0
    reasons: Counter[str] = Counter()
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT offers, ready_offers,"
            " CASE WHEN position(%s::bytea IN findings) > 0 THEN findings END"
            " FROM listings_desired WHERE seller_id = %s AND shop_id = %s",
            [PapersThere.INELIGIBLE.code.encode(), seller_id, shop_id],
        )
        for size, listed, findings in cursor:
            offers, ready = offers + size, ready + listed
            if findings is not None:
                out += _left_out(bytes(findings), programme, size, listed, reasons)
    return EligibilityCard(
        programme=programme,
        conditions=conditions,
        offers=offers,
        ready=ready,
        eligible=ready - out if conditions else 0,
        reasons=tuple(sorted(reasons.items(), key=lambda one: (-one[1], one[0]))),
    )


def _conditions(family: str, programme: str) -> int:
    rows = models.DutyRow.objects.filter(lifted_at=None, programme=programme)
    return rows.filter(family__in=["", family]).count()


def _left_out(
    findings: bytes, programme: str, size: int, listed: int, reasons: Counter[str]
) -> int:
    """Return how many listed offers of a product are left out; count all its offers by reason."""
    remarks = msgspec.json.decode(findings, type=tuple[Remark, ...])
    named = [
        one
        for one in remarks
        if one.code == PapersThere.INELIGIBLE.code and one.finding.data["programme"] == programme
    ]
    for one in named:
        reasons[one.finding.value] += 1 if one.sku else size
    if any(not one.sku for one in named):
        return listed
    held = {one.sku for one in remarks if one.holds}
    return min(listed, len({one.sku for one in named} - held))


def steps_page(
    seller_id: int,
    plan_id: int,
    *,
    after: int = 0,
    limit: int = 100,
    state: str = "",
    action: str = "",
) -> list[StepCard]:
    """Return a plan's steps by number, from after one number on.

    The lines of a create tell what its draft would bring into the shop.
    """
    with scope(seller_id):
        rows = models.Step.objects.filter(seller_id=seller_id, plan_id=plan_id, number__gt=after)
        if state:
            rows = rows.filter(state=state)
        if action:
            rows = rows.filter(action=action)
        page = list(rows.order_by("number")[:limit])
        digests = [row.draft_digest for row in page if row.action == Action.CREATE.value]
        kept = models.DraftContent.objects.filter(seller_id=seller_id, digest__in=digests)
        drafts = {
            bytes(one.digest): msgspec.json.decode(bytes(one.content), type=Draft) for one in kept
        }
        stated = _stated(seller_id, page)
    return [
        _step_card(row, drafts.get(bytes(row.draft_digest or b"")), stated.get(row.product_key, ()))
        for row in page
    ]


def _stated(seller_id: int, steps: list[models.Step]) -> dict[str, tuple[str, ...]]:
    """Return the statements that the drafts of some steps rest on, by product key."""
    if not steps:
        return {}
    drafts = {row.product_key: bytes(row.draft_digest or b"") for row in steps}
    rows = models.Desired.objects.filter(
        seller_id=seller_id, shop_id=steps[0].plan.shop_id, product_key__in=list(drafts)
    ).exclude(stated=b"")
    return {
        row.product_key: msgspec.json.decode(bytes(row.stated), type=tuple[str, ...])
        for row in rows
        if bytes(row.draft_digest or b"") == drafts[row.product_key]
    }


def receipt(seller_id: int, plan_id: int) -> Receipt:
    """Return what an apply did so far; every step is counted in exactly one state.

    Raises UnknownPlanError, also for another seller's plan.
    """
    with scope(seller_id):
        plan_row = models.Plan.objects.filter(seller_id=seller_id, pk=plan_id).first()
        if plan_row is None:
            raise UnknownPlanError(given=encode(plan_id))
        rows = models.Step.objects.filter(seller_id=seller_id, plan_id=plan_id)
        steps: dict[str, int] = {}
        offers: dict[str, int] = {}
        counted = rows.values_list("action", "state", "offers").annotate(n=Count("id"))
        for action, state, size, count in counted:
            name = f"{action}.{state}"
            steps[name] = steps.get(name, 0) + count
            offers[name] = offers.get(name, 0) + count * size
        reasons: dict[str, int] = {}
        failed = rows.filter(state__in=[models.StepState.REFUSED, models.StepState.SKIPPED])
        for raw in failed.values_list("problems", flat=True):
            for problem in _problems(bytes(raw)):
                reasons[problem.message] = reasons.get(problem.message, 0) + 1
    ranked = sorted(reasons.items(), key=lambda item: -item[1])
    return Receipt(
        plan=encode(plan_row.pk),
        state=str(plan_row.state),
        steps=steps,
        offers=offers,
        refusals=tuple(ranked[:20]),
    )


def _step_card(
    row: models.Step, created: Draft | None = None, stated: tuple[str, ...] = ()
) -> StepCard:
    raw = bytes(row.changes)
    if created is not None:
        changes = created_lines(created)
    else:
        changes = msgspec.json.decode(raw, type=tuple[FieldChange, ...]) if raw else ()
    return StepCard(
        number=row.number,
        product_key=row.product_key,
        action=row.action,
        offers=row.offers,
        state=str(row.state),
        changes=changes,
        problems=_problems(bytes(row.problems)),
        stated=stated,
    )


def _problems(raw: bytes) -> tuple[Problem, ...]:
    return msgspec.json.decode(raw, type=tuple[Problem, ...]) if raw else ()

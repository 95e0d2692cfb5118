"""Plans, their steps, and what was handed over."""

from typing import ClassVar

from django.db import models

from torgpred.listings.models.states import DIGEST


class PlanState(models.TextChoices):
    """How far a plan is."""

    MADE = "made"
    APPLYING = "applying"
    APPLIED = "applied"


class Plan(models.Model):
    """The saved difference between desired and observed for one seller in one shop.

    People name it by its code: its id with a check letter (kernel.ids).
    """

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=PlanState, default=PlanState.MADE)
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField(auto_now_add=True)
    as_of = models.DateTimeField(null=True)
    """The moment whose prices it was worked out for; null in plans of before."""
    due_at = models.DateTimeField(null=True)
    """Of a switch of prices: when it is applied, by itself; null for plans that a person applies.
    """
    applied_by = models.CharField(max_length=254, blank=True)
    applied_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField()
    """offers, products, ready, held, steps by action."""
    holds = models.JSONField()
    """Holds by reason: code, group, how many offers, message, mend, examples."""
    guards = models.JSONField(default=list, db_default=[])
    """What waits for an explicit yes, as JSON of listings.core.guards.Guard."""
    confirmed = models.JSONField(default=list, db_default=[])
    """Codes of the guards that `applied_by` said yes to."""
    undoes = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by_plans"
    )
    """The plan whose carried out steps this one takes back; null for an ordinary plan."""
    cannot = models.JSONField(
        default=list, db_default=models.Value([], output_field=models.JSONField())
    )
    """What an undo leaves as it is, and why: the first of them; `counts` says how many."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=PlanState.values), name="plan_state"
            ),
            models.UniqueConstraint(
                fields=["seller", "shop"],
                condition=models.Q(state="applying", due_at__isnull=True),
                name="one_apply_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["seller", "shop", "due_at"],
                condition=models.Q(state="made", due_at__isnull=False),
                name="one_coming_switch",
            ),
        ]


class PlanRequest(models.Model):
    """Somebody asked for a plan; a worker makes it. Open while `ended_at` is null."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    undoes = models.ForeignKey(Plan, on_delete=models.CASCADE, null=True, related_name="+")
    """The plan to take back; null for an ordinary plan."""
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    """Somebody works on it until then; past it, whoever comes by does."""
    ended_at = models.DateTimeField(null=True)
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, null=True, related_name="+")
    trouble = models.JSONField(null=True)
    """Why there is none: template and data of the error, to be said in any language."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop"],
                condition=models.Q(ended_at__isnull=True),
                name="one_plan_request",
            )
        ]


class StepState(models.TextChoices):
    """What became of a step so far."""

    WAITING = "waiting"
    CLAIMED = "claimed"  # a worker is about to send it, under a lease
    SUBMITTED = "submitted"  # handed over; the marketplace works on it
    UNCLEAR = "unclear"  # sent, no answer: looked for before it is sent again
    DONE = "done"
    REFUSED = "refused"
    SKIPPED = "skipped"  # stale or given up; `problems` says why


OPEN_STATES = (StepState.WAITING, StepState.CLAIMED, StepState.SUBMITTED, StepState.UNCLEAR)


class Submission(models.Model):
    """One batch handed to a marketplace, kept before it is polled, so that a restart goes on."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="submissions")
    action = models.CharField(max_length=8)
    content = models.BinaryField()
    """channels.core.Submission as JSON."""
    stocks = models.BinaryField(default=b"", db_default=b"")
    """Pieces by product key and SKU that its drafts told, as JSON; empty where they told none."""
    submitted_at = models.DateTimeField()
    poll_at = models.DateTimeField()
    polls = models.PositiveIntegerField(default=0)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "plan", "poll_at"],
                condition=models.Q(settled_at__isnull=True),
                name="submission_due",
            )
        ]


class Rest(models.Model):
    """A kind of call that rests for a plan: why, since when, until when. Gone once one succeeds."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rests")
    what = models.CharField(max_length=8, blank=True)
    """An action that is handed over, "ask", "look"; empty: every call."""
    reason = models.TextField()
    """In words a seller understands."""
    since = models.DateTimeField()
    until = models.DateTimeField()
    access = models.BinaryField(default=b"", db_default=b"")
    """Digest of the shop's access where only a person can mend it: another one ends the rest."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "what"], name="one_rest_of_a_kind")
        ]


class Step(models.Model):
    """One product's change in one shop."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    plan = models.ForeignKey(
        Plan,
        on_delete=models.CASCADE,
        related_name="steps",
        db_constraint=False,
        db_index=False,
    )
    number = models.PositiveIntegerField()
    product_key = models.CharField(max_length=255)
    action = models.CharField(max_length=8)
    draft_digest = models.BinaryField(max_length=DIGEST, null=True)
    desired_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Of the desired draft it was planned from; null: that is the draft itself, or there is none.
    """
    seen_digest = models.BinaryField(max_length=DIGEST, null=True)
    """ListedProduct.seen_digest when it was planned; null: not known then, so not judged."""
    base_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that was last carried out when this was planned: what an undo goes back to wherever
    the shop did not tell."""
    remote_id = models.CharField(max_length=64, blank=True)
    """Of a create: filled in when it is done."""
    offers = models.PositiveIntegerField()
    changes = models.BinaryField(default=b"")
    """Field by field, old -> new, as JSON; empty for a create (the draft tells all)."""
    before = models.BinaryField(default=b"")
    """What was seen when it was planned, as JSON; empty for a create."""
    state = models.CharField(max_length=9, choices=StepState, default=StepState.WAITING)
    lease_until = models.DateTimeField(null=True)
    """Claimed: until when its holder is believed to live. Unclear: until when it rests."""
    holder = models.CharField(max_length=32, blank=True, db_default="")
    """runtime.holders: the process that works on it now."""
    fence = models.PositiveIntegerField(default=0)
    """Raised with every claim: a worker that lost its lease can no longer write."""
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    """How often it was sent, but for times when the marketplace said "not now"."""
    put_off = models.PositiveSmallIntegerField(default=0, db_default=0)
    """How often the marketplace told of this very step that it should come again later."""
    submission = models.ForeignKey(
        Submission, on_delete=models.SET_NULL, null=True, db_constraint=False, db_index=False
    )
    problems = models.BinaryField(default=b"")
    """Why it was refused or skipped, or why it is still open, as JSON."""
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "plan", "number"], name="one_step_number"),
            models.CheckConstraint(
                condition=models.Q(state__in=StepState.values), name="step_state"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["plan", "number"],
                condition=models.Q(state__in=["waiting", "claimed", "submitted", "unclear"]),
                name="step_open",
            ),
            models.Index(
                fields=["submission"],
                condition=models.Q(submission__isnull=False),
                name="step_submitted",
            ),
        ]

"""Tables of listings: decisions (mappings, policies, rates), desired and observed states, plans.

A desired state is remembered by the digest of all it was computed from, an observed one by the
digest of what the marketplace said; a plan is their difference. Drafts are kept once each, by
their own digest, so that a plan of 200,000 steps copies none of them. Bulk tables carry no
foreign-key check on seller, shop and plan, and no index on them alone: row security proves the
tenant, their unique keys begin with it, and both would cost more than the row.
"""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models.functions import Now

DIGEST = 16
"""Bytes of every digest here (xxh3-128)."""


@pghistory.track()
class Mapping(models.Model):
    """A person's (or a certain rule's) decision: seller's category -> marketplace's."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=40)
    category_key = models.CharField(max_length=255)
    market_category = models.CharField(max_length=40)
    how = models.CharField(max_length=12)
    """"hand", "memory" or "certain"."""
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "family", "category_key"], name="one_mapping_a_category"
            )
        ]


class MappingMemory(models.Model):
    """What people decided for categories of this path; shared between sellers.

    Holds stems of category names only, nothing of a seller.
    """

    family = models.CharField(max_length=40)
    path_key = models.TextField()
    """listings.core.mapping.memory_key of the seller's category path."""
    market_category = models.CharField(max_length=40)
    uses = models.PositiveIntegerField(default=1)
    """How many sellers' categories were decided so."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["family", "path_key", "market_category"], name="one_memory"
            )
        ]


@pghistory.track()
class AttributeMapping(models.Model):
    """A person's decision: a seller's param -> an attribute, or a value's text -> its value."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=40)
    market_category = models.CharField(max_length=40)
    param = models.CharField(max_length=255, blank=True)
    """The seller's name of it; empty where the decision is about a value."""
    value = models.CharField(max_length=255, blank=True)
    """Empty: the decision is about the param's name."""
    attribute = models.CharField(max_length=40, blank=True)
    """Empty: the param is to be ignored."""
    value_id = models.CharField(max_length=40, blank=True)
    decided_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "family", "market_category", "param"],
                condition=models.Q(value=""),
                name="one_attribute_a_param",
            ),
            models.UniqueConstraint(
                fields=["seller", "family", "market_category", "attribute", "value"],
                condition=~models.Q(value=""),
                name="one_meaning_a_value",
            ),
        ]


@pghistory.track()
class Policy(models.Model):
    """How one seller sells in one shop: pricing, delivery template, lead time, languages."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    """listings.core's ShopPolicy as JSON."""
    changed_by = models.CharField(max_length=254)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "shop"], name="one_policy_a_shop")
        ]


class ExchangeRate(models.Model):
    """A currency's worth as of a day, by a named source. Shared: rates are no secret."""

    source = models.CharField(max_length=3)
    target = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=20, decimal_places=8)
    as_of = models.DateField()
    said_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "as_of"], name="one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="rate_above_zero"),
        ]


class DraftContent(models.Model):
    """A draft, once, by its digest, which leaves its stock out; the newest stock is kept."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    digest = models.BinaryField(max_length=DIGEST)
    content = models.BinaryField()
    """channels.core.Draft as JSON."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "digest"], name="one_draft_a_digest")
        ]


class Desired(models.Model):
    """What should stand in a shop for one product, and what it was computed from."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    product_key = models.CharField(max_length=255)
    offers_digest = models.BinaryField(max_length=DIGEST)
    context_digest = models.BinaryField(max_length=DIGEST)
    draft_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Null: held, nothing may be listed."""
    offers = models.PositiveIntegerField()
    ready_offers = models.PositiveIntegerField()
    findings = models.BinaryField(default=b"")
    """Holds and advice as JSON; empty where there are none."""
    refused_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that the marketplace refused: not sent again until it changes or a person asks."""
    refusal = models.BinaryField(default=b"", db_default=b"")
    """Why, as JSON of channels.core.Problem."""
    prices = models.BinaryField(default=b"")
    """Per SKU: shelf price and what the seller keeps, as JSON."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop", "product_key"], name="one_desired_a_product"
            ),
            models.CheckConstraint(
                condition=models.Q(ready_offers__lte=models.F("offers")), name="ready_within_offers"
            ),
        ]


class ListedProduct(models.Model):
    """A product as it stands in a shop: what was applied, what was last seen."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    product_key = models.CharField(max_length=255)
    external_id = models.CharField(max_length=64)
    remote_id = models.CharField(max_length=64)
    status = models.CharField(max_length=12)
    ended_by_us = models.BooleanField(default=False, db_default=False)
    """We paused or removed it; a product ended by others is never brought back unasked."""
    bound_at = models.DateTimeField(db_default=Now())
    applied_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that was last carried out."""
    agreed_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that was found to differ in nothing from what was last seen."""
    page_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Of what the marketplace's list told: a change means that detail is due."""
    seen = models.BinaryField(null=True)
    """channels.core.Seen as JSON; null until first seen."""
    seen_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)
    """A whole walk through the shop no longer met it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop", "product_key"], name="one_listed_product"
            ),
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_remote_product"),
        ]


class Listing(models.Model):
    """An offer's presence in a shop."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    product = models.ForeignKey(
        ListedProduct, on_delete=models.CASCADE, related_name="listings", db_index=False
    )
    sku = models.CharField(max_length=255)
    remote_sku_id = models.CharField(max_length=64, blank=True)
    stock = models.IntegerField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "product", "sku"], name="one_listing_a_sku")
        ]


class ShelfPrice(models.Model):
    """What buyers saw: an observed price and discount, from when until the next."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="shelf_prices")
    price = models.DecimalField(max_digits=14, decimal_places=2)
    discount_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    seen_from = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "listing"],
                condition=models.Q(until__isnull=True),
                name="one_shelf_price_now",
            )
        ]


class Observation(models.Model):
    """One walk through all that stands in a shop: proof of when it was looked at."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    """Null: broken off; nothing may be called gone by it."""
    products = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    """Products that no listing of ours is bound to."""


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
    applied_by = models.CharField(max_length=254, blank=True)
    applied_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    counts = models.JSONField()
    """offers, products, ready, held, steps by action."""
    holds = models.JSONField()
    """Holds by reason: code, group, how many offers, message, mend, examples."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=PlanState.values), name="plan_state"
            ),
            models.UniqueConstraint(
                fields=["seller", "shop"],
                condition=models.Q(state="applying"),
                name="one_apply_at_a_time",
            ),
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
    remote_id = models.CharField(max_length=64, blank=True)
    offers = models.PositiveIntegerField()
    changes = models.BinaryField(default=b"")
    """Field by field, old -> new, as JSON; empty for a create (the draft tells all)."""
    before = models.BinaryField(default=b"")
    """What was seen when it was planned, as JSON; empty for a create."""
    state = models.CharField(max_length=9, choices=StepState, default=StepState.WAITING)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    """Raised with every claim: a worker that lost its lease can no longer write."""
    not_before = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    submission = models.ForeignKey(
        Submission, on_delete=models.SET_NULL, null=True, db_constraint=False, db_index=False
    )
    problems = models.BinaryField(default=b"")
    """Why it was refused or skipped, as JSON."""
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

"""Rehearsals of campaigns: what was asked for, how far it is, what each seller's day came to."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from torgpred.campaigns.core.rehearsing.stages import RehearsalState
from torgpred.campaigns.models.campaigns import Campaign

_STATES = [(one.value, one.value) for one in RehearsalState]


class Rehearsal(models.Model):
    """One rehearsal of a campaign. The operator's: it tells of all sellers together."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator."""
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=_STATES, default=RehearsalState.ASKED.value)
    assumptions = models.JSONField()
    """campaigns.core.rehearsing.demand.Assumptions."""
    minutes = models.FloatField()
    """Minutes that the day is pressed into."""
    agreed_only = models.BooleanField()
    """Only what sellers agreed to; else all that was put forward, as if they had."""
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    holder = models.CharField(max_length=32, blank=True)
    """Who plays it; see runtime.holders."""
    leased_until = models.DateTimeField(null=True)
    """Whoever plays it is believed to live until then."""
    told = models.CharField(max_length=200, blank=True)
    """What it is at, in words of `core.rehearsing.stages`."""
    part = models.FloatField(default=0.0)
    """How much of it is done, 0 to 1."""
    trouble = models.TextField(blank=True)
    """Why it failed."""
    totals = models.JSONField(null=True)
    """campaigns.core.rehearsing.days.Totals."""
    machine = models.JSONField(null=True)
    """campaigns.core.rehearsing.days.Machine."""
    digest = models.CharField(max_length=32, blank=True)
    """Over assumptions and result: equal ones, the same day."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in RehearsalState]),
                name="rehearsal_state",
            ),
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(ended_at=None),
                name="one_rehearsal_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("asked_at")), name="rehearsal_ends"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "-id"], name="rehearsals_of")]


class RehearsalPart(models.Model):
    """One seller's part of a rehearsed day in one shop, which that seller may see."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    """When the rehearsal ended."""
    assumptions = models.JSONField()
    """The rehearsal's own, which its row would not show to a seller."""
    agreed_only = models.BooleanField()
    day = models.JSONField()
    """campaigns.core.rehearsing.days.SellerDay."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "rehearsal", "shop"], name="one_part_a_shop")
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "campaign", "-rehearsal"], name="parts_of_rehearsal")
        ]


class RehearsalLink(models.Model):
    """A link by which everybody sees what a rehearsal came to as a whole, until its end.

    The operator's; known by its digest, so that whoever reads this table cannot open it.
    """

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator."""
    rehearsal = models.ForeignKey(Rehearsal, on_delete=models.CASCADE, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the link's random part, of which nothing else is kept."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=254, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")), name="rehearsal_link_ends"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["rehearsal", "-id"], name="links_of_rehearsal")]

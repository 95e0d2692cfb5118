"""What was brought about for each seller in each shop of a campaign."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from torgpred.campaigns.core.running import Stage
from torgpred.campaigns.models.campaigns import Campaign

_STAGES = [(one.value, one.value) for one in Stage]


class Readiness(models.Model):
    """How far one seller in one shop is: written in the transaction that keeps and prices."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    stage = models.CharField(max_length=7, choices=_STAGES, default=Stage.WAITING.value)
    asked = models.PositiveIntegerField(default=0)
    """Pieces that were to be kept."""
    kept = models.PositiveIntegerField(default=0)
    offers = models.PositiveIntegerField(default=0)
    """Offers that take part."""
    prices = models.PositiveIntegerField(default=0)
    """Of them, those whose price for the time was planned."""
    troubles = models.JSONField(default=list)
    """kernel.findings.Finding: what was asked and could not be."""
    stock_at = models.DateTimeField(null=True)
    """When pieces were kept; once."""
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "campaign", "shop"], name="one_readiness"),
            models.CheckConstraint(
                condition=Q(stage__in=[one.value for one in Stage]), name="readiness_stage"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "stage"], name="readiness_of")]


class Proof(models.Model):
    """What shows that a marketplace has an enrolment which no call can tell: a file, a note."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    note = models.TextField()
    name = models.CharField(max_length=200, blank=True)
    file = models.CharField(max_length=80, blank=True)
    """Reference of the kept file; empty: a note alone."""
    given_by = models.CharField(max_length=254)
    given_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["campaign", "seller"], name="proofs_of")]

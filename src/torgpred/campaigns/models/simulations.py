"""Simulations of campaigns: what was asked for, how far it is, what would change."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from torgpred.campaigns.models.campaigns import Campaign


class Simulation(models.Model):
    """A campaign judged with something changed. Open while `ended_at` is null.

    The operator's: it counts the offers of all sellers.
    """

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator."""
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    change = models.JSONField()
    """campaigns.core.judging.terms.Change."""
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    holder = models.CharField(max_length=32, blank=True)
    """Who works it out; see runtime.holders."""
    leased_until = models.DateTimeField(null=True)
    """Whoever works it out is believed to live until then; past it, whoever comes by does."""
    part = models.FloatField(default=0.0)
    """How much of it is done, 0 to 1."""
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    """campaigns.core.judging.simulating.Simulation; null where it was given up or failed."""
    trouble = models.JSONField(null=True)
    """Why it failed: template and data of the error, to be said in any language."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(ended_at=None),
                name="one_simulation_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("asked_at")),
                name="simulation_ends",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "-id"], name="simulations_of")]

"""Errands: work on a campaign that a person asked for and that a worker does."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from torgpred.campaigns.models.campaigns import Campaign


class Errand(models.Model):
    """What every kind of errand has. Open while `ended_at` is null; of a kind one at a time.

    The operator's: it is about the offers of all sellers.
    """

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator."""
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    holder = models.CharField(max_length=32, blank=True)
    """Who does it; see runtime.holders."""
    leased_until = models.DateTimeField(null=True)
    """Whoever does it is believed to live until then; past it, whoever comes by does. Null: nobody
    began."""
    part = models.FloatField(default=0.0)
    """How much of it is done, 0 to 1."""
    ended_at = models.DateTimeField(null=True)
    result = models.JSONField(null=True)
    """What came of it, of a type that the kind names; null where it was given up or failed."""
    trouble = models.JSONField(null=True)
    """Why it failed: template and data of the error, to be said in any language."""
    objects: ClassVar[models.Manager[Self]] = models.Manager()

    class Meta:
        abstract = True
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign"],
                condition=Q(ended_at=None),
                name="one_%(class)s_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("asked_at")),
                name="%(class)s_ends",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "-id"], name="%(class)ss_of")]


class Simulation(Errand):
    """A campaign judged with something changed. Result: core.judging.simulating.Simulation."""

    change = models.JSONField()
    """campaigns.core.judging.terms.Change."""


class JudgingRequest(Errand):
    """A campaign's verdicts brought up to date. Result: core.values.Judged."""

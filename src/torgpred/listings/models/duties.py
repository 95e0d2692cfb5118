"""Duties that the operator put in force, and what offers cost elsewhere."""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


@pghistory.track(model_name="DutyEvent")
class DutyRow(models.Model):
    """A duty in force, as listings.core.duties.Duty has it, until it is lifted.

    Shared: rules of the law and of marketplaces are no secret.
    """

    code = models.CharField(max_length=60)
    family = models.CharField(max_length=40, blank=True)
    """The marketplace it is in force at; empty: at all."""
    programme = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=300)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source = models.TextField()
    needs = ArrayField(models.CharField(max_length=32), default=list)
    forbids = models.BooleanField(default=False)
    tnved = ArrayField(models.CharField(max_length=10), default=list)
    categories = ArrayField(models.TextField(), default=list)
    words = ArrayField(models.TextField(), default=list)
    without = ArrayField(models.TextField(), default=list)
    branded = models.BooleanField(default=False)
    said_by = models.CharField(max_length=254)
    said_at = models.DateTimeField()
    lifted_by = models.CharField(max_length=254, blank=True)
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "listings_duty"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["code", "family", "programme"],
                condition=Q(lifted_at=None),
                name="one_duty_in_force",
            ),
            models.CheckConstraint(
                condition=Q(forbids=True, needs=[]) | Q(forbids=False, needs__len__gt=0),
                name="duty_asks_or_forbids",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")), name="duty_period"
            ),
        ]


class ReferencePriceRow(models.Model):
    """What an offer costs elsewhere, as somebody saw it on a day. One a day, source and family."""

    seller = models.ForeignKey(
        "accounts.Tenant", on_delete=models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=255)
    """The seller's key of the offer, known or not yet."""
    family = models.CharField(max_length=40, blank=True)
    """The marketplace it is meant for; empty: any."""
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    currency = models.CharField(max_length=3)
    seen_on = models.DateField()
    source = models.CharField(max_length=200)
    given_by = models.CharField(max_length=254)
    """Bulk: the actor is a column, since row triggers slow files down."""
    given_at = models.DateTimeField()

    class Meta:
        db_table = "listings_referenceprice"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "key", "family", "seen_on", "source"], name="one_reference_a_day"
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="reference_above_zero"),
        ]

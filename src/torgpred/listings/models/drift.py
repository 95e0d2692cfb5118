"""What people decided about changes in a shop that nobody here desired. Audited."""

from typing import ClassVar

import pghistory
from django.db import models


class Choice(models.TextChoices):
    """What to do with a difference that was made in the shop."""

    TAKE_OVER = "take_over"  # what stands there is what we want from now on
    LEAVE = "leave"  # not ours to manage any more: whatever stands there stays
    SET_BACK = "set_back"  # of a status: bring it back once


@pghistory.track()
class DriftDecision(models.Model):
    """A person's choice for one place of one product in one shop.

    A field that is simply set back has no row: that is what a plan does by itself.
    """

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    product_key = models.CharField(max_length=255)
    sku = models.CharField(max_length=255, blank=True)
    """Empty: the product itself."""
    field = models.CharField(max_length=80)
    """A draft's or variant's field, a part of one ("titles.ru"), "variant" or "status"."""
    choice = models.CharField(max_length=9, choices=Choice)
    value = models.JSONField(null=True)
    """What stood there when it was decided."""
    decided_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField()
    undone_by = models.CharField(max_length=254, blank=True)
    undone_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    """A wish to set a status back ends when it is carried out."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(choice__in=Choice.values), name="drift_choice"
            ),
            models.UniqueConstraint(
                fields=["seller", "shop", "product_key", "sku", "field"],
                condition=models.Q(undone_at__isnull=True, ended_at__isnull=True),
                name="one_drift_decision_a_place",
            ),
        ]

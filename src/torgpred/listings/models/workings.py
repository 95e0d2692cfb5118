"""Desired states that are worked out while somebody answers questions."""

from typing import ClassVar

from django.db import models


class WorkingOut(models.Model):
    """One seller in one shop: asked anew with each answer, worked out up to some moment."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_to = models.DateTimeField(null=True)
    """All that was asked up to then is worked out."""
    leased_until = models.DateTimeField(null=True)
    offers = models.IntegerField(default=0)
    ready = models.IntegerField(default=0)
    moved_at = models.DateTimeField(null=True)
    """When a draft last became another one, came or went, whatever had it worked out."""
    trouble = models.JSONField(null=True)
    """Why the last one failed: template and data of the error."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "shop"], name="one_working_out"),
        ]

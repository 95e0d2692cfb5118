"""Rule sets that are kept, campaigns with their shops, and who pays."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from torgpred.campaigns.core.moves import State

_STATES = [(one.value, one.value) for one in State]


class RuleSetRow(models.Model):
    """One version of a rule set. Versions are added, never changed: campaigns hold them.

    Shared: rules of marketplaces and of the law are no secret.
    """

    code = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    """1, 2, 3 ... within its code."""
    content = models.JSONField()
    """campaigns.core.rules.RuleSet."""
    said_by = models.CharField(max_length=254)
    said_at = models.DateTimeField()

    class Meta:
        db_table = "campaigns_ruleset"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["code", "version"], name="one_rules_version"),
            models.CheckConstraint(condition=Q(version__gt=0), name="rules_version"),
        ]


@pghistory.track()
class Campaign(models.Model):
    """A joint promotion in a window. A seller with an offer put forward in it may see the row."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator."""
    code = models.CharField(max_length=16, unique=True)
    """Short and checkable, read aloud: see kernel.ids."""
    name = models.CharField(max_length=200)
    state = models.CharField(max_length=9, choices=_STATES, default=State.DRAFT.value)
    rules = models.ForeignKey(RuleSetRow, on_delete=models.PROTECT, related_name="+")
    """The version that it goes by."""
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    outline = models.JSONField()
    """campaigns.core.outline.Outline, window included."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    moved_at = models.DateTimeField()
    """When it came to its state."""
    reason = models.TextField(blank=True)
    """Why it was paused or cancelled."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in State]), name="campaign_state"
            ),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="campaign_window"),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "starts_at"], name="campaigns_by_state")]


class CampaignShop(models.Model):
    """A shop that takes part. One shop may be in several campaigns."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator: that a seller's shop takes part is the campaign's affair."""
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="shops")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "shop"], name="one_shop_a_campaign")
        ]


@pghistory.track()
class Budget(models.Model):
    """What a campaign may give away, and who pays which part. Seen by the operator alone."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.OneToOneField(Campaign, on_delete=models.CASCADE, related_name="+")
    total = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    shares = models.JSONField()
    """campaigns.core.outline.Share, one a payer; 100 percent together."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(total__gte=0), name="budget_not_negative")
        ]

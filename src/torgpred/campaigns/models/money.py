"""A campaign's money: sources, spend, what reports told, which orders carry whose mark.

Spend and what reports told is only added: who is mistaken enters the opposite or withdraws the
report, and what was there before can still be read. All of it is the operator's, but for what a
report tells of one seller's goods, which is that seller's to see.
"""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from torgpred.campaigns.core.money.sources import SourceKind
from torgpred.campaigns.models.campaigns import Campaign

_KINDS = [(one.value, one.value) for one in SourceKind]


@pghistory.track()
class Source(models.Model):
    """What brings buyers to a campaign, and how its orders are known."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    """Short, unique in its campaign."""
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=_KINDS)
    link = models.JSONField(default=dict)
    """Parameters that its links carry, all of them."""
    codes = models.JSONField(default=list)
    """Codes that buyers enter."""
    made_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["campaign", "code"], name="one_source_a_code"),
            models.UniqueConstraint(fields=["id", "campaign"], name="source_of_campaign"),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in SourceKind]), name="source_kind"
            ),
        ]


class Spend(models.Model):
    """Money spent on a source on a day. Never changed: the opposite entry undoes one, once."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    currency = models.CharField(max_length=3)
    shares = models.JSONField()
    """campaigns.core.outline.Share, one a payer; 100 percent together."""
    document = models.CharField(max_length=100)
    note = models.CharField(max_length=300, blank=True)
    take = models.PositiveIntegerField(default=1)
    """1; after it was undone the same is entered again as 2, 3 ..."""
    undoes = models.OneToOneField("self", on_delete=models.PROTECT, related_name="+", null=True)
    entered_by = models.CharField(max_length=254)
    entered_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["source", "document", "day", "amount", "currency", "take"],
                name="one_spend_a_document",
            ),
            models.CheckConstraint(
                condition=Q(undoes=None, amount__gt=0) | Q(undoes__isnull=False, amount__lt=0),
                name="spend_or_its_opposite",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "day"], name="spend_of")]


class Report(models.Model):
    """A file that was taken in: traffic as a marketplace tells it, or orders by their marks."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=7, choices=[("traffic", "traffic"), ("marked", "marked")])
    name = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the file."""
    rows = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    given_by = models.CharField(max_length=254)
    given_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=254, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=["traffic", "marked"]), name="money_report_kind"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "kind"], name="money_reports_of")]


class Traffic(models.Model):
    """What a report tells of a source on a day. `tenant`: whose goods, else the operator."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    sku = models.CharField(max_length=255, blank=True)
    """As the report has it; empty: all goods."""
    views = models.PositiveIntegerField(null=True)
    clicks = models.PositiveIntegerField(null=True)
    orders = models.PositiveIntegerField(null=True)
    revenue = models.DecimalField(max_digits=16, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["report", "source", "day", "sku"], name="one_traffic_row"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "source"], name="traffic_of")]


class Marked(models.Model):
    """An order that carries a source's mark, by a list that a person gave."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    order = models.CharField(max_length=64)
    """The marketplace's number."""
    mark = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["report", "order"], name="one_mark_a_report"),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "shop", "order"], name="marked_of")]

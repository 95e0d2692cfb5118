"""Tables of the catalogue: feeds, intakes, findings, offers, prices, pictures, statements, papers.

Offers, their contents and their prices are written set-wise by `services.take_in` alone
(docs/decisions/0006). Their foreign keys carry no database constraint: a per-row check costs more
than the row, and the one statement that writes a child makes or finds its parent. Row security
holds the seller.
"""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from typing_extensions import override

from torgpred.catalogue.core.papers import PaperKind
from torgpred.catalogue.models.readings import ReadingRequest
from torgpred.catalogue.models.words import OfferWords, WordsLook

__all__ = [
    "CategoryRow",
    "Feed",
    "FindingRow",
    "GroupBy",
    "Intake",
    "OfferContent",
    "OfferRow",
    "OfferWords",
    "Outcome",
    "PaperRow",
    "Picture",
    "Price",
    "ReadingRequest",
    "State",
    "Statement",
    "WordsLook",
]


class Feed(models.Model):
    """A seller's catalogue file or address, read again and again."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=100)
    source = models.TextField(blank=True)  # a path or an address
    format = models.CharField(max_length=16, blank=True)
    profile = models.CharField(max_length=32, blank=True)
    memory = models.JSONField(null=True, blank=True)
    """What a table reader remembers of this feed: columns a person confirmed."""
    columns = models.JSONField(null=True, blank=True)  # doubtful ones of the last: tables.asked
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "name"], name="one_feed_name"),
        ]

    @override
    def __str__(self) -> str:
        return self.name


class Outcome(models.TextChoices):
    """What became of an intake."""

    RUNNING = "running"
    TAKEN = "taken"
    FAILED = "failed"  # nothing of it was taken; the catalogue is as it was before


class Intake(models.Model):
    """One reading of a feed. A row that still says "running" with nobody at it was broken off."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    feed = models.ForeignKey(Feed, on_delete=models.PROTECT, related_name="intakes")
    number = models.PositiveIntegerField()
    """1, 2, 3 ... within its feed."""
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.RUNNING)
    problem = models.TextField(blank=True)
    """Why it failed, in one line."""
    actor = models.CharField(max_length=200)
    source = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    format = models.CharField(max_length=16, blank=True)
    profile = models.CharField(max_length=32, blank=True)
    encoding = models.CharField(max_length=32, blank=True)
    scope = models.CharField(max_length=16, blank=True)
    complete = models.BooleanField(default=False)
    reader_version = models.PositiveIntegerField(default=0)
    file_size = models.PositiveBigIntegerField(default=0)
    counts = models.JSONField(default=dict)
    """See core terms in services.report: entries, taken, unchanged, changed, added ..."""
    finding_totals = models.JSONField(default=dict)
    """How many findings of each code there were, kept or not."""
    missing = ArrayField(models.TextField(), default=list)
    """Keys of the offers that the seller's file no longer holds since this intake."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "feed", "number"], name="one_intake_number"),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="intake_outcome"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.feed_id}/{self.number}"


class FindingRow(models.Model):
    """A finding of an intake, as kernel.findings.Finding holds it. So many per code are kept."""

    seller = models.ForeignKey(
        "accounts.Tenant", on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="finding_rows")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=80)
    body = models.JSONField()

    class Meta:
        db_table = "catalogue_finding"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "intake", "position"], name="finding_place"),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.code} at {self.intake_id}"


class CategoryRow(models.Model):
    """A category of a seller's feed, as last read. `path`: names from the root to itself."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="+")
    key = models.TextField()
    name = models.TextField()
    parent = models.TextField(blank=True)
    path = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "catalogue_category"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "feed", "key"], name="one_category_key"),
        ]

    @override
    def __str__(self) -> str:
        return " / ".join(self.path)


class State(models.TextChoices):
    """Whether the seller's catalogue holds the offer now."""

    PRESENT = "present"
    MISSING = "missing"


class OfferRow(models.Model):
    """An offer's keys and digests; the content is a row of its own, so that this stays narrow.

    A product is the offers of a seller that share `product_key`.
    """

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    feed = models.ForeignKey(
        Feed, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    """The feed that describes it."""
    key = models.TextField()
    product_key = models.TextField()
    category_key = models.TextField(blank=True)
    digest = models.BinaryField(max_length=16)
    """Of the content: equal digests, equal offers."""
    source_digest = models.BinaryField(max_length=16)
    """Of the raw entry it was read from, as `reading.Entry.digest` has it."""
    state = models.CharField(max_length=8, choices=State, default=State.PRESENT)
    read_in = models.BigIntegerField()
    """Intake that last parsed it."""
    changed_in = models.BigIntegerField()
    """Intake that last changed its content or state."""

    class Meta:
        db_table = "catalogue_offer"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "key"], name="one_offer_key"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="offer_state"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "product_key"], include=["state"], name="product_state"),
        ]

    @override
    def __str__(self) -> str:
        return self.key


class OfferContent(models.Model):
    """JSON of catalogue.core.offers.Offer, as kernel.digests.canonical writes it."""

    offer = models.OneToOneField(
        OfferRow, primary_key=True, on_delete=models.CASCADE, db_constraint=False, related_name="+"
    )
    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    content = models.BinaryField()

    class Meta:
        db_table = "catalogue_offer_content"

    @override
    def __str__(self) -> str:
        return str(self.offer_id)


class Price(models.Model):
    """What the seller asked for an offer, from a moment until the next price (null: until now)."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    offer = models.ForeignKey(
        OfferRow, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    amount = models.DecimalField(max_digits=20, decimal_places=4)
    old_amount = models.DecimalField(max_digits=20, decimal_places=4, null=True)
    """The crossed-out price, where the file gives one."""
    currency = models.CharField(max_length=3, blank=True)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "offer"], condition=Q(valid_to=None), name="one_open_price"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")), name="price_period"
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "offer", "valid_from"],
                condition=Q(valid_to__isnull=False),
                name="closed_prices",
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"


class Picture(models.Model):
    """A picture that was looked at: by address, or out of a ZIP by SKU."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=16)
    """Of `reference`: addresses are too long to be a key."""
    reference = models.TextField()
    """The address, or "zip:<SKU>/<file name>", or "shown:<SKU>/<place>" out of a feed's ZIP."""
    key = models.TextField(blank=True)
    """SKU that a ZIP or the feed in it named it for; empty for an address."""
    file = models.TextField(blank=True)
    """Reference into runtime.files where we keep it; empty where the address serves it."""
    media_type = models.CharField(max_length=32, blank=True)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    checked_at = models.DateTimeField()
    problem = models.JSONField(null=True)
    """The finding, where it cannot be used."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "digest"], name="one_picture"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["seller", "key"], name="picture_by_key", condition=~Q(key="")),
            models.Index(fields=["file"], name="picture_by_file", condition=~Q(file="")),
        ]

    @override
    def __str__(self) -> str:
        return self.reference


class GroupBy(models.TextChoices):
    """How a statement says which offers it is about."""

    CATEGORY = "category"
    KEYS = "keys"
    ALL = "all"


@pghistory.track()
class Statement(models.Model):
    """A fact about a group of offers that the file lacks, given by a person, dated, undoable."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    """What is stated: "weight_kg", "package", "country" ..."""
    value = models.JSONField()
    group_by = models.CharField(max_length=8, choices=GroupBy)
    category = models.TextField(blank=True)
    """Key of the seller's category; its subcategories are meant too."""
    keys = ArrayField(models.TextField(), default=list)
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    undone_by = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(group_by="all", category="", keys=[])
                | Q(group_by="keys", category="", keys__len__gt=0)
                | (Q(group_by="category", keys=[]) & ~Q(category="")),
                name="statement_group",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "kind"], name="active_statements", condition=Q(undone_at=None)
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} of {self.group_by}"


@pghistory.track(model_name="PaperEvent")
class PaperRow(models.Model):
    """A seller's document, as catalogue.core.papers.Paper has it, dated and undoable."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=32, choices=[(one.value, one.value) for one in PaperKind])
    number = models.CharField(max_length=200, blank=True)
    issuer = models.CharField(max_length=300, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    group_by = models.CharField(max_length=8, choices=GroupBy)
    category = models.TextField(blank=True)
    """Key of the seller's category; its subcategories are covered too."""
    keys = ArrayField(models.TextField(), default=list)
    brand = models.CharField(max_length=200, blank=True)
    file = models.TextField(blank=True)
    """Reference into runtime.files of the copy kept here."""
    file_name = models.CharField(max_length=255, blank=True)
    given_by = models.CharField(max_length=200)
    given_at = models.DateTimeField()
    undone_by = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "catalogue_paper"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(group_by="all", category="", keys=[])
                | Q(group_by="keys", category="", keys__len__gt=0)
                | (Q(group_by="category", keys=[]) & ~Q(category="")),
                name="paper_group",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in PaperKind]), name="paper_kind"
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None)
                | Q(valid_until=None)
                | Q(valid_until__gte=F("valid_from")),
                name="paper_period",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "kind"], name="active_papers", condition=Q(undone_at=None)
            ),
        ]

    @override
    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

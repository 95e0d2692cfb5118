"""Tables of programmes: versions that the operator keeps, what sellers said, what was judged.

Versions are the operator's rows; every scope may read them, since each seller is judged by them.
Everything else is one seller's. Judgements are written set-wise; their foreign keys carry no
database constraint (docs/decisions/0006).
"""

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from torgpred.programmes.core.values import AssuranceKind, Verdict

DIGEST = 16


@pghistory.track(model_name="ProgrammeEvent")
class ProgrammeVersion(models.Model):
    """A programme as the operator wrote it, in force until it is ended."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """The operator."""
    family = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    """Of the buyers that goods have to be near to."""
    near = models.PositiveSmallIntegerField()
    conditions = models.JSONField()
    source = models.TextField()
    dated = models.DateField()
    said_by = models.CharField(max_length=254)
    said_at = models.DateTimeField()
    ended_by = models.CharField(max_length=254, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "programmes_programme"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["family", "code", "version"], name="one_programme_version"
            ),
            models.UniqueConstraint(
                fields=["family", "code"],
                condition=Q(ended_at=None),
                name="one_programme_in_force",
            ),
        ]


@pghistory.track()
class Assurance(models.Model):
    """What a seller said about itself, until it is undone or said anew."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20)
    about = models.CharField(max_length=40)
    """A country, a warehouse's code or a marketplace family, as the kind has it."""
    holds = models.BooleanField()
    """False: there is none."""
    text = models.CharField(max_length=500, blank=True)
    number = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    """Days, months or a rating, as the kind has it."""
    given_by = models.CharField(max_length=254)
    given_at = models.DateTimeField()
    undone_by = models.CharField(max_length=254, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "kind", "about"],
                condition=Q(undone_at=None),
                name="one_assurance_in_force",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in AssuranceKind]), name="assurance_kind"
            ),
        ]


class Judgement(models.Model):
    """Whether a programme would let one offer in one shop in, and what of that is missing.

    Of offers that stand in the shop or are ready to be listed there.
    """

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    family = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sku = models.CharField(max_length=255)
    """Key of the seller's offer."""
    product_key = models.CharField(max_length=255)
    category = models.CharField(max_length=40, blank=True)
    """The marketplace's, as the seller's category is mapped; empty where it is not."""
    listed = models.BooleanField()
    """It stands in the shop; else it is ready to be listed."""
    verdict = models.CharField(max_length=9)
    lacks = ArrayField(models.CharField(max_length=40))
    """Codes of what is not met, in the programme's order."""
    pieces = models.IntegerField(null=True)
    """In the programme's country and not sold; null: nobody knows."""
    abroad = models.IntegerField(null=True)
    pieces_short = models.IntegerField()
    warehouse = models.CharField(max_length=20, blank=True)
    """The local one that the next order is served from; empty where none has a piece."""
    lead_days = models.SmallIntegerField(null=True)
    delivery_days = models.SmallIntegerField(null=True)
    """From `warehouse` to the buyer, as the seller said."""
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """What the buyer sees, or would see."""
    currency = models.CharField(max_length=3, blank=True)
    digest = models.BinaryField(max_length=DIGEST)
    """Of all it was judged by: where that is the same, nothing is judged again."""
    judged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "family", "code", "shop", "sku"], name="one_judgement"
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=[one.value for one in Verdict]), name="judgement_verdict"
            ),
            models.CheckConstraint(
                condition=~Q(verdict=Verdict.QUALIFIES.value) | Q(lacks=[]),
                name="qualifies_lacking_nothing",
            ),
        ]


class Judging(models.Model):
    """When a seller's offers were last judged for a programme, and by which version of it."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=40)
    code = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField()
    judged_at = models.DateTimeField()
    offers = models.PositiveIntegerField()
    redone = models.PositiveIntegerField()
    """Of these, how many had to be judged anew."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "family", "code"], name="one_judging")
        ]

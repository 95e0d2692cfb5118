"""Verdicts about offers, what each seller's were judged by, and ratings that people entered."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.models.campaigns import Campaign


class Judging(models.Model):
    """One seller in one shop of a campaign: by which terms and when it was judged."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    terms_digest = models.BinaryField(max_length=16)
    """Over all that verdicts depend on beside the offers."""
    judged_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop", "campaign"], name="one_judging_a_place"
            )
        ]


class Verdict(models.Model):
    """Whether one offer of a seller may take part in a shop of a campaign, and why.

    Written set-wise, its foreign keys unchecked (docs/decisions/0006). Only those whose inputs or
    terms changed are written anew.
    """

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    campaign = models.ForeignKey(
        Campaign, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    offer_key = models.CharField(max_length=255)
    sku = models.CharField(max_length=255, blank=True)
    """As the shop calls it; empty where it is not listed."""
    product_key = models.CharField(max_length=255)
    inputs = models.BigIntegerField()
    """Hash over what is known of the offer: equal ones are not judged again."""
    answer = models.CharField(max_length=7)
    price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    """The highest that the rules let pass."""
    usual = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    base = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    keeps = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    usual_keeps = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    margin = models.DecimalField(max_digits=14, decimal_places=1, null=True)
    days = models.SmallIntegerField()
    to_come = models.SmallIntegerField()
    pieces = models.IntegerField(null=True)
    code = models.CharField(max_length=60, blank=True)
    """Of the first reason that stands in the way; empty where none does."""
    reasons = models.BinaryField(default=b"")
    """listings.core.remarks.Remark as JSON; empty where there are none."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "campaign", "shop", "offer_key"], name="one_verdict_an_offer"
            ),
            models.CheckConstraint(
                condition=Q(answer__in=[one.value for one in Answer]), name="verdict_answer"
            ),
        ]


class Stars(models.Model):
    """A rating that a person entered as the marketplace shows it: of a seller, or of a product."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    product_key = models.CharField(max_length=255, blank=True)
    """Empty: the seller's own rating in the shop."""
    stars = models.DecimalField(max_digits=3, decimal_places=2)
    seen_on = models.DateField()
    said_by = models.CharField(max_length=254)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop", "product_key"], name="one_rating_a_product"
            ),
            models.CheckConstraint(
                condition=Q(stars__gte=0, stars__lte=5), name="stars_within_five"
            ),
        ]

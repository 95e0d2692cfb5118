"""Offers put forward, what sellers said to them, and what takes part."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from torgpred.campaigns.models.campaigns import Campaign

_BESIDE_BULK = pghistory.UpdateEvent(), pghistory.DeleteEvent()


@pghistory.track(*_BESIDE_BULK)
class Nomination(models.Model):
    """An offer put forward for a campaign, with its terms. Who made it is in the row itself."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    offer_key = models.CharField(max_length=255)
    price = models.DecimalField(max_digits=14, decimal_places=2)
    pieces = models.PositiveIntegerField()
    """To be kept for the campaign."""
    terms = models.JSONField()
    """campaigns.core.consenting.OfferTerms."""
    terms_digest = models.BinaryField(max_length=16)
    proposed_by = models.CharField(max_length=254)
    proposed_at = models.DateTimeField()
    """When these terms were proposed."""
    dropped_by = models.CharField(max_length=254, blank=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "campaign", "shop", "offer_key"], name="one_nomination_an_offer"
            ),
            models.UniqueConstraint(fields=["id", "seller"], name="nomination_of_seller"),
            models.UniqueConstraint(
                fields=["id", "terms_digest", "seller", "campaign"], name="nomination_terms"
            ),
            models.CheckConstraint(
                condition=Q(price__gt=0, pieces__gt=0), name="nomination_offers_something"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "seller"], name="nominations_of_campaign")
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Consent(models.Model):
    """A seller's yes to the terms that it saw. Only the seller's own scope writes it."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    nomination = models.ForeignKey(Nomination, on_delete=models.PROTECT, related_name="consents")
    terms_digest = models.BinaryField(max_length=16)
    seen = models.JSONField()
    """The terms as they were shown."""
    rule = models.CharField(max_length=100, blank=True)
    """The seller's rule that said yes; empty: it was said for this offer."""
    given_by = models.CharField(max_length=254)
    given_at = models.DateTimeField()
    standing = models.BooleanField(default=True)
    withdrawn_by = models.CharField(max_length=254, blank=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["nomination", "terms_digest"], name="one_consent_to_terms"
            ),
            models.UniqueConstraint(
                fields=["nomination", "terms_digest", "seller", "standing"],
                name="consent_that_stands",
            ),
            models.CheckConstraint(
                condition=Q(standing=True, withdrawn_at=None)
                | Q(standing=False, withdrawn_at__isnull=False),
                name="consent_stands_or_withdrawn",
            ),
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class Enrolment(models.Model):
    """An offer that takes part: its nomination and a standing consent, to the same terms.

    Foreign keys of several columns hold that, made in the migration: to the nomination by id,
    terms, seller and campaign, and to the consent by nomination, terms, seller and standing. While
    the row is there, neither the terms nor the consent can change.
    """

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    nomination = models.OneToOneField(Nomination, on_delete=models.PROTECT, related_name="+")
    terms_digest = models.BinaryField(max_length=16)
    standing = models.BooleanField(default=True)
    """Always true: the consent that it refers to stands."""
    enrolled_by = models.CharField(max_length=254)
    enrolled_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(standing=True), name="enrolled_by_consent"),
        ]
        indexes: ClassVar = [models.Index(fields=["campaign", "seller"], name="enrolled_of")]

"""What people decided: mappings, policies, rates. Audited."""

from typing import ClassVar

import pghistory
from django.db import models


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Mapping(models.Model):
    """A person's (or a certain rule's) decision: seller's category -> marketplace's."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=40)
    category_key = models.CharField(max_length=255)
    market_category = models.CharField(max_length=40)
    how = models.CharField(max_length=12)
    """"hand", "memory" or "certain"."""
    reason = models.TextField(blank=True)
    decided_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "family", "category_key"], name="one_mapping_a_category"
            )
        ]


class MappingMemory(models.Model):
    """What people decided for categories of this path; shared between sellers.

    Holds stems of category names only, nothing of a seller.
    """

    family = models.CharField(max_length=40)
    path_key = models.TextField()
    """listings.core.mapping.memory_key of the seller's category path."""
    market_category = models.CharField(max_length=40)
    uses = models.PositiveIntegerField(default=1)
    """How many sellers' categories were decided so."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["family", "path_key", "market_category"], name="one_memory"
            )
        ]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AttributeMapping(models.Model):
    """A person's decision: a seller's param -> an attribute, or a value's text -> its value."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=40)
    market_category = models.CharField(max_length=40)
    param = models.CharField(max_length=255, blank=True)
    """The seller's name of it; empty where the decision is about a value."""
    value = models.CharField(max_length=255, blank=True)
    """Empty: the decision is about the param's name."""
    attribute = models.CharField(max_length=40, blank=True)
    """Empty: the param is to be ignored."""
    value_id = models.CharField(max_length=40, blank=True)
    decided_by = models.CharField(max_length=254)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "family", "market_category", "param"],
                condition=models.Q(value=""),
                name="one_attribute_a_param",
            ),
            models.UniqueConstraint(
                fields=["seller", "family", "market_category", "attribute", "value"],
                condition=~models.Q(value=""),
                name="one_meaning_a_value",
            ),
        ]


@pghistory.track()
class Policy(models.Model):
    """How one seller sells in one shop: pricing, delivery template, lead time, languages."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    content = models.JSONField()
    """listings.core's ShopPolicy as JSON."""
    changed_by = models.CharField(max_length=254)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "shop"], name="one_policy_a_shop")
        ]


class ExchangeRate(models.Model):
    """A currency's worth as of a day, by a named source. Shared: rates are no secret."""

    source = models.CharField(max_length=3)
    target = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=20, decimal_places=8)
    as_of = models.DateField()
    said_by = models.CharField(max_length=200)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "target", "as_of"], name="one_rate_a_day"),
            models.CheckConstraint(condition=models.Q(value__gt=0), name="rate_above_zero"),
        ]

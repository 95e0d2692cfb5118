"""Tables of channels: shops with their secrets and admissions, and what marketplaces' rules say.

Rules (categories, dictionaries) belong to a marketplace, not to a tenant: they are shared and
unscoped. Everything else names one tenant, the shop's owner, except admissions, which are the
admitted seller's.
"""

from typing import ClassVar

import pghistory
from django.db import models

from torgpred.channels.core.shops import ShopState

_STATES = [(one.value, one.value) for one in ShopState]


@pghistory.track()
class Shop(models.Model):
    """One account on a marketplace. An admitted seller may see the row of a joint shop."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    family = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300)
    """Base address of its calls: the marketplace's own, or a twin's."""
    currency = models.CharField(max_length=3)
    joint = models.BooleanField()
    """True where the owner is the operator; set once, when the shop is added."""
    state = models.CharField(max_length=8, choices=_STATES, default=ShopState.ACTIVE.value)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "family", "name"], name="one_shop_name"),
            models.CheckConstraint(
                condition=models.Q(state__in=[one.value for one in ShopState]), name="shop_state"
            ),
        ]


class Credential(models.Model):
    """The secrets of a shop, sealed as one text. Seen in its owner's scope only."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    sealed = models.TextField()
    changed_at = models.DateTimeField(auto_now=True)


class Admission(models.Model):
    """A seller whose goods may stand in a joint shop."""

    shop = models.ForeignKey(Shop, on_delete=models.PROTECT, related_name="+")
    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    admitted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "shop"], name="one_admission")
        ]


class Trial(models.Model):
    """How the last test of a shop ended."""

    shop = models.OneToOneField(Shop, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ok = models.BooleanField()
    message = models.TextField()


class Template(models.Model):
    """A shop's delivery template."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    remote_id = models.TextField()
    name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_template")
        ]


class Brand(models.Model):
    """A brand that a shop may use."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="+")
    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    remote_id = models.TextField()
    name = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_brand")
        ]


class RuleBook(models.Model):
    """What is known of one marketplace's rules in one language, and its digests."""

    family = models.CharField(max_length=40)
    locale = models.CharField(max_length=16)
    tree_digest = models.BinaryField()
    """16 bytes over all categories with their attributes."""
    dictionaries_digest = models.BinaryField()
    """16 bytes over all dictionaries learnt so far."""
    learnt_at = models.DateTimeField()
    """When the whole tree was last walked."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "locale"], name="one_rule_book")
        ]


class Category(models.Model):
    """A marketplace's category with its attributes."""

    family = models.CharField(max_length=40)
    locale = models.CharField(max_length=16)
    remote_id = models.TextField()
    leaf = models.BooleanField()
    content = models.BinaryField()
    """channels.core's MarketCategory as JSON."""
    digest = models.BinaryField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["family", "locale", "remote_id"], name="one_category")
        ]


class Dictionary(models.Model):
    """The values of one attribute that did not come with its category."""

    family = models.CharField(max_length=40)
    locale = models.CharField(max_length=16)
    category_id = models.TextField()
    attribute_id = models.TextField()
    content = models.BinaryField()
    """A JSON list of [id, name]."""
    digest = models.BinaryField()
    learnt_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["family", "locale", "category_id", "attribute_id"], name="one_dictionary"
            )
        ]

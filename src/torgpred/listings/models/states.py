"""Desired and observed states, and what buyers saw."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

DIGEST = 16
"""Bytes of every digest here (xxh3-128)."""


class DraftContent(models.Model):
    """A draft, once, by its digest, which leaves its stock out; the newest stock is kept."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    digest = models.BinaryField(max_length=DIGEST)
    content = models.BinaryField()
    """channels.core.Draft as JSON."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "digest"], name="one_draft_a_digest")
        ]


class Desired(models.Model):
    """What should stand in a shop for one product, and what it was computed from."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    product_key = models.CharField(max_length=255)
    offers_digest = models.BinaryField(max_length=DIGEST)
    context_digest = models.BinaryField(max_length=DIGEST)
    draft_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Null: held, nothing may be listed."""
    offers = models.PositiveIntegerField()
    ready_offers = models.PositiveIntegerField()
    findings = models.BinaryField(default=b"")
    """Holds and advice as JSON; empty where there are none."""
    stated = models.BinaryField(default=b"", db_default=b"")
    """Statements it rests on as JSON, "fact: statement" each; empty where there are none."""
    refused_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that the marketplace refused: not sent again until it changes or a person asks."""
    refusal = models.BinaryField(default=b"", db_default=b"")
    """Why, as JSON of channels.core.Problem."""
    refused = models.GeneratedField(
        expression=models.ExpressionWrapper(
            models.Q(draft_digest__isnull=False, refused_digest__isnull=False)
            & models.Q(refused_digest=models.F("draft_digest")),
            output_field=models.BooleanField(),
        ),
        output_field=models.BooleanField(),
        db_persist=True,
    )
    """Whether the marketplace refused the draft as it is now."""
    prices = models.BinaryField(default=b"")
    """Per SKU, as JSON: key, shelf price, listed price, what the seller keeps, cost, delivery; the
    last two in the shop's currency, as listings.core.pricing.Costs has them."""

    class Meta:
        constraints: ClassVar = [
            # Told by this index alone: how a shop's products stand, counted and page by page.
            models.UniqueConstraint(
                fields=["seller", "shop", "product_key"],
                include=["offers", "ready_offers", "refused"],
                name="one_desired_a_product",
            ),
            models.CheckConstraint(
                condition=models.Q(ready_offers__lte=models.F("offers")), name="ready_within_offers"
            ),
        ]


class ListedProduct(models.Model):
    """A product as it stands in a shop: what was applied, what was last seen."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    shop = models.ForeignKey(
        "channels.Shop",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    product_key = models.CharField(max_length=255)
    external_id = models.CharField(max_length=64)
    remote_id = models.CharField(max_length=64)
    status = models.CharField(max_length=12)
    ended_by_us = models.BooleanField(default=False, db_default=False)
    """We paused or removed it; a product ended by others is never brought back unasked."""
    bound_at = models.DateTimeField(db_default=Now())
    applied_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that was last carried out."""
    applied_at = models.DateTimeField(null=True)
    """When; later than `seen_at`: nobody has looked since, and `seen` is how it stood before."""
    agreed_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Draft that was found to differ in nothing from what was last seen."""
    page_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Of what the marketplace's list told: a change means that detail is due."""
    seen = models.BinaryField(null=True)
    """channels.core.Seen as JSON; null until first seen."""
    seen_at = models.DateTimeField(null=True)
    seen_digest = models.BinaryField(max_length=DIGEST, null=True)
    """Of what was seen, without stock and times; null after a change of ours until seen anew."""
    adopted_at = models.DateTimeField(null=True)
    """It stood there before us and was bound then; null: we made it."""
    adopted_by = models.CharField(max_length=254, blank=True, db_default="")
    told_since = models.JSONField(
        default=dict, db_default=models.Value({}, output_field=models.JSONField())
    )
    """Since when a field stands as it was last seen: {"titles": time, "SKU/price": time}. What
    is not in it was first seen so."""
    gone_at = models.DateTimeField(null=True)
    """A whole walk through the shop no longer met it."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "shop", "product_key"],
                include=["status", "gone_at"],
                name="one_listed_product",
            ),
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_remote_product"),
        ]


class Listing(models.Model):
    """An offer's presence in a shop."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    product = models.ForeignKey(
        ListedProduct, on_delete=models.CASCADE, related_name="listings", db_index=False
    )
    sku = models.CharField(max_length=255)
    """As the shop calls it."""
    offer_key = models.CharField(max_length=255, blank=True, db_default="")
    """Of the seller's offer where the shop calls it otherwise than we would; else empty."""
    not_ours = models.BooleanField(default=False, db_default=False)
    """A variant that stood in an adopted product and is no offer of the seller's: kept there."""
    remote_sku_id = models.CharField(max_length=64, blank=True)
    stock = models.IntegerField(null=True)
    gone_at = models.DateTimeField(null=True)
    """Since when its product stands without it; the row stays for its shelf prices of before."""

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["seller", "product", "sku"], name="one_listing_a_sku")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "product"],
                condition=~models.Q(offer_key="") | models.Q(not_ours=True),
                name="listing_called_otherwise",
            ),
            models.Index(fields=["seller", "sku"], name="listing_by_sku"),
            models.Index(
                fields=["seller", "offer_key"],
                condition=~models.Q(offer_key=""),
                name="listing_by_offer",
            ),
        ]


class UnboundProduct(models.Model):
    """A product that stands in a shop and is no listing of ours: shown, never touched."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    remote_id = models.CharField(max_length=64)
    status = models.CharField(max_length=12)
    skus = ArrayField(models.TextField())
    page_digest = models.BinaryField(max_length=DIGEST)
    """Of what the marketplace's list told: a change means that detail is due."""
    seen = models.BinaryField()
    """channels.core.Seen as JSON: the list's line, or with the detail."""
    detailed = models.BooleanField(default=False)
    """Its detail was read since the list's line changed."""
    why = models.CharField(max_length=16, blank=True)
    """Why it could not be bound (listings.core.adopting.Why); empty where nobody tried yet."""
    claims = models.JSONField(default=list)
    """[seller, product key] of what it looks like, though it could not be bound."""
    first_met_at = models.DateTimeField()
    met_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["shop", "remote_id"], name="one_unbound_product")
        ]


class ShelfPrice(models.Model):
    """What buyers saw: an observed price and discount, from when until the next."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    listing = models.ForeignKey(
        Listing, on_delete=models.CASCADE, related_name="shelf_prices", db_index=False
    )
    price = models.DecimalField(max_digits=14, decimal_places=2)
    discount_price = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3)
    seen_from = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["seller", "listing"],
                condition=models.Q(until__isnull=True),
                name="one_shelf_price_now",
            )
        ]
        indexes: ClassVar = [
            # Whether the prices of many listings changed is told by the index alone.
            models.Index(
                fields=["listing"], include=["id", "until", "seller"], name="shelf_periods"
            )
        ]


class Observation(models.Model):
    """One walk through all that stands in a shop: proof of when it was looked at."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    """Owner of the shop."""
    shop = models.ForeignKey("channels.Shop", on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    """Null: broken off; nothing may be called gone by it."""
    products = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    """Products that no listing of ours is bound to."""

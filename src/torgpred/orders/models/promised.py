"""What lines were promised of the stock, and what they are short of."""

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Allocation(models.Model):
    """Pieces of a warehouse promised to a line; open until shipped or released."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    line = models.ForeignKey(
        "orders.Line", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    warehouse = models.ForeignKey(
        "stock.Warehouse",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    sku = models.CharField(max_length=255)
    pieces = models.PositiveIntegerField()
    shipped = models.BooleanField(null=True)
    """Null: open. True: the pieces left the warehouse. False: the promise was taken back."""
    lock = models.ForeignKey(
        "stock.Lock",
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        db_constraint=False,
        db_index=False,
    )
    """Out of which lock they were promised; null: they were free."""

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "sku"], condition=Q(shipped=None), name="open_allocations"
            ),
            models.Index(
                fields=["lock"], condition=Q(lock__isnull=False), name="allocations_of_locks"
            ),
        ]


class Why(models.TextChoices):
    """Why a line is short."""

    STOCK = "stock"  # fewer pieces than the marketplace sold
    UNKNOWN = "unknown"  # no offer of this SKU is known
    COUNT = "count"  # a stock-take found fewer than were promised


class Shortage(models.Model):
    """Pieces of a line that no warehouse has: on top of the inbox until settled."""

    seller = models.ForeignKey(
        "accounts.Tenant",
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
    )
    line = models.ForeignKey(
        "orders.Line", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    sku = models.CharField(max_length=255)
    pieces = models.PositiveIntegerField()
    why = models.CharField(max_length=8, choices=Why)
    noticed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=254, blank=True)
    remedy = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(why__in=Why.values), name="shortage_why")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["seller", "sku"], condition=Q(settled_at=None), name="open_shortages"
            )
        ]

"""Tables of the runtime: call slots, the journal of outbound calls, and whose turn a sweep is.

Nothing here points at a tenant by foreign key, since runtime lies below accounts; the journal
names its tenant by number and is under row security like everything else.
"""

from datetime import UTC, datetime
from typing import ClassVar

from django.db import models


class Slot(models.Model):
    """One rate shared by all processes: see `runtime.slots`. Times are the database's own."""

    key = models.TextField(primary_key=True)
    due_at = models.DateTimeField()
    """When the bucket will be empty again (GCRA's theoretical arrival time)."""
    bulk_due_at = models.DateTimeField()
    """The same, counting only lanes other than stock and orders, against their smaller share."""
    held_until = models.DateTimeField()
    """No lane passes before this moment: the other side said 429."""
    quick_until = models.DateTimeField(db_default=datetime(1970, 1, 1, tzinfo=UTC))
    """Until then somebody waits for stock or orders: other lanes leave the next slot to him."""


class Turn(models.Model):
    """When a registered piece of work is next to be looked at by the sweep."""

    key = models.TextField(primary_key=True)
    due_at = models.DateTimeField()


class Call(models.Model):
    """One outbound call in the journal. No bodies, headers or queries: no secrets, no people."""

    at = models.DateTimeField(auto_now_add=True)
    tenant_id = models.BigIntegerField()
    shop_id = models.BigIntegerField(null=True)
    operation = models.CharField(max_length=80)
    method = models.CharField(max_length=8)
    host = models.CharField(max_length=255)
    attempt = models.PositiveSmallIntegerField()
    status = models.PositiveSmallIntegerField(null=True)
    """HTTP status; null where no answer came."""
    milliseconds = models.PositiveIntegerField()
    bytes_out = models.PositiveIntegerField()
    bytes_in = models.PositiveIntegerField()
    error = models.CharField(max_length=80, blank=True)
    """Code of what went wrong, such as "timeout"; never the other side's text."""

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["tenant_id", "shop_id", "-at"], name="call_of_shop"),
            models.Index(fields=["at"], name="call_at"),
        ]

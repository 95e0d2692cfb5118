"""Files that strangers had assessed: kept for a day."""

from typing import ClassVar

from django.db import models


class Assessment(models.Model):
    """A file or an address that somebody without an account gave, and what was found.

    The operator's row: whoever holds the link's token sees it, and it is deleted with its file when
    its time is over. Open while `ended_at` is null.
    """

    operator = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    token_digest = models.BinaryField(unique=True)
    """SHA-256 of the secret part of the link."""
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=2000, blank=True)
    file = models.CharField(max_length=64, blank=True)
    """Reference of the kept file; empty while it was not fetched."""
    size = models.BigIntegerField(default=0)
    basis = models.CharField(max_length=10, blank=True)
    """What the file's prices are, where the asker said so."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.SmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    """When the first findings were there."""
    ended_at = models.DateTimeField(null=True)
    seen = models.IntegerField(default=0)
    look = models.BinaryField(null=True)
    result = models.BinaryField(null=True)
    trouble = models.JSONField(null=True)
    """Why there is no result: template and data of the error."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="assessment_expiry")]

"""Table of files that somebody gave to be taken in."""

from django.db import models


class ReadingRequest(models.Model):
    """A file that somebody gave; a worker takes it in. Open while `ended_at` is null."""

    seller = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    pictures = models.BooleanField(default=False, db_default=False)
    """A ZIP of pictures, of no feed: its feed's name is empty."""
    feed_name = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    file = models.CharField(max_length=64)
    accept_missing = models.BooleanField(default=False)
    asked_by = models.CharField(max_length=254)
    asked_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    entries = models.IntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    intake = models.ForeignKey(
        "catalogue.Intake", on_delete=models.CASCADE, null=True, related_name="+"
    )
    trouble = models.JSONField(null=True)
    report = models.JSONField(null=True)
    """What became of pictures: how many are kept, of how many offers, and the first findings."""

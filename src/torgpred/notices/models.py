"""What each member wants to be told, and what was written down to be told, under a unique key."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from torgpred.notices.core.kinds import Channel, Kind


class Wish(models.Model):
    """How a member wants to be told; one without a row is told all kinds by mail."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    member = models.OneToOneField("accounts.Member", on_delete=models.CASCADE, related_name="+")
    off = models.JSONField(default=list)
    """Kinds that are switched off."""
    mail = models.BooleanField(default=True)
    zone = models.CharField(max_length=40)
    quiet_from = models.PositiveSmallIntegerField()
    quiet_until = models.PositiveSmallIntegerField()
    digest_hour = models.PositiveSmallIntegerField()
    webhook = models.CharField(max_length=500, default="")
    """Address that notices are posted to; empty: none."""
    sealed = models.TextField(default="")
    """The secret that posts are signed with, sealed by the key file."""

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quiet_from__lt=24, quiet_until__lt=24, digest_hour__lt=24),
                name="wish_hours",
            )
        ]


class State(models.TextChoices):
    """How far a notice is."""

    WAITING = "waiting"
    TRYING = "trying"  # handed out: whether it arrived is not known unless it becomes another
    SENT = "sent"
    FAILED = "failed"


class Notice(models.Model):
    """One thing to tell one member by one channel."""

    tenant = models.ForeignKey("accounts.Tenant", on_delete=models.PROTECT, related_name="+")
    member = models.ForeignKey("accounts.Member", on_delete=models.CASCADE, related_name="+")
    channel = models.CharField(max_length=7)
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=300)
    """Names the thing: whoever finds it again adds nothing."""
    data = models.JSONField()
    """What fills the kind's sentence."""
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["member", "channel", "key"], name="told_once"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="notice_state"),
            models.CheckConstraint(
                condition=Q(kind__in=[one.value for one in Kind]), name="notice_kind"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[one.value for one in Channel]), name="notice_channel"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="notices_due")
        ]

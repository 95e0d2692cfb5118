"""Tenants and their members: operator, sellers, partners; who may do what at which."""

from typing import ClassVar

import pghistory
from django.db import models


class Kind(models.TextChoices):
    """What a tenant is to the operator."""

    OPERATOR = "operator"
    SELLER = "seller"
    PARTNER = "partner"


class Tenant(models.Model):
    """The operator, a seller or a partner. Scoped by its own id."""

    code = models.CharField(max_length=16, unique=True)
    """Short and checkable, read aloud: see kernel.ids."""
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=200)
    country = models.CharField(max_length=2)
    """ISO 3166 alpha-2 of the legal seat."""
    registration = models.CharField(max_length=32, blank=True)
    """INN, USCC or what else the country's register gives, check digits verified."""
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["kind"], condition=models.Q(kind=Kind.OPERATOR), name="one_operator"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="tenant_kind"),
        ]


class Role(models.TextChoices):
    """What a member may do at its tenant."""

    MANAGER = "manager"
    STAFF = "staff"
    READER = "reader"


@pghistory.track()
class Member(models.Model):
    """A person with a role at one tenant. Sign-in is added to it by the web shell."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="members")
    email = models.EmailField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=8, choices=Role)
    language = models.CharField(max_length=8, default="ru")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "email"], name="one_membership"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role"),
        ]

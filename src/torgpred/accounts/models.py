"""Tenants and their members: operator, sellers, partners; who may do what at which."""

from typing import ClassVar

import pghistory
import pgtrigger
from django.conf import settings
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
    """A person with a role at one tenant. `user` signs in as it; null until it was invited in."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="members")
    email = models.EmailField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=8, choices=Role)
    language = models.CharField(max_length=8, default="ru")
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "email"], name="one_membership"),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="member_role"),
        ]


class Invitation(models.Model):
    """A link by which a person becomes a member: used once, for some days, known by its digest."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    email = models.EmailField()
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=8, choices=Role)
    language = models.CharField(max_length=8, default="ru")
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the link's random part, of which nothing else is kept."""
    invited_by = models.CharField(max_length=254)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role"
            ),
            models.CheckConstraint(
                condition=models.Q(taken_at=None) | models.Q(withdrawn_at=None),
                name="taken_or_withdrawn",
            ),
        ]


class Representation(models.Model):
    """A member of the operator acts on behalf of a seller: from when, until when, and who."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    """The seller, who may read here who acted for it."""
    member_id = models.BigIntegerField()
    """The operator's member. No foreign key: the seller's scope does not see that row."""
    email = models.EmailField()
    name = models.CharField(max_length=200)
    began_at = models.DateTimeField()
    until = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["member_id", "tenant"], name="representation_by_member")
        ]


@pghistory.track()
class Contact(models.Model):
    """Whom the operator talks to at a seller, and what was said. The seller does not see it."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    """The operator: the note is its own."""
    seller = models.OneToOneField(Tenant, on_delete=models.PROTECT, related_name="+")
    contact = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    said_by = models.CharField(max_length=254)
    said_at = models.DateTimeField()


class Deed(models.Model):
    """Something that a member did in the browser: the trail that nobody can edit."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    """Whose affairs it touched."""
    at = models.DateTimeField()
    email = models.EmailField()
    on_behalf = models.BooleanField(default=False)
    """Done by a member of the operator for the seller."""
    what = models.CharField(max_length=80)
    """Name of the route."""
    about = models.CharField(max_length=200, blank=True)
    """Code, number or key of what it was done to; never a text that a buyer or member wrote."""

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="deeds_of_tenant")]
        triggers: ClassVar = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Token(models.Model):
    """How a program signs in for a tenant: known by its digest, for some things, for some time."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    scopes = models.JSONField()
    """What it may do: words of core.tokens.SCOPES."""
    digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the secret, of which nothing else is kept."""
    made_by = models.CharField(max_length=254)
    member = models.ForeignKey(Member, on_delete=models.PROTECT, null=True, related_name="+")
    """Who made it: it holds while that member manages the tenant. Null: made at a command line."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="tokens_of_tenant")]


class Write(models.Model):
    """A write that a program asked for, by its key: what was asked, and the answer once there."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    token = models.ForeignKey(Token, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    """SHA-256 of the request: method, address, body."""
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    """Of the answer; null while there is none."""
    body = models.BinaryField(default=bytes)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["token", "key"], name="one_write_a_key")
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="writes_by_time")]


class SavedView(models.Model):
    """A member's own view of a list at a tenant: what it filters and seeks, by a name."""

    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT, related_name="+")
    member_id = models.BigIntegerField()
    """Whose it is. No foreign key: the operator's member, too, keeps views at a seller."""
    page = models.CharField(max_length=20)
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=500)
    kept_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "member_id", "page", "name"], name="one_view_a_name"
            )
        ]

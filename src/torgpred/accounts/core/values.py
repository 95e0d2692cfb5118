"""Tenants and members as other areas see them."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class TenantCard:
    """The operator, a seller or a partner. `kind` is one of those three words."""

    id: int
    code: str
    kind: str
    name: str
    country: str
    registration: str


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A person with a role ("manager", "staff", "reader") at one tenant."""

    id: int
    tenant_id: int
    email: str
    name: str
    role: str
    language: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's place at a tenant's desk; `represents`: the operator's member, for a seller."""

    tenant: TenantCard
    member: MemberCard
    represents: bool = False


@dataclass(frozen=True, slots=True)
class InvitationCard:
    """An invitation as lists show it; `state`: "open", "expired", "taken", "withdrawn"."""

    id: int
    tenant_id: int
    email: str
    name: str
    role: str
    language: str
    invited_by: str
    made_at: datetime
    expires_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class RepresentationCard:
    """Somebody of the operator who acts, or acted, on behalf of a seller.

    `until` is when it ends at the latest, `ended_at` when it was ended before; `lasts` tells
    whether it goes on now.
    """

    id: int
    tenant_id: int
    email: str
    name: str
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    lasts: bool


@dataclass(frozen=True, slots=True)
class DeedCard:
    """Something a member did in the browser."""

    id: int
    tenant: str
    at: datetime
    email: str
    on_behalf: bool
    what: str
    about: str

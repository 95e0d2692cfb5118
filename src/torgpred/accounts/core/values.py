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

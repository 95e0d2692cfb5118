"""Reads of accounts."""

from hashlib import sha256

from torgpred.accounts.core.errors import (
    UnknownInvitationError,
    UnknownMemberError,
    UnknownTenantError,
)
from torgpred.accounts.core.values import (
    DeedCard,
    InvitationCard,
    MemberCard,
    RepresentationCard,
    Seat,
    TenantCard,
)
from torgpred.accounts.models import Deed, Invitation, Kind, Member, Representation, Tenant
from torgpred.accounts.selectors.people import contact, people
from torgpred.accounts.selectors.saved import saved_views
from torgpred.accounts.selectors.trail import everything, kinds, trail
from torgpred.kernel import ids
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope

__all__ = [
    "contact",
    "deeds",
    "everything",
    "invitation",
    "invitations",
    "kinds",
    "member_card",
    "member_of",
    "members",
    "memberships",
    "partners",
    "people",
    "representations",
    "represents",
    "saved_views",
    "seat",
    "sellers",
    "tenant",
    "tenant_by_id",
    "tenant_card",
    "trail",
]


def tenant_card(tenant: Tenant) -> TenantCard:
    """Return a tenant as a frozen value."""
    return TenantCard(
        id=tenant.pk,
        code=tenant.code,
        kind=str(tenant.kind),
        name=tenant.name,
        country=tenant.country,
        registration=tenant.registration,
    )


def member_card(member: Member) -> MemberCard:
    """Return a member as a frozen value."""
    return MemberCard(
        id=member.pk,
        tenant_id=member.tenant_id,
        email=member.email,
        name=member.name,
        role=str(member.role),
        language=member.language,
        ended_at=member.ended_at,
    )


def tenant(given: str) -> TenantCard:
    """Return a tenant by its code, in any case; a made-up one also as it may be misread.

    Made-up codes are checkable: an O read for a 0, or a dash put in, is forgiven.
    Raises UnknownTenantError.
    """
    code = given.strip().upper()
    number = ids.decode(code)
    meant = code if number is None else ids.encode(number)
    with operator_scope():
        found = {one.code: one for one in Tenant.objects.filter(code__in=[code, meant])}
    tenant = found.get(code) or found.get(meant)
    if tenant is None:
        raise UnknownTenantError(given=given)
    return tenant_card(tenant)


def tenant_by_id(tenant_id: int) -> TenantCard:
    """Return a tenant by its id.

    Raises UnknownTenantError.
    """
    with operator_scope():
        found = Tenant.objects.filter(pk=tenant_id).first()
    if found is None:
        raise UnknownTenantError(given=str(tenant_id))
    return tenant_card(found)


def sellers() -> list[TenantCard]:
    """Return all sellers of the installation, by code. For the operator's eyes."""
    with operator_scope():
        return [
            tenant_card(row) for row in Tenant.objects.filter(kind=Kind.SELLER).order_by("code")
        ]


def operators() -> list[TenantCard]:
    """Return the operator, in a list; an empty one before there is any."""
    with operator_scope():
        return [tenant_card(row) for row in Tenant.objects.filter(kind="operator")]


def members(tenant_id: int) -> list[MemberCard]:
    """Return the members of a tenant, ended ones last."""
    with scope(tenant_id):
        rows = Member.objects.order_by("ended_at", "email")
        return [member_card(row) for row in rows]


def member_of(tenant_id: int, email: str) -> MemberCard:
    """Return a tenant's member by mail address, in any case.

    Raises UnknownMemberError.
    """
    with scope(tenant_id):
        found = Member.objects.filter(email=email.strip().lower()).first()
    if found is None:
        raise UnknownMemberError(given=email)
    return member_card(found)


def partners() -> list[TenantCard]:
    """Return all partners of the installation, by code. For the operator's eyes."""
    with operator_scope():
        rows = Tenant.objects.filter(kind=Kind.PARTNER).order_by("code")
        return [tenant_card(row) for row in rows]


def memberships(user_id: int) -> list[tuple[MemberCard, TenantCard]]:
    """Return what a person is a member of: the operator first, then by name. Ended ones are out."""
    with operator_scope():
        rows = Member.objects.filter(
            user_id=user_id, ended_at=None, tenant__closed_at=None
        ).select_related("tenant")
        pairs = [(member_card(row), tenant_card(row.tenant)) for row in rows]
    return sorted(pairs, key=lambda pair: (pair[1].kind != "operator", pair[1].name))


def invitation(token: str) -> InvitationCard:
    """Return an invitation by the secret part of its link.

    Raises UnknownInvitationError.
    """
    with operator_scope():
        found = Invitation.objects.filter(digest=sha256(token.encode()).digest()).first()
    if found is None:
        raise UnknownInvitationError
    return _invitation_card(found)


def invitations(tenant_id: int) -> list[InvitationCard]:
    """Return a tenant's invitations that were not taken or withdrawn, the newest first."""
    with scope(tenant_id):
        rows = Invitation.objects.filter(taken_at=None, withdrawn_at=None).order_by("-id")
        return [_invitation_card(row) for row in rows]


def _invitation_card(row: Invitation) -> InvitationCard:
    state = "expired" if row.expires_at <= now() else "open"
    if row.taken_at or row.withdrawn_at:
        state = "taken" if row.taken_at else "withdrawn"
    return InvitationCard(
        id=row.pk,
        tenant_id=row.tenant_id,
        email=row.email,
        name=row.name,
        role=str(row.role),
        language=row.language,
        invited_by=row.invited_by,
        made_at=row.made_at,
        expires_at=row.expires_at,
        state=state,
    )


def represents(member_id: int, seller_id: int) -> bool:
    """Tell whether a member of the operator acts on behalf of a seller now."""
    with operator_scope():
        rows = Representation.objects.filter(member_id=member_id, tenant_id=seller_id)
        return rows.filter(ended_at=None, until__gt=now()).exists()


def seat(user_id: int, kind: str, code: str) -> Seat | MemberCard | None:
    """Return where a person sits at the desk of a kind of tenant; None where it may not.

    A member of the operator who may represent the seller named, and does not now, is returned
    itself: it has to step in first. The operator's desk needs no code.
    """
    mine = memberships(user_id)
    for member, own in mine:
        if own.kind == kind and (kind == "operator" or own.code == code.upper()):
            return Seat(own, member)
    operator = next((member for member, own in mine if own.kind == "operator"), None)
    if kind != "seller" or operator is None:
        return None
    try:
        seller = tenant(code)
    except UnknownTenantError:
        return None
    if seller.kind != "seller":
        return None
    return (
        Seat(seller, operator, represents=True) if represents(operator.id, seller.id) else operator
    )


def standing_of(asked: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Return those (member, tenant) of which the member may see the tenant's desk now.

    That is its own tenant while its membership lasts, or a seller that it represents.
    """
    members, tenants = {one for one, _ in asked}, {one for _, one in asked}
    with operator_scope():
        lasting = Member.objects.filter(pk__in=members, ended_at=None, tenant__closed_at=None)
        own = set(lasting.values_list("id", "tenant_id"))
        acting = Representation.objects.filter(
            member_id__in={one for one, _ in own}, tenant_id__in=tenants, ended_at=None,
            until__gt=now(),
        )  # fmt: skip
        return (own | set(acting.values_list("member_id", "tenant_id"))) & asked


def representations(seller_id: int, limit: int = 50) -> list[RepresentationCard]:
    """Return who of the operator acted on behalf of a seller, the newest first."""
    with scope(seller_id):
        return [
            RepresentationCard(
                id=row.pk,
                tenant_id=row.tenant_id,
                email=row.email,
                name=row.name,
                began_at=row.began_at,
                until=row.until,
                ended_at=row.ended_at,
                lasts=row.ended_at is None and row.until > now(),
            )
            for row in Representation.objects.order_by("-id")[:limit]
        ]


def deeds(
    *,
    tenant_id: int | None = None,
    before: int | None = None,
    limit: int = 100,
    what: str = "",
    about: str = "",
) -> list[DeedCard]:
    """Return what was done in the browser, the newest first: at one tenant, or everywhere.

    `before` is the id of the last one of the page before; `what` and `about` leave out others.
    """
    opened = operator_scope() if tenant_id is None else scope(tenant_id)
    with opened:
        rows = Deed.objects.select_related("tenant").order_by("-id")
        if before is not None:
            rows = rows.filter(id__lt=before)
        if what:
            rows = rows.filter(what=what)
        if about:
            rows = rows.filter(about=about)
        return [
            DeedCard(
                id=row.pk,
                tenant=row.tenant.code,
                at=row.at,
                email=row.email,
                on_behalf=row.on_behalf,
                what=row.what,
                about=row.about,
            )
            for row in rows[:limit]
        ]

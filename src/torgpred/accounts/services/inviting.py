"""Invitations: a link that makes a person a member, once."""

import secrets
from datetime import timedelta
from hashlib import sha256
from typing import Final

from django.db import transaction

from torgpred.accounts.core.entries import checked_email, checked_language, checked_name
from torgpred.accounts.core.errors import (
    InvitationOverError,
    MemberExistsError,
    UnknownInvitationError,
)
from torgpred.accounts.core.values import MemberCard
from torgpred.accounts.models import Invitation, Member
from torgpred.accounts.selectors import member_card
from torgpred.accounts.services.people import make_person
from torgpred.accounts.services.tenants import checked_role
from torgpred.kernel.clock import now
from torgpred.runtime.scope import operator_scope, scope

LASTS: Final = timedelta(days=7)


def invite(
    *, tenant_id: int, email: str, name: str, role: str, invited_by: str, language: str = "ru"
) -> str:
    """Make an invitation and return the secret part of its link, which is kept nowhere.

    It holds for seven days and for one person. A later invitation of the same address takes the
    place of an earlier one. Raises UnfitEntryError, MemberExistsError.
    """
    address = checked_email(email)
    token = secrets.token_urlsafe(32)
    moment = now()
    with scope(tenant_id):
        if Member.objects.filter(email=address, ended_at=None, user__isnull=False).exists():
            raise MemberExistsError(email=address)
        open_ones = Invitation.objects.filter(email=address, taken_at=None, withdrawn_at=None)
        open_ones.update(withdrawn_at=moment)
        Invitation.objects.create(
            tenant_id=tenant_id,
            email=address,
            name=checked_name(name),
            role=checked_role(role),
            language=checked_language(language),
            digest=_digest(token),
            invited_by=invited_by,
            made_at=moment,
            expires_at=moment + LASTS,
        )
    return token


def withdraw_invitation(*, tenant_id: int, invitation_id: int) -> None:
    """Make an invitation's link worthless. Twice is the same as once.

    Raises UnknownInvitationError, InvitationOverError where it was used already.
    """
    with scope(tenant_id):
        found = Invitation.objects.select_for_update().filter(pk=invitation_id).first()
        if found is None:
            raise UnknownInvitationError
        if found.taken_at is not None:
            raise InvitationOverError
        if found.withdrawn_at is None:
            found.withdrawn_at = now()
            found.save(update_fields=["withdrawn_at"])


def take_invitation(*, token: str, user_id: int | None = None, password: str = "") -> MemberCard:
    """Use an invitation: by whoever is signed in (`user_id`), or by a new person with a password.

    Exactly once: the row is locked and marked in the transaction that makes the member. Raises
    UnknownInvitationError, InvitationOverError, PersonKnownError where the address signs in
    already and must do so first.
    """
    with operator_scope():
        found = Invitation.objects.select_for_update().filter(digest=_digest(token)).first()
        if found is None:
            raise UnknownInvitationError
        if found.taken_at or found.withdrawn_at or found.expires_at <= now():
            raise InvitationOverError
        with transaction.atomic():
            person = user_id or make_person(found.email, found.name, password).pk
            found.taken_at = now()
            found.save(update_fields=["taken_at"])
            wanted = {
                "name": found.name,
                "role": found.role,
                "language": found.language,
                "user_id": person,
                "ended_at": None,
            }
            member, _ = Member.objects.update_or_create(
                tenant_id=found.tenant_id, email=found.email, defaults=wanted
            )
            return member_card(member)


def _digest(token: str) -> bytes:
    # 256 random bits: nothing to be gained from a slow digest.
    return sha256(token.encode()).digest()

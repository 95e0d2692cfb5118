"""People who sign in. What one may see is decided by memberships, never by the person's row."""

from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from torgpred.accounts.core.entries import checked_email, checked_name
from torgpred.accounts.core.errors import (
    PersonKnownError,
    UnfitPasswordError,
    UnknownMemberError,
)
from torgpred.accounts.core.values import MemberCard
from torgpred.accounts.models import Member
from torgpred.accounts.selectors import member_card
from torgpred.accounts.services.tenants import checked_role
from torgpred.runtime.scope import scope

_LONGEST = 150
"""Letters of Django's user name, which is the address here, so that it is there once."""


def make_person(email: str, name: str, password: str) -> User:
    """Make a person who signs in with a password. Inside a transaction.

    Raises UnfitEntryError, UnfitPasswordError (in the language in use), PersonKnownError.
    """
    address = checked_email(email)
    called = checked_name(name)
    if User.objects.filter(username=address[:_LONGEST]).exists():
        raise PersonKnownError(email=address)
    person = User(username=address[:_LONGEST], email=address, first_name=called[:_LONGEST])
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise UnfitPasswordError(why=" ".join(error.messages)) from error
    person.set_password(password)
    person.save(force_insert=True)
    return person


def person_of(email: str) -> User:
    """Return who signs in with an address. Raises UnknownMemberError."""
    found = User.objects.filter(username=email[:_LONGEST], is_active=True).first()
    if found is None:
        raise UnknownMemberError(given=email)
    return found


def ensure_person(*, email: str, name: str) -> User:
    """Return a person who signs in without a password, made on first call: for the demo only."""
    address = checked_email(email)
    with transaction.atomic():
        person, made = User.objects.get_or_create(
            username=address[:_LONGEST], defaults={"email": address, "first_name": name}
        )
        if made:
            person.set_unusable_password()
            person.save(update_fields=["password"])
    return person


def ensure_member(*, tenant_id: int, email: str, name: str, role: str, user_id: int) -> MemberCard:
    """Return a person's membership with this role, made on first call: for the demo only."""
    wanted = {"name": name, "role": checked_role(role), "user_id": user_id, "ended_at": None}
    with scope(tenant_id):
        member, _ = Member.objects.get_or_create(
            tenant_id=tenant_id, email=checked_email(email), defaults=wanted
        )
        return member_card(member)

"""Writes of accounts: tenants, members, invitations, who acts for whom, and the trail of it."""

from torgpred.accounts.services.candidates import add_candidate, note_contact
from torgpred.accounts.services.inviting import invite, take_invitation, withdraw_invitation
from torgpred.accounts.services.people import ensure_member, ensure_person, person_of
from torgpred.accounts.services.representing import leave, represent
from torgpred.accounts.services.saving import forget_view, forget_views_naming, keep_view
from torgpred.accounts.services.tenants import (
    acting,
    add_member,
    add_partner,
    add_seller,
    end_membership,
    ensure_operator,
    set_role,
)
from torgpred.accounts.services.tokens import make_token, revoke_token
from torgpred.accounts.services.trail import record_deed

__all__ = [
    "acting",
    "add_candidate",
    "add_member",
    "add_partner",
    "add_seller",
    "end_membership",
    "ensure_member",
    "ensure_operator",
    "ensure_person",
    "forget_view",
    "forget_views_naming",
    "invite",
    "keep_view",
    "leave",
    "make_token",
    "note_contact",
    "person_of",
    "record_deed",
    "represent",
    "revoke_token",
    "set_role",
    "take_invitation",
    "withdraw_invitation",
]

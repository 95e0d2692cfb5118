"""What can go wrong with tenants and members."""

from torgpred.kernel.errors import TorgpredError


class UnknownTenantError(TorgpredError):
    """No tenant has this code."""

    code = "accounts.unknown_tenant"
    template = "No seller, partner or operator {given!r} is known. See: torgpred seller list."


class TenantExistsError(TorgpredError):
    """The code is taken, or there is an operator already."""

    code = "accounts.tenant_exists"
    template = "{given!r} exists already."


class MemberExistsError(TorgpredError):
    """The person is a member of this tenant already."""

    code = "accounts.member_exists"
    template = "{email} is a member there already. Change the role instead."


class UnknownMemberError(TorgpredError):
    """No such member at this tenant."""

    code = "accounts.unknown_member"
    template = "Member {given} is not known at this tenant."


class UnfitEntryError(TorgpredError):
    """A name, code, country or address that cannot be one."""

    code = "accounts.unfit_entry"
    template = "{value!r} cannot be a {what}: {why}."


class LastManagerError(TorgpredError):
    """Somebody must be left who can manage the installation."""

    code = "accounts.last_manager"
    template = "This is the operator's last manager. Make another member a manager first."


class UnknownInvitationError(TorgpredError):
    """No invitation has this link."""

    code = "accounts.unknown_invitation"
    template = "This invitation is not known. Ask for a new one."


class InvitationOverError(TorgpredError):
    """The link was used, withdrawn, or too old."""

    code = "accounts.invitation_over"
    template = "This invitation was used, withdrawn or has expired. Ask for a new one."


class PersonKnownError(TorgpredError):
    """The address signs in already."""

    code = "accounts.person_known"
    template = "{email} signs in here already. Sign in first, then open the invitation again."


class UnfitPasswordError(TorgpredError):
    """The password is too weak."""

    code = "accounts.unfit_password"
    template = "{why}"

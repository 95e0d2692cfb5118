"""The trail of what members do in the browser."""

from torgpred.accounts.models import Deed
from torgpred.kernel.clock import now
from torgpred.runtime.scope import scope


def record_deed(*, tenant_id: int, email: str, on_behalf: bool, what: str, about: str) -> None:
    """Write down that a member did something; nobody edits it afterwards."""
    with scope(tenant_id):
        Deed.objects.create(
            tenant_id=tenant_id,
            at=now(),
            email=email,
            on_behalf=on_behalf,
            what=what[:80],
            about=about[:200],
        )

"""Jobs of accounts: what is over is forgotten: answers of programs' writes, sign-ins."""

from django.contrib.sessions.models import Session

from torgpred.accounts.services import writes
from torgpred.kernel.clock import now


def forget_old_writes() -> bool:
    """Delete writes whose day is over; True where more are."""
    return writes.forget_old_writes()


def forget_old_sessions() -> None:
    """Delete sessions that are over, with whatever they kept."""
    Session.objects.filter(expire_date__lt=now()).delete()

"""Jobs of accounts: answers of programs' writes are forgotten after their day."""

from torgpred.accounts.services import writes


def forget_old_writes() -> bool:
    """Delete writes whose day is over; True where more are."""
    return writes.forget_old_writes()

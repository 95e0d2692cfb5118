"""Work in a thread that somebody counts: whatever happens in it, it ends in an answer."""

from collections.abc import Callable

from django.db import close_old_connections

from torgpred.runtime.database.errors import lost
from torgpred.runtime.observability import logger

_log = logger(__name__)


def attempt(work: Callable[[], bool], failed: str, **about: object) -> bool:
    """Do work once; True where more is left, also where the database was lost: then do it again.

    Raises nothing, so that whoever counts threads, or what they have in hand, counts right: what
    the work raises is logged as `failed` with what it is `about`. Its connection is let go of
    where it is broken or old, before and after.
    """
    try:
        close_old_connections()
        try:
            return work()
        finally:
            close_old_connections()
    except Exception as error:  # noqa: BLE001 - the edge of a thread: a later look does it again
        if lost(error):
            return True
        _log.exception(failed, **about)
        return False

"""Notices that were sent, or could not be, are forgotten after a set time."""

from datetime import datetime, timedelta
from typing import Final

from torgpred.kernel.clock import now
from torgpred.notices.models import Notice, State
from torgpred.runtime.scope import operator_scope

KEPT: Final = timedelta(days=180)
"""So long a notice is kept. What still stands then is told anew: it was left for half a year."""
MOST: Final = 10_000
"""Notices that are forgotten in one transaction."""


def prune(moment: datetime | None = None) -> bool:
    """Forget old notices, at most MOST of them; True where more are left. One that waits stays."""
    until = (moment or now()) - KEPT
    with operator_scope():
        old = Notice.objects.filter(made_at__lt=until).exclude(state=State.WAITING)
        ids = list(old.order_by("id").values_list("id", flat=True)[:MOST])
        Notice.objects.filter(pk__in=ids).delete()
    return len(ids) == MOST

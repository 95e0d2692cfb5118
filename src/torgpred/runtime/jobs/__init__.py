"""Jobs: somebody is told to go and look; what there is to do stands in domain rows.

A lower area calls `wake("stock.changed")` in the transaction that wrote its row of changes; an
area above registered its work for that name with `on` in `apps.py`. A wake-up may come twice, late
or never: work claims rows set-wise under a lease, and a sweep looks anyway every few seconds.
"""

from torgpred.runtime.jobs.attempts import attempt
from torgpred.runtime.jobs.registry import Handler, Lane, handlers, on, stopping, wake

__all__ = ["Handler", "Lane", "attempt", "handlers", "on", "stopping", "wake"]

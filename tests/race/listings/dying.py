# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""Processes that apply a plan and are killed: `python -m tests.race.listings.dying`.

Arguments: seller, plan, seconds to settle, "on" or "off". For each line on standard input a new
process goes on with the apply, as a restarted worker would; its id is printed, and how it ended.
It is forked from this one, which holds no connection, so that a restart takes no second.
With the guard off, an unclear create is sent again without looking for it first: the control.
"""

import os
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from unittest import mock

import django

if TYPE_CHECKING:
    from torgpred.listings.services.working import Work

BATCH = 3
"""Products of one call, so that an apply of a few hundred has many moments to die in."""


def main(seller_id: int, plan_id: int, settle: float, guard: str) -> None:
    """Start a process for each line, and tell what became of it."""
    django.setup()
    from torgpred.listings.services import applying

    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            if guard == "off":
                mock.patch.object(applying, "look_for_unclear", send_again).start()
            applying.carry_out(hurried(seller_id, plan_id, settle))
            os._exit(0)
        _tell(child)
        _, status = os.waitpid(child, 0)
        _tell(os.waitstatus_to_exitcode(status))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def hurried(seller_id: int, plan_id: int, settle: float) -> "Work":
    """Return the apply with all its waits shortened; the rules are those of life."""
    import msgspec

    from torgpred.connectors.aliexpress_ru import AliExpressRussia
    from torgpred.listings.services import applying
    from torgpred.listings.services.working import Timing

    AliExpressRussia.limits = tuple(
        msgspec.structs.replace(limit, amount=limit.amount * 10)
        for limit in AliExpressRussia.limits
    )
    work = applying.work_of(seller_id, plan_id)
    capabilities = msgspec.structs.replace(
        work.capabilities,
        settle_seconds=settle,
        batch=dict.fromkeys(work.capabilities.batch, BATCH),
    )
    timing = Timing(
        look_again=timedelta(seconds=0.2),
        first_poll=timedelta(seconds=0.2),
        longest_poll=timedelta(seconds=0.8),
        back_off=timedelta(seconds=0.1),
        longest_rest=timedelta(seconds=0.3),
    )
    return msgspec.structs.replace(work, capabilities=capabilities, timing=timing)


def faster(limits: tuple[Any, ...], times: int = 10) -> tuple[Any, ...]:
    """Return a family's limits with so many times the amounts."""
    import msgspec

    return tuple(msgspec.structs.replace(one, amount=one.amount * times) for one in limits)


def send_again(work: "Work") -> None:
    """Let unclear creates go out again at once."""
    from django.db import connection

    from torgpred.runtime.scope import scope

    with scope(work.seller_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_step SET state = 'waiting', not_before = NULL"
            " WHERE plan_id = %s AND state = 'unclear'",
            [work.plan_id],
        )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4])

# ruff: noqa: PLC0415 - areas can be imported only once Django is set up
"""One of several processes that apply the same plan: `python -m tests.race.listings.sharing`.

Arguments: seller, plan, "on" or "off". It says when it is ready and begins once its input ends, so
that all begin together. With the guard off, steps are claimed without looking
whether another process holds them already: the control that proves the race is real.
"""

import sys
import time
from datetime import datetime

import django


def unguarded(
    *, plan_id: int, now: datetime, batch: dict[object, int], resting: object = ()
) -> tuple[object, ...]:
    """Claim as `steps.claim_waiting` does, without lock, lease and fence."""
    from django.db import connection

    from torgpred.listings.services import steps

    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {steps._FIELDS} FROM listings_step step"
            " WHERE plan_id = %s AND state = 'waiting' ORDER BY number LIMIT 5",
            [plan_id],
        )
        found = steps._claimed(cursor.fetchall())
    time.sleep(0.05)
    return found


def main(seller_id: int, plan_id: int, guard: str) -> None:
    """Apply the plan to its end."""
    django.setup()
    from django.db import connection

    from torgpred.listings.services import applying, steps
    from torgpred.listings.services.steps import claim_waiting
    from torgpred.runtime import slots

    slots.take = lambda *_, **__: 0.0  # rates are tried elsewhere

    def few(*, batch: dict[object, int], **given: object) -> tuple[object, ...]:
        return claim_waiting(batch=dict.fromkeys(batch, 5), **given)  # type: ignore[arg-type]

    steps.claim_waiting = few if guard == "on" else unguarded  # type: ignore[assignment]
    connection.ensure_connection()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.read()
    applying.run(seller_id=seller_id, plan_id=plan_id)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

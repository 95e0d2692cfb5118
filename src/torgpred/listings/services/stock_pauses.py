"""Shops that are told nothing for now: they do not answer, or a person has to mend something."""

from datetime import datetime

from django.db import connection

from torgpred.kernel.errors import NeedsPersonError, TorgpredError
from torgpred.listings import models
from torgpred.runtime import jobs
from torgpred.runtime.scope import operator_scope

LONGEST = 60.0
FOR_A_PERSON = 300.0
"""Seconds until we look whether a person has mended it; `try_again` looks at once."""


def at_rest(shop_id: int, moment: datetime) -> bool:
    """Tell whether a shop is at rest. Inside the operator's scope, as all but `try_again`."""
    return models.StockPause.objects.filter(shop_id=shop_id, until__gt=moment).exists()


def rest(shop_id: int, tenant_id: int, error: TorgpredError, moment: datetime) -> None:
    """Let a shop rest: as long as it said, or seconds that double from one to LONGEST.

    Several that fail at once count as one failure.
    """
    person = isinstance(error, NeedsPersonError)
    told = error.data.get("after")
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO listings_stockpause AS pause
                (tenant_id, shop_id, since, until, failures, needs_person, reason)
            VALUES (%(tenant)s, %(shop)s, %(now)s,
                    %(now)s + make_interval(secs => coalesce(%(told)s, 1.0)),
                    1, %(person)s, %(reason)s)
            ON CONFLICT (shop_id) DO UPDATE
            SET failures = least(pause.failures + 1, 100), reason = excluded.reason,
                needs_person = excluded.needs_person,
                until = %(now)s + make_interval(secs => coalesce(
                    %(told)s, least(2 ^ least(pause.failures, 10), %(most)s)))
            WHERE pause.until <= %(now)s
            """,
            {
                "tenant": tenant_id,
                "shop": shop_id,
                "now": moment,
                "told": FOR_A_PERSON if person else _seconds(told),
                "most": LONGEST,
                "person": person,
                "reason": str(error),
            },
        )


def over(shop_id: int) -> None:
    """Note that the shop takes what it is told."""
    models.StockPause.objects.filter(shop_id=shop_id).delete()


def try_again(*, shop_id: int) -> None:
    """Tell a shop at once what it rests from, refused products too: somebody mended something."""
    with operator_scope():
        over(shop_id)
        models.StockTelling.objects.filter(shop_id=shop_id, not_before__isnull=False).update(
            not_before=None
        )
        jobs.wake("stock.changed")


def _seconds(told: object) -> float | None:
    return float(told) if isinstance(told, int | float) else None

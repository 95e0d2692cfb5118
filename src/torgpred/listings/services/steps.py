"""Steps in the database: claimed under a lease, recorded set-wise behind a fence.

A claim raises the step's fence; every later write names the fence it was claimed with, so a worker
that lost its lease (killed, paused, cut off) can no longer change what another one took over.
A living holder renews its leases for as long as its call takes; a holder that is known to be dead
loses them at once (`runtime.holders`).
"""

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

import msgspec
from django.db import DatabaseError, connection

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft
from torgpred.kernel.clock import now as clock_now
from torgpred.runtime import holders
from torgpred.runtime.observability import logger
from torgpred.runtime.scope import scope

LEASE = timedelta(seconds=120)
RENEWALS = 4
"""So often a lease is renewed in its own length: a missed renewal or two do no harm."""

_log = logger(__name__)


_DUE = """
    step.plan_id = %(plan)s AND step.state = 'waiting'
    AND (step.not_before IS NULL OR step.not_before <= %(now)s)
    AND NOT step.action = ANY(%(resting)s)
    AND (step.action <> 'resume' OR NOT EXISTS (
        SELECT 1 FROM listings_step earlier
        WHERE earlier.seller_id = step.seller_id AND earlier.plan_id = step.plan_id
          AND earlier.number = step.number - 1 AND earlier.product_key = step.product_key
          AND earlier.state IN ('waiting', 'claimed', 'submitted', 'unclear')))
"""
"""Steps that may go out now: a product is brought back only after its update has ended."""


class ClaimedStep(msgspec.Struct, frozen=True):
    """A step that this process holds until its lease ends."""

    id: int
    fence: int
    number: int
    product_key: str
    action: Action
    remote_id: str
    attempts: int
    draft_digest: bytes | None
    put_off: int
    submission_id: int | None
    """The submission that it was accepted with last; None where it never was."""


_FIELDS = ", ".join(f"step.{name}" for name in ClaimedStep.__struct_fields__)


def claim_waiting(
    *, plan_id: int, now: datetime, batch: dict[Action, int], resting: Collection[str] = ()
) -> tuple[ClaimedStep, ...]:
    """Claim the next waiting steps of one action, at most the marketplace's batch of it.

    Steps of a resting action are left alone.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT action FROM listings_step step WHERE {_DUE} ORDER BY number LIMIT 1",  # noqa: S608
            {"plan": plan_id, "now": now, "resting": list(resting)},
        )
        row = cursor.fetchone()
        if row is None:
            return ()
        cursor.execute(
            f"""
            WITH due AS (
                SELECT step.id FROM listings_step step
                WHERE {_DUE} AND step.action = %(action)s
                ORDER BY step.number LIMIT %(most)s FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE listings_step step
            SET state = 'claimed', fence = fence + 1, lease_until = %(lease)s,
                holder = %(holder)s, attempts = attempts + 1
            FROM due WHERE step.id = due.id
            RETURNING {_FIELDS}
            """,  # noqa: S608 - constants only
            {
                "plan": plan_id,
                "action": row[0],
                "now": now,
                "most": batch.get(Action(row[0]), 1),
                "lease": now + LEASE,
                "holder": holders.me(),
                "resting": list(resting),
            },
        )
        return _claimed(cursor.fetchall())


def any_due(*, plan_id: int, now: datetime, resting: Collection[str] = ()) -> bool:
    """Tell whether a waiting step of an action that does not rest may go out now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM listings_step step WHERE {_DUE})",  # noqa: S608
            {"plan": plan_id, "now": now, "resting": list(resting)},
        )
        return bool(cursor.fetchone()[0])


def after_failed(step_ids: Sequence[int]) -> list[int]:
    """Return which steps follow a step of the same product that was refused or skipped."""
    if not step_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT step.id FROM listings_step step
            JOIN listings_step earlier
              ON earlier.seller_id = step.seller_id AND earlier.plan_id = step.plan_id
             AND earlier.number = step.number - 1 AND earlier.product_key = step.product_key
            WHERE step.id = ANY(%s) AND earlier.state IN ('refused', 'skipped')
            """,
            [list(step_ids)],
        )
        return [row[0] for row in cursor.fetchall()]


def claim_unclear(*, plan_id: int, now: datetime, limit: int) -> tuple[ClaimedStep, ...]:
    """Claim steps whose outcome is unclear and whose next look is due."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH due AS (
                SELECT id FROM listings_step
                WHERE plan_id = %s AND state = 'unclear' AND not_before <= %s
                ORDER BY number LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE listings_step step SET fence = fence + 1, not_before = %s, holder = %s
            FROM due WHERE step.id = due.id
            RETURNING {_FIELDS}
            """,  # noqa: S608 - constants only
            [plan_id, now, limit, now + LEASE, holders.me()],
        )
        return _claimed(cursor.fetchall())


@contextmanager
def renewing(seller_id: int, claimed: Sequence[ClaimedStep]) -> Iterator[None]:
    """Keep claimed steps from being taken over for as long as the block takes, however long.

    A thread with a connection of its own renews them; it does nothing where the block is done
    before the first renewal is due.
    """
    over = threading.Event()

    def renew() -> None:
        try:
            while not over.wait(LEASE.total_seconds() / RENEWALS):
                try:
                    with scope(seller_id):
                        _renew(claimed, clock_now() + LEASE)
                except DatabaseError:
                    _log.warning("leases not renewed", steps=len(claimed), exc_info=True)
                finally:
                    connection.close()
        finally:
            connection.close()

    thread = threading.Thread(target=renew, name="torgpred-leases", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _renew(claimed: Sequence[ClaimedStep], until: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_step step SET lease_until = %s"
            " FROM unnest(%s::bigint[], %s::int[]) AS given (id, fence)"
            " WHERE step.id = given.id AND step.fence = given.fence AND step.state = 'claimed'",
            [until, [step.id for step in claimed], [step.fence for step in claimed]],
        )


def recover_expired(*, plan_id: int, now: datetime, settle: timedelta) -> int:
    """Free steps whose holder is gone: creates become unclear, the rest may simply be sent again.

    Prices, content and states are absolute values, so sending them twice does no harm; a second
    create would make a second product. A holder that is known to be dead loses its steps before
    their lease ends, and its try counts as none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT holder FROM listings_step"
            " WHERE plan_id = %s AND state IN ('claimed', 'unclear') AND holder <> ''",
            [plan_id],
        )
        dead = [holder for (holder,) in cursor.fetchall() if holders.known_dead(holder)]
        cursor.execute(
            """
            UPDATE listings_step
            SET state = CASE WHEN action = 'create' THEN 'unclear' ELSE 'waiting' END,
                fence = fence + 1, holder = '',
                attempts = attempts - (holder = ANY(%(dead)s) AND attempts > 0)::int,
                not_before = CASE WHEN action = 'create' THEN %(now)s::timestamptz END,
                lease_until = CASE WHEN action = 'create' THEN %(settled)s::timestamptz END
            WHERE plan_id = %(plan)s AND state = 'claimed'
              AND (lease_until < %(now)s OR holder = ANY(%(dead)s))
            """,
            {"plan": plan_id, "now": now, "settled": now + settle, "dead": dead},
        )
        freed = int(cursor.rowcount)
        if dead:
            # Whoever looked for these is dead: the next look need not wait for its lease.
            cursor.execute(
                "UPDATE listings_step SET not_before = %s, holder = '', fence = fence + 1"
                " WHERE plan_id = %s AND state = 'unclear' AND holder = ANY(%s)",
                [now, plan_id, dead],
            )
        return freed


def rests_until(step_ids: Sequence[int]) -> dict[int, datetime]:
    """Return until when each unclear step rests before a look that finds nothing is believed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, lease_until FROM listings_step WHERE id = ANY(%s)", [list(step_ids)]
        )
        return dict(cursor.fetchall())


def move(
    steps: Sequence[ClaimedStep],
    *,
    state: str,
    not_before: datetime | None = None,
    rest_until: datetime | None = None,
    submission_id: int | None = None,
    problems: Sequence[bytes] = (),
    put_off: int = 0,
    remote_ids: Sequence[str] = (),
) -> int:
    """Move claimed steps to another state, each only if this process still holds it.

    Problems kept before stay unless new ones are given or the step is done. `put_off` is added to
    the times it was put off. A step that waits again, or was put off, has no submission any more:
    nothing of it is under way. `remote_ids` are those that the marketplace gave to creates; empty
    where it gave none.
    """
    if not steps:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_step step
            SET state = %(state)s, not_before = %(not_before)s, lease_until = %(rest_until)s,
                ended_at = CASE WHEN %(state)s IN ('done', 'refused', 'skipped')
                    THEN %(now)s::timestamptz END,
                holder = '', put_off = step.put_off + %(put_off)s,
                submission_id = CASE WHEN %(state)s <> 'waiting' AND %(put_off)s = 0
                    THEN coalesce(%(submission)s, step.submission_id) END,
                problems = CASE WHEN %(state)s = 'done' THEN ''::bytea
                    WHEN given.problems = ''::bytea THEN step.problems ELSE given.problems END,
                remote_id = coalesce(nullif(given.remote, ''), step.remote_id)
            FROM unnest(%(ids)s::bigint[], %(fences)s::int[], %(problems)s::bytea[],
                        %(remotes)s::text[]) AS given (id, fence, problems, remote)
            WHERE step.id = given.id AND step.fence = given.fence
            """,
            {
                "state": state,
                "not_before": not_before,
                "rest_until": rest_until,
                "now": clock_now(),
                "put_off": put_off,
                "submission": submission_id,
                "ids": [step.id for step in steps],
                "fences": [step.fence for step in steps],
                "problems": list(problems) or [b""] * len(steps),
                "remotes": list(remote_ids) or [""] * len(steps),
            },
        )
        return int(cursor.rowcount)


def count_no_try(steps: Sequence[ClaimedStep]) -> None:
    """Let the try that claimed steps were claimed for count as none."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_step step SET attempts = step.attempts - 1"
            " FROM unnest(%s::bigint[], %s::int[]) AS given (id, fence)"
            " WHERE step.id = given.id AND step.fence = given.fence AND step.attempts > 0",
            [[step.id for step in steps], [step.fence for step in steps]],
        )


def end_all(*, plan_id: int, state: str, problems: bytes, now: datetime, action: str = "") -> int:
    """End all steps in one open state, of one action or of all, as skipped; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE listings_step SET state = 'skipped', fence = fence + 1, holder = '',"
            " problems = %s, ended_at = %s, not_before = NULL, lease_until = NULL"
            " WHERE plan_id = %s AND state = %s AND (%s = '' OR action = %s)",
            [problems, now, plan_id, state, action, action],
        )
        return int(cursor.rowcount)


def submitted_steps(submission_id: int) -> tuple[ClaimedStep, ...]:
    """Return the steps of a submission that still wait for the marketplace."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_FIELDS} FROM listings_step step"  # noqa: S608 - constants only
            " WHERE submission_id = %s AND state = 'submitted' ORDER BY number",
            [submission_id],
        )
        return _claimed(cursor.fetchall())


def drafts_of(seller_id: int, digests: Sequence[bytes | None]) -> dict[bytes, Draft]:
    """Return drafts by digest."""
    wanted = list({digest for digest in digests if digest is not None})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT digest, content FROM listings_draftcontent"
            " WHERE seller_id = %s AND digest = ANY(%s)",
            [seller_id, wanted],
        )
        return {
            bytes(digest): msgspec.json.decode(content, type=Draft)
            for digest, content in cursor.fetchall()
        }


def _claimed(rows: Sequence[tuple[object, ...]]) -> tuple[ClaimedStep, ...]:
    steps = [msgspec.convert(_named(row), ClaimedStep, strict=False) for row in rows]
    return tuple(sorted(steps, key=lambda step: step.number))


def _named(row: tuple[object, ...]) -> dict[str, object]:
    named = dict(zip(ClaimedStep.__struct_fields__, row, strict=True))
    digest = named["draft_digest"]
    if isinstance(digest, memoryview):
        named["draft_digest"] = bytes(digest)
    return named

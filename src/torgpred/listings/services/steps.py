"""Steps in the database: claimed under a lease, recorded set-wise behind a fence.

A claim raises the step's fence; every later write names the fence it was claimed with, so a worker
that lost its lease (killed, paused, cut off) can no longer change what another one took over.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from django.db import connection

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft

LEASE = timedelta(seconds=120)


_DUE = """
    step.plan_id = %(plan)s AND step.state = 'waiting'
    AND (step.not_before IS NULL OR step.not_before <= %(now)s)
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


def claim_waiting(
    *, plan_id: int, now: datetime, batch: dict[Action, int]
) -> tuple[ClaimedStep, ...]:
    """Claim the next waiting steps of one action, at most the marketplace's batch of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT action FROM listings_step step WHERE {_DUE} ORDER BY number LIMIT 1",  # noqa: S608
            {"plan": plan_id, "now": now},
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
                attempts = attempts + 1
            FROM due WHERE step.id = due.id
            RETURNING step.id, step.fence, step.number, step.product_key, step.action,
                step.remote_id, step.attempts, step.draft_digest
            """,  # noqa: S608 - constants only
            {
                "plan": plan_id,
                "action": row[0],
                "now": now,
                "most": batch.get(Action(row[0]), 1),
                "lease": now + LEASE,
            },
        )
        return _claimed(cursor.fetchall())


def any_due(*, plan_id: int, now: datetime) -> bool:
    """Tell whether a waiting step may go out now."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS (SELECT 1 FROM listings_step step WHERE {_DUE})",  # noqa: S608
            {"plan": plan_id, "now": now},
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
            """
            WITH due AS (
                SELECT id FROM listings_step
                WHERE plan_id = %s AND state = 'unclear' AND not_before <= %s
                ORDER BY number LIMIT %s FOR NO KEY UPDATE SKIP LOCKED
            )
            UPDATE listings_step step SET fence = fence + 1, not_before = %s
            FROM due WHERE step.id = due.id
            RETURNING step.id, step.fence, step.number, step.product_key, step.action,
                step.remote_id, step.attempts, step.draft_digest
            """,
            [plan_id, now, limit, now + LEASE],
        )
        return _claimed(cursor.fetchall())


def recover_expired(*, plan_id: int, now: datetime, settle: timedelta) -> int:
    """Free steps whose holder is gone: creates become unclear, the rest may simply be sent again.

    Prices, content and states are absolute values, so sending them twice does no harm; a second
    create would make a second product.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_step
            SET state = CASE WHEN action = 'create' THEN 'unclear' ELSE 'waiting' END,
                fence = fence + 1,
                not_before = CASE WHEN action = 'create' THEN %s::timestamptz END,
                lease_until = CASE WHEN action = 'create' THEN %s::timestamptz END
            WHERE plan_id = %s AND state = 'claimed' AND lease_until < %s
            """,
            [now, now + settle, plan_id, now],
        )
        return int(cursor.rowcount)


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
    ended_at: datetime | None = None,
    remote_ids: Sequence[str] = (),
) -> int:
    """Move claimed steps to another state, each only if this process still holds it.

    `remote_ids` are those that the marketplace gave to creates; empty where it gave none.
    """
    if not steps:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE listings_step step
            SET state = %s, not_before = %s, lease_until = %s, ended_at = %s,
                submission_id = coalesce(%s, step.submission_id), problems = given.problems,
                remote_id = coalesce(nullif(given.remote, ''), step.remote_id)
            FROM unnest(%s::bigint[], %s::int[], %s::bytea[], %s::text[])
                 AS given (id, fence, problems, remote)
            WHERE step.id = given.id AND step.fence = given.fence
            """,
            [
                state,
                not_before,
                rest_until,
                ended_at,
                submission_id,
                [step.id for step in steps],
                [step.fence for step in steps],
                list(problems) or [b""] * len(steps),
                list(remote_ids) or [""] * len(steps),
            ],
        )
        return int(cursor.rowcount)


def submitted_steps(submission_id: int) -> tuple[ClaimedStep, ...]:
    """Return the steps of a submission that still wait for the marketplace."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, fence, number, product_key, action, remote_id, attempts, draft_digest"
            " FROM listings_step WHERE submission_id = %s AND state = 'submitted' ORDER BY number",
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

"""What waits in the queue, lane by lane."""

from dataclasses import dataclass

from django.db import connection

from torgpred.runtime.jobs.registry import Lane


@dataclass(frozen=True, slots=True)
class LaneAge:
    """A lane's jobs: how many wait and since when, in seconds; how many are being done.

    `overdue` is how long ago, in seconds, the sweep should have looked at the lane's work: more
    than a minute means that no worker serves it. None where its work was never looked at.
    """

    lane: str
    waiting: int
    oldest: float
    doing: int
    overdue: float | None


def lanes() -> list[LaneAge]:
    """Return every lane with what waits in it."""
    from torgpred.runtime.jobs.registry import handlers  # noqa: PLC0415 - read when asked

    keys = {lane: [one.key for one in handlers() if one.lane is lane] for lane in Lane}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT job.queue_name, count(*) FILTER (WHERE job.status = 'todo'),
                   coalesce(extract(epoch FROM clock_timestamp() - min(coalesce(
                       job.scheduled_at, event.at)) FILTER (WHERE job.status = 'todo')), 0)::float8,
                   count(*) FILTER (WHERE job.status = 'doing')
            FROM procrastinate_jobs job LEFT JOIN LATERAL (
                SELECT min(one.at) AS at FROM procrastinate_events one WHERE one.job_id = job.id
            ) event ON true
            WHERE job.status IN ('todo', 'doing') GROUP BY job.queue_name
            """
        )
        waiting = {name: (todo, max(age, 0.0), doing) for name, todo, age, doing in cursor}
        cursor.execute(
            "SELECT key, extract(epoch FROM clock_timestamp() - due_at)::float8 FROM runtime_turn"
        )
        turns: dict[str, float] = dict(cursor.fetchall())
    return [
        LaneAge(
            lane.value,
            *waiting.get(lane.value, (0, 0.0, 0)),
            overdue=max((turns[key] for key in keys[lane] if key in turns), default=None),
        )
        for lane in Lane
    ]

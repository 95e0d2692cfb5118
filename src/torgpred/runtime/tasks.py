"""The tasks of the job queue itself, and the runtime's own pieces of work.

Periodic tasks are deferred by every worker process and de-duplicated by the queue. A stalled job
(its worker died) is deleted and its work enqueued anew: giving it back as it is would clash with
a waiting job of the same work.
"""

from asgiref.sync import sync_to_async
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

from torgpred.runtime import journal
from torgpred.runtime.jobs import looking, registry
from torgpred.runtime.jobs.registry import PROCESSES

STALLED_SECONDS = 30.0
_SWEEP = "* * * * * */5"  # the sixth field is seconds


@app.task(name=registry.LOOK)
def look(handler: str) -> None:
    """Run one registered piece of work."""
    looking.look(handler)


@app.periodic(cron=_SWEEP)
@app.task(name="torgpred.sweep.quick", queue="orders", queueing_lock="sweep quick", priority=10)
def sweep_quick(timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Look where nobody was woken, in the lanes of the quick process."""
    looking.sweep(PROCESSES["quick"])


@app.periodic(cron=_SWEEP)
@app.task(name="torgpred.sweep.bulk", queue="reports", queueing_lock="sweep bulk", priority=10)
def sweep_bulk(timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Look where nobody was woken, in the lanes of the bulk process."""
    looking.sweep(PROCESSES["bulk"])


@app.periodic(cron="* * * * * */30")
@app.task(
    name="torgpred.tidy",
    queue="orders",
    queueing_lock="tidy",
    priority=10,
    pass_context=True,
)
async def tidy(context: JobContext, timestamp: int) -> None:  # noqa: ARG001 - given by the queue
    """Delete the jobs of dead workers and enqueue their work anew."""
    manager = context.app.job_manager
    stalled = await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS)
    keys: list[str] = []
    for job in stalled:
        if job.id is None or job.id == context.job.id:
            continue
        await manager.finish_job_by_id_async(job.id, Status.ABORTED, delete_job=True)
        if job.task_name == registry.LOOK:
            keys.append(str(job.task_kwargs["handler"]))
    found = [one for one in map(registry.handler, keys) if one is not None]
    await sync_to_async(registry.enqueue)(found)


def prune_journal() -> bool:
    """Delete lines of the journal that are past their time."""
    return journal.prune()

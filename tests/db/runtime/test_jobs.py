import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from torgpred.runtime import jobs
from torgpred.runtime.jobs import looking, registry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_HANDLERS", {})
    monkeypatch.setattr(looking, "_TROUBLES", {})


def make_handler(
    name: str = "stock.changed",
    work: Callable[[], bool | None] = lambda: None,
    lane: jobs.Lane = jobs.Lane.STOCK,
    every: float = 5.0,
) -> jobs.Handler:
    jobs.on(name, lane=lane, every=every)(work)
    return jobs.handlers(name)[-1]


def waiting() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT queue_name, queueing_lock FROM procrastinate_jobs WHERE status = 'todo'"
            " ORDER BY id"
        )
        return [(str(queue), str(lock)) for queue, lock in cursor.fetchall()]


def test_a_wake_up_happens_after_commit_and_once() -> None:
    handler = make_handler()

    with transaction.atomic():
        jobs.wake("stock.changed")
        with transaction.atomic():
            jobs.wake("stock.changed")
        assert len(connection.run_on_commit) == 1
        assert waiting() == []

    assert waiting() == [("stock", handler.key)]


def test_what_rolls_back_wakes_nobody() -> None:
    make_handler()

    def fail() -> None:
        with transaction.atomic():
            jobs.wake("stock.changed")
            raise LookupError

    with pytest.raises(LookupError):
        fail()

    assert waiting() == []


def test_a_rolled_back_savepoint_takes_no_outer_wake_up_along() -> None:
    make_handler()

    with transaction.atomic():
        inner = transaction.atomic()
        inner.__enter__()
        jobs.wake("stock.changed")
        inner.__exit__(LookupError, LookupError(), None)
        jobs.wake("stock.changed")

    assert len(waiting()) == 1


def test_a_second_wake_up_while_one_waits_changes_nothing() -> None:
    make_handler()

    for _ in range(3):
        jobs.wake("stock.changed")

    assert len(waiting()) == 1


def test_two_that_enqueue_at_the_same_moment_do_each_other_no_harm() -> None:
    handler = make_handler()
    start = threading.Barrier(4)
    done: list[int] = []

    def work() -> None:
        start.wait()
        done.extend(registry.enqueue([handler]) for _ in range(20))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert len(done) == 80
    assert len(waiting()) == 1


def test_several_areas_may_listen_to_one_name() -> None:
    def other() -> None:
        pass

    one, two = make_handler(), make_handler(work=other, lane=jobs.Lane.CONTENT)

    jobs.wake("stock.changed")

    assert waiting() == [("stock", one.key), ("content", two.key)]


def test_an_unknown_name_wakes_nobody() -> None:
    jobs.wake("nobody.listens")

    assert waiting() == []


def test_work_that_says_there_is_more_is_looked_at_again() -> None:
    handler = make_handler(work=lambda: True)

    looking.look(handler.key)

    assert waiting() == [("stock", handler.key)]


@pytest.mark.parametrize(
    ("cause", "again"),
    [
        (psycopg.OperationalError("server closed the connection"), True),
        (psycopg.errors.CannotConnectNow("the database system is starting up"), True),
        (psycopg.errors.DeadlockDetected("deadlock detected"), False),
    ],
)
def test_work_that_lost_the_database_is_run_again_without_a_pause(
    *, cause: psycopg.Error, again: bool
) -> None:
    def work() -> None:
        raise OperationalError(str(cause)) from cause

    handler = make_handler(work=work)
    looking.look(handler.key)
    assert waiting() == ([("stock", handler.key)] if again else [])
    assert (handler.key in looking._TROUBLES) is not again


def test_failing_work_pauses_and_recovers(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [1000.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    calls: list[float] = []

    def work() -> None:
        calls.append(clock[0])
        if len(calls) < 3:
            raise RuntimeError("no luck")

    handler = make_handler(work=work)
    for _ in range(20):
        looking.look(handler.key)
        clock[0] += 1.0

    assert calls[:3] == [1000.0, 1005.0, 1015.0]
    assert calls[3:] == [1016.0, 1017.0, 1018.0, 1019.0]


def test_the_sweep_looks_where_nobody_was_woken_when_it_is_due() -> None:
    often = make_handler("a", every=500.0)
    make_handler("b", work=jobs.stopping, every=3600.0)
    make_handler("c", lane=jobs.Lane.FEEDS)
    quick = registry.PROCESSES["quick"]

    assert looking.sweep(quick) == 2
    assert looking.sweep(quick) == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE runtime_turn SET due_at = due_at - interval '500 seconds'")
        cursor.execute("DELETE FROM procrastinate_jobs")
    assert looking.sweep(quick) == 1

    assert waiting() == [("stock", often.key)]


def test_the_sweep_takes_times_in_whole_seconds_beside_others() -> None:
    make_handler("a", every=5.0)
    make_handler("b", work=jobs.stopping, every=3600)

    assert looking.sweep(registry.PROCESSES["quick"]) == 2


@pytest.fixture
def worker() -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start real worker processes whose only work is registered under "test.tick"."""
    program = (
        "import django; django.setup()\n"
        "from torgpred.runtime import jobs, scope, journal\n"
        "from torgpred.runtime.jobs import worker, registry\n"
        "import time\n"
        "def tick():\n"
        "    journal.write(7, None, journal.CallLine('tick','GET','h',1,200,1,1,1))\n"
        "    time.sleep(0.3)\n"
        "registry._HANDLERS.clear()\n"
        "jobs.on('test.tick', lane=jobs.Lane.STOCK, every=3600)(tick)\n"
        "worker.run('quick', concurrency=2)\n"
    )
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        one = subprocess.Popen([sys.executable, "-W", "ignore", "-c", program])
        running.append(one)
        return one

    yield start
    for one in running:
        one.kill()
        one.wait()


def ticks() -> int:
    from torgpred.runtime import journal  # noqa: PLC0415 - needs Django's apps

    return len(journal.lines(tenant_id=7))


def wait_for(condition: Callable[[], bool], seconds: float = 180.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.05)


def test_a_worker_takes_jobs_and_ends_cleanly_when_told(
    worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    handler = jobs.Handler("test.tick __main__.tick", "test.tick", jobs.Lane.STOCK, 5.0, bool)

    process = worker()
    wait_for(lambda: ticks() >= 1)  # the first sweep
    before = ticks()
    registry.enqueue([handler])
    wait_for(lambda: ticks() > before)
    process.send_signal(signal.SIGTERM)

    assert process.wait(120) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status <> 'todo'")
        assert cursor.fetchone() == (0,)


def test_a_job_whose_worker_died_is_done_by_the_next(
    worker: Callable[[], subprocess.Popen[bytes]],
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO runtime_turn VALUES ('test.tick __main__.tick', 'infinity')")
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args, status)"
            " VALUES ('stock', 'torgpred.look', 'test.tick __main__.tick',"
            " '{\"handler\": \"test.tick __main__.tick\"}', 'doing') RETURNING id"
        )
        stalled = cursor.fetchone()[0]

    worker()

    wait_for(lambda: ticks() == 1, seconds=300.0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE id = %s", [stalled])
        assert cursor.fetchone() == (0,)


def test_a_worker_process_ends_with_its_supervisor_however_that_dies(database_url: str) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "torgpred.runtime.jobs", "bulk"]
    process = subprocess.Popen([*command, "--supervised"], stdin=subprocess.PIPE)
    try:
        assert process.stdin is not None
        process.stdin.close()

        assert process.wait(300) == 0
    finally:
        process.kill()
        process.wait()

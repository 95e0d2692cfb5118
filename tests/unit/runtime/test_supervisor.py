import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from torgpred.runtime.jobs import supervisor
from torgpred.runtime.jobs.supervisor import Supervisor, _Child, pause_after


def make_supervisor(program: str) -> Supervisor:
    return Supervisor([_Child("quick", (sys.executable, "-c", program))])


def run(one: Supervisor) -> threading.Thread:
    thread = threading.Thread(target=one.run)
    thread.start()
    return thread


def wait_for(condition: object, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


def test_pauses_grow_and_stay_bounded() -> None:
    assert [pause_after(n) for n in (1, 2, 3)] == [0.5, 1.0, 2.0]
    assert pause_after(50) == supervisor.LONGEST_PAUSE


def test_a_killed_child_is_started_again_and_all_end_with_the_supervisor(tmp_path: Path) -> None:
    one = make_supervisor("import sys; sys.stdin.read()")
    thread = run(one)
    wait_for(one.pids)
    first = one.pids()["quick"]

    psutil.Process(first).kill()
    wait_for(lambda: one.pids().get("quick") not in {None, first})
    second = one.pids()["quick"]
    one.stop()
    thread.join(120)

    assert not thread.is_alive()
    assert not psutil.pid_exists(first)
    assert not psutil.pid_exists(second)


def test_a_child_deaf_to_sigterm_is_killed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(supervisor, "GRACE_SECONDS", -4.0)
    ready = tmp_path / "ready"
    one = make_supervisor(
        "import signal, time, pathlib; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"pathlib.Path({str(ready)!r}).touch(); time.sleep(600)"
    )
    thread = run(one)
    wait_for(ready.exists)
    pid = one.pids()["quick"]

    one.stop()
    thread.join(120)

    assert not psutil.pid_exists(pid)


def test_a_child_that_fails_at_once_is_not_started_in_a_rush(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(supervisor, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    child = _Child("quick", (sys.executable, "-c", "raise SystemExit(3)"))
    starts = []
    for _ in range(30):
        child.tend()
        if child.process is not None:
            starts.append(clock[0])
            child.process.wait(120)
        clock[0] += 0.25

    assert starts == [1000.0, 1000.75, 1002.0, 1004.25]

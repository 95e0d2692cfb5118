"""The demo's processes: two worlds at once, and what is left of one that is asked to end."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from torgpred.demo import world

_WORLD = """
import sys
from pathlib import Path
from torgpred.demo import world

with world.running(Path(sys.argv[1]), workers=False, web=False) as where:
    print(*world.msgspec.structs.astuple(where), flush=True)
    while True:
        world.time.sleep(1)
"""


def started(home: Path, *, in_background: bool = False) -> subprocess.Popen[str]:
    """Start a world without waiting for it, as a shell would, with or without "&"."""
    home.mkdir()
    before = signal.signal(signal.SIGINT, signal.SIG_IGN if in_background else signal.SIG_DFL)
    try:
        return subprocess.Popen(
            [sys.executable, "-c", _WORLD, str(home)], stdout=subprocess.PIPE, text=True,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    finally:
        signal.signal(signal.SIGINT, before)


def ports_of(process: subprocess.Popen[str]) -> list[int]:
    assert process.stdout is not None
    return [int(one) for one in process.stdout.readline().split()]


def ended(process: subprocess.Popen[str], number: int) -> list[psutil.Process]:
    """Ask a world to end; return those of its children that are still there."""
    children = psutil.Process(process.pid).children(recursive=True)
    assert children
    process.send_signal(number)
    process.wait(180)
    _, alive = psutil.wait_procs(children, timeout=60)
    return [one for one in alive if one.status() != psutil.STATUS_ZOMBIE]


def test_two_worlds_started_at_once_have_ports_of_their_own(tmp_path: Path) -> None:
    with started(tmp_path / "a") as one, started(tmp_path / "b") as other:
        try:
            first, second = ports_of(one), ports_of(other)
        finally:
            one.terminate()
            other.terminate()
    assert len(first) == len(second) == 3
    assert not set(first) & set(second)


def test_a_world_in_the_background_ends_by_signals_and_leaves_no_child(tmp_path: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        with started(tmp_path / number.name, in_background=True) as process:
            assert ports_of(process)
            assert ended(process, number) == []


def test_a_port_that_something_else_took_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        (tmp_path / "demo.json").write_text(
            f'{{"twin": {taken}, "pictures": {taken}, "web": {taken}}}'
        )
        with (
            pytest.raises(world.PortTakenError, match=str(taken)),
            world.running(tmp_path, workers=False, web=False),
        ):
            pass

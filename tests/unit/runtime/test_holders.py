"""Whether a process that holds something is known to be dead."""

import subprocess
import sys

import pytest

from torgpred.runtime import holders

SIGN = (
    "import sys; from torgpred.runtime import holders;"
    "print(holders.me(), flush=True); sys.stdin.read()"
)


@pytest.fixture
def other() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", SIGN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_process_is_known_to_be_dead_and_a_living_one_is_not(
    other: "subprocess.Popen[str]",
) -> None:
    with other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert len(name) == 32
        assert not holders.known_dead(name)
        other.kill()
        other.wait()
        assert holders.known_dead(name)


@pytest.mark.parametrize("name", ["", "0" * 32, "../../etc/passwd"])
def test_of_a_holder_elsewhere_nothing_is_known(name: str) -> None:
    assert not holders.known_dead(name)


def test_a_process_keeps_its_name_and_lives() -> None:
    assert holders.me() == holders.me()
    assert not holders.known_dead(holders.me())

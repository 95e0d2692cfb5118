"""A home deleted under its running server comes back from a backup taken while others wrote."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from torgpred.runtime.database import cluster, data_folder
from torgpred.twins.testing import RunningTwin, running_twin

MEMBER = Path(__file__).with_name("restored_home_member.py")
SMALL, BUSY = "sushkin-valley", "yunhu"


@dataclass(frozen=True)
class World:
    """One home, and beside it what a deletion of the home leaves: the marketplace, the files."""

    home: Path
    twin: RunningTwin

    def start(self, *words: str) -> subprocess.Popen[str]:
        hidden = {"TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"}
        kept = {key: value for key, value in os.environ.items() if key not in hidden}
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", *words],
            env={**kept, "TORGPRED_HOME": str(self.home)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def member(self, what: str, seller: str) -> subprocess.Popen[str]:
        port = str(self.twin.info.port)
        return self.start(str(MEMBER), what, seller, port, str(self.home.parent / "feeds"))

    def told(self, process: subprocess.Popen[str]) -> dict[str, int]:
        said, _ = process.communicate(timeout=1200)
        assert process.returncode == 0, said[-3000:]
        told: dict[str, int] = json.loads(said.splitlines()[-1])
        return told

    def torgpred(self, *words: str) -> str:
        process = self.start("-m", "torgpred", *words)
        said, _ = process.communicate(timeout=1200)
        assert process.returncode == 0, said[-3000:]
        return said

    def listed(self) -> list[str]:
        """Return the external ids of every product that the marketplace has."""
        address = f"{self.twin.base_url}/twin/listings"
        return [one["external_id"] for one in httpx.get(address, timeout=120).json()]


@pytest.fixture
def world(own_home: Path) -> Iterator[World]:
    with running_twin(own_home.parent / "twin", task_delay_max=0) as twin:
        yield World(own_home, twin)


def wait_for(process: subprocess.Popen[str], word: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == word:
            return
    raise AssertionError(f"it ended before it was {word}")


def delete(home: Path) -> None:
    while home.exists():
        shutil.rmtree(home, ignore_errors=True)


@pytest.mark.proof
def test_after_a_restore_nothing_is_left_to_do(world: World) -> None:
    first = world.told(world.member("tell", SMALL))
    assert first["created"] > 0
    assert first["second"] == 0
    before = world.told(world.member("look", SMALL))

    writer = world.member("keep-writing", BUSY)
    wait_for(writer, "applying")
    archive = world.home.parent / "backup.tar"
    world.torgpred("backup", str(archive))
    assert writer.poll() is None
    writer.kill()
    writer.communicate()

    assert cluster.running(data_folder(world.home))
    delete(world.home)
    world.torgpred("restore", str(archive))

    assert world.told(world.member("look", SMALL)) == {**before, "steps": 0}
    # What was created after the backup is found again, not created twice.
    assert world.told(world.member("tell", BUSY))["second"] == 0
    listed = world.listed()
    assert len(listed) == len(set(listed))

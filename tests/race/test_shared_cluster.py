"""Many processes share one embedded server while any of them, and the server, is killed."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from torgpred.runtime.database import cluster, connect
from torgpred.runtime.database.address import embedded
from torgpred.runtime.database.postmaster import Postmaster

MEMBER = Path(__file__).with_name("shared_cluster_member.py")
pytestmark = pytest.mark.proof

PLAIN, MIGRATED = 40.0, 120.0
"""Seconds of rage."""


@dataclass
class World:
    """One home folder and the commands that run in it."""

    home: Path
    chance: random.Random
    fault: str = ""
    migrated: bool = False
    members: list[tuple[str, subprocess.Popen[str]]] = field(default_factory=list)
    killed: set[str] = field(default_factory=set)
    failures: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def data(self) -> Path:
        return self.home.resolve() / "database" / "data"

    @property
    def notes(self) -> Path:
        return self.home / "notes"

    def run(self, *words: str) -> subprocess.Popen[str]:
        environment = {**os.environ, "TORGPRED_HOME": str(self.home)}
        environment["RACE_MIGRATED"] = "yes" if self.migrated else ""
        for name in ("TORGPRED_DATABASE_URL", "TORGPRED_OWNER_URL"):
            environment.pop(name, None)
        return subprocess.Popen(
            [sys.executable, "-W", "ignore", *words],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start_member(self, seconds: float) -> None:
        self.counts["started"] += 1
        name = f"m{self.counts['started']}"
        words = [str(MEMBER), name, str(self.notes), f"{seconds:.2f}", self.fault]
        self.members.append((name, self.run(*words)))

    def kill_member(self) -> None:
        alive = [(name, one) for name, one in self.members if one.poll() is None]
        if alive:
            name, one = self.chance.choice(alive)
            self.killed.add(name)
            one.kill()
            self.counts["members killed"] += 1

    def kill_server(self) -> None:
        postmaster = Postmaster.read(self.data)
        process = postmaster.process() if postmaster else None
        if process is not None:
            process.send_signal(signal.SIGKILL)
            self.counts["servers killed"] += 1

    def stop(self) -> None:
        one = self.run("-c", "from torgpred.runtime import database; database.stop()")
        said, _ = one.communicate(timeout=900)
        if one.returncode:
            self.failures.append(f"stop: {said}")
        self.counts["stopped"] += 1

    def reap(self, *, wait: bool = False) -> None:
        left = []
        for name, one in self.members:
            if not wait and one.poll() is None:
                left.append((name, one))
                continue
            said, _ = one.communicate(timeout=900)
            self.counts["came up"] += said.startswith("up")
            if one.returncode and name not in self.killed:
                self.failures.append(f"{name}: {said[-2000:]}")
        self.members = left

    def found(self) -> None:
        """Start for the first time and make the table that the members write to."""
        one = self.run(
            "-c", "from torgpred.runtime import database; database.ensure(migrated=False)"
        )
        said, _ = one.communicate(timeout=900)
        assert one.returncode == 0, said
        with connect(embedded("owner", self.data)) as owner:
            owner.execute("CREATE TABLE race_ledger (member text, number int)")
            owner.execute("GRANT INSERT ON race_ledger TO torgpred_app")

    def rage(self, seconds: float) -> None:
        """Start, stop and kill at random."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self.reap()
            if len(self.members) < 4:
                self.start_member(self.chance.uniform(0.2, 4.0))
            luck = self.chance.random()
            if luck < 0.12:
                self.kill_member()
            elif luck < 0.16:
                self.kill_server()
            elif luck < 0.20:
                self.stop()
            time.sleep(self.chance.uniform(0.0, 0.8))

    def settle(self) -> None:
        """Let everyone finish; one more command makes sure that those who wait find a server."""
        self.start_member(0.1)
        self.reap(wait=True)

    def lost(self) -> set[tuple[str, int]]:
        """Return the rows noted as committed that the database does not have."""
        lines = self.notes.read_text(encoding="utf-8").splitlines() if self.notes.exists() else []
        noted = {(line.split()[0], int(line.split()[1])) for line in lines if line.count(" ") == 1}
        self.counts["rows noted"] = len(noted)
        cluster.start(self.data)
        with connect(embedded("admin", self.data)) as admin:
            there = set(admin.execute("SELECT member, number FROM race_ledger").fetchall())
        return noted - there

    def servers(self) -> list[psutil.Process]:
        """Return every server process that works on this home."""
        return [
            process
            for process in psutil.process_iter(["cmdline"])
            if {"-D", str(self.data)} <= set(process.info["cmdline"] or ())
        ]


@pytest.fixture
def world(own_home: Path) -> Iterator[World]:
    own_home.mkdir()
    seed = int(os.environ.get("RACE_SEED", "11"))
    sys.stdout.write(f"RACE_SEED={seed}\n")
    made = World(own_home, random.Random(seed))
    try:
        yield made
    finally:
        for _, one in made.members:
            one.kill()
            one.communicate()


def play(world: World, seconds: float) -> None:
    world.found()
    world.rage(seconds)
    world.settle()
    lost = world.lost()
    told = f"{dict(world.counts)} failures: {len(world.failures)} lost: {len(lost)}"
    sys.stdout.write(f"{told}\n")
    assert world.failures == []
    assert lost == set()
    assert world.counts["came up"] > 0
    world.stop()
    assert world.servers() == []


def test_no_start_fails_and_nothing_committed_is_lost(world: World, proof_share: float) -> None:
    play(world, PLAIN * proof_share)


def test_the_same_for_long_with_migrations_at_stake(world: World, proof_share: float) -> None:
    world.migrated = True
    play(world, MIGRATED * proof_share)


def test_first_starts_at_once_and_cut_off_all_succeed(world: World) -> None:
    world.migrated = True
    for moment in (0.8, 1.6):
        for _ in range(3):
            world.start_member(0.0)
        time.sleep(moment)
        world.kill_member()
        world.kill_member()
    world.reap(wait=True)
    assert world.failures == []
    assert world.counts["came up"] > 0
    assert len(world.servers()) == 1


def test_control_without_the_lock_first_starts_fail(world: World) -> None:
    world.fault = "no-lock"
    for _ in range(4):
        world.start_member(0.0)
    world.reap(wait=True)
    assert world.failures != []


def test_control_a_row_noted_before_its_commit_is_missed(world: World) -> None:
    world.found()
    world.fault = "early-note"
    world.start_member(30.0)
    (_, member) = world.members[0]
    while not world.notes.exists() or world.notes.stat().st_size < 50:
        assert member.poll() is None, member.communicate()[0]
        time.sleep(0.05)
    world.kill_member()
    world.reap(wait=True)
    assert len(world.lost()) == 1

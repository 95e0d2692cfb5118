import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest
from django.db import connection

from torgpred.kernel.errors import RetryLaterError
from torgpred.runtime import slots
from torgpred.runtime.database import address, connect
from torgpred.runtime.slots import ask, hold_only, pace, push_back, take

pytestmark = pytest.mark.django_db(transaction=True)


class Clock:
    """The clock of this thread's connection to the database; it stands unless it is moved on."""

    def __init__(self) -> None:
        self._set(1_794_355_200.0)

    def pass_by(self, seconds: float) -> None:
        self._set(self._now + seconds)

    def _set(self, now: float) -> None:
        self._now = now
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('driven.clock', %s, false)", [str(now)])


@pytest.fixture
def clock(transactional_db: None) -> Iterator[Clock]:
    """Let the database's clock be driven: functions of its names stand before the real ones."""
    with connect(address("owner").at(connection.settings_dict["NAME"])) as owner:
        owner.execute("CREATE SCHEMA driven")
        for name in ("clock_timestamp", "now"):
            owner.execute(
                f"CREATE FUNCTION driven.{name}() RETURNS timestamptz LANGUAGE sql AS"
                " 'SELECT to_timestamp(current_setting(''driven.clock'')::float8)'"
            )
        owner.execute("GRANT USAGE ON SCHEMA driven TO PUBLIC")
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET search_path = driven, pg_catalog, public")
        yield Clock()
    finally:
        connection.close()
        with connect(address("owner").at(connection.settings_dict["NAME"])) as owner:
            owner.execute("DROP SCHEMA driven CASCADE")


GRABBER = """
import sys, time
import django; django.setup()
from torgpred.runtime.slots import ask, pace
from django.db import connection
guarded = sys.argv[1] == "guarded"
one = pace(key="shared", amount=20, seconds=1.0, burst=5)
connection.ensure_connection()
print("ready", flush=True); sys.stdin.readline()
given = 0
while given < int(sys.argv[2]):
    before = time.time()
    if not guarded or ask([one], bulk=True) == 0.0:
        given += 1
        print(before, time.time(), flush=True)
"""
Grab = tuple[float, float]
"""A slot that a process got: given to it not before the first moment, nor after the second."""


def grab(mode: str, times: int, processes: int = 4) -> list[Grab]:
    """Let each of several processes take so many slots of one rate; return when they got them."""
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", GRABBER, mode, str(times)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    grabs: list[Grab] = []
    for one in running:
        out, _ = one.communicate(timeout=300)
        assert one.returncode == 0
        grabs += [(float(begin), float(end)) for begin, end in map(str.split, out.splitlines())]
    return grabs


def most_in_a_second(grabs: list[Grab]) -> int:
    """Return the most slots that were surely given within one second, however slow the machine.

    What a process learned late may have been given in another second: it counts for none.
    """
    return max(
        sum(begin <= before and after < begin + 1.0 for before, after in grabs)
        for begin, _ in grabs
    )


def test_processes_together_never_exceed_the_rate() -> None:
    grabs = grab("guarded", 12)

    assert len(grabs) == 48
    assert most_in_a_second(grabs) <= 20


def test_control_without_slots_the_same_processes_do_exceed_it() -> None:
    assert most_in_a_second(grab("unguarded", 2000, processes=2)) > 60


def test_one_rate_that_refuses_leaves_the_others_untouched() -> None:
    quota = pace(key="quota", amount=1, seconds=100.0)
    ceiling = pace(key="ceiling", amount=2, seconds=100.0, burst=2)

    assert ask([quota, ceiling], bulk=True) == 0.0
    assert ask([quota, ceiling], bulk=True) > 0.0

    assert ask([ceiling], bulk=True) == 0.0


def test_bulk_leaves_its_part_to_stock_and_orders() -> None:
    one = pace(key="token", amount=10, seconds=1000.0, burst=10, kept=0.3)

    passed = sum(ask([one], bulk=True) == 0.0 for _ in range(10))
    kept = sum(ask([one], bulk=False) == 0.0 for _ in range(10))

    assert (passed, kept) == (7, 3)


@pytest.mark.usefixtures("clock")
def test_a_429_holds_every_lane_and_the_longest_hold_counts() -> None:
    push_back(["op"], 60.0)
    push_back(["op"], 1.0)

    assert ask([hold_only("op")], bulk=False) == 60.0


@pytest.mark.usefixtures("clock")
def test_a_slot_too_far_away_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    push_back(["op"], 60.0)
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    with pytest.raises(RetryLaterError) as caught:
        take([hold_only("op")], bulk=True, patience=0.5)

    assert slept == []
    assert caught.value.data["after"] == 60.0


def test_a_slot_soon_is_waited_for(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    one = pace(key="soon", amount=5, seconds=1.0)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock.pass_by(seconds)

    monkeypatch.setattr(time, "sleep", sleep)
    take([one], bulk=True)
    assert slept == []
    take([one], bulk=True)
    assert len(slept) == 1
    assert 0.2 <= slept[0] <= 0.22


def test_threads_that_take_rates_in_different_order_do_not_lock_each_other_up() -> None:
    one = pace(key="one", amount=10**6, seconds=1.0, burst=1000)
    two = pace(key="two", amount=10**6, seconds=1.0, burst=1000)
    failures: list[Exception] = []

    def work(first: slots.Pace, second: slots.Pace) -> None:
        try:
            for _ in range(100):
                take([first, second], bulk=True)
        except Exception as error:  # noqa: BLE001 - told to the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((one, two), (two, one)) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(300)

    assert failures == []


def test_bulk_leaves_the_next_slot_to_stock_that_waits(clock: Clock) -> None:
    one = pace(key="token", amount=10, seconds=1.0, kept=0.3)

    assert ask([one], bulk=True) == 0.0
    assert ask([one], bulk=False) == pytest.approx(0.1)

    clock.pass_by(0.145)
    assert 0.0 < ask([one], bulk=True) <= 0.15, "its own turn has come, but somebody waits"
    assert ask([one], bulk=False) == 0.0


def test_bulk_that_had_nothing_for_a_second_goes_first_once(clock: Clock) -> None:
    one = pace(key="token", amount=10, seconds=1.0, kept=0.3)

    assert ask([one], bulk=False) == 0.0
    assert ask([one], bulk=False) > 0.0
    clock.pass_by(0.1)
    assert ask([one], bulk=True) == 0.0
    assert ask([one], bulk=False) > 0.0
    clock.pass_by(0.145)
    assert ask([one], bulk=True) > 0.0, "once"
    assert ask([one], bulk=False) == 0.0


def test_bulk_that_crowds_a_rate_delays_stock_by_one_slot_at_most(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = pace(key="token", amount=8, seconds=1.0, kept=0.0)
    given: list[float] = []

    def crowd(seconds: float) -> None:
        """Let bulk ask all the time that stock sleeps."""
        for _ in range(40):
            given.extend([1.0] * (ask([one], bulk=True) == 0.0))
            clock.pass_by(seconds / 40)

    monkeypatch.setattr(time, "sleep", crowd)
    overtaken = []
    for _ in range(8):
        crowd(0.05)
        before = len(given)
        take([one], bulk=False)
        overtaken.append(len(given) - before)

    assert max(overtaken) <= 1
    assert given, "bulk goes on, too"

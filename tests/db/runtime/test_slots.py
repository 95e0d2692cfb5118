import subprocess
import sys
import threading
import time

import pytest
from django.db import connection

from torgpred.kernel.errors import RetryLaterError
from torgpred.runtime import slots
from torgpred.runtime.slots import ask, hold_only, pace, push_back, take

pytestmark = pytest.mark.django_db(transaction=True)

GRABBER = """
import sys, time
import django; django.setup()
from torgpred.runtime.slots import ask, pace
from django.db import connection
guarded = sys.argv[1] == "guarded"
one = pace(key="shared", amount=20, seconds=1.0, burst=5)
connection.ensure_connection()
print("ready", flush=True); sys.stdin.readline()
end = time.time() + 2.0
while time.time() < end:
    if not guarded or ask([one], bulk=True) == 0.0:
        print(time.time(), flush=True)
        if not guarded: time.sleep(0.005)
"""


def grab(mode: str, processes: int = 4) -> list[float]:
    """Let several processes take slots of one rate for two seconds; return when they got them."""
    running = [
        subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", GRABBER, mode],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    moments: list[float] = []
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("\n")
        one.stdin.flush()
    for one in running:
        out, _ = one.communicate(timeout=60)
        assert one.returncode == 0
        moments += [float(line) for line in out.split()]
    return sorted(moments)


def most_in_a_second(moments: list[float]) -> int:
    return max(sum(begin <= one < begin + 1.0 for one in moments) for begin in moments)


def test_processes_together_never_exceed_the_rate() -> None:
    moments = grab("guarded")

    # A moment is noted some time after its slot was given: a little slack, far from a second rate.
    assert most_in_a_second(moments) <= 22
    assert len(moments) >= 28


def test_control_without_slots_the_same_processes_do_exceed_it() -> None:
    assert most_in_a_second(grab("unguarded", processes=2)) > 60


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


def test_a_429_holds_every_lane_and_the_longest_hold_counts() -> None:
    push_back(["op"], 60.0)
    push_back(["op"], 1.0)

    assert 59.0 < ask([hold_only("op")], bulk=False) <= 60.0


def test_a_slot_too_far_away_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    push_back(["op"], 60.0)
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    with pytest.raises(RetryLaterError) as caught:
        take([hold_only("op")], bulk=True, patience=0.5)

    assert slept == []
    assert 59.0 < caught.value.data["after"] <= 60.0


def test_a_slot_soon_is_waited_for() -> None:
    one = pace(key="soon", amount=5, seconds=1.0)

    assert take([one], bulk=True) < 0.1
    assert take([one], bulk=True) >= 0.15


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
        thread.join(60)

    assert failures == []


def test_bulk_leaves_the_next_slot_to_stock_that_waits() -> None:
    one = pace(key="token", amount=10, seconds=1.0, kept=0.3)

    assert ask([one], bulk=True) == 0.0
    assert 0.0 < ask([one], bulk=False) <= 0.1

    _age("bulk_due_at", 0.1)
    _age("due_at", 0.1)
    assert 0.0 < ask([one], bulk=True) <= 0.15, "its own turn has come, but somebody waits"
    assert ask([one], bulk=False) == 0.0


def test_bulk_that_had_nothing_for_a_second_goes_first_once() -> None:
    one = pace(key="token", amount=10, seconds=1.0, kept=0.3)

    assert ask([one], bulk=False) == 0.0
    assert ask([one], bulk=False) > 0.0
    _age("due_at", 0.1)
    assert ask([one], bulk=True) == 0.0
    assert ask([one], bulk=False) > 0.0
    _age("due_at", 0.1)
    _age("bulk_due_at", 0.5)
    assert ask([one], bulk=True) > 0.0, "once"
    assert ask([one], bulk=False) == 0.0


def test_bulk_that_crowds_a_rate_delays_stock_by_one_slot_at_most() -> None:
    one = pace(key="token", amount=8, seconds=1.0, kept=0.0)
    given: list[float] = []
    over = threading.Event()

    def crowd() -> None:
        while not over.is_set():
            begin = time.monotonic()
            if ask([one], bulk=True) == 0.0:
                given.append(begin)
        connection.close()

    threads = [threading.Thread(target=crowd) for _ in range(3)]
    for thread in threads:
        thread.start()
    overtaken = []
    for _ in range(8):
        begin = time.monotonic()
        take([one], bulk=False)
        end = time.monotonic()
        overtaken.append(sum(begin < moment < end for moment in given))
        time.sleep(0.05)
    over.set()
    for thread in threads:
        thread.join(60)

    assert max(overtaken) <= 1
    assert given, "bulk goes on, too"


def _age(column: str, seconds: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE runtime_slot SET {column} = {column} - make_interval(secs => %s)", [seconds]
        )

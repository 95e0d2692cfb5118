"""A sale day, workers and all, in a home of its own: killed at random, and without a database.

The day's report is the judge; that it sees what is wrong is tried on a home that was tampered with.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from torgpred.runtime import database

pytestmark = pytest.mark.proof
KILLS = 50
MINUTES = 4.0
OUTAGE = 20.0
WRONG = ("missing", "doubled", "strange", "oversold", "differences", "untold")


def play(*words: object) -> tuple[int, dict[str, Any]]:
    """Play a day; return the exit code and the report."""
    command = [sys.executable, "-W", "ignore", "-m", "torgpred", "sale", "--check", "--json"]
    done = subprocess.run([*command, *map(str, words)], capture_output=True, check=False)
    assert done.stdout, done.stderr.decode()[-3000:]
    return done.returncode, json.loads(done.stdout)


def nothing_lost(code: int, report: dict[str, Any]) -> None:
    assert {name: report[name] for name in WRONG} == dict.fromkeys(WRONG, 0), report
    assert report["at_the_twins"] == report["here"] > 0
    assert report["pieces_sold"] == report["pieces_promised"] + report["pieces_short"]
    assert report["listings"] > 0
    assert report["hottest"]["agrees"]
    assert report["troubles"] == []
    assert code == 0


def test_workers_killed_at_fifty_random_moments_lose_nothing(
    own_home: Path, move_to: Callable[[Path], None], proof_share: float
) -> None:
    move_to(own_home)
    kills, minutes = int(KILLS * proof_share), MINUTES * proof_share
    code, report = play("--kill", kills, "--minutes", minutes, "--orders", int(minutes * 1000))
    assert report["kills"] == kills
    nothing_lost(code, report)


def test_a_database_that_is_away_for_twenty_seconds_costs_nothing_but_time(
    own_home: Path, move_to: Callable[[Path], None], proof_share: float
) -> None:
    move_to(own_home)
    outage, minutes = OUTAGE * proof_share, MINUTES / 2 * proof_share
    code, report = play("--outage", outage, "--minutes", minutes, "--orders", int(minutes * 1000))
    assert report["away"] >= outage
    assert report["outlived"]
    assert report["flowing_after"] is not None
    nothing_lost(code, report)
    if proof_share == 1.0:
        the_report_sees_what_is_wrong()


def the_report_sees_what_is_wrong() -> None:
    """The control: an order under a false number, a level that promises a piece too many."""
    database.ensure()
    with database.connect(database.address("admin")) as admin:
        admin.execute(
            "UPDATE orders_order SET remote_id = 'none of yours'"
            " WHERE id = (SELECT min(id) FROM orders_order)"
        )
        admin.execute(
            "UPDATE stock_level SET reserved = reserved + 1"
            " WHERE id = (SELECT min(id) FROM stock_level WHERE on_hand - reserved - locked > 5)"
        )
    code, report = play("--minutes", 0.1, "--orders", 20)
    assert (code, report["strange"], report["differences"]) == (1, 1, 1)

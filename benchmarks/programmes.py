"""Judging a catalogue for a programme: the first time, unchanged, and with 1 % of stocks changed.

Every offer stands in the shop as observed, has a level of stock, and was planned before. Each
judging runs in a fresh process; its clock starts with the call, after imports. Supply by category
is read over what was judged.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from benchmarks.feed_file import make_feed
from benchmarks.market import Place, bench_twin, settle_in, take_in
from benchmarks.measuring import figure, in_fresh_process, own_home, timed
from benchmarks.planning import _plan, _stand

CHANGED = 0.01
KEY = "aliexpress_ru/mall"
_FIRST = "the first judging, in the same run"


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    given = parser.parse_args()
    with own_home() as home:
        import django

        django.setup()
        with bench_twin(home) as twin:
            _story(home, settle_in(twin, "MALL"), given.offers)


def _story(home: Path, place: Place, offers: int) -> None:
    from torgpred.stock.services import feeds

    take_in(place, make_feed(home / "first.yml", offers))
    _plan(place)
    _stand(place)
    feeds.look(place.seller_id)
    first = _judge()
    _expect(first["offers"] == first["redone"] == offers, first)
    figure("programme.judge", offers / first["seconds"], "offers/s")
    figure("programme.judge.memory", first["peak_mb"], "MB")
    quiet = _judge()
    _expect(quiet["offers"] == offers and quiet["redone"] == 0, quiet)
    _told("programme.unchanged", offers, quiet, first)
    moved = _move(place, round(offers * CHANGED))
    again = _judge()
    _expect(again["redone"] == moved, again)
    _told("programme.again", offers, again, first)
    figure("programme.supply", 1_000 * again["supply"], "ms")


def _told(bench: str, offers: int, done: dict[str, Any], first: dict[str, Any]) -> None:
    figure(
        bench,
        offers / done["seconds"],
        "offers/s",
        ratio=first["seconds"] / done["seconds"],
        against=_FIRST,
    )


def _judge() -> dict[str, Any]:
    return in_fresh_process("benchmarks.programmes", "judge")


def _move(place: Place, levels: int) -> int:
    """Let a piece come to so many levels; return how many."""
    from django.db import connection

    from torgpred.runtime.scope import scope

    with scope(place.seller_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stock_level SET on_hand = on_hand + 1 WHERE id IN ("
            " SELECT id FROM stock_level WHERE seller_id = %s ORDER BY sku LIMIT %s)",
            [place.seller_id, levels],
        )
        return int(cursor.rowcount)


def _expect(holds: bool, result: dict[str, Any]) -> None:  # noqa: FBT001 - private
    if not holds:
        message = f"not the expected judging: {result}"
        raise RuntimeError(message)


def judge() -> None:
    """In a process of its own: judge all sellers for one programme, then read its supply."""
    import django

    django.setup()
    from django.db import connection

    from torgpred.programmes import selectors
    from torgpred.programmes.services.judging import judge_all

    programme = selectors.programme(KEY)
    connection.ensure_connection()
    with timed() as seconds:
        done = judge_all(key=KEY)
    with timed() as supply:
        selectors.supply(programme)
    told = {"seconds": seconds[0], "supply": supply[0]}
    told["offers"] = sum(one.offers for one in done)
    told["redone"] = sum(one.redone for one in done)
    print(json.dumps(told))


if __name__ == "__main__":
    if sys.argv[1:2] == ["judge"]:
        judge()
    else:
        main()

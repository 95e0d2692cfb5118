"""Taking in a YML of many offers: the first time, unchanged, and with a few prices changed.

Each reading runs in a fresh process between two bare scans of the same file (lxml's iterparse over
`offer`, cleared at once), and its offers per second are given as a ratio to theirs.
"""

import argparse
import json
import resource
import sys
from pathlib import Path

from benchmarks.feed_file import make_feed
from benchmarks.measuring import figure, in_fresh_process, own_home, timed
from lxml import etree

_SCAN = "bare lxml.iterparse(tag='offer') with clear over the same file"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    parser.add_argument("--repeats", type=int, default=1)
    given = parser.parse_args()
    with own_home() as home:
        for repeat in range(given.repeats):
            _story(home, given.offers, f"BENCH-{repeat}")


def _story(home: Path, offers: int, code: str) -> None:
    first = make_feed(home / "first.yml", offers)
    few = make_feed(home / "few.yml", offers // 10)
    small = _read(few, f"{code}S")
    large = _measured("feed.first", first, code)
    _memory("feed.first.memory", large, small)
    again = make_feed(first, offers, shuffled=True, date="2026-11-02 10:00")
    unchanged = _measured("feed.unchanged", again, code)
    some = make_feed(first, offers, shuffled=True, changed=0.02, date="2026-11-03 10:00", seed=7)
    changed = _measured("feed.some", some, code)
    _expect(large["added"] == offers, large)
    _expect(unchanged["unchanged"] == offers, unchanged)
    _expect(changed["changed"] == round(offers * 0.02), changed)


def _measured(bench: str, path: Path, code: str) -> dict[str, float]:
    before = in_fresh_process("benchmarks.feed_intake", "scan", path)
    result = _read(path, code)
    after = in_fresh_process("benchmarks.feed_intake", "scan", path)
    scan = (before["seconds"] + after["seconds"]) / 2
    rate = result["entries"] / result["seconds"]
    figure(bench, rate, "offers/s", ratio=scan / result["seconds"], against=_SCAN)
    return result


def _memory(bench: str, large: dict[str, float], small: dict[str, float]) -> None:
    figure(
        bench,
        large["peak_mb"],
        "MB",
        ratio=large["peak_mb"] / small["peak_mb"],
        against=f"the same with {small['entries']:.0f} offers",
    )


def _read(path: Path, code: str) -> dict[str, float]:
    return in_fresh_process("benchmarks.feed_intake", "read", path, code)


def _expect(holds: bool, result: dict[str, float]) -> None:  # noqa: FBT001 - private, two callers
    if not holds:
        message = f"not the expected reading: {result}"
        raise RuntimeError(message)


def scan(path: Path) -> None:
    """In a process of its own: the bare scan."""
    count = 0
    with timed() as seconds:
        for _, element in etree.iterparse(str(path), tag="offer", resolve_entities=False):
            element.clear()
            count += 1
    _tell(seconds=seconds[0], entries=count)


def read(path: Path, code: str) -> None:
    """In a process of its own: take the file in for the seller of a code."""
    import django

    django.setup()
    from django.db import connection

    from torgpred.accounts import selectors, services
    from torgpred.accounts.core.errors import UnknownTenantError
    from torgpred.catalogue.services import take_in

    try:
        seller = selectors.tenant(code)
    except UnknownTenantError:
        seller = services.add_seller(name=code, country="RU", code=code)
    connection.ensure_connection()
    with timed() as seconds:
        report = take_in(seller_id=seller.id, feed_name="catalogue", path=path, actor="bench")
    counts = report.counts
    _tell(
        seconds=seconds[0],
        entries=counts.entries,
        added=counts.added,
        unchanged=counts.unchanged,
        changed=counts.changed,
    )


def _tell(**result: float) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**result, "own_peak_mb": peak}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["scan"]:
        scan(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["read"]:
        read(Path(sys.argv[2]), sys.argv[3])
    else:
        main()

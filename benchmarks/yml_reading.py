"""Measure the YML reader side by side with a bare lxml.iterparse over the same file.

Prints one JSON object a line. Ratios are of CPU seconds of this process; memory is its peak. Each
step runs in a process of its own, so that no peak hides another.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.feed_file import make_feed
from lxml import etree

from torgpred.catalogue.core.opening import open_feed

STEPS = ("scan", "entries", "read")


def scan(path: Path) -> int:
    count = 0
    for _, element in etree.iterparse(str(path)):
        count += element.tag == "offer"
        element.clear()
    return count


def entries(path: Path) -> int:
    return sum(1 for _ in open_feed(path).entries())


def read(path: Path) -> int:
    reader = open_feed(path)
    return sum(reader.read(entry).offer is not None for entry in reader.entries())


def measure(step: str, path: Path) -> dict[str, float]:
    started = time.process_time()
    count = {"scan": scan, "entries": entries, "read": read}[step](path)
    spent = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"offers": count, "seconds": spent, "megabytes": peak}


def in_new_process(step: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.yml_reading", "--step", step, "--file", str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def best(step: str, path: Path, rounds: int) -> dict[str, float]:
    runs = [in_new_process(step, path) for _ in range(rounds)]
    return min(runs, key=lambda run: run["seconds"])


def show(bench: str, value: float, unit: str, ratio: float | None, against: str) -> None:
    shown = None if ratio is None else round(ratio, 2)
    print(
        json.dumps(
            {
                "bench": bench,
                "value": round(value, 1),
                "unit": unit,
                "ratio": shown,
                "against": against,
            }
        )
    )


def run(offers: int, rounds: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = make_feed(Path(folder) / "large.yml", offers)
        small = make_feed(Path(folder) / "small.yml", max(1, offers // 10))
        found = {step: best(step, path, rounds) for step in STEPS}
        bare = found["scan"]["seconds"]
        for step in STEPS:
            spent = found[step]["seconds"]
            against = "lxml.iterparse with clear, same file"
            show(f"yml.{step}", offers / spent, "offers/s", bare / spent, against)
        little = in_new_process("read", small)["megabytes"]
        large = found["read"]["megabytes"]
        show("yml.memory", large, "MB", large / little, "a tenth of the offers")


def main() -> None:
    """Run the benchmark, or one step of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--step", choices=STEPS)
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.step:
        print(json.dumps(measure(given.step, given.file)))
    else:
        run(given.offers, given.rounds)


if __name__ == "__main__":
    main()

"""All benchmarks: `python -m benchmarks [--offers N] [--only NAME]`, one JSON object a line.

Names are those of the figures, such as `plan.again`, or their beginnings, such as `feed`.
"""

import argparse
import sys

from benchmarks import applying, feed_intake, planning

APPLIED_AT_MOST = 20_000
"""Offers in `apply.overhead`: its cost per offer does not depend on how many there are."""
_BENCHES = {
    "feed.first feed.unchanged feed.some": feed_intake.main,
    "plan.first plan.again": planning.main,
    "apply.overhead": applying.main,
}


def main() -> None:
    """Run the benchmarks that are asked for, each in a throw-away installation."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    parser.add_argument("--only", default="", help="figure, or the beginning of its name")
    given = parser.parse_args()
    for names, run in _BENCHES.items():
        if any(name.startswith(given.only) for name in names.split()):
            offers = (
                given.offers if run is not applying.main else min(given.offers, APPLIED_AT_MOST)
            )
            sys.argv[1:] = ["--offers", str(offers)]
            run()


if __name__ == "__main__":
    main()

"""All benchmarks: `python -m benchmarks [--offers N] [--only NAME]`, one JSON object a line.

Names are those of the figures, such as `plan.again`, or their beginnings, such as `feed`.
"""

import argparse
import subprocess
import sys

APPLIED_AT_MOST = 20_000
"""Offers where a plan is applied: its cost per offer does not depend on how many there are."""
_BENCHES = {
    "feed.first feed.unchanged feed.some": "feed_intake",
    "plan.first plan.again": "planning",
    "apply.overhead": "applying",
    "mapping.category mapping.attribute": "mapping",
    "stock.from_feed": "stock_feed",
    "stock.fanout": "fanout",
    "orders.intake": "orders_intake",
    "board.streams": "board_streams",
    "programme.judge programme.unchanged programme.again programme.supply": "programmes",
    "web.lists": "web_lists",
    "campaign.switch.ready campaign.switch.first campaign.switch.last": "price_switch",
    "campaign.judge campaign.simulate": "campaign_judging",
}


def main() -> int:
    """Run the benchmarks that are asked for, each in a process and installation of its own."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    parser.add_argument("--only", default="", help="figure, or the beginning of its name")
    given = parser.parse_args()
    wanted = [
        module
        for names, module in _BENCHES.items()
        if any(name.startswith(given.only) for name in names.split())
    ]
    if not wanted:
        parser.error(f"no figure begins with {given.only!r}; known: {' '.join(_BENCHES)}")
    failed = 0
    for module in wanted:
        few = module in {"applying", "fanout", "price_switch"}
        offers = min(given.offers, APPLIED_AT_MOST) if few else given.offers
        command = [sys.executable, "-W", "ignore", "-m", f"benchmarks.{module}"]
        failed |= subprocess.run([*command, "--offers", str(offers)], check=False).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

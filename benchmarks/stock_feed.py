"""Stock from a feed: the numbers of a whole catalogue brought to the levels.

The catalogue is taken in beforehand. A look reads and decodes every offer's content and leaves a
level, a movement and a noted change for each that has pieces.
"""

import argparse
import json
import resource
import sys

from benchmarks.feed_file import make_feed
from benchmarks.measuring import figure, in_fresh_process, own_home, timed

_CODE = "BENCH"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    given = parser.parse_args()
    with own_home() as home:
        path = make_feed(home / "feed.yml", given.offers)
        in_fresh_process("benchmarks.feed_intake", "read", path, _CODE)
        looked = in_fresh_process("benchmarks.stock_feed", "look")
        if looked["read"] != given.offers or looked["differences"]:
            message = f"not the expected look: {looked}"
            raise RuntimeError(message)
        figure("stock.from_feed", given.offers / looked["seconds"], "offers/s")
        figure("stock.from_feed.memory", looked["peak_mb"], "MB")


def look() -> None:
    """In a process of its own: bring the seller's stock to what its file tells."""
    import django

    django.setup()
    from django.db import connection

    from torgpred.accounts import selectors as accounts
    from torgpred.orders.selectors import reserved_sums
    from torgpred.stock import selectors
    from torgpred.stock.services import feeds

    seller = accounts.tenant(_CODE).id
    connection.ensure_connection()
    with timed() as seconds:
        done = feeds.look(seller)
    wrong = selectors.recompute(seller, reserved=reserved_sums())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"seconds": seconds[0], "read": done.read, "changed": done.changed}
    print(json.dumps(told | {"differences": len(wrong), "own_peak_mb": peak}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["look"]:
        look()
    else:
        main()

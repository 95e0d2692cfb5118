"""What applying a plan costs us for each offer, with a twin that answers at once.

Our cost is the wall time of the apply without the time in which we wait for others: HTTP calls
under way (the twin works), slots not yet due (the marketplace's rates), and pauses until the next
poll. The database's time is ours. The shop's rates are lifted, so that no wait hides work.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.feed_file import make_feed
from benchmarks.market import bench_twin, settle_in, take_in
from benchmarks.measuring import figure, in_fresh_process, own_home, timed


def main(arguments: list[str] | None = None) -> None:
    """Print the figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=5_000)
    given = parser.parse_args(arguments)
    with own_home() as home:
        import django

        django.setup()
        with bench_twin(home) as twin:
            place = settle_in(twin, "APPLY")
            take_in(place, make_feed(home / "first.yml", given.offers))
            result = in_fresh_process(
                "benchmarks.applying", "apply", place.seller_id, place.shop_id
            )
            if result["done"] != given.offers or result["standing"] != given.offers:
                message = f"not everything was created: {result}"
                raise RuntimeError(message)
    own = result["seconds"] - result["waited"]
    figure(
        "apply.overhead",
        1000 * own / given.offers,
        "ms/offer",
        ratio=own / result["seconds"],
        against="the whole apply's wall time; our cost is that without HTTP calls under way,"
        " slots not yet due and pauses until the next poll",
    )


def apply(seller_id: int, shop_id: int) -> None:
    """In a process of its own: plan, apply with all waiting measured, and look at the shop."""
    import django

    django.setup()
    from torgpred.listings.services import applying
    from torgpred.listings.services.observing import Depth, observe
    from torgpred.listings.services.planning import make_plan

    plan = make_plan(seller_id=seller_id, shop_id=shop_id, actor="bench")
    applying.begin(seller_id=seller_id, plan_id=plan.id, actor="bench")
    with _waiting_measured() as waited, timed() as seconds:
        progress = applying.run(seller_id=seller_id, plan_id=plan.id, sleeping=time.sleep)
    standing = observe(shop_id=shop_id, depth=Depth.LIST).products
    told = {"done": progress.states.get("done", 0), "standing": standing}
    print(json.dumps({**told, "seconds": seconds[0], "waited": sum(waited)}))


@contextmanager
def _waiting_measured() -> Iterator[list[float]]:
    """Collect the seconds of every wait: HTTP calls, and sleeps of slots and polls.

    Rates are lifted: a slot that is asked for is due.
    """
    import httpx

    from torgpred.runtime import slots

    waited: list[float] = []

    def measured(original: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - passed through
            with timed() as seconds:
                result = original(*arguments, **named)
            waited.append(seconds[0])
            return result

        return call

    ask, send, sleep = slots.ask, httpx.Client.send, time.sleep

    def lifted(*arguments: Any, **named: Any) -> float:  # noqa: ANN401 - passed through
        ask(*arguments, **named)
        return 0.0

    slots.ask, httpx.Client.send, time.sleep = lifted, measured(send), measured(sleep)  # type: ignore[method-assign]
    try:
        yield waited
    finally:
        slots.ask, httpx.Client.send, time.sleep = ask, send, sleep  # type: ignore[method-assign]


if __name__ == "__main__":
    if sys.argv[1:2] == ["apply"]:
        apply(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()

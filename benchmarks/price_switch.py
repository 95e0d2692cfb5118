"""How soon a sale's prices are ready, and how late they go out: 20,000 price steps of one shop.

Ready: from the moment the prices are planned until the switch has its plan. Then the switch is
begun at its moment as a worker does, with the shop's rates as they are, and the twin takes the
calls. The slots force a time by themselves: so many calls at the rate that is left to prices.
What the first call is late, and the last one beyond that time, is ours (and the twin's answers').
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from unittest import mock

from benchmarks.feed_file import make_feed
from benchmarks.market import bench_twin, settle_in, take_in
from benchmarks.measuring import figure, in_fresh_process, own_home, timed

PRICE_CALL = "/product/update-sku-price"


def main(arguments: list[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=20_000)
    given = parser.parse_args(arguments)
    with own_home() as home:
        import django

        django.setup()
        with bench_twin(home) as twin:
            place = settle_in(twin, "SWITCH")
            take_in(place, make_feed(home / "first.yml", given.offers))
            in_fresh_process("benchmarks.applying", "apply", place.seller_id, place.shop_id)
            result = in_fresh_process(
                "benchmarks.price_switch", "switch", place.seller_id, place.shop_id
            )
    if result["steps"] != given.offers or result["done"] != given.offers:
        message = f"not every price was switched: {result}"
        raise RuntimeError(message)
    figure(
        "campaign.switch.ready",
        result["ready"],
        "s",
        ratio=result["ready"] / 60,
        against="the minute within which a sale that is planned at the last moment must be ready",
    )
    figure("campaign.switch.first", 1000 * result["first"], "ms after the moment")
    figure(
        "campaign.switch.last",
        result["last"] - result["forced"],
        "s beyond the slots",
        ratio=result["last"] / result["forced"],
        against=f"the {result['forced']:.1f} s that the slots force for {result['calls']} calls",
    )


def switch(seller_id: int, shop_id: int) -> None:
    """In a process of its own: plan the prices, make them ready, switch them at the moment."""
    import django

    django.setup()
    from torgpred.channels.services import family_of
    from torgpred.kernel.clock import now
    from torgpred.listings import selectors
    from torgpred.listings.services import applying, price_desk, switching, timed_prices

    mock.patch.object(price_desk, "SOON", timedelta(days=1)).start()
    keys = _prices(seller_id)
    begin = time.process_time()
    with timed() as ready:
        start = now() + timedelta(hours=1)
        timed_prices.schedule(
            seller_id=seller_id,
            shop_id=shop_id,
            prices=keys,
            starts_at=start,
            ends_at=start + timedelta(days=1),
            reference="bench",
            actor="bench",
        )
        (first,) = [one for one in switching.coming() if one.due_at == start]
        switching.prepare(seller_id=seller_id, shop_id=shop_id, switch_id=first.switch_id)
    cpu = time.process_time() - begin
    # However slow the machine is: the plan made anew is there before the moment.
    moment = now() + timedelta(seconds=20 + 3 * ready[0])
    timed_prices.move(seller_id=seller_id, reference="bench", starts_at=moment, actor="bench")
    (first,) = [one for one in switching.coming() if one.due_at == moment]
    switching.prepare(seller_id=seller_id, shop_id=shop_id, switch_id=first.switch_id)
    with _calls_noted() as calls:
        plans = price_desk.begin_due()
        while applying.under_way(switches=True):
            price_desk.hand_out(plans)
    limits = family_of(shop_id).limits
    (ceiling,) = [one for one in limits if one.operations == ("*",)]
    rate = ceiling.amount * (1 - ceiling.kept_for_stock_and_orders) / ceiling.seconds
    times = [(at - first.due_at).total_seconds() for at in calls]
    told: dict[str, Any] = {
        "ready": ready[0],
        "cpu": cpu,
        "steps": selectors.plans(seller_id, 1)[0].counts["price"],
        "done": selectors.receipt(seller_id, plans[0][1]).steps.get("price.done", 0),
        "calls": len(times),
        "first": min(times),
        "last": max(times),
        "forced": (len(times) - 1) / rate,
    }
    print(json.dumps(told), file=sys.stderr)
    print(json.dumps(told))


def _prices(seller_id: int) -> list[Any]:
    """Return a price a tenth lower for each offer of the seller."""
    from django.db import connection

    from torgpred.listings.services.timed_prices import PriceAhead
    from torgpred.runtime.scope import scope

    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT offer.key, price.amount FROM catalogue_offer offer JOIN catalogue_price price"
            " ON price.offer_id = offer.id AND price.valid_to IS NULL WHERE offer.seller_id = %s",
            [seller_id],
        )
        cent = Decimal("0.01")
        return [
            PriceAhead(key, (amount * Decimal("0.9")).quantize(cent))
            for key, amount in cursor.fetchall()
        ]


@contextmanager
def _calls_noted() -> Iterator[list[datetime]]:
    """Note the moment of every price call."""
    import httpx

    from torgpred.kernel.clock import now

    calls: list[datetime] = []
    send = httpx.Client.send

    def noted(client: httpx.Client, request: httpx.Request, **given: Any) -> httpx.Response:  # noqa: ANN401 - passed through
        if request.url.path.endswith(PRICE_CALL):
            calls.append(now())
        return send(client, request, **given)

    httpx.Client.send = noted  # type: ignore[method-assign, assignment]
    try:
        yield calls
    finally:
        httpx.Client.send = send  # type: ignore[method-assign]


if __name__ == "__main__":
    if sys.argv[1:2] == ["switch"]:
        switch(int(sys.argv[2]), int(sys.argv[3]))
    else:
        main()

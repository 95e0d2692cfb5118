"""From the commit of a stock change to the call leaving for the last of ten shops.

Ten shops of one seller stand at one twin with an account each, 100 ms between a token's calls.
Real worker processes tell them: first with nothing else to do, then while the bulk worker
publishes listings in the first of these shops, with the same token. When a call left is taken from
the journal: its line is written when the answer is there, less the milliseconds that took.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.feed_file import make_feed
from benchmarks.market import FAMILY, Place, bench_twin, take_in
from benchmarks.measuring import figure, own_home

SHOPS = 10
LISTED = 200
"""Products that stand in every shop; each sample sells a piece of another one."""
_PATIENCE = 60.0


def main(arguments: list[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=20_000, help="listings of the bulk publish")
    parser.add_argument("--samples", type=int, default=30)
    given = parser.parse_args(arguments)
    with own_home() as home:
        import django

        django.setup()
        with bench_twin(home) as twin:
            places = _settle_in(twin, home)
            take_in(places[0], make_feed(home / "all.yml", given.offers + LISTED))
            keys = _with_stock(places[0])
            with _workers():
                _samples(places, keys[:5])  # connections and caches
                idle = _samples(places, keys[5 : 5 + given.samples])
                busy, published = _under_bulk(places, keys[5 + given.samples :])
            _assert_told(twin, keys[: 5 + given.samples + len(busy)])
    for name, unit, seconds in (
        ("stock.fanout", "ms, worst under bulk", max(busy)),
        ("stock.fanout.median", "ms, median under bulk", statistics.median(busy)),
    ):
        calm = max(idle) if "worst" in unit else statistics.median(idle)
        figure(
            name,
            1000 * seconds,
            unit,
            ratio=seconds / calm,
            against=f"{1000 * calm:.0f} ms with nothing else to do; {len(idle)} and {len(busy)}"
            f" changes, {SHOPS} shops, {published} listings published meanwhile",
        )


_LEFT = 99


def _settle_in(twin: Any, home: Path) -> list[Place]:  # noqa: ANN401 - a running twin
    """Take on a seller with ten shops, the same products standing in each."""
    from torgpred.accounts import services as accounts
    from torgpred.channels import selectors as channels
    from torgpred.channels import services as channel_services
    from torgpred.listings.core.policy import ShopPolicy
    from torgpred.listings.services import applying, contexts
    from torgpred.listings.services.planning import make_plan
    from torgpred.stock.services.feeds import set_feed_policy

    seller = accounts.add_seller(name="FAN", country="RU", code="FAN").id
    # The file's own numbers would come in between the first samples.
    set_feed_policy(seller_id=seller, use="off")
    places = []
    for number in range(SHOPS):
        account = twin.control("POST", "accounts", {"code": f"fan{number}"})
        shop = channel_services.add_shop(
            tenant_id=seller,
            family=FAMILY,
            name=f"fan{number}",
            credentials={"token": account["token"]},
            address=twin.base_url,
        ).id
        channel_services.test_shop(shop)
        policy = ShopPolicy(
            delivery_template_id=channels.delivery_templates(shop)[0].id, lead_time_days=3
        )
        contexts.set_policy(seller_id=seller, shop_id=shop, policy=policy, actor="bench")
        places.append(Place(seller_id=seller, shop_id=shop))
    channel_services.learn_rules(places[0].shop_id)
    take_in(places[0], make_feed(home / "few.yml", LISTED))
    for place in places:
        plan = make_plan(seller_id=seller, shop_id=place.shop_id, actor="bench")
        applying.begin(seller_id=seller, plan_id=plan.id, actor="bench")
        applying.run(seller_id=seller, plan_id=plan.id)
    return places


def _with_stock(place: Place) -> list[str]:
    """Give every product that stands in all shops a hundred pieces; return their keys."""
    from django.db import connection

    from torgpred.runtime.scope import scope

    with scope(place.seller_id), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
            " VALUES (%s, 'MAIN', 'Main', 'RU', 0, now()) RETURNING id",
            [place.seller_id],
        )
        cursor.execute(
            "INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand)"
            " SELECT seller_id, sku, %s, 100 FROM listings_listing GROUP BY seller_id, sku"
            " RETURNING sku",
            [cursor.fetchone()[0]],
        )
        return sorted(row[0] for row in cursor.fetchall())


@contextmanager
def _workers() -> Iterator[None]:
    """Run both worker processes, as `torgpred worker` does."""
    command = [sys.executable, "-W", "ignore", "-m", "torgpred", "worker"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def _under_bulk(places: list[Place], keys: list[str]) -> tuple[list[float], int]:
    """Sell while the bulk worker publishes; return the times, and how much was published."""
    from torgpred.listings.services import applying
    from torgpred.listings.services.planning import make_plan

    first = places[0]
    plan = make_plan(seller_id=first.seller_id, shop_id=first.shop_id, actor="bench")
    applying.begin(seller_id=first.seller_id, plan_id=plan.id, actor="bench")
    times: list[float] = []
    left = iter(keys)
    while applying.under_way() and (key := next(left, "")):
        times += _samples(places, [key])
    while applying.under_way():
        time.sleep(0.5)
    return times, plan.counts["steps"]


def _samples(places: list[Place], keys: list[str]) -> list[float]:
    return [_sample(places, key) for key in keys]


def _sample(places: list[Place], key: str) -> float:
    """Sell one piece, and return the seconds until the last shop's call left."""
    from django.db import connection, transaction

    from torgpred.kernel.clock import now
    from torgpred.runtime import jobs
    from torgpred.runtime.scope import scope

    committed: list[datetime] = []
    seller = places[0].seller_id
    with scope(seller), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE stock_level SET on_hand = %s WHERE seller_id = %s AND sku = %s",
            [_LEFT, seller, key],
        )
        cursor.execute(
            "INSERT INTO stock_change (seller_id, sku, at) VALUES (%s, %s, now())", [seller, key]
        )
        transaction.on_commit(lambda: committed.append(now()))
        jobs.wake("stock.changed")
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        with scope(seller), connection.cursor() as cursor:
            cursor.execute(
                "SELECT shop_id, at, milliseconds FROM runtime_call"
                " WHERE tenant_id = %s AND operation = 'product.stock' AND at > %s",
                [seller, committed[0]],
            )
            left: dict[int, datetime] = {
                shop: at - timedelta(milliseconds=milliseconds)
                for shop, at, milliseconds in cursor.fetchall()
            }
        if len(left) == len(places):
            time.sleep(0.3)  # the shops' own tasks end
            return (max(left.values()) - committed[0]).total_seconds()
        time.sleep(0.05)
    message = f"only {len(left)} shops were told of {key}"
    raise RuntimeError(message)


def _assert_told(twin: Any, keys: list[str]) -> None:  # noqa: ANN401 - a running twin
    """Prove that every shop shows what is left of these."""
    shown = [
        (listing["account"], sku["code"], sku["ipm_sku_stock"])
        for listing in twin.control("GET", "listings")
        for sku in listing["sku"]
        if sku["code"] in set(keys)
    ]
    wrong = [one for one in shown if one[2] != _LEFT]
    if wrong or len(shown) != SHOPS * len(keys):
        message = f"{len(shown)} numbers, wrong ones: {wrong[:20]}"
        raise RuntimeError(message)


if __name__ == "__main__":
    main()

"""The live board on a sale day: 200 open streams over 1,000,000 orders, row security on.

One server process (granian), 200 members of the operator with a stream each, orders coming in all
the while. Measured: the server's CPU, the database's readings, and seconds that any stream missed.
Beside it what the same database costs where every stream reads for itself.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
from benchmarks.measuring import figure, own_home, timed

STREAMS = 200
SECONDS = 30
SELLERS = 20
SHOPS = 2
PORT = 18_931


def main(arguments: list[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000, help="five orders for each of them")
    given = parser.parse_args(arguments)
    orders = given.offers * 5
    with own_home() as home:
        import django

        django.setup()
        from torgpred.web import serving

        serving.prepare()
        _sell(orders)
        cookies = _people()
        _reading(orders)
        server = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "torgpred", "web", "--port", str(PORT)],
            stderr=(home / "web.log").open("wb"),
        )
        try:
            _await_server(home)
            _report(*asyncio.run(_watch(server.pid, cookies)))
        finally:
            server.terminate()
            server.wait()


def _sell(orders: int) -> None:
    """Put a day of orders, evenly spread, behind us, with stock for them."""
    from django.db import connection

    from torgpred.accounts import services as accounts
    from torgpred.runtime.database import address, connect
    from torgpred.runtime.scope import operator_scope

    accounts.ensure_operator()
    for number in range(SELLERS):
        accounts.add_seller(name=f"Seller {number}", country="RU", code=f"S{number:02}")
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
            " created_at) SELECT id, 'aliexpress_ru', 'bench ' || n, 'http://127.0.0.1', 'RUB',"
            " false, 'active', now() FROM accounts_tenant, generate_series(1, %s) n"
            " WHERE kind = 'seller'",
            [SHOPS],
        )
    with connect(address("owner")) as owner:
        owner.execute(_ORDERS, {"orders": orders})
        owner.execute(_SUMS)
        owner.execute(_STOCK, {"skus": orders // 5 // SELLERS})
        owner.commit()
        owner.autocommit = True
        owner.execute("VACUUM ANALYZE")


_ORDERS = """
    INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase, placed_at,
        ship_by, currency, amount, country, buyer)
    SELECT shop.tenant_id, n, shop.id, 'O-' || n,
           CASE WHEN n %% 3 = 0 THEN 'to_ship' ELSE 'shipped' END,
           placed, placed + interval '2 days', 'RUB', 100 + n %% 900, 'RU', ''
    FROM generate_series(1, %(orders)s) n
    CROSS JOIN LATERAL (SELECT date_trunc('day', now() AT TIME ZONE 'Europe/Moscow')
        AT TIME ZONE 'Europe/Moscow' + (n::float8 / %(orders)s) * interval '1 day' AS placed) at
    JOIN (SELECT *, row_number() OVER (ORDER BY id) AS place FROM channels_shop) shop
      ON shop.place = n %% (SELECT count(*) FROM channels_shop) + 1
"""
_SUMS = """
    INSERT INTO orders_minutesum (seller_id, shop_id, currency, minute, parts, orders, amount)
    SELECT seller_id, shop_id, currency, date_trunc('minute', placed_at) + span.back, count(*),
           count(*), sum(amount)
    FROM orders_consignment, (VALUES (interval '0'), (interval '-1 year')) AS span (back)
    GROUP BY 1, 2, 3, 4
"""
_STOCK = """
    WITH place AS (
        INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)
        SELECT id, 'M', 'M', 'RU', 0, now() FROM accounts_tenant WHERE kind = 'seller'
        RETURNING id, seller_id
    )
    INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand, reserved)
    SELECT seller_id, 'SKU-' || n, id, 100, n %% 100 FROM place, generate_series(1, %(skus)s) n
"""


def _people() -> list[str]:
    """Return the session of each of the members who watch."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from torgpred.accounts import services as accounts

    operator = accounts.ensure_operator()
    found = []
    for number in range(STREAMS):
        email = f"watcher{number}@example.org"
        user = accounts.ensure_person(email=email, name=email)
        accounts.ensure_member(
            tenant_id=operator.id, email=email, name=email, role="reader", user_id=user.pk
        )
        session = SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
        session.create()
        found.append(str(session.session_key))
    return found


def _reading(orders: int) -> None:
    """Report what one reading costs, as everybody's would who reads alone."""
    from torgpred.accounts import selectors as accounts
    from torgpred.accounts import services
    from torgpred.web.board import figures

    for tenant, name in ((services.ensure_operator(), "all"), (accounts.tenant("S01"), "seller")):
        figures.forget()
        first = figures.board(tenant)
        with timed() as fast:
            for second in range(1, 9):
                figures.board(tenant, lambda: first.at + timedelta(seconds=second))  # noqa: B023
        figures.forget()
        with timed() as whole:
            figures.board(tenant)
        figure(f"board.reading.{name}", fast[0] / 8 * 1e3, "ms a second")
        figure(f"board.slow.{name}", (whole[0] - fast[0] / 8) * 1e3, "ms in ten seconds")
    figure("board.orders", orders, "orders")


def _await_server(home: Path) -> None:
    import httpx

    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            if httpx.get(f"http://127.0.0.1:{PORT}/healthz", timeout=2).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.5)
    raise RuntimeError((home / "web.log").read_text(errors="replace")[-2000:])


async def _watch(pid: int, cookies: list[str]) -> tuple[list[list[int]], float, float, int]:
    """Return the seconds each stream got, the server's CPU seconds, the time, and bytes read."""
    seen: list[list[int]] = [[] for _ in cookies]
    read = [0]
    tasks = []
    for place, cookie in enumerate(cookies):
        tasks.append(asyncio.ensure_future(_one(cookie, seen[place], read)))
        await asyncio.sleep(0.02)
    until = time.monotonic() + 60
    while not all(seen) and time.monotonic() < until:  # noqa: ASYNC110 - filled in many places
        await asyncio.sleep(0.1)
    for one in seen:
        one.clear()
    before, began, already = _cpu(pid), time.monotonic(), read[0]
    await asyncio.sleep(SECONDS)
    used, took = _cpu(pid) - before, time.monotonic() - began
    got = read[0] - already
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return seen, used, took, got


async def _one(cookie: str, seen: list[int], read: list[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", PORT)
    asked = (
        "GET /m/board/stream HTTP/1.1",
        "Host: 127.0.0.1",
        f"Cookie: torgpred={cookie}",
        "",
        "",
    )
    writer.write("\r\n".join(asked).encode())
    while line := await reader.readline():
        read[0] += len(line)
        if line.startswith(b"id: "):
            seen.append(int(line[4:]))


def _cpu(pid: int) -> float:
    root = psutil.Process(pid)
    times: list[Any] = [one.cpu_times() for one in (root, *root.children(recursive=True))]
    return float(sum(one.user + one.system for one in times))


def _report(seen: list[list[int]], used: float, took: float, got: int) -> None:
    missed = [
        max(one[-1] - one[0] + 1 - len(one), 0) if one else SECONDS for one in seen
    ]  # fmt: skip
    figure("board.streams", used / took * 100, "% of one core", ratio=sum(missed),
           against=f"seconds missed, over {len(seen)} streams and {took:.0f} s")  # fmt: skip
    figure("board.streams.events", sum(map(len, seen)) / took, "figures/s")
    figure("board.streams.bytes", got / took / 1024, "KiB/s")
    if any(missed):
        worst = {"worst": max(missed), "streams": sum(1 for one in missed if one)}
        print(json.dumps(worst), file=sys.stderr)


if __name__ == "__main__":
    main()

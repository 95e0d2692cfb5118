"""Orders taken in: pages of JSON to committed orders with their stock allocated.

Pages of 100 orders, two lines each, 10,000 SKUs under Zipf demand (s = 1.1), 5 % re-deliveries.
Held against one binary COPY per table over one connection, of exactly the orders, consignments,
lines and allocations that the intake left: prebuilt, into tables with the same indexes and
constraints, in batches of 1,000 orders with a commit each. Beside it a plain Django loop.

All begin alike: after a checkpoint, and with files of the write-ahead log to write over, as on a
server that has run for a while (a new one fills each file with zeros first). The time ends when the
last worker says that all it read is committed; that a process then takes its leave is no intake.
Each run is followed by its own copying, and the whole is done three times: medians are told, since
one look of autovacuum, or the first touch of the server's memory, is a tenth of a single run.
"""

import argparse
import itertools
import json
import random
import subprocess
import sys
from bisect import bisect
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

import msgspec
import psycopg
from benchmarks.measuring import figure, own_home, timed

SKUS = 10_000
ZIPF = 1.1
PAGE = 100
BATCH = 1_000
LOG_FILES = 16
"""Of 16 MB each: what `min_wal_size` of our conf keeps, more than one run writes."""
ROUNDS = 3
AGAIN = 20
"""Every 20th order is one that came before."""
TABLES = ("orders_order", "orders_consignment", "orders_line", "orders_allocation")
_ORDERS_OF = {
    "orders_order": "SELECT id, id AS order_id FROM orders_order",
    "orders_consignment": "SELECT id, order_id FROM orders_consignment",
    "orders_line": "SELECT id, order_id FROM orders_line",
    "orders_allocation": "SELECT allocation.id, line.order_id FROM orders_allocation allocation"
    " JOIN orders_line line ON line.id = allocation.line_id",
}


def main(arguments: list[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000, help="as many orders are taken in")
    given = parser.parse_args(arguments)
    orders = min(given.offers, 60_000)
    with own_home() as home:
        import django

        django.setup()
        seller, shop = _settle_in()
        pages = home / "pages"
        pages.mkdir()
        _write_pages(pages, orders)
        _make_log_files()
        runs: dict[int, list[tuple[float, float]]] = {1: [], 2: []}
        for _ in range(ROUNDS):
            for workers, measured in runs.items():
                measured.append((_in_workers(workers, seller, shop, pages), _copied()))
                _forget()
        one = _report("orders.intake", runs[1], "one worker")
        _report("orders.intake.two", runs[2], "two workers")
        loop = _loop(seller, shop, pages, min(orders, 1_000))
        name = "orders.intake.django_loop"
        figure(name, loop, "orders/s", ratio=one / loop, against="the intake")


def _report(bench: str, measured: list[tuple[float, float]], who: str) -> float:
    rate, copied = median(one for one, _ in measured), median(one for _, one in measured)
    ratios = [taken / beside for taken, beside in measured]
    figure(
        bench, rate, "orders/s", ratio=median(ratios),
        against=f"one binary COPY a table, {copied:.0f} orders/s; {who}; {ROUNDS} rounds,"
        f" ratios {min(ratios):.3f} to {max(ratios):.3f}",
    )  # fmt: skip
    return rate


def _settle_in() -> tuple[int, int]:
    from django.db import connection

    from torgpred.accounts import services as accounts
    from torgpred.runtime.scope import operator_scope

    seller = accounts.add_seller(name="Bench", country="RU", code="BENCH").id
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
            " created_at) VALUES (%s, 'aliexpress_ru', 'bench', 'http://127.0.0.1', 'RUB', false,"
            " 'active', now()) RETURNING id",
            [seller],
        )
        shop = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
            " VALUES (%s, 'M', 'M', 'RU', 0, now()) RETURNING id",
            [seller],
        )
        cursor.execute(
            "INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand)"
            " SELECT %s, 'SKU-' || n, %s, 10000000 FROM generate_series(1, %s) n",
            [seller, cursor.fetchone()[0], SKUS],
        )
    _as_owner("ANALYZE stock_level")
    return seller, shop


def _make_log_files() -> None:
    with _as_admin() as admin:
        for _ in range(LOG_FILES):
            admin.execute("SELECT pg_logical_emit_message(false, 'bench', 'a file')")
            admin.execute("SELECT pg_switch_wal()")


def _rest() -> None:
    """Write out what is in memory, and count what changed, so that no run does it for another."""
    with _as_admin() as admin:
        admin.execute(f"ANALYZE {', '.join(TABLES)}, orders_tally, stock_level".encode())
        admin.execute("CHECKPOINT")


def _as_admin() -> psycopg.Connection[Any]:
    from django.db import connection

    from torgpred.runtime.database import address, connect

    admin = connect(address("admin").at(connection.settings_dict["NAME"] or "torgpred"))
    admin.autocommit = True
    return admin


def _as_owner(*statements: str) -> None:
    from torgpred.runtime.database import address, connect

    with connect(address("owner")) as owner:
        owner.autocommit = True
        for statement in statements:
            owner.execute(statement.encode())


def _write_pages(folder: Path, orders: int) -> None:
    rng = random.Random(1111)
    weights = list(itertools.accumulate(1 / rank**ZIPF for rank in range(1, SKUS + 1)))
    made: list[dict[str, Any]] = []
    for number in range(orders):
        again = made[max(0, number - 500)] if number and number % AGAIN == 0 else None
        made.append(again or _order(number, rng, weights))
    for place, start in enumerate(range(0, orders, PAGE)):
        page = made[start : start + PAGE]
        body = {"data": {"total_count": len(page), "orders": page}, "error": None}
        (folder / f"{place:06d}.json").write_bytes(msgspec.json.encode(body))


def _order(number: int, rng: random.Random, weights: list[float]) -> dict[str, Any]:
    lines: list[dict[str, Any]] = []
    for place in range(2):
        sku = bisect(weights, rng.random() * weights[-1]) + 1
        price = rng.randrange(10_000, 999_999)
        lines.append(
            {
                "id": 10_910_000_000_000_001 + 2 * number + place,
                "item_id": str(10_050_070_000_000_000 + sku),
                "sku_id": str(12_000_030_000_000_000 + sku),
                "sku_code": f"SKU-{sku}",
                "name": "Валенки детские серые",
                "img_url": "https://img.example/1.jpg",
                "item_price": price,
                "quantity": 1,
                "total_amount": price,
                "properties": [],
                "buyer_comment": None,
                "issue_status": "NoDispute",
                "promotions": [],
                "order_line_fees": None,
            }
        )
    total = sum(line["total_amount"] for line in lines)
    paid = datetime(2026, 11, 11, tzinfo=UTC) + timedelta(microseconds=number * 185)
    moment = paid.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return {
        "id": 10_900_000_000_000_001 + number,
        "created_at": moment,
        "paid_at": moment,
        "updated_at": moment,
        "status": "InProgress",
        "payment_status": "Hold",
        "delivery_status": "Init",
        "antifraud_status": "Passed",
        "order_display_status": "WaitSendGoods",
        "total_amount": total,
        "buyer_name": "Пробная Варвара Игоревна",
        "buyer_phone": "+70000000001",
        "buyer_country_code": "RU",
        "delivery_address": "Россия, Московская область, г. Пробинск, Учебная ул., д. 5",
        "delivery_info": {
            "country": "Россия",
            "region": "Московская область",
            "city": "Пробинск",
            "street_house": "Учебная ул., д. 5",
            "index": "000000",
            "receiver": {"name": "Пробная Варвара Игоревна", "phone": "+70000000001"},
        },
        "cut_off_date": "2026-11-14T00:00:00.000000Z",
        "shipping_deadline": "2026-11-14T00:00:00.000000Z",
        "disputes": [],
        "commission": {
            "platform_fee": total * 8 // 100,
            "affiliate_fee": total * 2 // 100,
            "estimate_revenue": total * 90 // 100,
        },
        "order_lines": lines,
        "pre_split_postings": [],
        "logistic_orders": [],
    }


def _in_workers(workers: int, seller: int, shop: int, pages: Path) -> float:
    """Return orders a second: from the moment all workers are ready until the last has all in."""
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.orders_intake", "worker"]
    words = [str(seller), str(shop), str(pages), str(workers)]
    running = [
        subprocess.Popen(
            [*command, *words, str(number)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for number in range(workers)
    ]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    _rest()
    with timed() as seconds:
        for one in running:
            assert one.stdin is not None
            one.stdin.close()
        read = 0
        for one in running:
            assert one.stdout is not None
            read += json.loads(one.stdout.readline())["read"]
    for one in running:
        one.wait()
    return read / seconds[0]


def worker(seller: int, shop: int, folder: str, workers: int, number: int) -> None:
    """In a process of its own: decode every so many pages' batches and take them in."""
    import django

    django.setup()
    from torgpred.connectors.aliexpress_ru.order_answers import read_orders
    from torgpred.orders.services.intake import Intake
    from torgpred.orders.services.staging import Staged, Whose

    files = sorted(Path(folder).glob("*.json"))
    together = BATCH // PAGE
    batches = [files[start : start + together] for start in range(0, len(files), together)]
    mine = [[file.read_bytes() for file in batch] for batch in batches[number::workers]]
    whose = Whose(owner=seller)
    print("ready", flush=True)
    sys.stdin.read()
    read = 0
    with Intake() as intake:
        for batch in mine:
            staged = Staged()
            for body in batch:
                staged.add(shop, whose, read_orders(body).orders)
            read += staged.count
            intake.give(staged)
    print(json.dumps({"read": read}), flush=True)


def _copied() -> float:
    """Return orders a second of copying what the intake left."""
    with _as_admin() as admin:
        ids = [row[0] for row in admin.execute("SELECT id FROM orders_order ORDER BY id")]
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        data: dict[str, list[bytes]] = {table: [] for table in TABLES}
        for table, orders_of in _ORDERS_OF.items():
            admin.execute(f"CREATE TABLE copied_{table} (LIKE {table} INCLUDING ALL)".encode())
            admin.execute(f"CREATE TEMP TABLE of_{table} AS {orders_of}".encode())
            admin.execute(f"CREATE INDEX ON of_{table} (order_id)".encode())
            admin.execute(f"ANALYZE of_{table}".encode())
            for batch in batches:
                query = (
                    f"COPY (SELECT row.* FROM {table} row JOIN of_{table} USING (id)"
                    f" WHERE of_{table}.order_id BETWEEN {batch[0]} AND {batch[-1]}"
                    " ORDER BY row.id) TO STDOUT (FORMAT binary)"
                )
                with admin.cursor().copy(query.encode()) as out:
                    data[table].append(b"".join(bytes(part) for part in out))
        _rest()
        admin.autocommit = False
        with timed() as seconds:
            for place in range(len(batches)):
                for table in TABLES:
                    copying = f"COPY copied_{table} FROM STDIN (FORMAT binary)".encode()
                    with admin.cursor().copy(copying) as into:
                        into.write(data[table][place])
                admin.commit()
        for table in TABLES:
            admin.execute(f"DROP TABLE copied_{table}".encode())
        admin.commit()
    return len(ids) / seconds[0]


def _forget() -> None:
    _as_owner(
        "TRUNCATE orders_order, orders_consignment, orders_line, orders_allocation,"
        " orders_shortage, orders_soldname, stock_change CASCADE",
        "UPDATE stock_level SET reserved = 0",
        "VACUUM stock_level",
    )


def _loop(seller: int, shop: int, folder: Path, orders: int) -> float:
    """Take orders in as a plain Django program would: one by one, levels locked row by row."""
    from django.db import transaction

    from torgpred.connectors.aliexpress_ru.order_answers import read_orders
    from torgpred.kernel.clock import now
    from torgpred.orders.models import Allocation, Consignment, Line, Order
    from torgpred.runtime.scope import operator_scope
    from torgpred.stock.models import Level

    raws = [
        raw
        for file in sorted(folder.glob("*.json"))[: orders // PAGE]
        for raw in read_orders(file.read_bytes()).orders
    ]
    with timed() as seconds:
        for raw in raws:
            with operator_scope(), transaction.atomic():
                if Order.objects.filter(shop_id=shop, remote_id=raw.remote_id).exists():
                    continue
                order = Order.objects.create(
                    tenant_id=seller, shop_id=shop, remote_id=raw.remote_id, phase=raw.phase.value,
                    words=raw.words, placed_at=raw.created_at, changed_at=raw.updated_at,
                    taken_at=now(), currency=raw.currency, total=raw.total, digest=b"",
                )  # fmt: skip
                part = Consignment.objects.create(
                    seller_id=seller, order=order, shop_id=shop, remote_id=raw.remote_id,
                    phase=raw.phase.value, placed_at=raw.created_at, currency=raw.currency,
                    amount=sum((line.amount for line in raw.lines), Decimal(0)),
                )  # fmt: skip
                for line in sorted(raw.lines, key=lambda one: one.sku):
                    row = Line.objects.create(
                        seller_id=seller, order=order, consignment=part, remote_id=line.remote_id,
                        sku=line.sku, quantity=line.quantity, price=line.price, amount=line.amount,
                    )  # fmt: skip
                    level = Level.objects.select_for_update().get(seller_id=seller, sku=line.sku)
                    level.reserved += line.quantity
                    level.save(update_fields=["reserved"])
                    Allocation.objects.create(
                        seller_id=seller, line=row, warehouse_id=level.warehouse_id, sku=line.sku,
                        pieces=line.quantity,
                    )  # fmt: skip
    return len(raws) / seconds[0]


if __name__ == "__main__":
    if sys.argv[1:2] == ["worker"]:
        worker(int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
    else:
        main()

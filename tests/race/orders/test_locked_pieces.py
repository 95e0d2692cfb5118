"""Processes buy at a campaign's shop and at another: locked pieces go to the campaign's only."""

import subprocess
import sys
from typing import NamedTuple

from tests.db.conftest import make_tenant
from tests.db.orders.locking import agree, keep, lock
from tests.db.orders.making import Shop, make_warehouse, rows

from torgpred.stock.services import moving

PIECES, KEPT, ORDERS = 30, 14, 25


class Came(NamedTuple):
    """Pieces promised at the campaign's shop and at the other, and out of the lock at the other."""

    campaign: int
    other: int
    locked_elsewhere: int
    used: int


def buy_together(guard: str) -> Came:
    """Let two processes buy at each shop, more than there is; return who got what."""
    seller = make_tenant("seller", "RACE")
    campaign, other = Shop(seller), Shop(seller, name="y")
    place = make_warehouse(seller)
    moving.move(seller_id=seller, warehouse_id=place, pieces={"A": PIECES}, actor="race")
    kept = keep(seller, place, KEPT, campaign.id)
    command = [sys.executable, "-W", "ignore", "-m", "tests.race.orders.buying"]
    running = [
        subprocess.Popen(
            [*command, str(shop.id), str(seller), str(1 + number * ORDERS), str(ORDERS), guard],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        for number, shop in enumerate((campaign, other, campaign, other))
    ]
    for one in running:
        assert one.stdout is not None
        one.stdout.readline()
    for one in running:
        assert one.stdin is not None
        one.stdin.close()
    for one in running:
        assert one.stdout is not None
        one.wait(900)
        one.stdout.close()
    if guard != "off":
        assert [one.returncode for one in running] == [0] * len(running)
    got = dict(
        rows(
            "SELECT part.shop_id, sum(one.pieces)::int FROM orders_allocation one"
            " JOIN orders_line line ON line.id = one.line_id"
            " JOIN orders_consignment part ON part.id = line.consignment_id GROUP BY 1"
        )
    )
    [(elsewhere,)] = rows(
        "SELECT coalesce(sum(one.pieces), 0)::int FROM orders_allocation one"
        " JOIN orders_line line ON line.id = one.line_id"
        " JOIN orders_consignment part ON part.id = line.consignment_id"
        " JOIN stock_lock kept ON kept.id = one.lock_id"
        " WHERE NOT part.shop_id = ANY (kept.shop_ids)"
    )
    return Came(got.get(campaign.id, 0), got.get(other.id, 0), elsewhere, lock(kept.id)[0])


def test_locked_pieces_go_to_the_shops_of_the_lock_only(
    transactional_db: None, database_url: str
) -> None:
    came = buy_together("on")
    assert came.campaign + came.other == PIECES, "nothing beyond what lies there, all of it"
    assert came.campaign >= KEPT
    assert (came.locked_elsewhere, came.used) == (0, KEPT)
    assert agree()


def test_it_is_seen_when_locks_serve_anyone(transactional_db: None, database_url: str) -> None:
    came = buy_together("anyone")
    assert came.locked_elsewhere > 0
    assert came.campaign + came.other == PIECES


def test_without_row_locks_the_same_race_breaks_the_sums(
    transactional_db: None, database_url: str
) -> None:
    came = buy_together("off")
    assert came.campaign + came.other > PIECES or not agree()

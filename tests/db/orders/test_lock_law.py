"""Whatever is locked, ordered, changed, shipped, counted and unlocked: every equation holds."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.db.orders.locking import ACTOR, agree
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse, rows, run

from torgpred.channels.core.orders import OrderPhase
from torgpred.orders.services import shortages
from torgpred.orders.services.parts import NotToShipError
from torgpred.orders.services.rerouting import NotWholeError, reroute
from torgpred.stock import selectors
from torgpred.stock.core.errors import TooFewError
from torgpred.stock.services import keeping, moving

DEEDS = [
    "order", "order", "order", "cancel", "ship", "fewer", "more", "lock", "lock", "release",
    "unlock", "end", "count", "bring", "serve", "take_back", "reroute",
]  # fmt: skip
TABLES = (
    "orders_allocation", "orders_shortage", "orders_line", "orders_consignment", "orders_tally",
    "orders_order", "stock_lock", "stock_level", "stock_movement", "stock_change",
)  # fmt: skip

# Promises out of locks that do not name the order's shop.
_ASTRAY = """
    SELECT one.id FROM orders_allocation one
    JOIN orders_line line ON line.id = one.line_id
    JOIN orders_consignment part ON part.id = line.consignment_id
    JOIN stock_lock lock ON lock.id = one.lock_id
    WHERE NOT part.shop_id = ANY (lock.shop_ids) OR lock.warehouse_id <> one.warehouse_id
"""
# Lines whose promises and shortages do not come to what they want.
_UNLIKE = """
    SELECT line.id FROM orders_line line
    JOIN orders_consignment part ON part.id = line.consignment_id
    WHERE part.phase IN ('placed', 'to_ship') AND line.quantity <>
        (SELECT coalesce(sum(pieces), 0) FROM orders_allocation
         WHERE line_id = line.id AND shipped IS NULL)
        + (SELECT coalesce(sum(pieces), 0) FROM orders_shortage
           WHERE line_id = line.id AND settled_at IS NULL)
"""


class Play:
    """A seller with two shops and two warehouses, one of them abroad, and what happens to it."""

    def __init__(self, seller: int) -> None:
        self.seller = seller
        self.shops = [Shop(seller), Shop(seller, name="y")]
        self.places = [make_warehouse(seller, "N", rank=1), make_warehouse(seller, "F", "CN")]
        self.begin()

    def begin(self) -> None:
        for table in TABLES:
            run(f"DELETE FROM {table}")
        self.orders: list[list[int]] = []
        for place in self.places:
            self.count(place, 6)

    def do(self, deed: str, number: int) -> None:
        getattr(self, f"_{deed}")(number)

    def count(self, place: int, pieces: int) -> None:
        moving.count(seller_id=self.seller, warehouse_id=place, pieces={"A": pieces}, actor=ACTOR)

    def _order(self, number: int) -> None:
        shop = number % 2
        self.orders.append([shop, number % 4 + 1, 0])
        self._tell(len(self.orders) - 1)
        [(short,)] = rows(
            "SELECT count(*) FROM orders_shortage short JOIN orders_line line"
            " ON line.id = short.line_id JOIN orders_consignment part"
            " ON part.id = line.consignment_id WHERE part.remote_id = %s",
            f"O-{len(self.orders)}",
        )
        if short:
            levels = selectors.levels(self.seller, skus=["A"])
            kept = selectors.kept_for(self.seller, self.shops[shop].id, ["A"])
            assert all(one.available <= 0 for one in levels), "short, though some are free"
            assert not any(kept.values()), "short, though a lock keeps some for it"

    def _tell(self, at: int, phase: OrderPhase = OrderPhase.TO_SHIP) -> None:
        shop, pieces, version = self.orders[at]
        first = make_order(at + 1)
        self.shops[shop].take(
            make_order(
                at + 1,
                make_line("A", pieces),
                phase=phase,
                updated_at=first.updated_at + timedelta(hours=version),
            )
        )
        self.orders[at][2] += 1

    def _change(self, number: int, phase: OrderPhase, by: int = 0) -> None:
        if self.orders:
            at = number % len(self.orders)
            self.orders[at][1] = max(self.orders[at][1] + by, 1)
            self._tell(at, phase)

    def _cancel(self, number: int) -> None:
        self._change(number, OrderPhase.CANCELLED)

    def _ship(self, number: int) -> None:
        self._change(number, OrderPhase.SHIPPED)

    def _fewer(self, number: int) -> None:
        self._change(number, OrderPhase.TO_SHIP, -1)

    def _more(self, number: int) -> None:
        self._change(number, OrderPhase.TO_SHIP, 2)

    def _lock(self, number: int) -> None:
        named = [[], [0], [1], [0, 1]][number % 4]
        with suppress(TooFewError):
            keeping.keep(
                seller_id=self.seller,
                purpose=f"p{number}",
                shop_ids=[self.shops[one].id for one in named],
                pieces={("A", self.places[number // 4 % 2]): number % 3 + 1},
                until=None,
                actor=ACTOR,
            )

    def _chosen(self, number: int) -> int:
        found = selectors.open_locks(self.seller)
        return found[number % len(found)].id if found else 0

    def _release(self, number: int) -> None:
        if chosen := self._chosen(number):
            with suppress(TooFewError):
                keeping.release(seller_id=self.seller, pieces={chosen: 1}, actor=ACTOR)

    def _unlock(self, number: int) -> None:
        if chosen := self._chosen(number):
            keeping.unlock(seller_id=self.seller, lock_ids=[chosen], actor=ACTOR)

    def _end(self, number: int) -> None:
        run(
            "UPDATE stock_lock SET until = now() - interval '1 s' WHERE id = %s",
            self._chosen(number),
        )
        keeping.close_due_locks()

    def _count(self, number: int) -> None:
        self.count(self.places[number % 2], number)

    def _bring(self, number: int) -> None:
        moving.move(
            seller_id=self.seller,
            warehouse_id=self.places[number % 2],
            pieces={"A": number + 1},
            actor=ACTOR,
        )

    def _serve(self, _: int) -> None:
        while shortages.serve().pieces:
            pass

    def _take_back(self, _: int) -> None:
        shortages.take_back_uncovered()

    def _reroute(self, number: int) -> None:
        if self.orders:
            with suppress(NotWholeError, NotToShipError):
                reroute(
                    seller_id=self.seller, order=f"O-{number % len(self.orders) + 1}", actor=ACTOR
                )

    def holds(self) -> bool:
        return agree() and not rows(_ASTRAY) and not rows(_UNLIKE)


@pytest.fixture
def play(seller_a: int) -> Play:
    return Play(seller_a)


@settings(
    max_examples=15,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 8)), min_size=5, max_size=20)
)
@example(deeds=[("lock", 1), ("order", 2), ("count", 0), ("take_back", 0), ("count", 8),
                ("serve", 0), ("cancel", 0), ("end", 0)])  # fmt: skip
@example(deeds=[("lock", 1), ("lock", 5), ("order", 2), ("reroute", 0), ("ship", 0)])
def test_any_deeds_in_any_order_keep_the_equations(
    play: Play, deeds: list[tuple[str, int]]
) -> None:
    play.begin()
    for deed, number in deeds:
        play.do(deed, number)
        assert play.holds(), (deed, number)
    for card in selectors.open_locks(play.seller):
        keeping.unlock(seller_id=play.seller, lock_ids=[card.id], actor=ACTOR)
    shortages.take_back_uncovered()
    assert selectors.owed() == []
    assert play.holds()

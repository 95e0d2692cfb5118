"""Whatever is done to a level in whatever order: its sums hold, its checks hold, owing settles."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st
from tests.db.orders.making import run
from tests.db.stock.making import ACTOR, differences, make_place, reserve, settle, stands

from torgpred.runtime.scope import scope
from torgpred.stock import selectors
from torgpred.stock.core.errors import TooFewError
from torgpred.stock.core.values import Pieces
from torgpred.stock.services import keeping, moving, promising

DEEDS = ["move", "count", "reserve", "give_back", "ship", "take_back", "lock", "unlock", "buffer"]


class Model:
    """What a level should be, in the plainest words: what lies there, and what is promised."""

    def __init__(self, seller: int, place: int) -> None:
        self.seller, self.place = seller, place
        self.there = self.reserved = self.buffer = 0
        self.locks: dict[int, int] = {}

    @property
    def promised(self) -> int:
        return self.reserved + sum(self.locks.values())

    @property
    def free(self) -> int:
        return self.there - self.promised - self.buffer

    def expected(self) -> dict[str, int]:
        numbers = {
            "on_hand": max(self.there, self.promised),
            "reserved": self.reserved,
            "locked": sum(self.locks.values()),
            "buffer": self.buffer,
            "owing": max(self.promised - self.there, 0),
        }
        return {name: number for name, number in numbers.items() if number}

    def do(self, deed: str, pieces: int) -> None:
        deeds: dict[str, Callable[[int], None]] = {
            "move": self.move,
            "count": self.count,
            "reserve": self.reserve,
            "give_back": self.give_back,
            "ship": self.ship,
            "take_back": self.take_back,
            "lock": self.lock,
            "unlock": self.unlock,
            "buffer": self.keep,
        }
        deeds[deed](pieces)

    def move(self, pieces: int) -> None:
        by = (pieces % 9 - 4) or 1
        fits = self.there + by >= 0
        self._told(
            fits,
            lambda: moving.move(
                seller_id=self.seller, warehouse_id=self.place, pieces={"A": by}, actor=ACTOR
            ),
        )
        self.there += by if fits else 0

    def count(self, pieces: int) -> None:
        moving.count(
            seller_id=self.seller, warehouse_id=self.place, pieces={"A": pieces}, actor=ACTOR
        )
        self.there = pieces

    def reserve(self, pieces: int) -> None:
        part = min(max(self.free, 0), pieces)
        if part:
            reserve(self.seller, self.place, "A", part)
            self.reserved += part

    def give_back(self, pieces: int) -> None:
        part = min(self.reserved, pieces)
        with scope(self.seller):
            promising.give_back(settle(self.seller, self.place, "A", part, shipped=False))
        self.reserved -= part

    def ship(self, pieces: int) -> None:
        part = min(self.reserved, pieces)
        with scope(self.seller):
            closed = settle(self.seller, self.place, "A", part, shipped=True)
            promising.ship(closed, actor=ACTOR)
        self.reserved -= part
        self.there = max(self.there - part, 0)

    def take_back(self, pieces: int) -> None:
        with scope(self.seller):
            promising.take_back([Pieces(self.seller, "A", self.place, pieces + 1)], actor=ACTOR)
        self.there += pieces + 1

    def lock(self, pieces: int) -> None:
        wanted = pieces + 1

        def do() -> None:
            [made] = keeping.lock(
                seller_id=self.seller,
                warehouse_id=self.place,
                pieces={"A": wanted},
                purpose="x",
                actor=ACTOR,
            )
            self.locks[made.id] = wanted

        self._told(self.free >= wanted, do)

    def unlock(self, pieces: int) -> None:
        if self.locks:
            chosen = sorted(self.locks)[pieces % len(self.locks)]
            keeping.unlock(seller_id=self.seller, lock_ids=[chosen], actor=ACTOR)
            del self.locks[chosen]

    def keep(self, pieces: int) -> None:
        keeping.set_buffer(seller_id=self.seller, warehouse_id=self.place, pieces={"A": pieces})
        self.buffer = pieces

    @staticmethod
    def _told(fits: bool, do: Callable[[], object]) -> None:  # noqa: FBT001 - private
        if fits:
            do()
        else:
            with pytest.raises(TooFewError):
                do()


@pytest.fixture
def place(seller_a: int) -> int:
    return make_place(seller_a)


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 8)), min_size=5, max_size=25)
)
@example(deeds=[("reserve", 8), ("count", 2), ("ship", 5), ("take_back", 1)])
@example(deeds=[("reserve", 4), ("lock", 3), ("count", 1), ("unlock", 0), ("give_back", 1)])
def test_any_deeds_in_any_order_keep_the_sums(
    seller_a: int, place: int, deeds: list[tuple[str, int]]
) -> None:
    for table in ("stock_level", "stock_movement", "stock_lock", "orders_allocation"):
        run(f"DELETE FROM {table}")
    model = Model(seller_a, place)
    model.count(10)
    for deed, pieces in deeds:
        model.do(deed, pieces)
        assert stands(seller_a) == model.expected(), (deed, pieces)
    assert differences() == []
    for owed in selectors.owed():
        model.give_back(owed.to_take_back)
    while model.locks:
        model.unlock(0)
    assert selectors.owed() == []
    assert stands(seller_a) == model.expected()
    assert differences() == []

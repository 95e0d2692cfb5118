"""Reference prices are kept by hand and file, private to their seller, and told in plans."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from tests.db.listings.test_duties import said
from tests.db.listings.world import FAMILY, World, make_boots

from torgpred.channels.core.shops import UnknownFamilyError
from torgpred.kernel.clock import now
from torgpred.listings.core.references import ReferencePrice
from torgpred.listings.services import contexts, references
from torgpred.runtime.scope import scope

NOON = now().replace(hour=12)
TODAY = NOON.date()


@pytest.fixture(autouse=True)
def _the_day_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (references, contexts):
        monkeypatch.setattr(module, "now", lambda: NOON)


def give(seller: int, family: str = "", **overrides: Any) -> None:  # noqa: ANN401 - any field
    told: dict[str, Any] = {
        "key": "B-1",
        "amount": Decimal(1000),
        "currency": "RUB",
        "seen_on": TODAY,
        "source": "shop X",
    }
    references.give_reference(
        seller_id=seller, price=ReferencePrice(**(told | overrides)), family=family, given_by="anna"
    )


def judge(world: World, gap: int | None) -> None:
    policy = contexts.shop_policy(world.seller, world.shop)
    chosen = msgspec.structs.replace(policy, reference_gap=None if gap is None else Decimal(gap))
    contexts.set_policy(seller_id=world.seller, shop_id=world.shop, policy=chosen, actor="anna")


def advice(world: World) -> list[str]:
    assert world.plan().counts["held"] == 0
    return [code for code in said(world) if code.startswith("price.")]


def test_a_price_is_compared_once_a_gap_is_chosen(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))  # 2490
    give(world.seller)
    assert advice(world) == []
    judge(world, 10)
    assert advice(world) == ["price.above_reference_file"]
    judge(world, 149)
    assert advice(world) == []
    judge(world, 148)
    assert advice(world) == ["price.above_reference_file"]
    give(world.seller, amount=Decimal(2490), source="shop Y", seen_on=TODAY)
    assert advice(world) == []
    judge(world, None)
    assert advice(world) == []


def test_only_offers_with_a_changed_reference_are_computed_anew(world: World) -> None:
    world.feed(make_boots("B-1"), make_boots("B-2"))
    judge(world, 10)
    assert advice(world) == []
    before = dict(world.rows("SELECT product_key, offers_digest FROM listings_desired"))
    give(world.seller)
    assert advice(world) == ["price.above_reference_file"]
    after = dict(world.rows("SELECT product_key, offers_digest FROM listings_desired"))
    assert before["B-1"] != after["B-1"]
    assert before["B-2"] == after["B-2"]


def test_the_newest_counts_and_of_one_day_the_marketplaces_own(world: World) -> None:
    def newest(day: date = TODAY, family: str = FAMILY) -> str:
        found = contexts.gather(seller_id=world.seller, shop_id=world.shop).context.references
        return found.by_offer["B-1"].shown

    judge(world, 10)
    give(world.seller, amount=Decimal(1), seen_on=TODAY - timedelta(days=3))
    give(world.seller, amount=Decimal(2), seen_on=TODAY - timedelta(days=1))
    give(world.seller, amount=Decimal(3), seen_on=TODAY - timedelta(days=2))
    assert newest() == "2 RUB"
    give(world.seller, FAMILY, amount=Decimal(4), seen_on=TODAY - timedelta(days=1))
    give(world.seller, amount=Decimal(5), seen_on=TODAY - timedelta(days=1), source="later")
    assert newest() == "4 RUB"
    give(world.seller, FAMILY, amount=Decimal(6), seen_on=TODAY - timedelta(days=1))
    assert newest() == "6 RUB"
    assert len(references.references(world.seller, key="B-1")) == 5


def test_an_old_one_and_one_without_a_rate_are_told_and_not_used(world: World) -> None:
    world.feed(make_boots("B-1"))
    judge(world, 10)
    give(world.seller, seen_on=TODAY - timedelta(days=61))
    assert advice(world) == ["price.reference_old"]
    give(world.seller, currency="USD", seen_on=TODAY - timedelta(days=60))
    assert advice(world) == ["price.reference_rate_unknown"]


FILE = """Артикул;Цена конкурента;Дата;Источник
B-1;1000;{day};shop X
B-9;10;{day};shop X
B-2;дорого;{day};shop X
"""


def test_a_file_read_twice_changes_nothing_the_second_time(
    seller_a: int, seller_b: int, tmp_path: Path
) -> None:
    path = tmp_path / "prices.csv"
    path.write_text(FILE.format(day=TODAY.strftime("%d.%m.%Y")))

    def read() -> references.ReferenceReport:
        return references.read_references(
            seller_id=seller_a, path=path, given_by="anna", currency="rub"
        )

    first = read()
    assert (first.taken, first.changed) == (2, 2)
    assert first.finding_totals == {"reference.bad_price": 1, "reference.no_offer": 2}
    assert read().changed == 0
    path.write_text(path.read_text().replace("1000", "1100"))
    assert read().changed == 1
    (card,) = references.references(seller_a, key="B-1")
    assert (card.amount, card.currency, card.seen_on) == (Decimal(1100), "RUB", TODAY)
    assert references.references(seller_b) == []


def test_another_seller_neither_sees_nor_writes_them(seller_a: int, seller_b: int) -> None:
    give(seller_a)
    with scope(seller_b), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM listings_referenceprice")
        assert cursor.fetchone() == (0,)
        cursor.execute("UPDATE listings_referenceprice SET amount = 1")
        assert cursor.rowcount == 0
    with (
        pytest.raises(ProgrammingError, match="row-level security"),
        scope(seller_b),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            "INSERT INTO listings_referenceprice (seller_id, key, family, amount, currency,"
            " seen_on, source, given_by, given_at)"
            " VALUES (%s, 'B-1', '', 1, 'RUB', now(), 'x', 'x', now())",
            [seller_a],
        )


def test_what_cannot_be_is_refused(seller_a: int) -> None:
    for wrong in (
        {"amount": Decimal(0)},
        {"seen_on": TODAY + timedelta(days=1)},
        {"currency": "роублi"},
        {"source": ""},
    ):
        with pytest.raises(references.WrongReferenceError):
            give(seller_a, **wrong)
    with pytest.raises(UnknownFamilyError):
        give(seller_a, family="nowhere")

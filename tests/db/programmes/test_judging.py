"""Offers are judged as they stand; what did not change is not judged again."""

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError, ProgrammingError
from tests.db.orders.making import make_line, make_order, promised
from tests.db.programmes.making import MALL, Goods, Shop, make_warehouse, put, rows, run

from torgpred.catalogue.core.papers import PaperKind
from torgpred.catalogue.services import add_paper
from torgpred.programmes import selectors
from torgpred.programmes.core.reading import write
from torgpred.programmes.core.values import Programme
from torgpred.programmes.services.judging import judge_all
from torgpred.programmes.services.keeping import keep_text
from torgpred.programmes.services.saying import say, unsay
from torgpred.runtime.scope import scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall() -> Programme:
    return selectors.programme(MALL)


@pytest.fixture
def goods(seller_a: int) -> Goods:
    """A seller with a warehouse in Russia and one in China, and a shop of its own."""
    made = Goods(seller_a, Shop(seller_a).id)
    make_warehouse(seller_a, "MSK", "RU", rank=1)
    make_warehouse(seller_a, "YIWU", "CN", rank=0)
    return made


def warehouse(seller: int, code: str) -> int:
    ((found,),) = rows(
        "SELECT id FROM stock_warehouse WHERE seller_id = %s AND code = %s", seller, code
    )
    return int(found)


def verdicts(programme: Programme, seller: int) -> dict[str, str]:
    return {one.sku: one.verdict for one in selectors.judgements(programme, seller)}


def lacks(programme: Programme, seller: int) -> dict[str, list[str]]:
    return {
        one.sku: [lack.code.removeprefix("programme.") for lack in one.lacks]
        for one in selectors.judgements(programme, seller)
    }


def answer(seller: int) -> None:
    say(seller_id=seller, kind="returns_address", about="RU", text="Москва", given_by="t")
    say(seller_id=seller, kind="warranty", about="RU", number="12", given_by="t")


def test_an_offer_with_local_stock_and_all_said_qualifies(goods: Goods, mall: Programme) -> None:
    goods.add("A", "B", "C", "D")
    goods.add("LATE", lead_time_days=9)
    for sku, place, pieces in (
        ("A", "MSK", 5),
        ("B", "YIWU", 50),
        ("C", "MSK", 0),
        ("LATE", "MSK", 1),
    ):
        put(goods.seller, warehouse(goods.seller, place), sku, pieces)
    answer(goods.seller)

    judge_all()

    assert verdicts(mall, goods.seller) == {
        "A": "qualifies", "B": "nearly", "C": "nearly", "D": "unknown", "LATE": "nearly",
    }  # fmt: skip
    assert lacks(mall, goods.seller) == {
        "A": [], "B": ["local_stock.missing"], "C": ["local_stock.missing"],
        "D": ["local_stock.unknown"], "LATE": ["lead_time.missing"],
    }  # fmt: skip


def test_only_what_changed_is_judged_again(goods: Goods, mall: Programme) -> None:
    goods.add("A", "B", "C")
    place = warehouse(goods.seller, "MSK")
    put(goods.seller, place, "A", 5)
    first = judged()

    again = judged()
    run("UPDATE stock_level SET on_hand = 0 WHERE sku = 'A'")
    moved = judged()
    goods.state_lead_time("B", 9)
    stated = judged()
    goods.add("D")
    added = judged()
    run("UPDATE catalogue_offer SET state = 'missing' WHERE key = 'C'")
    gone = judged()

    assert (first, again, moved, stated) == ((3, 3, 0), (3, 0, 0), (3, 1, 0), (3, 1, 0))
    assert (added, gone) == ((4, 1, 0), (3, 0, 1))
    assert lacks(mall, goods.seller)["A"][0] == "local_stock.missing"
    assert "lead_time.missing" in lacks(mall, goods.seller)["B"]


def judged() -> tuple[int, int, int]:
    """Judge for the mall; return how many offers there were, were redone and were forgotten."""
    (done,) = judge_all(key=MALL)
    return done.offers, done.redone, done.gone


def test_a_word_of_the_seller_or_another_version_judges_all_again(
    goods: Goods, mall: Programme
) -> None:
    goods.add("A", "B")
    judged()

    said = say(seller_id=goods.seller, kind="returns_address", about="ru", text="М", given_by="t")
    after = judged()
    unsay(seller_id=goods.seller, assurance_id=said.id, undone_by="t")
    back = judged()
    keep_text(text=write(mall).replace("days = 3", "days = 1"), said_by="olga")
    other = judged()
    keep_text(text=write(mall).replace("Not found", "Told us"), said_by="olga")
    same_conditions = judged()

    assert (after, back, other, same_conditions) == ((2, 2, 0), (2, 2, 0), (2, 2, 0), (2, 2, 0))
    assert judged() == (2, 0, 0)


def test_a_listing_is_judged_by_what_stands_in_the_shop(goods: Goods, mall: Programme) -> None:
    goods.add("A", listed=True)
    run(
        "UPDATE listings_listedproduct SET seen = %s, seen_at = now(), seen_digest = 'x'::bytea",
        b'{"lead_time_days": 8}',
    )
    run(
        "INSERT INTO listings_shelfprice (seller_id, listing_id, price, discount_price, currency,"
        " seen_from) SELECT seller_id, id, 100, 90, 'RUB', now() FROM listings_listing"
    )

    judged()
    (card,) = selectors.judgements(mall, goods.seller)

    assert card.listed
    assert (card.price, card.currency, card.category) == (Decimal(90), "RUB", "c-1")
    assert "programme.lead_time.missing" in [one.code for one in card.lacks]


def test_what_is_held_or_gone_from_the_shop_is_not_judged(goods: Goods) -> None:
    goods.add("HELD", held=True)
    goods.add("GONE", listed=True, held=True)
    run("UPDATE listings_listedproduct SET gone_at = now()")

    assert judged() == (0, 0, 0)


def test_a_held_variant_is_left_out_beside_a_ready_one(goods: Goods, mall: Programme) -> None:
    goods.add("A", "B")
    run("UPDATE catalogue_offer SET product_key = 'A' WHERE key = 'B'")
    run("DELETE FROM listings_desired WHERE product_key = 'B'")
    notice = [{"severity": "error", "code": "x"}, "B", "", ""]
    run(
        "UPDATE listings_desired SET offers = 2, ready_offers = 1, findings = %s",
        json.dumps([notice]).encode(),
    )

    judged()

    assert set(verdicts(mall, goods.seller)) == {"A"}


def test_goods_of_a_joint_shop_are_known_by_their_name_there(
    operator: int, seller_a: int, mall: Programme
) -> None:
    shop = Shop(operator, joint=True).id
    run(
        "INSERT INTO channels_admission (shop_id, seller_id, admitted_at) VALUES (%s, %s, now())",
        shop, seller_a,
    )  # fmt: skip
    Goods(seller_a, shop, prefix=f"s{seller_a}-").add("A", listed=True)

    judge_all()

    assert [one.listed for one in selectors.judgements(mall, seller_a)] == [True]


def test_papers_count_where_they_cover_the_goods_and_are_valid(goods: Goods) -> None:
    official = selectors.programme("official_store")
    goods.add("A", "B")
    goods.add("BRANDED", brand="Тёплый Дом")
    trademark: dict[str, Any] = {
        "seller_id": goods.seller,
        "kind": PaperKind.TRADEMARK,
        "given_by": "t",
    }
    add_paper(**trademark, keys=("A",), number="1")
    add_paper(**trademark, everything=True, brand="ТЁПЛЫЙ ДОМ", number="2")
    add_paper(**trademark, keys=("B",), number="3", valid_until=date(2020, 1, 1))

    judge_all()

    assert verdicts(official, goods.seller) == {
        "A": "qualifies", "B": "nearly", "BRANDED": "qualifies",
    }  # fmt: skip


def test_pieces_kept_back_or_sold_do_not_count_and_locked_ones_do(
    goods: Goods, mall: Programme
) -> None:
    goods.add("A", "B", "C")
    place = warehouse(goods.seller, "MSK")
    put(goods.seller, place, "A", 5, reserved=5)
    put(goods.seller, place, "B", 5, buffer=5)
    put(goods.seller, place, "C", 5, locked=5)

    judged()

    found = {one.sku: one.pieces for one in selectors.judgements(mall, goods.seller)}
    assert found == {"A": 0, "B": 0, "C": 5}


def test_what_is_missing_is_grouped_and_ranked_by_what_it_frees(
    goods: Goods, mall: Programme
) -> None:
    keep_text(text=write(mall).replace("pieces = 1", "pieces = 10"), said_by="olga")
    asked = selectors.programme(MALL)
    answer(goods.seller)
    goods.add("A", "B", "OK")
    goods.add("LATE", "LATER", lead_time_days=9)
    for sku, pieces in (("A", 4), ("B", 3), ("OK", 10), ("LATE", 1), ("LATER", 10)):
        put(goods.seller, warehouse(goods.seller, "MSK"), sku, pieces)

    judge_all()
    found = selectors.lacking(asked, goods.seller)

    assert [(one.code, one.offers, one.frees, one.pieces) for one in found] == [
        ("local_stock.missing", 3, 2, 22), ("lead_time.missing", 2, 1, 0),
    ]  # fmt: skip
    assert found[0].finding.mend == "Bring them to the warehouse MSK and count them in. Pieces: 22."
    assert selectors.counts(asked, goods.seller).nearly == 4


def test_pages_go_on_after_the_last_one(goods: Goods, mall: Programme) -> None:
    goods.add("A", "B", "C")
    judged()

    first = selectors.judgements(mall, goods.seller, limit=2)
    rest = selectors.judgements(mall, goods.seller, after=first[-1].key)

    assert [one.sku for one in [*first, *rest]] == ["A", "B", "C"]
    assert selectors.judgements(mall, goods.seller, verdict="qualifies") == []
    assert len(selectors.judgements(mall, goods.seller, lack="local_stock.unknown")) == 3


# --- what buyers are promised -------------------------------------------------------------------
def test_the_promise_names_the_warehouse_that_an_order_is_served_from(
    seller_a: int, mall: Programme
) -> None:
    shop = Shop(seller_a)
    goods = Goods(seller_a, shop.id)
    goods.add("A", listed=True)
    for code, country, rank, pieces in (
        ("YIWU", "CN", 0, 9), ("EMPTY", "RU", 1, 0), ("SPB", "RU", 3, 9), ("MSK", "RU", 2, 1),
    ):  # fmt: skip
        put(seller_a, make_warehouse(seller_a, code, country, rank), "A", pieces)
    say(seller_id=seller_a, kind="delivery", about="msk", number="4", given_by="t")

    judge_all()
    (before,) = selectors.judgements(mall, seller_a)
    shop.take(make_order(1, make_line("A")))
    judge_all()
    (after,) = selectors.judgements(mall, seller_a)
    shop.take(make_order(2, make_line("A")))

    assert before.promise == selectors.Promise("MSK", 48, 4)
    assert before.promise.days == 6
    assert after.promise == selectors.Promise("SPB", 48, None)
    assert after.promise.days is None
    assert [place for _, _, place, _ in promised()] == ["MSK", "SPB"]


def test_nothing_is_promised_without_a_local_piece(goods: Goods, mall: Programme) -> None:
    goods.add("A")
    put(goods.seller, warehouse(goods.seller, "YIWU"), "A", 50)

    judged()

    (card,) = selectors.judgements(mall, goods.seller)
    assert (card.promise, card.abroad) == (None, 50)


# --- what the database holds by itself ----------------------------------------------------------
def test_nothing_qualifies_that_lacks_something(goods: Goods) -> None:
    goods.add("A")
    judged()

    with pytest.raises(IntegrityError, match="qualifies_lacking_nothing"), transaction.atomic():
        run("UPDATE programmes_judgement SET verdict = 'qualifies'")


SCOPED = ("programmes_judgement", "programmes_judging", "programmes_assurance")


@pytest.mark.parametrize("table", SCOPED)
def test_a_seller_sees_and_changes_its_own_rows_only(
    table: str, goods: Goods, seller_b: int
) -> None:
    goods.add("A")
    answer(goods.seller)
    judge_all()
    count = f"SELECT count(*) FROM {table} WHERE seller_id = %s"

    assert rows(count, goods.seller, seller=goods.seller)[0][0] > 0
    assert rows(count, goods.seller, seller=seller_b) == [(0,)]
    with scope(seller_b), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE seller_id = %s", [goods.seller])
        assert cursor.rowcount == 0
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "INSERT INTO programmes_assurance (seller_id, kind, about, holds, text, given_by,"
                " given_at, undone_by) VALUES (%s, 'warranty', 'RU', true, '', 'x', now(), '')",
                [goods.seller],
            )


def test_every_scope_reads_programmes_and_only_the_operator_writes_them(
    mall: Programme, seller_a: int
) -> None:
    kept = keep_text(text=write(mall), said_by="olga")
    with scope(seller_a), connection.cursor() as cursor:
        assert selectors.programme(MALL) == kept
        cursor.execute("SELECT count(*) FROM programmes_programme")
        assert cursor.fetchone() == (1,)
        cursor.execute("UPDATE programmes_programme SET near = 9")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM programmes_programme")
        assert cursor.rowcount == 0
        cursor.execute("SELECT count(*) FROM programmes_programmeevent")
        assert cursor.fetchone() == (0,)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM programmes_programme")
        assert cursor.fetchone() == (0,)

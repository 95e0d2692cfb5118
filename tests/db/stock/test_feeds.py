"""Stock from a seller's file: its numbers are taken once each, and silence changes nothing."""

from pathlib import Path

import pytest
from tests.db.orders.making import rows
from tests.db.stock.making import (
    bring,
    count_tag,
    counted,
    differences,
    feed,
    make_place,
    moved,
    read,
    reserve,
    settle,
    stands,
)

from torgpred.runtime import jobs
from torgpred.runtime.scope import scope
from torgpred.stock import selectors
from torgpred.stock.core.errors import UnfitPolicyError
from torgpred.stock.services import feeds, promising

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "feed.yml"


def looked(seller: int, path: Path, **offers: str) -> feeds.FeedStock:
    read(seller, feed(path, **offers))
    return feeds.look(seller)


def known(seller: int) -> dict[str, int]:
    return {one.sku: one.on_hand for one in selectors.levels(seller)}


def test_numbers_of_a_file_become_what_is_on_hand(seller_a: int, path: Path) -> None:
    done = looked(seller_a, path, A=count_tag(7), B=count_tag(0), C="no", D="")
    assert (done.read, done.changed, done.done) == (3, 1, True)
    assert known(seller_a) == {"A": 7, "B": 0, "C": 0}
    assert moved(seller_a) == [(7, "feed", "catalogue, reading 1")]
    assert [one.code for one in selectors.warehouses(seller_a)] == ["MAIN"]
    again = feeds.look(seller_a)
    assert (again.read, again.changed) == (0, 0)
    assert differences() == []


def test_a_file_that_repeats_its_number_undoes_nothing(seller_a: int, path: Path) -> None:
    looked(seller_a, path, A=count_tag(7))
    [place] = [one.id for one in selectors.warehouses(seller_a)]
    reserve(seller_a, place, "A", 3)
    with scope(seller_a):
        promising.ship(settle(seller_a, place, "A", 3, shipped=True), actor="x")
    looked(seller_a, path, A=count_tag(7) + "<description>new words</description>")
    assert known(seller_a) == {"A": 4}
    looked(seller_a, path, A=count_tag(6))
    assert known(seller_a) == {"A": 6}
    counted(seller_a, place, A=2)
    looked(seller_a, path, A=count_tag(6) + "<description>newer words</description>")
    assert known(seller_a) == {"A": 2}


def test_what_the_file_does_not_say_stays(seller_a: int, path: Path) -> None:
    looked(seller_a, path, A=count_tag(7))
    looked(seller_a, path, A="")
    assert known(seller_a) == {"A": 7}
    looked(seller_a, path, A="no")
    assert known(seller_a) == {"A": 0}


def test_free_means_that_promised_pieces_come_on_top(seller_a: int, path: Path) -> None:
    looked(seller_a, path, A=count_tag(7))
    [place] = [one.id for one in selectors.warehouses(seller_a)]
    reserve(seller_a, place, "A", 3)
    feeds.set_feed_policy(seller_id=seller_a, use="free")
    assert feeds.look(seller_a).changed == 1
    assert stands(seller_a) == {"on_hand": 10, "reserved": 3}
    looked(seller_a, path, A=count_tag(1))
    assert stands(seller_a) == {"on_hand": 4, "reserved": 3}


def test_a_file_that_tells_less_than_is_promised_leaves_it_owing(seller_a: int, path: Path) -> None:
    looked(seller_a, path, A=count_tag(7))
    [place] = [one.id for one in selectors.warehouses(seller_a)]
    reserve(seller_a, place, "A", 3)
    assert looked(seller_a, path, A=count_tag(1)).owing == 2
    assert stands(seller_a) == {"on_hand": 3, "reserved": 3, "owing": 2}
    assert differences() == []


def test_a_file_that_is_not_used_changes_nothing_until_it_is(seller_a: int, path: Path) -> None:
    place = make_place(seller_a, "X")
    feeds.set_feed_policy(seller_id=seller_a, use="off")
    assert looked(seller_a, path, A=count_tag(7)) == feeds.FeedStock()
    assert feeds.look_everywhere() is False
    assert known(seller_a) == {}
    other = make_place(seller_a, "Y")
    feeds.set_feed_policy(seller_id=seller_a, use="physical", warehouse="y")
    assert selectors.feed_policy(seller_a) == ("physical", "Y")
    feeds.look_everywhere()
    [card] = selectors.levels(seller_a)
    assert (card.warehouse_id, card.on_hand) == (other, 7)
    assert card.warehouse_id != place
    with pytest.raises(UnfitPolicyError):
        feeds.set_feed_policy(seller_id=seller_a, use="sometimes")


def test_only_a_complete_feed_makes_a_missing_offer_nothing(seller_a: int, path: Path) -> None:
    offers = {f"A{n}": count_tag(5) for n in range(20)}
    looked(seller_a, path, **offers)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    read(seller_a, path)
    feeds.look(seller_a)
    assert set(known(seller_a).values()) == {5}
    del offers["A0"]
    done = looked(seller_a, path, **offers)
    assert (done.gone, known(seller_a)["A0"], known(seller_a)["A1"]) == (1, 0, 5)
    assert moved(seller_a, "A0")[-1] == (-5, "feed", "missing since catalogue, reading 3")
    looked(seller_a, path, **offers, A0=count_tag(5))
    assert known(seller_a)["A0"] == 5


def test_a_partial_file_zeroes_nothing_and_leaves_hand_counted_missing_goods(
    seller_a: int, path: Path, tmp_path: Path
) -> None:
    offers = {f"A{n}": count_tag(5) for n in range(20)}
    looked(seller_a, path, **offers)
    looked(seller_a, path, **{key: told for key, told in offers.items() if key != "A0"})
    [place] = [one.id for one in selectors.warehouses(seller_a)]
    counted(seller_a, place, A0=2)
    table = tmp_path / "prices.csv"
    table.write_text("SKU;Цена;Остаток\nA0;90;4\nA1;95;8\n", encoding="utf-8")
    assert read(seller_a, table).scope == "partial"
    feeds.look(seller_a)
    assert (known(seller_a)["A0"], known(seller_a)["A1"], known(seller_a)["A2"]) == (2, 8, 5)


def test_a_look_that_was_broken_off_begins_again(
    seller_a: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "CHUNK", 2)
    asked = iter([False, True])
    monkeypatch.setattr(jobs, "stopping", lambda: next(asked, False))
    read(seller_a, feed(path, A=count_tag(1), B=count_tag(2), C=count_tag(3)))
    assert feeds.look(seller_a).done is False
    assert known(seller_a) == {"A": 1, "B": 2}
    assert feeds.look(seller_a).changed == 1
    assert known(seller_a) == {"A": 1, "B": 2, "C": 3}


def test_sellers_do_not_meet(seller_a: int, seller_b: int, path: Path) -> None:
    read(seller_a, feed(path, A=count_tag(1)))
    read(seller_b, feed(path, A=count_tag(2)))
    assert feeds.look_everywhere() is False
    assert (known(seller_a), known(seller_b)) == ({"A": 1}, {"A": 2})
    assert rows("SELECT count(*) FROM stock_feedlook", seller=seller_a) == [(1,)]
    bring(seller_a, selectors.warehouses(seller_a)[0].id, A=1)
    assert known(seller_b) == {"A": 2}

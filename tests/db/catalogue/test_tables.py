"""Tables: what was decided about a seller's columns is remembered from reading to reading."""

from pathlib import Path

import pytest

from torgpred.catalogue import selectors, services

ROWS = "Артикул;Наименование;Цена, руб;Штука такая\nA-1;Чайник;100;синий\nA-2;Чашка;20;белый\n"


def take(seller: int, path: Path) -> services.IntakeReport:
    return services.take_in(seller_id=seller, feed_name="list", path=path, actor="t")


def test_a_price_list_is_taken_in_and_recognised_again(seller_a: int, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROWS, encoding="cp1251")
    first = take(seller_a, path)
    assert (first.format, first.counts.added) == ("csv", 2)
    second = take(seller_a, path)
    assert (second.counts.unchanged, second.counts.parsed) == (2, 0)


def test_a_decided_column_is_read_as_decided(seller_a: int, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(ROWS, encoding="utf-8")
    take(seller_a, path)
    assert selectors.offers_of(seller_a, ["A-1"])["A-1"].vendor == ""
    decided = services.decide_columns(
        seller_id=seller_a, feed_name="list", decisions={"Штука такая": "vendor"}
    )
    assert list(decided.values()) == ["vendor"]
    assert take(seller_a, path).counts.changed == 2
    assert selectors.offers_of(seller_a, ["A-1"])["A-1"].vendor == "синий"


def test_a_column_cannot_mean_what_offers_do_not_have(seller_a: int) -> None:
    with pytest.raises(services.UnknownFieldError, match="colour"):
        services.decide_columns(seller_id=seller_a, feed_name="list", decisions={"Цвет": "colour"})

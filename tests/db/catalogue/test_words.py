"""Offers are found by words, their forms and beginnings; by one's own seller alone."""

from pathlib import Path

import pytest
from django.db import connection
from tests.db.catalogue.readers import make_offer
from tests.db.catalogue.test_take_in import path, take

from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.selectors.searching import sought
from torgpred.catalogue.services import wording
from torgpred.runtime.scope import operator_scope, scope

__all__ = ["path"]
GOODS = (
    make_offer("T-100", name="Термобельё мужское «Пример», синее", vendor="Мастерская Север"),
    make_offer(
        "T-101", name="Валенки детские серые", vendor_code="VL/7", barcodes=("4601234567893",)
    ),
    make_offer("99-X", name="Crème brûlée LED lamp 12см", product_key="LAMP-9"),
)


def found(seller: int, text: str) -> list[str]:
    with scope(seller), connection.cursor() as cursor:
        query = sought(seller, text)
        cursor.execute(query.query, query.names)
        return sorted(key for key, _ in cursor.fetchall())


WANTED = [
    ("термобельё", ["T-100"]),
    ("термобелье", ["T-100"]),
    ("ТЕРМОБЕЛЬЁМ", ["T-100"]),
    ("термо", ["T-100"]),
    ("мастерской", ["T-100"]),
    ("серая валенками", ["T-101"]),
    ("валенки синие", []),
    ("vl 7", ["T-101"]),
    ("4601234567893", ["T-101"]),
    ("lamp", ["99-X"]),
    ("LAMP-9", ["99-X"]),
    ("12см", ["99-X"]),
    ("T-10", ["T-100", "T-101"]),
    ("101", ["T-101"]),
    ("«пример»", ["T-100"]),
    ("' & | ! :* \\ (", []),
    ("---", []),
    ("и", []),
]


@pytest.mark.parametrize("kept", [False, True], ids=["not looked at yet", "kept"])
def test_what_is_found(seller_a: int, path: Path, *, kept: bool) -> None:
    take(seller_a, path, *GOODS)
    if kept:
        assert wording.look(seller_a)

    assert {text: found(seller_a, text) for text, _ in WANTED} == dict(WANTED)


def test_words_follow_what_the_file_says_now(seller_a: int, path: Path) -> None:
    take(seller_a, path, *GOODS)
    assert not wording.look_everywhere()
    renamed = make_offer("T-100", name="Тулуп овчинный")
    take(seller_a, path, renamed, *GOODS[1:])
    assert found(seller_a, "тулуп") == ["T-100"]
    wording.look_everywhere()

    assert found(seller_a, "тулупы") == ["T-100"]
    assert found(seller_a, "термобельё") == []


def test_a_seller_finds_its_own_alone(seller_a: int, seller_b: int, path: Path) -> None:
    for seller, name in ((seller_a, "Валенки серые"), (seller_b, "Валенки белые")):
        take(seller, path, make_offer(f"S{seller}", name=name))
        wording.look(seller)

    assert found(seller_a, "валенки") == [f"S{seller_a}"]
    for asked in (seller_a, seller_b):
        with scope(seller_a):
            assert _raw(asked) == ([f"S{seller_a}"] if asked == seller_a else [])
        with operator_scope():
            assert _raw(asked) == [f"S{asked}"]
        assert _raw(asked) == [], "no scope, no rows"


def _raw(seller: int) -> list[str]:
    """Ask the function itself, which runs as the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM catalogue_found(%s, 'валенки')", [seller])
        return [key for (key,) in cursor.fetchall()]


def test_goods_are_looked_through_in_chunks(
    seller_a: int, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wording, "CHUNK", 2)
    many: list[Offer] = [make_offer(f"N-{n}", name="Кружка") for n in range(5)]
    take(seller_a, path, *many)
    wording.look(seller_a)

    with scope(seller_a), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalogue_offer_words")
        assert cursor.fetchone() == (5,)
    assert found(seller_a, "кружками") == [f"N-{n}" for n in range(5)]

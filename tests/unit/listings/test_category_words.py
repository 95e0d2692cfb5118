import pytest

from torgpred.listings.core.abbreviations import spelt_out
from torgpred.listings.core.category_words import (
    derived,
    for_animals,
    parts_of,
    sampled,
    users,
    weighed,
    whole_name,
)
from torgpred.listings.core.goods import culture_words
from torgpred.listings.core.names import stem, stems


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Одежда д/собак", "одежда для собак"),
        ("Обувь жен.", "обувь женский"),
        ("Колготки х/б", "колготки хлопок"),
        ("Кол-во игроков", "количество игроков"),
        ("Эл/инструмент", "электроинструмент"),
        ("Мед. техника", "медицинский техника"),
        ("Мед алтайский", "мед алтайский"),
        ("Тетради 12 л.", "тетради 12 л."),
        ("Соль 1.5 кг", "соль 1.5 кг"),
    ],
)
def test_shortenings_are_spelt_out_and_whole_words_left_alone(written: str, read: str) -> None:
    assert " ".join(spelt_out(written).split()) == read


@pytest.mark.parametrize(
    "name", ["Мышки беспроводные", "Беспроводные мышки", "Мышки для ноутбука", "МЫШКИ из дерева"]
)
def test_the_noun_counts_more_than_what_narrows_it(name: str) -> None:
    counts = weighed(name)
    noun = stem("мышки")
    assert counts[noun] == 1.0
    assert all(value < 1.0 for word, value in counts.items() if word != noun)


@pytest.mark.parametrize("name", ["Прочее", "Другое", "", "для и от"])
def test_a_name_of_words_that_tell_nothing_is_no_mistake(name: str) -> None:
    assert set(weighed(name)) <= set(stems(name))


@pytest.mark.parametrize(
    ("one", "other", "kin"),
    [
        ("шоколад", "шоколадный", True),
        ("шопперы", "шоперы", True),
        ("танец", "танцы", True),
        ("танцы", "танцевальный", True),
        ("вода", "водка", False),
        ("термокофта", "термокомплект", False),
        ("термокофта", "термокофточка", True),
        ("чай", "чайник", False),
    ],
)
def test_words_of_one_root_are_kin_and_look_alikes_are_not(
    *, one: str, other: str, kin: bool
) -> None:
    sure = derived(stem(one), stem(other))
    assert (sure >= 0.6) is kin
    assert sure == derived(stem(other), stem(one))


def test_a_compound_word_is_known_by_its_end() -> None:
    known = {stem("чехлы"): 1, stem("рамки"): 1}
    assert parts_of(stem("авточехлы"), known) == {stem("чехлы"): 0.8}
    assert parts_of(stem("фоторамки"), known) == {stem("рамки"): 0.8}
    assert parts_of(stem("автобус"), known) == {}
    assert stem("автотовары") in parts_of(stem("авточехлы"), known | {stem("автотовары"): 1})


def test_users_are_known_in_shortened_names_too() -> None:
    assert users(weighed("Куртки муж.")) == users(stems("Мужские куртки")) != frozenset()
    assert for_animals(weighed("Шампунь д/собак"))
    assert not for_animals(stems("Шампунь"))


def test_words_that_many_products_share_are_sampled() -> None:
    shares = sampled(["Диск отрезной 125", "Диск отрезной 230", "Круг 125"])
    assert shares[stem("отрезной")] == pytest.approx(2 / 3)
    assert "125" not in shares


def test_no_line_of_the_dictionaries_is_in_vain() -> None:
    words = culture_words()
    assert len(words) > 600
    assert all(key and meant for key, meant in words.items())
    assert [key for key, meant in words.items() if set(meant) <= set(key)] == []
    assert [key for key in words if len(key) > 2] == []


@pytest.mark.parametrize(
    ("path", "noun"),
    [
        (("Платья", "Вечерние"), "платья"),
        (("Масла", "Для массажа"), "масла"),
        (("Одежда", "Вечерние платья"), "платья"),
    ],
)
def test_a_name_without_a_noun_takes_its_parents(path: tuple[str, ...], noun: str) -> None:
    counts = whole_name(path)
    assert counts[stem(noun)] == max(counts.values()) == 1.0


def test_a_name_with_a_noun_needs_no_parent() -> None:
    assert whole_name(("Одежда", "Платья")) == weighed("Платья")

import pytest

from torgpred.channels.core.contract import MarketCategory
from torgpred.listings.core.mapping import CategoryIndex, Suggestion, memory_key

TREE = {
    "Обувь": {
        "Зимняя обувь": ["Валенки", "Угги"],
        "Женская обувь": ["Туфли", "Сапоги"],
        "Мужская обувь": ["Ботинки", "Кроссовки"],
    },
    "Одежда": {
        "Нижнее бельё": ["Комплекты термобелья", "Носки мужские", "Носки женские"],
        "Верхняя одежда": ["Пуховики", "Куртки"],
        "Детская одежда": ["Шапки"],
    },
    "Продукты": {"Сладости": ["Пастила", "Сухофрукты"], "Чай": ["Травяной чай", "Чёрный чай"]},
    "Зоотовары": {"Кошкам": ["Сухой корм"], "Собакам": ["Ошейники"]},
    "Освещение": {"Лампочки": ["Светодиодные лампы", "Лампы накаливания"]},
    "Красота": {"Уход за лицом": ["Кремы для лица", "Сыворотки для лица"]},
}


def make_tree() -> list[MarketCategory]:
    made = []
    for root, branches in TREE.items():
        made.append(MarketCategory(root, root, path=(root,), children=tuple(branches)))
        for branch, leaves in branches.items():
            path = (root, branch)
            made.append(MarketCategory(branch, branch, root, path, tuple(leaves)))
            made += [MarketCategory(leaf, leaf, branch, (*path, leaf)) for leaf in leaves]
    return made


INDEX = CategoryIndex(make_tree())


def best(*path: str, names: tuple[str, ...] = ()) -> Suggestion:
    return INDEX.suggest(path, names=names)[0]


@pytest.mark.parametrize(
    ("path", "leaf"),
    [
        (("Обувь", "Валенки детские"), "Валенки"),
        (("Одежда", "Термобельё мужское"), "Комплекты термобелья"),
        (("Женские пуховики",), "Пуховики"),
        (("Продукты", "Курага"), "Сухофрукты"),
        (("Иван-чай",), "Травяной чай"),
        (("LED лампочки E27",), "Светодиодные лампы"),
        (("Кремы", "Для лица"), "Кремы для лица"),
        (("Мужские носки",), "Носки мужские"),
        (("Корма для кошек",), "Сухой корм"),
        (("Сыворотка",), "Сыворотки для лица"),
        (("羽绒服",), "Пуховики"),
    ],
)
def test_the_best_suggestion_is_what_a_person_would_choose(
    path: tuple[str, ...], leaf: str
) -> None:
    found = best(*path)
    assert found.category_id == leaf
    assert found.reason
    assert 0 < found.confidence < 1


def test_product_names_help_where_the_category_tells_nothing() -> None:
    assert best("Акции", names=("Крем для лица алоэ", "Крем ночной")).category_id == (
        "Кремы для лица"
    )


@pytest.mark.parametrize(
    ("path", "names", "sure"),
    [
        (("Одежда", "Пуховики"), (), True),
        (("одежда", "ПУХОВИК"), (), True),
        (("Пуховики",), (), False),
        (("Пуховики",), ("Пуховик Север", "Пуховик Юг"), True),
        (("Сад и огород", "Пуховики"), (), False),
        (("Одежда", "Пуховики"), ("Пуховик детский", "Пуховик детский 2"), False),
        (("Одежда", "Шапки"), (), False),  # the leaf is for children only
        (("Одежда для детей", "Шапки"), (), True),
        (("Обувь", "Валенки детские"), (), False),
    ],
)
def test_only_what_agrees_in_name_path_and_users_is_accepted_by_itself(
    *, path: tuple[str, ...], names: tuple[str, ...], sure: bool
) -> None:
    assert best(*path, names=names).auto_accept is sure


def test_nothing_but_the_first_is_ever_accepted() -> None:
    found = INDEX.suggest(("Одежда", "Пуховики"))
    assert [one.auto_accept for one in found] == [True] + [False] * (len(found) - 1)


def test_a_decision_of_other_sellers_is_remembered_for_the_same_path() -> None:
    path = ("Наша обувь", "Катанки")
    memory = {memory_key(("Наша  ОБУВЬ", "катанки")): {"Валенки": 2}}
    first = INDEX.suggest(path, memory=memory)[0]
    assert (first.category_id, first.auto_accept) == ("Валенки", True)
    assert not INDEX.suggest(path)[0].auto_accept


def test_sellers_who_disagreed_decide_nothing() -> None:
    memory = {memory_key(("Катанки",)): {"Валенки": 3, "Угги": 1}}
    found = INDEX.suggest(("Катанки",), memory=memory)
    assert [one.category_id for one in found] == ["Валенки", "Угги"]
    assert not any(one.auto_accept for one in found)


def test_a_remembered_category_that_is_gone_or_divided_is_not_suggested() -> None:
    memory = {memory_key(("Катанки",)): {"Одежда": 5, "Нет такой": 1}}
    assert INDEX.suggest(("Катанки",), memory=memory) == []


def test_only_leaves_are_suggested() -> None:
    leaves = {one.id for one in make_tree() if one.leaf}
    assert len(INDEX) == len(leaves)
    found = INDEX.suggest(("Одежда", "Верхняя одежда"), limit=50)
    assert {one.category_id for one in found} <= leaves

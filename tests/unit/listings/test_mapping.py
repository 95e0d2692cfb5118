import pytest
from hypothesis import given
from hypothesis import strategies as st

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


def test_what_the_goods_are_called_outweighs_what_their_folder_might_hold() -> None:
    tree = [
        MarketCategory("bees", "Продукты пчеловодства", "", ("Здоровье", "Продукты пчеловодства")),
        MarketCategory("honey", "Мёд", "", ("Продукты питания", "Мёд")),
        MarketCategory("tea", "Чай", "", ("Продукты питания", "Чай")),
    ]
    index = CategoryIndex(tree)
    path = ("Мёд и продукты пчеловодства",)
    assert index.suggest(path)[0].category_id == "bees"

    first, second, *_ = index.suggest(path, names=("Мёд липовый, 250 г", "Мёд луговой", "Прополис"))

    assert (first.category_id, second.category_id) == ("honey", "bees")
    assert second.confidence < first.confidence < 0.8, "neither is chosen for a person"
    kept = index.suggest(path, names=("Прополис", "Перга"))
    assert kept[0].category_id == "bees"


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
    path = ("Наша обувь", "Зюмбрики")
    memory = {memory_key(("Наша  ОБУВЬ", "зюмбрики")): {"Валенки": 2}}
    first = INDEX.suggest(path, memory=memory)[0]
    assert (first.category_id, first.auto_accept) == ("Валенки", True)
    assert not INDEX.suggest(path)[0].auto_accept


def test_sellers_who_disagreed_decide_nothing() -> None:
    memory = {memory_key(("Зюмбрики",)): {"Валенки": 3, "Угги": 1}}
    found = INDEX.suggest(("Зюмбрики",), memory=memory)
    assert [one.category_id for one in found] == ["Валенки", "Угги"]
    assert not any(one.auto_accept for one in found)


def test_a_remembered_category_that_is_gone_or_divided_is_not_suggested() -> None:
    memory = {memory_key(("Зюмбрики",)): {"Одежда": 5, "Нет такой": 1}}
    assert INDEX.suggest(("Зюмбрики",), memory=memory) == []


def test_only_leaves_are_suggested() -> None:
    leaves = {one.id for one in make_tree() if one.leaf}
    assert len(INDEX) == len(leaves)
    found = INDEX.suggest(("Одежда", "Верхняя одежда"), limit=50)
    assert {one.category_id for one in found} <= leaves


WORDS = sorted({word for one in make_tree() for word in one.name.split()})
paths = st.lists(
    st.sampled_from([*WORDS, "Прочее", "муж.", "down", "羽绒服"]), min_size=1, max_size=4
)


@given(paths, st.lists(st.sampled_from(WORDS), max_size=3))
def test_whatever_is_asked_the_answer_is_ranked_and_at_most_the_first_is_accepted(
    path: list[str], names: list[str]
) -> None:
    found = INDEX.suggest(path, names=names)
    sure = [one.confidence for one in found]
    assert sure == sorted(sure, reverse=True)
    assert all(0 <= one <= 1 for one in sure)
    assert not any(one.auto_accept for one in found[1:])
    assert found == INDEX.suggest(path, names=names)


@given(paths, st.sampled_from(["Валенки", "Ошейники", "Пастила"]))
def test_what_sellers_agreed_on_goes_before_every_rule(path: list[str], chosen: str) -> None:
    found = INDEX.suggest(path, memory={memory_key(path): {chosen: 2}})
    assert (found[0].category_id, found[0].auto_accept) == (chosen, True)
    assert len({one.category_id for one in found}) == len(found)


@given(st.lists(st.text(alphabet="abcdefghijklmnop羽绒服 鞋", min_size=1, max_size=12), max_size=3))
def test_nothing_is_accepted_across_languages(path: list[str]) -> None:
    assert not any(one.auto_accept for one in INDEX.suggest(path, names=("Пуховик Север",) * 3))


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (("Одежда", "Пуховики муж."), ()),
        (("Одежда жен.", "Пуховики"), ()),
        (("Одежда", "Пуховики"), ("Пуховик дет. синий", "Пуховик дет. красный")),
        (("Одежда для собак", "Пуховики"), ()),
    ],
)
def test_users_that_the_leaf_does_not_name_are_never_accepted(
    path: tuple[str, ...], names: tuple[str, ...]
) -> None:
    assert not best(*path, names=names).auto_accept


def test_leaves_of_one_name_are_told_apart_by_their_parents_name_alone() -> None:
    tree = [
        MarketCategory(f"{parent}/{name}", name, path=("Одежда", parent, name))
        for parent in ("Женская одежда", "Мужская одежда")
        for name in ("Джинсы", "Халаты")
    ]
    index = CategoryIndex(tree)
    first = index.suggest(("Каталог", "Мужская одежда", "Джинсы"))[0]
    assert (first.category_id, first.auto_accept) == ("Мужская одежда/Джинсы", True)
    assert not index.suggest(("Одежда", "Джинсы"))[0].auto_accept
    assert not index.suggest(("Мужская одежда и женская", "Джинсы"))[0].auto_accept


def test_goods_for_animals_and_for_people_are_kept_apart() -> None:
    tree = [
        MarketCategory("1", "Шампуни", path=("Красота", "Уход за волосами", "Шампуни")),
        MarketCategory("2", "Шампуни для животных", path=("Зоотовары", "Шампуни для животных")),
    ]
    index = CategoryIndex(tree)
    assert index.suggest(("Шампунь для собак",))[0].category_id == "2"
    assert index.suggest(("Шампунь твёрдый",))[0].category_id == "1"


def test_a_name_that_two_branches_may_mean_is_not_accepted() -> None:
    tree = [
        MarketCategory("1", "Топоры", path=("Сад", "Садовый инструмент", "Топоры")),
        MarketCategory("2", "Топоры и колуны", path=("Инструменты", "Ручные", "Топоры и колуны")),
        MarketCategory("3", "Ремни", path=("Аксессуары", "Ремни и подтяжки", "Ремни")),
        MarketCategory("4", "Лопаты", path=("Сад", "Садовый инструмент", "Лопаты")),
        MarketCategory(
            "5", "Лопаты штыковые", path=("Сад", "Садовый инструмент", "Лопаты штыковые")
        ),
    ]
    index = CategoryIndex(tree)
    assert not index.suggest(("Инструменты", "Топоры"))[0].auto_accept
    assert not index.suggest(("Аксессуары", "Ремни"))[0].auto_accept
    assert index.suggest(("Садовый инструмент", "Лопаты"))[0].auto_accept

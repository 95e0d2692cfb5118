"""One attribute asked for several groups is answered at once, where the marketplace takes it."""

from collections.abc import Iterator

import pytest
from tests.web.test_first_steps import Desk, boots_leaf, price_list, twin

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.twins.aliexpress_ru.samples import LEAF, OTHER_LEAF, small_tree
from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeProperty
from torgpred.twins.testing import RunningTwin, running_twin

__all__ = ["twin"]
pytestmark = pytest.mark.django_db(transaction=True)

SEASON = 21
FACT = f"attribute:{SEASON}"
ALL = "all groups that wait for it: 2"


def seasoned_tree() -> Tree:
    """Return a tree whose second leaf knows one season less than its first."""
    tree = small_tree()
    values = [(31, "Зима"), (32, "Лето")]
    for leaf, known in ((LEAF, values), (OTHER_LEAF, values[:1])):
        season = TreeProperty(
            id=SEASON,
            name="Сезон",
            name_en="Season",
            is_required=True,
            is_enum_prop=True,
            values=known,
        )
        tree.categories[leaf].properties.append(season)
    return tree


@pytest.fixture(scope="module")
def one_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("seasoned"), tree=seasoned_tree()) as running:
        yield running


@pytest.fixture
def desk(twin: RunningTwin) -> Desk:
    """A desk with two groups of goods that wait for their season alone."""
    desk = Desk("SEASONED")
    boots = price_list(3, "Обувь зимняя")
    slippers = price_list(2, "Тапки").decode().split("\n", 1)[1].replace("B-", "T-")
    desk.give(boots + slippers.encode())
    desk.connect(twin.token)
    for name, leaf in (("Обувь зимняя", boots_leaf()), ("Тапки", str(OTHER_LEAF))):
        desk.answer("category", group(desk, name), value=leaf)
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    box = {"weight": "0,8", "length": "30", "width": "20", "height": "12"}
    desk.answer("parcel", group(desk, "Тапки"), about="*", **box)
    return desk


def group(desk: Desk, name: str) -> str:
    return next(
        key for key, one in catalogue.categories(desk.seller).items() if one.path[-1] == name
    )


def test_one_answer_is_true_of_all_groups_that_are_asked(desk: Desk) -> None:
    page = desk.get("start/questions/")
    assert page.count(ALL) == 2, "at either group"
    before = catalogue.statements(desk.seller)

    desk.answer(FACT, group(desk, "Тапки"), value="Зима", about="*")

    assert "5 of 5 offers are ready" in desk.get("start/questions/")
    new = catalogue.statements(desk.seller)[len(before) :]
    assert {one.category for one in new} == {group(desk, "Тапки"), group(desk, "Обувь зимняя")}
    assert len({one.given_at for one in new}) == 1, "it is one decision"


def test_without_it_the_answer_is_for_its_group_alone(desk: Desk) -> None:
    desk.answer(FACT, group(desk, "Обувь зимняя"), value="Зима", about="")
    page = desk.get("start/questions/")
    assert "3 of 5 offers are ready" in page
    assert ALL not in page


def test_a_group_whose_category_does_not_take_the_value_stays_open(desk: Desk) -> None:
    said = desk.answer(FACT, group(desk, "Обувь зимняя"), value="Лето", about="*")
    assert "Сезон: Лето (Обувь зимняя)" in said
    page = desk.get("start/questions/")
    assert "3 of 5 offers are ready" in page
    assert "Тапки" in page


def test_where_the_value_is_not_taken_at_the_group_itself_it_is_said(desk: Desk) -> None:
    before = catalogue.statements(desk.seller)
    said = desk.answer(FACT, group(desk, "Тапки"), value="Лето", about="*")
    assert "cannot be Лето" in said
    assert catalogue.statements(desk.seller) == before


def test_sent_once_more_it_says_the_same_again_and_no_more(desk: Desk) -> None:
    desk.answer(FACT, group(desk, "Тапки"), value="Зима", about="*")
    said = catalogue.statements(desk.seller)
    page = desk.answer(FACT, group(desk, "Тапки"), value="Зима", about="*")
    assert "Сезон: Зима (Тапки)" in page
    assert catalogue.statements(desk.seller) == said

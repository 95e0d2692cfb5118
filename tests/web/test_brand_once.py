"""The brand is one for a producer: asked once, and true of all goods unless said otherwise."""

from collections.abc import Iterator

import pytest
from tests.web.test_first_steps import Desk, boots_leaf, price_list, twin
from tests.web.test_undoing import carry_out

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings
from torgpred.listings import tasks
from torgpred.twins.aliexpress_ru.samples import LEAF, OTHER_LEAF, small_tree
from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeProperty
from torgpred.twins.testing import RunningTwin, running_twin

__all__ = ["twin"]
pytestmark = pytest.mark.django_db(transaction=True)


def branded_tree() -> Tree:
    tree = small_tree()
    brand = TreeProperty(id=9, name="Бренд", name_en="Brand", is_required=True)
    for one in (LEAF, OTHER_LEAF):
        tree.categories[one].properties.append(brand)
    return tree


@pytest.fixture(scope="module")
def one_twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    with running_twin(tmp_path_factory.mktemp("branded"), tree=branded_tree()) as running:
        yield running


@pytest.fixture
def token(twin: RunningTwin) -> str:
    """The key of a shop that may use no brand of its own yet, as new ones are."""
    new = {"code": "unbranded", "name": "Новая витрина", "brands": []}
    return str(twin.control("POST", "accounts", new)["token"])


def test_the_brand_is_asked_once_for_all_groups(twin: RunningTwin, token: str) -> None:
    desk = Desk("BRANDED")
    boots = price_list(3, "Обувь зимняя")
    slippers = price_list(2, "Тапки").decode().split("\n", 1)[1].replace("B-", "T-")
    desk.give(boots + slippers.encode())
    desk.connect(token)
    groups = sorted(catalogue.category_counts(desk.seller))
    leaves = {"Обувь зимняя": boots_leaf(), "Тапки": str(OTHER_LEAF)}
    names = {key: one.path[-1] for key, one in catalogue.categories(desk.seller).items()}
    for group in groups:
        desk.answer("category", group, value=leaves[names[group]])
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.answer("parcel", groups[0], weight="0,8", length="30", width="20", height="12", about="*")
    page = desk.get("start/questions/")
    assert "0 of 5 offers are ready" in page
    assert page.count("all my goods") == 2, "for either group until one is answered"

    desk.answer("brand", groups[0], value="Мерзлоход", about="*")

    assert "5 of 5 offers are ready" in desk.get("start/questions/")
    [stated] = [one for one in catalogue.statements(desk.seller) if one.kind == "brand"]
    assert (stated.value, stated.category) == ("Мерзлоход", "")

    desk.post("plans/new/", shop=str(desk.shop))
    tasks.make_plans()
    carry_out(desk, listings.plans(desk.seller)[0])
    live = twin.control("GET", "listings")
    assert len(live) == 5, "a brand that the shop may not use is left out, not refused"
    assert {one.get("brand_name") for one in live} <= {None, ""}


def test_what_the_marketplace_refused_is_told_where_one_looks(twin: RunningTwin) -> None:
    desk = Desk("REFUSED")
    desk.give(price_list(2))
    desk.connect(twin.token)
    desk.answer("category", desk.group, value=boots_leaf())
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    desk.answer("parcel", desk.group, weight="0,8", length="30", width="20", height="12")
    desk.answer("brand", desk.group, value="Мерзлоход", about="*")
    desk.post("start/price/set/", basis="shelf", commission="8", per_parcel="100")
    tasks.make_plans()
    fault = {"kind": "task_failed", "operations": ["product.create"], "message": "weight is odd"}
    twin.control("POST", "faults", fault)
    carry_out(desk, listings.plans(desk.seller)[0])

    assert "weight is odd" in desk.get("start/plan/")
    home = desk.get("")
    assert "The marketplace refused products: 2" in home
    assert "weight is odd" in home
    assert "weight is odd" in desk.get("catalogue/?view=refused")
    page = desk.get("catalogue/offer/?key=B-0")
    assert "The marketplace refused it: weight is odd" in page
    assert '<span class="chip bad">refused</span>' in page

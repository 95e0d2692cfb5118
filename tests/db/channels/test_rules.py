import msgspec
import pytest
from tests.db.channels.fake_market import FakeFamily

from torgpred.channels import selectors, services, tasks
from torgpred.channels.core.contract import MarketCategory
from torgpred.channels.core.shops import ShrunkenRulesError
from torgpred.channels.services import rules
from torgpred.kernel.errors import NeedsPersonError, RetryLaterError

pytestmark = pytest.mark.django_db


def make_shop(tenant_id: int, name: str = "Лампы") -> int:
    return services.add_shop(
        tenant_id=tenant_id, family="fake", name=name, credentials={"token": "t"}
    ).id


def test_before_anything_is_learnt_there_is_nothing(seller_a: int) -> None:
    assert dict(selectors.market_categories("fake")) == {}
    assert selectors.dictionary_values("fake", "111", "c") is None


def test_the_tree_is_learnt_with_places_and_attributes(seller_a: int, fake: FakeFamily) -> None:
    shop = make_shop(seller_a)

    leaves = services.learn_rules(shop)

    tree = selectors.market_categories("fake")
    assert leaves == 3
    assert tree.keys() == fake.tree.keys()
    assert tree["111"].path == ("Дом", "Свет", "Лампы")
    assert tree["111"].parent_id == "11"
    assert tree["111"].attributes == fake.tree["111"].attributes
    assert selectors.brands(shop) == {"Светоч": "b1", "Луч": "b2"}
    assert [one.id for one in selectors.delivery_templates(shop)] == ["10"]


def test_the_tree_is_shared_by_all_tenants(seller_a: int, seller_b: int) -> None:
    services.learn_rules(make_shop(seller_a))

    assert len(selectors.market_categories("fake")) == 5


def test_learning_the_same_again_changes_no_digest(seller_a: int) -> None:
    shop = make_shop(seller_a)
    services.learn_rules(shop)
    before, tree = selectors.rules_digest("fake"), selectors.market_categories("fake")

    services.learn_rules(shop)

    assert selectors.rules_digest("fake") == before
    assert selectors.market_categories("fake") is tree


def test_a_changed_tree_is_read_anew(seller_a: int, fake: FakeFamily) -> None:
    shop = make_shop(seller_a)
    services.learn_rules(shop)
    before = selectors.rules_digest("fake")
    fake.tree["2"] = msgspec.structs.replace(fake.tree["2"], name="Настольные игры")
    fake.tree["11"] = msgspec.structs.replace(fake.tree["11"], children=("112",))
    fake.tree["112"] = MarketCategory(id="112", name="Люстры")
    del fake.tree["111"]

    services.learn_rules(shop)

    tree = selectors.market_categories("fake")
    assert selectors.rules_digest("fake") != before
    assert tree["2"].name == "Настольные игры"
    assert "111" not in tree
    assert "112" in tree


def test_a_tree_that_shrank_by_half_is_not_believed(seller_a: int, fake: FakeFamily) -> None:
    shop = make_shop(seller_a)
    services.learn_rules(shop)
    fake.tree = {"2": fake.tree["2"]}

    with pytest.raises(ShrunkenRulesError):
        services.learn_rules(shop)
    assert len(selectors.market_categories("fake")) == 5

    services.learn_rules(shop, force=True)
    assert len(selectors.market_categories("fake")) == 1


def test_a_child_that_is_not_told_of_and_a_ring_do_not_stop_the_walk(
    seller_a: int, fake: FakeFamily
) -> None:
    fake.tree["11"] = msgspec.structs.replace(fake.tree["11"], children=("111", "gone"))
    fake.tree["111"] = msgspec.structs.replace(fake.tree["111"], children=("11",))

    services.learn_rules(make_shop(seller_a))

    assert selectors.market_categories("fake").keys() == fake.tree.keys()


def test_a_busy_marketplace_is_asked_again_but_not_for_ever(
    seller_a: int, fake: FakeFamily
) -> None:
    shop = make_shop(seller_a)

    fake.busy = 2
    services.learn_rules(shop)
    fake.busy = 100
    with pytest.raises(RetryLaterError):
        services.learn_rules(shop)

    assert fake.busy == 96


def test_dictionaries_are_learnt_when_needed_and_change_the_digest(
    seller_a: int, fake: FakeFamily
) -> None:
    shop = make_shop(seller_a)
    services.learn_rules(shop)
    before = selectors.rules_digest("fake")

    assert selectors.dictionary_values("fake", "111", "c") == (("1", "белый"), ("2", "чёрный"))
    assert selectors.dictionary_values("fake", "111", "b") is None
    assert services.learn_missing_dictionaries(shop, ["111", "12"]) == 1
    assert selectors.dictionary_values("fake", "111", "b") == (("b1", "Светоч"), ("b2", "Луч"))
    after = selectors.rules_digest("fake")
    assert after != before
    assert services.learn_missing_dictionaries(shop, ["111"]) == 0

    fake.brands.append(("b3", "Заря"))
    assert services.learn_dictionaries(shop, ["111", "111"]) == 1

    assert selectors.dictionary_values("fake", "111", "b") == tuple(fake.brands)
    assert selectors.rules_digest("fake") not in {before, after}


def test_dictionaries_learnt_before_a_failure_are_kept(
    seller_a: int, fake: FakeFamily, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "KEPT_AT_ONCE", 1)
    shop = make_shop(seller_a)
    services.learn_rules(shop)
    fake.refused = {"2"}

    with pytest.raises(NeedsPersonError):
        services.learn_missing_dictionaries(shop, ["111", "2"])

    assert selectors.dictionaries("fake", ["111", "2"]).keys() == {("111", "b")}


def test_the_dictionaries_of_a_removed_category_go_with_it(seller_a: int, fake: FakeFamily) -> None:
    shop = make_shop(seller_a)
    services.learn_rules(shop)
    services.learn_dictionaries(shop, ["111", "2"])
    fake.tree["11"] = msgspec.structs.replace(fake.tree["11"], children=())
    del fake.tree["111"]

    services.learn_rules(shop)

    assert selectors.dictionaries("fake", ["111", "2"]).keys() == {("2", "b")}


def test_rules_are_refreshed_through_any_shop_that_works_and_only_when_old(
    seller_a: int, seller_b: int, fake: FakeFamily
) -> None:
    make_shop(seller_a)
    make_shop(seller_b)

    tasks.refresh_rules()
    asked = len(fake.asked)
    tasks.refresh_rules()

    assert len(selectors.market_categories("fake")) == 5
    assert len(fake.asked) == asked > 0


def test_a_tree_without_leaves_is_never_believed(seller_a: int, fake: FakeFamily) -> None:
    fake.tree.clear()

    with pytest.raises(ShrunkenRulesError):
        services.learn_rules(make_shop(seller_a), force=True)

    assert selectors.rule_book("fake") is None


def test_the_second_shop_of_a_marketplace_gets_its_own_lists(seller_a: int, seller_b: int) -> None:
    make_shop(seller_a)
    tasks.refresh_rules()
    second = make_shop(seller_b, "Игры")

    tasks.refresh_rules()

    assert selectors.brands(second) == {"Светоч": "b1", "Луч": "b2"}

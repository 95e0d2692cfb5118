"""A small marketplace for the benchmarks of plans: a twin with six leaves, one seller, one shop.

The feed's 400 categories are spread over the leaves; every leaf has a dictionary, a free text and
a number with a unit, so that each offer's params have something to become.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
from benchmarks.feed_file import CATEGORIES

from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeCategory, TreeProperty
from torgpred.twins.testing import RunningTwin, running_twin

FAMILY = "aliexpress_ru"
_TRADES = ("Крем", "Термобельё", "Настольная игра", "Светильник", "Сухофрукты", "Чайник")
_COLOURS = ("белый", "чёрный", "синий", "зелёный", "красный", "бежевый", "серый")
_ROOT = 900


class Place(msgspec.Struct, frozen=True):
    """Where the benchmark works."""

    seller_id: int
    shop_id: int


def make_tree() -> Tree:
    """Return one root with six leaves."""
    leaves = {
        _ROOT + number: TreeCategory(
            id=_ROOT + number,
            name=name,
            name_en=name,
            parent_id=_ROOT,
            properties=[
                TreeProperty(
                    id=14,
                    name="Цвет",
                    name_en="Colour",
                    is_required=True,
                    is_enum_prop=True,
                    values=[(140 + place, colour) for place, colour in enumerate(_COLOURS)],
                ),
                TreeProperty(id=15, name="Материал", name_en="Material"),
                TreeProperty(id=16, name="Размер", name_en="Size", units=["см", "мм"]),
            ],
        )
        for number, name in enumerate(_TRADES, 1)
    }
    root = TreeCategory(id=_ROOT, name="Товары", name_en="Goods", children_ids=list(leaves))
    return Tree(categories={_ROOT: root, **leaves})


@contextmanager
def bench_twin(home: Path) -> Iterator[RunningTwin]:
    """Run a twin on the small tree that answers at once, without quota."""
    with running_twin(
        home / "twin",
        tree=make_tree(),
        task_delay_min=0,
        task_delay_max=0,
        quota_amount=1_000_000_000,
        brands_open=True,
    ) as twin:
        yield twin


def settle_in(twin: RunningTwin, code: str) -> Place:
    """Take on a seller with a shop at the twin, its rules learnt and a policy chosen."""
    from torgpred.accounts import services as accounts
    from torgpred.channels import selectors as channels
    from torgpred.channels import services as channel_services
    from torgpred.listings.core.policy import ShopPolicy
    from torgpred.listings.services import contexts

    seller = accounts.add_seller(name=code, country="RU", code=code)
    shop = channel_services.add_shop(
        tenant_id=seller.id,
        family=FAMILY,
        name=code,
        credentials={"token": twin.token},
        address=twin.base_url,
    )
    channel_services.test_shop(shop.id)
    channel_services.learn_rules(shop.id)
    template = channels.delivery_templates(shop.id)[0].id
    contexts.set_policy(
        seller_id=seller.id,
        shop_id=shop.id,
        policy=ShopPolicy(delivery_template_id=template, lead_time_days=3),
        actor="bench",
    )
    return Place(seller_id=seller.id, shop_id=shop.id)


def take_in(place: Place, path: Path) -> None:
    """Read a feed for the seller, and map what is not mapped yet."""
    from torgpred.catalogue import services as catalogue
    from torgpred.listings.services import decisions

    catalogue.take_in(seller_id=place.seller_id, feed_name="main", path=path, actor="bench")
    decided = decisions.mappings(place.seller_id, FAMILY)
    for number in range(1, CATEGORIES + 1):
        if str(number) not in decided:
            decisions.map_category(
                seller_id=place.seller_id,
                family=FAMILY,
                category_key=str(number),
                market_category=str(_ROOT + 1 + number % len(_TRADES)),
                actor="bench",
            )

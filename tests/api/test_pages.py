"""Paging laws: what was there at the beginning is shown once, whatever comes meanwhile."""

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.api.asking import Program, make_secret, told
from tests.db.conftest import make_tenant
from tests.db.listings.world import World, make_boots

from torgpred.api.paging import after_text, page
from torgpred.catalogue import services as catalogue
from torgpred.catalogue.core.offers import Category
from torgpred.stock.services import keeping, moving, warehouses


class Walk:
    """Pages of a list, one by one."""

    def __init__(self, program: Program, path: str, **given: object) -> None:
        self.program = program
        self.path = path
        self.given = given
        self.cursor: str | None = ""
        self.pages = 0

    def next(self) -> list[Any]:
        asked = urlencode({**self.given, "cursor": self.cursor or ""})
        answer = self.program.get(f"{self.path}?{asked}")
        assert answer.status_code == 200, answer.content
        found = told(answer)
        self.cursor = found["next"]
        self.pages += 1
        items: list[Any] = found["items"]
        assert len(items) <= int(str(self.given.get("limit", 50)))
        return items

    def rest(self) -> list[Any]:
        found = self.next()
        while self.cursor:
            found += self.next()
        return found


def test_levels_are_shown_once_while_others_come_and_go(seller: int, program: Program) -> None:
    place = warehouses.warehouse_meant(seller_id=seller).id

    def count(*skus: str) -> None:
        moving.count(
            seller_id=seller,
            warehouse_id=place,
            pieces=dict.fromkeys(skus, 1),
            actor="test",
        )

    there = [f"S-{number:02}" for number in range(0, 40, 2)]
    count(*there)
    walk = Walk(program, "/sellers/S-A/stock", limit=3)
    seen: list[str] = []
    for number in range(1, 40, 2):  # odd ones are added before, at and after the place
        seen += [one["sku"] for one in walk.next()]
        count(f"S-{number:02}", f"S-{39 - number:02}")
        if not walk.cursor:
            break

    seen += [one["sku"] for one in walk.rest()] if walk.cursor else []
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen))
    assert set(there) <= set(seen)


def test_newest_first_lists_keep_their_place_while_rows_are_added(
    world: World,
) -> None:
    program = Program(make_secret(world.seller))
    for _ in range(4):
        world.plan()
    before = [one["code"] for one in Walk(program, "/sellers/W-1/plans").rest()]
    walk = Walk(program, "/sellers/W-1/plans", limit=2)
    seen = walk.next()
    world.plan()
    seen += walk.rest()

    assert [one["code"] for one in seen] == before
    assert walk.pages == 3


def test_every_list_gives_the_same_rows_at_every_page_size(world: World) -> None:
    world.feed(*(make_boots(f"B-{number:02}", weight_kg=None) for number in range(9)))
    _more_categories(world)
    for _ in range(3):
        plan = world.plan()
    for number in range(3):
        make_tenant("seller", f"S-{number}")
    _locks(world.seller, 3)
    program = Program(make_secret(_operator()))
    own = "/sellers/W-1"
    lists = {
        "/sellers": 4,
        f"{own}/intakes": 3,
        f"{own}/categories": 2,
        f"{own}/products": 9,
        f"{own}/products?view=held": 9,
        f"{own}/plans": 4,
        f"{own}/plans/{plan.code}/steps": 0,
        f"{own}/mappings/aliexpress_ru": 1,
        f"{own}/stock": 5,
        f"{own}/stock/locks": 3,
        f"{own}/orders": 2,
        f"{own}/orders?phase=to_ship": 2,
        f"{own}/orders?short=true": 1,
        f"{own}/payouts": 2,
        f"{own}/dialogues": 1,
        f"{own}/returns": 0,
    }
    for path, rows in lists.items():
        bare, _, query = path.partition("?")
        given = dict(pair.split("=") for pair in query.split("&") if pair)
        whole = Walk(program, bare, limit=200, **given).rest()
        assert len(whole) == rows, path
        for limit in (1, 2, 4):
            walk = Walk(program, bare, limit=limit, **given)
            assert walk.rest() == whole, (path, limit)
            assert walk.pages == max(1, -(-rows // limit)), (path, limit)


def _locks(seller: int, count: int) -> None:
    place = warehouses.warehouse_meant(seller_id=seller).id
    for number in range(count):
        sku = f"L-{number}"
        moving.move(seller_id=seller, warehouse_id=place, pieces={sku: 1}, actor="test")
        keeping.lock(
            seller_id=seller, warehouse_id=place, pieces={sku: 1}, purpose="x", actor="test"
        )


def _operator() -> int:
    from torgpred.accounts import services  # noqa: PLC0415 - one of two of the name

    return services.ensure_operator().id


def _more_categories(world: World) -> None:
    from tests.db.listings.world import BOOTS  # noqa: PLC0415 - used here only

    more = {**BOOTS, "11": Category(key="11", name="Тапки", path=("Обувь", "Тапки"))}
    world.feed(
        *(make_boots(f"B-{number:02}", weight_kg=None) for number in range(9)), categories=more
    )


@pytest.mark.django_db(transaction=True)
def test_findings_come_page_by_page(seller: int, program: Program, tmp_path: Any) -> None:  # noqa: ANN401
    path = tmp_path / "goods.csv"
    lines = "".join(f"SKU-{number};;x\n" for number in range(7))
    path.write_text(f"Артикул;Наименование;Цена, руб.\n{lines}")
    report = catalogue.take_in(seller_id=seller, feed_name="main", path=path, actor="test")
    address = f"/sellers/S-A/intakes/{report.intake_id}/findings"

    whole = Walk(program, address, limit=200).rest()

    assert len(whole) == sum(report.finding_totals.values()) > 7
    assert Walk(program, address, limit=3).rest() == whole
    code = whole[0]["code"]
    some = Walk(program, address, limit=2, code=code).rest()
    assert some == [one for one in whole if one["code"] == code]


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "=",
        "WyJwIiw3XQ",
        "W10",
        "A" * 1999,
        "éé",
        "WyJsZXZlbHMiLDFd",
        "WyJsZXZlbHMiLCJcdTAwMDAiXQ",
    ],
)
def test_a_cursor_of_another_list_is_refused(program: Program, cursor: str) -> None:
    answer = program.get(f"/sellers/S-A/stock?cursor={quote(cursor)}")

    assert answer.status_code == 400
    assert told(answer)["code"] == "api.cursor"


def test_a_cursor_belongs_to_its_filters(world: World) -> None:
    program = Program(make_secret(world.seller))
    walk = Walk(program, "/sellers/W-1/products", limit=1)
    walk.next()

    answer = program.get(f"/sellers/W-1/products?view=held&cursor={walk.cursor}")

    assert answer.status_code == 400


def test_a_cursor_says_any_key_again() -> None:
    for key in ("a", "Б/В", "x" * 255, '"', "日本", "a b=c&d"):
        _, cursor = page([key, "more"], str, of="list", limit=1)
        assert cursor is not None
        assert after_text(cursor, "list") == key

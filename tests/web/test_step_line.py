"""First steps: what is in the file is counted, and the line of steps tells what is done."""

import re

import pytest
from tests.web.test_first_steps import Desk, one_twin, price_list, twin

from torgpred.twins.testing import RunningTwin

__all__ = ["one_twin", "twin"]

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_goods_lack_is_counted_and_wrong_barcodes_are_told_together(
    twin: RunningTwin,
) -> None:
    desk = Desk("FIRST")
    desk.give(
        "Артикул;Наименование;Категория;Цена, руб.;Штрихкод\n"
        "A-1;Кружка;Посуда;100;4607059081935\nA-2;Миска;;100;4607059081936\n".encode()
    )
    page = desk.get("start/found/")
    totals = re.findall(r'name">(.*?)</span>\s*<span class="amount">(\d+)', page)
    assert totals[3:] == [
        ("Without a category", "1"), ("Without a weight", "2"), ("Without a picture", "2"),
    ]  # fmt: skip
    assert "2 barcodes are wrong, for example 4607059081935" in page


def done(page: str) -> list[str]:
    """Return the steps that are ticked, but the one that is shown."""
    ticked = r'class="done">.*?<span class="name">(.*?)</span>'
    return re.findall(ticked, page[page.index("stepline") :], re.DOTALL)


def test_a_step_is_ticked_once_it_is_done(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(price_list())
    assert done(desk.get("start/found/")) == ["File"]
    assert done(desk.get("start/shop/")) == ["File", "What is in it"]
    desk.connect(twin.token)
    desk.post("start/price/set/", basis="shelf", commission="8", per_parcel="100")
    assert done(desk.get("start/plan/")) == ["File", "What is in it", "Shop", "Price"]

"""A file cut at any byte takes nothing out of the shop: from the bytes to the plan."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.db.listings.world import World

from torgpred.catalogue import services as catalogue
from torgpred.listings.core.diff import LEFT_OUT
from torgpred.twins.aliexpress_ru.samples import small_tree
from torgpred.twins.testing import RunningTwin, running_twin

OFFERS = 40
_OFFER = """\
<offer id="B-{n}" available="true"{group}><name>Валенки «Тест» {n}</name><price>2490</price>
<currencyId>RUB</currencyId><categoryId>10</categoryId><count>7</count>
<picture>https://seller.example/{n}.jpg</picture><description>Тёплые, {n}</description>
<param name="Материал">Шерсть</param><param name="Размер">{size}</param><weight>0.8</weight>
<dimensions>30/20/12</dimensions></offer>
"""


def make_file(path: Path) -> bytes:
    """Write a catalogue of products with one and with two variants; return its bytes."""
    offers = [
        _OFFER.format(n=n, size=27 + n % 2, group=f' group_id="{n // 2}"' if n % 4 < 2 else "")
        for n in range(OFFERS)
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01 10:00"><shop>'
    categories = '<categories><category id="10">Валенки</category></categories>'
    path.write_text(
        f"{head}<name>Т</name>{categories}<offers>{''.join(offers)}</offers></shop></yml_catalog>"
    )
    return path.read_bytes()


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[RunningTwin]:
    tree = small_tree()
    with running_twin(tmp_path / "twin", tree=tree, task_delay_min=0, task_delay_max=0) as one:
        yield one


@pytest.mark.proof
def test_a_feed_cut_at_200_random_bytes_removes_nothing(
    transactional_db: None, twin: RunningTwin, tmp_path: Path, proof_share: float
) -> None:
    world = World(twin, tmp_path)
    path = tmp_path / "feed.yml"
    whole = make_file(path)

    def take() -> None:
        catalogue.take_in(seller_id=world.seller, feed_name="main", path=path, actor="test")

    take()
    assert set(world.carry_out().steps) == {"create.done"}
    end = whole.rindex(b"</yml_catalog>") + len(b"</yml_catalog>")
    for place in random.Random(11).sample(range(end), round(200 * proof_share)):
        path.write_bytes(whole[:place])
        take()
        plan = world.plan()
        assert (plan.counts["pause"], plan.counts["remove"]) == (0, 0), place
        changes = [change for step in world.steps(plan) for change in step.changes]
        assert all(change.reason != LEFT_OUT for change in changes), place
    path.write_bytes(whole)
    take()
    assert world.plan().steps == 0

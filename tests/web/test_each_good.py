"""One question answered good by good: proposed values are confirmed, corrected or left out."""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from tests.web.test_first_steps import Desk, boots_leaf, one_twin, twin

from torgpred.catalogue import selectors as catalogue
from torgpred.channels import families
from torgpred.channels import selectors as channels
from torgpred.listings import tasks
from torgpred.listings.services import statements
from torgpred.twins.aliexpress_ru.samples import HEIGHT, small_tree
from torgpred.twins.testing import RunningTwin, running_twin

__all__ = ["one_twin", "twin"]

pytestmark = pytest.mark.django_db(transaction=True)

NET = f"attribute:{HEIGHT}"
JARS = ("Мёд липовый, 250 г", "Мёд липовый, 500 г", "Мёд луговой, 250 г", "Набор «Пасека»")


def goods(*names: str, weights: tuple[str, ...] = ()) -> bytes:
    told = weights or ("",) * len(names)
    rows = [
        f"M-{n};{name};Мёд;549;5;https://p.example/{n}.jpg;Шерсть;{weight};Вкусный"
        for n, (name, weight) in enumerate(zip(names, told, strict=True))
    ]
    head = "Артикул;Наименование;Категория;Цена, руб.;Остаток;Фото;Материал;Вес, г;Описание"
    return "\n".join([head, *rows]).encode()


@pytest.fixture
def jars(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk with jars of several sizes, at a marketplace that wants the net weight of each."""
    tree = small_tree()
    leaf = next(one for one in tree.categories.values() if one.name == "Валенки")
    height = next(one for one in leaf.properties if one.id == HEIGHT)
    leaf.properties[leaf.properties.index(height)] = msgspec.structs.replace(
        height, name="Вес нетто", name_en="Net weight", units=["г", "кг"], is_required=True
    )
    with running_twin(tmp_path, tree=tree) as twin:
        of = families.family("aliexpress_ru")
        monkeypatch.setattr(type(of), "default_address", twin.base_url, raising=False)
        desk = Desk("FIRST")
        desk.give(goods(*JARS))
        desk.connect(twin.token)
        desk.answer("category", desk.group, value=boots_leaf())
        yield desk


def typed(page: str, field: str) -> dict[str, str]:
    """Return what stands in the fields of a sheet, by the good's key."""
    keys = dict(re.findall(r'name="key-(\d+)" value="([^"]+)"', page))
    values = re.findall(rf'name="{field}-(\d+)" value="([^"]*)"', page)
    return {keys[n]: value for n, value in values}


def test_sizes_are_read_from_names_and_kept_as_confirmed(jars: Desk) -> None:
    page = jars.get("start/questions/?all=1")
    assert "By their names it differs from good to good: 250 г, 500 г." in page
    (query,) = set(re.findall(r"start/questions/each/\?(fact=attribute[^\"]+)", page))

    sheet = jars.get(f"start/questions/each/?{query.replace('&amp;', '&')}")
    assert typed(sheet, "value") == {"M-0": "250 г", "M-1": "500 г", "M-2": "250 г", "M-3": ""}
    assert statements.stated(jars.seller) == [], "nothing is kept before a person says so"

    fields = {f"key-{n}": f"M-{n}" for n in range(4)}
    given = {"value-0": "250 г", "value-1": "0,5 кг", "value-2": "250 г", "value-3": ""}
    page = jars.post("start/questions/each/give/", fact=NET, group=jars.group, **fields, **given)
    assert "Kept for 3 offers." in page
    kept = {one.card.keys: one.told for one in statements.stated(jars.seller)}
    assert kept == {("M-0", "M-2"): ("Вес нетто", "250 г"), ("M-1",): ("Вес нетто", "0.5 кг")}

    sheet = jars.get(f"start/questions/each/?{query.replace('&amp;', '&')}")
    assert list(typed(sheet, "value")) == ["M-3", "M-0", "M-1", "M-2"], "what is open comes first"
    page = " ".join(jars.get("start/questions/").split())
    assert 'single offers: <span class="mono">M-0, M-2</span>' in page
    assert "all offers <span" not in page
    assert "2 decisions so far" in page, "a category, and one question however many values"
    tasks.work_out()
    assert "start/questions/each/?fact=attribute" not in jars.get("start/questions/?all=1")


def test_a_wrong_value_keeps_none_of_them(jars: Desk) -> None:
    rows = {"key-0": "M-0", "value-0": "250 г", "key-1": "M-1", "value-1": "500"}
    page = jars.post("start/questions/each/give/", fact=NET, group=jars.group, **rows)
    assert "its unit is not said" in page
    assert statements.stated(jars.seller) == []

    empty = {"key-0": "M-0", "value-0": " "}
    page = jars.post("start/questions/each/give/", fact=NET, group=jars.group, **empty)
    assert "Fill in the answer first." in page


def test_a_weight_that_cannot_be_is_told_and_proposed_in_kilograms(twin: RunningTwin) -> None:
    desk = Desk("FIRST")
    desk.give(goods(*JARS, weights=("337", "0,675", "337", "0,34")))
    desk.connect(twin.token)
    page = desk.get("start/questions/?all=1")
    assert "The file gives a weight that cannot be: Мёд липовый, 500 г: 0.675 g" in page
    assert "It is the same for all of them" not in page, "most goods merely lack it"

    (query,) = set(re.findall(r"start/questions/each/\?(fact=parcel[^\"]+)", page))
    sheet = desk.get(f"start/questions/each/?{query.replace('&amp;', '&')}")
    assert "the file says 0.675 g; perhaps kilograms?" in sheet
    assert typed(sheet, "weight") == {"M-1": "0.675", "M-3": "0.34"}
    assert list(typed(sheet, "length")) == ["M-0", "M-1", "M-2", "M-3"]
    sides = {"length-1": "8", "width-1": "8", "height-1": "11"}
    desk.post(
        "start/questions/each/give/", fact="parcel", group=desk.group,
        **{"key-1": "M-1", "weight-1": "0.675", **sides},
    )  # fmt: skip
    tasks.work_out()
    facts = statements.facts(desk.seller).by_offer
    assert {key: one.weight_kg for key, one in facts.items()} == {"M-1": Decimal("0.675")}


def test_keys_of_nobody_are_not_stated_of(jars: Desk) -> None:
    rows = {"key-0": "X-1", "value-0": "250 г"}
    page = jars.post("start/questions/each/give/", fact=NET, group=jars.group, **rows)
    assert "Fill in the answer first." in page
    assert catalogue.statements(jars.seller) == []
    assert "Back to the questions" not in jars.get("start/questions/each/?fact=nothing")


def test_where_every_weight_cannot_be_single_answers_go_before_one_for_all(
    twin: RunningTwin,
) -> None:
    desk = Desk("FIRST")
    desk.give(goods(*JARS, weights=("337", "0,675", "337", "0,34")))
    desk.connect(twin.token)
    sides = {"kind": "package", "value": "8x8x11", "given_by": "test"}
    statements.state_fact(seller_id=desk.seller, everything=True, **sides)
    desk.answer("terms", template=channels.delivery_templates(desk.shop)[0].id, days="3")
    page = desk.get("start/questions/?all=1")
    asked = page.partition("How heavy is one packed piece")[2].partition("</section>")[0]
    assert "Мёд липовый, 500 г: 0.675 g; Набор «Пасека»: 0.34 g" in asked
    assert asked.index("Answer good by good") < asked.index("It is the same for all of them")


def test_what_waits_beside_goods_with_answers_of_their_own_is_answered_alone(jars: Desk) -> None:
    fields = {f"key-{n}": f"M-{n}" for n in range(3)}
    given = {"value-0": "250 г", "value-1": "500 г", "value-2": "250 г"}
    jars.post("start/questions/each/give/", fact=NET, group=jars.group, **fields, **given)
    page = jars.get("start/questions/?all=1")
    assert NET in page, "one good still waits"
    page = jars.post("start/questions/answer/", fact=NET, group=jars.group, value="450", unit="г")
    assert "Kept. Вес нетто: 450 г (single offers: M-3)" in page
    assert NET not in jars.get("start/questions/?all=1"), "also before it is worked out"
    tasks.work_out()

    (told,) = [one for one in statements.stated(jars.seller) if one.told[1] == "450 г"]
    assert (told.card.group_by, told.card.keys, told.offers) == ("keys", ("M-3",), 1)
    assert NET not in jars.get("start/questions/?all=1")


def test_what_is_said_of_a_larger_group_is_kept_of_it_beside_single_answers(jars: Desk) -> None:
    one = {"key-0": "M-0", "weight-0": "0.3", "length-0": "8", "width-0": "8", "height-0": "11"}
    jars.post("start/questions/each/give/", fact="parcel", group=jars.group, **one)
    tasks.work_out()
    parcel = {"weight": "0.6", "length": "9", "width": "9", "height": "12"}
    jars.answer("parcel", jars.group, about="*", **parcel)
    kept = {(one.kind, one.group_by) for one in catalogue.statements(jars.seller)}
    assert kept == {(kind, by) for kind in ("weight_kg", "package") for by in ("keys", "all")}


def test_a_part_of_a_parcel_that_was_said_singly_keeps_its_own(jars: Desk) -> None:
    weight = {"key-0": "M-0", "weight-0": "0.3"}
    jars.post("start/questions/each/give/", fact="parcel", group=jars.group, **weight)
    parcel = {"weight": "0.6", "length": "9", "width": "9", "height": "12"}
    jars.answer("parcel", jars.group, **parcel)
    kept = {one.kind: (one.group_by, one.keys) for one in catalogue.statements(jars.seller)}
    assert kept == {"weight_kg": ("keys", ("M-1", "M-2", "M-3")), "package": ("category", ())}
    assert statements.facts(jars.seller).by_offer["M-0"].weight_kg == Decimal("0.3")

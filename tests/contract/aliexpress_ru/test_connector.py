"""The connector against the twin, over real HTTP, through the simplest transport there can be."""

import time
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

import httpx
import msgspec
import pytest

from torgpred.channels.core.contract import (
    Action,
    Change,
    Connector,
    Outcome,
    Phase,
    Request,
    Response,
    Submission,
)
from torgpred.channels.core.drafts import Draft, Seen, Status, Value, Variant
from torgpred.connectors.aliexpress_ru import family
from torgpred.kernel.errors import NeedsPersonError, RetryLaterError
from torgpred.twins.aliexpress_ru.tree_types import Tree, TreeCategory, TreeProperty
from torgpred.twins.testing import RunningTwin, running_twin

ROOT, HATS = 7, 9_007_199_254_740_993
MATERIAL, BRAND, COLOUR, SIZE = 10, 2, 14, 5
WOOL, RED, BLUE = 101, 201, 9_007_199_254_740_995


class PlainTransport:
    """httpx and nothing else: no slots, no retries."""

    def __init__(self, base: str) -> None:
        self._client = httpx.Client(base_url=base, timeout=120, trust_env=False)

    def send(self, request: Request) -> Response:
        try:
            given = self._client.request(
                request.method,
                request.path,
                headers=dict(request.headers),
                params=dict(request.query),
                content=request.body or None,
            )
        except httpx.TransportError as error:
            raise RetryLaterError(reason=str(error), unclear=not request.repeatable) from error
        return Response(given.status_code, dict(given.headers), given.content)

    def close(self) -> None:
        self._client.close()


def make_tree() -> Tree:
    properties = [
        TreeProperty(
            id=MATERIAL,
            name="Материал",
            name_en="Material",
            is_required=True,
            is_enum_prop=True,
            values=[(WOOL, "Шерсть"), (102, "Хлопок")],
            inline=False,
        ),
        TreeProperty(id=SIZE, name="Обхват", name_en="Girth", units=["см", "мм"]),
    ]
    colour = TreeProperty(
        id=COLOUR,
        name="Цвет",
        name_en="Colour",
        is_enum_prop=True,
        values=[(RED, "красный"), (BLUE, "синий")],
    )
    return Tree(
        categories={
            ROOT: TreeCategory(id=ROOT, name="Одежда", name_en="Clothes", children_ids=[HATS]),
            HATS: TreeCategory(
                id=HATS,
                name="Шапки",
                name_en="Hats",
                parent_id=ROOT,
                properties=properties,
                sku_properties=[colour],
            ),
        }
    )


def make_draft(number: int = 1, **overrides: object) -> Draft:
    fields: dict[str, object] = {
        "external_id": f"torg-{number}",
        "category_id": str(HATS),
        "titles": {"ru": f"Шапка   зимняя № {number} «Север» & Ко"},
        "descriptions": {"ru": "<div class='x'><p>Тёплая &amp; мягкая</p><script>x</script></div>"},
        "pictures": (f"https://seller.example/{number}-1.jpg", "https://seller.example/2.jpg"),
        "weight_kg": Decimal("0.333"),
        "length_cm": Decimal("30.5"),
        "width_cm": Decimal(20),
        "height_cm": Decimal(12),
        "lead_time_days": 3,
        "delivery_template_id": "1001",
        "unit": "piece",
        "attributes": (Value(str(MATERIAL), value_id=str(WOOL)), Value(str(SIZE), text="58 см")),
        "variants": (
            Variant(
                f"HAT-{number}-R",
                Decimal(1290),
                discount_price=Decimal("990.5"),
                stock=5,
                barcode="4006381333931",
                attributes=(Value(str(COLOUR), value_id=str(RED)),),
            ),
            Variant(
                f"HAT-{number}-B",
                Decimal(1290),
                stock=0,
                attributes=(Value(str(COLOUR), value_id=str(BLUE)),),
            ),
        ),
    }
    return Draft(**fields | overrides)  # type: ignore[arg-type]


def make_change(number: int, action: Action, draft: Draft, remote_id: str = "") -> Change:
    return Change(f"step-{number}", action, draft, remote_id=remote_id)


@pytest.fixture(scope="module")
def twin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningTwin]:
    folder = tmp_path_factory.mktemp("twin")
    with running_twin(folder, tree=make_tree(), task_delay_min=0, task_delay_max=0) as running:
        yield running


@pytest.fixture
def shop(twin: RunningTwin) -> Iterator[Connector]:
    twin.control("POST", "reset", {})
    twin.control("PATCH", "settings", {"task_delay_min": 0, "task_delay_max": 0})
    transport = PlainTransport(twin.base_url)
    yield family.open(transport, {"token": twin.token, "public_site": twin.base_url})
    transport.close()


def settled(shop: Connector, action: Action, submission: Submission) -> Sequence[Outcome]:
    deadline = time.monotonic() + 120
    outcomes = shop.outcomes(action, submission)
    while any(one.phase is Phase.PENDING for one in outcomes) and time.monotonic() < deadline:
        time.sleep(0.05)
        outcomes = shop.outcomes(action, msgspec.structs.replace(submission, outcomes=outcomes))
    return outcomes


def apply(shop: Connector, action: Action, *changes: Change) -> Sequence[Outcome]:
    return settled(shop, action, shop.submit(action, changes))


def created(shop: Connector, *drafts: Draft) -> list[str]:
    changes = [make_change(at, Action.CREATE, draft) for at, draft in enumerate(drafts)]
    outcomes = apply(shop, Action.CREATE, *changes)
    assert [one.phase for one in outcomes] == [Phase.DONE] * len(drafts), outcomes
    return [one.remote_id for one in outcomes]


def differences(shop: Connector, draft: Draft, seen: Seen) -> list[str]:
    fields = set(draft.__struct_fields__) - {"variants", "country"}
    differ = [
        field
        for field in fields
        if not shop.same(field, getattr(draft, field), getattr(seen, field))
    ]
    by_sku = {variant.sku: variant for variant in seen.variants}
    for variant in draft.variants:
        shown = by_sku.pop(variant.sku)
        differ += [
            f"{variant.sku}.{field}"
            for field in variant.__struct_fields__
            if not shop.same(field, getattr(variant, field), getattr(shown, field))
        ]
    return differ + list(by_sku)


def test_the_shop_s_rules_are_read(shop: Connector) -> None:
    report = shop.test()
    assert report.ok
    assert [template.id for template in report.templates] == ["1001", "1002"]
    [root] = shop.category_roots()
    [category] = shop.categories([root.id])
    assert category.children == (str(HATS),)
    [hats] = shop.categories(category.children)
    assert hats.leaf
    material, girth, colour = hats.attributes
    assert (material.required, material.dictionary, material.values) == (True, True, ())
    assert dict(shop.dictionary(hats.id, material)) == {str(WOOL): "Шерсть", "102": "Хлопок"}
    assert girth.units == ("см", "мм")
    assert (colour.variant, colour.values[1]) == (True, (str(BLUE), "синий"))
    assert [name for _, name in shop.brands()] == ["Verstovik"]


def test_a_created_product_comes_back_as_the_same(shop: Connector) -> None:
    draft = make_draft(brand="Verstovik", tnved=("6505",))
    [remote_id] = created(shop, draft)
    seen = shop.detail(remote_id)
    assert seen is not None
    assert seen.status is Status.ON_SALE
    assert differences(shop, draft, seen) == []
    [listed] = shop.page().products
    assert differences(shop, draft, listed) == []
    assert listed.remote_id == remote_id
    assert listed.changed_at == seen.changed_at


def test_a_true_change_of_every_field_is_seen(shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    seen = shop.detail(remote_id)
    assert seen is not None
    changed: dict[str, Any] = {
        "titles": {"ru": "Другая"},
        "descriptions": {"ru": "<p>Другое</p>"},
        "pictures": ("https://seller.example/9.jpg",),
        "weight_kg": Decimal("0.5"),
        "length_cm": Decimal(32),
        "lead_time_days": 4,
        "delivery_template_id": "1002",
        "unit": "pair",
        "attributes": (Value(str(MATERIAL), value_id="102"),),
    }
    for field, value in changed.items():
        assert differences(shop, make_draft(**{field: value}), seen) == [field]


def test_an_edit_changes_the_whole_product(shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    old = make_draft()
    edited = make_draft(titles={"ru": "Шапка летняя"}, variants=old.variants[:1])
    [outcome] = apply(shop, Action.UPDATE, make_change(1, Action.UPDATE, edited, remote_id))
    assert outcome.phase is Phase.DONE, outcome
    seen = shop.detail(remote_id)
    assert seen is not None
    assert differences(shop, edited, seen) == []


def test_prices_and_discounts_travel_as_a_pair(shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    for discount in (Decimal(500), None):
        variants = tuple(
            msgspec.structs.replace(variant, price=Decimal("1100.50"), discount_price=discount)
            for variant in make_draft().variants
        )
        draft = make_draft(variants=variants)
        [outcome] = apply(shop, Action.PRICE, make_change(1, Action.PRICE, draft, remote_id))
        assert outcome.phase is Phase.DONE, outcome
        [seen] = shop.page().products
        assert differences(shop, draft, seen) == []


def test_stock_is_set_by_our_sku_and_read_by_theirs(shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    variants = tuple(
        msgspec.structs.replace(variant, stock=stock)
        for variant, stock in zip(make_draft().variants, (42, 999_999), strict=True)
    )
    change = make_change(1, Action.STOCK, make_draft(variants=variants), remote_id)
    [outcome] = apply(shop, Action.STOCK, change)
    assert outcome.phase is Phase.DONE, outcome
    [seen] = shop.page().products
    ids = {variant.sku: variant.remote_sku_id for variant in seen.variants}
    assert shop.stocks(list(ids.values())) == {ids["HAT-1-R"]: 42, ids["HAT-1-B"]: 999_999}


def test_stock_and_prices_hold_in_strict_text_mode(twin: RunningTwin, shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    twin.control("PATCH", "settings", {"strict_text": True})
    for action in (Action.STOCK, Action.PRICE):
        [outcome] = apply(shop, action, make_change(1, action, make_draft(), remote_id))
        assert outcome.phase is Phase.DONE, outcome
    twin.control("PATCH", "settings", {"strict_text": False})


def test_a_product_is_paused_resumed_and_removed(shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    for action, status in ((Action.PAUSE, Status.OFF_SALE), (Action.RESUME, Status.ON_SALE)):
        [outcome] = apply(shop, action, make_change(1, action, make_draft(), remote_id))
        assert outcome.phase is Phase.DONE, outcome
        [seen] = shop.page().products
        assert seen.status is status, seen.status_word
    [outcome] = apply(shop, Action.REMOVE, make_change(1, Action.REMOVE, make_draft(), remote_id))
    assert outcome.phase is Phase.DONE
    assert shop.detail(remote_id) is None
    assert shop.page().products == ()


def test_one_batch_holds_successes_and_both_kinds_of_refusal(shop: Connector) -> None:
    drafts = [
        make_draft(1),
        make_draft(2, weight_kg=Decimal(701)),
        make_draft(3, delivery_template_id="99"),
        make_draft(4, attributes=()),
    ]
    changes = [make_change(at, Action.CREATE, draft) for at, draft in enumerate(drafts)]
    submission = shop.submit(Action.CREATE, changes)
    assert submission.outcomes[1].phase is Phase.REFUSED
    outcomes = settled(shop, Action.CREATE, submission)
    phases = [outcome.phase for outcome in outcomes]
    assert phases == [Phase.DONE, Phase.REFUSED, Phase.REFUSED, Phase.REFUSED]
    assert "0.01 to 700 kg" in outcomes[1].problems[0].mend
    assert "delivery template" in outcomes[2].problems[0].mend
    assert "attribute" in outcomes[3].problems[0].mend


def test_slow_tasks_stay_pending_and_end_later(twin: RunningTwin, shop: Connector) -> None:
    twin.control("PATCH", "settings", {"task_delay_min": 2500, "task_delay_max": 3000})
    submission = shop.submit(Action.CREATE, [make_change(1, Action.CREATE, make_draft())])
    [outcome] = shop.outcomes(Action.CREATE, submission)
    assert outcome.phase is Phase.PENDING
    twin.control("POST", "clock", {"advance_seconds": 6000})
    kept = msgspec.json.decode(msgspec.json.encode(submission), type=Submission)
    [outcome] = shop.outcomes(Action.CREATE, kept)
    assert outcome.phase is Phase.DONE
    assert outcome.remote_id


def test_a_lost_answer_to_a_create_is_unclear_and_found_by_looking(
    twin: RunningTwin, shop: Connector
) -> None:
    for kind in ("cut_after", "truncated"):
        draft = make_draft(1 if kind == "cut_after" else 2)
        twin.control("POST", "faults", {"kind": kind, "operations": ["product.create"], "count": 1})
        with pytest.raises(RetryLaterError) as caught:
            shop.submit(Action.CREATE, [make_change(1, Action.CREATE, draft)])
        assert caught.value.data["unclear"] is True
        deadline = time.monotonic() + 120
        while not (found := shop.find([draft.variants[0].sku])) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert differences(shop, draft, found[0]) == []


def test_find_returns_every_product_with_an_sku_doubles_too(shop: Connector) -> None:
    created(shop, make_draft(1), make_draft(2))
    created(shop, make_draft(1))
    assert len(shop.find(["HAT-1-R", "HAT-1-B"])) == 2
    assert len(shop.find([f"HAT-{number}-R" for number in range(60)])) == 3
    assert shop.find(["HAT-9-R"]) == []


def test_all_products_are_paged(shop: Connector) -> None:
    ids = created(shop, *(make_draft(number) for number in range(120)))
    seen: list[str] = []
    cursor, pages = "", 0
    while True:
        page = shop.page(cursor)
        seen += [product.remote_id for product in page.products]
        cursor, pages = page.next, pages + 1
        if not cursor:
            break
    assert (sorted(seen), pages) == (sorted(ids), 3)


@pytest.mark.parametrize("mode", ["status", "message"])
def test_a_dead_token_needs_a_person(twin: RunningTwin, shop: Connector, mode: str) -> None:
    twin.control("POST", "faults", {"kind": "dead_token", "mode": mode, "count": 2})
    with pytest.raises(NeedsPersonError):
        shop.page()
    assert not shop.test().ok


def test_a_spent_quota_is_for_later(twin: RunningTwin, shop: Connector) -> None:
    twin.control("PATCH", "settings", {"quota_amount": 1})
    changes = [make_change(at, Action.CREATE, make_draft(at)) for at in range(2)]
    with pytest.raises(RetryLaterError) as caught:
        shop.submit(Action.CREATE, changes)
    assert not caught.value.data.get("unclear")
    twin.control("PATCH", "settings", {"quota_amount": 100_000})


def test_an_unknown_status_is_shown(twin: RunningTwin, shop: Connector) -> None:
    twin.control("POST", "faults", {"kind": "unknown_status", "value": "quarantined", "count": 1})
    created(shop, make_draft())
    [seen] = shop.page().products
    assert (seen.status, seen.status_word) == (Status.UNKNOWN, "quarantined")


def test_the_older_spelling_of_template_ids_is_read(twin: RunningTwin, shop: Connector) -> None:
    twin.control("PATCH", "settings", {"template_id_key": "templateId"})
    assert [template.id for template in shop.delivery_templates()] == ["1001", "1002"]
    twin.control("PATCH", "settings", {"template_id_key": "template_id"})


def test_the_buyer_s_page_is_where_the_connector_says(shop: Connector) -> None:
    [remote_id] = created(shop, make_draft())
    page = httpx.get(shop.public_address(remote_id), trust_env=False)
    assert page.status_code == 200
    assert "Шапка зимняя" in page.text


def test_nothing_is_asked_for_nothing(shop: Connector) -> None:
    assert shop.detail("404404404") is None
    assert shop.find([]) == []
    assert shop.categories([]) == []
    assert shop.stocks([]) == {}

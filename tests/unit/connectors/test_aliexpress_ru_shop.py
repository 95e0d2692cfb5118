import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from torgpred.channels.core.contract import (
    Action,
    Attribute,
    Change,
    Connector,
    Family,
    Lane,
    Outcome,
    Phase,
    Request,
    Response,
    Submission,
)
from torgpred.channels.core.drafts import Draft, Status, Variant
from torgpred.connectors.aliexpress_ru import family
from torgpred.kernel.errors import NeedsPersonError, RefusedError, RetryLaterError

BIG = 9007199254740993123


class Scripted:
    """A transport that plays answers in order and keeps what it was asked."""

    def __init__(self, *answers: object) -> None:
        self.answers = list(answers)
        self.sent: list[Request] = []

    def send(self, request: Request) -> Response:
        self.sent.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Response):
            return answer
        return Response(200, {}, json.dumps(answer).encode())

    def body(self, place: int = -1) -> Any:  # noqa: ANN401 - JSON
        return json.loads(self.sent[place].body)


def answer(status: int, body: bytes) -> Response:
    return Response(status, {}, body)


def opened(*answers: object) -> tuple[Connector, Scripted]:
    transport = Scripted(*answers)
    return family.open(transport, {"token": "t"}), transport


def make_change(ref: str = "r1", action: Action = Action.CREATE, **overrides: object) -> Change:
    draft = Draft(
        external_id=f"ext-{ref}",
        category_id="1",
        titles={"ru": "a"},
        descriptions={"ru": "b"},
        pictures=("https://a.example/1.jpg",),
        weight_kg=Decimal(1),
        length_cm=Decimal(1),
        width_cm=Decimal(1),
        height_cm=Decimal(1),
        lead_time_days=1,
        delivery_template_id="1",
        variants=(Variant(f"sku-{ref}", Decimal(10), stock=5),),
    )
    remote = "" if action is Action.CREATE else f"10{ref[1:]}"
    fields: dict[str, Any] = {"ref": ref, "action": action, "draft": draft, "remote_id": remote}
    return Change(**fields | overrides)


def phases(outcomes: Sequence[Outcome]) -> dict[str, Phase]:
    return {outcome.ref: outcome.phase for outcome in outcomes}


def test_the_family_fulfils_the_contract() -> None:
    known: Family = family
    assert known.code == "aliexpress_ru"
    assert set(known.capabilities.batch) == {action.value for action in Action}


def test_every_call_carries_the_token_and_the_locale() -> None:
    shop, transport = opened({"categories": []})
    shop.category_roots()
    assert transport.sent[0].headers["x-auth-token"] == "t"
    assert transport.sent[0].headers["x-request-locale"] == "ru_RU"


def test_a_shop_without_token_needs_a_person() -> None:
    with pytest.raises(NeedsPersonError, match="token"):
        family.open(Scripted(), {"token": " "})


# --- uneven envelopes ----------------------------------------------------------------------------
def test_categories_stand_at_the_top_and_come_in_twenties() -> None:
    shop, transport = opened(
        {
            "categories": [
                {
                    "id": BIG,
                    "name": "Шапки",
                    "children_ids": [],
                    "properties": [
                        {
                            "id": 2,
                            "name": "Бренд",
                            "is_required": True,
                            "is_enum_prop": True,
                            "values": [{"id": 5, "name": "Нет"}],
                        },
                        {"id": 3, "name": "Вес", "units": [{"id": 1, "name": "г"}, "кг"]},
                    ],
                    "sku_properties": [{"id": "14", "name": "Цвет", "is_multi_select": True}],
                }
            ]
        },
        {"categories": None},
    )
    [category] = shop.categories([str(number) for number in range(25)])
    assert [len(transport.body(call)["ids"]) for call in (0, 1)] == [20, 5]
    assert category.id == str(BIG)
    assert category.leaf
    assert category.attributes == (
        Attribute("2", "Бренд", required=True, values=(("5", "Нет"),), dictionary=True),
        Attribute("3", "Вес", units=("г", "кг")),
        Attribute("14", "Цвет", variant=True, several=True),
    )


def test_a_dictionary_is_asked_for_with_its_kind_of_attribute() -> None:
    shop, transport = opened({"values": [{"id": BIG, "name": "красный"}]})
    found = list(shop.dictionary("7", Attribute("14", "Цвет", variant=True)))
    assert found == [(str(BIG), "красный")]
    assert transport.body() == {"category_id": 7, "property_id": 14, "is_sku_property": True}


def test_brands_are_paged_until_a_short_page() -> None:
    full = [{"id": number, "name": str(number), "status": "approved"} for number in range(100)]
    shop, transport = opened({"data": {"list": full}}, {"data": {"list": full[:1]}})
    assert len(list(shop.brands())) == 101
    assert [transport.body(call)["offset"] for call in (0, 1)] == [0, 100]
    assert transport.body(0)["filters"] == {"status": ["approved"]}


@pytest.mark.parametrize("key", ["template_id", "templateId"])
def test_templates_are_read_in_both_spellings(key: str) -> None:
    shop, _ = opened({"data": {"templates": [{key: 24117182098, "name": "Почта"}]}})
    [template] = shop.delivery_templates()
    assert (template.id, template.name) == ("24117182098", "Почта")


def test_a_shop_test_reports_a_dead_token_instead_of_raising() -> None:
    shop, _ = opened(answer(401, b""))
    report = shop.test()
    assert not report.ok
    assert "new one in the seller cabinet" in report.message


def test_a_shop_test_says_when_there_is_no_template() -> None:
    shop, _ = opened({"data": {"templates": []}})
    assert "no delivery template" in shop.test().message


# --- refusals of a whole call --------------------------------------------------------------------
@pytest.mark.parametrize(
    "given",
    [
        answer(401, b""),
        answer(200, b'{"data": null, "error": {"code": "x", "message": "rpc: GetTokenByID: no"}}'),
        answer(500, b'{"message": "cannot GetToken"}'),
        answer(400, b"cannot GetToken for id"),
        answer(200, b"GetTokenByID failed"),
    ],
)
def test_a_dead_token_needs_a_person_whatever_the_status(given: Response) -> None:
    shop, _ = opened(given)
    with pytest.raises(NeedsPersonError, match="new one"):
        shop.page()


@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [
        (answer(403, b'{"error": {"code": "x", "message": "no"}}'), NeedsPersonError, "no"),
        (
            answer(400, b'{"error": {"code": "Bad", "message": "why"}}'),
            RefusedError,
            r"\(Bad\): why",
        ),
        (answer(404, b"<html>"), RefusedError, "404"),
        (answer(200, b'{"data": null, "error": {"code": "C", "message": "m"}}'), RefusedError, "C"),
        (answer(200, b'{"data": [], "error": "text"}'), RefusedError, "text"),
        (answer(200, b'{"data": [{"id": 1'), RetryLaterError, "incomplete"),
        (answer(502, b""), RetryLaterError, "502"),
        (answer(200, b'{"data": 5}'), RefusedError, "unknown form"),
        (
            answer(200, b'{"error": {"code": "Q", "message": "quota exceeded"}}'),
            RetryLaterError,
            "quota",
        ),
    ],
)
def test_a_refused_call_falls_into_one_of_three_families(
    given: Response, kind: type[Exception], words: str
) -> None:
    shop, _ = opened(given)
    with pytest.raises(kind, match=words):
        shop.page()


# --- writing -------------------------------------------------------------------------------------
def test_a_create_is_never_repeated_by_the_transport_and_counts_its_products() -> None:
    shop, transport = opened({"group_id": "g", "results": [{"ok": True, "task_id": 1}] * 2})
    shop.submit(Action.CREATE, [make_change("r1"), make_change("r2")])
    assert not transport.sent[0].repeatable
    assert transport.sent[0].units == 2
    assert transport.sent[0].operation == "product.create"


@pytest.mark.parametrize("action", [action for action in Action if action is not Action.CREATE])
def test_everything_else_sets_absolute_values_and_may_be_repeated(action: Action) -> None:
    shop, transport = opened({"group_id": "g", "results": [{"ok": True, "task_id": 1}]})
    shop.submit(action, [make_change("r1", action)])
    assert transport.sent[0].repeatable


@pytest.mark.parametrize(
    ("action", "lane"),
    [
        (Action.STOCK, Lane.STOCK),
        (Action.PRICE, Lane.PRICES),
        (Action.UPDATE, Lane.CONTENT),
        (Action.REMOVE, Lane.CONTENT),
    ],
)
def test_stock_and_prices_have_lanes_of_their_own_in_writing_and_asking(
    action: Action, lane: Lane
) -> None:
    shop, transport = opened(
        {"group_id": "g", "results": [{"ok": True, "task_id": 1}]}, {"data": []}
    )
    submission = shop.submit(action, [make_change("r1", action)])
    shop.outcomes(action, submission)
    assert [request.lane for request in transport.sent] == [lane, lane]


@pytest.mark.parametrize("action", [Action.PAUSE, Action.RESUME, Action.REMOVE])
def test_switching_sends_ids_under_a_camel_case_key_and_may_end_at_once(action: Action) -> None:
    shop, transport = opened({"data": {}, "error": None})
    submission = shop.submit(action, [make_change("r1", action), make_change("r2", action)])
    assert transport.body() == {"productIds": [101, 102]}
    assert submission.handle == ""
    assert phases(submission.outcomes) == {"r1": Phase.DONE, "r2": Phase.DONE}


def test_a_batch_above_the_bound_is_a_mistake_of_the_caller() -> None:
    shop, transport = opened()
    with pytest.raises(ValueError, match="at most 20"):
        shop.submit(Action.PAUSE, [make_change(f"r{n}", Action.PAUSE) for n in range(21)])
    assert transport.sent == []


def test_a_refused_item_is_final_and_the_others_wait() -> None:
    errors = [{"code": "ErrorCode.X", "message": "freight template does not exist"}]
    shop, _ = opened(
        {
            "group_id": BIG,
            "results": [{"ok": True, "task_id": BIG}, {"ok": False, "errors": errors}],
        },
        {"data": [{"id": BIG, "status": 3, "action": 1, "product_id": BIG + 1}]},
    )
    submission = shop.submit(Action.CREATE, [make_change("r1"), make_change("r2")])
    assert submission.handle == str(BIG)
    assert phases(submission.outcomes) == {"r1": Phase.PENDING, "r2": Phase.REFUSED}
    told = shop.outcomes(Action.CREATE, submission)
    assert phases(told) == {"r1": Phase.DONE, "r2": Phase.REFUSED}
    assert told[0].remote_id == str(BIG + 1)
    assert told[1].problems[0].code == "ErrorCode.X"
    assert "delivery template" in told[1].problems[0].mend


def test_results_are_joined_by_external_id_when_they_come_in_another_order() -> None:
    results = [
        {"ok": False, "external_id": "ext-r2", "errors": [{"code": "E", "message": "m"}]},
        {"ok": True, "external_id": "ext-r1", "task_id": 1},
    ]
    shop, _ = opened({"group_id": 1, "results": results})
    submission = shop.submit(Action.CREATE, [make_change("r1"), make_change("r2")])
    assert phases(submission.outcomes) == {"r1": Phase.PENDING, "r2": Phase.REFUSED}


def test_a_draft_without_counterpart_is_refused_here_and_the_rest_goes_out() -> None:
    odd = make_change("r1")
    assert odd.draft is not None
    fields = {name: getattr(odd.draft, name) for name in odd.draft.__struct_fields__}
    odd = make_change("r1", draft=Draft(**fields | {"unit": "bucket"}))
    shop, transport = opened({"group_id": 1, "results": [{"ok": True, "task_id": 1}]})
    submission = shop.submit(Action.CREATE, [odd, make_change("r2")])
    assert [product["external_id"] for product in transport.body()["products"]] == ["ext-r2"]
    assert phases(submission.outcomes) == {"r1": Phase.REFUSED, "r2": Phase.PENDING}
    assert "bucket" in submission.outcomes[0].problems[0].message


def test_an_update_without_a_product_is_refused_without_a_call() -> None:
    shop, transport = opened()
    submission = shop.submit(Action.UPDATE, [make_change("r1", Action.UPDATE, remote_id="")])
    assert submission.outcomes[0].phase is Phase.REFUSED
    assert transport.sent == []


@pytest.mark.parametrize(
    "given",
    [
        answer(200, b'{"group_id": 1, "resul'),
        answer(200, b'{"group_id": 1, "results": [{"ok": "yes"}]}'),
        answer(200, b'{"results": [{"ok": true, "task_id": 1}]}'),
        answer(200, b'{"group_id": 1, "results": []}'),
        answer(500, b""),
    ],
)
def test_an_unreadable_answer_to_a_create_is_unclear(given: Response) -> None:
    shop, _ = opened(given)
    with pytest.raises(RetryLaterError) as caught:
        shop.submit(Action.CREATE, [make_change()])
    assert caught.value.data["unclear"] is True


def test_a_create_that_was_refused_is_not_unclear() -> None:
    shop, _ = opened(answer(200, b'{"error": {"code": "E", "message": "quota exceeded"}}'))
    with pytest.raises(RetryLaterError) as caught:
        shop.submit(Action.CREATE, [make_change()])
    assert not caught.value.data.get("unclear")


@pytest.mark.parametrize("action", [Action.STOCK, Action.PRICE])
def test_without_a_group_only_the_results_speak(action: Action) -> None:
    results = [{"ok": True}, {"ok": False, "errors": None}]
    shop, transport = opened({"results": results})
    submission = shop.submit(action, [make_change("r1", action), make_change("r2", action)])
    assert phases(submission.outcomes) == {"r1": Phase.DONE, "r2": Phase.REFUSED}
    assert shop.outcomes(action, submission) == submission.outcomes
    assert len(transport.sent) == 1


def test_after_a_restart_a_stored_submission_is_asked_for_by_its_handle() -> None:
    stored = Submission(
        "77",
        (
            Outcome("a", Phase.PENDING, task_id="1"),
            Outcome("b", Phase.PENDING, task_id="2"),
            Outcome("c", Phase.PENDING, task_id="3"),
            Outcome("d", Phase.PENDING, task_id="4"),
            Outcome("e", Phase.REFUSED),
        ),
    )
    tasks = [
        {"id": "1", "status": 3, "product_id": "11"},
        {"id": "2", "status": 2},
        {"id": "3", "status": 4, "error": {"code": "E", "message": "price too low"}},
    ]
    shop, transport = opened({"data": tasks})
    told = shop.outcomes(Action.CREATE, stored)
    assert transport.sent[0].query == {"group_id": "77"}
    assert [outcome.phase for outcome in told] == [
        Phase.DONE, Phase.PENDING, Phase.REFUSED, Phase.PENDING, Phase.REFUSED,
    ]  # fmt: skip
    assert "price" in told[2].problems[0].mend


def test_tasks_are_joined_by_external_id_and_by_product_where_task_ids_differ() -> None:
    stored = Submission(
        "7",
        (
            Outcome("a", Phase.PENDING, external_id="ext-a"),
            Outcome("b", Phase.PENDING, task_id="zz", remote_id="55"),
        ),
    )
    tasks = [
        {"id": 9, "status": 3, "external_id": "ext-a", "product_id": 11},
        {"id": 8, "status": 4, "product_id": 55, "error": {}},
    ]
    shop, _ = opened({"data": tasks})
    assert phases(shop.outcomes(Action.UPDATE, stored)) == {"a": Phase.DONE, "b": Phase.REFUSED}


def test_a_task_of_another_action_or_in_an_unknown_status_settles_nothing() -> None:
    stored = Submission("7", (Outcome("a", Phase.PENDING, task_id="1"),))
    shop, _ = opened(
        {"data": [{"id": 1, "status": 3, "action": 3}]},
        {"data": [{"id": 1, "status": "paused"}]},
    )
    assert shop.outcomes(Action.CREATE, stored)[0].phase is Phase.PENDING
    told = shop.outcomes(Action.CREATE, stored)[0]
    assert told.phase is Phase.PENDING
    assert "paused" in told.problems[0].message


# --- reading -------------------------------------------------------------------------------------
def product(number: int, code: str = "A", **fields: object) -> dict[str, object]:
    return {
        "id": str(number),
        "Subject": "Шапка",
        "status": "onSelling",
        "currency_code": "RUB",
        "delivery_time": 3,
        "sku": [
            {"id": "14:1", "sku_id": BIG, "code": code, "price": "10.50", "discount_price": ""}
        ],
    } | fields


def test_pages_go_on_by_the_last_id_until_a_short_page() -> None:
    shop, transport = opened({"data": [product(n) for n in range(1, 51)]}, {"data": [product(51)]})
    first = shop.page()
    assert (len(first.products), first.next) == (50, "50")
    second = shop.page(first.next)
    assert (len(second.products), second.next) == (1, "")
    assert transport.body(0) == {"limit": 50}
    assert transport.body(1) == {"limit": 50, "last_product_id": "50"}


def test_a_listed_product_tells_only_what_it_tells() -> None:
    shop, _ = opened({"data": [product(7)]})
    [seen] = shop.page().products
    [variant] = seen.variants
    assert (seen.remote_id, seen.status, seen.titles) == ("7", Status.ON_SALE, {"ru": "Шапка"})
    assert (variant.sku, variant.remote_sku_id, variant.price) == ("A", str(BIG), Decimal("10.50"))
    assert (variant.discount_price, variant.stock, seen.pictures) == (None, None, None)


def test_find_asks_in_small_batches_follows_pages_and_keeps_only_true_hits() -> None:
    full = [product(n, "s3") for n in range(1, 50)] + [product(50, "other")]
    shop, transport = opened(
        {"data": full}, {"data": [product(51, "s4")]}, {"data": [product(1, "s25")]}
    )
    found = shop.find([f"s{n}" for n in range(30)])
    assert len(found) == 50
    assert "50" not in {seen.remote_id for seen in found}
    content = transport.body(0)["filter"]["search_content"]
    assert content["content_type"] == "SKU_SELLER_SKU"
    assert len(content["content_values"]) == 20
    assert transport.body(1)["last_product_id"] == "50"


def test_a_detail_is_read_under_the_names_of_the_detail_call() -> None:
    detail = {
        "id": "7",
        "category_id": "200",
        "subject": [{"locale": "ru_RU", "name": "Шапка"}, {"locale": "en_US", "name": "Hat"}],
        "descriptions": [
            {
                "locale": "ru_RU",
                "web_detail": json.dumps(
                    {"moduleList": [{"type": "html", "html": {"content": "<p>Тёплая</p>"}}]}
                ),
            }
        ],
        "media": [{"url": "https://a/1.jpg"}, {"url": "https://a/v.mp4", "type": "VIDEO"}],
        "gross_weight": 0.25,
        "package_length": "30",
        "unit": "100000015",
        "status_type": "offline",
        "property": [{"name_id": 2, "value_id": 5, "value": "Нет"}],
        "sku": [{"sku_id": "9", "code": "A", "property": [{"name_id": 14, "value_id": 3}]}],
    }
    shop, transport = opened({"data": detail, "error": None})
    seen = shop.detail("7")
    assert transport.body() == {"product_id": "7"}
    assert seen is not None
    assert seen.titles == {"ru": "Шапка", "en": "Hat"}
    assert seen.descriptions == {"ru": "<p>Тёплая</p>"}
    assert seen.pictures == ("https://a/1.jpg",)
    assert (seen.weight_kg, seen.length_cm, seen.unit) == (Decimal("0.25"), Decimal(30), "piece")
    assert seen.status is Status.OFF_SALE
    assert seen.attributes is not None
    assert (seen.attributes[0].attribute_id, seen.attributes[0].value_id) == ("2", "5")
    assert seen.variants[0].attributes is not None


@pytest.mark.parametrize(
    "given",
    [
        {"data": None, "error": None},
        {"data": None, "error": {"code": "ErrorCode.ProductNotFound", "message": "product 7"}},
    ],
)
def test_a_product_that_is_gone_has_no_detail(given: dict[str, object]) -> None:
    shop, _ = opened(given)
    assert shop.detail("7") is None


def test_stock_is_read_by_the_marketplace_s_sku_ids_as_text() -> None:
    infos = [{"sku": str(BIG), "max_sellable_quantity": "12"}, {"sku": 2}]
    shop, transport = opened({"data": {"skus_info": infos}})
    assert shop.stocks([str(BIG), "2", str(BIG)]) == {str(BIG): 12}
    assert transport.body() == {"stocks": [{"sku": str(BIG)}, {"sku": "2"}]}
    assert transport.sent[0].lane is Lane.STOCK


def test_the_public_address_may_be_a_twin_s() -> None:
    twin = family.open(Scripted(), {"token": "t", "public_site": "http://127.0.0.1:9/"})
    assert twin.public_address("5") == "http://127.0.0.1:9/item/5.html"
    shop, _ = opened()
    assert shop.public_address("5") == "https://aliexpress.ru/item/5.html"
    assert shop.public_address("") == ""


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"errors": {"weight": "too heavy", "price": "too low"}}, ["weight", "price"]),
        ({"errors": ["too heavy"]}, ["too heavy"]),
        ({"errors": "too heavy"}, ["too heavy"]),
        ({"errors": [], "error": "too heavy"}, ["too heavy"]),
        ({"errors": {"code": "E", "message": "too heavy"}}, ["too heavy"]),
        ({"errors": None}, ["no reason"]),
    ],
)
def test_refusals_are_read_in_every_form_that_clients_have_met(
    given: dict[str, object], told: list[str]
) -> None:
    shop, _ = opened({"group_id": "9", "results": [{"ok": False, **given}]})

    [outcome] = shop.submit(Action.CREATE, [make_change()]).outcomes

    assert outcome.phase is Phase.REFUSED
    for problem, words in zip(outcome.problems, told, strict=True):
        assert words in problem.message


def test_a_successful_task_with_a_failed_item_is_a_refusal() -> None:
    task = {
        "id": "5",
        "status": 3,
        "action": 4,
        "product_id": "7",
        "batch_results": {"a": {"success": True}, "b": {"success": False, "error": "too low"}},
    }
    shop, _ = opened({"data": [task]})
    waiting = Submission("9", (Outcome("r1", Phase.PENDING, task_id="5"),))

    [outcome] = shop.outcomes(Action.PRICE, waiting)

    assert outcome.phase is Phase.REFUSED
    assert [problem.message for problem in outcome.problems] == ["b: too low"]


def test_categories_that_buyers_no_longer_see_are_left_out() -> None:
    shop, _ = opened(
        {
            "categories": [
                {"id": 1, "name": "old", "is_visible": False},
                {"id": 2, "name": "new", "is_visible": True},
                {"id": 3, "name": "untold"},
            ]
        }
    )

    assert [one.id for one in shop.categories(["1", "2", "3"])] == ["2", "3"]

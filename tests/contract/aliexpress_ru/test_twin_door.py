import httpx
import pytest
from tests.contract.aliexpress_ru.twin_client import CREATE, LIST, TASKS, Client

from torgpred.twins.aliexpress_ru.samples import (
    COUNTRY,
    LEAF,
    MATERIAL,
    ROOT,
    make_product,
    make_sku,
)
from torgpred.twins.testing import RunningTwin

TOP = "/api/v1/categories/top"
GET = "/api/v1/categories/get"
VALUES = "/api/v1/categories/values-dictionary"
TEMPLATES = "/api/v1/sellercenter/get-count-product-on-onboarding-template"


def test_answers_with_and_without_the_public_prefix(client: Client) -> None:
    assert client.post("/public" + TOP, {}) == client.post(TOP, {})


@pytest.mark.parametrize("token", ["", "never-issued"])
def test_a_missing_or_unknown_token_is_401(twin: RunningTwin, token: str) -> None:
    headers = {"x-auth-token": token} if token else {}
    answer = httpx.post(twin.base_url + TOP, json={}, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.json()["data"] is None


def test_each_token_sees_its_own_shop_only(client: Client, twin: RunningTwin) -> None:
    other = Client(twin, twin.info.accounts[1].token)
    (product_id,) = client.created(make_product())
    assert list(other.walk()) == []
    answer = other.post("/api/v1/product/get-seller-product", {"product_id": product_id})
    assert answer["error"]["code"] == "ErrorCode.ProductNotFound"
    assert other.failure(make_product()) == "ErrorCode.FreightTemplateNotFound"
    other.http.close()


def test_an_added_account_works_at_once(twin: RunningTwin) -> None:
    account = twin.control("POST", "accounts", {"code": "fourth", "brands": ["Ромашка"]})
    newcomer = Client(twin, account["token"])
    template = newcomer.get(TEMPLATES)["data"]["templates"][0]["template_id"]
    newcomer.created(make_product(freight_template_id=template, brand_name="ромашка"))
    newcomer.http.close()


def test_categories_come_without_a_wrapper_in_the_language_asked_for(client: Client) -> None:
    assert client.post(TOP, {})["categories"][0]["name"] == "Обувь"
    english = client.http.post(TOP, json={}, headers={"x-request-locale": "en_US"}).json()
    assert english["categories"][0]["name"] == "Footwear"
    answer = client.post(GET, {"ids": [ROOT, LEAF, 1]})
    assert set(answer) == {"categories"}
    root, leaf = answer["categories"]
    assert LEAF in root["children_ids"]
    assert leaf["children_ids"] == []
    by_id = {each["id"]: each for each in leaf["properties"]}
    assert by_id[MATERIAL]["is_required"] is True
    assert [value["name"] for value in by_id[MATERIAL]["values"]] == ["Шерсть", "Войлок"]
    assert "values" not in by_id[COUNTRY]


def test_a_dictionary_that_is_not_inline_is_given_by_its_own_call(client: Client) -> None:
    body = {"category_id": LEAF, "property_id": COUNTRY, "is_sku_property": False}
    answer = client.post(VALUES, body)
    assert answer == {"values": [{"id": 7, "name": "Россия"}, {"id": 8, "name": "Беларусь"}]}


def test_twenty_categories_a_call_at_most(client: Client) -> None:
    assert client.post(GET, {"ids": [LEAF] * 20})["categories"]
    assert client.post(GET, {"ids": [LEAF] * 21})["error"]["code"] == "ErrorCode.TooManyItems"


def test_brands_are_filtered_by_status_and_paged(client: Client) -> None:
    def names(**body: object) -> list[str]:
        answer = client.post("/api/v1/brand/get-brand-list", body)
        return [brand["name"] for brand in answer["data"]["list"]]

    assert names(filters={"status": ["approved"]}, limit=10, offset=0) == ["Verstovik"]
    assert names(limit=1, offset=1) == ["Verstovik Kids"]


def test_the_template_id_is_spelt_as_set(client: Client, twin: RunningTwin) -> None:
    assert client.get(TEMPLATES)["data"]["templates"][0]["template_id"] == 1001
    twin.control("PATCH", "settings", {"template_id_key": "templateId"})
    template = client.get(TEMPLATES)["data"]["templates"][0]
    assert template["templateId"] == 1001
    assert "template_id" not in template


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff\xfe", b'"text"', b"[" * 100_000])
def test_a_body_that_is_no_json_object_is_400(client: Client, body: bytes) -> None:
    assert client.http.post(CREATE, content=body).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"products": None},
        {"products": []},
        {"products": {"a": 1}},
        {"products": [make_product()] * 1001},
    ],
)
def test_a_create_without_1_to_1000_products_is_refused_whole(client: Client, body: object) -> None:
    answer = client.post(CREATE, body)
    assert answer["data"] is None
    assert answer["error"]["code"].startswith("ErrorCode.")


@pytest.mark.parametrize("odd", [None, 7, "text", [], {}, {"sku_info_list": [None]}])
def test_an_odd_item_is_refused_and_the_rest_goes_on(client: Client, odd: object) -> None:
    answer = client.post(CREATE, {"products": [odd, make_product()]})
    assert [result["ok"] for result in answer["results"]] == [False, True]


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"main_image_urls_list": []}, "ErrorCode.InvalidImageCount"),
        ({"main_image_urls_list": ["https://a.example/1.jpg"] * 7}, "ErrorCode.InvalidImageCount"),
        ({"package_length": 0}, "ErrorCode.InvalidPackageSize"),
        ({"package_width": 701}, "ErrorCode.InvalidPackageSize"),
        ({"package_height": None}, "ErrorCode.RequiredField"),
        ({"weight": "0"}, "ErrorCode.InvalidWeight"),
        ({"weight": "700.5"}, "ErrorCode.InvalidWeight"),
        ({"weight": "1,5"}, "ErrorCode.InvalidWeight"),
        ({"shipping_lead_time": 31}, "ErrorCode.InvalidLeadTime"),
        ({"shipping_lead_time": 0}, "ErrorCode.InvalidLeadTime"),
        ({"product_unit": 100000016}, "ErrorCode.InvalidProductUnit"),
        ({"language": "русский"}, "ErrorCode.InvalidLanguage"),
        ({"multi_language_subject_list": []}, "ErrorCode.InvalidSubject"),
        (
            {"multi_language_subject_list": [{"language": "en", "subject": "Boots"}]},
            "ErrorCode.InvalidSubject",
        ),
        ({"sku_info_list": []}, "ErrorCode.InvalidSkuList"),
        ({"sku_info_list": [make_sku(price="0")]}, "ErrorCode.InvalidPrice"),
        ({"sku_info_list": [make_sku(price="NaN")]}, "ErrorCode.InvalidPrice"),
        ({"sku_info_list": [make_sku(price="1e3")]}, "ErrorCode.InvalidPrice"),
        ({"sku_info_list": [make_sku(price="-5")]}, "ErrorCode.InvalidPrice"),
        ({"sku_info_list": [make_sku(discount_price="2490.01")]}, "ErrorCode.InvalidDiscountPrice"),
        ({"sku_info_list": [make_sku(inventory=1_000_000)]}, "ErrorCode.InvalidInventory"),
        ({"sku_info_list": [make_sku(inventory=-1)]}, "ErrorCode.InvalidInventory"),
        ({"sku_info_list": [make_sku(inventory=10**30)]}, "ErrorCode.InvalidType"),
        ({"sku_info_list": [make_sku(sku_code="")]}, "ErrorCode.InvalidSkuCode"),
        ({"sku_info_list": [make_sku(), make_sku()]}, "ErrorCode.DuplicateSkuCode"),
        ({"attribute_list": [{"attribute_name_id": 2}]}, "ErrorCode.InvalidAttribute"),
    ],
)
def test_what_is_out_of_bounds_is_refused_at_the_door(
    client: Client, overrides: dict[str, object], code: str
) -> None:
    assert code in client.refusal(make_product(**overrides))
    assert list(client.walk()) == []


def test_numbers_where_text_is_due_are_refused_only_when_strict(
    client: Client, twin: RunningTwin
) -> None:
    product = make_product(weight=0.8, sku_info_list=[make_sku(price=2490)])
    client.created(product)
    twin.control("PATCH", "settings", {"strict_text": True})
    assert client.refusal(product) == ["ErrorCode.InvalidType"] * 2
    client.created(make_product())


def test_a_group_is_shown_to_its_own_account_only(client: Client, twin: RunningTwin) -> None:
    answer = client.post(CREATE, {"products": [make_product()]})
    other = Client(twin, twin.info.accounts[1].token)
    assert other.get(TASKS, group_id=answer["group_id"])["data"] == []
    assert client.tasks(answer)[0]["id"] == answer["results"][0]["task_id"]
    other.http.close()


def test_a_page_holds_fifty_at_most(client: Client) -> None:
    assert client.post(LIST, {"limit": 51})["error"]["code"] == "ErrorCode.InvalidArgument"


def test_there_are_no_promotions(client: Client) -> None:
    assert client.http.post("/api/v1/promotion/create", json={}).status_code == 404

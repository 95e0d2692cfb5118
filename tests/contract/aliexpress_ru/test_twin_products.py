import pytest
from tests.contract.aliexpress_ru.twin_client import CREATE, EDIT, STOCKS, Client, field_of

from torgpred.twins.aliexpress_ru.samples import (
    COUNTRY,
    HEIGHT,
    LEAF,
    MATERIAL,
    OTHER_LEAF,
    ROOT,
    SIZE,
    SIZE_28,
    WOOL,
    make_product,
    make_sku,
)
from torgpred.twins.testing import RunningTwin

WOOLLEN = {"attribute_name_id": MATERIAL, "attribute_value_id": WOOL}
BIGGER = [{"sku_attribute_name_id": SIZE, "sku_attribute_value_id": SIZE_28}]
PRICE = "/api/v1/product/update-sku-price"
STOCK = "/api/v1/product/update-sku-stock"
FIELD = "/api/v1/product/update-field"


def test_a_created_product_appears_with_ids_beyond_2_to_53(client: Client) -> None:
    answer = client.post(CREATE, {"products": [make_product()]})
    assert set(answer) == {"group_id", "results"}
    assert answer["results"][0]["external_id"] == "torg-000017"
    (task,) = client.ended(answer)
    assert (task["status"], task["action"], task["error"]) == (3, 1, None)
    (product,) = client.walk()
    assert product["id"] == task["product_id"]
    assert product["id"] > 2**53
    assert product["Subject"] == "Валенки детские"
    assert product["status"] == "onSelling"
    (sku,) = product["sku"]
    assert (sku["code"], sku["price"], sku["discount_price"]) == ("VAL-27", "2490.00", None)
    assert isinstance(sku["sku_id"], str)


def test_the_detail_tells_everything_that_was_sent(client: Client) -> None:
    sent = make_product(tnved_codes=["6405209100"], gtin="4600000000008")
    (product_id,) = client.created(sent)
    told = client.detail(product_id)
    for name, value in sent.items():
        if name != "sku_info_list":
            assert told[name] == value, name
    (sku,) = told["sku_info_list"]
    assert make_sku().items() <= sku.items()


def test_a_repeated_create_makes_a_second_product(client: Client) -> None:
    first, second = (client.created(make_product())[0] for _ in range(2))
    assert first != second
    assert [product["id"] for product in client.found("VAL-27")] == [first, second]


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"aliexpress_category_id": 5}, "ErrorCode.CategoryNotFound"),
        ({"aliexpress_category_id": ROOT}, "ErrorCode.CategoryIsNotLeaf"),
        ({"freight_template_id": 77}, "ErrorCode.FreightTemplateNotFound"),
        ({"brand_name": "Lumenor"}, "ErrorCode.BrandNotApproved"),
        ({"brand_name": "Verstovik Pro"}, "ErrorCode.BrandNotApproved"),
        ({"attribute_list": []}, "ErrorCode.RequiredAttribute"),
        (
            {"attribute_list": [{"attribute_name_id": MATERIAL, "attribute_value_id": 1}]},
            "ErrorCode.UnknownAttributeValue",
        ),
        (
            {"attribute_list": [{"attribute_name_id": MATERIAL, "attribute_value": "Войлок"}]},
            "ErrorCode.AttributeValueRequired",
        ),
        (
            {"attribute_list": [WOOLLEN, {"attribute_name_id": 99, "attribute_value": "x"}]},
            "ErrorCode.UnknownAttribute",
        ),
        (
            {"attribute_list": [WOOLLEN, {"attribute_name_id": HEIGHT, "attribute_value": "9 км"}]},
            "ErrorCode.InvalidAttributeValue",
        ),
        (
            {"attribute_list": [WOOLLEN, {"attribute_name_id": COUNTRY, "attribute_value_id": 9}]},
            "ErrorCode.UnknownAttributeValue",
        ),
        (
            {"sku_info_list": [make_sku(), make_sku(sku_code="VAL-28")]},
            "ErrorCode.DuplicateSkuAttributes",
        ),
        ({"main_image_urls_list": ["ftp://seller.example/1.jpg"]}, "ErrorCode.ImageDownloadFailed"),
        ({"main_image_urls_list": ["https://se ller/1.jpg"]}, "ErrorCode.ImageDownloadFailed"),
        ({"main_image_urls_list": ["https://u:p@a.example/"]}, "ErrorCode.ImageDownloadFailed"),
    ],
)
def test_wrong_content_passes_the_door_and_fails_the_task(
    client: Client, overrides: dict[str, object], code: str
) -> None:
    assert client.failure(make_product(**overrides)) == code
    assert list(client.walk()) == []


def test_local_pictures_are_refused_where_the_twin_is_told_to(
    client: Client, twin: RunningTwin
) -> None:
    product = make_product(main_image_urls_list=["http://127.0.0.1:8000/1.jpg"])
    client.created(product)
    twin.control("PATCH", "settings", {"local_pictures": False})
    assert client.failure(product) == "ErrorCode.ImageDownloadFailed"


def test_one_group_holds_successes_and_failures(client: Client) -> None:
    products = [make_product(external_id=str(n)) for n in range(3)]
    products[1]["attribute_list"] = []
    tasks = client.ended(client.post(CREATE, {"products": products}))
    assert [(task["external_id"], task["status"]) for task in tasks] == [
        ("0", 3),
        ("1", 4),
        ("2", 3),
    ]


def test_texts_prices_and_weights_are_put_in_order(client: Client) -> None:
    html = (
        "<p onclick='x()'>Тепло &amp; <script>alert(1)</script>сухо</p>\n\n<a href='/'>ещё</a> 2<3"
    )
    product = make_product(
        weight="0.805",
        multi_language_subject_list=[
            {"language": "ru", "subject": "  Валенки\n &quot;Снег&quot; "}
        ],
        multi_language_description_list=[{"language": "ru", "web": html, "mobile": "<b>м</b>"}],
        sku_info_list=[make_sku(price="2490", discount_price="1999.995")],
    )
    (product_id,) = client.created(product)
    told = client.detail(product_id)
    assert told["multi_language_subject_list"][0]["subject"] == 'Валенки "Снег"'
    (description,) = told["multi_language_description_list"]
    assert description["web"] == "<p>Тепло &amp; сухо</p> ещё 2&lt;3"
    assert description["mobile"] == "<b>м</b>"
    assert told["weight"] == "0.81"
    sku = told["sku_info_list"][0]
    assert (sku["price"], sku["discount_price"]) == ("2490.00", "2000.00")


def test_a_walk_by_pages_meets_every_product_once(client: Client) -> None:
    products = [
        make_product(external_id=str(n), sku_info_list=[make_sku(sku_code=f"S-{n}")])
        for n in range(123)
    ]
    ids = client.created(*products)
    walked = [product["id"] for product in client.walk(limit=50)]
    assert sorted(walked) == sorted(ids)
    assert len(set(walked)) == 123
    assert [product["sku"][0]["code"] for product in client.found("S-7", "S-99", "S-777")] == [
        "S-7",
        "S-99",
    ]


def test_an_edit_replaces_everything_and_keeps_the_ids_of_known_skus(client: Client) -> None:
    (product_id,) = client.created(make_product())
    before = client.detail(product_id)
    other = make_sku(sku_code="VAL-28", sku_attributes_list=BIGGER)
    edited = make_product(
        product_id=product_id, weight="1.20", sku_info_list=[make_sku(price="2600.00"), other]
    )
    (task,) = client.ended(client.post(EDIT, {"products": [edited]}))
    assert (task["status"], task["action"], task["product_id"]) == (3, 2, product_id)
    after = client.detail(product_id)
    assert after["weight"] == "1.20"
    assert [sku["sku_code"] for sku in after["sku_info_list"]] == ["VAL-27", "VAL-28"]
    assert after["sku_info_list"][0]["sku_id"] == before["sku_info_list"][0]["sku_id"]
    assert after["ali_updated_at"] > before["ali_updated_at"]
    assert after["ali_created_at"] == before["ali_created_at"]


def test_stock_is_set_by_sku_code_and_read_by_sku_id(client: Client) -> None:
    (product_id,) = client.created(make_product())
    skus = [{"sku_code": "VAL-27", "inventory": "3"}]
    answer = client.post(STOCK, {"products": [{"product_id": str(product_id), "skus": skus}]})
    (task,) = client.ended(answer)
    assert (task["status"], task["action"]) == (3, 3)
    sku_id = client.detail(product_id)["sku_info_list"][0]["sku_id"]
    told = client.post(STOCKS, {"stocks": [{"sku": sku_id}, {"sku": "1"}]})
    assert told["data"]["skus_info"] == [{"sku": sku_id, "max_sellable_quantity": 3}]


def test_a_price_call_without_a_discount_takes_it_away(client: Client) -> None:
    (product_id,) = client.created(make_product(sku_info_list=[make_sku(discount_price="1990.00")]))
    skus = [{"sku_code": "VAL-27", "price": "2500.00"}]
    answer = client.post(PRICE, {"products": [{"product_id": str(product_id), "skus": skus}]})
    assert client.ended(answer)[0]["action"] == 4
    sku = client.detail(product_id)["sku"][0]
    assert (sku["price"], sku["discount_price"]) == ("2500.00", None)


def test_an_unknown_sku_fails_the_task_and_changes_nothing(client: Client) -> None:
    (product_id,) = client.created(make_product())
    before = client.detail(product_id)
    skus = [{"sku_code": "VAL-27", "inventory": "3"}, {"sku_code": "?", "inventory": "3"}]
    answer = client.post(STOCK, {"products": [{"product_id": str(product_id), "skus": skus}]})
    assert client.ended(answer)[0]["error"]["code"] == "ErrorCode.SkuNotFound"
    assert client.detail(product_id) == before


@pytest.mark.parametrize("path", [STOCK, PRICE, EDIT])
@pytest.mark.parametrize("product_id", ["55", 2**63, "x", None])
def test_an_unknown_product_is_refused_at_the_door(
    client: Client, path: str, product_id: object
) -> None:
    item = make_product(
        product_id=product_id,
        skus=[{"sku_code": "a", "inventory": "1", "price": "1.00"}],
        delivery_time=4,
    )
    (result,) = client.post(path, {"products": [item]})["results"]
    assert result["ok"] is False


def test_another_shop_cannot_touch_a_product(client: Client, twin: RunningTwin) -> None:
    (product_id,) = client.created(make_product())
    other = Client(twin, twin.info.accounts[1].token)
    skus = [{"sku_code": "VAL-27", "inventory": "1", "price": "1.00"}]
    item = make_product(product_id=product_id, skus=skus, delivery_time=4)
    for path in (STOCK, PRICE, EDIT):
        assert other.post(path, {"products": [item]})["results"][0]["ok"] is False
    answer = other.post("/api/v1/product/delete", {"productIds": [product_id]})
    assert answer["results"][0]["errors"][0]["code"] == "ErrorCode.ProductNotFound"
    sku_id = client.detail(product_id)["sku"][0]["sku_id"]
    assert other.post(STOCKS, {"stocks": [{"sku": sku_id}]})["data"]["skus_info"] == []
    other.http.close()


def test_single_fields_are_updated(client: Client) -> None:
    (product_id,) = client.created(make_product())
    subjects = '[{"language": "en", "subject": "Felt boots"}]'
    pictures = ["https://seller.example/2.jpg"]
    fields = [
        field_of(product_id, "subject", "Валенки новые"),
        field_of(product_id, "delivery_time", 5),
        field_of(product_id, "image_urls", pictures),
        field_of(product_id, "subject", subjects),
    ]
    tasks = client.ended(client.post(FIELD, {"fields": fields}))
    assert [task["status"] for task in tasks] == [3, 3, 3, 3]
    told = client.detail(product_id)
    assert told["multi_language_subject_list"] == [
        {"language": "ru", "subject": "Валенки новые"},
        {"language": "en", "subject": "Felt boots"},
    ]
    assert (told["shipping_lead_time"], told["main_image_urls_list"]) == (5, pictures)


@pytest.mark.parametrize(
    ("product_id", "key", "value"),
    [("55", "delivery_time", 5), (None, "colour", "red"), (None, "delivery_time", 0)],
)
def test_a_single_field_is_refused_by_a_text_of_its_own(
    client: Client, product_id: str | None, key: str, value: object
) -> None:
    own = client.created(make_product())[0] if product_id is None else product_id
    (result,) = client.post(FIELD, {"fields": [field_of(own, key, value)]})["results"]
    assert result["ok"] is False
    assert isinstance(result["error"], str)
    assert result["error"]


def test_products_are_taken_off_put_on_and_deleted(client: Client) -> None:
    (product_id,) = client.created(make_product())
    for path, status in [("offline", "offline"), ("online", "onSelling")]:
        client.ended(client.post(f"/api/v1/product/{path}", {"productIds": [product_id]}))
        assert client.detail(product_id)["status"] == status
    client.ended(client.post("/api/v1/product/delete", {"productIds": [str(product_id)]}))
    assert list(client.walk()) == []
    assert client.found("VAL-27") == []
    answer = client.post("/api/v1/product/online", {"productIds": [product_id]})
    assert answer["results"][0]["ok"] is False


def test_the_switching_calls_take_camel_case_and_20_ids(client: Client) -> None:
    path = "/api/v1/product/offline"
    assert client.post(path, {"ids": [1]})["error"]["code"] == "ErrorCode.InvalidArgument"
    assert client.post(path, {"productIds": [1] * 21})["error"]["code"] == "ErrorCode.TooManyItems"


def test_a_category_without_attributes_takes_a_bare_product(client: Client) -> None:
    plain = make_sku(sku_attributes_list=[])
    client.created(
        make_product(aliexpress_category_id=OTHER_LEAF, attribute_list=[], sku_info_list=[plain])
    )
    assert LEAF != OTHER_LEAF

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contract.aliexpress_ru.twin_client import LIST, Client

from torgpred.twins.aliexpress_ru.calls import Operation
from torgpred.twins.aliexpress_ru.operations import OPERATIONS
from torgpred.twins.aliexpress_ru.samples import LEAF, MATERIAL, make_product

PRODUCT = 10_050_070_000_000_001
ODD: st.SearchStrategy[object] = st.sampled_from(
    [None, True, -1, 2**53, 2**64, 10**40, 1.5, "", "x", "9" * 30, "\x00", [], {}, [None], [[]]]
)
WRITES = tuple(each for each in OPERATIONS if each.method == "POST")


def whole_body() -> dict[str, Any]:
    """Every key that any call reads, all of them right."""
    skus = [{"sku_code": "VAL-27", "inventory": "3", "price": "2.00", "discount_price": None}]
    product = make_product(
        product_id=PRODUCT, skus=skus, image_urls=["https://a.example/"], subject="x"
    )
    sought = {"content_type": "SKU_SELLER_SKU", "content_values": ["VAL-27"]}
    return {
        "products": [product],
        "fields": [{"product_id": PRODUCT, "key": "subject", "value": "x"}],
        "productIds": [PRODUCT],
        "ids": [LEAF],
        "category_id": LEAF,
        "property_id": MATERIAL,
        "is_sku_property": False,
        "limit": 5,
        "offset": 0,
        "last_product_id": 0,
        "filters": {"status": ["approved"]},
        "filter": {"search_content": sought},
        "product_id": PRODUCT,
        "stocks": [{"sku": "1"}],
        "page": 1,
        "page_size": 20,
        "order_ids": [1],
        "update_at_from": "2026-01-01T00:00:00Z",
    }


@st.composite
def spoilt(draw: st.DrawFn, value: object) -> object:
    """Put something odd at one place, however deep."""
    if isinstance(value, dict) and value and draw(st.integers(0, 4)):
        key = draw(st.sampled_from(sorted(value)))
        return value | {key: draw(spoilt(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 4)):
        return [draw(spoilt(value[0])), *value[1:]]
    return draw(ODD)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(operation=st.sampled_from(WRITES), body=spoilt(whole_body()))
def test_odd_input_is_refused_and_never_breaks_the_twin(
    client: Client, operation: Operation, body: object
) -> None:
    assert client.http.post(operation.path, json=body).status_code in {200, 400}
    assert client.http.post(LIST, json={}).status_code == 200

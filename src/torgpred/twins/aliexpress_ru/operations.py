"""All operations of the real API that this twin answers, and no others.

There is no promotion call and no webhook on the real one, so there is none here. Parcels, labels,
handover lists, chat and groups come as modules of their own: each adds its operations to the
list.
"""

from torgpred.twins.aliexpress_ru import catalogue_calls, orders, product_calls
from torgpred.twins.aliexpress_ru.calls import Operation

# The prefixes differ on purpose, as the real ones do.
_V1, _SELLER = "/api/v1", "/seller-api/v1"

OPERATIONS: tuple[Operation, ...] = (
    Operation("categories.top", "POST", f"{_V1}/categories/top", catalogue_calls.top),
    Operation("categories.get", "POST", f"{_V1}/categories/get", catalogue_calls.get),
    Operation(
        "categories.values", "POST", f"{_V1}/categories/values-dictionary", catalogue_calls.values
    ),
    Operation("brands.list", "POST", f"{_V1}/brand/get-brand-list", catalogue_calls.brands),
    Operation(
        "templates.list",
        "GET",
        f"{_V1}/sellercenter/get-count-product-on-onboarding-template",
        catalogue_calls.templates,
    ),
    Operation("product.create", "POST", f"{_V1}/product/create", product_calls.create),
    Operation("product.edit", "POST", f"{_V1}/product/edit", product_calls.edit),
    Operation(
        "product.update_field", "POST", f"{_V1}/product/update-field", product_calls.update_field
    ),
    Operation("tasks.get", "GET", f"{_V1}/tasks", product_calls.tasks),
    Operation(
        "product.list", "POST", f"{_V1}/scroll-short-product-by-filter", product_calls.scroll
    ),
    Operation("product.get", "POST", f"{_V1}/product/get-seller-product", product_calls.detail),
    Operation("product.online", "POST", f"{_V1}/product/online", product_calls.online),
    Operation("product.offline", "POST", f"{_V1}/product/offline", product_calls.offline),
    Operation("product.delete", "POST", f"{_V1}/product/delete", product_calls.delete),
    Operation("stock.get", "POST", f"{_V1}/stocks", product_calls.stocks),
    Operation(
        "stock.update", "POST", f"{_V1}/product/update-sku-stock", product_calls.update_stock
    ),
    Operation(
        "price.update", "POST", f"{_V1}/product/update-sku-price", product_calls.update_price
    ),
    Operation("orders.list", "POST", f"{_SELLER}/order/get-order-list", orders.order_list),
)
QUOTA_OPERATIONS = frozenset({"product.create", "product.edit", "product.update_field"})

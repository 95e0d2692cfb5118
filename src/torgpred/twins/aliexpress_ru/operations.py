"""All operations of the real API that this twin answers, and no others.

There is no promotion call and no webhook on the real one, so there is none here, nor a call by
which a shop cancels an order: none was found.
"""

from torgpred.twins.aliexpress_ru import (
    catalogue_calls,
    chat,
    courier,
    groups,
    handovers,
    orders,
    parcels,
    product_calls,
)
from torgpred.twins.aliexpress_ru.calls import Operation

# The prefixes differ on purpose, as the real ones do.
_V1, _SELLER, _V2 = "/api/v1", "/seller-api/v1", "/api/v2"

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
    Operation(
        "courier.in_transit", "POST", f"{_V1}/offline-ship/to-in-transit", courier.to_in_transit
    ),
    Operation(
        "courier.ready_for_pickup",
        "POST",
        f"{_V1}/offline-ship/to-ready-for-pickup",
        courier.to_ready_for_pickup,
    ),
    Operation(
        "courier.delivered", "POST", f"{_V1}/offline-ship/to-delivered", courier.to_delivered
    ),
    Operation("parcels.create", "POST", f"{_SELLER}/logistic-order/create", parcels.create),
    Operation("parcels.get", "POST", f"{_SELLER}/logistic-order/get", parcels.get),
    Operation("parcels.delete", "POST", f"{_SELLER}/logistic-order/delete", parcels.delete),
    Operation(
        "parcels.pass_today", "POST", f"{_SELLER}/logistic-order/pass-today", parcels.pass_today
    ),
    Operation("parcels.labels", "POST", f"{_SELLER}/labels/orders/get", parcels.labels),
    Operation("handovers.create", "POST", f"{_SELLER}/handover-list/create", handovers.create),
    Operation(
        "handovers.list", "POST", f"{_SELLER}/handover-list/get-by-filter", handovers.get_by_filter
    ),
    Operation(
        "handovers.add", "POST", f"{_SELLER}/handover-list/add-logistic-orders", handovers.add
    ),
    Operation(
        "handovers.remove",
        "POST",
        f"{_SELLER}/handover-list/remove-logistic-orders",
        handovers.remove,
    ),
    Operation(
        "handovers.transfer", "POST", f"{_SELLER}/handover-list/transfer", handovers.transfer
    ),
    Operation(
        "handovers.document", "POST", f"{_SELLER}/labels/handover-lists/get", handovers.document
    ),
    Operation("chat.list", "GET", f"{_V2}/seller/chat-messages", chat.listing),
    Operation("chat.send", "POST", f"{_V2}/seller/new-messages", chat.send),
    Operation("chat.read", "POST", f"{_V2}/seller/read-messages", chat.read),
    Operation("groups.create", "POST", f"{_V2}/posting/create-product-group", groups.create),
    Operation("groups.list", "POST", f"{_V2}/posting/get-product-groups-by-seller", groups.listing),
    Operation("groups.edit", "POST", f"{_V2}/posting/edit-product-group", groups.edit),
    Operation("groups.delete", "POST", f"{_V2}/posting/delete-product-group", groups.delete),
)
QUOTA_OPERATIONS = frozenset({"product.create", "product.edit", "product.update_field"})

"""Creating, editing, listing, reading, switching products; their stock, prices and tasks."""

from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru import buying, reading, writing
from torgpred.twins.aliexpress_ru.calls import Answer, Call, listed, number, optional_number
from torgpred.twins.aliexpress_ru.content import pictures_fault, product_fault
from torgpred.twins.aliexpress_ru.goods import Change, Fault, Sku, language_of
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.aliexpress_ru.settings import RefusalError
from torgpred.twins.aliexpress_ru.shape import (
    SUBJECT_LONGEST,
    Reader,
    read_pictures,
    read_prices,
    read_product,
    read_stock,
    whole_number,
)
from torgpred.twins.aliexpress_ru.texts import one_line

PRODUCTS_MOST = 1000
SWITCHED_MOST = 20
PAGE_MOST = 50
NOT_FOUND = "ErrorCode.ProductNotFound"


def _product_item(market: Market, call: Call, raw: object) -> writing.Item:
    reader = Reader(raw, strict_text=market.settings.strict_text)
    doc, skus = read_product(reader)
    external = reader.item.get("external_id")
    item = writing.Item(
        external_id=None if external is None else str(external)[:255],
        faults=reader.faults,
        change=Change(doc=doc, skus=skus),
    )
    if not item.faults:
        item.failure = product_fault(
            doc, skus, account=call.account, rulebook=market.rulebook, settings=market.settings
        )
    return item


def create(market: Market, call: Call) -> Answer:
    """Answer `product/create`. A repeated call makes second products: there is no idempotency."""
    products = listed(call, "products", PRODUCTS_MOST)
    writing.spend(market, call, len(products))
    items = [_product_item(market, call, raw) for raw in products]
    return writing.accept(market, call, writing.CREATE, "create", items)


def _known(market: Market, call: Call, products: list[Any]) -> set[int]:
    numbers = (
        whole_number(raw.get("product_id")) if isinstance(raw, dict) else None for raw in products
    )
    return reading.owned(market, call.account.code, (each for each in numbers if each is not None))


def _its_product(reader: Reader, known: set[int]) -> int:
    product_id = reader.whole("product_id", 1, 2**62)
    if product_id and product_id not in known:
        reader.wrong(NOT_FOUND, f"product {product_id} not found")
    if reader.strict_text and not isinstance(reader.item.get("product_id", ""), str):
        reader.wrong("ErrorCode.InvalidType", "field product_id must be text, not a number")
    return product_id


def edit(market: Market, call: Call) -> Answer:
    """Answer `product/edit`: the whole product anew; variants are told apart by `sku_code`."""
    products = listed(call, "products", PRODUCTS_MOST)
    writing.spend(market, call, len(products))
    known = _known(market, call, products)
    items = []
    for raw in products:
        item = _product_item(market, call, raw)
        reader = Reader(raw, strict_text=False)
        item.product_id = _its_product(reader, known)
        item.faults = reader.faults or item.faults
        items.append(item)
    return writing.accept(market, call, writing.UPDATE, "edit", items)


def _subject_change(reader: Reader, value: object) -> dict[str, str]:
    """Read `subject`: plain text for the main language ("" here), or a JSON array in a text."""
    if not isinstance(value, str) or not value.strip():
        reader.wrong("ErrorCode.InvalidSubject", "field subject must be text")
        return {}
    subjects = {"": value}
    if value.lstrip().startswith("["):
        try:
            entries = msgspec.json.decode(value, type=list[dict[str, str]])
            subjects = {language_of(each["language"]): each["subject"] for each in entries}
        except (msgspec.DecodeError, KeyError):
            reader.wrong("ErrorCode.InvalidSubject", "the array in field subject is malformed")
            return {}
    read = {language: one_line(text) for language, text in subjects.items()}
    if any(not 1 <= len(text) <= SUBJECT_LONGEST for text in read.values()):
        reader.wrong(
            "ErrorCode.InvalidSubject", f"a subject must have 1 to {SUBJECT_LONGEST} letters"
        )
    return read


def update_field(market: Market, call: Call) -> Answer:
    """Answer `product/update-field`: pictures, lead time or subject, a product's field at a time.

    The frame `{fields: [{product_id, key, value}]}` and a result's `error`, a text, are those of
    the published model of the call.
    """
    entries = listed(call, "fields", PRODUCTS_MOST)
    writing.spend(market, call, len(entries))
    known = _known(market, call, entries)
    answer = writing.accept(
        market,
        call,
        writing.UPDATE,
        "fields",
        [_field_item(market, raw, known) for raw in entries],
    )
    for result in answer["results"]:
        result["error"] = "; ".join(error["message"] for error in result.pop("errors"))
    return answer


def _field_item(market: Market, raw: object, known: set[int]) -> writing.Item:
    reader = Reader(raw, strict_text=False)
    item = writing.Item(product_id=_its_product(reader, known), faults=reader.faults)
    key, value = reader.given("key"), reader.given("value")
    own = Reader({key: value} if isinstance(key, str) else {}, strict_text=False)
    fields: dict[str, Any] = {}
    if key == "image_urls":
        fields[key] = read_pictures(own, key)
        item.failure = pictures_fault(fields[key], market.settings)
    elif key == "delivery_time":
        fields[key] = own.whole(key, 1, 30, code="InvalidLeadTime")
    elif key == "subject":
        fields[key] = _subject_change(own, value)
    else:
        own.wrong("ErrorCode.InvalidField", "key must be image_urls, delivery_time or subject")
    reader.faults.extend(own.faults)
    item.change = Change(fields=fields)
    return item


def tasks(market: Market, call: Call) -> Answer:
    """Answer `tasks`: `data` is the list itself."""
    group_id = whole_number(call.query.get("group_id", ""))
    if group_id is None:
        raise RefusalError("ErrorCode.InvalidArgument", "group_id is required")
    return {
        "data": reading.tasks(market, call.account.code, group_id, call.now),
        "error": None,
    }


def _sought(call: Call) -> reading.Sought | None:
    filters: Any = call.body.get("filter") or {}
    content = filters.get("search_content") if isinstance(filters, dict) else None
    if not isinstance(content, dict):
        return None
    kind = content.get("content_type")
    if kind not in ("SKU_SELLER_SKU", "PRODUCT_ID"):
        raise RefusalError(
            "ErrorCode.InvalidArgument", "content_type must be SKU_SELLER_SKU or PRODUCT_ID"
        )
    values = content.get("content_values")
    if not isinstance(values, list) or not 0 < len(values) <= PRODUCTS_MOST:
        raise RefusalError("ErrorCode.InvalidArgument", "content_values must be a list")
    if kind == "PRODUCT_ID":
        numbers = (whole_number(value) for value in values)
        return reading.Sought(ids=tuple(number for number in numbers if number is not None))
    return reading.Sought(codes=tuple(str(value) for value in values))


def scroll(market: Market, call: Call) -> Answer:
    """Answer `scroll-short-product-by-filter`: by id upwards, `data` is the list itself."""
    products = reading.page(
        market,
        call.account.code,
        after=optional_number(call, "last_product_id", 0, 0, 2**62),
        limit=optional_number(call, "limit", PAGE_MOST, 1, PAGE_MOST),
        sought=_sought(call),
    )
    language = "en" if call.english else "ru"
    return {
        "data": [reading.short(market, product, language) for product in products],
        "error": None,
    }


def detail(market: Market, call: Call) -> Answer:
    """Answer `product/get-seller-product`."""
    product_id = number(call, "product_id")
    product = reading.one(market, product_id, call.account.code)
    if product is None:
        raise RefusalError(NOT_FOUND, f"product {product_id} not found")
    return {"data": reading.whole(market, product), "error": None}


def _switch(kind: str, market: Market, call: Call) -> Answer:
    # The help page writes productIds, the published model product_ids: both are taken.
    name = "product_ids" if "product_ids" in call.body else "productIds"
    ids = [whole_number(each) for each in listed(call, name, SWITCHED_MOST)]
    known = reading.owned(market, call.account.code, (each for each in ids if each is not None))
    items = [
        writing.Item(
            product_id=product_id,
            faults=[]
            if product_id in known
            else [Fault(NOT_FOUND, f"product {product_id} not found")],
        )
        for product_id in ids
    ]
    return writing.accept(market, call, writing.UPDATE, kind, items)


def online(market: Market, call: Call) -> Answer:
    """Answer `product/online`."""
    return _switch("online", market, call)


def offline(market: Market, call: Call) -> Answer:
    """Answer `product/offline`."""
    return _switch("offline", market, call)


def delete(market: Market, call: Call) -> Answer:
    """Answer `product/delete`."""
    return _switch("delete", market, call)


def _sku_items(market: Market, call: Call, *, prices: bool) -> list[writing.Item]:
    products = listed(call, "products", PRODUCTS_MOST)
    known = _known(market, call, products)
    items = []
    for raw in products:
        reader = Reader(raw, strict_text=market.settings.strict_text)
        product_id = _its_product(reader, known)
        skus = []
        for entry in reader.entries("skus", 1, PRODUCTS_MOST, "InvalidSkuList"):
            own = Reader(entry, strict_text=market.settings.strict_text)
            sku = Sku(sku_code=own.code(), price="0.00")
            if prices:
                sku.price, sku.discount_price = read_prices(own)
            else:
                sku.inventory = read_stock(own)
            reader.faults.extend(own.faults)
            skus.append(sku)
        items.append(
            writing.Item(product_id=product_id, faults=reader.faults, change=Change(skus=skus))
        )
    return items


def update_stock(market: Market, call: Call) -> Answer:
    """Answer `product/update-sku-stock`: by the seller's own SKU."""
    items = _sku_items(market, call, prices=False)
    codes = [sku.sku_code for item in items if item.change for sku in item.change.skus]
    buying.buy_meanwhile(market, call, codes=codes)
    return writing.accept(market, call, writing.STOCKS, "stocks", items)


def update_price(market: Market, call: Call) -> Answer:
    """Answer `product/update-sku-price`; a missing discount price takes the discount away."""
    items = _sku_items(market, call, prices=True)
    return writing.accept(market, call, writing.PRICES, "prices", items)


def stocks(market: Market, call: Call) -> Answer:
    """Answer `stocks`: by the marketplace's SKU id; unknown ones are left out."""
    wanted = [
        whole_number(entry.get("sku")) if isinstance(entry, dict) else None
        for entry in listed(call, "stocks", PRODUCTS_MOST)
    ]
    found: dict[int, int] = {}
    for start in range(0, len(wanted), 500):
        part = [each for each in wanted[start : start + 500] if each is not None]
        marks = ",".join("?" * len(part))
        found.update(
            market.sql.execute(
                f"SELECT id, inventory FROM skus WHERE account = ? AND id IN ({marks})",  # noqa: S608
                (call.account.code, *part),
            ).fetchall()
        )
    buying.buy_meanwhile(market, call, sku_ids=list(found))
    return {
        "data": {
            "skus_info": [
                {"sku": str(sku_id), "max_sellable_quantity": found[sku_id]}
                for sku_id in dict.fromkeys(wanted)
                if sku_id in found
            ]
        },
        "error": None,
    }

"""Products, variants and tasks as the real API tells them."""

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.effects import AUDITING, DELETED, ON_SALE
from torgpred.twins.aliexpress_ru.goods import Doc, Sku
from torgpred.twins.aliexpress_ru.market import Market
from torgpred.twins.engine.clock import moment_text

Row = Any

_DOC = msgspec.json.Decoder(Doc)
_SKU = msgspec.json.Decoder(Sku)
_PRODUCT = (
    "SELECT id, account, external_id, category_id, status, audited, reason, created, updated, doc"
    " FROM products "
)


class Sought(msgspec.Struct, frozen=True, kw_only=True):
    """What a search asks for: products with one of these SKUs, or of these ids."""

    codes: tuple[str, ...] = ()
    ids: tuple[int, ...] | None = None


class Stored(msgspec.Struct, kw_only=True):
    """A product with its variants, as it stands."""

    id: int
    account: str
    external_id: str | None
    category_id: int
    status: str
    reason: str | None
    created: int
    updated: int
    doc: Doc
    skus: list[tuple[int, Sku]]

    @property
    def for_sale(self) -> bool:
        """Whether buyers see it."""
        return self.status == ON_SALE


def _stored(market: Market, rows: Sequence[Row]) -> list[Stored]:
    now = market.clock.now()
    skus = _skus(market, [row[0] for row in rows])
    return [
        Stored(
            id=row[0],
            account=row[1],
            external_id=row[2],
            category_id=row[3],
            status=AUDITING if row[4] == ON_SALE and row[5] > now else row[4],
            reason=row[6],
            created=row[7],
            updated=row[8],
            doc=_DOC.decode(row[9]),
            skus=skus.get(row[0], []),
        )
        for row in rows
    ]


def _skus(market: Market, product_ids: Sequence[int]) -> dict[int, list[tuple[int, Sku]]]:
    found: dict[int, list[tuple[int, Sku]]] = {}
    for start in range(0, len(product_ids), 500):
        part = product_ids[start : start + 500]
        for sku_id, product_id, price, discount, inventory, raw in market.sql.execute(
            "SELECT id, product_id, price, discount_price, inventory, doc FROM skus"  # noqa: S608
            f" WHERE product_id IN ({_marks(part)}) ORDER BY id",
            part,
        ):
            sku = _SKU.decode(raw)
            sku.price, sku.discount_price, sku.inventory = price, discount, inventory
            found.setdefault(product_id, []).append((sku_id, sku))
    return found


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


def one(market: Market, product_id: int, account: str | None = None) -> Stored | None:
    """Return a product that is not deleted, of an account if one is given."""
    rows = market.sql.execute(
        _PRODUCT + "WHERE id = ? AND account = coalesce(?, account) AND status <> ?",
        (product_id, account, DELETED),
    ).fetchall()
    return next(iter(_stored(market, rows)), None)


def page(
    market: Market, account: str, *, after: int, limit: int, sought: Sought | None = None
) -> list[Stored]:
    """Return the products of an account after an id, by id; only those sought, where any are."""
    narrowed = ""
    extra: tuple[str | int, ...] = ()
    if sought is not None and sought.codes:
        having = "SELECT product_id FROM skus WHERE account = ?"
        narrowed = f" AND id IN ({having} AND code IN ({_marks(sought.codes)}))"
        extra = (account, *sought.codes)
    if sought is not None and sought.ids is not None:
        narrowed += f" AND id IN ({_marks(sought.ids)})"
        extra = (*extra, *sought.ids)
    rows = market.sql.execute(
        f"{_PRODUCT}WHERE account = ? AND id > ? AND status <> ?{narrowed} ORDER BY id LIMIT ?",
        (account, after, DELETED, *extra, limit),
    ).fetchall()
    return _stored(market, rows)


def shelf(market: Market, *, account: str | None, after: int, limit: int) -> list[Stored]:
    """Return what buyers see, by id, of one account or of all."""
    rows = market.sql.execute(
        _PRODUCT + "WHERE account = coalesce(?, account) AND id > ? AND status = ? AND audited <= ?"
        " ORDER BY id LIMIT ?",
        (account, after, ON_SALE, market.clock.now(), limit),
    ).fetchall()
    return _stored(market, rows)


def owned(market: Market, account: str, product_ids: Iterable[int]) -> set[int]:
    """Return which of the ids are the account's products that are not deleted."""
    wanted = list(product_ids)
    found: set[int] = set()
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        found.update(
            row[0]
            for row in market.sql.execute(
                "SELECT id FROM products WHERE account = ? AND status <> ?"  # noqa: S608
                f" AND id IN ({_marks(part)})",
                (account, DELETED, *part),
            )
        )
    return found


def short(market: Market, product: Stored, language: str) -> dict[str, Any]:
    """Return a product as the list tells it: `Subject` with its capital letter."""
    doc = product.doc
    return {
        "id": product.id,
        "Subject": doc.subject(language),
        "category_id": product.category_id,
        "currency_code": market.settings.currency_code,
        "delivery_time": doc.shipping_lead_time,
        "freight_template_id": doc.freight_template_id,
        "main_image_url": next(iter(doc.main_image_urls_list), ""),
        "status": product.status,
        "ali_created_at": moment_text(product.created),
        "ali_updated_at": moment_text(product.updated),
        "sku": [
            {
                "id": sku_id,
                "sku_id": str(sku_id),
                "code": sku.sku_code,
                "price": sku.price,
                "discount_price": sku.discount_price,
                "ipm_sku_stock": sku.inventory,
            }
            for sku_id, sku in product.skus
        ],
    }


def whole(market: Market, product: Stored) -> dict[str, Any]:
    """Return a product as the detail call tells it: what the list has, and what create took.

    The sheet names no fields of the detail call; these are the two known vocabularies together.
    """
    doc = product.doc
    told = short(market, product, doc.language)
    told["sku_info_list"] = [
        {
            "id": sku_id,
            "sku_id": str(sku_id),
            "sku_code": sku.sku_code,
            "price": sku.price,
            "discount_price": sku.discount_price,
            "inventory": sku.inventory,
            "bar_code": sku.bar_code or None,
            "gtin": sku.gtin or None,
            "sku_attributes_list": sku.sku_attributes_list,
        }
        for sku_id, sku in product.skus
    ]
    told |= doc.extra
    told |= {
        name: getattr(doc, name)
        for name in doc.__struct_fields__
        if name not in {"extra", "brand_name"}
    }
    if product.reason:
        # That a seller is told why is certain, under which name is not: no document says it.
        told["reject_reason"] = product.reason
    return told | {"external_id": product.external_id, "brand_name": doc.brand_name or None}


def tasks(market: Market, account: str, group_id: int, now: int) -> list[dict[str, Any]]:
    """Return the tasks of a group with their statuses: 1, 2, then 3 or 4.

    A stuck task stays at 2. The product's id is told when the task has succeeded.
    """
    rows = market.sql.execute(
        "SELECT id, action, external_id, product_id, begins, pending, stuck, error_code,"
        " error_message FROM tasks WHERE group_id = ? AND account = ? ORDER BY id",
        (group_id, account),
    ).fetchall()
    told = []
    for task_id, action, external_id, product_id, begins, pending, stuck, code, message in rows:
        if now < begins:
            status = 1
        elif stuck or pending:
            status = 2
        else:
            status = 4 if code else 3
        told.append(
            {
                "id": str(task_id),
                "group_id": str(group_id),
                "status": status,
                "action": action,
                "external_id": external_id,
                "product_id": product_id if status == 3 or action != 1 else None,
                "error": {"code": code, "message": message} if status == 4 else None,
            }
        )
    return told

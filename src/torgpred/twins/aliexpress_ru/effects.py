"""What a task does when it is done.

Nothing runs in the background: whoever asks the twin first makes every task take effect that is
due by then, in the order of their times. So nothing is lost when the twin is killed.
"""

import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from torgpred.twins.aliexpress_ru.goods import Change, Doc, Sku
from torgpred.twins.aliexpress_ru.market import FIRST_PRODUCT, FIRST_SKU, Market
from torgpred.twins.aliexpress_ru.shape import STOCK_MOST, whole_number
from torgpred.twins.aliexpress_ru.texts import plain_decimal, two_places
from torgpred.twins.engine.clock import MICROSECONDS

ON_SALE, OFF_SALE, REJECTED, DELETED = "onSelling", "offline", "editingRequired", "deleted"
AUDITING = "auditing"
PLAIN_FIELDS = (
    "freight_template_id",
    "main_image_urls_list",
    "package_length",
    "package_width",
    "package_height",
    "weight",
    "product_unit",
    "shipping_lead_time",
    "brand_name",
)
"""Fields that can be changed by hand or silently, beside subject, price and inventory."""

_DOC = msgspec.json.Decoder(Doc)
_CHANGE = msgspec.json.Decoder(Change)
_ENCODE = msgspec.json.Encoder()


class TaskFailedError(Exception):
    """The task turned out impossible when it was carried out."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message)
        self.code = code
        self.message = message


def settle(market: Market, account: str | None = None) -> int:
    """Carry out all due tasks of an account, or of all; return how many. Inside a transaction."""
    whose = "" if account is None else "account = :account AND"
    rows = market.sql.execute(
        "SELECT id, kind, account, external_id, product_id, due, change, meta FROM tasks"  # noqa: S608
        f" WHERE {whose} pending = 1 AND due <= :now ORDER BY due, id",
        {"account": account, "now": market.clock.now()},
    ).fetchall()
    for task_id, kind, owner, external_id, product_id, due, raw, raw_meta in rows:
        change = _CHANGE.decode(raw) if raw else Change()
        meta = msgspec.json.decode(raw_meta) if raw_meta else {}
        code = message = None
        try:
            if kind == "create":
                product_id = create(market, owner, external_id, change, due, meta)  # noqa: PLW2901
            else:
                _require(market, owner, product_id)
                _EFFECTS[kind](market, product_id, change, due)
            _afterwards(market, product_id, meta)
        except TaskFailedError as error:
            code, message = error.code, error.message
        market.sql.execute(
            "UPDATE tasks SET pending = 0, change = NULL, product_id = ?, error_code = ?,"
            " error_message = ? WHERE id = ?",
            (product_id, code, message, task_id),
        )
    return len(rows)


def create(
    market: Market,
    owner: str,
    external_id: str | None,
    change: Change,
    moment: int,
    meta: dict[str, Any] | None = None,
    product_id: int | None = None,
) -> int:
    """Put a new product on the marketplace and return its id, a given one where none has it."""
    assert change.doc is not None  # noqa: S101 - a create's change always has one
    if meta and "changed" in meta:
        _alter(change.doc, change.skus, meta.pop("changed"))
    if product_id is None:
        product_id = market.file.numbers("next_product", 1, FIRST_PRODUCT)
    market.sql.execute(
        "INSERT INTO products (id, account, external_id, category_id, status, audited, created,"
        " updated, doc) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            product_id,
            owner,
            external_id,
            change.doc.aliexpress_category_id,
            ON_SALE,
            _audited(market, moment),
            moment,
            moment,
            _ENCODE.encode(change.doc),
        ),
    )
    _insert_skus(market, product_id, owner, change.skus)
    return product_id


def _audited(market: Market, moment: int) -> int:
    return moment + int(market.settings.audit_seconds * MICROSECONDS)


def _insert_skus(market: Market, product_id: int, owner: str, skus: list[Sku]) -> None:
    first = market.file.numbers("next_sku", len(skus), FIRST_SKU)
    market.sql.executemany(
        "INSERT INTO skus (id, product_id, account, code, price, discount_price, inventory, doc)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                sku_id,
                product_id,
                owner,
                sku.sku_code,
                sku.price,
                sku.discount_price,
                sku.inventory,
                _ENCODE.encode(sku),
            )
            for sku_id, sku in enumerate(skus, start=first)
        ],
    )


def _require(market: Market, owner: str, product_id: int) -> None:
    row = market.sql.execute(
        "SELECT status FROM products WHERE id = ? AND account = ?", (product_id, owner)
    ).fetchone()
    if row is None or row[0] == DELETED:
        raise TaskFailedError("ErrorCode.ProductNotFound", f"product {product_id} not found")


def touch(market: Market, product_id: int, moment: int) -> None:
    """Move the product's time of last change on; two changes never share a time."""
    market.sql.execute(
        "UPDATE products SET updated = max(updated + 1, ?) WHERE id = ?", (moment, product_id)
    )


def stored_doc(market: Market, product_id: int) -> Doc:
    """Return what is kept of a product, but its variants."""
    (raw,) = market.sql.execute("SELECT doc FROM products WHERE id = ?", (product_id,)).fetchone()
    return _DOC.decode(raw)


def store_doc(market: Market, product_id: int, doc: Doc) -> None:
    """Keep a product's changed content."""
    market.sql.execute(
        "UPDATE products SET doc = ?, category_id = ? WHERE id = ?",
        (_ENCODE.encode(doc), doc.aliexpress_category_id, product_id),
    )


def _edit(market: Market, product_id: int, change: Change, moment: int) -> None:
    assert change.doc is not None  # noqa: S101 - an edit's change always has one
    store_doc(market, product_id, change.doc)
    known = dict(
        market.sql.execute("SELECT code, id FROM skus WHERE product_id = ?", (product_id,))
    )
    (owner,) = market.sql.execute(
        "SELECT account FROM products WHERE id = ?", (product_id,)
    ).fetchone()
    for sku in change.skus:
        if sku.sku_code in known:
            market.sql.execute(
                "UPDATE skus SET price = ?, discount_price = ?, inventory = ?, doc = ?"
                " WHERE id = ?",
                (
                    sku.price,
                    sku.discount_price,
                    sku.inventory,
                    _ENCODE.encode(sku),
                    known.pop(sku.sku_code),
                ),
            )
        else:
            _insert_skus(market, product_id, owner, [sku])
    market.sql.executemany("DELETE FROM skus WHERE id = ?", [(gone,) for gone in known.values()])
    # A corrected product goes through moderation again, and back on sale if it was refused.
    market.sql.execute(
        "UPDATE products SET status = CASE status WHEN ? THEN ? ELSE status END, reason = NULL,"
        " audited = ? WHERE id = ?",
        (REJECTED, ON_SALE, _audited(market, moment), product_id),
    )
    touch(market, product_id, moment)


def _fields(market: Market, product_id: int, change: Change, moment: int) -> None:
    doc = stored_doc(market, product_id)
    if "image_urls" in change.fields:
        doc.main_image_urls_list = change.fields["image_urls"]
    if "delivery_time" in change.fields:
        doc.shipping_lead_time = change.fields["delivery_time"]
    for language, subject in change.fields.get("subject", {}).items():
        key = language or doc.language
        doc.multi_language_subject_list = [
            each for each in doc.multi_language_subject_list if each["language"] != key
        ] + [{"language": key, "subject": subject}]
    store_doc(market, product_id, doc)
    touch(market, product_id, moment)


def _known_skus(market: Market, product_id: int, skus: list[Sku]) -> None:
    known = {
        code
        for (code,) in market.sql.execute(
            "SELECT code FROM skus WHERE product_id = ?", (product_id,)
        )
    }
    for sku in skus:
        if sku.sku_code not in known:
            raise TaskFailedError(
                "ErrorCode.SkuNotFound", f"product {product_id} has no sku_code {sku.sku_code}"
            )


def _stocks(market: Market, product_id: int, change: Change, moment: int) -> None:
    _known_skus(market, product_id, change.skus)
    market.sql.executemany(
        "UPDATE skus SET inventory = ? WHERE product_id = ? AND code = ?",
        [(sku.inventory, product_id, sku.sku_code) for sku in change.skus],
    )
    touch(market, product_id, moment)


def _prices(market: Market, product_id: int, change: Change, moment: int) -> None:
    _known_skus(market, product_id, change.skus)
    market.sql.executemany(
        "UPDATE skus SET price = ?, discount_price = ? WHERE product_id = ? AND code = ?",
        [(sku.price, sku.discount_price, product_id, sku.sku_code) for sku in change.skus],
    )
    touch(market, product_id, moment)


def set_status(
    market: Market, product_id: int, status: str, moment: int, reason: str | None = None
) -> None:
    """Put a product into a status; a deleted one loses its variants."""
    market.sql.execute(
        "UPDATE products SET status = ?, reason = ? WHERE id = ?", (status, reason, product_id)
    )
    if status == DELETED:
        market.sql.execute("DELETE FROM skus WHERE product_id = ?", (product_id,))
    touch(market, product_id, moment)


def _switch(status: str) -> Callable[[Market, int, Change, int], None]:
    def effect(market: Market, product_id: int, _change: Change, moment: int) -> None:
        (now,) = market.sql.execute(
            "SELECT status FROM products WHERE id = ?", (product_id,)
        ).fetchone()
        if now == REJECTED and status == ON_SALE:
            raise TaskFailedError(
                "ErrorCode.WrongProductStatus",
                f"product {product_id} was removed by moderation, edit it first",
            )
        set_status(market, product_id, status, moment)

    return effect


_EFFECTS: dict[str, Callable[[Market, int, Change, int], None]] = {
    "edit": _edit,
    "fields": _fields,
    "stocks": _stocks,
    "prices": _prices,
    "online": _switch(ON_SALE),
    "offline": _switch(OFF_SALE),
    "delete": _switch(DELETED),
}


def _afterwards(market: Market, product_id: int, meta: dict[str, Any]) -> None:
    if not meta:
        return
    if "changed" in meta:
        alter_stored(market, product_id, meta["changed"])
    moment = market.clock.now()
    if "moderated" in meta:
        set_status(market, product_id, REJECTED, moment, meta["moderated"])
    if "status" in meta:
        set_status(market, product_id, meta["status"], moment)


def alter_stored(market: Market, product_id: int, changed: dict[str, Any]) -> None:
    """Change a field of a stored product without moving its time of last change."""
    doc = stored_doc(market, product_id)
    rows = market.sql.execute(
        "SELECT id, price, discount_price, inventory, doc FROM skus WHERE product_id = ?"
        " ORDER BY id",
        (product_id,),
    ).fetchall()
    skus = []
    for _, price, discount, inventory, raw in rows:
        sku = msgspec.json.decode(raw, type=Sku)
        sku.price, sku.discount_price, sku.inventory = price, discount, inventory
        skus.append(sku)
    _alter(doc, skus, changed)
    store_doc(market, product_id, doc)
    for (sku_id, *_), sku in zip(rows, skus, strict=True):
        market.sql.execute(
            "UPDATE skus SET price = ?, discount_price = ?, inventory = ? WHERE id = ?",
            (sku.price, sku.discount_price, sku.inventory, sku_id),
        )


def add_variant(
    market: Market, product_id: int, code: str, price: str, attributes: list[dict[str, Any]]
) -> None:
    """Put a variant beside a product's others, like the first of them in all that is not given."""
    owner, raw = market.sql.execute(
        "SELECT account, doc FROM skus WHERE product_id = ? ORDER BY id LIMIT 1", (product_id,)
    ).fetchone()
    sku = msgspec.json.decode(raw, type=Sku)
    sku.sku_code, sku.price, sku.discount_price = code, two_places(Decimal(price)), None
    sku.sku_attributes_list = attributes
    _insert_skus(market, product_id, owner, [sku])


def remove_variant(market: Market, product_id: int, code: str) -> None:
    """Take a variant of a product away."""
    market.sql.execute("DELETE FROM skus WHERE product_id = ? AND code = ?", (product_id, code))


def _alter(doc: Doc, skus: list[Sku], changed: dict[str, Any]) -> None:
    field, value = changed["field"], changed.get("value")
    if field == "subject":
        for each in doc.multi_language_subject_list:
            if each["language"] == doc.language:
                each["subject"] = str(value) if value else f"{each['subject']} - хит"
    elif field == "price":
        given = plain_decimal(str(value)) if value else None
        for sku in skus:
            new = Decimal(sku.price) * Decimal("1.05") if given is None else given
            sku.price, sku.discount_price = two_places(new), None
    elif field == "inventory":
        for sku in skus:
            sku.inventory = min(max(whole_number(value) or 0, 0), STOCK_MOST)
    elif field in PLAIN_FIELDS and value is not None:
        with contextlib.suppress(msgspec.ValidationError):
            wanted = msgspec.convert({**msgspec.to_builtins(doc), field: value}, Doc)
            setattr(doc, field, getattr(wanted, field))

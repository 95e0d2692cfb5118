"""A seller with warehouses, and what stands in the tables of stock."""

from pathlib import Path
from typing import Any

from tests.db.orders.making import rows

from torgpred.catalogue.core.opening import open_feed
from torgpred.catalogue.services import IntakeReport, take_in
from torgpred.orders import selectors as orders
from torgpred.stock import selectors
from torgpred.stock.core.values import Pieces
from torgpred.stock.services import moving
from torgpred.stock.services.warehouses import add_warehouse

ACTOR = "Ольга"


def make_place(seller: int, code: str = "M", country: str = "RU", rank: int = 0) -> int:
    return add_warehouse(seller_id=seller, code=code, country=country, rank=rank).id


def bring(seller: int, place: int, **pieces: int) -> None:
    """Let pieces come by hand, so that levels have their movements."""
    moving.move(seller_id=seller, warehouse_id=place, pieces=pieces, actor=ACTOR)


def counted(seller: int, place: int, **pieces: int) -> None:
    moving.count(seller_id=seller, warehouse_id=place, pieces=pieces, actor=ACTOR)


def reserve(seller: int, place: int, sku: str, pieces: int) -> None:
    """Promise pieces, as an order does, and note the promise where orders keep theirs."""
    rows(
        "WITH held AS (UPDATE stock_level SET reserved = reserved + %s WHERE seller_id = %s"
        " AND warehouse_id = %s AND sku = %s RETURNING seller_id, warehouse_id, sku)"
        " INSERT INTO orders_allocation (seller_id, line_id, warehouse_id, sku, pieces)"
        " SELECT seller_id, 1, warehouse_id, sku, %s FROM held RETURNING id",
        pieces, seller, place, sku, pieces,
    )  # fmt: skip


def settle(seller: int, place: int, sku: str, pieces: int, *, shipped: bool) -> list[Pieces]:
    """Close promises of so many pieces; to be called in the transaction that tells the stock."""
    left, closed = pieces, 0
    for key, held in rows(
        "SELECT id, pieces FROM orders_allocation WHERE shipped IS NULL AND sku = %s"
        " AND seller_id = %s AND warehouse_id = %s ORDER BY id",
        sku, seller, place, seller=seller,
    ):  # fmt: skip
        part = min(held, left)
        if not part:
            break
        rows(
            "UPDATE orders_allocation SET pieces = pieces - %s, shipped = CASE WHEN pieces = %s"
            " THEN %s END WHERE id = %s RETURNING id",
            part, part, shipped, key, seller=seller,
        )  # fmt: skip
        left, closed = left - part, closed + part
    return [Pieces(seller, sku, place, closed, "O-1")] if closed else []


def stands(seller: int, sku: str = "A") -> dict[str, int]:
    """Return the numbers of an SKU's only level that are not 0."""
    [card] = selectors.levels(seller, skus=[sku])
    named = ("on_hand", "reserved", "locked", "buffer", "owing")
    return {name: getattr(card, name) for name in named if getattr(card, name)}


def moved(seller: int, sku: str = "A") -> list[tuple[int, str, str]]:
    """Return (pieces, kind, reference) of an SKU's movements, oldest first."""
    return [
        (one.pieces, one.kind, one.reference) for one in selectors.ledger(seller, sku).movements
    ]


def differences(seller: int | None = None) -> list[Any]:
    return selectors.recompute(seller, reserved=orders.reserved_sums())


def changes() -> list[str]:
    """Return the SKUs noted as changed, and forget them."""
    noted = rows("WITH gone AS (DELETE FROM stock_change RETURNING sku) SELECT sku FROM gone")
    return sorted(sku for (sku,) in noted)


def feed(path: Path, **offers: str) -> Path:
    """Write a YML of offers: key -> the elements that tell of stock, "" for none."""
    body = "".join(
        f'<offer id="{key}" {"available=" + chr(34) + "false" + chr(34) if told == "no" else ""}>'
        f"<name>{key}</name><price>100</price><currencyId>RUB</currencyId>"
        f"<categoryId>1</categoryId>{'' if told == 'no' else told}</offer>"
        for key, told in offers.items()
    )
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8"?><yml_catalog date="2026-11-01 10:00"><shop>'
        "<name>x</name><company>x</company><url>http://x.example</url>"
        '<currencies><currency id="RUB" rate="1"/></currencies>'
        '<categories><category id="1">Все</category></categories>'
        f"<offers>{body}</offers></shop></yml_catalog>",
        encoding="utf-8",
    )
    return path


def read(seller: int, path: Path, **options: Any) -> IntakeReport:  # noqa: ANN401
    return take_in(
        seller_id=seller, feed_name="catalogue", path=path, actor="test", open_reader=open_feed,
        **options,
    )  # fmt: skip


def count_tag(pieces: int) -> str:
    return f"<count>{pieces}</count>"

"""What commands of stock ask for and tell alike: seller, warehouse, pieces by SKU, levels."""

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer

from torgpred.cli.choosing import seller_of

if TYPE_CHECKING:
    from torgpred.stock.core.values import Changed, LevelCard, WarehouseCard

Seller = Annotated[str, typer.Argument(help="The seller's code.")]
Sku = Annotated[str, typer.Argument(metavar="SKU", help="Key of the seller's offer.")]
Where = Annotated[
    str, typer.Option("--warehouse", metavar="CODE", help="Which warehouse; default: the first.")
]
Why = Annotated[str, typer.Option(help="Where the number comes from, kept in the ledger.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]


def level_as_dict(level: "LevelCard") -> dict[str, Any]:
    """Return a level as `--json` prints it."""
    told = msgspec.structs.asdict(level) | {"available": level.available}
    del told["warehouse_id"]
    return told


def place_of(seller: str, code: str) -> "WarehouseCard":
    """Return the warehouse of a code, the seller's first one without any."""
    from torgpred.stock.services import warehouses

    return warehouses.warehouse_meant(seller_id=seller_of(seller).id, code=code)


def pairs(given: Sequence[str]) -> dict[str, int]:
    """Return pieces by SKU out of SKU=PIECES. Raises typer.BadParameter."""
    pieces: dict[str, int] = {}
    for one in given:
        sku, equals, number = one.rpartition("=")
        if not equals or not sku.strip() or not number.strip().isdecimal():
            raise typer.BadParameter(f"{one!r}: SKU=PIECES is wanted, such as CAP-1=5")
        if sku.strip() in pieces:
            raise typer.BadParameter(f"{sku.strip()!r} is named twice")
        pieces[sku.strip()] = int(number)
    return pieces


def tell_change(changed: "Changed", seller: str, skus: Sequence[str], *, as_json: bool) -> None:
    """Print how many levels changed, and the levels of these SKUs."""
    from torgpred.stock import selectors

    levels = selectors.levels(seller_of(seller).id, skus=skus)
    if as_json:
        told = {
            "changed": changed.levels,
            "owing": changed.owing,
            "levels": [level_as_dict(one) for one in levels],
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{changed.levels} levels changed.")
    for one in levels:
        typer.echo(f"{one.sku}  {one.warehouse}: {one.on_hand} on hand, {one.available} available")
    if changed.owing:
        typer.echo(f"{changed.owing} pieces are promised and not there: see the orders.")

"""`torgpred stock ledger`: the equation of an SKU's levels, and whether its sums agree."""

import json
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import seller_of
from torgpred.cli.entering import enter
from torgpred.cli.stock_locks import lock_as_dict, print_locks

_WORDS = {"on_hand": "on hand", "reserved": "reserved", "locked": "locked"}
_SIGNS = {"on_hand": "", "available": "="}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ledger")(ledger)


def ledger(
    seller: Annotated[str, typer.Argument(help="The seller's code.")],
    sku: Annotated[str, typer.Argument(metavar="SKU", help="Key of the seller's offer.")],
    limit: Annotated[
        int, typer.Option(min=1, help="Movements to list; those before are summed.")
    ] = 1_000,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Print an SKU's equation line by line, with where each number came from.

    on hand - reserved - locked - buffer - owing = available. Exit code 1 if a sum does not agree.
    """
    enter()
    from torgpred.orders import selectors as orders
    from torgpred.runtime.scope import one_moment
    from torgpred.stock import selectors
    from torgpred.stock.core.equation import Promise, equation

    seller_id = seller_of(seller).id
    with one_moment():
        found = selectors.ledger(seller_id, sku, limit=limit)
        promises = [
            Promise(one.order, one.warehouse, one.pieces, one.placed_at)
            for one in orders.open_allocations(seller_id, sku)
        ]
        wrong = selectors.recompute(seller_id, reserved=orders.reserved_sums(), sku=sku)
        free = selectors.available(seller_id, [sku]).get(sku, 0)
    lines = equation(found, promises)
    if as_json:
        told = {
            "sku": sku,
            "available": free,
            "agrees": not wrong,
            "lines": [msgspec.to_builtins(line) for line in lines],
            "locks": [lock_as_dict(one) for one in found.locks],
            "differences": [msgspec.structs.asdict(one) for one in wrong],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    elif not lines:
        typer.echo(f"Nothing is known of the stock of {sku}.")
    else:
        table = Table("warehouse", "pieces", "", "what", "where from", "by", "when (UTC)")
        for line in lines:
            table.add_row(
                line.warehouse,
                f"{_SIGNS.get(line.part, '-')} {line.pieces}"
                if line.result
                else f"{line.pieces:+}",
                _WORDS.get(line.part, line.part) if line.result else "",
                "" if line.what == "=" else line.what,
                line.reference,
                line.actor,
                "" if line.at is None else f"{line.at:%Y-%m-%d %H:%M:%S}",
                end_section=line.part == "available",
            )
        Console(markup=False).print(table)
        if found.locks:
            print_locks(seller_id, found.locks)
        typer.echo(f"{free} may be sold over all warehouses. ", nl=False)
        typer.echo("The sums agree." if not wrong else "THE SUMS DO NOT AGREE.")
        for one in wrong:
            typer.echo(f"{one.what}: the level says {one.level}, its parts come to {one.sum}.")
    if wrong:
        raise typer.Exit(1)

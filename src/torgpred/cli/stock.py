"""`torgpred stock`: what lies where, by hand, by file, by feed, and the ledger of an SKU."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import edits, enter
from torgpred.cli.feeds import UNUSABLE, absent, print_findings
from torgpred.cli.stock_asking import (
    Json,
    Seller,
    Sku,
    Where,
    Why,
    level_as_dict,
    pairs,
    place_of,
    tell_change,
)

if TYPE_CHECKING:
    from torgpred.stock.core.values import WarehouseCard

stock = typer.Typer(no_args_is_help=True, help="Stock: what lies where, and what of it is free.")
warehouse = typer.Typer(no_args_is_help=True, help="Places where a seller's goods lie.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from torgpred.cli import stock_ledger, stock_locks

    stock_ledger.register(stock)
    stock_locks.register(stock)
    stock.add_typer(warehouse, name="warehouse")
    app.add_typer(stock, name="stock")


@stock.command("show")
def show(
    seller: Seller,
    skus: Annotated[
        list[str] | None, typer.Argument(metavar="[SKU]...", help="Which SKUs; default: a page.")
    ] = None,
    after: Annotated[str, typer.Option(help="Show the page after this SKU.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="SKUs on a page.")] = 100,
    as_json: Json = False,
) -> None:
    """Show levels: on hand, reserved for orders, locked, buffer, owing, and what is available."""
    enter()
    from torgpred.stock import selectors

    found = selectors.levels(seller_of(seller).id, skus=skus or None, after=after, limit=limit)
    if as_json:
        typer.echo(json.dumps([level_as_dict(one) for one in found], ensure_ascii=False))
        return
    if not found:
        typer.echo("Nothing is known of its stock. Take some: torgpred stock read SELLER FILE")
        return
    head = ("SKU", "warehouse", "on hand", "reserved", "locked", "buffer", "owing", "available")
    table = Table(*head)
    for one in found:
        numbers = (one.on_hand, one.reserved, one.locked, one.buffer, one.owing, one.available)
        table.add_row(one.sku, f"{one.warehouse} ({one.country})", *map(str, numbers))
    Console(markup=False).print(table)
    if skus is None and len({one.sku for one in found}) == limit:
        typer.echo(f"More: torgpred stock show {seller} --after {found[-1].sku!r}")


@stock.command("set")
def set_pieces(
    seller: Seller,
    sku: Sku,
    pieces: Annotated[int | None, typer.Argument(help="What lies there now.")] = None,
    by: Annotated[int | None, typer.Option(help="Or by how much it changed, such as -3.")] = None,
    code: Where = "",
    reference: Why = "",
    as_json: Json = False,
) -> None:
    """Set by hand what lies there of an SKU, or by how much it changed.

    Promised pieces that are gone are owing until orders took the promises back.
    """
    if (pieces is None) == (by is None):
        raise typer.BadParameter("give PIECES or --by, one of them")
    enter()
    from torgpred.stock.services import moving

    tenant, place = seller_of(seller), place_of(seller, code)
    if pieces is None:
        deed, number = moving.move, by or 0
    else:
        deed, number = moving.count, pieces
    changed = deed(
        seller_id=tenant.id,
        warehouse_id=place.id,
        pieces={sku: number},
        kind=moving.HAND,
        actor=person(),
        reference=reference,
    )
    tell_change(changed, seller, [sku], as_json=as_json)


@stock.command("count")
def count(
    seller: Seller,
    counted: Annotated[list[str], typer.Argument(metavar="SKU=PIECES...")],
    code: Where = "",
    reference: Why = "",
    as_json: Json = False,
) -> None:
    """Enter a stock-take: what was counted lies there now. SKUs not named stay as they are."""
    pieces = pairs(counted)
    enter()
    from torgpred.stock.services import moving

    changed = moving.count(
        seller_id=seller_of(seller).id,
        warehouse_id=place_of(seller, code).id,
        pieces=pieces,
        actor=person(),
        reference=reference,
    )
    tell_change(changed, seller, list(pieces), as_json=as_json)


@stock.command("read")
def read(
    seller: Seller,
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, XLS with SKU and pieces.")],
    code: Where = "",
    as_json: Json = False,
) -> None:
    """Take a file as a stock-take of what it names. A column may name the warehouse.

    Exit code 2 if nothing of it could be used.
    """
    if not file.is_file():
        absent(file)
    enter()
    from torgpred.stock.services import importing

    report = importing.read_file(
        seller_id=seller_of(seller).id, path=file, actor=person(), warehouse=code
    )
    if as_json:
        told = msgspec.structs.asdict(report) | {
            "findings": [one.as_dict() for one in report.findings]
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        owing = f", {report.owing} pieces are promised and not there" if report.owing else ""
        typer.echo(f"{report.rows} rows taken, {report.changed} levels changed{owing}.")
        print_findings(report.findings, sum(report.finding_totals.values()))
    if not report.rows:
        raise typer.Exit(UNUSABLE)


@stock.command("feed")
@edits
def feed(
    seller: Seller,
    use: Annotated[
        str | None,
        typer.Option(
            help="What a number in the file means: physical (what lies there), free (what may be"
            " sold), off (nothing). Said once; the whole file is then taken anew."
        ),
    ] = None,
    code: Annotated[
        str, typer.Option("--warehouse", metavar="CODE", help="With --use: where its pieces lie.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Bring stock to what the seller's file tells, as the worker does when it was read."""
    from torgpred.stock import selectors
    from torgpred.stock.services import feeds

    tenant = seller_of(seller)
    if use is None and code:
        raise typer.BadParameter("--warehouse goes with --use")
    if use is not None:
        feeds.set_feed_policy(seller_id=tenant.id, use=use, warehouse=code)
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("stock from the file", total=None)
        done = feeds.look(
            tenant.id, progress=lambda one, all_: bar.update(task, completed=one, total=all_)
        )
    policy, place = selectors.feed_policy(tenant.id)
    if as_json:
        told = msgspec.structs.asdict(done) | {"use": policy, "warehouse": place}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    owing = f", {done.owing} pieces promised and not there" if done.owing else ""
    typer.echo(
        f"{done.read} numbers read ({policy}), {done.changed} levels changed,"
        f" {done.gone} no longer in the file{owing}."
    )


@stock.command("buffer")
def buffer(
    seller: Seller,
    kept: Annotated[list[str], typer.Argument(metavar="SKU=PIECES...")],
    code: Where = "",
    as_json: Json = False,
) -> None:
    """Keep pieces back from every shop, since they are sold elsewhere too. 0 ends it."""
    pieces = pairs(kept)
    enter()
    from torgpred.stock.services import keeping

    changed = keeping.set_buffer(
        seller_id=seller_of(seller).id, warehouse_id=place_of(seller, code).id, pieces=pieces
    )
    tell_change(changed, seller, list(pieces), as_json=as_json)


@warehouse.command("add")
@edits
def add_warehouse(
    seller: Seller,
    code: Annotated[str, typer.Argument(help="Short code, up to 20 characters.")],
    country: Annotated[str, typer.Option(help="Two letters: it is local to buyers there.")],
    name: Annotated[str, typer.Option(help="What people call it; default: the code.")] = "",
    rank: Annotated[int, typer.Option(help="Of two alike, the lower one serves.")] = 0,
    as_json: Json = False,
) -> None:
    """Add a warehouse."""
    from torgpred.stock.services import warehouses

    card = warehouses.add_warehouse(
        seller_id=seller_of(seller).id, code=code, country=country, name=name, rank=rank
    )
    _print_warehouses([card], as_json=as_json, one=True)


@warehouse.command("change")
@edits
def change_warehouse(
    seller: Seller,
    code: Annotated[str, typer.Argument(help="Code of the warehouse.")],
    country: Annotated[str | None, typer.Option(help="Two letters.")] = None,
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    rank: Annotated[int | None, typer.Option(help="Of two alike, the lower one serves.")] = None,
    as_json: Json = False,
) -> None:
    """Change a warehouse's country, name or rank; what is not given stays."""
    from torgpred.stock.services import warehouses

    card = warehouses.change_warehouse(
        seller_id=seller_of(seller).id, code=code, country=country, name=name, rank=rank
    )
    _print_warehouses([card], as_json=as_json, one=True)


@warehouse.command("list")
def list_warehouses(seller: Seller, as_json: Json = False) -> None:
    """List a seller's warehouses in the order in which they serve."""
    enter()
    from torgpred.stock import selectors

    _print_warehouses(selectors.warehouses(seller_of(seller).id), as_json=as_json)


def _print_warehouses(
    cards: "Sequence[WarehouseCard]", *, as_json: bool, one: bool = False
) -> None:
    if as_json:
        told = [msgspec.structs.asdict(card) for card in cards]
        typer.echo(json.dumps(told[0] if one else told, ensure_ascii=False))
        return
    table = Table("code", "name", "country", "rank")
    for card in cards:
        table.add_row(card.code, card.name, card.country, str(card.rank))
    Console(markup=False).print(table)

"""`torgpred orders`: what shops sold, and whether the goods are there."""

from functools import partial
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from torgpred.cli.choosing import seller_of, shop_meant
from torgpred.cli.entering import enter

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]

orders = typer.Typer(no_args_is_help=True, help="Orders: read them, see what is short.")

console = Console(markup=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(orders, name="orders")


def _print_json(value: object) -> None:
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())


@orders.command("pull")
def pull(
    shop: Annotated[
        str, typer.Argument(help="Number or name of a shop, or a seller's code; all if not given.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Read the orders that changed since the last time, and promise the goods to them."""
    enter()
    from torgpred.channels import selectors as channels
    from torgpred.channels.core.shops import ShopState
    from torgpred.orders.services import pulling

    active = [one for one in channels.shops() if one.state is ShopState.ACTIVE]
    told: list[dict[str, Any]] = []
    with Progress(console=Console(stderr=True), transient=True) as bar:
        for card in [shop_meant(shop)] if shop else active:
            task = bar.add_task(f"orders of {card.name}", total=None)
            done = pulling.pull(shop_id=card.id, on_progress=partial(_shown, bar, task))
            told.append({"shop": card.id, "name": card.name, **done.as_dict()})
    if as_json:
        _print_json(told)
        return
    table = Table("shop", "read", "new", "changed", "short lines", "not readable")
    for one in told:
        counts = (one["read"], one["new"], one["changed"], one["short"], one["unread"])
        table.add_row(one["name"], *map(str, counts))
    console.print(table)


def _shown(bar: Progress, task: TaskID, read: int) -> None:
    bar.update(task, completed=read)


@orders.command("list")
def list_orders(
    seller: Seller,
    phase: Annotated[
        list[str] | None,
        typer.Option(help="placed, to_ship, shipped, delivered, cancelled or unknown."),
    ] = None,
    short: Annotated[bool, typer.Option("--short", help="Only those that lack pieces.")] = False,
    limit: Annotated[int, typer.Option(help="How many to show.")] = 50,
    as_json: Json = False,
) -> None:
    """List a seller's consignments: what is short on top, then by when to ship."""
    enter()
    from torgpred.orders import selectors

    who = seller_of(seller)
    found = selectors.inbox(who.id, phases=phase or (), short=short, limit=limit)
    if as_json:
        _print_json(found)
        return
    if not found:
        console.print("No such orders. Read the shops: torgpred orders pull")
        return
    table = Table("order", "state", "placed", "ship by", "pieces", "short", "amount", "payout")
    for one in found:
        table.add_row(
            one.order,
            one.phase,
            f"{one.placed_at:%Y-%m-%d %H:%M}",
            f"{one.ship_by:%Y-%m-%d %H:%M}" if one.ship_by else "",
            str(one.pieces),
            str(one.short or ""),
            f"{one.amount} {one.currency}",
            "" if one.payout is None else str(one.payout),
        )
    console.print(table)


@orders.command("show")
def show(
    seller: Seller,
    order: Annotated[str, typer.Argument(help="The marketplace's number of the order.")],
    as_json: Json = False,
) -> None:
    """Show a seller's part of an order: its lines, what is promised and what is short."""
    enter()
    from torgpred.orders import selectors

    who = seller_of(seller)
    lines = selectors.consignment_lines(who.id, order)
    to = selectors.buyer(who.id, order)
    if as_json:
        _print_json({"order": order, "lines": lines, "buyer": to})
        return
    if not lines:
        console.print(f"{who.code} has no order {order}. See: torgpred orders list {who.code}")
        return
    table = Table("SKU", "name", "pieces", "price", "promised", "short")
    for line in lines:
        lack = f"{line.short} ({line.why})" if line.short else ""
        table.add_row(
            line.sku, line.name, str(line.quantity), str(line.price), str(line.promised), lack
        )
    console.print(table)
    if to is not None:
        where = to.address or ", ".join(filter(None, (to.postcode, to.region, to.city, to.street)))
        console.print(f"To: {to.name}, {to.phone}, {where}")


@orders.command("state")
def state(as_json: Json = False) -> None:
    """Show when each shop's orders were last read, and what kept them from being read."""
    enter()
    from torgpred.orders import selectors

    found = selectors.pulls()
    if as_json:
        _print_json(found)
        return
    table = Table("shop", "last read", "trouble", "not readable")
    for one in found:
        when = f"{one.pulled_at:%Y-%m-%d %H:%M:%S}" if one.pulled_at else "never"
        table.add_row(str(one.shop_id), when, one.trouble, str(one.unread or ""))
    console.print(table)

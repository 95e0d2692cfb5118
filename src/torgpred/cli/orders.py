"""`torgpred orders`: what shops sold, and whether the goods are there."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress, TaskID
from rich.table import Table

from torgpred.cli.choosing import seller_of, shop_meant
from torgpred.cli.entering import enter
from torgpred.cli.order_words import Json, Seller, Shop, console, print_json, shop_number

if TYPE_CHECKING:
    from torgpred.orders.selectors.fulfilment import StateCard

orders = typer.Typer(no_args_is_help=True, help="Orders: from reading them to what comes back.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from torgpred.cli import orders_parcels, orders_shipping, orders_shortages

    for module in (orders_shipping, orders_shortages, orders_parcels):
        module.register(orders)
    app.add_typer(orders, name="orders")


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
        print_json(told)
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
    disputed: Annotated[
        bool, typer.Option("--disputed", help="Only those with an open dispute.")
    ] = False,
    limit: Annotated[int, typer.Option(help="How many to show.")] = 50,
    as_json: Json = False,
) -> None:
    """List a seller's consignments: what is short on top, then by when to ship."""
    enter()
    from torgpred.orders import selectors

    who = seller_of(seller)
    found = selectors.inbox(who.id, phases=phase or (), short=short, disputed=disputed, limit=limit)
    if as_json:
        print_json(found)
        return
    if not found:
        console.print("No such orders. Read the shops: torgpred orders pull")
        return
    table = Table(
        "order", "state", "placed", "ship by", "pieces", "short", "amount", "payout", "to know"
    )
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
            ", ".join(filter(None, (one.reason, one.dispute and f"dispute: {one.dispute}"))),
        )
    console.print(table)


@orders.command("show")
def show(
    seller: Seller,
    order: Annotated[str, typer.Argument(help="The marketplace's number of the order.")],
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Show a seller's part of an order: lines, promises, shipping, disputes, and for whom it is."""
    enter()
    from torgpred.orders import selectors
    from torgpred.orders.selectors import fulfilment

    who = seller_of(seller)
    number = shop_number(who, shop)
    found = fulfilment.states(who.id, order, number)
    if len(found) > 1:
        raise typer.BadParameter(
            f"several shops have it; name one with --shop: "
            f"{', '.join(str(one.shop_id) for one in found)}"
        )
    lines = selectors.consignment_lines(who.id, order, number)
    to = selectors.buyer(who.id, order, number)
    parcels = fulfilment.parcels(who.id, [order], shop_id=number)
    if as_json:
        state = found[0] if found else None
        print_json(
            {"order": order, "state": state, "lines": lines, "parcels": parcels, "buyer": to}
        )
        return
    if not found:
        console.print(f"{who.code} has no order {order}. See: torgpred orders list {who.code}")
        return
    table = Table("SKU", "name", "pieces", "price", "promised", "short", "dispute")
    for line in lines:
        lack = f"{line.short} ({line.why})" if line.short else ""
        table.add_row(
            line.sku,
            line.name,
            str(line.quantity),
            str(line.price),
            str(line.promised),
            lack,
            line.issue,
        )
    console.print(table)
    _tell_state(found[0])
    for one in parcels:
        told = ", ".join(filter(None, (one.track_number, one.state, one.word, one.problem)))
        console.print(f"Parcel {one.parcel}: {one.items} ({told})")
    if to is not None:
        where = to.address or ", ".join(filter(None, (to.postcode, to.region, to.city, to.street)))
        console.print(f"To: {to.name}, {to.phone}, {where}")


def _tell_state(state: "StateCard") -> None:
    from torgpred.orders.core.held import told_reason
    from torgpred.orders.core.mismatches import MISMATCHES, Mismatch

    console.print(f"State: {state.phase}")
    if state.reason:
        console.print(f"The marketplace says: {told_reason(state.reason)}")
    if state.dispute:
        console.print(f"A dispute is open: {state.dispute}. It is answered in the cabinet.")
    if state.mismatch:
        console.print(MISMATCHES[Mismatch(state.mismatch)])
    if state.cancel_asked_at:
        console.print("Its cancellation is awaited: torgpred orders cancel tells what to do.")
    if state.track_number:
        console.print(f"Courier: {state.carrier}, {state.track_number} {state.step}".rstrip())


@orders.command("state")
def state(as_json: Json = False) -> None:
    """Show when each shop's orders were last read, and what kept them from being read."""
    enter()
    from torgpred.orders import selectors

    found = selectors.pulls()
    if as_json:
        print_json(found)
        return
    table = Table("shop", "last read", "trouble", "not readable")
    for one in found:
        when = f"{one.pulled_at:%Y-%m-%d %H:%M:%S}" if one.pulled_at else "never"
        table.add_row(str(one.shop_id), when, one.trouble, str(one.unread or ""))
    console.print(table)

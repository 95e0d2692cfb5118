"""`torgpred orders ship, pickup, deliver, cancel, watch`: what leaves, and when it has to."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import enter
from torgpred.cli.order_words import (
    Json,
    Orders,
    Seller,
    Shop,
    console,
    each,
    print_json,
    shop_number,
)

if TYPE_CHECKING:
    from torgpred.channels.core.orders import CourierStep


def register(orders: typer.Typer) -> None:
    """Add the commands."""
    orders.command("ship")(ship)
    orders.command("pickup")(pickup)
    orders.command("deliver")(deliver)
    orders.command("cancel")(cancel)
    orders.command("watch")(watch)


def ship(
    seller: Seller,
    sent: Annotated[
        list[str],
        typer.Argument(metavar="ORDER[=TRACK]...", help="Orders, each with its tracking number."),
    ],
    carrier: Annotated[str, typer.Option(help="Who carries them.")],
    track: Annotated[str, typer.Option(help="The tracking number, where one order is named.")] = "",
    url: Annotated[str, typer.Option(help="Where the buyer follows the parcel.")] = "",
    phone: Annotated[str, typer.Option(help="The carrier's telephone for the buyer.")] = "",
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Ship by the seller's own courier: the marketplace is told, the pieces leave the stock.

    Of an order over several sellers each ships its own part; the marketplace hears with the last.
    """
    tracks: dict[str, str] = {}
    for word in sent:
        order, _, own = word.partition("=")
        tracks[order] = own or track
        if not tracks[order] or not order:
            raise typer.BadParameter(f"{word!r} has no tracking number: write {order}=NUMBER")
    if track and len(tracks) > 1 and list(tracks.values()).count(track) > 1:
        raise typer.BadParameter("--track is for one order; for several write ORDER=NUMBER")
    enter()
    from torgpred.channels.core.orders import Tracking
    from torgpred.orders.services import fulfilling

    who = seller_of(seller)
    number = shop_number(who, shop)

    def one(order: str) -> str:
        return fulfilling.ship_by_courier(
            seller_id=who.id,
            order=order,
            tracking=Tracking(tracks[order], carrier, url=url, phone=phone),
            actor=person(),
            shop_id=number,
        ).value

    words = {
        "sent": "shipped, and the marketplace knows",
        "waiting": "shipped here; the marketplace hears when the order's other parts are shipped",
    }
    each(list(tracks), one, words, as_json=as_json)


def pickup(seller: Seller, numbers: Orders, shop: Shop = "", as_json: Json = False) -> None:
    """Say that the courier has parcels ready to be picked up by their buyers."""
    from torgpred.channels.core.orders import CourierStep

    _step(seller, numbers, CourierStep.READY_FOR_PICKUP, shop, as_json=as_json)


def deliver(seller: Seller, numbers: Orders, shop: Shop = "", as_json: Json = False) -> None:
    """Say that the courier delivered orders."""
    from torgpred.channels.core.orders import CourierStep

    _step(seller, numbers, CourierStep.DELIVERED, shop, as_json=as_json)


def _step(
    seller: str, numbers: list[str], step: "CourierStep", shop: str, *, as_json: bool
) -> None:
    enter()
    from torgpred.orders.services import fulfilling

    who = seller_of(seller)
    number = shop_number(who, shop)

    def one(order: str) -> str:
        told = fulfilling.tell_step(seller_id=who.id, order=order, step=step, shop_id=number)
        return told.value if told else "waiting"

    words = {
        "waiting": "noted here; the marketplace hears when the order's other parts are so far",
        "in_transit": "noted here; to the marketplace the order is in transit until all parts are",
        "ready_for_pickup": "the marketplace knows that it is ready for pickup",
        "delivered": "the marketplace knows that it is delivered",
    }
    each(numbers, one, words, as_json=as_json)


def cancel(
    seller: Seller,
    order: Annotated[str, typer.Argument(help="The marketplace's number of the order.")],
    reason: Annotated[str, typer.Option(help="Why, kept with the order.")] = "",
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Let it go on after all.")] = False,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Cancel a seller's part of an order: tells what to do, and awaits the marketplace's word."""
    enter()
    from torgpred.orders.services import cancelling

    who = seller_of(seller)
    number = shop_number(who, shop)
    steps: tuple[str, ...]
    if withdraw:
        cancelling.withdraw(seller_id=who.id, order=order, shop_id=number)
        awaits, steps = False, ()
    else:
        found = cancelling.cancel(
            seller_id=who.id, order=order, actor=person(), reason=reason, shop_id=number
        )
        awaits, steps = found.awaits, found.steps
    if as_json:
        print_json({"order": order, "awaits": awaits, "steps": steps})
    elif withdraw:
        console.print(f"{order} goes on. See: torgpred orders show {who.code} {order}")
    else:
        for place, step in enumerate(steps, 1):
            console.print(f"{place}. {step}")


def watch(
    seller: Annotated[str, typer.Argument(help="Code of the seller; all if not given.")] = "",
    hours: Annotated[int, typer.Option(min=0, help="How far ahead to look.")] = 48,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 100,
    as_json: Json = False,
) -> None:
    """Show what has to leave soon, the most overdue first, and what each of it waits for."""
    enter()
    from torgpred.orders.core.held import told_reason
    from torgpred.orders.core.watching import NEXT
    from torgpred.orders.selectors.watching import watch as watched

    found = watched(seller_of(seller).id if seller else None, hours=hours, limit=limit)
    if as_json:
        print_json(found)
        return
    if not found:
        console.print(
            f"Nothing has to leave within {hours} hours. All orders: torgpred orders list"
        )
        return
    table = Table("seller", "order", "shop", "ship by (UTC)", "", "pieces", "waits", "what to do")
    for one in found:
        waits = f"{one.block.value}: {told_reason(one.reason)}" if one.reason else one.block.value
        table.add_row(
            one.seller,
            one.order,
            str(one.shop_id),
            f"{one.ship_by:%Y-%m-%d %H:%M}" if one.ship_by else "",
            one.urgency.value,
            f"{one.pieces} ({one.short} short)" if one.short else str(one.pieces),
            waits,
            NEXT[one.block],
        )
    console.print(table)

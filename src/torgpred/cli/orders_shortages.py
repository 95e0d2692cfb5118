"""`torgpred orders shortages, remedy, reroute, returns, return`: what lacks, what comes back."""

from enum import StrEnum
from typing import Annotated, Any

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

Where = Annotated[str, typer.Option("--warehouse", metavar="CODE", help="Which warehouse.")]


class Remedy(StrEnum):
    """What may be done about a shortage."""

    OTHER = "other"
    WAIT = "wait"
    CANCEL = "cancel"


class Seen(StrEnum):
    """How returned pieces look."""

    GOOD = "good"
    DAMAGED = "damaged"


def register(orders: typer.Typer) -> None:
    """Add the commands."""
    orders.command("shortages")(shortages)
    orders.command("remedy")(remedy)
    orders.command("reroute")(reroute)
    orders.command("returns")(returns)
    orders.command("return")(take_return)


def shortages(seller: Seller, as_json: Json = False) -> None:
    """List what was sold and is not there, with what each remedy would bring."""
    enter()
    from torgpred.orders.services import shortages as lacks
    from torgpred.stock import selectors as stock

    who = seller_of(seller)
    found = lacks.open_shortages(who.id)
    free: dict[str, list[str]] = {}
    for level in stock.levels(who.id, skus={one["sku"] for one in found}):
        if level.available > 0:
            free.setdefault(level.sku, []).append(f"{level.available} in {level.warehouse}")
    told: list[dict[str, Any]] = [
        one | {"remedies": _remedies(one, free.get(one["sku"], []))} for one in found
    ]
    if as_json:
        print_json(told)
        return
    if not told:
        console.print(f"Nothing is short. What leaves next: torgpred orders watch {who.code}")
        return
    table = Table("shortage", "order", "SKU", "pieces", "why", "chosen", "remedies")
    for one in told:
        remedies = "\n".join(f"{name}: {text}" for name, text in one["remedies"].items())
        table.add_row(
            str(one["shortage"]),
            one["order"],
            one["sku"],
            str(one["pieces"]),
            one["why"],
            one["remedy"],
            remedies,
        )
    console.print(table)
    console.print(f"Choose: torgpred orders remedy {who.code} SHORTAGE other|wait|cancel")


def _remedies(one: dict[str, Any], free: list[str]) -> dict[str, str]:
    return {
        "other": f"free now: {', '.join(free)}" if free else "no other warehouse has any",
        "wait": "served by itself as soon as pieces come; the ship-by clock goes on",
        "cancel": f"the whole order {one['order']} is lost, and counts against the shop",
    }


def remedy(
    seller: Seller,
    number: Annotated[int, typer.Argument(metavar="SHORTAGE", help="Its number in the list.")],
    chosen: Annotated[Remedy, typer.Argument(help="other, wait or cancel.")],
    as_json: Json = False,
) -> None:
    """Do something about a shortage: take it from another warehouse, wait, or cancel the order."""
    enter()
    from torgpred.orders.services import shortages as lacks

    who = seller_of(seller)
    if chosen is Remedy.OTHER:
        served = lacks.from_other_warehouse(seller_id=who.id, shortage_id=number, actor=person())
        text = (
            f"{served.pieces} pieces are promised from elsewhere now."
            if served.pieces
            else "No warehouse has any free: wait, or cancel."
        )
        told = {"shortage": number, "pieces": served.pieces, "text": text}
    elif chosen is Remedy.WAIT:
        lacks.wait(seller_id=who.id, shortage_id=number)
        told = {"shortage": number, "text": "It waits, and is served as soon as pieces come."}
    else:
        text = lacks.cancel_at_marketplace(seller_id=who.id, shortage_id=number, actor=person())
        told = {"shortage": number, "text": text}
    if as_json:
        print_json(told)
    else:
        console.print(told["text"])


def reroute(
    seller: Seller, numbers: Orders, code: Where = "", shop: Shop = "", as_json: Json = False
) -> None:
    """Serve orders from one warehouse each that has all of it: the one named, or the best one.

    Local to the buyer goes first, then the warehouse with the lower rank.
    """
    enter()
    from torgpred.orders.services import rerouting
    from torgpred.stock.services.warehouses import warehouse_meant

    who = seller_of(seller)
    number = shop_number(who, shop)
    place = warehouse_meant(seller_id=who.id, code=code).id if code else None

    def one(order: str) -> str:
        done = rerouting.reroute(
            seller_id=who.id, order=order, warehouse_id=place, actor=person(), shop_id=number
        )
        moved = f"{done.pieces} pieces moved" if done.pieces else "nothing had to move"
        return f"all of it from {done.warehouse} ({moved})"

    each(numbers, one, {}, as_json=as_json)


def returns(seller: Seller, as_json: Json = False) -> None:
    """List what is expected back: it is stock again only when somebody saw it."""
    enter()
    from torgpred.orders.selectors import fulfilment

    who = seller_of(seller)
    found = fulfilment.expected_back(who.id)
    if as_json:
        print_json(found)
        return
    if not found:
        console.print(f"Nothing is expected back. All orders: torgpred orders list {who.code}")
        return
    table = Table("order", "SKU", "name", "sent", "seen back", "why")
    for one in found:
        table.add_row(one.order, one.sku, one.name, str(one.sent), str(one.seen), one.why)
    console.print(table)
    console.print(f"When it is there: torgpred orders return {who.code} ORDER SKU=PIECES")


def take_return(
    seller: Seller,
    order: Annotated[str, typer.Argument(help="The marketplace's number of the order.")],
    seen: Annotated[list[str], typer.Argument(metavar="SKU=PIECES...")],
    condition: Annotated[Seen, typer.Option(help="good lies in the warehouse again.")] = Seen.GOOD,
    code: Where = "",
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Write down what was seen to come back; each call is another sight."""
    pieces: dict[str, int] = {}
    for word in seen:
        sku, _, number = word.rpartition("=")
        if not sku or not number.isdecimal() or not int(number) or sku in pieces:
            raise typer.BadParameter(f"{word!r} is not SKU=PIECES, each SKU once, 1 or more")
        pieces[sku] = int(number)
    enter()
    from torgpred.orders.services import returning
    from torgpred.stock.services.warehouses import warehouse_meant

    who = seller_of(seller)
    place = warehouse_meant(seller_id=who.id, code=code)
    count = returning.see_returns(
        seller_id=who.id,
        order=order,
        pieces=pieces,
        warehouse_id=place.id,
        condition=condition.value,
        actor=person(),
        shop_id=shop_number(who, shop),
    )
    if as_json:
        told = {"order": order, "pieces": count, "condition": condition, "warehouse": place.code}
        print_json(told)
    else:
        where = f"lie in {place.code} again" if condition is Seen.GOOD else "are written off"
        console.print(f"{count} pieces of order {order} {where}.")

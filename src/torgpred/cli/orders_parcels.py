"""`torgpred orders parcels` and `handover`: the marketplace's logistics, to the transfer."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import enter
from torgpred.cli.order_words import Json, Seller, Shop, console, print_json, shop_number

if TYPE_CHECKING:
    from torgpred.channels.core.orders import Paper
    from torgpred.orders.services.handing_over import Listed
    from torgpred.orders.services.packing import Made

Names = Annotated[
    list[str], typer.Argument(metavar="ORDER...", help="Numbers of orders, or of parcels.")
]
Out = Annotated[Path | None, typer.Option("--out", help="Where a document that came is written.")]
List = Annotated[str, typer.Argument(metavar="LIST", help="The marketplace's number of the list.")]

parcels = typer.Typer(no_args_is_help=True, help="Parcels of the marketplace's own logistics.")
handover = typer.Typer(no_args_is_help=True, help="Lists of parcels that are handed over together.")


def register(orders: typer.Typer) -> None:
    """Add the commands."""
    orders.add_typer(parcels, name="parcels")
    orders.add_typer(handover, name="handover")


@parcels.command("make")
def make(
    seller: Seller,
    names: Annotated[
        list[str], typer.Argument(metavar="ORDER...", help="The marketplace's numbers of orders.")
    ],
    size: Annotated[str, typer.Option(metavar="LxWxH", help="Sides in cm; else as known.")] = "",
    weight: Annotated[str, typer.Option(metavar="KG", help="Weight in kg; else as known.")] = "",
    item: Annotated[
        list[str] | None,
        typer.Option(metavar="SKU=PIECES", help="Only these, where an order is split."),
    ] = None,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Have a parcel made of each order: all that is promised and not packed yet.

    Size and weight come from the catalogue and the statements. Repeating it makes none twice.
    """
    sides, weighs, items = _sides(size), _number(weight), _items(item or [])
    if items and len(set(names)) > 1:
        raise typer.BadParameter("--item is for one order")
    enter()
    from torgpred.orders.core.packing import Box
    from torgpred.orders.services.packing import Wish, make_parcels

    who = seller_of(seller)
    made = make_parcels(
        seller_id=who.id,
        orders=names,
        actor=person(),
        wish=Wish(Box(sides, weighs), items),
        shop_id=shop_number(who, shop),
    )
    _tell_made(made, as_json=as_json)
    if not as_json and any(one.parcel for one in made):
        console.print(f"Labels: torgpred orders parcels labels {who.code} {' '.join(names)}")


@parcels.command("show")
def show_parcels(
    seller: Seller,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ORDER]...", help="Default: those not handed over yet."),
    ] = None,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Show parcels: how far they are, on which list, and what went wrong."""
    enter()
    from torgpred.orders.selectors import fulfilment

    who = seller_of(seller)
    found = fulfilment.parcels(who.id, names or (), shop_id=shop_number(who, shop))
    if as_json:
        print_json(found)
        return
    if not found:
        console.print(f"No such parcels. Make some: torgpred orders parcels make {who.code} ORDER")
        return
    table = Table("order", "parcel", "holds", "track", "state", "marketplace", "list", "problem")
    for one in found:
        table.add_row(
            one.order,
            one.parcel,
            one.items,
            one.track_number,
            one.state,
            one.word,
            one.list,
            one.problem,
        )
    console.print(table)


@parcels.command("labels")
def labels(
    seller: Seller, names: Names, out: Out = None, shop: Shop = "", as_json: Json = False
) -> None:
    """Give the labels of parcels to be printed: an address, or a file with --out."""
    enter()
    from torgpred.orders.services import unpacking

    who = seller_of(seller)
    papers = unpacking.labels(seller_id=who.id, names=names, shop_id=shop_number(who, shop))
    _tell_papers(papers, out, as_json=as_json)


@parcels.command("delete")
def delete(seller: Seller, names: Names, shop: Shop = "", as_json: Json = False) -> None:
    """Have parcels deleted that were not handed over; their pieces may be packed anew."""
    enter()
    from torgpred.orders.services import unpacking

    who = seller_of(seller)
    gone = unpacking.delete_parcels(seller_id=who.id, names=names, shop_id=shop_number(who, shop))
    _tell_made(gone, as_json=as_json)


@handover.command("make")
def make_list(
    seller: Seller,
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ORDER]...", help="Orders or parcels; default: all that are free."),
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="When they are brought; default: today."),
    ] = None,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Put parcels on a new list, one a shop. Repeating it makes none twice."""
    enter()
    from torgpred.kernel.clock import now
    from torgpred.orders.services import handing_over

    who = seller_of(seller)
    arrival: date = day.date() if day else now().date()
    made = handing_over.make_handover(
        seller_id=who.id,
        names=names or (),
        arrival=arrival,
        actor=person(),
        shop_id=shop_number(who, shop),
    )
    _tell_lists(made, as_json=as_json)
    if not as_json and made[0].list:
        console.print(
            f"Paper: torgpred orders handover paper {who.code} {made[0].list}; when they are"
            f" handed over: torgpred orders handover transfer {who.code} {made[0].list}"
        )


@handover.command("add")
def add(seller: Seller, number: List, names: Names, shop: Shop = "", as_json: Json = False) -> None:
    """Put more parcels on a list that was not handed over yet."""
    enter()
    from torgpred.orders.services import handing_over

    who = seller_of(seller)
    told = handing_over.add(
        seller_id=who.id, handover=number, names=names, shop_id=shop_number(who, shop)
    )
    _tell_lists([told], as_json=as_json)


@handover.command("remove")
def remove(
    seller: Seller, number: List, names: Names, shop: Shop = "", as_json: Json = False
) -> None:
    """Take parcels off a list that was not handed over yet."""
    enter()
    from torgpred.orders.services import handing_over

    who = seller_of(seller)
    told = handing_over.remove(
        seller_id=who.id, handover=number, names=names, shop_id=shop_number(who, shop)
    )
    _tell_lists([told], as_json=as_json)


@handover.command("transfer")
def transfer(seller: Seller, number: List, shop: Shop = "", as_json: Json = False) -> None:
    """Declare a list handed over: the pieces of its parcels leave the stock, once."""
    enter()
    from torgpred.orders.services import handing_over

    who = seller_of(seller)
    told = handing_over.transfer(
        seller_id=who.id, handover=number, actor=person(), shop_id=shop_number(who, shop)
    )
    _tell_lists([told], as_json=as_json)
    if not as_json:
        console.print(f"{told.shipped} pieces left the stock by this.")


@handover.command("show")
def show_lists(seller: Seller, shop: Shop = "", as_json: Json = False) -> None:
    """Show a seller's handover lists, newest first."""
    enter()
    from torgpred.orders.selectors import fulfilment

    who = seller_of(seller)
    found = fulfilment.handovers(who.id, shop_id=shop_number(who, shop))
    if as_json:
        print_json(found)
        return
    if not found:
        console.print(f"No lists yet. Make one: torgpred orders handover make {who.code}")
        return
    table = Table("list", "shop", "state", "marketplace", "day", "parcels", "problem")
    for one in found:
        table.add_row(
            one.list,
            str(one.shop_id),
            one.state,
            one.word,
            str(one.arrival or ""),
            str(one.parcels),
            one.problem,
        )
    console.print(table)


@handover.command("paper")
def paper(
    seller: Seller, number: List, out: Out = None, shop: Shop = "", as_json: Json = False
) -> None:
    """Give the paper that goes with a list: an address, or a file with --out."""
    enter()
    from torgpred.orders.services import handing_over

    who = seller_of(seller)
    found = handing_over.document(seller_id=who.id, handover=number, shop_id=shop_number(who, shop))
    _tell_papers([found], out, as_json=as_json)


# --- within -------------------------------------------------------------------------------------
def _tell_made(made: "list[Made]", *, as_json: bool) -> None:
    if as_json:
        print_json(made)
    else:
        table = Table("order", "parcel", "track", "state", "problem")
        for one in made:
            table.add_row(one.order, one.parcel, one.track_number, one.state, one.problem)
        console.print(table)
    if any(one.problem for one in made):
        raise typer.Exit(1)


def _tell_lists(lists: "list[Listed]", *, as_json: bool) -> None:
    if as_json:
        print_json(lists)
    else:
        for one in lists:
            said = f": {one.problem}" if one.problem else ""
            count = len(one.parcels)
            console.print(
                f"List {one.list or '(no number yet)'}, {one.state}, {count} parcels{said}"
            )
    if any(one.problem for one in lists):
        raise typer.Exit(1)


def _tell_papers(papers: "list[Paper]", out: Path | None, *, as_json: bool) -> None:
    """Tell where documents are; one that came as bytes needs a file to lie in."""
    told: list[dict[str, Any]] = []
    for place, one in enumerate(papers):
        if not one.body:
            told.append({"address": one.address, "file": "", "media_type": one.media_type})
            continue
        if out is None:
            raise typer.BadParameter("the document came as a file: say where to put it by --out")
        file = out if place == 0 else out.with_stem(f"{out.stem}-{place + 1}")
        file.write_bytes(one.body)
        told.append({"address": "", "file": str(file), "media_type": one.media_type})
    if as_json:
        print_json(told)
        return
    for doc in told:
        console.print(doc["file"] or doc["address"], soft_wrap=True)


def _sides(given: str) -> tuple[Decimal, Decimal, Decimal] | None:
    if not given:
        return None
    sides = [_number(one) for one in given.lower().replace("х", "x").replace("*", "x").split("x")]
    match sides:
        case [Decimal() as length, Decimal() as width, Decimal() as height]:
            return length, width, height
    raise typer.BadParameter(f"{given!r} is not LxWxH in centimetres, such as 30x20x12")


def _number(given: str) -> Decimal | None:
    if not given:
        return None
    try:
        found = Decimal(given.strip().replace(",", "."))
    except InvalidOperation:
        found = Decimal(0)
    if not found.is_finite() or found <= 0:
        raise typer.BadParameter(f"{given!r} is not a number above 0")
    return found


def _items(given: list[str]) -> dict[str, int]:
    items: dict[str, int] = {}
    for word in given:
        sku, _, number = word.rpartition("=")
        if not sku or not number.isdecimal() or not int(number) or sku in items:
            raise typer.BadParameter(f"{word!r} is not SKU=PIECES, each SKU once, 1 or more")
        items[sku] = int(number)
    return items

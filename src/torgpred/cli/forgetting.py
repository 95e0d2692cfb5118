"""`torgpred forget`: a buyer asks to be erased before the set time is over."""

from typing import Annotated

import typer
from rich.console import Console

from torgpred.cli.choosing import person, seller_of, shop_meant
from torgpred.cli.counting import counted
from torgpred.cli.entering import enter

console = Console(markup=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("forget")(forget)


def forget(
    order: Annotated[str, typer.Argument(help="The marketplace's number of the buyer's order.")],
    seller: Annotated[str, typer.Option(help="Only in this seller's part of it.")] = "",
    shop: Annotated[str, typer.Option(help="Number or name of the shop.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Erase an order's buyer, with the messages, now and for good.

    Without it, that happens the set number of days after the order ended.
    """
    enter()
    import msgspec

    from torgpred.orders.services import erasing

    whose = seller_of(seller).id if seller else None
    where = shop_meant(shop).id if shop else None
    if not yes:
        typer.confirm(f"Erase the buyer of order {order} for good?", abort=True, err=True)
    erased = erasing.forget(order=order, actor=person(), seller_id=whose, shop_id=where)
    if as_json:
        told = {"order": order, **msgspec.structs.asdict(erased)}
        typer.echo(msgspec.json.encode(told).decode())
        return
    parts = [
        counted(erased.buyers, "address", "addresses"),
        counted(erased.messages, "message"),
    ]
    if erased.views:
        parts.append(counted(erased.views, "saved view"))
    console.print(f"Erased: {', '.join(parts)}.")

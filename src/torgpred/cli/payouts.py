"""`torgpred payouts`: what the marketplace says that it will pay, beside what it should."""

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import seller_of
from torgpred.cli.entering import enter

if TYPE_CHECKING:
    from torgpred.orders.selectors.payouts import PayoutCard

console = Console(markup=False)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("payouts")(payouts)


def payouts(
    seller: Annotated[str, typer.Argument(help="Code of the seller.")],
    order: Annotated[str, typer.Option(help="Only this order, by the marketplace's number.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Compare the marketplace's estimate of each consignment's payout with ours."""
    enter()
    import msgspec

    from torgpred.orders.selectors.payouts import payouts as expected

    who = seller_of(seller)
    found = expected(who.id, order=order, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        console.print("No consignments to be paid for. Read the shops: torgpred orders pull")
        return
    table = Table("order", "goods", "marketplace says", "ours", "difference", "made of", "you keep")
    for one in found:
        table.add_row(
            one.order,
            f"{one.amount} {one.currency}",
            _sum(one.theirs),
            _sum(one.ours.payout),
            _sum(one.difference.amount),
            _parts(one),
            _sum(one.keeps),
        )
    console.print(table)
    for reason in dict.fromkeys(why for one in found for why in one.ours.unknown):
        console.print(f"Not known: {reason}")


def _sum(amount: Decimal | None) -> str:
    return "not known" if amount is None else str(amount)


def _parts(card: "PayoutCard") -> str:
    return ", ".join(f"{one.label} {one.amount:+}" for one in card.difference.parts)

"""`torgpred reference`: what a seller's goods cost elsewhere."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import edits, enter
from torgpred.cli.papers import day_of

UNUSABLE = 2
"""Exit code for a file of which nothing could be used."""
_SHOWN = 30

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]

reference = typer.Typer(no_args_is_help=True, help="What the same goods cost elsewhere.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(reference, name="reference")


@reference.command("set")
@edits
def set_reference(
    seller: Seller,
    sku: Annotated[str, typer.Argument(help="The seller's SKU.")],
    price: Annotated[str, typer.Argument(help="What it costs there.")],
    currency: Annotated[str, typer.Argument(help="Currency, such as RUB.")],
    source: Annotated[str, typer.Option("--source", help="Where it was seen.")],
    day: Annotated[str, typer.Option("--date", help="YYYY-MM-DD; today if not given.")] = "",
    family: Annotated[str, typer.Option(help="For this marketplace only.")] = "",
) -> None:
    """Record what an offer costs elsewhere. See policy set --reference-gap."""
    from torgpred.cli.decisions import UnreadableNumberError
    from torgpred.kernel.quantity import decimal_of
    from torgpred.listings.core.references import ReferencePrice
    from torgpred.listings.services import references

    amount = decimal_of(price)
    if amount is None:
        raise UnreadableNumberError(given=price)
    seen = ReferencePrice(
        key=sku,
        amount=amount,
        currency=currency.upper(),
        seen_on=day_of(day) or datetime.now(UTC).date(),
        source=source,
    )
    references.give_reference(
        seller_id=seller_of(seller).id, price=seen, family=family, given_by=person()
    )


@reference.command("read")
def read(
    seller: Seller,
    file: Annotated[Path, typer.Argument(help="CSV or XLSX with columns SKU and price.")],
    source: Annotated[str, typer.Option("--source", help="For rows that name none.")] = "",
    currency: Annotated[str, typer.Option("--currency", help="For rows that name none.")] = "",
    day: Annotated[str, typer.Option("--date", help="For rows that name none.")] = "",
    as_json: Json = False,
) -> None:
    """Take in a file of reference prices. Exit code 2 if nothing of it could be used."""
    if not file.is_file():
        Console(stderr=True).print(f"There is no file {escape(str(file))}.", highlight=False)
        raise typer.Exit(UNUSABLE)
    enter()
    import msgspec

    from torgpred.listings.services import references

    report = references.read_references(
        seller_id=seller_of(seller).id,
        path=file,
        given_by=person(),
        source=source,
        currency=currency,
        seen_on=day_of(day),
    )
    findings = [one.as_dict() for one in report.findings]
    if as_json:
        told = msgspec.to_builtins(report) | {"findings": findings}
        typer.echo(msgspec.json.encode(told).decode())
    else:
        typer.echo(
            f"{report.taken} reference prices read, {report.changed} of them new or changed."
        )
        table = Table("", "where", "what", "mend")
        for one in findings[:_SHOWN]:
            cells = (one["severity"], one["place"], one["message"], one["mend"])
            table.add_row(*map(escape, cells))
        if findings:
            Console().print(table)
        rest = sum(report.finding_totals.values()) - len(findings[:_SHOWN])
        if rest > 0:
            typer.echo(f"... and {rest} more: --json lists them.")
    if not report.taken:
        raise typer.Exit(UNUSABLE)


@reference.command("list")
def list_references(
    seller: Seller,
    sku: Annotated[str, typer.Argument(help="One offer; all if not given.")] = "",
    limit: Annotated[int, typer.Option(help="So many at most.")] = 100,
    as_json: Json = False,
) -> None:
    """List reference prices, the newest first."""
    enter()
    import msgspec

    from torgpred.listings.services import references

    found = references.references(seller_of(seller).id, key=sku, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    table = Table("SKU", "price", "seen", "source", "for", "given by")
    for one in found:
        price = f"{one.amount.normalize():f} {one.currency}"
        cells = (one.key, price, str(one.seen_on), one.source, one.family or "any", one.given_by)
        table.add_row(*map(escape, cells))
    Console().print(table)

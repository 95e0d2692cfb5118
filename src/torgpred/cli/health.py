"""`torgpred health`: how the marketplaces and the work for them stand."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.entering import enter


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("health")(health)


def health(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Tell what is wrong with shops, tokens, stock, orders and jobs, and what to do. Calls nobody.

    Ends with 1 where something is wrong that a person has to look at.
    """
    enter()
    import msgspec

    from torgpred.kernel.findings import Severity
    from torgpred.orders.selectors.health import health as look

    found = look()
    if as_json:
        told = msgspec.to_builtins(found) | {"troubles": [one.as_dict() for one in found.troubles]}
        typer.echo(msgspec.json.encode(told).decode())
    else:
        console = Console(markup=False)
        names = {str(one.shop_id): f"shop {one.shop_id} {one.name}" for one in found.shops}
        table = Table("where", "what", "what to do")
        for one in found.troubles:
            table.add_row(names.get(one.place, one.place), one.message, one.mend)
        console.print(table if found.troubles else f"All is well: {len(found.shops)} shops.")
    if any(one.severity is Severity.ERROR for one in found.troubles):
        raise typer.Exit(1)

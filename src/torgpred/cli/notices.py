"""`torgpred notices`: what members are told away from the screen."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import tenant_of
from torgpred.cli.entering import enter

notices = typer.Typer(no_args_is_help=True, help="What members are told by mail and messenger.")
console = Console(markup=False, emoji=False, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(notices, name="notices")


@notices.command("list")
def listed(
    tenant: Annotated[
        str, typer.Argument(help="Code of a seller, or OPERATOR; all if not given.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False,
) -> None:
    """Show the notices of a tenant's members, the newest first."""
    enter()
    import msgspec

    from torgpred.notices import selectors

    found = selectors.notices(tenant_of(tenant).id if tenant else None, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        console.print("No notices yet. A worker writes them down: torgpred worker")
        return
    table = Table("member", "by", "kind", "due (UTC)", "state", "problem")
    for one in found:
        table.add_row(
            one.email, one.channel, one.kind, f"{one.due_at:%Y-%m-%d %H:%M}", one.state, one.problem
        )
    console.print(table)


@notices.command("test")
def test(
    tenant: Annotated[str, typer.Argument(help="Code of the seller, or OPERATOR.")],
    email: Annotated[str, typer.Argument(help="Mail address of the member.")],
) -> None:
    """Send a member a trial by each of its ways, at once."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.notices.services import sending

    member = accounts.member_of(tenant_of(tenant).id, email)
    ways = sending.trial(member)
    console.print(f"Sent by {', '.join(ways)}." if ways else "This member wants no notices.")

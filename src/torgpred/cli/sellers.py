"""`torgpred seller` and `torgpred member`: whom the operator represents, and who works there."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.entering import enter

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]

seller = typer.Typer(no_args_is_help=True, help="Take on sellers and list them.")
member = typer.Typer(no_args_is_help=True, help="People who work at a seller, partner or here.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(seller, name="seller")
    app.add_typer(member, name="member")


@seller.command("add")
def add(
    name: str,
    country: Annotated[str, typer.Option(help="Two letters, such as RU or CN.")] = "RU",
    registration: Annotated[str, typer.Option(help="INN, USCC or the like.")] = "",
    code: Annotated[str, typer.Option(help="Short code; made up if not given.")] = "",
    as_json: Json = False,
) -> None:
    """Take on a seller."""
    enter()
    from torgpred.accounts import services

    card = services.add_seller(name=name, country=country, registration=registration, code=code)
    if as_json:
        typer.echo(json.dumps(asdict(card), ensure_ascii=False))
    else:
        typer.echo(f"{card.code}  {card.name}")


@seller.command("list")
def list_sellers(as_json: Json = False) -> None:
    """List the sellers."""
    enter()
    from torgpred.accounts import selectors

    cards = selectors.sellers()
    if as_json:
        typer.echo(json.dumps([asdict(card) for card in cards], ensure_ascii=False))
        return
    if not cards:
        typer.echo("No sellers yet. Take one on: torgpred seller add NAME")
        return
    table = Table("code", "name", "country", "registration")
    for card in cards:
        table.add_row(card.code, card.name, card.country, card.registration)
    Console().print(table)


@member.command("add")
def add_member(
    tenant: Annotated[str, typer.Argument(help="Code of the seller, partner or OPERATOR.")],
    email: str,
    name: str,
    role: Annotated[str, typer.Option(help="manager, staff or reader.")] = "staff",
) -> None:
    """Make a person a member of a tenant."""
    enter()
    from torgpred.accounts import selectors, services

    with services.acting("command line"):
        card = services.add_member(
            tenant_id=selectors.tenant(tenant).id, email=email, name=name, role=role
        )
    typer.echo(f"{card.name} <{card.email}>: {card.role}")


@member.command("list")
def list_members(tenant: str) -> None:
    """List the members of a tenant."""
    enter()
    from torgpred.accounts import selectors

    table = Table("id", "name", "e-mail", "role", "ended")
    for card in selectors.members(selectors.tenant(tenant).id):
        ended = card.ended_at.date().isoformat() if card.ended_at else ""
        table.add_row(str(card.id), card.name, card.email, card.role, ended)
    Console().print(table)

"""`torgpred token`: how programs sign in to the API."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import person, tenant_of
from torgpred.cli.entering import edits, enter

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Tenant = Annotated[str, typer.Argument(help="Code of the seller, or OPERATOR.")]

token = typer.Typer(no_args_is_help=True, help="Tokens by which programs use the API.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(token, name="token")


@token.command("add")
@edits
def add(
    tenant: Tenant,
    name: Annotated[str, typer.Argument(help="What it is for.")],
    scope: Annotated[
        list[str], typer.Option(help="What it may do, such as stock:write; several times.")
    ],
    days: Annotated[int, typer.Option(help="For how long it holds.")] = 90,
    as_json: Json = False,
) -> None:
    """Make a token and print its secret, which is shown only now.

    Scopes: catalogue:read, catalogue:write, shops:read, shops:write, plans:read, plans:write,
    plans:apply, stock:read, stock:write, orders:read, orders:personal, orders:write,
    messages:write, campaigns:read, campaigns:write, campaigns:consent, prices:read, prices:write,
    asks:read, asks:write.
    """
    from torgpred.accounts import services

    where = tenant_of(tenant)
    card, secret = services.make_token(
        tenant_id=where.id, name=name, scopes=scope, days=days, made_by=person()
    )
    services.record_deed(
        tenant_id=where.id,
        email=person(),
        on_behalf=False,
        what="token-make",
        about=f"{card.id} {card.name}",
    )
    if as_json:
        told = {**asdict(card), "secret": secret}
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    console = Console(markup=False, soft_wrap=True)
    console.print(f"Token {card.id} holds until {card.expires_at:%Y-%m-%d}. Keep its secret:")
    typer.echo(secret)


@token.command("list")
def list_tokens(tenant: Tenant, as_json: Json = False) -> None:
    """List the tokens of a seller or the operator, the newest first."""
    enter()
    from torgpred.accounts.selectors.tokens import tokens

    where = tenant_of(tenant)
    cards = tokens(where.id)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in cards], ensure_ascii=False, default=str))
        return
    if not cards:
        typer.echo(f"No tokens yet. Make one: torgpred token add {where.code} NAME --scope ...")
        return
    table = Table("token", "name", "scopes", "made by", "until", "last used", "state")
    for one in cards:
        used = f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "never"
        until = f"{one.expires_at:%Y-%m-%d}"
        scopes = " ".join(one.scopes)
        table.add_row(str(one.id), one.name, scopes, one.made_by, until, used, one.state)
    Console(markup=False).print(table)


@token.command("revoke")
@edits
def revoke(
    tenant: Tenant,
    number: Annotated[int, typer.Argument(metavar="TOKEN", help="Its number in the list.")],
) -> None:
    """Make a token worthless, at once and for good."""
    from torgpred.accounts import services

    where = tenant_of(tenant)
    card = services.revoke_token(tenant_id=where.id, token_id=number)
    services.record_deed(
        tenant_id=where.id,
        email=person(),
        on_behalf=False,
        what="token-revoke",
        about=f"{card.id} {card.name}",
    )
    typer.echo(f"Token {card.id} ({card.name}) opens nothing any more.")

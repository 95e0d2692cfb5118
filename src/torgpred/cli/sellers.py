"""`torgpred seller` and `torgpred member`: whom the operator represents, and who works there."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import tenant_of
from torgpred.cli.entering import edits, enter, person

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]

seller = typer.Typer(no_args_is_help=True, help="Take on sellers and list them.")
member = typer.Typer(no_args_is_help=True, help="People who work at a seller, partner or here.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(seller, name="seller")
    app.add_typer(member, name="member")


@seller.command("add")
@edits
def add(
    name: str,
    country: Annotated[str, typer.Option(help="Two letters, such as RU or CN.")] = "RU",
    registration: Annotated[str, typer.Option(help="INN, USCC or the like.")] = "",
    code: Annotated[str, typer.Option(help="Short code; made up if not given.")] = "",
    as_json: Json = False,
) -> None:
    """Take on a seller."""
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
    Console(markup=False).print(table)


@member.command("add")
@edits
def add_member(
    tenant: Annotated[str, typer.Argument(help="Code of the seller, partner or OPERATOR.")],
    email: str,
    name: str,
    role: Annotated[str, typer.Option(help="manager, staff or reader.")] = "staff",
    language: Annotated[str, typer.Option(help="en, ru or zh-hans.")] = "ru",
) -> None:
    """Make a person a member of a tenant, also one who was a member once."""
    from torgpred.accounts import services

    card = services.add_member(
        tenant_id=tenant_of(tenant).id, email=email, name=name, role=role, language=language
    )
    typer.echo(f"{card.name} <{card.email}>: {card.role}")


@member.command("invite")
@edits
def invite_member(
    tenant: Annotated[str, typer.Argument(help="Code of the seller, partner or OPERATOR.")],
    email: str,
    name: str,
    role: Annotated[str, typer.Option(help="manager, staff or reader.")] = "manager",
    language: Annotated[str, typer.Option(help="en, ru or zh-hans.")] = "ru",
) -> None:
    """Print a link by which a person sets a password and becomes a member; the first one, too.

    It holds for seven days, for one person, and is shown this once: hand it over in private.
    """
    from django.urls import reverse

    from torgpred.accounts import services
    from torgpred.runtime.options import options

    token = services.invite(
        tenant_id=tenant_of(tenant).id,
        email=email,
        name=name,
        role=role,
        language=language,
        invited_by=person(),
    )
    base = options().public_url.rstrip("/") or "http://127.0.0.1:8800"
    typer.echo(base + reverse("invitation", kwargs={"token": token}))


@member.command("change")
@edits
def change_member(
    tenant: Annotated[str, typer.Argument(help="Code of the seller, partner or OPERATOR.")],
    email: str,
    role: Annotated[str, typer.Option(help="manager, staff or reader.")],
) -> None:
    """Give a member another role."""
    from torgpred.accounts import selectors, services

    where = tenant_of(tenant).id
    card = services.set_role(
        tenant_id=where, member_id=selectors.member_of(where, email).id, role=role
    )
    typer.echo(f"{card.name} <{card.email}>: {card.role}")


@member.command("end")
@edits
def end_member(
    tenant: Annotated[str, typer.Argument(help="Code of the seller, partner or OPERATOR.")],
    email: str,
) -> None:
    """End a person's membership; what the person did stays on record."""
    from torgpred.accounts import selectors, services

    where = tenant_of(tenant).id
    card = services.end_membership(tenant_id=where, member_id=selectors.member_of(where, email).id)
    typer.echo(f"{card.name} <{card.email}>: ended")


@member.command("list")
def list_members(tenant: str, as_json: Json = False) -> None:
    """List the members of a tenant."""
    enter()
    from torgpred.accounts import selectors

    cards = selectors.members(tenant_of(tenant).id)
    if as_json:
        typer.echo(json.dumps([asdict(card) for card in cards], ensure_ascii=False, default=str))
        return
    table = Table("id", "name", "e-mail", "role", "ended")
    for card in cards:
        ended = card.ended_at.date().isoformat() if card.ended_at else ""
        table.add_row(str(card.id), card.name, card.email, card.role, ended)
    Console(markup=False).print(table)

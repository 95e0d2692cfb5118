"""`torgpred shop`: accounts on marketplaces."""

import json
import os
import sys
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from torgpred.cli.entering import enter

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]

shop = typer.Typer(no_args_is_help=True, help="Shops: accounts on marketplaces.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(shop, name="shop")


@shop.command("add")
def add(
    owner: Annotated[str, typer.Argument(help="Seller's code, or OPERATOR for a joint shop.")],
    family: Annotated[str, typer.Option(help="Marketplace family.")] = "aliexpress_ru",
    name: Annotated[str, typer.Option(help="What people call it; default: the family.")] = "",
    address: Annotated[str, typer.Option(help="Base address, for a twin or a proxy.")] = "",
    currency: Annotated[str, typer.Option(help="Default: the marketplace's.")] = "",
    credential: Annotated[
        list[str] | None,
        typer.Option(
            "--credential",
            metavar="NAME=VALUE",
            help="A credential. It stays in the shell's history: better let it be asked for, set"
            " TORGPRED_SHOP_NAME (such as TORGPRED_SHOP_TOKEN), or use --stdin.",
        ),
    ] = None,
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the token, or a JSON object, from standard input.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a shop. Its secrets are asked for, and kept encrypted."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.accounts.services import acting
    from torgpred.channels import services

    of = services.family(family)
    tenant = accounts.tenant(owner)
    given = _credentials(of.credential_fields, credential or [], stdin=stdin)
    with acting("command line"):
        card = services.add_shop(
            tenant_id=tenant.id,
            family=family,
            name=name or of.name,
            address=address,
            currency=currency,
            credentials=given,
        )
    if as_json:
        typer.echo(json.dumps({**asdict(card), "owner": tenant.code}, ensure_ascii=False))
    else:
        typer.echo(f"shop {card.id}  {card.name}  {card.address}")
        typer.echo(f"Try it: torgpred shop test {card.id}")


def _credentials(fields: tuple[str, ...], given: list[str], *, stdin: bool) -> dict[str, str]:
    """Collect the credentials: from the command line, standard input, environment, or a prompt."""
    found = _piped(fields, sys.stdin.read()) if stdin else {}
    for one in given:
        name, equals, text = one.partition("=")
        if not equals:
            raise typer.BadParameter("NAME=VALUE is wanted", param_hint="--credential")
        found[name.strip()] = text
    for field in fields:
        if field not in found:
            found[field] = os.environ.get(f"TORGPRED_SHOP_{field.upper()}", "")
        if not found[field] and sys.stdin.isatty():
            found[field] = typer.prompt(field, hide_input=True)
    return found


def _piped(fields: tuple[str, ...], text: str) -> dict[str, str]:
    """Read a JSON object of credentials, or the one secret that the marketplace asks for."""
    try:
        read = json.loads(text)
    except ValueError:
        read = None
    if isinstance(read, dict):
        return {str(name): str(value) for name, value in read.items()}
    if len(fields) == 1 and len(text.split()) == 1:
        return {fields[0]: text.strip()}
    raise typer.BadParameter(f"a JSON object is wanted: {', '.join(fields)}", param_hint="--stdin")


@shop.command("list")
def list_shops(
    seller: Annotated[str, typer.Argument(help="Seller's code; all shops if not given.")] = "",
    as_json: Json = False,
) -> None:
    """List the shops; of a seller, those it sells in."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.channels import selectors

    cards = selectors.shops_of(accounts.tenant(seller).id) if seller else selectors.shops()
    if as_json:
        typer.echo(json.dumps([asdict(card) for card in cards], ensure_ascii=False))
        return
    if not cards:
        typer.echo("No shops yet. Add one: torgpred shop add SELLER")
        return
    table = Table("shop", "name", "marketplace", "address", "state", "joint", "last test")
    for card in cards:
        trial = selectors.trial(card.id)
        verdict = "" if trial is None else ("ok" if trial.ok else trial.message)
        table.add_row(
            str(card.id),
            card.name,
            card.family,
            card.address,
            card.state.value,
            "yes" if card.joint else "",
            verdict,
        )
    Console().print(table)


@shop.command("test")
def try_shop(
    shop_id: Annotated[int, typer.Argument(metavar="SHOP", help="Number of the shop.")],
    as_json: Json = False,
) -> None:
    """Try a shop's credentials with calls that change nothing. Exit code 1 where they fail."""
    enter()
    from torgpred.channels import services

    report = services.test_shop(shop_id)
    if as_json:
        templates = [{"id": one.id, "name": one.name} for one in report.templates]
        told = {"ok": report.ok, "message": report.message, "templates": templates}
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        typer.echo(("It works. " if report.ok else "It does not work. ") + report.message)
        for one in report.templates:
            typer.echo(f"delivery template {one.id}  {one.name}")
    if not report.ok:
        raise typer.Exit(1)


@shop.command("learn")
def learn(
    shop_id: Annotated[int, typer.Argument(metavar="SHOP", help="Number of the shop.")],
    force: Annotated[bool, typer.Option(help="Believe a tree that lost half its leaves.")] = False,
    as_json: Json = False,
) -> None:
    """Learn the marketplace's categories, and the shop's brands and delivery templates."""
    enter()
    from torgpred.channels import services

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("categories", total=None)
        leaves = services.learn_rules(
            shop_id, force=force, progress=lambda done: bar.update(task, completed=done)
        )
    typer.echo(json.dumps({"leaves": leaves}) if as_json else f"{leaves} categories take goods.")


@shop.command("admit")
def admit(
    shop_id: Annotated[int, typer.Argument(metavar="SHOP", help="Number of a joint shop.")],
    seller: Annotated[str, typer.Argument(help="Seller's code.")],
) -> None:
    """Let a seller's goods into a joint shop."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.accounts.services import acting
    from torgpred.channels import services

    with acting("command line"):
        services.admit_seller(shop_id=shop_id, seller_id=accounts.tenant(seller).id)
    typer.echo("Admitted.")


@shop.command("secret")
def secret(
    shop_id: Annotated[int, typer.Argument(metavar="SHOP", help="Number of the shop.")],
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the token, or a JSON object, from standard input.")
    ] = False,
) -> None:
    """Replace a shop's secrets, such as a token that has died."""
    enter()
    from torgpred.accounts.services import acting
    from torgpred.channels import services

    given = _credentials(services.family_of(shop_id).credential_fields, [], stdin=stdin)
    with acting("command line"):
        services.replace_credentials(shop_id=shop_id, credentials=given)
    typer.echo("Replaced.")

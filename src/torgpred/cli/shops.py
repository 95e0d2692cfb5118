"""`torgpred shop`: accounts on marketplaces."""

import json
import os
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from torgpred.channels.core.shops import ShopState
from torgpred.cli.choosing import person, seller_of, shop_meant, tenant_of
from torgpred.cli.entering import edits, enter

SHOP_HELP = "Number or name of the shop, or the code of a seller who has one shop."
Meant = Annotated[str, typer.Argument(metavar="SHOP", help=SHOP_HELP)]
OfSeller = Annotated[str, typer.Option("--shop", help="Which of the seller's shops, if several.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]

shop = typer.Typer(no_args_is_help=True, help="Shops: accounts on marketplaces.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(shop, name="shop")


@shop.command("add")
@edits
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
    test: Annotated[
        bool, typer.Option(help="Try it at once, and learn the marketplace's rules if need be.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Add a shop and try it. Its secrets are asked for, and kept encrypted."""
    from torgpred.channels import services
    from torgpred.kernel.errors import OutboundError

    of = services.family(family)
    tenant = tenant_of(owner)
    card = services.add_shop(
        tenant_id=tenant.id,
        family=family,
        name=name or of.name,
        address=address,
        currency=currency,
        credentials=_credentials(of.credential_fields, credential or [], stdin=stdin),
    )
    told: dict[str, Any] = {**asdict(card), "owner": tenant.code}
    if not as_json:
        typer.echo(f"shop {card.id}  {card.name}  {card.address}")
    if test:
        try:
            told["test"] = _tried(card.id, quiet=as_json)
        except OutboundError as error:
            # The shop is added all the same: whoever answers too late may be asked again.
            told["test"] = {"ok": False, "message": str(error), "templates": []}
            typer.echo(f"{error} Try again: torgpred shop test {card.id}", err=True)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))


def _tried(shop_id: int, *, quiet: bool) -> dict[str, Any]:
    """Test a shop, learn what is not known of it yet, and return what came of it."""
    from torgpred.channels import services

    report = services.test_shop(shop_id)
    if not quiet:
        typer.echo(("It works. " if report.ok else "It does not work. ") + report.message)
        for one in report.templates:
            typer.echo(f"delivery template {one.id}  {one.name}")
    if report.ok:
        with Progress(console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("categories", total=None)
            services.learn_missing(shop_id, progress=lambda done: bar.update(task, completed=done))
    templates = [{"id": one.id, "name": one.name} for one in report.templates]
    return {"ok": report.ok, "message": report.message, "templates": templates}


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
        if not all(isinstance(value, str) for value in read.values()):
            raise typer.BadParameter("every value must be text", param_hint="--stdin")
        return {str(name): value for name, value in read.items()}
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
    from torgpred.channels import selectors

    cards = selectors.shops_of(tenant_of(seller).id) if seller else selectors.shops()
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
    Console(markup=False).print(table)


@shop.command("test")
def try_shop(meant: Meant, shop: OfSeller = "", as_json: Json = False) -> None:
    """Try a shop's credentials with calls that change nothing. Exit code 1 where they fail.

    What is not known yet (categories, brands, delivery templates) is learnt on the way.
    """
    enter()
    told = _tried(shop_meant(meant, shop).id, quiet=as_json)
    if as_json:
        typer.echo(json.dumps(told, ensure_ascii=False))
    if not told["ok"]:
        raise typer.Exit(1)


@shop.command("learn")
def learn(
    meant: Meant,
    shop: OfSeller = "",
    force: Annotated[bool, typer.Option(help="Believe a tree that lost half its leaves.")] = False,
    as_json: Json = False,
) -> None:
    """Learn the marketplace's categories anew, and the shop's brands and delivery templates."""
    enter()
    from torgpred.channels import services

    card = shop_meant(meant, shop)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("categories", total=None)
        leaves = services.learn_rules(
            card.id, force=force, progress=lambda done: bar.update(task, completed=done)
        )
    typer.echo(json.dumps({"leaves": leaves}) if as_json else f"{leaves} categories take goods.")


@shop.command("change")
@edits
def change(
    meant: Meant,
    shop: OfSeller = "",
    name: Annotated[str | None, typer.Option(help="What people call it.")] = None,
    address: Annotated[str | None, typer.Option(help="Base address of its calls.")] = None,
    state: Annotated[ShopState | None, typer.Option(help="Paused: only tests are sent.")] = None,
) -> None:
    """Change a shop's name, address or state; what is not given stays."""
    from torgpred.channels import services

    card = services.change_shop(
        shop_id=shop_meant(meant, shop).id, name=name, address=address, state=state
    )
    typer.echo(f"shop {card.id}  {card.name}  {card.address}  {card.state.value}")


@shop.command("admit")
@edits
def admit(
    meant: Annotated[str, typer.Argument(metavar="SHOP", help="Number or name of a joint shop.")],
    seller: Annotated[str, typer.Argument(help="Seller's code.")],
) -> None:
    """Let a seller's goods into a joint shop."""
    from torgpred.channels import services

    services.admit_seller(shop_id=shop_meant(meant).id, seller_id=seller_of(seller).id)
    typer.echo("Admitted.")


@shop.command("adopt")
def adopt(
    meant: Meant,
    shop: OfSeller = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="Try again by barcode what could not be bound.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bind listings that stood in the shop before us to the products that they are.

    By SKU, then by barcode. What cannot be bound is listed with the reason, and never touched.
    """
    enter()
    from torgpred.listings import selectors
    from torgpred.listings.services import adopting, observing

    card = shop_meant(meant, shop)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("looking at the shop", total=None)
        observing.observe(
            shop_id=card.id, on_progress=lambda met, _: bar.update(task, completed=met)
        )
        task = bar.add_task("details", total=None)
        adopted = adopting.adopt(
            shop_id=card.id,
            actor=person(),
            anew=anew,
            on_progress=lambda done, all_: bar.update(task, completed=done, total=all_),
        )
    left = selectors.unbound(card.id)
    if as_json:
        told = {"bound": adopted.bound, "left": [asdict(one) for one in left]}
        typer.echo(json.dumps(told, ensure_ascii=False))
        return
    typer.echo(f"{adopted.bound} bound now, {len(left)} in the shop are not ours.")
    if left:
        table = Table("listing", "SKU", "title", "state", "why it is not bound")
        for one in left:
            table.add_row(one.remote_id, ", ".join(one.skus), one.title, one.status, one.why)
        Console(markup=False).print(table)


@shop.command("secret")
@edits
def secret(
    meant: Meant,
    shop: OfSeller = "",
    stdin: Annotated[
        bool, typer.Option("--stdin", help="Read the token, or a JSON object, from standard input.")
    ] = False,
) -> None:
    """Replace a shop's secrets, such as a token that has died."""
    from torgpred.channels import services

    card = shop_meant(meant, shop)
    given = _credentials(services.family_of(card.id).credential_fields, [], stdin=stdin)
    services.replace_credentials(shop_id=card.id, credentials=given)
    typer.echo("Replaced.")

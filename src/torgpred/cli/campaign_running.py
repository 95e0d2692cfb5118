"""`torgpred campaign ready ...`: how a settled campaign runs, its packs and proofs."""

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.campaign_options import Code, Json, tell
from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.entering import edits, enter

console = Console(markup=False, emoji=False, highlight=False)

Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Shop = Annotated[str, typer.Option("--shop", help="Id or name; not needed with one shop.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("ready", ready), ("pack", pack), ("proof", proof),
    ):  # fmt: skip
        app.command(name)(command)


def ready(code: Code, as_json: Json = False) -> None:
    """Show how far each seller is in each shop: pieces kept, prices planned, what lacks."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.campaigns import selectors
    from torgpred.channels import selectors as channels

    card = selectors.campaign(code)
    found = selectors.readiness(card.id)
    sellers = {one.id: one.code for one in accounts.sellers()}
    rows: list[dict[str, Any]] = [
        {
            "seller": sellers.get(one.seller_id, str(one.seller_id)),
            "shop": channels.shop(one.shop_id).name,
            "stage": one.stage.value,
            "asked": one.asked,
            "kept": one.kept,
            "offers": one.offers,
            "prices": one.prices,
            "troubles": [it.as_dict() for it in one.troubles],
        }
        for one in found
    ]
    if as_json:
        tell({"campaign": card.code, "state": card.state.value, "ready": rows})
        return
    table = Table("seller", "shop", "stage", "pieces", "prices", "lacks")
    for one in rows:
        table.add_row(
            one["seller"], one["shop"], one["stage"], f"{one['kept']} of {one['asked']}",
            f"{one['prices']} of {one['offers']}", str(len(one["troubles"])),
        )  # fmt: skip
    console.print(f"{card.code} is {card.state.value}.")
    console.print(table)
    for row in found:
        for it in row.troubles:
            console.print(f"{it.place}: {it.message} {it.mend}")


def pack(
    code: Code,
    seller: Seller,
    target: Annotated[Path, typer.Argument(help="The workbook to write (xlsx).")],
    shop: Shop = "",
) -> None:
    """Write the workbook to go by in a marketplace's cabinet that takes no enrolment by a call."""
    enter()
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import packs

    card, owner = selectors.campaign(code), seller_of(seller)
    content = packs.pack(campaign_id=card.id, seller_id=owner.id, shop_id=shop_of(owner, shop).id)
    target.write_bytes(content)
    console.print(f"{target} is written.")


@edits
def proof(
    code: Code,
    seller: Seller,
    note: Annotated[str, typer.Option("--note", help="What the marketplace said.")] = "",
    file: Annotated[
        Path | None, typer.Option("--file", exists=True, dir_okay=False, help="A screenshot.")
    ] = None,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Keep what shows that the marketplace has an enrolment."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import packs

    card, owner = selectors.campaign(code), seller_of(seller)
    given: dict[str, Any] = {
        "campaign_id": card.id,
        "seller_id": owner.id,
        "shop_id": shop_of(owner, shop).id,
        "note": note,
        "actor": person(),
    }
    if file is None:
        kept = packs.give_proof(**given)
    else:
        with file.open("rb") as stream:
            kept = packs.give_proof(name=file.name, file=stream, **given)
    if as_json:
        tell({"proof": kept.id, "file": kept.file})
    else:
        console.print(f"Proof {kept.id} is kept.")

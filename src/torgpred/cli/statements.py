"""`torgpred state`, `statements`, `unstate`, `answers`: facts that the file lacks."""

from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.entering import edits, enter

if TYPE_CHECKING:
    from torgpred.accounts.core.values import TenantCard
    from torgpred.listings.services.answering import RankedAnswer
    from torgpred.listings.services.statements import Stated

Json = Annotated[bool, typer.Option("--json", help="Print one JSON list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Shop = Annotated[str, typer.Option("--shop", help="Id or name; not needed with one shop.")]

_KEYS_SHOWN = 3

console = Console()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("answers")(answers)
    app.command("state")(state)
    app.command("statements")(statements)
    app.command("unstate")(unstate)


@edits
def state(
    seller: Seller,
    kind: Annotated[
        str,
        typer.Argument(help="weight_kg, package, parcel, country, brand ... or attribute:NAME."),
    ],
    value: Annotated[
        str, typer.Argument(help="0.3 (kg) or '300 g'; 20x15x5 (cm); '0.3 kg, 20x15x5 cm'.")
    ],
    category: Annotated[str, typer.Option(help="For offers of this category.")] = "",
    keys: Annotated[str, typer.Option(help="For these offers, by comma.")] = "",
    everything: Annotated[bool, typer.Option(help="For all offers.")] = False,
    shop: Shop = "",
) -> None:
    """State a fact about a group of offers that the file lacks.

    An attribute is named as the marketplace names it, for a category that is mapped:
    torgpred state SELLER attribute:Материал хлопок --category Носки
    """
    from torgpred.listings.services import statements

    who = seller_of(seller)
    shaped: Any = value
    if kind.startswith("attribute:"):
        shaped = _attribute(who, shop, category, kind.removeprefix("attribute:"), value)
        kind = statements.ATTRIBUTE
    statements.state_fact(
        seller_id=who.id,
        kind=kind,
        value=shaped,
        given_by=person(),
        category=category,
        keys=[key.strip() for key in keys.split(",") if key.strip()],
        everything=everything,
    )


def _attribute(
    who: "TenantCard", shop: str, category: str, name: str, value: str
) -> dict[str, str]:
    import msgspec

    from torgpred.listings.services.attribute_names import attribute_value

    found = attribute_value(
        seller_id=who.id,
        shop_id=shop_of(who, shop).id,
        category=category,
        name=name,
        value=value,
    )
    return msgspec.convert(msgspec.to_builtins(found), dict[str, str])


def statements(
    seller: Seller,
    undone: Annotated[bool, typer.Option("--undone", help="Show the undone ones too.")] = False,
    as_json: Json = False,
) -> None:
    """List what was stated: what, about which offers, by whom and when. Later ones go first."""
    enter()
    import msgspec

    from torgpred.listings.services.statements import stated

    who = seller_of(seller)
    found = stated(who.id, undone=undone)
    if as_json:
        typer.echo(msgspec.json.encode([_as_dict(one) for one in found]).decode())
        return
    if not found:
        console.print(f"Nothing was stated yet. See: torgpred answers {who.code}", markup=False)
        return
    table = Table("number", "fact", "value", "about", "offers", "by", "on")
    for one in found:
        card = one.card
        day = f"{card.given_at:%Y-%m-%d}"
        if card.undone_at is not None:
            day += f", undone {card.undone_at:%Y-%m-%d} by {card.undone_by}"
        cells = (*one.told, _group(one), str(one.offers), card.given_by, day)
        table.add_row(str(card.id), *cells)
    console.print(table)
    console.print(f"Undo one: torgpred unstate {who.code} NUMBER", markup=False)


@edits
def unstate(
    seller: Seller,
    number: Annotated[int, typer.Argument(help="The statement's number: torgpred statements.")],
) -> None:
    """Undo a statement; an earlier one of its kind holds again. The next plan shows the effect."""
    from torgpred.catalogue.services import undo_statement

    who = seller_of(seller)
    card = undo_statement(seller_id=who.id, statement_id=number, undone_by=person())
    console.print(f"Statement {card.id} ({card.kind}) no longer holds.", markup=False)


def answers(
    seller: Seller,
    shop: Shop = "",
    limit: Annotated[int, typer.Option(min=1, max=200, help="How many to rank.")] = 10,
    as_json: Json = False,
) -> None:
    """Rank the answers that free most held offers, each with its command, as of the last plan."""
    enter()
    import msgspec

    from torgpred.listings.services.answering import answers as ranked

    who = seller_of(seller)
    where = shop_of(who, shop)
    found = ranked(who.id, where.id, seller=who.code, limit=limit)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        console.print("No held offer waits for an answer that frees a group.")
        return
    print_answers(found)


def print_answers(found: "list[RankedAnswer]") -> None:
    """Print ranked answers: a table, then the commands, each on a line to be copied."""
    table = Table("#", "answer", "for", "frees", "together", "waiting", title="answer these first")
    for number, one in enumerate(found, 1):
        what = " and ".join(fact.partition(":")[0] for fact in one.facts)
        if one.name:
            what = f"{what} {one.name}" if one.fact.startswith("rate:") else one.name
        where = " / ".join(one.path) or one.group or "the shop"
        counts = (one.frees, one.cumulative, one.concerns)
        table.add_row(str(number), what, where, *map(str, counts))
    console.print(table)
    for number, one in enumerate(found, 1):
        console.print(f"{number:>3}  {one.command}", markup=False, highlight=False, soft_wrap=True)


def _as_dict(one: "Stated") -> dict[str, Any]:
    card = one.card
    return {
        "number": card.id,
        "kind": card.kind,
        "value": card.value,
        "about": card.group_by,
        "category": card.category,
        "path": list(one.path),
        "keys": list(card.keys),
        "offers": one.offers,
        "given_by": card.given_by,
        "given_at": card.given_at,
        "undone_at": card.undone_at,
        "undone_by": card.undone_by,
    }


def _group(one: "Stated") -> str:
    card = one.card
    if card.group_by == "all":
        return "all offers"
    if card.group_by == "category":
        return " / ".join(one.path) or card.category
    shown = ", ".join(card.keys[:_KEYS_SHOWN])
    more = len(card.keys) - _KEYS_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown

"""`torgpred programme`: what marketplaces let in on conditions, and where supply lacks."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import edits, enter

if TYPE_CHECKING:
    from torgpred.programmes.core.supply import CategorySupply
    from torgpred.programmes.core.values import Programme
    from torgpred.programmes.selectors import Counts, JudgementCard, LackGroup

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Key = Annotated[str, typer.Argument(help="Such as aliexpress_ru/mall, or mall; see: list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]

programme = typer.Typer(
    no_args_is_help=True, help="What marketplaces let in on conditions: mall, official store."
)
console = Console(markup=False, emoji=False, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(programme, name="programme")


@programme.command("list")
def listed(as_json: Json = False) -> None:
    """List the programmes, what each asks for, and how many offers it would let in."""
    enter()
    import msgspec

    from torgpred.programmes import selectors

    found = [(one, selectors.counts(one, None)) for one in selectors.programmes()]
    if as_json:
        told = [{"programme": _told(one), "counts": _counted(many)} for one, many in found]
        typer.echo(msgspec.json.encode(told).decode())
        return
    if not found:
        console.print("No programme is known of the installed marketplaces.")
        return
    table = Table("programme", "name", "country", "version", "conditions", "qualify", "nearly",
                  "no", "unknown")  # fmt: skip
    for one, many in found:
        table.add_row(
            one.key, one.name, one.country, _version(one),
            ", ".join(each.kind for each in one.conditions) or "not written down",
            str(many.qualifies), str(many.nearly), str(many.no), str(many.unknown),
        )  # fmt: skip
    console.print(table)


@programme.command("judge")
def judge(
    key: Annotated[str, typer.Argument(help="Of this programme only; see: list.")] = "",
    seller: Annotated[str, typer.Option(help="Of this seller only.")] = "",
    as_json: Json = False,
) -> None:
    """Judge offers for programmes; only what changed is judged anew."""
    enter()
    import msgspec

    from torgpred.programmes.services.judging import judge_all

    done = judge_all(key=key, seller_id=seller_of(seller).id if seller else None)
    if as_json:
        typer.echo(msgspec.json.encode(done).decode())
        return
    table = Table("programme", "seller", "offers", "judged anew", "forgotten")
    for one in done:
        row = (str(number) for number in (one.offers, one.redone, one.gone))
        table.add_row(one.programme, one.seller, *row)
    console.print(table)


@programme.command("show")
def show(
    key: Key,
    seller: Annotated[str, typer.Option(help="Offer by offer, of this seller.")] = "",
    verdict: Annotated[str, typer.Option(help="Only qualifies, nearly, no or unknown.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="Offers to show.")] = 50,
    as_toml: Annotated[
        bool, typer.Option("--toml", help="As a text that `keep` takes, and nothing else.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a programme: its conditions with sources, counts, and what is missing most."""
    enter()
    import msgspec

    from torgpred.programmes import selectors
    from torgpred.programmes.core.reading import write

    one = selectors.programme(key)
    if as_toml:
        typer.echo(write(one), nl=False)
        return
    who = seller_of(seller).id if seller else None
    many, missing = selectors.counts(one, who), selectors.lacking(one, who)
    offers = []
    if who is not None:
        offers = selectors.judgements(one, who, verdict=verdict, limit=limit)
    if as_json:
        told = {
            "programme": _told(one),
            "counts": _counted(many),
            "missing": [_lacking(each) for each in missing],
            "offers": [_judged(each) for each in offers],
        }
        typer.echo(msgspec.json.encode(told).decode())
        return
    _print_programme(one, many, missing)
    if offers:
        _print_offers(offers)


@programme.command("supply")
def supply(
    key: Key,
    lacking: Annotated[bool, typer.Option("--lacking", help="Only what lacks supply.")] = False,
    as_json: Json = False,
) -> None:
    """Show supply by category, sellers of each country side by side, and who could add to it."""
    enter()
    import msgspec

    from torgpred.programmes import selectors

    one = selectors.programme(key)
    found = [each for each in selectors.supply(one) if each.thin or not lacking]
    if as_json:
        typer.echo(msgspec.json.encode([_supplied(each) for each in found]).decode())
        return
    if not found:
        console.print("Nothing was judged yet: torgpred programme judge")
        return
    table = Table("category", "sellers of", "offers", "qualify", "pieces there", "price", "kept",
                  "late", "sold in 28 days", "lacks", "who could fill it")  # fmt: skip
    for each in found:
        _add_supply(table, each)
    console.print(table)
    local, abroad = selectors.served(one)
    console.print(f"Pieces for buyers there in 28 days: {local} from near, {abroad} from abroad.")


@programme.command("say")
@edits
def say(
    seller: Seller,
    kind: Annotated[
        str, typer.Argument(help="returns_address, warranty, delivery or rating; none: list them.")
    ] = "",
    about: Annotated[
        str, typer.Argument(help="A country, one of its warehouses, or a marketplace.")
    ] = "",
    text: Annotated[str, typer.Option(help="The address, or what else is to be known.")] = "",
    number: Annotated[str, typer.Option(help="Months, days, or the rating.")] = "",
    no: Annotated[bool, typer.Option("--no", help="There is none.")] = False,
    undo: Annotated[int, typer.Option(help="Take back what was said under this number.")] = 0,
    as_json: Json = False,
) -> None:
    """Keep what a seller says about itself (returns, warranty, days to the buyer), or list it."""
    import msgspec

    from torgpred.programmes import selectors
    from torgpred.programmes.services import saying

    owner = seller_of(seller)
    if undo:
        saying.unsay(seller_id=owner.id, assurance_id=undo, undone_by=person())
    elif kind:
        saying.say(
            seller_id=owner.id, kind=kind, about=about, holds=not no, text=text,
            number=number or None, given_by=person(),
        )  # fmt: skip
    found = selectors.assurances(owner.id)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        console.print(f"{owner.code} said nothing about itself yet.")
        return
    table = Table("number", "what", "about", "said", "by", "when (UTC)")
    for one in found:
        what = " ".join(str(part) for part in (one.number, one.text) if part) or "yes"
        table.add_row(
            str(one.id), one.kind.value, one.about, what if one.holds else "there is none",
            one.given_by, f"{one.given_at:%Y-%m-%d %H:%M}",
        )  # fmt: skip
    console.print(table)


@programme.command("keep")
@edits
def keep(
    file: Annotated[Path, typer.Argument(help="A text as `show --toml` prints it.", exists=True)],
) -> None:
    """Keep a programme as the operator has it; it is in force at once, as a new version."""
    from torgpred.programmes.services import keeping

    kept = keeping.keep_text(text=file.read_text(encoding="utf-8"), said_by=person())
    console.print(f"{kept.key}, version {kept.version}, is in force.")


@programme.command("withdraw")
@edits
def withdraw(key: Annotated[str, typer.Argument(help="Such as aliexpress_ru/mall.")]) -> None:
    """End the operator's version of a programme; the library's is in force again, if any."""
    from torgpred.programmes.services import keeping

    keeping.withdraw_programme(key=key, said_by=person())
    console.print(f"{key} was withdrawn.")


# --- how it is told -----------------------------------------------------------------------------
def _version(one: "Programme") -> str:
    if one.said_at is not None:
        return f"{one.version}, by {one.said_by}"
    return f"{one.version}, of the library" if one.version else "named by the connector"


def _told(one: "Programme") -> dict[str, object]:
    import msgspec

    told: dict[str, object] = msgspec.to_builtins(one)
    return told


def _counted(many: "Counts") -> dict[str, object]:
    return {
        "qualifies": many.qualifies, "nearly": many.nearly, "no": many.no,
        "unknown": many.unknown, "listed": many.listed,
    }  # fmt: skip


def _lacking(one: "LackGroup") -> dict[str, object]:
    return {
        "code": one.code, "offers": one.offers, "frees": one.frees, "pieces": one.pieces,
        "sellers": one.sellers, "examples": one.examples, "message": one.finding.message,
        "mend": one.finding.mend,
    }  # fmt: skip


def _judged(one: "JudgementCard") -> dict[str, object]:
    return {
        "sku": one.sku, "shop": one.shop_id, "listed": one.listed, "verdict": one.verdict,
        "lacks": [{"message": each.message, "mend": each.mend} for each in one.lacks],
        "pieces": one.pieces, "abroad": one.abroad, "promise": one.promise,
    }  # fmt: skip


def _supplied(one: "CategorySupply") -> dict[str, object]:
    import msgspec

    told: dict[str, object] = msgspec.to_builtins(one)
    thin = one.thin
    return {**told, "days_left": one.days_left, "lacks": "" if thin is None else thin.value}


def _print_programme(one: "Programme", many: "Counts", missing: list["LackGroup"]) -> None:
    console.print(f"{one.key}: {one.name}, buyers in {one.country or '?'}; {_version(one)}")
    console.print(f"Source of {one.dated}: {one.source}")
    for each in one.conditions:
        asked = ", ".join(
            f"{name} {getattr(each, name)}" for name in each.__struct_fields__ if name != "source"
        )
        console.print(f"  {each.kind} {asked} ({each.source or 'no source'})")
    console.print(
        f"{many.qualifies} qualify, {many.nearly} nearly, {many.no} not, {many.unknown} unknown."
    )
    if missing:
        table = Table("missing", "offers", "frees at once", "how to mend it")
        for group in missing:
            table.add_row(
                group.finding.message, str(group.offers), str(group.frees), group.finding.mend
            )
        console.print(table)


def _print_offers(offers: list["JudgementCard"]) -> None:
    table = Table("SKU", "shop", "verdict", "what is missing", "promised to the buyer")
    for one in offers:
        said = ""
        if one.promise is not None:
            hours = "?" if one.promise.ship_hours is None else one.promise.ship_hours
            days = "?" if one.promise.delivery_days is None else one.promise.delivery_days
            said = f"leaves {one.promise.warehouse} within {hours} h, {days} days on the way"
        table.add_row(
            one.sku, str(one.shop_id), one.verdict,
            " ".join(each.message for each in one.lacks), said,
        )  # fmt: skip
    console.print(table)


def _add_supply(table: Table, one: "CategorySupply") -> None:
    thin = one.thin
    lacks = "" if thin is None else "offers" if thin.value == "few" else f"{one.days_left} days"
    who = ", ".join(f"{each.code} ({each.fit.value})" for each in one.candidates[:3])
    name = " / ".join(one.path) or one.category or "not mapped"
    if not one.sides:
        table.add_row(name, "-", "0", "0", "0", "", "", "", str(one.sold), lacks, who)
    for place, side in enumerate(one.sides):
        price = "" if side.price_from is None else f"{side.price_from} to {side.price_to}"
        first = (name, str(one.sold), lacks, who) if place == 0 else ("", "", "", "")
        table.add_row(
            first[0], side.country, str(side.offers), str(side.qualifying), str(side.pieces),
            price, str(side.kept), str(side.late), *first[1:],
        )  # fmt: skip

"""`torgpred paper` and `duty`: a seller's documents, and the rules that ask for them."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.entering import edits, enter
from torgpred.kernel.errors import TorgpredError

if TYPE_CHECKING:
    from torgpred.catalogue.core.papers import PaperKind
    from torgpred.listings.core.duties import Duty

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Code = Annotated[str, typer.Argument(help="Code of the duty; see duty list.")]
Family = Annotated[str, typer.Option("--family", help="Marketplace, such as aliexpress_ru; all.")]
Programme = Annotated[
    str, typer.Option("--programme", help="It is a condition of this programme and holds nothing.")
]
Since = Annotated[str, typer.Option("--since", help="YYYY-MM-DD: the first day it holds.")]
Source = Annotated[str, typer.Option("--source", help="Where it is written.")]

paper = typer.Typer(no_args_is_help=True, help="Certificates, trademarks, registrations.")
duty = typer.Typer(no_args_is_help=True, help="Which goods need papers, or may not be sold.")

console = Console()


class UnreadableDayError(TorgpredError):
    """A day was given that is none."""

    code = "cli.day"
    template = "{given!r} is no day; write it as 2026-11-05."


class UnknownPaperKindError(TorgpredError):
    """A kind of paper that there is not."""

    code = "cli.paper_kind"
    template = "There is no kind of paper {given!r}; known are {known}."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(paper, name="paper")
    app.add_typer(duty, name="duty")


def day_of(text: str) -> date | None:
    """Return the day that an option names; None where it is empty. Raises UnreadableDayError."""
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UnreadableDayError(given=text) from error


def _kind(text: str) -> "PaperKind":
    from torgpred.catalogue.core.papers import PaperKind

    try:
        return PaperKind(text)
    except ValueError as error:
        raise UnknownPaperKindError(given=text, known=", ".join(PaperKind)) from error


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


@paper.command("add")
@edits
def add_paper(
    seller: Seller,
    kind: Annotated[
        str,
        typer.Argument(
            help="certificate, declaration, state_registration, trademark, marking_registration,"
            " licence, letter_of_authorisation, power_of_attorney, contract or other."
        ),
    ],
    number: Annotated[str, typer.Argument(help="Its number.")] = "",
    category: Annotated[str, typer.Option(help="Covers this category and those below.")] = "",
    keys: Annotated[str, typer.Option(help="Covers these offers, by comma.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Covers all offers.")] = False,
    brand: Annotated[str, typer.Option(help="Covers only offers of this brand.")] = "",
    issuer: Annotated[str, typer.Option(help="Who issued it.")] = "",
    since: Annotated[str, typer.Option("--from", help="YYYY-MM-DD: first valid day.")] = "",
    until: Annotated[str, typer.Option("--until", help="YYYY-MM-DD: last valid day.")] = "",
    copy: Annotated[Path | None, typer.Option("--file", help="A copy to keep with it.")] = None,
) -> None:
    """Record a paper of a seller; the next plan frees what waited for it."""
    from torgpred.catalogue import services

    if copy is not None and not copy.is_file():
        raise typer.BadParameter(f"There is no file {copy}.")
    made = services.add_paper(
        seller_id=seller_of(seller).id,
        kind=_kind(kind),
        number=number,
        issuer=issuer,
        valid_from=day_of(since),
        valid_until=day_of(until),
        category=category,
        keys=_listed(keys),
        everything=everything,
        brand=brand,
        copy=copy,
        given_by=person(),
    )
    console.print(f"Paper {made.id}: {made.shown}", markup=False)


@paper.command("list")
def list_papers(
    seller: Seller,
    undone: Annotated[bool, typer.Option("--undone", help="Those taken back too.")] = False,
    as_json: Json = False,
) -> None:
    """List a seller's papers and how they stand today."""
    enter()
    import msgspec

    from torgpred.catalogue import selectors

    found = selectors.papers(seller_of(seller).id, undone=undone)
    today = datetime.now(UTC).date()
    if as_json:
        told = [msgspec.to_builtins(one) | {"standing": one.standing(today)} for one in found]
        typer.echo(msgspec.json.encode(told).decode())
        return
    table = Table("", "paper", "covers", "valid", "stands", "given by")
    for one in found:
        group = one.category or ", ".join(one.keys[:5]) or "all"
        period = f"{one.valid_from or ''} - {one.valid_until or ''}"
        stands = "taken back" if one.undone_at else one.standing(today).value
        covers = f"{group} {one.brand}".strip()
        cells = (str(one.id), one.shown, covers, period, stands, one.given_by)
        table.add_row(*map(escape, cells))
    console.print(table if found else "No papers are recorded yet.")


@paper.command("undo")
@edits
def undo_paper(
    seller: Seller, number: Annotated[int, typer.Argument(help="Its number in paper list.")]
) -> None:
    """Take a paper back, as if it had not been given; it stays in the history."""
    from torgpred.catalogue import services

    services.undo_paper(seller_id=seller_of(seller).id, paper_id=number, undone_by=person())


@duty.command("list")
def list_duties(
    family: Family = "",
    in_force: Annotated[bool, typer.Option("--in-force", help="Only those that hold.")] = False,
    as_json: Json = False,
) -> None:
    """List the duties in force, and those of the library, which are only told."""
    enter()
    import msgspec

    from torgpred.listings.library import library
    from torgpred.listings.services import duties

    forced = [one.duty for one in duties.duties_in_force()]
    found = [*forced, *(() if in_force else library())]
    found = [one for one in found if not family or one.about(family)]
    if as_json:
        typer.echo(msgspec.json.encode([msgspec.to_builtins(one) for one in found]).decode())
        return
    table = Table("code", "duty", "since", "where", "does")
    for one in found:
        cells = (one.code, one.title, str(one.since), _where(one), _does(one))
        table.add_row(*map(escape, cells))
    console.print(table)
    console.print("Put one in force: torgpred duty force CODE --family FAMILY", markup=False)


def _where(one: "Duty") -> str:
    place = ", ".join(one.families) or "everywhere"
    return f"{place}, programme {one.programme}" if one.programme else place


def _does(one: "Duty") -> str:
    asks = "forbids" if one.forbids else f"asks for {one.papers}"
    if one.programme:
        return f"{asks}: else not eligible"
    if one.in_force:
        return f"{asks}: holds"
    return f"{asks}: told to nobody" if one.silent else f"{asks}: is told"


@duty.command("force")
@edits
def force(
    code: Code,
    family: Family = "",
    programme: Programme = "",
    since: Since = "",
    source: Source = "",
) -> None:
    """Put a duty of the library in force at a marketplace: from the next plan on it holds offers.

    Look up the date and where it is written first: the library is not verified.
    """
    from torgpred.channels import families
    from torgpred.listings.services import duties

    if family:
        families.family(family)
    made = duties.force_duty(
        code=code,
        family=family,
        programme=programme,
        since=day_of(since),
        source=source,
        said_by=person(),
    )
    console.print(f"{made.duty.code} is in force: {_does(made.duty)}", markup=False)


@duty.command("lift")
@edits
def lift(code: Code, family: Family = "", programme: Programme = "") -> None:
    """Lift a duty where it was put in force; what it held is free from the next plan on."""
    from torgpred.listings.services import duties

    duties.lift_duty(code=code, family=family, programme=programme, lifted_by=person())


@duty.command("add")
@edits
def add_duty(
    code: Annotated[str, typer.Argument(help="A code of your own, such as own.knives.")],
    title: Annotated[str, typer.Argument(help="What it asks, in one line.")],
    source: Annotated[str, typer.Option("--source", help="Where it is written.")],
    needs: Annotated[str, typer.Option(help="Kinds of papers, by comma; any is enough.")] = "",
    forbids: Annotated[bool, typer.Option("--forbids", help="No paper helps.")] = False,
    words: Annotated[str, typer.Option(help="Phrases in the name, by comma.")] = "",
    without: Annotated[str, typer.Option(help="Phrases that exclude, by comma.")] = "",
    tnved: Annotated[str, typer.Option(help="Beginnings of TN VED codes, by comma.")] = "",
    categories: Annotated[str, typer.Option(help="Ids of marketplace categories.")] = "",
    branded: Annotated[bool, typer.Option("--branded", help="Only goods with a brand.")] = False,
    family: Family = "",
    programme: Programme = "",
    since: Since = "",
    until: Annotated[str, typer.Option("--until", help="YYYY-MM-DD: the last day.")] = "",
) -> None:
    """Put a duty of your own in force: from the next plan on it holds the offers it is about."""
    from torgpred.channels import families
    from torgpred.listings.core.duties import Duty
    from torgpred.listings.services import duties

    if family:
        families.family(family)
    made = Duty(
        code=code,
        title=title,
        since=day_of(since) or datetime.now(UTC).date(),
        until=day_of(until),
        source=source,
        needs=tuple(_kind(one) for one in _listed(needs)),
        forbids=forbids,
        words=_listed(words),
        without=_listed(without),
        tnved=_listed(tnved),
        categories=_listed(categories),
        branded=branded,
        families=(family,) if family else (),
        programme=programme,
    )
    console.print(_does(duties.add_duty(duty=made, said_by=person()).duty), markup=False)


@duty.command("eligible")
def eligible(
    seller: Seller,
    programme: Annotated[str, typer.Argument(help="Code of the programme, such as mall.")],
    shop: Annotated[str, typer.Option("--shop", help="Id or name; not needed with one.")] = "",
    as_json: Json = False,
) -> None:
    """Count the offers that a programme would let in, as of the last plan."""
    enter()
    import msgspec

    from torgpred.channels import families
    from torgpred.listings import selectors

    who = seller_of(seller)
    where = shop_of(who, shop)
    found = selectors.eligibility(who.id, where.id, programme)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    for known in families.family(where.family).programmes:
        if known.code == programme:
            for condition in known.conditions:
                console.print(f"{known.name}: {condition}", markup=False)
    if not found.conditions:
        console.print("No rule was put in force for it: nobody knows who is eligible.")
        return
    console.print(f"{found.eligible} of {found.ready} ready offers are eligible.")
    for reason, offers in found.reasons:
        console.print(f"{offers} not: {reason}", markup=False)

"""`torgpred ask`: what is asked of marketplaces, on figures that anybody can recompute."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.ask_words import amounts_of, answer_json, params_of
from torgpred.cli.asks_parts import register_parts
from torgpred.cli.choosing import person
from torgpred.cli.entering import edits, enter

if TYPE_CHECKING:
    from torgpred.asks.core.checking import Checked, Verification
    from torgpred.asks.core.values import WholeAsk

Code = Annotated[str, typer.Argument(help="Code of the ask; see ask list.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]

ask = typer.Typer(no_args_is_help=True, help="What is asked of marketplaces, with evidence.")
console = Console(markup=False, emoji=False, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(ask, name="ask")
    register_parts(ask)


@ask.command("new")
@edits
def new(
    family: Annotated[str, typer.Argument(help="Marketplace, such as aliexpress_ru.")],
    kind: Annotated[
        str,
        typer.Argument(help="slot, placement, fee, coupon, programme, rule or complaint."),
    ],
    title: Annotated[str, typer.Argument(help="What is asked, in one line.")],
    ru: Annotated[str, typer.Option("--ru", help="The whole text in Russian.")] = "",
    en: Annotated[str, typer.Option("--en", help="The whole text in English.")] = "",
    zh: Annotated[str, typer.Option("--zh", help="The whole text in Chinese.")] = "",
    asked_by: Annotated[str, typer.Option(help="In whose name; the operator's if not given.")] = "",
    campaign: Annotated[str, typer.Option(help="Code of the campaign it is for.")] = "",
    as_json: Json = False,
) -> None:
    """Begin an ask as a draft."""
    from torgpred.asks.services import asking

    made = asking.new_ask(
        family=family, kind=kind, title=title, texts={"ru": ru, "en": en, "zh-hans": zh},
        asked_by=asked_by, campaign=campaign, made_by=person(),
    )  # fmt: skip
    if as_json:
        answer_json(made)
        return
    console.print(f"Ask {made.code}: add figures with: torgpred ask figure {made.code} QUERY")


@ask.command("list")
def listed(
    state: Annotated[str, typer.Option(help="A state, or open: all that are not over.")] = "",
    kind: Annotated[str, typer.Option(help="Only of this kind.")] = "",
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    as_json: Json = False,
) -> None:
    """List asks, the newest first, with the nearest day of their clocks and promises."""
    enter()
    from torgpred.asks import selectors

    found = selectors.asks(state=state, kind=kind, limit=limit)
    if as_json:
        answer_json(found)
        return
    if not found:
        console.print("Nothing was asked yet. Begin with: torgpred ask new")
        return
    table = Table("code", "marketplace", "kind", "title", "state", "figures", "due")
    for one in found:
        due = f"{one.due or ''}{' OVERDUE' if one.overdue else ''}"
        table.add_row(one.code, one.family, one.kind, one.title, one.state, str(one.figures), due)
    console.print(table)


@ask.command("show")
def show(code: Code, as_json: Json = False) -> None:
    """Show an ask with all its parts, as the operator sees it."""
    enter()
    from torgpred.asks import selectors

    found = selectors.whole(code)
    if as_json:
        answer_json(found)
        return
    card = found.card
    console.print(f"{card.code}  {card.title}\n{card.family}, {card.kind}, {card.state}")
    for text in card.texts.values():
        console.print(f"\n{text}")
    _show_figures(found)
    _show_rest(found)


def _show_figures(found: "WholeAsk") -> None:
    if found.figures:
        table = Table("figure", "query", "parameters", "as of (UTC)", "value", "seal")
        for one in found.figures:
            struck = " (struck)" if one.struck_at else ""
            table.add_row(
                f"{one.number}{struck}", one.query, params_of(one.params),
                f"{one.as_of:%Y-%m-%d %H:%M}", amounts_of(one.value.total), one.seal[:16],
            )  # fmt: skip
        console.print(table)
    if found.joinings:
        table = Table("seller", "says", "effect", "decided by")
        from torgpred.accounts import selectors as accounts

        codes = {one.id: one.code for one in accounts.sellers()}
        for part in found.joinings:
            table.add_row(
                codes.get(part.seller_id, ""), part.state, amounts_of(part.value.total),
                part.decided_by,
            )  # fmt: skip
        console.print(table)


def _show_rest(found: "WholeAsk") -> None:
    known = {None: "open", True: "kept", False: "broken"}
    for one in found.promises:
        console.print(
            f"promise {one.id}: {one.side}, {one.who}: {one.what}, by {one.due or '-'}:"
            f" {known[one.kept]}"
        )
    for clock in found.clocks:
        console.print(
            f"clock {clock.id}: {clock.title}, due {clock.due}: {clock.state}, {clock.stands}"
        )
    for said in found.answers:
        console.print(f"answer of {said.day} {said.who}: {said.text} {said.file_name} {said.file}")
    for given in found.deliveries:
        worth = f", worth: figure {given.figure}" if given.figure else ""
        console.print(f"delivered on {given.day}: {given.what}{worth}")


@ask.command("move")
@edits
def move(
    code: Code,
    state: Annotated[str, typer.Argument(help="sent, agreed, refused, delivered, closed ...")],
    note: Annotated[str, typer.Option(help="Why, or by which way.")] = "",
    as_json: Json = False,
) -> None:
    """Move an ask to another state."""
    from torgpred.asks.services import asking

    made = asking.move_ask(code=code, wanted=state, by=person(), note=note)
    if as_json:
        answer_json(made)
        return
    console.print(f"Ask {made.code} is {made.state}.")


@ask.command("figure")
@edits
def figure(
    code: Code,
    query: Annotated[str, typer.Argument(help="A query of the library; see ask queries.")] = "",
    params: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, such as since=2026-11-11.")
    ] = None,
    says: Annotated[str, typer.Option(help="What it is meant to show.")] = "",
    strike: Annotated[int, typer.Option(help="Strike the figure of this number instead.")] = 0,
    as_json: Json = False,
) -> None:
    """Make a figure by a query of the library and seal it, or strike one."""
    from torgpred.asks.services import evidence

    if strike:
        made = evidence.strike_figure(code=code, number=strike, struck_by=person())
    else:
        made = evidence.add_figure(
            code=code, query=query, params=_given(params or []), says=says, made_by=person()
        )
    if as_json:
        answer_json(made)
        return
    told = "was struck" if made.struck_at else amounts_of(made.value.total) or "nothing"
    console.print(f"Figure {made.number}: {told}\nSeal {made.seal}")


def _given(params: list[str]) -> dict[str, str]:
    return {name.strip(): value for name, _, value in (one.partition("=") for one in params)}


@ask.command("queries")
def queries(as_json: Json = False) -> None:
    """List the library of queries that figures are made by."""
    from torgpred.asks.core.library import newest

    if as_json:
        answer_json(newest())
        return
    table = Table("query", "tells", "parameters")
    for one in newest():
        table.add_row(one.code, f"{one.title}. {one.about}", ", ".join(one.parameters))
    console.print(table)


@ask.command("verify")
def verify(
    code: Code,
    seal: Annotated[str, typer.Option(help="A seal printed on a dossier: is it in here?")] = "",
    as_json: Json = False,
) -> None:
    """Recompute every figure of an ask; exit code 1 where one is not what it was."""
    enter()
    from torgpred.asks.selectors.checking import verify as check

    found = check(code, known=seal.replace(" ", ""))
    if as_json:
        answer_json({**_builtins(found), "well": found.well})
    else:
        _show_check(found)
    if not found.well:
        raise typer.Exit(1)


def _builtins(found: "Verification") -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(found)
    return told


def _show_check(found: "Verification") -> None:
    table = Table("figure", "query", "verdict", "kept", "now")
    for one in found.figures:
        table.add_row(one.name, one.query, one.verdict, *_sides(one))
    console.print(table)
    if not found.whole:
        console.print("The chain is broken: a figure was taken out, or the last seal is another.")
    if found.known_seal is not None:
        there = "is" if found.known_seal else "is NOT"
        console.print(f"The seal that was given {there} in the chain.")
    console.print("Every figure recomputes." if found.well else "NOT every figure recomputes.")


def _sides(one: "Checked") -> tuple[str, str]:
    kept = f"{amounts_of(one.kept.total)} rows {one.digest_kept[:12]}"
    if one.now is None:
        return kept, "not recomputed"
    return kept, f"{amounts_of(one.now.total)} rows {(one.digest_now or '')[:12]}"


@ask.command("dossier")
def dossier(
    code: Code,
    target: Annotated[Path, typer.Argument(help="File to write: .pdf, .html or .json.")],
    language: Annotated[str, typer.Option(help="ru, en or zh-hans.")] = "en",
    inside: Annotated[
        bool, typer.Option("--inside", help="With single sellers' figures: not to be sent on.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Write an ask's dossier. Small groups are withheld unless it is for inside."""
    enter()
    import msgspec

    from torgpred.asks.papers import printing, telling
    from torgpred.asks.selectors.dossier import dossier as made_of

    if target.suffix not in {".pdf", ".html", ".json"}:
        raise typer.BadParameter("Give a file that ends with .pdf, .html or .json.")
    found = made_of(code, inside=inside)
    page = telling.page_of(found, language)
    if target.suffix == ".json":
        target.write_bytes(msgspec.json.format(msgspec.json.encode(found)))
    elif target.suffix == ".html":
        target.write_text(printing.html_of(page), encoding="utf-8")
    else:
        if printing.lacks_letters(page) and not as_json:
            console.print("No font here has Chinese letters: install Noto Sans CJK, or use .html.")
        target.write_bytes(printing.pdf_of(page, found.made_at))
    if as_json:
        answer_json({"file": str(target), "head": found.head})
        return
    console.print(f"Written: {target}\nLast seal {found.head or 'none'}")

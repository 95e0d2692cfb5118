"""`torgpred ask join`, `promise`, `answer`, `deliver`, `clock`, `rule`: the parts of an ask."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.ask_words import amounts_of, answer_json
from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import edits, enter

Code = Annotated[str, typer.Argument(help="Code of the ask; see ask list.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]

console = Console(markup=False, emoji=False, highlight=False)


def register_parts(ask: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("join", join), ("decide", decide), ("promise", promise), ("answer", answer),
        ("deliver", deliver), ("clock", clock), ("clocks", clocks), ("small-groups", small_groups),
    ):  # fmt: skip
        ask.command(name)(command)


@edits
def join(
    code: Code,
    sellers: Annotated[list[str] | None, typer.Argument(help="Codes of sellers to ask.")] = None,
    query: Annotated[str, typer.Option(help="Query that tells each one's money effect.")] = "",
    params: Annotated[
        list[str] | None, typer.Option("--set", help="NAME=VALUE, such as since=2026-11-11.")
    ] = None,
    pool: Annotated[
        bool, typer.Option("--pool", help="Make the figure of all that joined.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Ask sellers to join a complaint, each with its own effect; or pool those that joined."""
    from torgpred.asks.services import cases

    if pool:
        made = cases.pool(code=code, made_by=person())
        if as_json:
            answer_json(made)
            return
        console.print(f"Figure {made.number}: {amounts_of(made.value.total) or 'nothing'}")
        return
    given = {name: value for name, _, value in (one.partition("=") for one in params or [])}
    found = cases.invite_sellers(
        code=code, sellers=sellers or [], query=query, params=given, asked_by=person()
    )
    if as_json:
        answer_json(found)
        return
    console.print(f"{len(found)} sellers are asked; each decides at its desk, under Joint cases.")


@edits
def decide(
    code: Code,
    seller: Annotated[str, typer.Argument(help="Code of the seller.")],
    decision: Annotated[str, typer.Argument(help="joined, declined or left.")],
    member: Annotated[str, typer.Option(help="Mail address of its member who decides.")],
    as_json: Json = False,
) -> None:
    """Enter what a seller's own member decided about a case."""
    from torgpred.asks.services import cases

    made = cases.decide(seller_id=seller_of(seller).id, code=code, wanted=decision, email=member)
    if as_json:
        answer_json(made)
        return
    console.print(f"{seller} {made.state} {made.ask}, by {made.decided_by}.")


@edits
def promise(
    code: Code,
    side: Annotated[str, typer.Argument(help="ours or theirs.")] = "ours",
    who: Annotated[str, typer.Argument(help="Who promises.")] = "",
    what: Annotated[str, typer.Argument(help="What is promised.")] = "",
    due: Annotated[str, typer.Option(help="YYYY-MM-DD: by when.")] = "",
    number: Annotated[int, typer.Option(help="Number of a promise to tell of instead.")] = 0,
    kept: Annotated[bool | None, typer.Option("--kept/--broken", help="Was it kept?")] = None,
    as_json: Json = False,
) -> None:
    """Write down a promise of either side, or with --number whether it was kept."""
    from torgpred.asks.services import keeping

    if number:
        keeping.tell_kept(code=code, number=number, kept=kept, said_by=person())
    else:
        number = keeping.promise(
            code=code, side=side, who=who, what=what, due=due, said_by=person()
        )
    if as_json:
        answer_json({"promise": number})
        return
    console.print(f"Promise {number} is kept in {code}.")


@edits
def answer(
    code: Code,
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD: when it came.")],
    text: Annotated[str, typer.Argument(help="What it says.")] = "",
    who: Annotated[str, typer.Option(help="Who answered.")] = "",
    file: Annotated[Path | None, typer.Option("--file", help="The paper it came on.")] = None,
    as_json: Json = False,
) -> None:
    """Keep an answer of the marketplace; a file is kept by its SHA-256."""
    from torgpred.asks.services import keeping

    if file is not None and not file.is_file():
        raise typer.BadParameter(f"There is no file {file}.")
    if file is None:
        made = keeping.answer(code=code, day=day, text=text, who=who, entered_by=person())
    else:
        with file.open("rb") as stream:
            made = keeping.answer(
                code=code, day=day, text=text, who=who, entered_by=person(), file=stream,
                file_name=file.name,
            )  # fmt: skip
    if as_json:
        answer_json(made)
        return
    console.print(f"Ask {made.code} is {made.state}.")


@edits
def deliver(
    code: Code,
    day: Annotated[str, typer.Argument(help="YYYY-MM-DD: when it was delivered.")],
    what: Annotated[str, typer.Argument(help="What was delivered.")],
    figure: Annotated[int, typer.Option(help="Number of the figure that tells its worth.")] = 0,
    as_json: Json = False,
) -> None:
    """Write down what was delivered and which figure tells what it was worth."""
    from torgpred.asks.services import keeping

    made = keeping.deliver(code=code, day=day, what=what, figure=figure, entered_by=person())
    if as_json:
        answer_json(made)
        return
    console.print(f"Kept. When all is there: torgpred ask move {made.code} delivered")


@edits
def clock(
    code: Code,
    rule: Annotated[
        str, typer.Argument(help="Clock of the library; see ask clocks --library.")
    ] = "",
    started: Annotated[str, typer.Argument(help="YYYY-MM-DD: day of the event.")] = "",
    days: Annotated[int, typer.Option(help="Its length, where the rule tells none.")] = 0,
    remind: Annotated[int, typer.Option(help="Days ahead of which it is due soon.")] = 3,
    number: Annotated[int, typer.Option(help="Number of a clock to tell of instead.")] = 0,
    state: Annotated[str, typer.Option(help="met, missed, dropped or running.")] = "met",
    as_json: Json = False,
) -> None:
    """Start a clock from an event, or with --number say what became of one."""
    from torgpred.asks.services import timing

    if number:
        timing.stop_clock(code=code, number=number, state=state, said_by=person())
        made = [number]
    else:
        made = timing.start_clock(
            code=code, rule=rule, started=started, days=days, remind_days=remind, said_by=person()
        )
    if as_json:
        answer_json({"clocks": made})
        return
    console.print(f"Clocks {', '.join(map(str, made))} are kept in {code}.")


def clocks(
    library: Annotated[bool, typer.Option("--library", help="The clocks there are.")] = False,
    as_json: Json = False,
) -> None:
    """List clocks that are due soon or overdue in any ask; with --library those one may start."""
    from torgpred.asks.core.clocks import CLOCKS

    if library:
        if as_json:
            answer_json(CLOCKS)
            return
        table = Table("clock", "title", "starts with", "days", "source")
        for rule in CLOCKS:
            length = f"{'about ' if rule.about else ''}{rule.days or 'to be given'}"
            way = " before" if rule.backward else ""
            table.add_row(rule.code, rule.title, rule.starts, length + way, rule.source)
        console.print(table)
        return
    enter()
    from torgpred.asks import selectors

    found = selectors.due_soon()
    if as_json:
        answer_json(found)
        return
    if not found:
        console.print("No clock is due soon.")
        return
    table = Table("ask", "clock", "due", "stands")
    for one in found:
        table.add_row(one.ask, one.title, str(one.due), one.stands)
    console.print(table)


@edits
def small_groups(
    least: Annotated[int, typer.Option(help="Sellers that a shown figure has at least.")] = 0,
    most_share: Annotated[int, typer.Option(help="Per cent that one may make up at most.")] = 0,
    as_json: Json = False,
) -> None:
    """Tell or choose which figures are withheld outside, since too few sellers make them up."""
    from torgpred.asks import selectors
    from torgpred.asks.services import keeping

    rule = selectors.small_groups()
    if least or most_share:
        rule = keeping.set_small_groups(
            least=least or rule.least, most_share=most_share or rule.most_share
        )
    if as_json:
        answer_json(rule)
        return
    console.print(
        f"Withheld: fewer than {rule.least} sellers, or one makes up more than {rule.most_share} %."
    )

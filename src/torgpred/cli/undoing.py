"""`torgpred undo` and `drift`: taking back what we did, and seeing what others did."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.counting import counted
from torgpred.cli.entering import enter
from torgpred.cli.listings import Json, Shop, print_json, progress_bar

if TYPE_CHECKING:
    from torgpred.accounts.core.values import TenantCard
    from torgpred.channels.core.shops import ShopCard
    from torgpred.listings.core.drift import Choice, DriftLine
    from torgpred.listings.selectors import DriftDecisionCard, PlanCard
    from torgpred.listings.services.drifting import DriftReport

SHOWN = 50
"""Lines of a table; --json tells all."""
ALL = "all"

Places = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE", help="PRODUCT, PRODUCT:FIELD, PRODUCT:SKU:FIELD, or all."),
]

console = Console()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("undo")(undo)
    app.command("drift")(drift)


def undo(
    code: Annotated[str, typer.Argument(metavar="RECEIPT", help="Code of the applied plan.")],
    look: Annotated[bool, typer.Option(help="Read the shop anew first.")] = True,
    as_json: Json = False,
) -> None:
    """Make the inverse plan of what a plan did, and say what cannot be undone. Nothing is sent.

    Stock is never taken back. The cause is not mended: what the catalogue or a setting asks for,
    the next plan does again.
    """
    enter()
    from torgpred.listings import selectors
    from torgpred.listings.services.observing import observe
    from torgpred.listings.services.undoing import make_undo

    card = selectors.plan(code)
    with progress_bar() as bar:
        if look and card.state == "applied":
            task = bar.add_task("looking at the shop", total=None)
            observe(
                shop_id=card.shop_id, on_progress=lambda met, _: bar.update(task, completed=met)
            )
        bar.add_task("working out", total=None)
        made = make_undo(seller_id=card.seller_id, plan_id=card.id, actor=person())
    if as_json:
        print_json(made)
    else:
        _print_undo(made)


def _print_undo(made: "PlanCard") -> None:
    counts = made.counts
    console.print(
        f"Plan [bold]{made.code}[/bold] takes back plan {made.undoes}: "
        f"{counted(made.steps, 'step')} for {counted(counts['products'], 'product')}. "
        "Stock is not taken back.",
        highlight=False,
    )
    actions = ("update", "price", "pause", "resume", "remove")
    if made.steps:
        table = Table(*actions, title="steps")
        table.add_row(*(str(counts.get(action, 0)) for action in actions))
        console.print(table)
    if made.cannot:
        table = Table("product", "what", "why", title="cannot be undone")
        for one in made.cannot[:SHOWN]:
            _add(table, one.product_key, one.what, one.why)
        console.print(table)
        more = counts["cannot"] - min(len(made.cannot), SHOWN)
        if more:
            console.print(f"... and {more} more.", highlight=False)
    if not made.steps:
        console.print("Nothing is left to take back.")
        return
    console.print(
        "The cause is not mended by this: the next plan does the same again unless the catalogue "
        "or the setting behind it changes."
    )
    console.print(f"See it: torgpred show {made.code}", highlight=False)
    console.print(f"Carry it out: torgpred apply {made.code}", highlight=False)


def drift(
    seller: Annotated[str, typer.Argument(help="Code of the seller.")],
    shop: Shop = "",
    take_over: Places = None,
    set_back: Places = None,
    leave: Places = None,
    decided: Annotated[bool, typer.Option("--decided", help="List the decisions.")] = False,
    forget: Annotated[
        int, typer.Option("--forget", metavar="N", help="Undo the decision of this number.")
    ] = 0,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep", help="Read every product's detail: shows also what moved no time in the list."
        ),
    ] = False,
    look: Annotated[bool, typer.Option(help="Read the shop anew first.")] = True,
    as_json: Json = False,
) -> None:
    """Show what stands in a shop and nobody here desired; decide what becomes of it.

    Take over: what stands there is wanted from now on. Leave: not ours to manage any more. Set
    back: a product's status is brought back once; a field's decision ends. Without a decision the
    next plan sets fields back and leaves statuses alone.
    """
    enter()
    from torgpred.accounts.services import acting
    from torgpred.listings import selectors
    from torgpred.listings.services.drift_decisions import undo_decision

    who = seller_of(seller)
    where = shop_of(who, shop)
    if forget:
        with acting(person()):
            undo_decision(seller_id=who.id, decision_id=forget, actor=person())
    if decided or forget:
        cards = selectors.drift_decisions(who.id, where.id)
        print_json(cards) if as_json else _print_decisions(cards)
        return
    report = _report(who, where, deep=deep, look=look)
    chosen = {"take_over": take_over, "set_back": set_back, "leave": leave}
    told = _decide(who, where, report, {name: given for name, given in chosen.items() if given})
    if as_json:
        print_json({"drift": report, "decided": told} if told else report)
    elif told:
        _print_decided(who, told)
    else:
        _print_drift(who, report)


def _report(who: "TenantCard", where: "ShopCard", *, deep: bool, look: bool) -> "DriftReport":
    from torgpred.listings.services.drifting import drift as report_drift
    from torgpred.listings.services.observing import Depth

    depth = None
    if look or deep:
        depth = Depth.ALL if deep else Depth.CHANGED
    with progress_bar() as bar:
        task = bar.add_task("looking at the shop", total=None)
        return report_drift(
            seller_id=who.id,
            shop_id=where.id,
            depth=depth,
            on_progress=lambda met, _: bar.update(task, completed=met),
        )


def _decide(
    who: "TenantCard", where: "ShopCard", report: "DriftReport", chosen: dict[str, list[str]]
) -> dict[str, list[str]]:
    """Decide about the lines that were named; return the places by choice."""
    from torgpred.accounts.services import acting
    from torgpred.listings.core.drift import Choice
    from torgpred.listings.services.drift_decisions import decide

    named = {name: _named(who, report.lines, given, Choice(name)) for name, given in chosen.items()}
    # The audit's context is sent along with every statement: only with those that decide.
    with acting(person()):
        for name, lines in named.items():
            decide(
                seller_id=who.id,
                shop_id=where.id,
                choice=Choice(name),
                lines=lines,
                actor=person(),
            )
    return {name: [line.place for line in lines] for name, lines in named.items()}


def _named(
    who: "TenantCard", lines: Sequence["DriftLine"], given: Sequence[str], choice: "Choice"
) -> list["DriftLine"]:
    """Return the lines that are meant; all: those that offer the choice.

    Raises UnknownDriftError for what names none.
    """
    from torgpred.listings.core.errors import UnknownDriftError

    found: dict[str, DriftLine] = {}
    for name in given:
        if name == ALL:
            meant = [line for line in lines if choice in line.choices]
        else:
            meant = [line for line in lines if name in _names(line)]
        if not meant:
            raise UnknownDriftError(given=name, seller=who.code)
        found |= {line.place: line for line in meant}
    return list(found.values())


def _names(line: "DriftLine") -> set[str]:
    """Return all that names a line: its product, its variant, its field or the whole field."""
    field = line.field.partition(".")[0]
    names = {line.product_key, line.place}
    if line.sku:
        names |= {f"{line.product_key}:{line.sku}", f"{line.product_key}:{line.sku}:{field}"}
    return names | {f"{line.product_key}:{field}", f"{line.product_key}:{line.field}"}


def _print_drift(who: "TenantCard", report: "DriftReport") -> None:
    if report.applying:
        console.print(
            f"Plan {report.applying} is being applied: what it changes may show here.",
            highlight=False,
        )
    if report.unread:
        console.print(f"Not seen since we changed them: {counted(report.unread, 'product')}.")
    if not report.lines:
        console.print("Nothing drifted.")
        return
    table = Table("place", "ours", "there", "since", "without a decision", title="drift")
    for line in report.lines[:SHOWN]:
        there = f"{line.there}\n{line.note}" if line.note else line.there
        since = f"{line.since:%Y-%m-%d %H:%M}"
        _add(table, line.place, _short(line.ours), _short(there), since, line.then)
    console.print(table)
    if report.total > SHOWN:
        console.print(f"... and {report.total - SHOWN} more.", highlight=False)
    console.print(
        f"{counted(report.total, 'place')} of {counted(report.products, 'product')}. "
        "Who changed them, the marketplace or somebody in its cabinet, it does not tell.",
        highlight=False,
    )
    console.print(
        f"Decide: torgpred drift {who.code} --take-over PLACE | --set-back PLACE | --leave PLACE",
        markup=False,
        highlight=False,
    )


def _print_decided(who: "TenantCard", told: dict[str, list[str]]) -> None:
    for name, places in told.items():
        for place in places:
            console.print(f"{name.replace('_', ' ')}: {place}", markup=False, highlight=False)
    console.print(f"See them: torgpred drift {who.code} --decided", markup=False, highlight=False)


def _print_decisions(cards: Sequence["DriftDecisionCard"]) -> None:
    if not cards:
        console.print("Nothing is decided.")
        return
    table = Table("number", "place", "decided", "stood there", "by", "on", title="decisions")
    for card in cards:
        place = ":".join(one for one in (card.product_key, card.sku, card.field) if one)
        _add(
            table,
            str(card.id),
            place,
            card.choice.replace("_", " "),
            _short("" if card.value is None else str(card.value)),
            card.decided_by,
            f"{card.decided_at:%Y-%m-%d}",
        )
    console.print(table)


def _add(table: Table, *cells: str) -> None:
    """Add a row of what others wrote: a bracket in it is no style."""
    table.add_row(*map(escape, cells))


def _short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"

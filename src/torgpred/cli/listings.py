"""`torgpred plan` and `apply`: what would change in a shop, and doing it."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from torgpred.cli import decisions, statements
from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.counting import counted
from torgpred.cli.entering import enter

if TYPE_CHECKING:
    from datetime import datetime

    from torgpred.accounts.core.values import TenantCard
    from torgpred.channels.core.shops import ShopCard
    from torgpred.listings.selectors import PlanCard, Receipt

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Shop = Annotated[str, typer.Option("--shop", help="Id or name; not needed with one shop.")]

_ANSWERS = 5

console = Console()


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("plan")(plan)
    app.command("apply")(apply)
    app.command("show")(show)
    decisions.register(app)


def progress_bar() -> Progress:
    """Return the bar that long work shows; it goes to standard error."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def plan(
    seller: Annotated[str, typer.Argument(help="Code of the seller.")],
    shop: Shop = "",
    look: Annotated[bool, typer.Option(help="Read the shop anew first.")] = True,
    retry: Annotated[bool, typer.Option("--retry", help="Try refused products again.")] = False,
    as_json: Json = False,
) -> None:
    """Work out what would change in a shop, and save it. Nothing is sent."""
    enter()
    from torgpred.listings.services.listed import forget_refusals

    who = seller_of(seller)
    where = shop_of(who, shop)
    if retry:
        forget_refusals(seller_id=who.id, shop_id=where.id)
    made = make_plan_shown(who, where, look=look)
    if as_json:
        print_json(made)
        return
    print_plan(made)
    if made.counts["held"]:
        _print_answers(who, where)


def make_plan_shown(who: "TenantCard", where: "ShopCard", *, look: bool) -> "PlanCard":
    """Make a plan behind a progress bar; `look` at the shop anew first."""
    from torgpred.listings.services.adopting import adopt
    from torgpred.listings.services.observing import observe
    from torgpred.listings.services.planning import make_plan

    with progress_bar() as bar:
        if look:
            task = bar.add_task("looking at the shop", total=None)
            observe(shop_id=where.id, on_progress=lambda met, _: bar.update(task, completed=met))
            adopt(
                shop_id=where.id,
                actor=person(),
                on_progress=lambda done, all_: bar.update(
                    task, description="listings before us", completed=done, total=all_
                ),
            )
        task = bar.add_task("working out", total=None)
        return make_plan(
            seller_id=who.id,
            shop_id=where.id,
            actor=person(),
            on_progress=lambda done, all_: bar.update(task, completed=done, total=all_),
        )


def apply(
    code: Annotated[str, typer.Argument(metavar="PLAN", help="Code of the plan.")],
    yes: Annotated[
        list[str] | None,
        typer.Option("--yes", metavar="GUARD", help="It is meant, though a guard waits."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Carry a plan out. Interrupted, the same command goes on where it was."""
    enter()
    from torgpred.listings import selectors
    from torgpred.listings.services import applying

    card = selectors.plan(code)
    applying.begin(seller_id=card.seller_id, plan_id=card.id, actor=person(), confirmed=yes or ())
    with progress_bar() as bar:
        name = f"applying plan {card.code}"
        task = bar.add_task(name, total=card.steps)

        def tell(at: "applying.Progress") -> None:
            waits = _waits(at.trouble, at.rests_until)
            bar.update(
                task,
                completed=at.total - at.open,
                total=at.total,
                description=f"{name}\n{escape(waits)}" if waits else name,
            )

        applying.run(seller_id=card.seller_id, plan_id=card.id, on_progress=tell)
    receipt = selectors.receipt(card.seller_id, card.id)
    if as_json:
        print_json(receipt)
    else:
        _print_receipt(receipt)


def show(
    code: Annotated[str, typer.Argument(metavar="PLAN", help="Code of the plan.")],
    after: Annotated[int, typer.Option(help="Show steps from after this number on.")] = 0,
    limit: Annotated[int, typer.Option(help="How many steps to show.")] = 50,
    as_json: Json = False,
) -> None:
    """Show a plan step by step: what changes, old -> new, why, and what became of it."""
    enter()
    from torgpred.listings import selectors

    card = selectors.plan(code)
    steps = selectors.steps_page(card.seller_id, card.id, after=after, limit=limit)
    if as_json:
        print_json({"plan": card, "steps": steps})
        return
    print_plan(card)
    for step in steps:
        console.print(
            f"[bold]{step.number:>6}[/bold] {step.action:<7} {step.product_key}  "
            f"({counted(step.offers, 'offer')})  [dim]{step.state}[/dim]",
            highlight=False,
        )
        for change in step.changes:
            place = f"{change.place} " if change.place else ""
            console.print(
                f"         {place}{change.field}: {change.old or '-'} -> {change.new or '-'}"
                f"  [dim]{change.reason}[/dim]",
                highlight=False,
            )
        for line in step.stated:
            console.print(f"         [dim]stated: {escape(line)}[/dim]", highlight=False)
        for problem in step.problems:
            console.print(
                f"         [red]{escape(problem.message)}[/red] {escape(problem.mend)}",
                highlight=False,
            )


def _waits(trouble: str, until: "datetime | None") -> str:
    """Return why an apply waits and until when, on this machine's clock."""
    if not trouble or until is None:
        return ""
    return f"{trouble} Next try at {until.astimezone():%Y-%m-%d %H:%M:%S}."


def print_json(value: object) -> None:
    """Print one JSON object or list on standard output."""
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())


def print_plan(card: "PlanCard") -> None:
    """Print a plan: its counts, its steps by action, why offers are held."""
    counts = card.counts
    if waits := _waits(card.trouble, card.rests_until):
        since = card.trouble_since or card.made_at
        console.print(
            f"[yellow]Since {since.astimezone():%Y-%m-%d %H:%M}:[/yellow] {escape(waits)}",
            highlight=False,
        )
    console.print(
        f"Plan [bold]{card.code}[/bold]: {counted(counts['offers'], 'offer')} in "
        f"{counted(counts['products'], 'product')}, {counts['ready']} ready, {counts['held']} held",
        highlight=False,
    )
    table = Table("create", "update", "price", "pause", "resume", "remove", title="steps")
    actions = ("create", "update", "price", "pause", "resume", "remove")
    table.add_row(*(str(counts.get(action, 0)) for action in actions))
    console.print(table)
    if card.holds:
        # Those whose answer frees most come first.
        holds = Table("offers", "why held", "what to do", "such as", title="holds")
        for hold in card.holds[:15]:
            where = f" [{hold.group}]" if hold.group else ""
            holds.add_row(
                str(hold.offers), hold.message + where, hold.mend, ", ".join(hold.examples[:3])
            )
        console.print(holds)
    for guard in card.guards:
        console.print(f"[red]Guard {guard.code}[/red]: {guard.message} {guard.mend}")
        console.print(f"  such as {'; '.join(guard.examples)}", markup=False, highlight=False)
    if card.due_at is not None and card.state == "made":
        due = card.due_at.astimezone()
        console.print(
            f"Prices alone; it will be applied by itself at {due:%Y-%m-%d %H:%M:%S %Z}.",
            highlight=False,
        )
    elif card.steps:
        meant = "".join(f" --yes {guard.code}" for guard in card.guards)
        console.print(f"Carry it out: torgpred apply {card.code}{meant}", highlight=False)
    else:
        console.print("Nothing to change.")


def _print_answers(who: "TenantCard", where: "ShopCard") -> None:
    from torgpred.listings.services.answering import answers

    found = answers(who.id, where.id, seller=who.code, limit=_ANSWERS)
    if found:
        statements.print_answers(found)
    console.print(f"Or fill them in, offer by offer: torgpred fix {who.code}", markup=False)


def _print_receipt(receipt: "Receipt") -> None:
    console.print(f"Receipt of plan [bold]{receipt.plan}[/bold]: {receipt.state}", highlight=False)
    table = Table("step", "products", "offers")
    for name, count in sorted(receipt.steps.items()):
        table.add_row(name.replace(".", " "), str(count), str(receipt.offers[name]))
    console.print(table)
    for reason, count in receipt.refusals:
        console.print(f"{count:>6} x {reason}", highlight=False, markup=False)
    if any(name.endswith(".done") for name in receipt.steps):
        console.print(f"Take it back: torgpred undo {receipt.plan}", highlight=False)

"""`torgpred sale`: a sale day against the twins, with a report at its end."""

import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.demo import play_chapters, refuse_real_home
from torgpred.cli.entering import enter
from torgpred.kernel import shapes

if TYPE_CHECKING:
    from torgpred.demo.sale_report import SaleReport

console = Console(stderr=True)


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("sale")(sale)


def sale(
    shape: Annotated[
        Literal["2015", "2017"],
        typer.Option(help="The year whose first hour is played: 27 % of the day, or 39 %."),
    ] = "2015",
    orders: Annotated[int, typer.Option(min=1, help="Orders of the whole day.")] = 5_000,
    minutes: Annotated[
        float, typer.Option(min=0.1, help="Minutes that the whole day is pressed into.")
    ] = 2.0,
    pieces: Annotated[
        int, typer.Option(min=1, help="Pieces that each SKU has at least when the day begins.")
    ] = 100,
    kill: Annotated[
        int, typer.Option(min=0, help="Worker processes to kill at random moments of the day.")
    ] = 0,
    outage: Annotated[
        float,
        typer.Option(min=0.0, help="Seconds that the database is away in the middle of the day."),
    ] = 0.0,
    lock: Annotated[
        int,
        typer.Option(
            min=0,
            help="Pieces of a few hot SKUs to lock for the joint shop, whose buyers and those of"
            " the sellers' own shops then want the same ones.",
        ),
    ] = 0,
    check: Annotated[
        bool,
        typer.Option(
            "--check",
            help="Exit 0 only if nothing is missing, doubled, oversold, untold, and no locked piece"
            " was sold elsewhere.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Play a sale day against the twins, workers and all, and report how it went.

    With --kill and --outage it is a bad day: processes die as by kill -9, the database stops as by
    a power cut and is started again; nothing may be lost by that.

    Takes a home of the demo's sellers only, and makes them where there are none. Ctrl-C ends the
    day early; what was played is reported.
    """
    enter()
    from torgpred.demo import bad_day, sale_locks, story, world
    from torgpred.demo import sale as playing
    from torgpred.demo.sellers import all_sellers
    from torgpred.runtime import database
    from torgpred.runtime.options import options
    from torgpred.stock.services import feeds

    refuse_real_home()
    shapes.make_ready()
    home = options().home
    try:
        with (
            world.running(home, workers=False, web=False) as where,
            bad_day.workers(home) as workers,
        ):
            story.set_the_scene(where, all_sellers()[0])
            play_chapters(where, console)
            feeds.look_everywhere()
            for one in all_sellers():
                playing.fill(one, pieces)
            hot = sale_locks.lock_hot_goods(where, lock) if lock else ()
            report = playing.play(
                where,
                playing.Sale(shape=shape, orders=orders, minutes=minutes),
                home / "feeds",
                lambda told: console.print(f"[dim]{told}[/dim]", highlight=False),
                workers,
                bad_day.BadDay(kills=kill, outage=outage),
                hot,
            )
        if as_json:
            sys.stdout.write(msgspec.json.encode(report).decode() + "\n")
        else:
            _print(report)
    finally:
        database.stop()
    if check:
        sys.exit(0 if report.well else 1)


def _print(report: "SaleReport") -> None:
    table = Table(title="The sale day", box=None, show_header=False, padding=(0, 2, 0, 0))
    for name, value in msgspec.structs.asdict(report).items():
        table.add_row(name.replace("_", " "), escape(_told(name, value)))
    Console().print(table)
    Console().print("All is well." if report.well else "NOT all is well.")


def _told(name: str, value: Any) -> str:  # noqa: ANN401 - any field of the report
    match name:
        case "taking_in" | "telling" | "on_its_way":
            return f"median {value.median} s, worst {value.worst} s, of {value.count}"
        case "hottest" if value is not None:
            sums = "the sums agree" if value.agrees else "THE SUMS DO NOT AGREE"
            lines = (f"{value.seller} {value.sku}: {value.sold} sold, {sums}", *value.ledger)
            return "\n".join(lines)
        case "troubles":
            return "; ".join(value) or "none"
        case "outlived":
            return "yes" if value else "NO"
        case _:
            return "-" if value is None else str(value)

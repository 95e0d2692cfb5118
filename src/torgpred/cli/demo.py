"""`torgpred demo`: a whole sample world on this machine."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.entering import enter
from torgpred.kernel import shapes
from torgpred.kernel.errors import TorgpredError

if TYPE_CHECKING:
    from torgpred.demo.sellers.types import DemoSeller
    from torgpred.demo.selling.telling import Told
    from torgpred.demo.story import Chapter
    from torgpred.demo.world import Ports

console = Console()


class NotADemoHomeError(TorgpredError):
    """The home holds sellers that are not the demo's."""

    code = "demo.real_home"
    template = (
        "This installation holds real sellers ({names}). Give the demo a home of its own:"
        " TORGPRED_HOME=/some/empty/folder torgpred demo"
    )


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo")(demo)


def demo(
    check: Annotated[
        bool,
        typer.Option("--check", help="Play the story once and end: 0 only if every step came out."),
    ] = False,
) -> None:
    """Start a whole sample world: database, twins, producers with their files, buyers, workers.

    The story goes from six files to live listings, then from stock to orders: over two sellers,
    shipped, cancelled, returned, short, with a buyer's message; meanwhile a joint campaign is
    judged, agreed to, rehearsed, started at its minute, paused, and ends. Started again in the same
    home it goes on from what stands there. Without --check some orders and two campaigns are left
    open.
    """
    started = time.monotonic()
    enter()
    from torgpred.demo import story, world
    from torgpred.demo.sellers import all_sellers
    from torgpred.demo.selling import telling
    from torgpred.runtime import database
    from torgpred.runtime.options import options

    refuse_real_home()
    shapes.make_ready()
    home = options().home
    told = False
    try:
        with world.running(home, workers=True, web=not check) as where:
            story.set_the_scene(where, all_sellers()[0])
            chapters = play_chapters(where, console)
            _print_chapters(chapters)
            steps = telling.tell(
                where,
                lambda said: console.print(f"[dim]{escape(said)}[/dim]", highlight=False),
                leave_work=not check,
                sale=True,
            )
            _print_steps(steps)
            well = steps.well and all(chapter.well for chapter in chapters)
            took = time.monotonic() - started
            console.print(f"{'Every step did.' if well else 'NOT every step did.'} {took:.0f} s")
            told = True
            if check:
                sys.exit(0 if well else 1)
            _print_addresses(where)
            while True:
                time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Stopping.")
    database.stop()
    if not told:
        # Chapters that were broken off would wait for a database that is gone.
        sys.stdout.flush()
        os._exit(130)


def refuse_real_home() -> None:
    """Raise NotADemoHomeError where somebody works with this installation."""
    from torgpred.demo.belonging import real_sellers

    others = real_sellers()
    if others:
        raise NotADemoHomeError(names=", ".join(others[:5]))


def play_chapters(where: "Ports", tell_to: Console) -> "list[Chapter]":
    """Play all sellers' stories at once; broken off, it waits for none of them."""
    from torgpred.demo.sellers import all_sellers

    pool = ThreadPoolExecutor(len(all_sellers()))
    try:
        return list(pool.map(lambda one: play_chapter(where, one, tell_to), all_sellers()))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def play_chapter(where: "Ports", one: "DemoSeller", tell_to: Console) -> "Chapter":
    """Play a seller's story in a thread of its own, telling its steps."""
    from django.db import connection

    from torgpred.demo import story
    from torgpred.runtime.options import options

    try:
        return story.tell(
            where,
            one,
            options().home / "feeds" / one.code,
            lambda told: tell_to.print(f"[dim]{one.name}: {told}[/dim]", highlight=False),
        )
    finally:
        connection.close()


def _print_chapters(chapters: "list[Chapter]") -> None:
    table = Table(
        title="From six producers' files to live listings; numbers are offers",
        box=None,
        padding=(0, 2, 0, 0),
    )
    table.add_column("seller", no_wrap=True)
    for name in ("read", "findings", "ready", "held", "created", "rejected", "2nd plan"):
        table.add_column(name, justify="right", no_wrap=True)
    for one in chapters:
        table.add_row(
            one.code,
            f"{one.taken}/{one.read}",
            str(one.findings),
            str(one.ready),
            str(one.held),
            str(one.created),
            str(one.rejected),
            "empty" if one.second == 0 else f"{one.second} steps",
        )
    console.print(table)
    for one in chapters:
        console.print(f"[bold]{one.code}[/bold]  {one.seller}", highlight=False)
        for word, reasons in (("held", one.reasons), ("rejected", one.refusals)):
            for reason, count in reasons:
                console.print(f"  {word} {count:>4}  {escape(reason)}", highlight=False)


def _print_steps(told: "Told") -> None:
    table = Table(title="From stock to orders, shipped and not", box=None, padding=(0, 2, 0, 0))
    for name in ("", "step", "expected", "came", ""):
        table.add_column(name, overflow="fold")
    before = ""
    for one in told.steps:
        scene = "" if one.scene == before else one.scene
        before = one.scene
        ok = "ok" if one.well else "[bold]NOT OK[/bold]"
        table.add_row(scene, escape(one.what), escape(one.expected), escape(one.came), ok)
    console.print(table)
    for note in told.notes:
        console.print(note, markup=False, highlight=False)


def _print_addresses(where: "Ports") -> None:
    from torgpred.runtime.options import options

    console.print(
        f"\nThe shops as a buyer sees them:   {where.twin_address}/\n"
        f"The marketplace's cabinet:        {where.twin_address}/cabinet\n"
        f"The desks, one click to sign in:  {where.web_address}/\n"
        f"Home of this world:               {options().home}\n\n"
        "Try in another terminal:  .venv/bin/torgpred plan MERZLOHOD\n"
        "                          .venv/bin/torgpred orders watch\n"
        "                          .venv/bin/torgpred orders shortages MERZLOHOD\n"
        "                          .venv/bin/torgpred messages list\n"
        "Ctrl-C stops everything, the database too.",
        highlight=False,
    )

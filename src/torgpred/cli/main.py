"""The one program `torgpred`. Its commands are thin; errors become words and exit codes here."""

import sys

import typer
from rich.console import Console
from rich.text import Text

from torgpred.kernel.errors import TorgpredError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Back office of an integrator-lobbyist: from a producer's file to live listings.",
)


def _register() -> None:
    from torgpred.cli import (
        asks,
        assess,
        campaigns,
        database,
        demo,
        feeds,
        fix,
        forgetting,
        health,
        listings,
        messages,
        notices,
        orders,
        papers,
        payouts,
        prices,
        programmes,
        references,
        rehearse,
        sale,
        secrets,
        sellers,
        shops,
        stock,
        tokens,
        twins,
        undoing,
        web,
        worker,
    )

    everyday = (
        assess,
        feeds,
        listings,
        fix,
        undoing,
        papers,
        prices,
        references,
        orders,
        messages,
        notices,
        payouts,
        programmes,
        health,
        campaigns,
        forgetting,
        asks,
        stock,
        shops,
        sellers,
        tokens,
        demo,
        rehearse,
        sale,
    )
    for module in (*everyday, twins, web, worker, secrets, database):
        module.register(app)


def run() -> None:
    """Run the command line. An expected error is told in one line, with exit code 1."""
    _register()
    try:
        app()
    except TorgpredError as error:
        told = Text.assemble((error.code, "red"), " ", str(error))
        Console(stderr=True, soft_wrap=True).print(told, highlight=False)
        sys.exit(1)

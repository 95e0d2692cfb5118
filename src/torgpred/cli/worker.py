"""`torgpred worker`: the processes that do what there is to do."""

from typing import Annotated

import typer

from torgpred.cli.entering import enter


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("worker")(worker)


def worker(
    only: Annotated[
        str, typer.Option(help="Run one process alone: quick (stock, orders) or bulk (the rest).")
    ] = "",
) -> None:
    """Run the workers until stopped: one process for stock and orders, one for everything else."""
    if only not in {"", "quick", "bulk"}:
        raise typer.BadParameter("quick or bulk", param_hint="--only")
    enter()
    from torgpred.runtime.jobs.supervisor import Supervisor

    supervisor = Supervisor.of([only] if only else ["quick", "bulk"])
    supervisor.stop_on_signals()
    supervisor.run(lambda: typer.echo("Workers run. Ctrl-C stops them.", err=True))

"""`torgpred twins serve`: the local marketplaces, for rehearsal and for any published client."""

from pathlib import Path
from typing import Annotated

import typer

twins = typer.Typer(no_args_is_help=True, help="Local marketplaces that speak the real protocols.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(twins, name="twins")


@twins.command("serve")
def serve(
    port: Annotated[int, typer.Option(help="First port; each twin takes one of its own.")] = 9100,
    state: Annotated[Path | None, typer.Option(help="Folder that keeps the state.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="First print addresses and keys.")
    ] = False,
) -> None:
    """Serve the twins until Ctrl-C. Their state is kept in files and outlives a restart."""
    import os
    import sys

    from torgpred.runtime.options import options
    from torgpred.twins.__main__ import main

    folder = state or options().home / "twins"
    folder.mkdir(parents=True, exist_ok=True)
    words = ["--port", str(port), "--state", str(folder), *(["--json"] if as_json else [])]
    code = main(words)
    sys.stdout.flush()
    # As in `python -m torgpred.twins`: the server's threads may abort the interpreter's winding
    # down, when everything is written and closed already.
    os._exit(code)

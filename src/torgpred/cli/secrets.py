"""`torgpred secrets`: the keys that stored tokens are sealed with."""

import json
from typing import Annotated

import typer

from torgpred.cli.entering import enter

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

secrets = typer.Typer(no_args_is_help=True, help="Keys that stored tokens are sealed with.")


@secrets.callback()
def group() -> None:
    """Keep `rotate` a word of its own although it is the only one."""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(secrets, name="secrets")


@secrets.command("rotate")
def rotate(as_json: Json = False) -> None:
    """Make a new key and seal every stored token with it. Keep the new key file safe."""
    enter()
    from torgpred.runtime import secrets as boxes

    done = boxes.rotate()
    if as_json:
        typer.echo(json.dumps({"resealed": done}))
        return
    for area, count in done.items():
        typer.echo(f"{area}: {count} sealed anew")
    typer.echo(f"Keep a copy of {boxes.box().path} apart from the backups.")

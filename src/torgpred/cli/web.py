"""`torgpred web`: the one port of this installation."""

from typing import Annotated

import typer

from torgpred.cli.entering import enter


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("web")(web)


def web(
    port: Annotated[int, typer.Option(help="Port to listen on.")] = 8800,
    host: Annotated[
        str, typer.Option(help="Address to listen on; put a proxy with TLS in front of it.")
    ] = "127.0.0.1",
    workers: Annotated[int, typer.Option(help="Processes.")] = 1,
) -> None:
    """Serve the desks in the browser, kept pictures and health; TORGPRED_PUBLIC_URL names it."""
    enter()
    from granian import Granian
    from granian.constants import Interfaces

    typer.echo(f"Listening on http://{host}:{port}/", err=True)
    Granian(
        "torgpred.site.app:application",
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        workers=workers,
        log_enabled=False,
    ).serve()

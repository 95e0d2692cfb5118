"""`torgpred migrate, backup, restore, upgrade, doctor, stop`: the engineer's commands."""

import json
import os
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from torgpred.runtime.options import options

if TYPE_CHECKING:
    from torgpred.runtime.doctor import Remark

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Target = Annotated[Path | None, typer.Argument(help="Where to write it; default: this folder.")]

_SIGNS = {"good": "[green]ok  [/green]", "note": "[yellow]note[/yellow]", "bad": "[red]bad [/red]"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (migrate, backup, restore, upgrade, doctor, stop):
        app.command(command.__name__)(command)


def _django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torgpred.runtime.settings")
    import django

    django.setup()


def _stamp(prefix: str) -> str:
    return f"{prefix}-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar"


def migrate(as_json: Json = False) -> None:
    """Bring the database up to this version, as the owner role."""
    _django()
    from torgpred.runtime import database

    database.ensure(migrated=False)
    done = database.migrate()
    if as_json:
        typer.echo(json.dumps({"migrated": done}))
    else:
        typer.echo(f"{len(done)} migrations brought in." if done else "Nothing to migrate.")


def backup(
    target: Target = None,
    keys: Annotated[
        bool, typer.Option(help="Write the secret keys too, into a file of their own.")
    ] = True,
    as_json: Json = False,
) -> None:
    """Write database and files into one archive, while everything runs on."""
    _django()
    from torgpred.runtime import backup as backups
    from torgpred.runtime import database

    database.ensure()
    target = _file(target, "torgpred")
    with Console(stderr=True).status("Starting") as status:
        made = backups.back_up(target, with_keys=keys, tell=status.update)
    if as_json:
        typer.echo(json.dumps(asdict(made), default=str))
        return
    typer.echo(f"{made.path}  {made.bytes / 1e6:.1f} MB, {made.files} files")
    if made.keys:
        typer.echo(f"{made.keys}  the secret keys")
    for note in made.notes:
        typer.echo(note)


def restore(
    archive: Annotated[Path, typer.Argument(help="What `torgpred backup` wrote.")],
    keys: Annotated[
        Path | None, typer.Option(help="The secret keys' file; default: ARCHIVE.keys if there.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Move what is there aside (nothing is deleted).")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Put a backup into an empty home folder."""
    _django()
    from torgpred.runtime import restore as restoring

    there = restoring.what_is_there()
    if there and force:
        typer.echo(f"This moves aside: {'; '.join(there)}. Then {archive} takes its place.")
        if not yes:
            typer.confirm("Go on?", abort=True)
    with Console(stderr=True).status("Starting") as status:
        done = restoring.restore(archive, keys=keys, force=force, tell=status.update)
    typer.echo(f"Restored into {options().home}.")
    if done.replaced:
        typer.echo(f"What was there before is in {done.replaced}.")
    for note in done.notes:
        typer.echo(note)


def upgrade(target: Target = None) -> None:
    """Back up, then bring database and server up to this version of torgpred."""
    _django()
    from torgpred.runtime import restore as restoring

    target = _file(target, "before-upgrade")
    with Console(stderr=True).status("Starting") as status:
        done = restoring.upgrade(target=target, tell=status.update)
    if target.exists():
        typer.echo(f"Backed up to {target}, its secret keys beside it: keep them apart.")
    if done.replaced:
        typer.echo(f"The data folder of the older PostgreSQL is in {done.replaced}.")
    typer.echo("\n".join(done.notes) or "The database was up to date.")


def doctor(as_json: Json = False) -> None:
    """Say in plain words what is well and what is not. Exit code 1 if something is bad."""
    _django()
    from torgpred.runtime import doctor as doctors

    remarks = doctors.examine()
    remarks += _of_stock(remarks)
    level = doctors.worst(remarks)
    if as_json:
        found = [asdict(remark) for remark in remarks]
        typer.echo(json.dumps({"level": level, "remarks": found}, ensure_ascii=False))
    else:
        console = Console(highlight=False)
        for remark in remarks:
            mend = f" [bold]{remark.mend}[/bold]" if remark.mend else ""
            console.print(
                f"{_SIGNS[remark.level]} {remark.subject}: {remark.text}.{mend}", soft_wrap=True
            )
    raise typer.Exit(1 if level == "bad" else 0)


def _of_stock(remarks: "list[Remark]") -> "list[Remark]":
    """Recompute stock, where the database is up and up to date: runtime knows no areas."""
    from torgpred.orders.selectors import reserved_sums
    from torgpred.runtime.doctor import Remark
    from torgpred.stock import selectors

    if not any(one.subject == "migrations" and one.level == "good" for one in remarks):
        return []
    wrong = selectors.recompute(reserved=reserved_sums())
    owed = selectors.owed()
    found = [Remark("good", "stock", "levels are the sums of their movements, orders and locks")]
    if wrong:
        first = ", ".join(f"{one.sku} ({one.what} {one.level}, not {one.sum})" for one in wrong[:5])
        mend = "Report it; see torgpred stock ledger SELLER SKU."
        text = f"{len(wrong)} numbers of levels are not the sums they should be: {first}"
        found = [Remark("bad", "stock", text, mend)]
    if owed:
        pieces = sum(one.owing for one in owed)
        mend = "Take promises back, close locks, or count again."
        text = f"{pieces} pieces of {len(owed)} levels are promised and not there"
        found.append(Remark("note", "stock", text, mend))
    return found


def stop() -> None:
    """Stop the embedded database. Nothing else ever does."""
    from torgpred.runtime import database

    if not database.is_embedded():
        typer.echo("The database is a server of your own; it is not ours to stop.")
    elif database.stop():
        typer.echo("The database is stopped.")
    else:
        typer.echo("The database was not running.")


def _file(target: Path | None, prefix: str) -> Path:
    """Return the file to write: the one given, or a dated one in the folder given."""
    target = (target or Path.cwd()).expanduser().resolve()
    return target / _stamp(prefix) if target.is_dir() else target

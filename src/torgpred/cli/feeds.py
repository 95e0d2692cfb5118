"""`torgpred feed`: look a file over, take it in, and give pictures for it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.counting import counted

if TYPE_CHECKING:
    from torgpred.kernel.findings import Finding

UNUSABLE = 2
"""Exit code for a file of which nothing could be used."""
_SHOWN = 30

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
File = Annotated[Path, typer.Argument(help="YML, CommerceML, Google, XLSX, XLS, CSV; gz, zip.")]

feed = typer.Typer(no_args_is_help=True, help="Catalogue files: check them, take them in.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(feed, name="feed")


@feed.command("check")
def check(file: File, as_json: Json = False) -> None:
    """Say what a file is and what of it is usable. Needs no database.

    Exit code 2 if nothing of it can be used.
    """
    from torgpred.catalogue.core.check import check as look_over

    found = look_over(file)
    if as_json:
        typer.echo(json.dumps(found.as_dict(), ensure_ascii=False))
    else:
        _print_check(found.as_dict())
        print_findings(found.findings, found.findings_total)
    if not found.usable:
        raise typer.Exit(UNUSABLE)


@feed.command("read")
def read(
    seller: Annotated[str, typer.Argument(help="The seller's code.")],
    file: File,
    name: Annotated[str, typer.Option(help="Which of the seller's feeds this is.")] = "catalogue",
    accept_missing: Annotated[
        bool, typer.Option("--accept-missing", help="Most offers are gone, and that is right.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take a file into a seller's catalogue. Exit code 2 if nothing of it could be used."""
    if not file.is_file():
        absent(file)
    from torgpred.cli.entering import enter

    enter()
    from torgpred.accounts import selectors
    from torgpred.catalogue import services

    tenant = selectors.tenant(seller)
    with _counting(f"Reading {file.name}", quiet=as_json) as progress:
        report = services.take_in(
            seller_id=tenant.id,
            feed_name=name,
            path=file,
            actor="command line",
            accept_missing=accept_missing,
            progress=progress,
        )
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        _print_check(report.as_dict())
        print_findings(report.findings, sum(report.finding_totals.values()))
    if report.outcome != "taken":
        raise typer.Exit(UNUSABLE)


@feed.command("columns")
def columns(
    seller: Annotated[str, typer.Argument(help="The seller's code.")],
    decisions: Annotated[
        list[str] | None, typer.Argument(help="HEADER=FIELD; FIELD may be param or ignore.")
    ] = None,
    name: Annotated[str, typer.Option(help="Which of the seller's feeds this is.")] = "catalogue",
    as_json: Json = False,
) -> None:
    """Say what the columns of a seller's tables mean; without any, show what was said."""
    from torgpred.cli.entering import enter

    enter()
    from torgpred.accounts import selectors
    from torgpred.catalogue import services

    given = [decision.rpartition("=") for decision in decisions or []]
    if any(not equals for _, equals, _ in given):
        raise typer.BadParameter("give HEADER=FIELD")
    kept = services.decide_columns(
        seller_id=selectors.tenant(seller).id,
        feed_name=name,
        decisions={header: field for header, _, field in given},
    )
    if as_json:
        typer.echo(json.dumps(kept, ensure_ascii=False))
        return
    for header, field in kept.items():
        typer.echo(f"{header}  {field}")


@feed.command("pictures")
def pictures(
    seller: Annotated[str, typer.Argument(help="The seller's code.")],
    archive: Annotated[Path, typer.Argument(help="ZIP of pictures named by SKU.")],
    as_json: Json = False,
) -> None:
    """Keep a ZIP of pictures: SKU.jpg, SKU_2.jpg or SKU/anything.jpg."""
    if not archive.is_file():
        absent(archive)
    from torgpred.cli.entering import enter

    enter()
    from torgpred.accounts import selectors
    from torgpred.catalogue import services

    tenant = selectors.tenant(seller)
    report = services.keep_pictures(seller_id=tenant.id, path=archive)
    if as_json:
        typer.echo(json.dumps(report.as_dict(), ensure_ascii=False))
    else:
        typer.echo(f"{counted(report.kept, 'picture')} of {counted(report.offers, 'offer')} kept.")
        print_findings(report.findings, len(report.findings))
    if not report.kept:
        raise typer.Exit(UNUSABLE)


class _counting:  # noqa: N801 - used as `with _counting(...)`
    """A spinner with the number of offers gone through, on standard error."""

    def __init__(self, title: str, *, quiet: bool) -> None:
        from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed:,} offers"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=quiet,
            transient=True,
        )
        self._task = self._bar.add_task(title, total=None)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def __call__(self, entries: int) -> None:
        self._bar.update(self._task, completed=entries)


def absent(file: Path) -> None:
    """Say that there is no such file, and exit."""
    Console(stderr=True).print(f"There is no file {escape(str(file))}.", highlight=False)
    raise typer.Exit(UNUSABLE)


def _print_check(found: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    for name, value in found.items():
        if name not in {"findings", "findings_by_code", "missing_keys"}:
            table.add_row(name.replace("_", " "), escape(str(value)))
    Console().print(table)


def print_findings(findings: "list[Finding] | tuple[Finding, ...]", total: int) -> None:
    """Print the first findings of `total` as a table."""
    if not findings:
        return
    table = Table("", "where", "what", "mend", title=counted(total, "finding"))
    for finding in findings[:_SHOWN]:
        words = (finding.severity.value, finding.place, finding.message, finding.mend)
        table.add_row(*map(escape, words))
    Console().print(table)
    if total > _SHOWN:
        typer.echo(f"... and {total - _SHOWN} more: --json lists them.")

"""`torgpred fix`: held offers as a workbook with only the empty cells to fill, and back."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.counting import counted
from torgpred.cli.entering import enter
from torgpred.kernel.errors import TorgpredError

if TYPE_CHECKING:
    from torgpred.accounts.core.values import TenantCard
    from torgpred.channels.core.shops import ShopCard
    from torgpred.kernel.findings import Finding
    from torgpred.listings.core.fixing.texts import FixWords
    from torgpred.listings.selectors import PlanCard
    from torgpred.listings.services.fix_reading import FixReading

_FINDINGS_SHOWN = 40

console = Console()


class UnwritableFixFileError(TorgpredError):
    """The fix file could not be written."""

    code = "fix.unwritable"
    template = "The fix file cannot be written to {place}: {reason}."


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("fix")(fix)


def fix(
    seller: Annotated[str, typer.Argument(help="Code of the seller.")],
    file: Annotated[
        Path | None, typer.Argument(help="A filled fix file to be read; none: write one.")
    ] = None,
    shop: Annotated[str, typer.Option("--shop", help="Id or name; not needed with one shop.")] = "",
    out: Annotated[
        Path | None, typer.Option("--out", metavar="PATH", help="Where to write it.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", help="en, ru or zh; else TORGPRED_LANGUAGE.")
    ] = "",
    look: Annotated[bool, typer.Option(help="Read the shop anew before the plan is made.")] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Write held offers into a workbook with only the empty cells to fill; given back, read it.

    What can be used of a filled file becomes statements and mappings, and a plan is made; what
    cannot is named by sheet and cell. Read twice, it changes nothing the second time.
    """
    enter()
    from torgpred.listings.core.fixing.texts import FixWords
    from torgpred.runtime.options import options

    who = seller_of(seller)
    where = shop_of(who, shop)
    words = FixWords(language or options().language)
    if file is None:
        _write(who, where, words, _free(out, who.code), as_json=as_json)
    else:
        _read(who, where, words, file, look=look, as_json=as_json)


def _free(out: Path | None, code: str) -> Path:
    """Return where to write: never over a file that is there, for it may hold answers."""
    if out is not None:
        if out.exists():
            raise UnwritableFixFileError(place=out, reason="it is there and may hold answers")
        return out
    number, place = 1, Path(f"fix-{code}.xlsx")
    while place.exists():
        number += 1
        place = Path(f"fix-{code}-{number}.xlsx")
    return place


def _write(
    who: "TenantCard", where: "ShopCard", words: "FixWords", out: Path, *, as_json: bool
) -> None:
    import msgspec

    from torgpred.cli.listings import progress_bar
    from torgpred.listings.services.fixing import write_fix

    with progress_bar() as bar:
        task = bar.add_task("laying out held products", total=None)
        try:
            done = write_fix(
                seller_id=who.id,
                shop_id=where.id,
                seller=who.code,
                path=out,
                say=words,
                on_progress=lambda at, all_: bar.update(task, completed=at, total=all_),
            )
        except OSError as error:
            reason = error.strerror or str(error)
            raise UnwritableFixFileError(place=out, reason=reason) from error
    if as_json:
        typer.echo(msgspec.json.encode(done).decode())
        return
    console.print(
        f"{done.path}: {counted(done.offers, 'held offer')}, {done.rows} with cells to fill on "
        f"{counted(done.sheets, 'sheet')}, {counted(done.categories, 'category', 'categories')} to "
        f"map, {counted(done.of_shop, 'choice')} for the shop; {counted(done.beyond, 'offer')} "
        "that only the seller's own file can mend.",
        markup=False,
        highlight=False,
    )
    console.print(f"Filled, give it back: torgpred fix {who.code} {done.path}", markup=False)


def _read(
    who: "TenantCard",
    where: "ShopCard",
    words: "FixWords",
    file: Path,
    *,
    look: bool,
    as_json: bool,
) -> None:
    import msgspec

    from torgpred.accounts.services import acting
    from torgpred.cli.listings import make_plan_shown, print_plan
    from torgpred.listings.services.fix_reading import read_fix

    # The plan is bulk work, which is not done under the audit's context.
    with acting(person()):
        done = read_fix(
            seller_id=who.id, shop_id=where.id, seller=who.code, path=file, given_by=person()
        )
    if not as_json:
        _print_reading(done, words)
    plan = make_plan_shown(who, where, look=look)
    if as_json:
        typer.echo(msgspec.json.encode(_as_dict(done, plan, words)).decode())
        return
    print_plan(plan)


def _as_dict(done: "FixReading", plan: "PlanCard", words: "FixWords") -> dict[str, object]:
    return {
        "used": done.used,
        "unchanged": done.unchanged,
        "wrong": sum(1 for one in done.findings if one.severity == "error"),
        "statements": done.statements,
        "offers": done.offers,
        "mapped": done.mapped,
        "chosen": done.chosen,
        "findings": [
            one.as_dict() | dict(zip(("message", "mend"), _said(one, words), strict=True))
            for one in done.findings
        ],
        "plan": plan.code,
        "counts": plan.counts,
    }


def _print_reading(done: "FixReading", words: "FixWords") -> None:
    console.print(
        f"{done.used} cells used ({done.statements} statements, {done.mapped} categories mapped, "
        f"{done.chosen} choices for the shop), {done.unchanged} as they were.",
        highlight=False,
    )
    if not done.findings:
        return
    table = Table("cell", "what is wrong", "what to do")
    for one in done.findings[:_FINDINGS_SHOWN]:
        table.add_row(*(Text(text) for text in (one.place, *_said(one, words))))
    console.print(table)
    if len(done.findings) > _FINDINGS_SHOWN:
        console.print(f"and {len(done.findings) - _FINDINGS_SHOWN} more: --json lists all")


def _said(finding: "Finding", words: "FixWords") -> tuple[str, str]:
    import msgspec

    data = {name: words.reason(text) for name, text in finding.data.items()}
    return msgspec.structs.replace(finding, data=data).words(words.finding)

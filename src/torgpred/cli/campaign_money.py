"""`torgpred campaign money ...`: sources, what is spent on them, what reports tell of them."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.campaign_options import Code, Json, decimal_given, tell
from torgpred.cli.choosing import person, shop_meant
from torgpred.cli.entering import edits, enter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from torgpred.campaigns.core.money.results import Results
    from torgpred.campaigns.services.reporting import TakenIn
    from torgpred.kernel.findings import Finding

console = Console(markup=False, emoji=False, highlight=False)

Shop = Annotated[str, typer.Option("--shop", help="Shop that the file is about.")]
Source = Annotated[
    str, typer.Option("--source", help="Source of all rows that name none: a short name.")
]
TableFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX or XLS.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("source", source), ("spend", spend), ("unspend", unspend), ("traffic", traffic),
        ("marked", marked), ("withdraw-report", withdraw_report), ("money", money),
    ):  # fmt: skip
        app.command(name)(command)


@edits
def source(
    code: Code,
    short: Annotated[str, typer.Argument(help="Short name, such as blogger-anna.")],
    name: Annotated[str, typer.Option(help="What people call it.")],
    kind: Annotated[
        str,
        typer.Option(
            help="marketplace_ads, search_ads, blogger, social, newsletter, partner_link,"
            " marketplace_coupon, bank_coupon or other."
        ),
    ] = "other",
    link: Annotated[
        str, typer.Option(help="A link of it, or its parameters: utm_source=anna.")
    ] = "",
    codes: Annotated[
        list[str] | None, typer.Option("--code", help="Code that buyers enter; several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Add a source of a campaign's orders, or change it."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.money.sources import SourceKind
    from torgpred.campaigns.services import spending

    if kind not in {one.value for one in SourceKind}:
        raise typer.BadParameter(f"{kind!r} is no kind of source", param_hint="--kind")
    card = selectors.campaign(code)
    made = spending.keep_source(
        campaign_id=card.id, code=short, name=name, kind=SourceKind(kind), link=link,
        codes=codes or (), actor=person(),
    )  # fmt: skip
    if as_json:
        tell(made)
        return
    marks = [*made.codes, *(f"{key}={value}" for key, value in made.link.items())]
    console.print(f"{made.code}: {made.name} ({made.kind.value}) {', '.join(marks)}")


@edits
def spend(
    code: Code,
    file: Annotated[
        Path | None,
        typer.Argument(exists=True, dir_okay=False, help="A table of spend; else one entry."),
    ] = None,
    source: Source = "",
    day: Annotated[str, typer.Option(help="Day of the spend, such as 2026-11-11.")] = "",
    amount: Annotated[
        str, typer.Option(metavar="AMOUNT CUR", help='Such as "10000 RUB"; with a file, "RUB".')
    ] = "",
    pays: Annotated[str, typer.Option(help='Such as "operator 50, marketplace 50".')] = "",
    document: Annotated[str, typer.Option(help="Number of the invoice or act.")] = "",
    note: Annotated[str, typer.Option(help="What else to know.")] = "",
    as_json: Json = False,
) -> None:
    """Enter what was spent on a source, by hand or by a table. The same again changes nothing."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.money.files import NewSpend
    from torgpred.campaigns.services import spending

    card = selectors.campaign(code)
    number, _, currency = amount.strip().rpartition(" ")
    if file is not None:
        done = spending.read_spend_file(
            campaign_id=card.id, path=file, actor=person(), source=source, currency=currency,
            payers=pays, document=document,
        )  # fmt: skip
        if as_json:
            tell({"entered": done.entered, "known": done.known, "findings": _plain(done.findings)})
        else:
            console.print(f"{done.entered} entered, {done.known} known before.")
            _print(done.findings)
        _fail_on(done.findings)
        return
    try:
        meant = date.fromisoformat(day)
    except ValueError as error:
        raise typer.BadParameter("such as 2026-11-11", param_hint="--day") from error
    entry = NewSpend(
        source, meant, decimal_given(number, "--amount"), currency, pays, document, note
    )
    made = spending.spend(campaign_id=card.id, entry=entry, actor=person())
    if as_json:
        tell({"entry": made})
    else:
        console.print(f"Entry {made}. To undo it: torgpred campaign unspend {card.code} {made}")


@edits
def unspend(
    code: Code,
    entry: Annotated[int, typer.Argument(help="Number of the entry.")],
    note: Annotated[str, typer.Option(help="Why.")] = "",
) -> None:
    """Undo an entry of spend by its opposite; both stay to be read."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import spending

    card = selectors.campaign(code)
    made = spending.undo_spend(campaign_id=card.id, entry=entry, actor=person(), note=note)
    console.print(f"Entry {entry} is undone by entry {made}.")


@edits
def traffic(
    code: Code, file: TableFile, shop: Shop, source: Source = "", as_json: Json = False
) -> None:
    """Take in a marketplace's traffic report: views, clicks, orders, revenue by source and day."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import reporting

    done = reporting.read_traffic_file(
        campaign_id=selectors.campaign(code).id, shop_id=shop_meant(shop).id, path=file,
        actor=person(), source=source,
    )  # fmt: skip
    _taken(done, as_json=as_json)


@edits
def marked(
    code: Code, file: TableFile, shop: Shop, source: Source = "", as_json: Json = False
) -> None:
    """Take in a list of a shop's orders with the code or link by which each came."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import reporting

    done = reporting.read_marked_file(
        campaign_id=selectors.campaign(code).id, shop_id=shop_meant(shop).id, path=file,
        actor=person(), source=source,
    )  # fmt: skip
    _taken(done, as_json=as_json)


@edits
def withdraw_report(
    code: Code, report: Annotated[int, typer.Argument(help="Number of the report.")]
) -> None:
    """Let a report count no longer; what it replaced counts again."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import reporting

    card = selectors.campaign(code)
    reporting.withdraw_report(campaign_id=card.id, report=report, actor=person())
    console.print(f"Report {report} counts no longer.")


def money(code: Code, as_json: Json = False) -> None:
    """Show what each source cost and brought: our orders, the report, and their difference."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.campaigns import selectors
    from torgpred.campaigns.selectors import money as reads

    card = selectors.campaign(code)
    found = reads.money(card)
    if as_json:
        tell(
            {
                "campaign": card.code, "money": found, "spend": reads.spent(card.id),
                "reports": reads.money_reports(card.id),
            }
        )  # fmt: skip
        return
    _show(found, {one.id: one.code for one in accounts.sellers()})
    for entry in reads.spent(card.id):
        state = " undone" if entry.undone else f" undoes {entry.undoes}" if entry.undoes else ""
        console.print(
            f"entry {entry.id}: {entry.day} {entry.amount} {entry.currency} {entry.document}{state}"
        )
    for one in reads.money_reports(card.id):
        gone = ", withdrawn" if one.withdrawn_at else ""
        console.print(f"report {one.id}: {one.kind} {one.name}, {one.rows} rows{gone}")


def amounts(sums: "Mapping[str, Decimal]") -> str:
    """Return sums by currency as text; a dash where there are none."""
    return ", ".join(f"{amount} {currency}" for currency, amount in sums.items()) or "-"


def _show(found: "Results", codes: "Mapping[int, str]") -> None:
    table = Table("source", "spend", "our orders", "report's", "difference", "cost an order", "by")
    for one in found.sources:
        table.add_row(
            one.source.code,
            amounts(one.spend),
            "-" if one.ours is None else f"{one.ours.orders}: {amounts(one.ours.revenue)}",
            "-" if one.told is None else f"{one.told.orders}: {amounts(one.told.revenue)}",
            "-" if one.difference_orders is None else f"{one.difference_orders:+}",
            amounts(one.cost_per_order),
            one.basis.value,
        )
    console.print(table)
    console.print(
        f"{found.orders.orders} orders, {amounts(found.orders.revenue)};"
        f" {found.unmarked.orders} of them carry no mark."
    )
    console.print(f"Spent: {amounts(found.spend)}; an order cost {amounts(found.cost_per_order)}.")
    sellers = Table("seller", "orders", "pieces", "revenue", "spend", "of it its own", "an order")
    for mine in found.sellers:
        sellers.add_row(
            codes.get(mine.seller_id, str(mine.seller_id)), str(mine.orders), str(mine.pieces),
            amounts(mine.revenue), amounts(mine.spend), amounts(mine.own_spend),
            amounts(mine.cost_per_order),
        )  # fmt: skip
    console.print(sellers)
    if found.unshared:
        console.print(f"Shared out to nobody: {amounts(found.unshared)}")


def _taken(done: "TakenIn", *, as_json: bool) -> None:
    if as_json:
        tell(
            {
                "report": done.report, "rows": done.rows, "refused": done.refused,
                "known": done.known, "findings": _plain(done.findings),
            }
        )  # fmt: skip
    elif done.known:
        console.print(f"The same file counts already as report {done.report}.")
    elif done.report:
        console.print(f"Report {done.report}: {done.rows} rows taken, {done.refused} refused.")
    else:
        console.print(f"Nothing was taken; {done.refused} rows refused.")
    if not as_json:
        _print(done.findings)
    _fail_on(done.findings)


def _print(findings: "Sequence[Finding]") -> None:
    for one in findings:
        console.print(f"{one.severity.value}: {one.place}: {one.message} {one.mend}")


def _plain(findings: "Sequence[Finding]") -> list[dict[str, str]]:
    return [one.as_dict() for one in findings]


def _fail_on(findings: "Sequence[Finding]") -> None:
    """End with 1 where a row was left out, so that a script notices."""
    if any(one.severity.value == "error" for one in findings):
        raise typer.Exit(1)

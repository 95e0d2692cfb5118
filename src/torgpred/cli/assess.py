"""`torgpred assess`: what a file could do at a marketplace today. No account, no database."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.quantity import decimal_of

if TYPE_CHECKING:
    from torgpred.kernel.money import Rate
    from torgpred.listings.core.assessed.sheet import Section, Sheet
    from torgpred.listings.core.assessed.words import Words
    from torgpred.listings.core.assessing import Assessed, Market, Wishes

UNUSABLE = 2
"""Exit code for a file of which nothing could be used."""


class UnwritablePageError(TorgpredError):
    """The page could not be written."""

    code = "assess.unwritable"
    template = "The page cannot be written to {place}: {reason}."


class PriceBasis(StrEnum):
    """What prices start from."""

    AUTO = "auto"
    SHELF = "shelf"
    KEPT = "kept"
    COST = "cost"


class Language(StrEnum):
    """Languages of the sheet."""

    EN = "en"
    RU = "ru"
    ZH = "zh"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("assess")(assess)


def assess(
    file: Annotated[Path, typer.Argument(help="YML, CommerceML, Google, XLSX, XLS, CSV; gz, zip.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="OUT", help="Also write a printable page.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="Language of the sheet.")] = Language.EN,
    basis: Annotated[
        PriceBasis,
        typer.Option(help="The file's price is what the shopper pays (shelf), what you keep"
                     " (kept); or start from the cost."),
    ] = PriceBasis.AUTO,
    commission: Annotated[str, typer.Option(help="Marketplace's share, percent.")] = "8",
    fee: Annotated[str, typer.Option(help="Integrator's share, percent.")] = "4",
    margin: Annotated[str, typer.Option(help="Percent added to the cost or kept price.")] = "",
    tax: Annotated[str, typer.Option(help="Tax contained in the price, percent.")] = "0",
    per_parcel: Annotated[str, typer.Option(help="Delivery of one parcel, RUB.")] = "100",
    per_kg: Annotated[str, typer.Option(help="Delivery of one kilogram, RUB.")] = "0",
    rate: Annotated[
        list[str] | None,
        typer.Option("--rate", metavar="CUR=VALUE", help="A rate to RUB, such as CNY=11.40."),
    ] = None,
    answers: Annotated[int, typer.Option(min=1, max=100, help="Answers to rank.")] = 8,
    learnt: Annotated[
        bool,
        typer.Option("--learnt", help="Use the categories that this installation learnt from the"
                     " marketplace; needs its database."),
    ] = False,
) -> None:  # fmt: skip
    """Say what of a file could go live today, what is missing, and what a price leaves you.

    Needs no account and no database. Exit code 2 if nothing of the file can be used.
    """
    if not file.is_file():
        Console(stderr=True).print(Text(f"There is no file {file}."))
        raise typer.Exit(UNUSABLE)
    from torgpred.cli.assess_hints import HINTS, NEXT
    from torgpred.cli.assess_page import page_of
    from torgpred.demo.assessing import duties_of
    from torgpred.listings.core.assessed.sheet import sheet_of
    from torgpred.listings.core.assessed.words import Words
    from torgpred.listings.core.assessing import assess as assess_file

    market = _market(learnt=learnt)
    target = market.rules.currency
    rates = _rates(rate or [], target)
    shares = {"commission": commission, "fee": fee, "margin": margin, "tax": tax}
    wishes = _wishes(
        {name: _amount(text, f"--{name}") for name, text in shares.items() if text},
        parcel=_amount(per_parcel, "--per-parcel"),
        kg=_amount(per_kg, "--per-kg"),
        basis=basis,
        rates=rates,
        target=target,
        answers=answers,
    )
    with _counting(quiet=as_json) as progress:
        done = assess_file(
            file, market, wishes, eligibility=duties_of(market, _today()), progress=progress
        )
    words = Words(lang.value, HINTS[lang.value])
    said = _said(rates, words)
    after = [words.say(key) for key in NEXT]
    sheet = sheet_of(done, words, today=_today(), rates=said, after=after)
    if html is not None:
        _write(html, page_of(sheet))
    if as_json:
        typer.echo(_encoded(as_dict(done, words, said)))
    else:
        _print(sheet)
        if html is not None:
            Console(stderr=True).print(Text(f"-> {html}"))
    if not done.readable:
        raise typer.Exit(UNUSABLE)


# --- options ------------------------------------------------------------------------------------
def _today() -> date:
    return datetime.now(UTC).date()


def _amount(text: str, option: str) -> Decimal:
    number = decimal_of(text.removesuffix("%"))
    if number is None or number < 0 or number > 1_000_000:
        raise typer.BadParameter(f"{text!r} is no number of 0 or more", param_hint=option)
    return number


def _rates(given: list[str], target: str) -> "dict[tuple[str, str], Rate]":
    from torgpred.kernel.money import Rate

    rates = {}
    for one in given:
        name, equals, text = one.partition("=")
        currency, value = name.strip().upper(), decimal_of(text)
        if not equals or len(currency) != 3 or not currency.isalpha() or not value or value <= 0:
            raise typer.BadParameter(f"{one!r}: give it as CNY=11.40", param_hint="--rate")
        rates[currency, target] = Rate(value, _today(), "given by option")
    return rates


def _said(rates: "dict[tuple[str, str], Rate]", words: "Words") -> list[str]:
    return [
        words.say("assumed.rate", source=source, target=target, value=one.value)
        for (source, target), one in rates.items()
    ]


def _wishes(
    shares: dict[str, Decimal],
    *,
    parcel: Decimal,
    kg: Decimal,
    basis: PriceBasis,
    rates: "dict[tuple[str, str], Rate]",
    target: str,
    answers: int,
) -> "Wishes":
    from torgpred.kernel.money import Rates
    from torgpred.listings.core.assessing import Wishes
    from torgpred.listings.core.pricing import Basis, Logistics, PricingPolicy, Route

    delivery = Logistics(target, per_parcel=parcel, per_kg=kg)
    policy = PricingPolicy(
        commission=shares["commission"],
        fee=shares["fee"],
        route=Route(tax_out=shares["tax"], logistics=delivery),
    )
    return Wishes(
        policy=policy,
        margin=shares.get("margin"),
        basis=None if basis is PriceBasis.AUTO else Basis(basis.value),
        rates=Rates(rates),
        answers=answers,
    )


def _market(*, learnt: bool) -> "Market":
    from torgpred.demo.assessing import known_market, sample_market

    if not learnt:
        return sample_market()
    from torgpred.cli.entering import enter

    enter()
    market = known_market()
    if not market.learnt:
        Console(stderr=True).print("No shop has learnt the rules yet: the sample tree is used.")
    return market


# --- output -------------------------------------------------------------------------------------
@contextmanager
def _counting(*, quiet: bool) -> Iterator[Callable[[int], None]]:
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.completed:,} offers, two readings"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        disable=quiet,
        transient=True,
    )
    task = bar.add_task("", total=None)
    with bar:
        yield lambda seen: bar.update(task, completed=seen)


def _write(place: Path, page: str) -> None:
    try:
        place.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise UnwritablePageError(place=place, reason=error.strerror or error) from error


def _encoded(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text.encode("utf-8", "replace").decode()


def as_dict(done: "Assessed", words: "Words", rates: list[str]) -> dict[str, Any]:
    """Return the object that `--json` prints. Amounts are text, so that none is rounded."""
    from torgpred.listings.core.assessed.sheet import assumptions
    from torgpred.listings.core.assessed.told import answers_in_words, group_name

    look, result = done.look, done.result
    return {
        "file": done.file,
        "marketplace": {
            "code": done.market.code, "name": done.market.name, "learnt": done.market.learnt,
        },
        "format": look.format,
        "profile": look.profile,
        "encoding": look.encoding,
        "scope": look.scope,
        "complete": look.complete,
        "offers": look.offers,
        "taken": look.taken,
        "ready": result.ready,
        "ready_once_confirmed": done.confirmed,
        "beyond_answers": result.beyond_answers,
        "held": [
            {"code": one.code, "offers": one.offers, "message": one.example.message,
             "mend": one.example.mend, "example": one.example.place}
            for one in result.held
        ],
        "advice": [
            {"code": one.code, "offers": one.offers, "message": one.example.message,
             "mend": one.example.mend}
            for one in result.advice
        ],
        "answers": [
            {"fact": one.facts[-1], "facts": list(one.facts), "group": one.group,
             "wording": one.wording, "frees": one.frees, "cumulative": one.cumulative,
             "concerns": one.concerns, "at_most": one.at_most}
            for one in answers_in_words(done, words)
        ],
        "missing": [
            {"fact": fact, "name": words.fact(fact, done.attribute_names), "offers": count}
            for fact, count in result.missing
        ],
        "example": _example(done),
        "findings_total": look.findings.total(),
        "findings_by_code": dict(sorted(look.findings.items())),
        "findings": [one.as_dict() for one in look.examples.values()],
        "categories": [
            {"key": one.key, "name": group_name(one.key, one, words), "offers": one.offers,
             "market_category": one.category_id, "market_path": list(one.market_path),
             "confidence": one.confidence, "reason": one.reason, "certain": one.certain,
             "others": [list(other.path) for other in one.others]}
            for one in done.places
        ],
        "assumptions": assumptions(done, words, rates) if done.readable else [],
    }  # fmt: skip


def _example(done: "Assessed") -> dict[str, Any] | None:
    example = done.result.example
    if example is None:
        return None
    lines = [
        {"label": line.label, "amount": str(line.amount), "note": line.note}
        for line in example.waterfall.lines
    ]
    return {
        "sku": example.sku,
        "currency": example.waterfall.currency,
        "price": str(example.price),
        "keeps": str(example.keeps),
        "lines": lines,
    }


def _print(sheet: "Sheet") -> None:
    console = Console(highlight=False)
    console.print(Text(sheet.subtitle, style="dim"))
    console.print(Text(sheet.headline, style="bold"))
    for line in sheet.summary:
        console.print(Text(line))
    for section in sheet.sections:
        console.print()
        console.print(Text(section.title, style="bold cyan"))
        for line in section.lines:
            console.print(Padding(Text(line), (0, 0, 0, 2)))
        if section.rows:
            console.print(_table(section))


def _table(section: "Section") -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for at, name in enumerate(section.columns):
        right = at in section.numbers
        table.add_column(name, justify="right" if right else "left", no_wrap=right)
    for number, row in enumerate(section.rows):
        style = "bold" if number in section.strong else None
        table.add_row(*map(Text, row), style=style)
    return table

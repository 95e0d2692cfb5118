"""Options that commands of campaigns share, and what they become."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
import typer

if TYPE_CHECKING:
    from torgpred.campaigns.core.outline import Budget, Outline, Phase

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Code = Annotated[str, typer.Argument(metavar="CODE", help="Code of the campaign.")]
Rules = Annotated[str, typer.Option(help="Code of a rule set: torgpred campaign rules.")]
From = Annotated[
    str, typer.Option("--from", metavar="TIME", help="Local time, such as 2026-11-11T00:00.")
]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Local time.")]
Zone = Annotated[str, typer.Option(help="IANA time zone, such as Europe/Moscow.")]
Country = Annotated[str, typer.Option(help="Two letters: where the buyers are.")]
Shops = Annotated[list[str], typer.Option("--shop", help="Shop that takes part; several.")]
Percent = Annotated[
    str | None, typer.Option(help="Percent off, where more than the rules ask for.")
]
Floor = Annotated[
    str | None,
    typer.Option(help="Least margin over the cost in percent; `none`: costs are not looked at."),
]
LeastPieces = Annotated[
    int | None, typer.Option("--least-pieces", min=1, help="Free pieces an offer needs.")
]
LeastSellers = Annotated[
    int | None,
    typer.Option(
        "--least-sellers", min=3, help="Figures over fewer sellers are not shown outside (5)."
    ),
]
LocalOnly = Annotated[
    bool | None,
    typer.Option("--local-only/--from-anywhere", help="Only goods in the buyers' country."),
]
SoleSellers = Annotated[
    bool | None,
    typer.Option(
        "--sole-sellers/--others-sell-too",
        help="Nobody but the sellers here sells these goods on these marketplaces.",
    ),
]
Phases = Annotated[
    list[str] | None,
    typer.Option(
        "--phase",
        metavar="KIND=FROM/UNTIL",
        help="enrolment, warm_up, presale, sale, ship_by or price_freeze, in local times; several."
        " Given ones replace those of their kind.",
    ),
]
Budgeted = Annotated[
    str, typer.Option("--budget", metavar="AMOUNT CUR", help='Such as "100000 RUB".')
]
Pays = Annotated[
    list[str] | None,
    typer.Option("--pays", metavar="WHO=PERCENT", help="operator, seller, bank ...; 100 in all."),
]


def tell(value: object) -> None:
    """Print a value as one JSON object or list."""
    typer.echo(msgspec.json.encode(value).decode())


def decimal_given(text: str, name: str) -> Decimal:
    """Return a number that was typed. Raises typer.BadParameter."""
    try:
        number = Decimal(text.strip().removesuffix("%").strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise typer.BadParameter(f"{text!r} is no number", param_hint=name)
    return number


def moment_of(text: str, zone: str) -> datetime:
    """Return a local time of a zone as an aware one. Raises typer.BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
        local = ZoneInfo(zone)
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise typer.BadParameter(f"{text!r} in {zone!r}: {error}") from error
    return moment.replace(tzinfo=local) if moment.tzinfo is None else moment


def outline_from(
    before: "Outline",
    *,
    percent: str | None,
    floor: str | None,
    least_pieces: int | None,
    least_sellers: int | None,
    local_only: bool | None,
    sole_sellers: bool | None,
    phases: Sequence[str] | None,
) -> "Outline":
    """Return an outline with what was given; None leaves a field as it was."""
    given: dict[str, Any] = {
        "percent": None if percent is None else decimal_given(percent, "--percent"),
        "least_pieces": least_pieces,
        "least_sellers": least_sellers,
        "local_first": local_only,
        "sole_sellers": sole_sellers,
    }
    wanted = {field: value for field, value in given.items() if value is not None}
    if floor is not None:
        wanted["floor"] = None if floor == "none" else decimal_given(floor, "--floor")
    if phases:
        new = [phase_of(one, before.zone) for one in phases]
        kinds = {one.kind for one in new}
        wanted["phases"] = (*[one for one in before.phases if one.kind not in kinds], *new)
    return msgspec.structs.replace(before, **wanted)


def phase_of(text: str, zone: str) -> "Phase":
    """Return a phase such as "sale=2026-11-11T00:00/2026-11-16T00:00"."""
    from torgpred.campaigns.core.outline import Phase, PhaseKind

    kind, _, span = text.partition("=")
    starts, slash, ends = span.partition("/")
    if kind not in {one.value for one in PhaseKind} or not slash:
        raise typer.BadParameter(f"{text!r}: KIND=FROM/UNTIL is wanted", param_hint="--phase")
    return Phase(PhaseKind(kind), moment_of(starts, zone), moment_of(ends, zone))


def budget_from(amount: str, pays: Sequence[str] | None) -> "Budget":
    """Return a budget such as "100000 RUB" with who pays which part."""
    from torgpred.campaigns.core.outline import Budget, Share

    total, _, currency = amount.strip().partition(" ")
    if len(currency.strip()) != 3:
        raise typer.BadParameter('such as "100000 RUB"', param_hint="--budget")
    shares = []
    for one in pays or ():
        who, equals, percent = one.partition("=")
        if not equals or not who.strip():
            raise typer.BadParameter(f"{one!r}: WHO=PERCENT is wanted", param_hint="--pays")
        shares.append(Share(who.strip(), decimal_given(percent, "--pays")))
    return Budget(decimal_given(total, "--budget"), currency.strip().upper(), tuple(shares))

"""`torgpred campaign`: joint promotions, drawn up, looked over, opened and settled."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.campaign_options import (
    Budgeted,
    Code,
    Country,
    Floor,
    From,
    Json,
    LeastPieces,
    LeastSellers,
    LocalOnly,
    Pays,
    Percent,
    Phases,
    Rules,
    Shops,
    SoleSellers,
    Until,
    Zone,
    budget_from,
    moment_of,
    outline_from,
    tell,
)
from torgpred.cli.campaign_showing import card_as_dict, print_troubles
from torgpred.cli.choosing import person, shop_meant
from torgpred.cli.counting import counted
from torgpred.cli.entering import edits, enter

if TYPE_CHECKING:
    from torgpred.campaigns.core.values import CampaignCard

campaign = typer.Typer(
    no_args_is_help=True, help="Joint promotions: who and what may take part, and who agreed."
)
console = Console(markup=False, emoji=False, highlight=False)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    from torgpred.cli import (
        campaign_judging,
        campaign_money,
        campaign_reports,
        campaign_running,
        campaign_sellers,
    )

    campaign_judging.register(campaign)
    campaign_sellers.register(campaign)
    campaign_running.register(campaign)
    campaign_money.register(campaign)
    campaign_reports.register(campaign)
    app.add_typer(campaign, name="campaign")


@campaign.command("list")
def listed(as_json: Json = False) -> None:
    """List campaigns, the newest first."""
    enter()
    from torgpred.campaigns import selectors

    found = selectors.campaigns()
    if as_json:
        tell([card_as_dict(one) for one in found])
        return
    table = Table("code", "name", "state", "from (UTC)", "until (UTC)", "rules")
    for one in found:
        table.add_row(
            one.code, one.name, one.state.value, f"{one.outline.starts:%Y-%m-%d %H:%M}",
            f"{one.outline.ends:%Y-%m-%d %H:%M}", f"{one.rules.code} v{one.rules_version}",
        )  # fmt: skip
    console.print(table)


@campaign.command("new")
@edits
def new(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    rules: Rules,
    starts: From,
    ends: Until,
    zone: Zone,
    country: Country,
    shops: Shops,
    percent: Percent = None,
    floor: Floor = None,
    least_pieces: LeastPieces = None,
    least_sellers: LeastSellers = None,
    local_only: LocalOnly = None,
    sole_sellers: SoleSellers = None,
    phases: Phases = None,
    budget: Budgeted = "",
    pays: Pays = None,
    as_json: Json = False,
) -> None:
    """Draw up a campaign as a draft."""
    from torgpred.campaigns.core.outline import Outline
    from torgpred.campaigns.services import drawing_up

    outline = outline_from(
        Outline(
            zone=zone,
            starts=moment_of(starts, zone),
            ends=moment_of(ends, zone),
            country=country.upper(),
        ),
        percent=percent,
        floor=floor,
        least_pieces=least_pieces,
        least_sellers=least_sellers,
        local_only=local_only,
        sole_sellers=sole_sellers,
        phases=phases,
    )
    card = drawing_up.draw_up(
        name=name,
        rules=rules,
        outline=outline,
        shop_ids=[shop_meant(one).id for one in shops],
        budget=budget_from(budget, pays) if budget else None,
        actor=person(),
    )
    _show(card, as_json=as_json)


@campaign.command("set")
@edits
def set_terms(
    code: Code,
    name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    rules: Annotated[
        str | None, typer.Option(help="Another rule set, or its newest version.")
    ] = None,
    starts: Annotated[str | None, typer.Option("--from", help="Local time.")] = None,
    ends: Annotated[str | None, typer.Option("--until", help="Local time.")] = None,
    shops: Annotated[
        list[str] | None, typer.Option("--shop", help="Shops that take part, all of them.")
    ] = None,
    percent: Percent = None,
    floor: Floor = None,
    least_pieces: LeastPieces = None,
    least_sellers: LeastSellers = None,
    local_only: LocalOnly = None,
    sole_sellers: SoleSellers = None,
    phases: Phases = None,
    budget: Budgeted = "",
    pays: Pays = None,
    as_json: Json = False,
) -> None:
    """Change a draft or an open campaign. Changed terms void what sellers agreed to."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import drawing_up

    card = selectors.campaign(code)
    zone = card.outline.zone
    outline = outline_from(
        card.outline,
        percent=percent,
        floor=floor,
        least_pieces=least_pieces,
        least_sellers=least_sellers,
        local_only=local_only,
        sole_sellers=sole_sellers,
        phases=phases,
    )
    moments = {
        "starts": None if starts is None else moment_of(starts, zone),
        "ends": None if ends is None else moment_of(ends, zone),
    }
    given = {field: value for field, value in moments.items() if value is not None}
    card = drawing_up.change(
        campaign_id=card.id,
        name=name,
        outline=msgspec.structs.replace(outline, **given),
        rules=rules,
        shop_ids=None if not shops else [shop_meant(one).id for one in shops],
        actor=person(),
    )
    if budget:
        card = drawing_up.set_budget(
            campaign_id=card.id, budget=budget_from(budget, pays), actor=person()
        )
    _show(card, as_json=as_json)


@campaign.command("show")
def show(code: Code, as_json: Json = False) -> None:
    """Show a campaign: its terms, what is wrong with it, how far judging and consents are."""
    enter()
    from torgpred.campaigns import selectors

    _show(selectors.campaign(code), as_json=as_json)


@campaign.command("open")
@edits
def open_(code: Code, as_json: Json = False) -> None:
    """Open a campaign for judging, nominations and consents, if nothing is wrong with it."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.moves import State
    from torgpred.campaigns.services import moving

    card = selectors.campaign(code)
    _show(moving.move(campaign_id=card.id, wanted=State.OPEN, actor=person()), as_json=as_json)


@campaign.command("move")
@edits
def move(
    code: Code,
    state: Annotated[
        str, typer.Argument(help="draft, open, frozen, running, paused, over or cancelled.")
    ],
    reason: Annotated[str, typer.Option(help="Why it is paused or cancelled.")] = "",
    as_json: Json = False,
) -> None:
    """Move a campaign to another state. Freezing it settles what takes part, for good."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.moves import State
    from torgpred.campaigns.services import moving

    if state not in {one.value for one in State}:
        raise typer.BadParameter(f"{state!r} is no state", param_hint="STATE")
    card = selectors.campaign(code)
    if State(state) is State.FROZEN:
        done = moving.freeze(campaign_id=card.id, actor=person())
        card = done.campaign
        if not as_json:
            left = f", {done.left_out} agreed ones no longer may" if done.left_out else ""
            console.print(f"{counted(done.enrolled, 'offer')} in the campaign{left}.")
    else:
        card = moving.move(campaign_id=card.id, wanted=State(state), actor=person(), reason=reason)
    _show(card, as_json=as_json)


@campaign.command("rules")
def rules(
    code: Annotated[str, typer.Argument(help="Code of a rule set; all if not given.")] = "",
    put: Annotated[
        Path | None,
        typer.Option(
            "--put", metavar="FILE", help="TOML with tables [[rules]]: keep them as new versions."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show the known rule sets with source and date, or keep new versions of them."""
    enter()
    from torgpred.campaigns import library, selectors

    if put is not None:
        _put(put)
    found = list(selectors.rule_set_versions(code)) if code else selectors.rule_sets()
    if as_json:
        tell(found)
        return
    if code:
        for card in found:
            console.print(f"# version {card.version}, said by {card.said_by}")
            console.print(library.encode(card.rules))
        return
    table = Table("code", "version", "title", "source", "dated", "unknown")
    for card in found:
        one = card.rules
        table.add_row(
            one.code, str(card.version), one.title, one.source or "?", str(one.dated or "?"),
            ", ".join(one.unknown),
        )  # fmt: skip
    console.print(table)


def _put(path: Path) -> None:
    from torgpred.accounts.services import acting
    from torgpred.campaigns import library
    from torgpred.campaigns.core.errors import UnfitCampaignError
    from torgpred.campaigns.services import rule_sets

    try:
        sets = library.decode(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UnfitCampaignError(
            place=str(path), message=f"{error}.", mend="See: torgpred campaign rules CODE"
        ) from error
    with acting(person()):
        for one in sets:
            rule_sets.keep_rules(rules=one, actor=person())


def _show(card: "CampaignCard", *, as_json: bool) -> None:
    from torgpred.campaigns import selectors

    findings = selectors.look_over(card)
    standing = selectors.standing(card.id)
    answers: dict[str, int] = {}
    for one in selectors.counts(card.id):
        answers[one.answer.value] = answers.get(one.answer.value, 0) + one.offers
    if as_json:
        told = card_as_dict(card)
        told["findings"] = [one.as_dict() for one in findings]
        told["standing"] = msgspec.structs.asdict(standing)
        told["answers"] = answers
        tell(told)
        return
    outline = card.outline
    console.print(f"{card.code}  {card.name}: {card.state.value}")
    console.print(f"rules {card.rules.code} v{card.rules_version}, {card.rules.title}")
    console.print(f"{outline.starts:%Y-%m-%d %H:%M} to {outline.ends:%Y-%m-%d %H:%M} UTC")
    for phase in outline.phases:
        console.print(
            f"  {phase.kind.value}: {phase.starts:%Y-%m-%d %H:%M} to"
            f" {phase.ends:%Y-%m-%d %H:%M} UTC"
        )
    if card.budget is not None:
        parts = ", ".join(f"{who} {amount}" for who, amount in card.budget.parts().items())
        console.print(f"budget {card.budget.total} {card.budget.currency}: {parts}")
    if answers:
        console.print("judged: " + ", ".join(f"{many} {one}" for one, many in answers.items()))
    console.print(
        f"{standing.nominated} put forward, {standing.agreed} agreed to, {standing.void} void,"
        f" {standing.enrolled} take part"
    )
    print_troubles(findings)

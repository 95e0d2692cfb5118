"""`torgpred rehearse`: a campaign's day against the twins, on a copy that is thrown away."""

import sys
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from torgpred.cli.campaign_options import Code, Json
from torgpred.cli.choosing import person
from torgpred.cli.counting import counted
from torgpred.cli.entering import enter

if TYPE_CHECKING:
    from torgpred.campaigns.core.rehearsing.days import Beside
    from torgpred.campaigns.core.rehearsing.demand import Assumptions
    from torgpred.campaigns.selectors.rehearsals import PartCard, RehearsalCard
    from torgpred.rehearsal.script import Word

console = Console(markup=False, emoji=False, highlight=False)
errors = Console(stderr=True, markup=False, emoji=False, highlight=False)

_STAGES: Final = {
    "copying": "Copying the database, without secrets and buyers",
    "setting_up": "Setting up the twins",
    "switching": "Keeping pieces, changing prices",
    "selling": "Buyers buy",
    "adding_up": "Adding up",
}
_SNAGS: Final = {
    "nowhere": "{n} offers are on sale nowhere",
    "unchanged": "{n} prices did not change",
    "left_out": "{n} offers of the campaign may no longer take part",
}
_SHOWN: Final = 40


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rehearse")(rehearse)


def rehearse(
    code: Code,
    minutes: Annotated[
        float, typer.Option(min=0.1, max=1440, help="Minutes that the whole day is pressed into.")
    ] = 5.0,
    orders: Annotated[
        int | None,
        typer.Option(min=1, help="Orders of the day; else as many as the assumptions give."),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed and data give the same day.")] = 11,
    shape: Annotated[
        Literal["2015", "2017"],
        typer.Option(help="The year whose first hour is played: 27 % of the day, or 39 %."),
    ] = "2015",
    crowd: Annotated[
        str, typer.Option(help="Buyers of the day for each of an ordinary day.")
    ] = "6",
    elasticity: Annotated[
        str, typer.Option(help="Sales grow by (usual price / campaign price) to this power.")
    ] = "2",
    position: Annotated[
        str,
        typer.Option(
            help="The same for an offer without sales against the middle price of its category."
        ),
    ] = "1",
    unknown: Annotated[
        str, typer.Option(help="Pieces a day of offers whose category never sold either.")
    ] = "1",
    handling: Annotated[
        int, typer.Option(min=1, help="Parcels a day that a seller packs, if it never packed more.")
    ] = 50,
    ship_days: Annotated[
        int, typer.Option(min=1, help="Days to ship in where the campaign names no last day.")
    ] = 3,
    agreed: Annotated[
        bool,
        typer.Option(
            "--agreed", help="Only what sellers agreed to; else all that was put forward."
        ),
    ] = False,
    last: Annotated[
        bool, typer.Option("--last", help="Play nothing: show the last one, beside fact.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Rehearse a campaign's day: what sells out when, what loses money, ships late, is paid.

    Played on a copy of the database, against the twins; nothing reaches a marketplace, and no
    order, piece or price here changes. The result is kept and shown at both desks. Ctrl-C leaves
    nothing behind.
    """
    enter()
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.rehearsing.demand import Assumptions
    from torgpred.campaigns.selectors import rehearsals
    from torgpred.campaigns.services import rehearsing

    card = selectors.campaign(code)
    if not last:
        given = Assumptions(
            seed=seed,
            shape=shape,
            crowd=_number(crowd, "--crowd"),
            elasticity=_number(elasticity, "--elasticity"),
            position=_number(position, "--position"),
            unknown=_number(unknown, "--unknown"),
            handling=handling,
            ship_days=ship_days,
            orders=orders,
        )
        asked = rehearsing.ask(
            campaign_id=card.id,
            assumptions=given,
            actor=person(),
            minutes=minutes,
            agreed_only=agreed,
            here=True,
        )
        _play(asked, quiet=as_json)
    found = [one for one in rehearsals.rehearsals(card.id) if one.totals is not None]
    if not found:
        errors.print(f"Campaign {card.code} was not rehearsed yet: torgpred rehearse {card.code}")
        sys.exit(1)
    parts = rehearsals.parts(card.id, seller_id=None, rehearsal_id=found[0].id)
    facts = rehearsals.facts(card, seller_id=None)
    if as_json:
        sys.stdout.write(msgspec.json.encode(_as_dict(found[0], parts, facts)).decode() + "\n")
        return
    _print(found[0], parts, facts)


def _play(asked: int, *, quiet: bool) -> None:
    from torgpred.demo.world import ended_by_signals
    from torgpred.rehearsal import running

    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[told]}"),
        TimeElapsedColumn(), console=errors, disable=quiet, transient=True,
    ) as shown:  # fmt: skip
        bar = shown.add_task(_STAGES["copying"], total=None, told="")

        def say(word: "Word") -> None:
            if word.stage is not None:
                total = 1.0 if word.stage.value == "selling" else None
                shown.update(bar, description=_STAGES[word.stage.value], total=total)
            if word.part is not None:
                shown.update(bar, completed=word.part, told=word.told)

        with ended_by_signals():
            running.play(asked, say=say)


def _number(given: str, option: str) -> Decimal:
    try:
        found = Decimal(given)
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise typer.BadParameter(f"{given!r} is no number", param_hint=option)
    return found


def _as_dict(one: "RehearsalCard", parts: "list[PartCard]", facts: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return {
        "rehearsal": one.id,
        "digest": one.digest,
        "assumptions": one.assumptions,
        "totals": one.totals,
        "machine": one.machine,
        "sellers": [part.day for part in parts],
        "fact": [
            {"seller_id": seller, "shop_id": shop, "offer_key": key, "sold": sold.pieces,
             "amount": sold.amount}
            for (seller, shop, key), sold in sorted(facts.offers.items())
        ],
    }  # fmt: skip


def _print(one: "RehearsalCard", parts: "list[PartCard]", facts: Any) -> None:  # noqa: ANN401
    from torgpred.accounts import selectors as accounts
    from torgpred.campaigns.core.rehearsing.days import beside

    assert one.totals is not None  # noqa: S101 - only those that are done are shown
    told = one.totals
    console.print(f"Rehearsal {one.id}, digest {one.digest}")
    console.print(f"Taken for granted: {_assumed(one.assumptions)}")
    console.print(
        f"{counted(told.orders, 'order')} of {counted(told.offers, 'offer')} of"
        f" {counted(told.sellers, 'seller')};"
        f" {told.missed} of {told.wanted} pieces were wanted in vain, {told.sold_out} offers sold"
        f" out, {told.losing} lose money, {told.late} orders leave late."
    )
    for name, sums in (("sold for", told.revenue), ("to be paid", told.payout)):
        console.print(f"{name}: " + ", ".join(f"{sums[it]:.2f} {it}" for it in sorted(sums)))
    if one.machine is not None:
        console.print(
            f"Played in {one.machine.seconds} s; {one.machine.prices} prices reached the twin in"
            f" {one.machine.prices_seconds} s; the slowest tick took {one.machine.slowest} s."
        )
    names = {it.id: it.code for it in accounts.sellers()}
    table = Table("seller", "shop", "orders", "late", "missed", "sold for", "to be paid", "notes")
    offers = Table("seller", "offer", "wanted", "sold", "sold out at", "keeps of one", "gain",
                   "fact", "difference")  # fmt: skip
    rows: list[tuple[str, Beside]] = []
    for part in parts:
        day = part.day
        seller = names.get(day.seller_id, str(day.seller_id))
        snags = [_SNAGS[it.snag.value].format(n=it.offers) for it in day.troubles]
        table.add_row(
            seller, str(day.shop_id), str(day.orders), str(day.late), str(day.missed),
            f"{day.revenue} {day.currency}", str(day.payout), "; ".join(snags),
        )  # fmt: skip
        rows += [(seller, row) for row in beside(day, facts.offers)]
    rows.sort(key=lambda one: (not one[1].rehearsed.loses, -one[1].rehearsed.missed))
    for seller, row in rows[:_SHOWN]:
        offer = row.rehearsed
        offers.add_row(
            seller, offer.offer_key, str(offer.wanted), str(offer.sold),
            clock(offer.sold_out), _money(offer.keeps),
            _money(offer.gain) + (" loses" if offer.loses else ""),
            str(row.sold.pieces) if facts.offers else "-",
            f"{row.difference:+d}" if facts.offers else "-",
        )  # fmt: skip
    console.print(table)
    console.print(offers)
    if len(rows) > _SHOWN:
        console.print(f"... and {len(rows) - _SHOWN} more: --json shows all.")


def clock(minute: int | None) -> str:
    """Return a minute of the day as a time, - for none."""
    return "-" if minute is None else f"{minute // 60:02d}:{minute % 60:02d}"


def _money(amount: Decimal | None) -> str:
    return "?" if amount is None else f"{amount:.2f}"


def _assumed(given: "Assumptions") -> str:
    values = msgspec.structs.asdict(given)
    return ", ".join(f"{name} {value}" for name, value in values.items() if value is not None)

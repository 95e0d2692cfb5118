"""`torgpred campaign judge ...`: what may take part and why, and what other terms would change."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from torgpred.cli.campaign_options import Code, Json, decimal_given, moment_of, tell
from torgpred.cli.campaign_showing import card_as_dict, print_troubles
from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.counting import counted
from torgpred.cli.entering import edits, enter

if TYPE_CHECKING:
    from torgpred.campaigns.core.values import VerdictCard

console = Console(markup=False, emoji=False, highlight=False)

Seller = Annotated[str, typer.Option("--seller", help="Code of one seller only.")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("judge", judge), ("verdicts", verdicts), ("simulate", simulate), ("stars", stars),
        ("coupon", coupon), ("creative", creative),
    ):  # fmt: skip
        app.command(name)(command)


def judge(code: Code, seller: Seller = "", as_json: Json = False) -> None:
    """Judge every offer of every seller, those alone that changed, and count the answers."""
    enter()
    from torgpred.accounts import selectors as accounts
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import judging

    card = selectors.campaign(code)
    one = seller_of(seller).id if seller else None
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        task = bar.add_task("judging", total=1.0)
        done = judging.judge(
            campaign_id=card.id,
            seller_ids=None if one is None else [one],
            on_progress=lambda part: bar.update(task, completed=part),
        )
    counts = selectors.counts(card.id, seller_id=one)
    if as_json:
        told = msgspec.structs.asdict(done)
        tell(told | {"counts": [msgspec.structs.asdict(count) for count in counts]})
        return
    console.print(f"{counted(done.offers, 'offer')}, {done.judged} of them judged now.")
    table = Table("seller", "answer", "first reason", "offers")
    for count in counts:
        name = accounts.tenant_by_id(count.seller_id).code
        table.add_row(name, count.answer.value, count.code, str(count.offers))
    console.print(table)


def verdicts(
    code: Code,
    offers: Annotated[list[str] | None, typer.Argument(metavar="[OFFER]...")] = None,
    seller: Seller = "",
    answer: Annotated[str, typer.Option(help="Only yes, no or unknown.")] = "",
    reason: Annotated[str, typer.Option(help="Only with this first reason.")] = "",
    after: Annotated[int, typer.Option(help="Go on after this place.")] = 0,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    as_json: Json = False,
) -> None:
    """Show what was judged of offers: the price, what is left, every reason and how to mend it."""
    enter()
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.judging.reasons import Answer
    from torgpred.campaigns.core.values import Which

    if answer and answer not in {one.value for one in Answer}:
        raise typer.BadParameter(f"{answer!r} is no answer", param_hint="--answer")
    which = Which(
        offer_keys=tuple(offers or ()), answer=Answer(answer) if answer else None, code=reason
    )
    found, place = selectors.verdicts(
        selectors.campaign(code).id,
        seller_id=seller_of(seller).id if seller else None,
        which=which,
        after=after,
        limit=limit,
    )
    if as_json:
        tell({"verdicts": [verdict_as_dict(one) for one in found], "next": place})
        return
    for one in found:
        console.print(
            f"{one.offer_key}: {one.answer.value}, price {one.price}, usually {one.usual}, keeps"
            f" {one.keeps} of now {one.usual_keeps}, margin {one.margin} %, {one.pieces} pieces,"
            f" {one.days} days known"
        )
        if one.to_come:
            console.print(f"    {one.to_come} of them are to come: leave the price as it is")
        for said in one.reasons:
            console.print(f"    {said.finding.message} {said.finding.mend}")
    if place:
        console.print(f"More: torgpred campaign verdicts {code} --after {place}")


def simulate(
    code: Code,
    percent: Annotated[str, typer.Option(help="Percent off.")] = "",
    look_back: Annotated[int | None, typer.Option(min=1, help="Days looked back.")] = None,
    floor: Annotated[str, typer.Option(help="Least margin in percent.")] = "",
    as_json: Json = False,
) -> None:
    """Count what would pass under other terms. Nothing is kept."""
    enter()
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.judging.terms import Change
    from torgpred.campaigns.services import judging

    change = Change(
        percent=decimal_given(percent, "--percent") if percent else None,
        look_back_days=look_back,
        floor=decimal_given(floor, "--floor") if floor else None,
    )
    tried = judging.simulate(campaign_id=selectors.campaign(code).id, change=change)
    if as_json:
        tell({"more": tried.more, "now": tried.now, "then": tried.then})
        return
    table = Table("", "yes", "no", "unknown", "sellers", "median margin", "given up")
    for name, one in (("now", tried.now), ("then", tried.then)):
        given = ", ".join(f"{amount} {currency}" for currency, amount in one.given_up.items())
        table.add_row(
            name, str(one.yes), str(one.no), str(one.unknown), str(one.sellers),
            "" if one.margin is None else f"{one.margin} %", given,
        )  # fmt: skip
    console.print(table)
    console.print(f"{tried.more:+d} {'offer' if abs(tried.more) == 1 else 'offers'} would qualify.")


@edits
def stars(
    seller: Annotated[str, typer.Argument(help="Code of the seller.")],
    rating: Annotated[str, typer.Argument(help="0 to 5, as the marketplace shows it.")],
    shop: Annotated[str, typer.Option(help="Number or name; the only one if not given.")] = "",
    product: Annotated[str, typer.Option(help="Key of a product; else of the seller.")] = "",
    as_json: Json = False,
) -> None:
    """Enter the rating of a seller or of a product."""
    from torgpred.campaigns.services import drawing_up

    tenant = seller_of(seller)
    place = shop_of(tenant, shop)
    given = decimal_given(rating, "RATING")
    drawing_up.rate(
        seller_id=tenant.id,
        shop_id=place.id,
        stars={product: given},
        seen_on=datetime.now(UTC).date(),
        actor=person(),
    )
    if as_json:
        tell({"seller": tenant.code, "shop": place.id, "product": product, "stars": str(given)})
    else:
        console.print(f"{product or tenant.code}: {given} stars.")


@edits
def coupon(
    code: Code,
    name: Annotated[str, typer.Argument(metavar="COUPON", help="Code of the coupon.")],
    threshold: Annotated[str, typer.Option(help="From what sum on it holds.")] = "0",
    amount: Annotated[str, typer.Option(help="What it takes off.")] = "",
    percent: Annotated[str, typer.Option(help="Or how many percent.")] = "",
    most: Annotated[str, typer.Option(help="With --percent: at most so much.")] = "",
    starts: Annotated[str, typer.Option("--from", help="Local time; the sale's if not.")] = "",
    ends: Annotated[str, typer.Option("--until", help="Local time; the sale's if not.")] = "",
    stackable: Annotated[bool, typer.Option("--stackable", help="Holds beside others.")] = False,
    remove: Annotated[bool, typer.Option("--remove", help="Take it out.")] = False,
    published: Annotated[
        bool, typer.Option("--published", help="Note that it is published on the marketplaces.")
    ] = False,
    irreversible: Annotated[
        bool, typer.Option("--irreversible", help="You know that there is no way back.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Add a coupon, change it, take it out, or note that it is published."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.outline import Coupon
    from torgpred.campaigns.services import drawing_up

    def number(text: str, option: str) -> Decimal | None:
        return decimal_given(text, option) if text else None

    card = selectors.campaign(code)
    if published:
        card = drawing_up.note_published(
            campaign_id=card.id, coupon=name, irreversible=irreversible
        )
    else:
        zone = card.outline.zone
        kept = [one for one in card.outline.coupons if one.code != name]
        made = Coupon(
            code=name,
            threshold=decimal_given(threshold, "--threshold"),
            amount=number(amount, "--amount"),
            percent=number(percent, "--percent"),
            most=number(most, "--most"),
            starts=moment_of(starts, zone) if starts else None,
            ends=moment_of(ends, zone) if ends else None,
            stackable=stackable,
        )
        coupons = tuple(kept if remove else [*kept, made])
        outline = msgspec.structs.replace(card.outline, coupons=coupons)
        card = drawing_up.change(campaign_id=card.id, outline=outline, actor=person())
    if as_json:
        tell(card_as_dict(card))
        return
    print_troubles([one for one in selectors.look_over(card) if one.code.startswith("coupon.")])
    console.print(f"{len(card.outline.coupons)} coupons.")


@edits
def creative(
    code: Code,
    language: Annotated[str, typer.Argument(help="Language, such as ru.")],
    title: Annotated[str, typer.Argument(help="What it says.")],
    text: Annotated[str, typer.Option(help="More text.")] = "",
    place: Annotated[str, typer.Option(help="Where it is shown.")] = "",
    mark: Annotated[str, typer.Option(help="The ad's identifier (erid).")] = "",
    remove: Annotated[bool, typer.Option("--remove", help="Take it out.")] = False,
    as_json: Json = False,
) -> None:
    """Add what is shown in one language, with the ad's mark where the law wants one."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.outline import Creative
    from torgpred.campaigns.services import drawing_up

    card = selectors.campaign(code)
    kept = [one for one in card.outline.creatives if (one.language, one.title) != (language, title)]
    made = Creative(language=language, title=title, text=text, place=place, mark=mark)
    outline = msgspec.structs.replace(
        card.outline, creatives=tuple(kept if remove else [*kept, made])
    )
    card = drawing_up.change(campaign_id=card.id, outline=outline, actor=person())
    if as_json:
        tell(card_as_dict(card))
        return
    print_troubles([one for one in selectors.look_over(card) if one.code.startswith("creative.")])
    console.print(f"{len(card.outline.creatives)} creatives.")


def verdict_as_dict(one: "VerdictCard") -> dict[str, Any]:
    """Return a verdict as `--json` prints it."""
    told: dict[str, Any] = msgspec.to_builtins(one)
    return told | {"reasons": [said.finding.as_dict() for said in one.reasons]}

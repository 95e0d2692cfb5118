"""`torgpred campaign report ...`: what is told afterwards, and the story of a country."""

from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.campaign_money import amounts
from torgpred.cli.campaign_options import Code, Json, tell
from torgpred.cli.choosing import seller_of
from torgpred.cli.counting import counted
from torgpred.cli.entering import enter

if TYPE_CHECKING:
    from torgpred.campaigns.core.money.afterwards import SellerReport
    from torgpred.campaigns.core.money.overview import Overview
    from torgpred.campaigns.core.money.pooling import Pooled
    from torgpred.campaigns.core.values import CampaignCard

console = Console(markup=False, emoji=False, highlight=False)

SELLER, OPERATOR, MARKETPLACE = "seller", "operator", "marketplace"


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("report")(report)
    app.command("country")(country)


def report(
    code: Code,
    whom: Annotated[
        str, typer.Option("--for", metavar="WHOM", help="seller, operator or marketplace.")
    ] = OPERATOR,
    seller: Annotated[
        str, typer.Option("--seller", help="Code of the seller, for its report.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Tell what a campaign came to; before its end, so far.

    For the marketplace no figure over fewer sellers than the campaign's number is told.
    """
    enter()
    from torgpred.campaigns import selectors
    from torgpred.campaigns.selectors import afterwards

    if whom not in {SELLER, OPERATOR, MARKETPLACE}:
        raise typer.BadParameter(f"{whom!r}: seller, operator or marketplace", param_hint="--for")
    if (whom == SELLER) != bool(seller):
        raise typer.BadParameter("names the seller of --for seller", param_hint="--seller")
    card = selectors.campaign(code)
    if whom == SELLER:
        mine = afterwards.seller_report(card, seller_of(seller).id)
        if as_json:
            told: dict[str, Any] = msgspec.to_builtins(mine)
            told["lessons"] = [one.as_dict() for one in mine.lessons]
            told["money"] = [
                {**msgspec.to_builtins(one), "left": str(one.left)} for one in mine.money
            ]
            tell({"campaign": card.code, "seller": seller_of(seller).code, "report": told})
        else:
            _seller(card, mine)
        return
    if whom == OPERATOR:
        whole = afterwards.operator_report(card)
        if as_json:
            tell({"campaign": card.code, "for": whom, "report": whole})
        else:
            _operator(card, whole)
        return
    pooled = afterwards.marketplace_report(card)
    if as_json:
        tell({"campaign": card.code, "for": whom, "report": pooled})
    else:
        _marketplace(card, pooled)


def _head(card: "CampaignCard", *, over: bool) -> None:
    console.print(f"{card.code}  {card.name}: {'after the end' if over else 'so far'}")


def _seller(card: "CampaignCard", found: "SellerReport") -> None:
    _head(card, over=found.over)
    for one in found.money:
        lines = (
            ("at usual prices", one.usual), ("discount", -one.discount),
            ("sold for", one.revenue), ("of it not worked out", -one.revenue_unknown),
            ("commission", -one.commission), ("delivery", -one.delivery), ("tax", -one.tax),
            ("integrator's fee", -one.fee), ("kept", one.kept),
            ("own share of the campaign's spend", -one.own_spend), ("left", one.left),
        )  # fmt: skip
        sold = f"{counted(one.pieces, 'piece')} in {counted(one.orders, 'order')}"
        console.print(f"{sold}, {one.currency}")
        for label, amount in lines:
            console.print(f"  {label}: {amount}")
        console.print(f"  others paid for its goods: {one.given}")
        console.print(f"  came back: {one.returned} pieces, {one.returned_amount}")
    console.print(
        f"locks: {found.locks.kept} pieces locked, {found.locks.used} used,"
        f" {found.locks.early} of them by orders from before the start,"
        f" {found.locks.unused} unused"
    )
    console.print(
        f"orders: {found.sending.orders}, {found.sending.late} sent late,"
        f" {found.sending.overdue} overdue, {found.sending.cancelled} cancelled"
    )
    for lesson in found.lessons:
        console.print(f"next time: {lesson.message} {lesson.mend}")


def _operator(card: "CampaignCard", found: "Overview") -> None:
    from torgpred.accounts import selectors as accounts

    _head(card, over=found.over)
    codes = {one.id: one.code for one in accounts.sellers()}
    table = Table(
        "seller", "orders", "pieces", "revenue", "kept", "fee", "spend", "an order", "margin"
    )
    for one in found.rows:
        table.add_row(
            codes.get(one.seller_id, str(one.seller_id)), str(one.orders), str(one.pieces),
            amounts(one.revenue), amounts(one.kept), amounts(one.fee), amounts(one.spend),
            amounts(one.cost_per_order), amounts(one.margin),
        )  # fmt: skip
    table.add_row(
        "all", str(found.orders), str(found.pieces), amounts(found.revenue), amounts(found.kept),
        amounts(found.fee), amounts(found.spend), amounts(found.cost_per_order),
        amounts(found.margin),
    )  # fmt: skip
    console.print(table)
    if found.unshared:
        console.print(f"Of the spend shared out to nobody: {amounts(found.unshared)}")


def _marketplace(card: "CampaignCard", found: "Pooled") -> None:
    console.print(f"{card.code}  {card.name}: figures over {found.least} sellers or more")
    if found.whole is None:
        console.print("Too few sellers sold anything: no figure may be shown.")
        return
    console.print(f"{found.whole.sellers} sellers: {amounts_of(found.whole.amounts)}")
    for one in found.breakdowns:
        if not one.shown:
            console.print(f"by {one.name}: nothing may be shown")
            continue
        console.print(f"by {one.name}:")
        for it in one.shown:
            console.print(f"  {it.names[0] or '-'}: {amounts_of(it.amounts)}")
        if one.together is not None:
            many = len(one.together.names)
            console.print(f"  {many} others together: {amounts_of(one.together.amounts)}")


def amounts_of(units: "dict[str, Any]") -> str:
    """Return sums by unit as text."""
    return ", ".join(f"{amount} {unit}" for unit, amount in units.items())


def country(
    code: Annotated[
        str, typer.Argument(metavar="COUNTRY", help="Two letters; all if not given.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Tell which of our categories sell in a country, how they grow, and what lies there."""
    enter()
    from torgpred.campaigns.core.money.countries import DAYS
    from torgpred.campaigns.selectors import countries

    if not code:
        known = countries.countries()
        if as_json:
            tell(known)
        for card in () if as_json else known:
            console.print(f"{card.country}: {card.orders} orders, {card.local_pieces} pieces there")
        return
    if not (len(code) == 2 and code.isascii() and code.isalpha()):
        raise typer.BadParameter("two letters, such as RU", param_hint="COUNTRY")
    story = countries.country_story(code.upper())
    if as_json:
        rows = [
            {**msgspec.to_builtins(one), "growth": one.growth, "lasts": one.lasts,
             "moods": [it.value for it in one.moods]}
            for one in story.categories
        ]  # fmt: skip
        tell({**msgspec.to_builtins(story), "categories": rows})
        return
    console.print(
        f"{story.country}, {DAYS} days: {story.orders} orders, {story.pieces} pieces"
        f" ({story.pieces_before} before), {amounts(story.revenue)};"
        f" {story.local_pieces} pieces lie there"
    )
    table = Table("category", "sellers", "pieces", "growth", "lie there", "days to send", "notes")
    for row in story.categories:
        table.add_row(
            row.path or "not mapped", str(row.sellers), str(row.pieces),
            "-" if row.growth is None else f"{row.growth:+} %", str(row.local_pieces),
            "-" if row.days_to_send is None else str(row.days_to_send),
            ", ".join(it.value for it in row.moods),
        )  # fmt: skip
    console.print(table)

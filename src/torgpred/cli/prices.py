"""`torgpred prices`: prices for a time, planned ahead, moved and withdrawn."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.entering import enter
from torgpred.cli.listings import Json, Shop, print_json
from torgpred.kernel.errors import TorgpredError

if TYPE_CHECKING:
    from torgpred.listings.services.timed_prices import PriceAhead

UNUSABLE = 2
"""Exit code where not one price could be planned."""
_SHOWN = 30

Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Reference = Annotated[str, typer.Option("--reference", help="Why: such as a campaign's code.")]
Zone = Annotated[str, typer.Option("--zone", help="IANA time zone that the times are in.")]
Offers = Annotated[list[str] | None, typer.Option("--sku", help="Only these offers.")]

prices = typer.Typer(no_args_is_help=True, help="Prices for a time, planned ahead.")
console = Console()


class UnreadablePriceError(TorgpredError):
    """A price ahead that is not written as SKU=PRICE."""

    code = "prices.unreadable"
    template = "{given} is not SKU=PRICE or SKU=PRICE/CROSSED-OUT, such as A-1=990/1490."


class UnreadableMomentError(TorgpredError):
    """A time that cannot be read, or that does not exist on that clock."""

    code = "prices.moment"
    template = "{given} is no time of {zone}. Write it as 2026-11-11T00:00."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(prices, name="prices")


@prices.command("ahead")
def ahead(
    seller: Seller,
    given: Annotated[list[str], typer.Argument(metavar="SKU=PRICE[/CROSSED-OUT]...")],
    start: Annotated[str, typer.Option("--from", help="Local time, such as 2026-11-11T00:00.")],
    end: Annotated[str, typer.Option("--until", help="Local time; not included.")],
    zone: Zone = "Europe/Moscow",
    reference: Reference = "",
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Plan prices for a time: they change in the shop at its start and come back at its end."""
    enter()
    from torgpred.listings.services import timed_prices

    who = seller_of(seller)
    planned = timed_prices.schedule(
        seller_id=who.id,
        shop_id=shop_of(who, shop).id,
        prices=[_price(one) for one in given],
        starts_at=moment(start, zone),
        ends_at=moment(end, zone),
        reference=reference,
        actor=person(),
    )
    findings = [one.as_dict() for one in planned.findings]
    if as_json:
        print_json(
            {
                "prices": planned.prices,
                "starts_at": planned.starts_at,
                "ends_at": planned.ends_at,
                "findings": findings,
            }
        )
    else:
        console.print(
            f"{planned.prices} prices planned, from {_told(planned.starts_at, zone)} until"
            f" {_told(planned.ends_at, zone)}. See: torgpred prices list {seller}",
            highlight=False,
        )
        for one in findings[:_SHOWN]:
            console.print(
                f"{escape(one['place'])}: {escape(one['message'])} {escape(one['mend'])}",
                highlight=False,
            )
    if not planned.prices:
        raise typer.Exit(UNUSABLE)


@prices.command("list")
def list_prices(
    seller: Seller,
    shop: Shop = "",
    reference: Reference = "",
    every: Annotated[bool, typer.Option("--all", help="Ended and withdrawn ones, too.")] = False,
    zone: Zone = "Europe/Moscow",
    limit: Annotated[int, typer.Option(help="So many at most.")] = 100,
    as_json: Json = False,
) -> None:
    """List prices for a time, and the moments at which prices change by them."""
    enter()
    from torgpred.listings import selectors

    who = seller_of(seller)
    where = shop_of(who, shop).id if shop else None
    found = selectors.timed_prices(
        who.id, shop_id=where, reference=reference, open_only=not every, limit=limit
    )
    switches = selectors.price_switches(who.id, shop_id=where)
    if as_json:
        print_json({"prices": found, "switches": switches})
        return
    table = Table("SKU", "price", "crossed out", "from", "until", "reference", "state")
    for one in found:
        table.add_row(
            escape(one.offer_key), str(one.price), str(one.listed or ""),
            _told(one.starts_at, zone), _told(one.ends_at, zone), escape(one.reference), one.state,
        )  # fmt: skip
    console.print(table)
    moments = Table("prices change at", "plan", "state", "not right yet")
    for switch in switches:
        moments.add_row(
            _told(switch.due_at, zone), switch.plan, switch.state, str(switch.left or "")
        )
    if switches:
        console.print(moments)


@prices.command("withdraw")
def withdraw(
    seller: Seller,
    reference: Reference = "",
    sku: Offers = None,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Take prices for a time back: those to come never come, those in force end now."""
    enter()
    from torgpred.listings.services import timed_prices

    who = seller_of(seller)
    _require_chosen(reference, sku)
    done = timed_prices.withdraw(
        seller_id=who.id,
        shop_id=shop_of(who, shop).id if shop else None,
        reference=reference,
        offer_keys=sku or (),
        actor=person(),
    )
    if as_json:
        print_json(done)
        return
    console.print(
        f"{done.prices} prices withdrawn, {done.in_force} of them were in force: the ordinary"
        " ones go out now.",
        highlight=False,
    )


@prices.command("move")
def move(
    seller: Seller,
    start: Annotated[str, typer.Option("--from", help="New start; as it is if not given.")] = "",
    end: Annotated[str, typer.Option("--until", help="New end; as it is if not given.")] = "",
    zone: Zone = "Europe/Moscow",
    reference: Reference = "",
    sku: Offers = None,
    shop: Shop = "",
    as_json: Json = False,
) -> None:
    """Move the start or the end of prices for a time that have not ended."""
    enter()
    from torgpred.listings.services import timed_prices

    who = seller_of(seller)
    _require_chosen(reference, sku)
    done = timed_prices.move(
        seller_id=who.id,
        shop_id=shop_of(who, shop).id if shop else None,
        reference=reference,
        offer_keys=sku or (),
        starts_at=moment(start, zone) if start else None,
        ends_at=moment(end, zone) if end else None,
        actor=person(),
    )
    if as_json:
        print_json(done)
        return
    console.print(
        f"{done.prices} prices moved, {done.in_force} of them were in force.", highlight=False
    )


def moment(given: str, zone: str) -> datetime:
    """Return a local time of a zone; one with an offset of its own keeps that.

    Where clocks are set back, the first of the two is meant. Raises UnreadableMomentError for
    what is no time, or one that a clock set forward leaves out.
    """
    try:
        read = datetime.fromisoformat(given)
        if read.tzinfo is not None:
            return read
        local = read.replace(tzinfo=ZoneInfo(zone))
    except (ValueError, KeyError, OSError) as error:
        raise UnreadableMomentError(given=given, zone=zone) from error
    if datetime.fromtimestamp(local.timestamp(), ZoneInfo(zone)).replace(tzinfo=None) != read:
        raise UnreadableMomentError(given=given, zone=zone)
    return local


def _price(given: str) -> "PriceAhead":
    """Return one price ahead; the SKU may hold "=" itself."""
    from torgpred.kernel.quantity import decimal_of
    from torgpred.listings.services.timed_prices import PriceAhead

    key, _, amounts = given.rpartition("=")
    price, _, crossed = amounts.partition("/")
    read, listed = decimal_of(price), decimal_of(crossed) if crossed else None
    if not key or read is None or (crossed and listed is None):
        raise UnreadablePriceError(given=given)
    return PriceAhead(key, read, listed)


def _require_chosen(reference: str, sku: list[str] | None) -> None:
    if not (reference or sku):
        raise typer.BadParameter("say which: --reference or --sku", param_hint="--reference")


def _told(moment: datetime, zone: str) -> str:
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M %Z}"

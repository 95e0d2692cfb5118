"""`torgpred map`, `policy`, `rate` and `state`: what only people can decide or know."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli import statements
from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.entering import edits, enter
from torgpred.kernel.errors import TorgpredError

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Shop = Annotated[str, typer.Option("--shop", help="Id or name; not needed with one shop.")]

mapping = typer.Typer(no_args_is_help=True, help="Where a seller's categories belong.")
policy = typer.Typer(no_args_is_help=True, help="How a seller's prices in a shop are made.")
rate = typer.Typer(no_args_is_help=True, help="Exchange rates; an unknown one is never 1.")

console = Console()


class UnreadableNumberError(TorgpredError):
    """A number was given that is none."""

    code = "cli.number"
    template = "{given!r} is not a number."


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(mapping, name="map")
    app.add_typer(policy, name="policy")
    app.add_typer(rate, name="rate")
    statements.register(app)


def _decimal(text: str) -> Decimal:
    from torgpred.kernel.quantity import decimal_of

    number = decimal_of(text)
    if number is None:
        raise UnreadableNumberError(given=text)
    return number


@mapping.command("suggest")
def suggest(seller: Seller, shop: Shop = "", as_json: Json = False) -> None:
    """Suggest where unmapped categories belong; the largest first, each with reasons."""
    enter()
    import msgspec

    from torgpred.listings.services import decisions

    who = seller_of(seller)
    family = shop_of(who, shop).family
    found = decisions.suggestions(seller_id=who.id, family=family)
    if as_json:
        typer.echo(msgspec.json.encode(found).decode())
        return
    if not found:
        console.print("Every category is mapped.")
        return
    table = Table("category", "offers", "may be", "confidence", "why", title="not mapped yet")
    for one in found:
        name = f"{one.key}\n{' / '.join(one.path)}"
        for number, choice in enumerate(one.suggestions[:3]):
            table.add_row(
                name if number == 0 else "",
                str(one.offers) if number == 0 else "",
                f"{choice.category_id}  {' / '.join(choice.path)}",
                f"{choice.confidence:.2f}",
                choice.reason,
            )
        if not one.suggestions:
            table.add_row(name, str(one.offers), "nothing like it found", "", "")
    console.print(table)
    console.print(f"Decide: torgpred map set {who.code} CATEGORY MARKET_CATEGORY", markup=False)


@mapping.command("set")
@edits
def set_mapping(
    seller: Seller,
    category: Annotated[str, typer.Argument(help="Key of the seller's category.")],
    market_category: Annotated[str, typer.Argument(help="Id of the marketplace's category.")],
    shop: Shop = "",
) -> None:
    """Decide where a category belongs. Remembered for other sellers' categories of that name."""
    from torgpred.listings.services import decisions

    who = seller_of(seller)
    decisions.map_category(
        seller_id=who.id,
        family=shop_of(who, shop).family,
        category_key=category,
        market_category=market_category,
        actor=person(),
    )


@mapping.command("attribute")
@edits
def set_attribute(
    seller: Seller,
    market_category: Annotated[str, typer.Argument(help="Id of the marketplace's category.")],
    param: Annotated[str, typer.Argument(help="The seller's name of the param.")],
    attribute: Annotated[str, typer.Argument(help="Id of the attribute; - to ignore the param.")],
    shop: Shop = "",
) -> None:
    """Decide which attribute a seller's param is, or that it is none."""
    from torgpred.listings.services import decisions

    who = seller_of(seller)
    decisions.map_attribute(
        seller_id=who.id,
        family=shop_of(who, shop).family,
        market_category=market_category,
        param=param,
        attribute="" if attribute == "-" else attribute,
        actor=person(),
    )


@mapping.command("value")
@edits
def set_value(
    seller: Seller,
    market_category: Annotated[str, typer.Argument(help="Id of the marketplace's category.")],
    attribute: Annotated[str, typer.Argument(help="Id of the attribute.")],
    value: Annotated[str, typer.Argument(help="The value as the seller writes it.")],
    value_id: Annotated[str, typer.Argument(help="Id of the dictionary's value that is meant.")],
    shop: Shop = "",
) -> None:
    """Decide which value of the marketplace's dictionary a seller's value is."""
    from torgpred.listings.services import decisions

    who = seller_of(seller)
    decisions.map_value(
        seller_id=who.id,
        family=shop_of(who, shop).family,
        market_category=market_category,
        attribute=attribute,
        value=value,
        value_id=value_id,
        actor=person(),
    )


@mapping.command("show")
def show_mappings(seller: Seller, shop: Shop = "", as_json: Json = False) -> None:
    """Show the decided mappings with who decided them and why."""
    enter()
    import msgspec

    from torgpred.catalogue import selectors as catalogue
    from torgpred.channels import selectors as channels
    from torgpred.listings.services import decisions

    who = seller_of(seller)
    family = shop_of(who, shop).family
    found = decisions.mappings(who.id, family)
    if as_json:
        typer.echo(msgspec.json.encode(list(found.values())).decode())
        return
    if not found:
        console.print(f"Nothing is mapped yet. See: torgpred map suggest {who.code}", markup=False)
        return
    names, market = catalogue.categories(who.id), channels.market_categories(family)
    table = Table("category", "belongs to", "how", "decided by")
    for key, card in sorted(found.items()):
        own = " / ".join(names[key].path) if key in names else ""
        there = " / ".join(market[card.market_category].path)
        table.add_row(f"{key}  {own}", there, f"{card.how} {card.reason}", card.decided_by)
    console.print(table)


@policy.command("set")
@edits
def set_policy(
    seller: Seller,
    shop: Shop = "",
    basis: Annotated[str, typer.Option(help="shelf, kept or cost: what prices start from.")] = "",
    commission: Annotated[str, typer.Option(help="Marketplace's share, percent.")] = "",
    fee: Annotated[str, typer.Option(help="Integrator's share, percent.")] = "",
    margin: Annotated[str, typer.Option(help="Percent of the base that is added.")] = "",
    tax_in: Annotated[str, typer.Option(help="Tax contained in the cost, percent.")] = "",
    tax_out: Annotated[str, typer.Option(help="Tax contained in the price, percent.")] = "",
    per_parcel: Annotated[str, typer.Option(help="Delivery of one parcel.")] = "",
    per_kg: Annotated[str, typer.Option(help="Delivery of one kilogram.")] = "",
    step: Annotated[str, typer.Option(help="Prices are rounded up to this step.")] = "",
    ending: Annotated[str, typer.Option(help="And end so, such as 9 or 90.")] = "",
    template: Annotated[str, typer.Option(help="Id of the delivery template.")] = "",
    lead_time: Annotated[int, typer.Option(help="Days until shipped; 0: not said.")] = 0,
    price_times: Annotated[
        str, typer.Option(help="A plan waits where a price moves beyond so many times itself.")
    ] = "",
    price_percent: Annotated[
        str, typer.Option(help="And where a price rises or falls by more than so many percent.")
    ] = "",
    removal_percent: Annotated[
        str, typer.Option(help="A plan waits where more of the shop's offers would go.")
    ] = "",
    reference_gap: Annotated[
        str, typer.Option(help="Percent above a reference price without advice; none: no advice.")
    ] = "",
    reference_days: Annotated[
        int, typer.Option(help="Age at which a reference counts no more.")
    ] = 0,
) -> None:
    """Choose how prices are made; what is not given stays as it was."""
    import msgspec

    from torgpred.listings.core.policy import ShopPolicy
    from torgpred.listings.services import contexts

    who = seller_of(seller)
    where = shop_of(who, shop)
    content: dict[str, Any] = msgspec.to_builtins(contexts.shop_policy(who.id, where.id))
    pricing = content.setdefault("pricing", {})
    given = {"commission": commission, "fee": fee, "margin": margin, "step": step, "ending": ending}
    pricing |= {name: str(_decimal(text)) for name, text in given.items() if text}
    if basis:
        pricing["basis"] = basis
    taxes = {"tax_in": tax_in, "tax_out": tax_out}
    route = pricing.setdefault("route", {})
    route |= {name: str(_decimal(text)) for name, text in taxes.items() if text}
    if per_parcel or per_kg:
        delivery = {"per_parcel": per_parcel, "per_kg": per_kg}
        logistics = route.setdefault("logistics", {}) or {}
        logistics |= {name: str(_decimal(text)) for name, text in delivery.items() if text}
        logistics.setdefault("currency", where.currency)
        route["logistics"] = logistics
    guards = {
        "price_times": price_times, "price_percent": price_percent,
        "removal_percent": removal_percent,
    }  # fmt: skip
    chosen_guards = {name: str(_decimal(text)) for name, text in guards.items() if text}
    content["guards"] = content.get("guards", {}) | chosen_guards
    if template:
        content["delivery_template_id"] = template
    if lead_time:
        content["lead_time_days"] = lead_time
    if reference_gap:
        no_gap = reference_gap == "none"
        content["reference_gap"] = None if no_gap else str(_decimal(reference_gap))
    if reference_days:
        content["reference_days"] = reference_days
    chosen = msgspec.convert(content, ShopPolicy, strict=False)
    contexts.set_policy(seller_id=who.id, shop_id=where.id, policy=chosen, actor=person())
    typer.echo(json.dumps(msgspec.to_builtins(chosen), ensure_ascii=False, indent=1))


@policy.command("show")
def show_policy(
    seller: Seller,
    sku: Annotated[str, typer.Argument(help="An offer to price; any if not given.")] = "",
    shop: Shop = "",
) -> None:
    """Print the price of one offer as a waterfall, line by line."""
    enter()
    from torgpred.listings.services import pricing

    who = seller_of(seller)
    where = shop_of(who, shop)
    example = pricing.example(seller_id=who.id, shop_id=where.id, sku=sku)
    if example is None:
        console.print("No such offer in the catalogue.")
        return
    console.print(f"{example.sku}  {example.name}", markup=False)
    console.print(example.waterfall.printed(), markup=False, highlight=False)
    if example.timed is not None:
        until = example.timed.until.astimezone()
        console.print(
            f"A price for a time ({example.timed.reference or '-'}), until"
            f" {until:%Y-%m-%d %H:%M %Z}.",
            markup=False,
            highlight=False,
        )
    for line in example.stated:
        console.print(f"stated: {line}", markup=False, highlight=False)


@rate.command("set")
@edits
def set_rate(
    source: Annotated[str, typer.Argument(help="Currency, such as CNY.")],
    target: Annotated[str, typer.Argument(help="Currency, such as RUB.")],
    value: Annotated[str, typer.Argument(help="What one unit of the first is worth.")],
    said_by: Annotated[str, typer.Option("--by", help="Who says so.")] = "",
    as_of: Annotated[str, typer.Option("--date", help="YYYY-MM-DD; today if not given.")] = "",
) -> None:
    """Give an exchange rate."""
    from torgpred.listings.services import decisions

    day = date.fromisoformat(as_of) if as_of else datetime.now(UTC).date()
    decisions.set_rate(
        source=source,
        target=target,
        value=_decimal(value),
        as_of=day,
        said_by=said_by or person(),
    )

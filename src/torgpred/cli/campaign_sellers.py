"""`torgpred campaign nominate ...`: offers put forward, what sellers are shown and say."""

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli.campaign_options import Code, Json, decimal_given, tell
from torgpred.cli.choosing import person, seller_of
from torgpred.cli.entering import edits, enter

console = Console(markup=False, emoji=False, highlight=False)

Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Offers = Annotated[
    list[str] | None, typer.Argument(metavar="[OFFER]...", help="Keys of offers; all if none.")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for name, command in (
        ("nominate", nominate), ("terms", terms), ("consent", consent), ("withdraw", withdraw),
        ("enrolled", enrolled),
    ):  # fmt: skip
        app.command(name)(command)


@edits
def nominate(
    code: Code,
    offers: Offers = None,
    seller: Annotated[str, typer.Option("--seller", help="Of one seller only.")] = "",
    least_margin: Annotated[str, typer.Option(help="Only with such a margin, percent.")] = "",
    pieces: Annotated[
        int | None, typer.Option(min=1, help="Keep at most so many of each; else all free.")
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Take nominations back.")] = False,
    as_json: Json = False,
) -> None:
    """Put offers forward: those that are named, or all that were judged a yes."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.core.values import Which
    from torgpred.campaigns.services import nominating

    which = Which(
        seller_id=seller_of(seller).id if seller else None,
        offer_keys=tuple(offers or ()),
        least_margin=decimal_given(least_margin, "--least-margin") if least_margin else None,
    )
    card = selectors.campaign(code)
    if drop:
        dropped = nominating.drop(campaign_id=card.id, which=which, actor=person())
        if as_json:
            tell({"dropped": dropped})
        else:
            console.print(f"{dropped} nominations taken back.")
        return
    done = nominating.nominate(campaign_id=card.id, which=which, actor=person(), most_pieces=pieces)
    if as_json:
        refused = [
            {
                "seller_id": one.seller_id,
                "shop_id": one.shop_id,
                "offer": one.offer_key,
                "reasons": [said.finding.as_dict() for said in one.reasons],
            }
            for one in done.refused
        ]
        tell({"nominated": done.nominated, "unchanged": done.unchanged, "refused": refused})
        return
    console.print(f"{done.nominated} put forward, {done.unchanged} were so already.")
    for one in done.refused:
        for said in one.reasons:
            console.print(f"{one.offer_key}: {said.finding.message} {said.finding.mend}")


def terms(seller: Seller, code: Code, offers: Offers = None, as_json: Json = False) -> None:
    """Show a seller what it would take part at: price, its share, the worst case, pieces."""
    enter()
    from torgpred.campaigns import selectors

    tenant = seller_of(seller)
    card = selectors.campaign(code, seller_id=tenant.id)
    found = selectors.nominations(
        card.id, seller_id=tenant.id, offer_keys=offers or None, limit=100_000
    )
    if as_json:
        told: list[dict[str, Any]] = [msgspec.to_builtins(one) for one in found]
        tell(
            [
                row | {"worst": None if one.terms.worst is None else str(one.terms.worst)}
                for row, one in zip(told, found, strict=True)
            ]
        )
        return
    table = Table(
        "offer", "price", "buyer pays", "your share", "you keep", "usually", "pieces", "worst case",
        "margin", "said",
    )  # fmt: skip
    for one in found:
        said = "yes" if one.consented else "void: terms changed" if one.void else ""
        values = one.terms
        table.add_row(
            one.offer_key, str(values.price), str(values.buyer_pays), str(values.borne),
            str(values.keeps), str(values.usual_keeps), str(values.pieces), str(values.worst),
            f"{values.margin} %", f"{said} {one.rule}".strip(),
        )  # fmt: skip
    console.print(table)


@edits
def consent(
    seller: Seller,
    code: Code,
    offers: Offers = None,
    rule: Annotated[
        str, typer.Option(help='Say yes to all that a rule takes, such as "margin >= 12".')
    ] = "",
    everything: Annotated[bool, typer.Option("--all", help="Say yes to all.")] = False,
    as_json: Json = False,
) -> None:
    """Say yes for a seller: to offers, by a rule, or to all. Terms that change void it."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import consenting

    if sum(map(bool, (offers, rule, everything))) != 1:
        raise typer.BadParameter("name offers, or give --rule or --all: one of them")
    tenant = seller_of(seller)
    card = selectors.campaign(code, seller_id=tenant.id)
    if rule:
        done = consenting.consent_by_rule(
            seller_id=tenant.id, campaign_id=card.id, rule=rule, actor=person()
        )
    else:
        found = selectors.nominations(
            card.id, seller_id=tenant.id, offer_keys=offers or None, limit=100_000
        )
        missing = set(offers or ()) - {one.offer_key for one in found}
        if missing:
            raise typer.BadParameter(f"{min(missing)!r} is not put forward")
        done = consenting.consent(
            seller_id=tenant.id,
            campaign_id=card.id,
            seen={one.id: one.digest for one in found},
            actor=person(),
        )
    if as_json:
        tell(msgspec.structs.asdict(done))
        return
    console.print(f"Yes to {done.agreed}, {done.before} had it already, {done.left_out} left out.")


@edits
def withdraw(seller: Seller, code: Code, offers: Offers = None, as_json: Json = False) -> None:
    """Take a seller's consents back, all or those of offers, until the campaign is frozen."""
    from torgpred.campaigns import selectors
    from torgpred.campaigns.services import consenting

    tenant = seller_of(seller)
    card = selectors.campaign(code, seller_id=tenant.id)
    numbers = None
    if offers:
        found = selectors.nominations(
            card.id, seller_id=tenant.id, offer_keys=offers, limit=100_000
        )
        numbers = [one.id for one in found]
    done = consenting.withdraw(
        seller_id=tenant.id, campaign_id=card.id, actor=person(), nomination_ids=numbers
    )
    if as_json:
        tell({"withdrawn": done})
    else:
        console.print(f"{done} consents taken back.")


def enrolled(
    code: Code,
    seller: Annotated[str, typer.Option("--seller", help="Of one seller only.")] = "",
    as_json: Json = False,
) -> None:
    """List what takes part: shop, SKU, price and pieces to keep."""
    enter()
    from torgpred.campaigns import selectors

    tenant = seller_of(seller) if seller else None
    card = selectors.campaign(code)
    found = selectors.enrolled(card.id, seller_id=None if tenant is None else tenant.id)
    if as_json:
        tell(found)
        return
    table = Table("shop", "SKU", "offer", "price", "now", "pieces")
    for one in found:
        table.add_row(
            str(one.shop_id), one.sku, one.offer_key, f"{one.price} {one.currency}",
            str(one.usual), str(one.pieces),
        )  # fmt: skip
    console.print(table)

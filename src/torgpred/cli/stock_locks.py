"""`torgpred stock lock|locks|unlock`: pieces kept for a purpose, and the shops that sell them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from torgpred.cli import stock_asking as area
from torgpred.cli.choosing import person, seller_of, shop_of
from torgpred.cli.entering import enter

if TYPE_CHECKING:
    from torgpred.stock.core.values import Kept, LockCard


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("lock")(lock)
    app.command("locks")(locks)
    app.command("unlock")(unlock)


def lock(
    seller: area.Seller,
    kept: Annotated[list[str], typer.Argument(metavar="SKU=PIECES...")],
    purpose: Annotated[str, typer.Option(help="What they are kept for.")],
    shop: Annotated[
        list[str] | None,
        typer.Option(
            help="A shop whose orders are served from them, by number or name; again for each."
            " Without any, nobody sells them."
        ),
    ] = None,
    until: Annotated[
        datetime | None, typer.Option(help="When they are free again, UTC; default: by hand.")
    ] = None,
    what_there_is: Annotated[
        bool,
        typer.Option(
            "--what-there-is", help="Where fewer are free, keep those; else keep nothing."
        ),
    ] = False,
    code: area.Where = "",
    as_json: area.Json = False,
) -> None:
    """Keep free pieces for a purpose, such as a campaign, and for the shops that sell them."""
    pieces = area.pairs(kept)
    enter()
    from torgpred.kernel.clock import as_utc
    from torgpred.stock.core.values import Kept
    from torgpred.stock.services import keeping

    tenant = seller_of(seller)
    place = area.place_of(seller, code)
    asked: dict[str, Any] = {
        "seller_id": tenant.id,
        "purpose": purpose,
        "shop_ids": [shop_of(tenant, one).id for one in shop or []],
        "pieces": {(sku, place.id): number for sku, number in pieces.items()},
        "until": None if until is None else as_utc(until),
        "actor": person(),
    }
    if what_there_is:
        done = keeping.keep_what_there_is(**asked)
    else:
        done = Kept(locks=tuple(keeping.keep(**asked)), lacking=())
    _tell_kept(tenant.id, done, as_json=as_json)


def locks(
    seller: area.Seller,
    every: Annotated[
        bool, typer.Option("--all", help="The latest 100, closed ones too; else all open ones.")
    ] = False,
    as_json: area.Json = False,
) -> None:
    """List what is kept: for whom, until when, how much of it was used and is left."""
    enter()
    from torgpred.stock import selectors

    tenant = seller_of(seller)
    found = selectors.locks(tenant.id) if every else selectors.open_locks(tenant.id)
    if as_json:
        told = [lock_as_dict(one) for one in found]
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
    elif found:
        print_locks(tenant.id, found)
    else:
        typer.echo("Nothing is locked.")


def unlock(
    seller: area.Seller,
    numbers: Annotated[list[int], typer.Argument(metavar="LOCK...", help="Numbers of locks.")],
    pieces: Annotated[
        int | None,
        typer.Option(min=1, help="Give so many of each back and keep the rest; default: close."),
    ] = None,
    as_json: area.Json = False,
) -> None:
    """Close locks: what is left in them is free again, or settles what is owing."""
    enter()
    from torgpred.stock.services import keeping

    owner, actor = seller_of(seller).id, person()
    if pieces is None:
        changed = keeping.unlock(seller_id=owner, lock_ids=numbers, actor=actor)
    else:
        changed = keeping.release(
            seller_id=owner, pieces=dict.fromkeys(numbers, pieces), actor=actor
        )
    area.tell_change(changed, seller, [], as_json=as_json)


def lock_as_dict(card: "LockCard") -> dict[str, Any]:
    """Return a lock as `--json` prints it."""
    return msgspec.structs.asdict(card) | {"left": card.left}


def print_locks(seller_id: int, cards: "Sequence[LockCard]") -> None:
    """Print a table of locks."""
    from torgpred.channels import selectors as channels

    names = {one.id: one.name for one in channels.shops_of(seller_id)}
    head = ("lock", "SKU", "warehouse", "kept", "used", "given back", "left", "purpose", "shops")
    table = Table(*head, "until", "by")
    for one in cards:
        until = "" if one.until is None else f"{one.until:%Y-%m-%d %H:%M}"
        numbers = (one.pieces, one.used, one.freed, one.left)
        shops = ", ".join(names.get(shop_id, str(shop_id)) for shop_id in one.shop_ids)
        table.add_row(
            str(one.id), one.sku, one.warehouse, *map(str, numbers), one.purpose,
            shops or "none", until if one.closed_at is None else "closed", one.opened_by,
        )  # fmt: skip
    Console(markup=False).print(table)


def _tell_kept(seller_id: int, done: "Kept", *, as_json: bool) -> None:
    if as_json:
        told = {
            "locks": [lock_as_dict(one) for one in done.locks],
            "lacking": [msgspec.structs.asdict(one) for one in done.lacking],
        }
        typer.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    print_locks(seller_id, done.locks)
    for one in done.lacking:
        typer.echo(f"{one.sku}: {one.kept} of {one.asked} were free.")

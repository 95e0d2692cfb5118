"""What the commands about orders share: their arguments, and how they tell of many orders."""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console

from torgpred.cli.choosing import shop_of
from torgpred.kernel.errors import TorgpredError

if TYPE_CHECKING:
    from torgpred.accounts.core.values import TenantCard

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object or list.")]
Seller = Annotated[str, typer.Argument(help="Code of the seller.")]
Shop = Annotated[
    str, typer.Option(help="Number or name of the shop, where two have such an order.")
]
Orders = Annotated[
    list[str], typer.Argument(metavar="ORDER...", help="The marketplace's numbers of orders.")
]

console = Console(markup=False)


def print_json(value: object) -> None:
    """Print a value as JSON on one line."""
    import msgspec

    typer.echo(msgspec.json.encode(value).decode())


def shop_number(seller: "TenantCard", given: str) -> int | None:
    """Return the number of the seller's shop that is named; None where none is."""
    return shop_of(seller, given).id if given else None


def each(
    orders: Iterable[str],
    do: Callable[[str], str],
    words: Mapping[str, str],
    *,
    as_json: bool,
) -> None:
    """Do something with each order and tell of each; exit code 1 where one did not go."""
    told: list[dict[str, Any]] = []
    for order in dict.fromkeys(orders):
        try:
            told.append({"order": order, "state": do(order), "problem": ""})
        except TorgpredError as error:
            told.append({"order": order, "state": "", "problem": str(error), "code": error.code})
    if as_json:
        print_json(told)
    else:
        for one in told:
            console.print(
                f"{one['order']}: {one['problem'] or words.get(one['state'], one['state'])}"
            )
    if any(one["problem"] for one in told):
        raise typer.Exit(1)

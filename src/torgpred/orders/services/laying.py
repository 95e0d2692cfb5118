"""Laying out: a batch of orders as columns, each an array as PostgreSQL reads it."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.channels.core.orders import OrderPhase, RawLine
from torgpred.orders.core.naming import name_words
from torgpred.orders.services.sold_names import SoldName
from torgpred.orders.services.staging import LONGEST_ISSUE, LONGEST_NAME, LONGEST_WORDS, Told
from torgpred.runtime.arrays import Sent, array, joined
from torgpred.stock.core.serving import Goods

_NOTHING: Final = Decimal("0.00")
_OPEN: Final = frozenset({OrderPhase.PLACED, OrderPhase.TO_SHIP})


class Laid(msgspec.Struct, frozen=True):
    """A batch as arrays by the names of their columns; orders and parts are numbered from 1.

    A part is what one seller has of an order; an order without lines has one of no seller. Parts
    stand by shop and remote id, so that two who enter the same orders at once wait for one another
    and never for each other. Lines stand as they came; of each the number of its order, its goods,
    and the pieces that are to be promised to it are told beside, of each order its country
    and shop. `names` are those of all that was sold. Buyers are no array but joined.
    """

    parts: dict[str, Sent]
    lines: dict[str, Sent]
    numbers: list[int]
    goods: list[Goods]
    names: set[SoldName]
    pieces: list[int]
    countries: list[str]
    shops: list[int]


class _Parts(msgspec.Struct):
    """Parts of a batch, and whose goods its lines are; each field is a column."""

    orders: list[int]
    places: list[int]
    """The parts of one order are counted from 1."""
    sellers: list[int | None]
    amounts: list[Decimal | None]
    disputes: list[str]
    line_parts: list[int]
    goods: list[Goods]


def lay_out(told: Sequence[Told]) -> Laid:
    """Lay a batch out."""
    numbers = [no for no, one in enumerate(told, 1) for _ in one[2].lines]
    lines = [line for one in told for line in one[2].lines]
    names = [(one[0], one[2].remote_id) for one in told]
    places = sorted(range(len(told)), key=names.__getitem__)
    if all(one[2].lines and not (one[1].others or one[1].prefixes) for one in told):
        split = _one_each(told, lines, numbers, places)
    else:
        split = _by_seller(told, places)
    going_on = [one[2].phase in _OPEN for one in told]
    return Laid(
        parts=_part_columns(told, split),
        lines=_line_columns(lines, numbers, split),
        numbers=numbers,
        goods=split.goods,
        names={
            (seller, sku, line.name[:LONGEST_NAME])
            for (seller, sku), line in zip(split.goods, lines, strict=True)
        },
        pieces=[
            line.quantity if going_on[no - 1] else 0
            for no, line in zip(numbers, lines, strict=True)
        ],
        countries=[one[2].buyer_country for one in told],
        shops=[one[0] for one in told],
    )


def _one_each(
    told: Sequence[Told], lines: Sequence[RawLine], numbers: list[int], places: list[int]
) -> _Parts:
    """Split orders of which each is all its shop's owner's."""
    sums = [_NOTHING] * len(told)
    for no, line in zip(numbers, lines, strict=True):
        sums[no - 1] += line.amount
    parts = numbers
    if places != list(range(len(told))):
        part_of = dict(zip(places, range(1, len(told) + 1), strict=True))
        parts = [part_of[no - 1] for no in numbers]
    return _Parts(
        orders=[place + 1 for place in places],
        places=[1] * len(told),
        sellers=[told[place][1].owner for place in places],
        amounts=[sums[place] for place in places],
        disputes=[told[place][2].dispute[:LONGEST_WORDS] for place in places],
        line_parts=parts,
        goods=[(one[1].owner, line.sku) for one in told for line in one[2].lines],
    )


def _by_seller(told: Sequence[Told], places: Sequence[int]) -> _Parts:
    """Split orders by whose goods their lines are; parts of one order stand by seller."""
    split = _Parts([], [], [], [], [], [], [])
    number: dict[tuple[int, int], int] = {}
    for place in places:
        _, whose, order, _, _ = told[place]
        sums: dict[int, Decimal] = {}
        disputed: set[int] = set()
        for line in order.lines:
            seller, _ = whose.of(line.sku)
            sums[seller] = sums.get(seller, _NOTHING) + line.amount
            if line.issue:
                disputed.add(seller)
        for part, seller in enumerate(sorted(sums), 1):
            number[place, seller] = len(split.orders) + 1
            split.orders.append(place + 1)
            split.places.append(part)
            split.sellers.append(seller)
            split.amounts.append(sums[seller])
            about = not disputed or seller in disputed
            split.disputes.append(order.dispute[:LONGEST_WORDS] if about else "")
        if not sums:
            _add_empty(split, place)
    for place, (_, whose, order, _, _) in enumerate(told):
        goods = [whose.of(line.sku) for line in order.lines]
        split.goods += goods
        split.line_parts += [number[place, seller] for seller, _ in goods]
    return split


def _add_empty(split: _Parts, place: int) -> None:
    split.orders.append(place + 1)
    split.places.append(1)
    split.sellers.append(None)
    split.amounts.append(None)
    split.disputes.append("")


def _part_columns(told: Sequence[Told], split: _Parts) -> dict[str, Sent]:
    of_part = [told[no - 1] for no in split.orders]
    orders = [one[2] for one in of_part]
    columns: dict[str, Sequence[object]] = {
        "no": split.orders,
        "place": split.places,
        "seller_id": split.sellers,
        "tenant_id": [one[1].owner for one in of_part],
        "shop_id": [one[0] for one in of_part],
        "remote_id": [one.remote_id for one in orders],
        "phase": [one.phase for one in orders],
        "words": [one.words for one in orders],
        "placed_at": [one.created_at for one in orders],
        "paid_at": [one.paid_at for one in orders],
        "changed_at": [one.updated_at for one in orders],
        "ship_by": [one.ship_by for one in orders],
        "currency": [one.currency for one in orders],
        "total": [one.total for one in orders],
        "fees": [one.fees for one in orders],
        "payout": [one.payout for one in orders],
        "country": [one.buyer_country for one in orders],
        "digest": [one[3] for one in of_part],
        "troubles": ["\n".join(one.troubles) for one in orders],
        "names": [
            name_words(seller, one.buyer.name) if one.buyer is not None else ""
            for seller, one in zip(split.sellers, orders, strict=True)
        ],
        "reason": [one.reason[:LONGEST_WORDS] for one in orders],
        "dispute": split.disputes,
        "amount": split.amounts,
    }
    made = {name: array(values) for name, values in columns.items()}
    made["buyer"] = joined([one[4] for one in of_part])
    return made


def _line_columns(
    lines: Sequence[RawLine], numbers: Sequence[int], split: _Parts
) -> dict[str, Sent]:
    columns: dict[str, Sequence[object]] = {
        "no": numbers,
        "part": split.line_parts,
        "seller_id": [seller for seller, _ in split.goods],
        "sku": [sku for _, sku in split.goods],
        "remote_id": [line.remote_id for line in lines],
        "remote_sku_id": [line.remote_sku_id for line in lines],
        "name": [line.name[:LONGEST_NAME] for line in lines],
        "quantity": [line.quantity for line in lines],
        "price": [line.price for line in lines],
        "amount": [line.amount for line in lines],
        "issue": [line.issue[:LONGEST_ISSUE] for line in lines],
    }
    return {name: array(values) for name, values in columns.items()}

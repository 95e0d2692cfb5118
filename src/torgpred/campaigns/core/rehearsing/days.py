"""What a rehearsed day came to, per offer, per seller in a shop, and in all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.campaigns.core.rehearsing.demand import Assumptions, Basis, Expected, Goods
from torgpred.kernel.digests import digest_of

_DAY: Final = timedelta(days=1)


class Played(msgspec.Struct, frozen=True):
    """What buyers got of one offer at the twin.

    `short`: pieces sold there that were not here. `price` is what buyers were asked for in the
    end, None where nobody saw the offer on sale.
    """

    wanted: int
    sold: int
    sold_out: int | None
    """Minute of the day in which the first buyer went away without; None: all got theirs."""
    short: int = 0
    price: Decimal | None = None


class OfferDay(msgspec.Struct, frozen=True):
    """One offer's day. Money is in `currency`; what depends on an unknown figure is None."""

    offer_key: str
    sku: str
    currency: str
    price: Decimal
    usual: Decimal | None
    expected: Decimal
    ordinary: Decimal
    basis: Basis
    wanted: int
    sold: int
    missed: int
    sold_out: int | None
    short: int
    keeps: Decimal | None
    """Of one piece."""
    kept: Decimal | None
    """Of all pieces sold."""
    gain: Decimal | None
    """Of the expected pieces, as far as there were enough, against an ordinary day without the
    campaign; below 0 the discount loses money."""
    loses: bool
    """It keeps less than nothing of a piece, or less in the day than without the campaign."""
    not_changed: bool = False
    """The campaign's price did not reach the shop."""


class Snag(StrEnum):
    """What stood in the way of some offers in a rehearsed day."""

    NOWHERE = "nowhere"  # on sale in no shop of the campaign
    UNCHANGED = "unchanged"  # the campaign's price did not reach the shop
    LEFT_OUT = "left_out"  # of all sellers: put forward, and no longer fit to take part


class Trouble(msgspec.Struct, frozen=True):
    """So many offers that something stood in the way of."""

    snag: Snag
    offers: int


class Handling(msgspec.Struct, frozen=True):
    """How many parcels a seller packs in a day, and whether its own days tell so."""

    parcels: int
    known: bool


class SellerDay(msgspec.Struct, frozen=True):
    """A seller's part of the day in one shop: all that it may see of a rehearsal.

    `payout` is what the marketplace should pay for the orders by the seller's own policy; of
    `unpaid` orders that is not known.
    """

    seller_id: int
    shop_id: int
    currency: str
    orders: int
    pieces: int
    missed: int
    revenue: Decimal
    payout: Decimal
    unpaid: int
    late: int
    """Orders that would leave after their last day."""
    handling: Handling
    offers: tuple[OfferDay, ...]
    troubles: tuple[Trouble, ...] = ()


class Totals(msgspec.Struct, frozen=True):
    """The whole day. Money by currency."""

    sellers: int
    offers: int
    orders: int
    wanted: int
    missed: int
    sold_out: int
    losing: int
    late: int
    revenue: dict[str, Decimal]
    payout: dict[str, Decimal]


class Machine(msgspec.Struct, frozen=True):
    """How the installation itself did: measured, so another each time, and no part of the digest.

    `slowest` is the longest that a tick's orders took to be here and told, in seconds.
    """

    seconds: float
    ticks: int
    slowest: float
    prices: int
    prices_seconds: float


def offer_day(one: Goods, expected: Expected, played: Played) -> OfferDay:
    """Return an offer's day in money."""
    kept = None if one.keeps is None else one.keeps * played.sold
    gain = None
    if one.keeps is not None and one.usual_keeps is not None:
        # By what is expected, not by whom chance sent: of it, the part that was served.
        served = Decimal(played.sold) / played.wanted if played.wanted else Decimal(1)
        gain = one.keeps * expected.pieces * served - one.usual_keeps * expected.ordinary
        gain = gain.quantize(Decimal("0.01"))
    below = one.keeps is not None and one.keeps < 0
    return OfferDay(
        offer_key=one.offer_key,
        sku=one.sku,
        currency=one.currency,
        price=one.price,
        usual=one.usual,
        expected=expected.pieces,
        ordinary=expected.ordinary,
        basis=expected.basis,
        wanted=played.wanted,
        sold=played.sold,
        missed=played.wanted - played.sold,
        sold_out=played.sold_out,
        short=played.short,
        keeps=one.keeps,
        kept=kept,
        gain=gain,
        loses=below or (gain is not None and gain < 0),
        not_changed=played.price is not None and played.price != one.price,
    )


def late(minutes: Sequence[int], parcels: int, start: datetime, ship_by: datetime | None,
         ship_days: int) -> list[bool]:  # fmt: skip
    """Tell of each order, by the minute it was placed in, whether it would leave too late.

    A seller packs `parcels` a day, one after the other, from `start` on and without a pause.
    An order has to leave by `ship_by`, else within `ship_days` of being placed.
    """
    each = _DAY / parcels
    free = start
    found = []
    for minute in minutes:
        placed = start + timedelta(minutes=minute)
        free = max(free, placed) + each
        found.append(free > (ship_by or placed + _DAY * ship_days))
    return found


def totals(parts: Iterable[SellerDay]) -> Totals:
    """Add sellers' days up."""
    rows = list(parts)
    revenue: dict[str, Decimal] = {}
    payout: dict[str, Decimal] = {}
    for one in rows:
        revenue[one.currency] = revenue.get(one.currency, Decimal(0)) + one.revenue
        payout[one.currency] = payout.get(one.currency, Decimal(0)) + one.payout
    offers = [it for one in rows for it in one.offers]
    return Totals(
        sellers=len({one.seller_id for one in rows}),
        offers=len(offers),
        orders=sum(one.orders for one in rows),
        wanted=sum(it.wanted for it in offers),
        missed=sum(it.missed for it in offers),
        sold_out=sum(it.sold_out is not None for it in offers),
        losing=sum(it.loses for it in offers),
        late=sum(one.late for one in rows),
        revenue=revenue,
        payout=payout,
    )


def day_digest(given: Assumptions, parts: Sequence[SellerDay]) -> str:
    """Return a digest of assumptions and result: equal ones, the same rehearsal."""
    return digest_of([given, sorted(parts, key=lambda one: (one.seller_id, one.shop_id))]).hex()


class Sold(msgspec.Struct, frozen=True):
    """What was really sold of one offer in a campaign's window."""

    pieces: int
    amount: Decimal


class Beside(msgspec.Struct, frozen=True):
    """An offer's rehearsed day beside fact; `difference` is fact less rehearsal, in pieces."""

    rehearsed: OfferDay
    sold: Sold

    @property
    def difference(self) -> int:
        """Pieces sold in fact less those of the rehearsal."""
        return self.sold.pieces - self.rehearsed.sold


def beside(part: SellerDay, facts: Mapping[tuple[int, int, str], Sold]) -> list[Beside]:
    """Put a seller's rehearsed offers beside what was sold, by (seller, shop, offer)."""
    nothing = Sold(0, Decimal(0))
    return [
        Beside(one, facts.get((part.seller_id, part.shop_id, one.offer_key), nothing))
        for one in part.offers
    ]

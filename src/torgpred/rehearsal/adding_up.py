"""What a day came to, out of what buyers got and what the copy's own records say of payouts."""

from decimal import Decimal
from typing import Final

import msgspec

from torgpred.campaigns.core.rehearsing.days import (
    OfferDay,
    Played,
    SellerDay,
    Snag,
    Trouble,
    late,
    offer_day,
)
from torgpred.campaigns.core.rehearsing.demand import Expected
from torgpred.orders.selectors.payouts import PayoutCard, payouts
from torgpred.rehearsal.day import Outcome
from torgpred.rehearsal.script import Script

_ALL: Final = 10_000_000


class Day(msgspec.Struct, frozen=True):
    """All that is known once the day is over. `short` is by seller, shop and offer."""

    script: Script
    expected: list[Expected]
    outcome: Outcome
    prices: dict[int, dict[str, Decimal]]
    """What buyers were asked for, by shop and the shop's SKU."""
    short: dict[tuple[int, int, str], int]
    left_out: int

    def offer(self, place: int) -> OfferDay:
        """Return one offer's day."""
        one = self.script.goods[place]
        return offer_day(
            one,
            self.expected[place],
            Played(
                wanted=self.outcome.wanted[place],
                sold=self.outcome.sold[place],
                sold_out=self.outcome.sold_out.get(place),
                short=self.short.get((one.seller_id, one.shop_id, one.offer_key), 0),
                price=self.price(place),
            ),
        )

    def price(self, place: int) -> Decimal | None:
        """Return what buyers were asked for an offer; None where it is on sale nowhere."""
        one = self.script.goods[place]
        return self.prices.get(one.shop_id, {}).get(one.sku)


def parts(day: Day) -> tuple[SellerDay, ...]:
    """Return each seller's day in each shop."""
    places: dict[tuple[int, int], list[int]] = {}
    for place, one in enumerate(day.script.goods):
        places.setdefault((one.seller_id, one.shop_id), []).append(place)
    too_late = _late(day.script, day.outcome)
    paid = {seller: payouts(seller, limit=_ALL) for seller in {key[0] for key in places}}
    return tuple(
        _part(day, mine, sum(too_late[place] for place in mine),
              [one for one in paid[seller] if one.shop_id == shop])
        for (seller, shop), mine in sorted(places.items())
    )  # fmt: skip


def _part(day: Day, places: list[int], too_late: int, paid: list[PayoutCard]) -> SellerDay:
    first = day.script.goods[places[0]]
    offers = tuple(day.offer(place) for place in places)
    known = [one.ours.payout for one in paid if one.ours.payout is not None]
    return SellerDay(
        seller_id=first.seller_id,
        shop_id=first.shop_id,
        currency=first.currency,
        orders=len(paid),
        pieces=sum(one.sold for one in offers),
        missed=sum(one.missed for one in offers),
        revenue=sum((one.amount for one in paid), Decimal(0)),
        payout=sum(known, Decimal(0)),
        unpaid=len(paid) - len(known),
        late=too_late,
        handling=day.script.handling[first.seller_id],
        offers=offers,
        troubles=tuple(_troubles(day, places)),
    )


def _troubles(day: Day, places: list[int]) -> list[Trouble]:
    seen = [(day.price(place), day.script.goods[place].price) for place in places]
    counts = {
        Snag.NOWHERE: sum(price is None for price, _ in seen),
        Snag.UNCHANGED: sum(price not in {None, wanted} for price, wanted in seen),
        Snag.LEFT_OUT: day.left_out,
    }
    return [Trouble(snag, many) for snag, many in counts.items() if many]


def _late(script: Script, outcome: Outcome) -> dict[int, int]:
    """Return, by the offer's place, the orders that would leave too late.

    A seller packs the orders of all its shops, in the order in which they came.
    """
    sellers: dict[int, list[tuple[int, int]]] = {}
    for place, minutes in sorted(outcome.minutes.items()):
        seller = script.goods[place].seller_id
        sellers.setdefault(seller, []).extend((minute, place) for minute in minutes)
    found = dict.fromkeys(range(len(script.goods)), 0)
    for seller, orders in sellers.items():
        orders.sort()
        handling = script.handling[seller]
        told = late([minute for minute, _ in orders], handling.parcels, script.starts,
                    script.ship_by, script.assumptions.ship_days)  # fmt: skip
        for (_, place), is_late in zip(orders, told, strict=True):
            found[place] += is_late
    return found

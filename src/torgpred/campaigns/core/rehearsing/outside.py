"""What of a rehearsed day may be shown outside: the campaign as a whole, no seller, no offer.

The rule is that of a campaign's report to the marketplace (`core.money.pooling`): no figure rests
on fewer sellers than the campaign says, nor does what is left when one is taken off another.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Final

import msgspec

from torgpred.campaigns.core.money.pooling import Atom, Breakdown, pool
from torgpred.campaigns.core.rehearsing.days import OfferDay, SellerDay, Totals, totals

LEFT: Final = "left"
"""The group of offers that lasted the whole day."""
_HOURS: Final = ((60, "hour1"), (6 * 60, "hour6"), (12 * 60, "hour12"))
_LATER: Final = "hour24"


class Outside(msgspec.Struct, frozen=True):
    """A rehearsed day as everybody may see it. Money by currency, only where enough sellers sell.

    `gone`: offers and pieces by when they were sold out ("hour1": within the first hour, then
    "hour6", "hour12", "hour24"; "left": not sold out), groups of few sellers told together.
    """

    least: int
    totals: Totals
    gone: Breakdown


def outside(parts: Sequence[SellerDay], least: int) -> Outside | None:
    """Return what may be shown of a rehearsed day; None where too few sellers took part."""
    pooled = pool(list(_atoms(parts)), ("gone",), least)
    if pooled.whole is None:
        return None
    whole = msgspec.structs.replace(
        totals(parts),
        revenue=_money(((it.seller_id, it.currency, it.revenue) for it in parts), least),
        payout=_money(((it.seller_id, it.currency, it.payout) for it in parts), least),
    )
    return Outside(least, whole, pooled.breakdowns[0])


def digest_of_link(token: str) -> bytes:
    """Return the 32 bytes by which a link is found again; the token itself is kept nowhere."""
    # 256 random bits: nothing to be gained from a slow digest.
    return sha256(token.encode()).digest()


def _atoms(parts: Sequence[SellerDay]) -> Iterable[Atom]:
    for part in parts:
        for one in part.offers:
            amounts = {"offers": Decimal(1), "sold": Decimal(one.sold)}
            yield Atom(part.seller_id, (_group(one),), amounts)


def _group(one: OfferDay) -> str:
    if one.sold_out is None:
        return LEFT
    return next((name for until, name in _HOURS if one.sold_out < until), _LATER)


def _money(sums: Iterable[tuple[int, str, Decimal]], least: int) -> dict[str, Decimal]:
    """Add money up by currency, leaving out currencies in which few sellers have any."""
    found: dict[str, dict[int, Decimal]] = {}
    for seller, currency, amount in sums:
        if amount:
            mine = found.setdefault(currency, {})
            mine[seller] = mine.get(seller, Decimal(0)) + amount
    return {
        currency: sum(mine.values(), Decimal(0))
        for currency, mine in sorted(found.items())
        if len(mine) >= least
    }

"""What to do next time: rules over a seller's report, each with the figures that it rests on."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from torgpred.campaigns.core.money.afterwards import OfferLine, SellerReport
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import advice, hold, note

MOST: Final = 5
"""Lessons of one kind that are told one by one; the rest is counted."""
_SHARE_BACK: Final = 10
"""From this part of the sold on, pieces that come back are worth telling: one in ten."""

SOLD_OUT = advice(
    "lesson.sold_out",
    "All {value} locked pieces of {sku} were sold by {time}, {hours} hours into the sale.",
    "Lock more of it next time: it could have sold on.",
)
UNUSED = advice(
    "lesson.unused",
    "{value} of {kept} locked pieces of {sku} were not sold.",
    "Lock about {sold} next time; the others could have been sold elsewhere.",
)
LOSS = hold(
    "lesson.loss",
    "{value} pieces of {sku} were sold at {price}, {margin} % over the cost: each lost money.",
    "Take less off, or leave it out next time.",
)
NOTHING_KEPT = hold(
    "lesson.nothing_kept",
    "{value} pieces of {sku} were sold at {price}, of which {keeps} a piece is left: nothing.",
    "Take less off, or leave it out next time.",
)
COST_UNKNOWN = note(
    "lesson.cost_unknown",
    "{value} of the offers that sold have no known cost: whether they lost money cannot be told.",
    "Give their costs before the next campaign.",
)
LATE = advice(
    "lesson.late",
    "{value} of {orders} orders were sent after their time.",
    "Plan more hands for the first days, or put fewer pieces in.",
)
OVERDUE = hold(
    "lesson.overdue",
    "{value} of {orders} orders are past their time and not sent.",
    "Send them now, or have them cancelled.",
)
CAME_BACK = advice(
    "lesson.came_back",
    "{value} of {sold} sold pieces of {sku} came back.",
    "Look at what buyers said: size, picture or description may promise something else.",
)
NOT_SOLD = note(
    "lesson.not_sold",
    "{value} of {offers} offers that took part sold nothing.",
    "Leave them out, or give them a price that buyers notice.",
)
PAYOUT_UNKNOWN = note(
    "lesson.payout_unknown",
    "Of {value} orders it cannot be told what is kept. {why}",
    "Give what is missing, and look again.",
)
AND_MORE = note(
    "lesson.and_more",
    "The same holds for {value} more offers.",
    "The table of offers shows all of them.",
)


def lessons(report: SellerReport, *, starts: datetime, zone: str, why: str = "") -> list[Finding]:
    """Return what to do next time, what weighs most first; the place is an SKU or empty.

    `why` says why payouts are not known, in the words of the payouts' core.
    """
    return list(_lessons(report, starts, ZoneInfo(zone), why))


def _lessons(report: SellerReport, starts: datetime, zone: ZoneInfo, why: str) -> Iterator[Finding]:
    sending, offers = report.sending, report.offers
    if sending.overdue:
        yield OVERDUE.at("", sending.overdue, orders=sending.orders)
    lost = sorted((one for one in offers if one.pieces and _lost(one)), key=lambda it: -it.pieces)
    yield from _some([_loss(one) for one in lost])
    out = sorted(
        (one for one in offers if one.sold_out_at), key=lambda it: it.sold_out_at or starts
    )
    yield from _some([_sold_out(one, starts, zone) for one in out])
    if sending.late:
        yield LATE.at("", sending.late, orders=sending.orders)
    if report.over:
        idle = [one for one in report.lock_lines if (one.pieces - one.used) * 2 > one.pieces]
        idle.sort(key=lambda one: one.used - one.pieces)
        yield from _some(
            [
                UNUSED.at(one.offer_key, one.pieces - one.used, kept=one.pieces, sku=one.offer_key,
                          sold=max(one.used, 1))
                for one in idle
            ]
        )  # fmt: skip
    back = [one for one in offers if one.returned and one.returned * _SHARE_BACK >= one.pieces]
    yield from _some(
        [
            CAME_BACK.at(one.offer_key, one.returned, sold=one.pieces, sku=one.offer_key)
            for one in sorted(back, key=lambda one: -one.returned)
        ]
    )
    still = sum(1 for one in offers if not one.pieces)
    if report.over and still:
        yield NOT_SOLD.at("", still, offers=len(offers))
    unknown = sum(1 for one in offers if one.pieces and one.margin is None)
    if unknown:
        yield COST_UNKNOWN.at("", unknown)
    untold = sum(one.unknown_orders for one in report.money)
    if untold:
        yield PAYOUT_UNKNOWN.at("", untold, why=why)


def _lost(one: OfferLine) -> bool:
    below_cost = one.margin is not None and one.margin < 0
    return below_cost or (one.keeps is not None and one.keeps <= 0)


def _loss(one: OfferLine) -> Finding:
    price = f"{one.price} {one.currency}"
    if one.margin is None or one.margin >= 0:
        keeps = f"{one.keeps} {one.currency}"
        return NOTHING_KEPT.at(one.offer_key, one.pieces, sku=one.offer_key, price=price,
                               keeps=keeps)  # fmt: skip
    return LOSS.at(one.offer_key, one.pieces, sku=one.offer_key, price=price, margin=one.margin)


def _sold_out(one: OfferLine, starts: datetime, zone: ZoneInfo) -> Finding:
    at = one.sold_out_at or starts
    hours = max(0, round((at - starts).total_seconds() / 3600))
    return SOLD_OUT.at(one.offer_key, one.kept, sku=one.offer_key, hours=hours,
                       time=f"{at.astimezone(zone):%Y-%m-%d %H:%M}")  # fmt: skip


def _some(found: Sequence[Finding]) -> Iterator[Finding]:
    yield from found[:MOST]
    if len(found) > MOST:
        yield AND_MORE.at("", len(found) - MOST)

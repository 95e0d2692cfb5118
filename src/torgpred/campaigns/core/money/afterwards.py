"""What is told to a seller after a campaign: sold, kept, cost, returns, locks.

    at usual prices - discount = revenue = revenue of orders whose payout is worked out + the rest
    revenue worked out - commission - delivery - tax - integrator's fee = kept
    kept - own share of the campaign's spend = left

All by currency, exactly. What is not known is counted apart and never taken for 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.campaigns.core.money.results import ZERO, SellerResult
from torgpred.kernel.findings import Finding

UNSENT: Final = frozenset({"placed", "to_ship"})


class OfferFact(msgspec.Struct, frozen=True):
    """An offer that took part, by the terms that its seller agreed to."""

    shop_id: int
    offer_key: str
    currency: str
    price: Decimal
    usual: Decimal | None
    keeps: Decimal | None
    margin: Decimal | None
    pieces: int
    """To be kept for the campaign."""
    name: str = ""


class LineFact(msgspec.Struct, frozen=True):
    """Pieces of such an offer in one order, and how many of them were seen to come back."""

    part_id: int
    shop_id: int
    offer_key: str
    placed_at: datetime
    pieces: int
    amount: Decimal
    returned: int = 0


class PartFact(msgspec.Struct, frozen=True):
    """A consignment with such lines; `keeps` of these lines alone, None where it is not known."""

    part_id: int
    shop_id: int
    order: str
    phase: str
    placed_at: datetime
    ship_by: datetime | None
    ended_at: datetime | None
    currency: str
    commission: Decimal = ZERO
    delivery: Decimal = ZERO
    tax: Decimal = ZERO
    fee: Decimal = ZERO
    keeps: Decimal | None = None
    unknown: tuple[str, ...] = ()


class LockFact(msgspec.Struct, frozen=True):
    """Pieces of an SKU kept for the campaign: used by orders, freed again, or kept still.

    `early` of the used ones went to orders from before it began.
    """

    offer_key: str
    pieces: int
    used: int
    freed: int
    early: int = 0


class Facts(msgspec.Struct, frozen=True):
    """All that a seller's report is made of. Cancelled parts are among `parts`, marked by phase."""

    offers: tuple[OfferFact, ...]
    lines: tuple[LineFact, ...]
    parts: tuple[PartFact, ...]
    locks: tuple[LockFact, ...]
    at: datetime
    over: bool


class MoneyLine(msgspec.Struct, frozen=True):
    """A seller's money in one currency; see the module for what adds up to what.

    `unknown_usual` are pieces whose usual price is not known: no discount is counted of them.
    `unknown_orders` are orders whose payout cannot be worked out, with `revenue_unknown`.
    """

    currency: str
    pieces: int
    orders: int
    usual: Decimal
    discount: Decimal
    revenue: Decimal
    revenue_unknown: Decimal
    commission: Decimal
    delivery: Decimal
    tax: Decimal
    fee: Decimal
    kept: Decimal
    own_spend: Decimal
    given: Decimal
    unknown_usual: int
    unknown_orders: int
    returned: int
    returned_amount: Decimal

    @property
    def left(self) -> Decimal:
        """What is left once the seller's own share of the campaign's spend is taken off."""
        return self.kept - self.own_spend


class OfferLine(msgspec.Struct, frozen=True):
    """How one offer went. `kept` pieces were asked to be kept; `sold_out_at` where all went."""

    shop_id: int
    offer_key: str
    name: str
    currency: str
    price: Decimal
    pieces: int
    revenue: Decimal
    returned: int
    kept: int
    margin: Decimal | None
    keeps: Decimal | None
    sold_out_at: datetime | None
    first_at: datetime | None


class Locks(msgspec.Struct, frozen=True):
    """Pieces that were kept: used by orders, and unused (given back, or kept still).

    `early` of the used ones went to orders from before the campaign began, and are none of its own.
    """

    kept: int
    used: int
    early: int = 0

    @property
    def unused(self) -> int:
        """Kept pieces that no order took."""
        return self.kept - self.used

    @property
    def sold(self) -> int:
        """Kept pieces that went to orders of the campaign."""
        return self.used - self.early


class Sending(msgspec.Struct, frozen=True):
    """How orders were sent: in time, late, not sent though due, not due yet."""

    orders: int
    late: int
    overdue: int
    cancelled: int


class SellerReport(msgspec.Struct, frozen=True):
    """A seller's report. `over` False: these are figures so far."""

    seller_id: int
    over: bool
    at: datetime
    money: tuple[MoneyLine, ...]
    offers: tuple[OfferLine, ...]
    locks: Locks
    lock_lines: tuple[LockFact, ...]
    sending: Sending
    lessons: tuple[Finding, ...] = ()


def report(facts: Facts, mine: SellerResult | None, seller_id: int) -> SellerReport:
    """Work out a seller's report, without lessons. `mine` is its part of the campaign's spend."""
    live = {one.part_id: one for one in facts.parts if one.phase != "cancelled"}
    lines = [one for one in facts.lines if one.part_id in live]
    offers = {(one.shop_id, one.offer_key): one for one in facts.offers}
    currencies = sorted({one.currency for one in live.values()} | _spent_in(mine))
    return SellerReport(
        seller_id=seller_id,
        over=facts.over,
        at=facts.at,
        money=tuple(_money(one, live, lines, offers, mine) for one in currencies),
        offers=tuple(_offers(facts.offers, lines)),
        locks=Locks(
            kept=sum(one.pieces for one in facts.locks),
            used=sum(one.used for one in facts.locks),
            early=sum(one.early for one in facts.locks),
        ),
        lock_lines=_by_offer(facts.locks),
        sending=_sending(facts),
    )


def _spent_in(mine: SellerResult | None) -> set[str]:
    return set() if mine is None else set(mine.spend)


def _money(
    currency: str,
    live: Mapping[int, PartFact],
    lines: Sequence[LineFact],
    offers: Mapping[tuple[int, str], OfferFact],
    mine: SellerResult | None,
) -> MoneyLine:
    parts = [one for one in live.values() if one.currency == currency]
    chosen = [one for one in lines if live[one.part_id].currency == currency]
    discount, unknown_usual = ZERO, 0
    for one in chosen:
        offer = offers.get((one.shop_id, one.offer_key))
        if offer is None or offer.usual is None:
            unknown_usual += one.pieces
        else:
            discount += offer.usual * one.pieces - one.amount
    known = {one.part_id: one for one in parts if one.keeps is not None}
    revenue = sum((one.amount for one in chosen), ZERO)
    return MoneyLine(
        currency=currency,
        pieces=sum(one.pieces for one in chosen),
        orders=len(parts),
        usual=revenue + discount,
        discount=discount,
        revenue=revenue,
        revenue_unknown=sum((one.amount for one in chosen if one.part_id not in known), ZERO),
        commission=sum((one.commission for one in known.values()), ZERO),
        delivery=sum((one.delivery for one in known.values()), ZERO),
        tax=sum((one.tax for one in known.values()), ZERO),
        fee=sum((one.fee for one in known.values()), ZERO),
        kept=sum((one.keeps for one in known.values() if one.keeps is not None), ZERO),
        own_spend=ZERO if mine is None else mine.own_spend.get(currency, ZERO),
        given=ZERO if mine is None else mine.given.get(currency, ZERO),
        unknown_usual=unknown_usual,
        unknown_orders=len(parts) - len(known),
        returned=sum(one.returned for one in chosen),
        returned_amount=sum(
            (_back(one) for one in chosen if one.returned), ZERO
        ),
    )  # fmt: skip


def _back(line: LineFact) -> Decimal:
    """Return what the pieces that came back had brought, to the cent."""
    return (line.amount * min(line.returned, line.pieces) / line.pieces).quantize(Decimal("0.01"))


def _offers(offers: Iterable[OfferFact], lines: Sequence[LineFact]) -> Iterable[OfferLine]:
    by_offer: dict[tuple[int, str], list[LineFact]] = {}
    for one in lines:
        by_offer.setdefault((one.shop_id, one.offer_key), []).append(one)
    for offer in offers:
        mine = sorted(by_offer.get((offer.shop_id, offer.offer_key), []), key=_time)
        yield OfferLine(
            shop_id=offer.shop_id,
            offer_key=offer.offer_key,
            name=offer.name,
            currency=offer.currency,
            price=offer.price,
            pieces=sum(one.pieces for one in mine),
            revenue=sum((one.amount for one in mine), ZERO),
            returned=sum(one.returned for one in mine),
            kept=offer.pieces,
            margin=offer.margin,
            keeps=offer.keeps,
            sold_out_at=sold_out_at(offer.pieces, mine),
            first_at=mine[0].placed_at if mine else None,
        )


def sold_out_at(pieces: int, lines: Iterable[LineFact]) -> datetime | None:
    """Return when so many pieces were sold; None where they were not. Lines by time."""
    sold = 0
    for one in lines:
        sold += one.pieces
        if pieces and sold >= pieces:
            return one.placed_at
    return None


def _time(line: LineFact) -> datetime:
    return line.placed_at


def _by_offer(locks: Iterable[LockFact]) -> tuple[LockFact, ...]:
    found: dict[str, LockFact] = {}
    for one in locks:
        before = found.get(one.offer_key, LockFact(one.offer_key, 0, 0, 0))
        found[one.offer_key] = LockFact(
            one.offer_key, before.pieces + one.pieces, before.used + one.used,
            before.freed + one.freed, before.early + one.early,
        )  # fmt: skip
    return tuple(found[key] for key in sorted(found))


def _sending(facts: Facts) -> Sending:
    live = [one for one in facts.parts if one.phase != "cancelled"]
    due = [one for one in live if one.ship_by is not None]
    return Sending(
        orders=len(live),
        late=sum(1 for one in due if one.ended_at and one.ship_by and one.ended_at > one.ship_by),
        overdue=sum(
            1
            for one in due
            if one.phase in UNSENT and not one.ended_at and one.ship_by and one.ship_by < facts.at
        ),
        cancelled=len(facts.parts) - len(live),
    )

"""Judging a campaign: every offer of every seller, those alone whose inputs or terms changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from decimal import Decimal
from functools import partial
from threading import Barrier
from typing import Final

import msgspec
from django.db import connection

from torgpred.campaigns.core.coupons import Giving
from torgpred.campaigns.core.judging.simulating import Counter, Simulation
from torgpred.campaigns.core.judging.terms import Change, Place, Terms, make_terms
from torgpred.campaigns.core.judging.verdicts import Judge
from torgpred.campaigns.core.judging.verdicts import Verdict as OfferVerdict
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import SELLER
from torgpred.campaigns.core.values import CampaignCard, Judged
from torgpred.campaigns.models import Campaign, Judging, Stars, Verdict
from torgpred.campaigns.selectors.cards import campaign_card
from torgpred.campaigns.services.contenders import Contenders, judged
from torgpred.campaigns.services.turns import campaign_row, lock_judging
from torgpred.campaigns.services.verdict_rows import VerdictRows
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.kernel.clock import now
from torgpred.kernel.digests import combine, digest_of
from torgpred.listings import selectors as listings
from torgpred.listings.core.policy import ShopPolicy
from torgpred.listings.core.pricing import Pricer
from torgpred.listings.services import decisions, working_out
from torgpred.listings.services.computing import collector_at_rest
from torgpred.listings.services.contexts import policies_in
from torgpred.programmes.selectors.known import programmes
from torgpred.runtime.scope import operator_scope

_HANDS: Final = 2
"""Sellers that are judged at once."""


class _Seat(msgspec.Struct, frozen=True):
    """One seller in one shop of a campaign, with what its offers are judged by."""

    seller_id: int
    shop_id: int
    currency: str
    terms: Terms
    place: Place
    digest: bytes


class _Done(msgspec.Struct, frozen=True):
    """What was judged of one seller in one shop."""

    seat: _Seat
    judged: Judged
    not_worked_out: bool


def judge(
    *,
    campaign_id: int,
    seller_ids: Sequence[int] | None = None,
    moment: datetime | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Judged:
    """Bring the verdicts about a campaign's offers up to date, one transaction a seller and shop.

    Desired states are taken as of the last plan. What is kept equals what judging from nothing
    gives on the same day. `on_progress` is told after each seller in a shop, outside of any
    transaction, how much is done, 0 to 1. Raises UnknownCampaignError.
    """
    offers = many = 0
    seats = list(_seats(campaign_id, seller_ids, moment or now(), None))
    with collector_at_rest():
        for number, done in enumerate(_side_by_side(seats, campaign_id), start=1):
            offers, many = offers + done.judged.offers, many + done.judged.judged
            if done.not_worked_out:
                working_out.ask_anew(seller_id=done.seat.seller_id, shop_id=done.seat.shop_id)
            if on_progress is not None:
                on_progress(number / len(seats))
    return Judged(offers, many)


def simulate(
    *,
    campaign_id: int,
    change: Change,
    moment: datetime | None = None,
    on_progress: Callable[[float], None] | None = None,
) -> Simulation:
    """Judge a campaign with something changed, over the offers as they were judged last.

    Sellers who were not judged by its present terms are judged first, and that is kept. What does
    not depend on the change is taken from the kept verdicts, where the rules let that be; else all
    is worked out anew. `on_progress` is told, outside of any transaction, how much is done, 0 to 1.
    Raises UnknownCampaignError.
    """
    at = moment or now()
    now_counted, then_counted = Counter(), Counter()
    pairs = list(
        zip(_seats(campaign_id, None, at, None), _seats(campaign_id, None, at, change), strict=True)
    )
    for number, (seat, tried) in enumerate(pairs):
        if on_progress is not None:
            on_progress(number / len(pairs))
        count_now = partial(now_counted.add, seller_id=seat.seller_id, currency=seat.currency)
        count_then = partial(then_counted.add, seller_id=seat.seller_id, currency=seat.currency)
        with operator_scope():
            if not _is_current(seat, campaign_id):
                lock_judging(seat.seller_id)
                _judge_seat(seat, campaign_id)
            judge_then = Judge(tried.terms, tried.place)
            kept = list(judged(seat.seller_id, seat.shop_id, campaign_id))
            count_now(before for before, _ in kept)
            if judge_then.repeats and change.look_back_days is None:
                again = judge_then.again
                count_then(again(before, costs) for before, costs in kept)
                continue
            for batch in _contenders(seat, campaign_id, anew=True).batches():
                count_then(judge_then.all(one for _, one in batch))
    return Simulation(now_counted.tally(), then_counted.tally())


def keep_up(moment: datetime | None = None) -> int:
    """Judge what open campaigns were not judged by their terms of today; return how many sellers.

    So that nobody waits for it who looks at a campaign in the morning.
    """
    at = moment or now()
    with operator_scope():
        rows = Campaign.objects.filter(state=State.OPEN.value).order_by("id")
        opened = list(rows.values_list("pk", flat=True))
    done = 0
    for campaign_id in opened:
        for seat in _seats(campaign_id, None, at, None):
            with operator_scope():
                current = _is_current(seat, campaign_id)
            if not current:
                judge(campaign_id=campaign_id, seller_ids=[seat.seller_id], moment=at)
                done += 1
    return done


def at_prices(
    campaign_id: int, wanted: Mapping[tuple[int, int, str], Decimal]
) -> dict[tuple[int, int, str], OfferVerdict]:
    """Return verdicts about offers at prices that a person wants, by (seller, shop, key).

    A price above what the rules let pass is brought down to that. Nothing is kept.
    """
    found: dict[tuple[int, int, str], OfferVerdict] = {}
    sellers = sorted({seller for seller, _, _ in wanted})
    for seat in _seats(campaign_id, sellers, now(), None):
        here = (seat.seller_id, seat.shop_id)
        caps = {key: price for (*place, key), price in wanted.items() if tuple(place) == here}
        if not caps:
            continue
        judge_one = Judge(seat.terms, seat.place)
        with operator_scope():
            meant = _contenders(seat, campaign_id, anew=True, keys=list(caps))
            for batch in meant.batches():
                for _, one in batch:
                    one.cap = caps[one.offer_key]
                    found[*here, one.offer_key] = judge_one.judge(one)
    return found


def _is_current(seat: _Seat, campaign_id: int) -> bool:
    """Tell whether a seller was judged by present terms. Inside the operator's scope."""
    rows = Judging.objects.filter(
        seller_id=seat.seller_id, shop_id=seat.shop_id, campaign_id=campaign_id
    )
    return rows.filter(terms_digest=seat.digest).exists()


def _side_by_side(seats: Sequence[_Seat], campaign_id: int) -> Iterator[_Done]:
    """Judge two sellers at once: the database works for one while the other is computed.

    Inside a transaction that is open already they go one after the other.
    """
    if len(seats) < 2 or connection.in_atomic_block:
        yield from (_judge(seat, campaign_id) for seat in seats)
        return
    with ThreadPoolExecutor(_HANDS, "campaign-judging") as hands:
        try:
            yield from hands.map(lambda seat: _judge(seat, campaign_id), seats)
        finally:
            # Each hand has a connection of its own, which is not left open behind it.
            gate = Barrier(_HANDS)
            list(hands.map(lambda _: _let_go(gate), range(_HANDS)))


def _let_go(gate: Barrier) -> None:
    gate.wait()
    connection.close()


def _judge(seat: _Seat, campaign_id: int) -> _Done:
    with operator_scope():
        lock_judging(seat.seller_id)
        return _judge_seat(seat, campaign_id)


def _judge_seat(seat: _Seat, campaign_id: int) -> _Done:
    places = {"seller_id": seat.seller_id, "shop_id": seat.shop_id, "campaign_id": campaign_id}
    found = Judging.objects.filter(**places)
    terms = found.values_list("terms_digest", flat=True).first()
    contenders = _contenders(seat, campaign_id, anew=terms is None or bytes(terms) != seat.digest)
    rows = VerdictRows(seat.seller_id, campaign_id, seat.shop_id)
    judge_one = Judge(seat.terms, seat.place)
    for batch in contenders.batches():
        rows.keep((entry, judge_one.judge(one)) for entry, one in batch)
    rows.drop(contenders.gone)
    # One judges a seller at a time, so that nobody adds the row in between.
    if not found.update(terms_digest=seat.digest, judged_at=now()):
        Judging.objects.create(**places, terms_digest=seat.digest, judged_at=now())
    offers = Verdict.objects.filter(**places).count()
    return _Done(seat, Judged(offers, rows.kept), rows.not_worked_out)


def _contenders(
    seat: _Seat, campaign_id: int, *, anew: bool, keys: Sequence[str] = ()
) -> Contenders:
    return Contenders(
        seller_id=seat.seller_id,
        shop_id=seat.shop_id,
        campaign_id=campaign_id,
        country=seat.terms.outline.country,
        programme=seat.terms.rules.programme,
        anew=anew,
        keys=keys,
    )


def terms_of(card: CampaignCard, at: datetime, change: Change | None = None) -> Terms:
    """Return what a campaign's offers are judged by. Inside the operator's scope."""
    return make_terms(
        rules=card.rules, outline=card.outline, giving=giving_of(card), at=at, change=change
    )


def giving_of(card: CampaignCard) -> Giving:
    """Return what a campaign gives buyers, and the seller's part of it."""
    percent = card.budget.percent_of(SELLER) if card.budget is not None else Giving().seller_percent
    return Giving(card.outline.coupons, percent)


def _seats(
    campaign_id: int,
    seller_ids: Sequence[int] | None,
    at: datetime,
    change: Change | None,
) -> Iterator[_Seat]:
    with operator_scope():
        card = campaign_card(campaign_row(campaign_id))
        terms = terms_of(card, at, change)
        wanted = terms.rules.programme
        asked = next((one for one in programmes() if one.key == wanted), None) if wanted else None
    rates = decisions.rates()
    for shop_id in card.shop_ids:
        shop = channels.shop(shop_id)
        sellers = channels.admitted(shop_id) if shop.joint else [shop.tenant_id]
        looked = listings.looked_at(shop_id)
        currency = channel_services.family_of(shop_id).rules.currency
        stars, policies = _stars(shop_id), policies_in(shop_id)
        for seller_id in sellers:
            if seller_ids is not None and seller_id not in seller_ids:
                continue
            policy = policies.get(seller_id, ShopPolicy())
            place = Place(
                pricer=Pricer(policy.pricing, rates, currency),
                lead_time_days=policy.lead_time_days,
                looked_at=None if looked is None else looked.timestamp(),
                stars=stars.get(seller_id),
                programme=asked if asked is not None and asked.family == shop.family else None,
            )
            stands_to = str(place.stands_to(terms.at))
            said = [policy.pricing, currency, place.lead_time_days, stands_to, place.stars]
            if place.programme is not None:
                said.append(place.programme.digest.hex())
            digest = combine([terms.digest, digest_of(said)])
            yield _Seat(seller_id, shop_id, currency, terms, place, digest)


def _stars(shop_id: int) -> dict[int, Decimal]:
    with operator_scope():
        rows = Stars.objects.filter(shop_id=shop_id, product_key="")
        return dict(rows.values_list("seller_id", "stars"))

"""How the marketplaces stand: gathered from all areas below, for the operator's eyes."""

from torgpred.accounts import selectors as accounts
from torgpred.channels import selectors as channels
from torgpred.channels.core.shops import ShopState
from torgpred.channels.services.watching import rates_left, token_dates
from torgpred.kernel.clock import now
from torgpred.listings import selectors as listings
from torgpred.orders.core.health import (
    FailedCalls,
    Health,
    LaneHealth,
    RateState,
    ShopHealth,
    troubles,
)
from torgpred.orders.selectors import pulls
from torgpred.orders.selectors.messages import message_pulls
from torgpred.runtime import journal
from torgpred.runtime.jobs import waiting


def health() -> Health:
    """Return how every open shop and every lane stands now. Calls nobody."""
    failed = journal.counts()
    shops = _shops(failed)
    lanes = tuple(
        LaneHealth(one.lane, one.waiting, one.oldest, one.doing, one.overdue)
        for one in waiting.lanes()
    )
    moment = now()
    return Health(
        at=moment,
        troubles=troubles(shops, lanes, moment),
        shops=shops,
        lanes=lanes,
        failed=tuple(
            FailedCalls(one.shop_id, one.operation, one.error, one.day, one.hour, one.last)
            for one in failed
        ),
    )


def _shops(failed: list[journal.CallCount]) -> tuple[ShopHealth, ...]:
    cards = [one for one in channels.shops() if one.state is not ShopState.CLOSED]
    owners = {one.id: one.code for one in accounts.sellers()}
    rates, tokens, trials = rates_left(cards), token_dates(), channels.trials()
    told = {one.shop_id: one for one in listings.stock_to_tell()}
    read = {one.shop_id: one for one in pulls()}
    messages = {one.shop_id: one for one in message_pulls()}
    good = journal.counts(failed=False)
    found = []
    for card in cards:
        stock, orders = told.get(card.id), read.get(card.id)
        dialogue, trial = messages.get(card.id), trials.get(card.id)
        token = tokens.get(card.id)
        wrong = [one for one in failed if one.shop_id == card.id]
        failed_hour = sum(one.hour for one in wrong)
        found.append(
            ShopHealth(
                shop_id=card.id,
                family=card.family,
                name=card.name,
                owner=owners.get(card.tenant_id, ""),
                state=card.state.value,
                rates=tuple(
                    RateState(one.key, one.amount, one.seconds, one.burst, one.quick, one.bulk,
                              one.held)
                    for one in rates[card.id]
                ),
                token_since=token.since if token else None,
                token_ends=token.ends_at if token else None,
                tested_at=trial.at if trial else None,
                test_ok=trial.ok if trial else None,
                test_message=trial.message if trial else "",
                orders_at=orders.pulled_at if orders else None,
                orders_trouble=orders.trouble if orders else "",
                unread=orders.unread if orders else 0,
                messages_at=dialogue.pulled_at if dialogue else None,
                messages_trouble=dialogue.trouble if dialogue else "",
                untold=stock.waiting if stock else 0,
                untold_since=stock.since if stock else None,
                stock_person=bool(stock and stock.needs_person),
                stock_reason=stock.reason if stock else "",
                calls_hour=failed_hour + sum(one.hour for one in good if one.shop_id == card.id),
                failed_hour=failed_hour,
                failed_day=sum(one.day for one in wrong),
            )
        )  # fmt: skip
    return tuple(found)

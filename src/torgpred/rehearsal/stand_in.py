"""What the process does that plays a rehearsal, in the home of a copy."""

import time
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from torgpred.campaigns import selectors
from torgpred.campaigns.core.rehearsing.days import Machine
from torgpred.campaigns.core.rehearsing.demand import Goods, draw, expect
from torgpred.campaigns.core.rehearsing.stages import Stage
from torgpred.campaigns.services import running as campaign_running
from torgpred.campaigns.services import standing_in as campaigns
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.channels.core.shops import ShopState
from torgpred.kernel.clock import now
from torgpred.listings import tasks as listing_tasks
from torgpred.listings.selectors.standing import on_sale
from torgpred.listings.services import applying, switching
from torgpred.listings.services import standing_in as listings
from torgpred.orders.selectors.short import short_pieces
from torgpred.rehearsal import adding_up, day
from torgpred.rehearsal.script import Script, Word
from torgpred.rehearsal.twin import FAMILY, Twin, running

_SOON: Final = timedelta(seconds=3)
"""So long after it is planned the campaign's prices begin: a switch is made ready ahead."""
_SWITCH_PATIENCE: Final = 900.0
_BEGIN_PATIENCE: Final = timedelta(seconds=10)
"""A switch that is not begun so long after its moment cannot be: its prices stay as they are."""

Tell = Callable[[Word], None]


class _Prices(msgspec.Struct, frozen=True):
    """How the campaign's prices came to the twin."""

    there: dict[int, dict[str, tuple[str, Decimal]]]
    """The twin's SKUs and prices, by shop and the shop's SKU."""
    right: int
    seconds: float

    def sku_ids(self) -> dict[int, dict[str, str]]:
        """Return the twin's SKUs by shop and the shop's own name for them."""
        return {shop: {sku: ware[0] for sku, ware in of.items()} for shop, of in self.there.items()}

    def asked(self) -> dict[int, dict[str, Decimal]]:
        """Return the prices likewise."""
        return {shop: {sku: ware[1] for sku, ware in of.items()} for shop, of in self.there.items()}


def play(folder: Path, script: Script, tell: Tell) -> None:
    """Play a rehearsal in the copy that stands in this process's home, and tell what came of it."""
    begin = time.monotonic()
    card = selectors.campaign(script.campaign_id)
    shop_ids = [one for one in card.shop_ids if channels.shop(one).family == FAMILY]
    with running(folder) as twin:
        tell(Word(stage=Stage.SETTING_UP))
        listings.forget_the_real_shops()
        _point_shops(twin, shop_ids)
        for shop_id in shop_ids:
            twin.put(shop_id, on_sale(shop_id))
        tell(Word(stage=Stage.SWITCHING))
        left_out = campaigns.settle(card.id, agreed_only=script.agreed_only)
        goods = script.goods
        prices = _switch(twin, script, shop_ids)
        tell(Word(stage=Stage.SELLING, part=0.0))
        expected = expect(goods, script.assumptions)
        drawn = draw(expected, script.assumptions)
        outcome = day.play(
            twin,
            goods,
            drawn,
            prices.sku_ids(),
            minutes=script.minutes,
            tell=lambda part, orders: tell(
                Word(stage=Stage.SELLING, part=part, told=f"{orders} of {len(drawn)} orders")
            ),
        )
        tell(Word(stage=Stage.ADDING_UP))
        parts = adding_up.parts(
            adding_up.Day(
                script=script,
                expected=expected,
                outcome=outcome,
                prices=prices.asked(),
                short=short_pieces(),
                left_out=left_out,
            )
        )
    machine = Machine(
        seconds=round(time.monotonic() - begin, 1),
        ticks=outcome.ticks,
        slowest=round(outcome.slowest, 2),
        prices=prices.right,
        prices_seconds=round(prices.seconds, 1),
    )
    tell(Word(parts=parts, machine=machine))


def _point_shops(twin: Twin, shop_ids: list[int]) -> None:
    """Let the campaign's shops stand at the twin, and rest all others."""
    for card in channels.shops():
        if card.id not in shop_ids:
            channel_services.change_shop(shop_id=card.id, state=ShopState.PAUSED)
            continue
        token = twin.open_account(card.id)
        channel_services.change_shop(shop_id=card.id, address=twin.address, state=ShopState.ACTIVE)
        fields = channel_services.family(card.family).credential_fields
        channel_services.replace_credentials(
            shop_id=card.id, credentials=dict.fromkeys(fields, token)
        )


def _switch(twin: Twin, script: Script, shop_ids: list[int]) -> _Prices:
    """Bring the campaign's day forward, keep its pieces, and let its prices reach the twin.

    By the very steps of a real day. What does not reach it in time stays as it is, and is told.
    """
    starts = now() + _SOON
    campaigns.bring_forward(script.campaign_id, starts=starts)
    campaign_running.run()
    listing_tasks.prepare_prices()
    # To work prices out may take past the start; they are given their time to begin even so.
    latest = max(starts, now()) + _BEGIN_PATIENCE
    until = time.monotonic() + _SWITCH_PATIENCE
    begin: float | None = None
    while time.monotonic() < until:
        due = switching.due_before(now() + _SOON)
        begun = not due or now() >= latest
        if now() >= starts and begun and not applying.under_way(switches=True):
            break
        begin = begin or time.monotonic()
        listing_tasks.switch_prices()
        time.sleep(0.05)
    campaign_running.run()
    day.quiet()
    there = {shop_id: twin.wares(shop_id) for shop_id in shop_ids}
    right = sum(_price(there, one) == one.price for one in script.goods)
    return _Prices(there, right, 0.0 if begin is None else time.monotonic() - begin)


def _price(there: dict[int, dict[str, tuple[str, Decimal]]], one: Goods) -> Decimal | None:
    ware = there.get(one.shop_id, {}).get(one.sku)
    return None if ware is None else ware[1]

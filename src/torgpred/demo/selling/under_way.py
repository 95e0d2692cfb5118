"""Campaigns left under way, so that both desks have something to look at and to decide.

One runs: some sellers agreed, one did not, its prices and locks are the workers' to bring about.
The next is open: proposed to all, agreed to by some, by rule or by offer; others are asked still,
and what would lose money was not put forward.
"""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.values import TenantCard
from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import (
    Budget,
    Coupon,
    Creative,
    Outline,
    Phase,
    PhaseKind,
    Share,
)
from torgpred.campaigns.core.rehearsing.demand import Assumptions
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.services import (
    consenting,
    drawing_up,
    judging,
    moving,
    nominating,
    rehearsing,
    rule_sets,
)
from torgpred.channels import selectors as channels
from torgpred.demo.selling.campaign import RULES, known_campaign
from torgpred.demo.selling.scenes import Scene
from torgpred.demo.selling.stage import Stage
from torgpred.demo.story import ACTOR
from torgpred.kernel.clock import now

RUNNING: Final = "Осенняя распродажа"
NEXT: Final = "Новогодняя ярмарка"
_ZONE: Final = "Europe/Moscow"
_SOON: Final = timedelta(seconds=40)
"""Until the running one starts: it is settled by then, and its prices are ready."""
_MOST: Final = 6
"""Offers of each seller that are put forward for the running one."""
_PIECES: Final = 5
_RULE: Final = "margin >= 8"
_BUYERS: Final = 120
"""Of the next one's rehearsed day."""
_LEAST_SELLERS: Final = 4
"""Behind each figure of the next one that is shown outside."""


def leave_campaigns(scene: Scene, stage: Stage) -> None:
    """Leave one campaign running and the next one open; those of before stay as they are."""
    sellers = [accounts.tenant(code) for code in stage.sellers()]
    shops = [stage.own(one.code).shop.id for one in sellers]
    joint = [stage.joint(stage.cast.joint[0]).shop.id]
    rule_sets.keep_rules(rules=RULES, actor=ACTOR)
    if known_campaign(RUNNING, State.DRAFT, State.OPEN) is None:
        _run(sellers, shops)
    if known_campaign(NEXT, State.DRAFT) is None:
        _open_next(sellers, shops + joint)
        _rehearse_next()
    scene.expect(
        "one campaign is settled, the next one waits for sellers", "settled; asked and agreed",
        _how_they_stand,
    )  # fmt: skip


def _run(sellers: list[TenantCard], shops: list[int]) -> None:
    start = now() + _SOON
    outline = Outline(
        zone=_ZONE, starts=start, ends=start + timedelta(days=3), country="RU",
        creatives=_creatives(RUNNING),
    )  # fmt: skip
    card = _drawn_up(RUNNING, outline, shops)
    for place, seller in enumerate(sellers):
        found, _ = selectors.verdicts(
            card.id,
            seller_id=seller.id,
            which=Which(seller_id=seller.id, answer=Answer.YES),
            limit=_MOST,
        )
        keys = tuple([one.offer_key for one in found])
        if not keys:
            continue
        nominating.nominate(
            campaign_id=card.id, which=Which(seller_id=seller.id, offer_keys=keys), actor=ACTOR,
            most_pieces=_PIECES,
        )  # fmt: skip
        if place != 1:  # that one never answered
            _agree(card, seller, every=1)
    moving.freeze(campaign_id=card.id, actor=ACTOR)


def _open_next(sellers: list[TenantCard], shops: list[int]) -> None:
    card = _drawn_up(NEXT, _next_outline(), shops, _budget())
    nominating.nominate(campaign_id=card.id, which=Which(), actor=ACTOR, most_pieces=_PIECES)
    for place, seller in enumerate(sellers):
        if not selectors.nominations(card.id, seller_id=seller.id, limit=1):
            continue
        if place % 3 == 1:
            consenting.consent_by_rule(
                seller_id=seller.id, campaign_id=card.id, rule=_RULE, actor=_desk(seller)
            )
        elif place % 3 == 2:
            _agree(card, seller, every=2)


def _rehearse_next() -> None:
    """Let a worker rehearse what is put forward, while whoever came looks around."""
    coming = known_campaign(NEXT)
    if coming is not None:
        rehearsing.ask(
            campaign_id=coming.id, assumptions=Assumptions(orders=_BUYERS), actor=ACTOR,
            minutes=rehearsing.LEAST_MINUTES,
        )  # fmt: skip


def _agree(card: CampaignCard, seller: TenantCard, *, every: int) -> None:
    """Let a seller say yes to every so manieth of what it was asked."""
    asked = selectors.nominations(card.id, seller_id=seller.id, limit=10_000)[::every]
    if asked:
        consenting.consent(
            seller_id=seller.id, campaign_id=card.id,
            seen={one.id: one.digest for one in asked}, actor=_desk(seller),
        )  # fmt: skip


def _desk(seller: TenantCard) -> str:
    return f"export@{seller.code.lower()}.invalid"


def _drawn_up(
    name: str, outline: Outline, shops: list[int], budget: Budget | None = None
) -> CampaignCard:
    """Return an open campaign whose offers are judged."""
    currency = {channels.shop(one).currency for one in shops}
    kept = None if budget is None else msgspec.structs.replace(budget, currency=currency.pop())
    card = drawing_up.draw_up(
        name=name, rules=RULES.code, outline=outline, shop_ids=shops, budget=kept, actor=ACTOR
    )
    moving.move(campaign_id=card.id, wanted=State.OPEN, actor=ACTOR)
    judging.judge(campaign_id=card.id)
    return card


def _budget() -> Budget:
    shares = (
        Share("operator", Decimal(40)), Share("seller", Decimal(35)), Share("bank", Decimal(25)),
    )  # fmt: skip
    return Budget(Decimal(400_000), "RUB", shares)


def _next_outline() -> Outline:
    """Return the next campaign: in three weeks for six days, a coupon with it."""
    start = _midnight(now() + timedelta(days=21))
    end = start + timedelta(days=6)
    return Outline(
        zone=_ZONE,
        starts=start,
        ends=end,
        country="RU",
        floor=Decimal(3),
        least_sellers=_LEAST_SELLERS,
        phases=(
            Phase(PhaseKind.ENROLMENT, _midnight(now()), start - timedelta(days=7)),
            Phase(PhaseKind.WARM_UP, start - timedelta(days=3), start),
            Phase(PhaseKind.SALE, start, end),
            Phase(PhaseKind.SHIP_BY, start, end + timedelta(days=3)),
        ),
        coupons=(Coupon("NY-300", threshold=Decimal(3000), amount=Decimal(300)),),
        creatives=_creatives(NEXT),
    )


def _midnight(moment: datetime) -> datetime:
    return moment.astimezone(ZoneInfo(_ZONE)).replace(hour=0, minute=0, second=0, microsecond=0)


def _creatives(name: str) -> tuple[Creative, ...]:
    return (
        Creative("ru", name, "Всё уже лежит на складах в России", mark="demo-erid-0001"),
        Creative(
            "en",
            "A sale of many producers",
            "All of it lies in Russia already",
            mark="demo-erid-0002",
        ),
    )


def _how_they_stand() -> str:
    running, coming = known_campaign(RUNNING), known_campaign(NEXT)
    if running is None or coming is None:
        return "cancelled"
    settled = running.state not in {State.DRAFT, State.OPEN, State.CANCELLED}
    there = selectors.standing(coming.id)
    asked = coming.state is not State.OPEN or 0 < there.agreed < there.nominated
    return f"{'settled' if settled else running.state.value}; " + (
        "asked and agreed" if asked else f"{there.agreed} of {there.nominated} agreed"
    )

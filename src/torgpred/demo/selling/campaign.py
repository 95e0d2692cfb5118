"""A joint promotion from its first line to its last, in two minutes: judged, agreed, run, over.

Three sellers are asked, two agree. Only goods that play in no other scene take part, so that all
scenes can be played at once.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Final

import msgspec

from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import BELOW_FLOOR, Answer
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Outline
from torgpred.campaigns.core.rehearsing.demand import Assumptions
from torgpred.campaigns.core.rules import Base, RuleSet
from torgpred.campaigns.core.running import purpose_of
from torgpred.campaigns.core.values import CampaignCard, Which
from torgpred.campaigns.selectors import afterwards, rehearsals
from torgpred.campaigns.services import (
    consenting,
    drawing_up,
    judging,
    moving,
    nominating,
    packs,
    rehearsing,
    rule_sets,
)
from torgpred.demo.selling.scenes import PATIENCE, Scene
from torgpred.demo.selling.stage import JOINT, Stage, Stand
from torgpred.demo.story import ACTOR
from torgpred.kernel.clock import now
from torgpred.kernel.findings import Severity
from torgpred.listings.core.question import joint_prefix
from torgpred.stock import selectors as stock

NAME: Final = "Репетиция распродажи"
RULES: Final = RuleSet(
    code="demo-sale",
    title="Распродажа выдуманного мира",
    source="made up for the demo",
    zone="Europe/Moscow",
    percent_off=Decimal(15),
    base=Base.LOWEST_SHOWN,
    look_back_days=30,
    cancelling="Nothing, until it is settled.",
)
_OFFERS: Final = 2
"""Offers of each seller that are put forward."""
_PIECES: Final = 3
_BOUGHT: Final = 2
"""Pieces that a buyer takes in the sale."""
_BUYERS: Final = 16
"""Of the rehearsed day: some go away without, so that there is something to see."""
_REHEARSED_IN: Final = 240.0
"""Seconds that a worker may take for the rehearsal beside all else that goes on."""
_KEPT_CLEAR: Final = 8
"""Wares at each end of a seller's list that other scenes sell."""
_LEAD: Final = timedelta(seconds=10)
_LENGTH: Final = timedelta(seconds=60)
"""Until the start, and from it to the end, on a machine that judges at once; others need longer."""
_SLOWER: Final = (3, 6)
"""So many times what judging takes is added to both."""


class _Part(msgspec.Struct, frozen=True):
    """An offer that is put forward: whose, at which price, and whether its seller agrees."""

    stand: Stand
    key: str
    sku: str
    price: Decimal
    agreed: bool


def at_speed(scene: Scene, stage: Stage) -> None:
    """Play a whole campaign; one that was played in this home before is only looked at."""
    stands = [stage.own(one) for one in (*stage.cast.joint, stage.cast.courier)]
    known = known_campaign(NAME, State.DRAFT, State.OPEN)
    if known is None:
        begun = now()
        known = _draw_up([one.shop.id for one in stands])
        _judge(scene, known)
        known = _choose_times(known, now() - begun)
        parts = [
            part
            for stand in stands
            for part in _put_forward(stage, known, stand, agreed=stand is not stands[-1])
        ]
        _Run(scene, stage, known, parts).play()
    scene.expect("it is over", "over", partial(_state, known))
    scene.expect("nothing is kept for it", "0 pieces", partial(_kept, known, stands))
    scene.expect(
        "its report is made; few sellers' figures stay inside", f"{_BOUGHT} sold, none outside",
        partial(_reported, known),
    )  # fmt: skip


def known_campaign(name: str, *unfinished: State) -> CampaignCard | None:
    """Return the campaign of before; one that broke off in these states is called off."""
    for one in selectors.campaigns():
        if one.name != name or one.state is State.CANCELLED:
            continue
        if one.state not in unfinished:
            return one
        moving.move(
            campaign_id=one.id, wanted=State.CANCELLED, actor=ACTOR, reason="it was broken off"
        )
    return None


def _draw_up(shop_ids: list[int]) -> CampaignCard:
    rule_sets.keep_rules(rules=RULES, actor=ACTOR)
    start = now() + timedelta(hours=1)
    outline = Outline(zone="Europe/Moscow", starts=start, ends=start + _LENGTH, country="RU")
    card = drawing_up.draw_up(
        name=NAME, rules=RULES.code, outline=outline, shop_ids=shop_ids, actor=ACTOR
    )
    return moving.move(campaign_id=card.id, wanted=State.OPEN, actor=ACTOR)


def _choose_times(card: CampaignCard, took: timedelta) -> CampaignCard:
    """Let it start soon and be short, on a machine that took so long to judge."""
    start = now() + _LEAD + took * _SLOWER[0]
    outline = msgspec.structs.replace(
        card.outline, starts=start, ends=start + _LENGTH + took * _SLOWER[1]
    )
    return drawing_up.change(campaign_id=card.id, outline=outline, actor=ACTOR)


def _judge(scene: Scene, card: CampaignCard) -> None:
    """Judge all offers, and try to put a loss forward."""
    judging.judge(campaign_id=card.id)
    answers = {one.answer.value for one in selectors.counts(card.id)}
    scene.expect(
        "offers are judged, each with its reasons", "no, unknown, yes",
        lambda: ", ".join(sorted(answers)),
    )  # fmt: skip
    scene.expect("a loss-making one is refused", BELOW_FLOOR.code, partial(_loss, card))


def _loss(card: CampaignCard) -> str:
    """Name an offer that would lose money; return why it is not put forward."""
    found, _ = selectors.verdicts(
        card.id, seller_id=None, which=Which(code=BELOW_FLOOR.code), limit=1
    )
    if not found:
        return "none would lose money"
    named = Which(seller_id=found[0].seller_id, offer_keys=(found[0].offer_key,))
    done = nominating.nominate(campaign_id=card.id, which=named, actor=ACTOR)
    return ", ".join(
        {
            why.finding.code
            for one in done.refused
            for why in one.reasons
            if why.finding.severity is Severity.ERROR
        }
    )


def _put_forward(
    stage: Stage, card: CampaignCard, stand: Stand, *, agreed: bool
) -> Iterator[_Part]:
    clear = _clear(stage, stand)
    found, _ = selectors.verdicts(
        card.id,
        seller_id=stand.seller.id,
        which=Which(seller_id=stand.seller.id, answer=Answer.YES),
        limit=1000,
    )
    chosen = [one for one in found if one.sku in clear and one.price][:_OFFERS]
    if not chosen:  # naming nothing would mean everything
        return
    nominating.nominate(
        campaign_id=card.id,
        which=Which(seller_id=stand.seller.id, offer_keys=tuple([one.offer_key for one in chosen])),
        actor=ACTOR,
        most_pieces=_PIECES,
    )
    mine = selectors.nominations(card.id, seller_id=stand.seller.id)
    if agreed and mine:
        consenting.consent(
            seller_id=stand.seller.id,
            campaign_id=card.id,
            seen={one.id: one.digest for one in mine},
            actor=f"export@{stand.code}.invalid",
        )
    for one in mine:
        yield _Part(stand, one.offer_key, one.terms.sku, one.terms.price, agreed)


def _clear(stage: Stage, stand: Stand) -> set[str]:
    """Return the SKUs of a seller that no other scene sells, with pieces enough."""
    own = stage.buyers.wares(stand.account)
    prefix = joint_prefix(stand.seller.id)
    joint = [one for one in stage.buyers.wares(JOINT) if one.code.startswith(prefix)]
    taken: set[str] = set()
    for wares in (own, joint):
        wares.sort(key=lambda one: (-one.pieces, one.code))
        ends = wares[:_KEPT_CLEAR] + wares[-_KEPT_CLEAR:]
        taken |= {one.code.removeprefix(prefix) for one in ends}
    return {one.code for one in own if one.pieces > _PIECES} - taken


def _state(card: CampaignCard) -> str:
    return selectors.campaign(card.id).state.value


def _kept(card: CampaignCard, stands: Iterable[Stand]) -> str:
    """Return how many pieces are kept for a campaign and not sold yet."""
    left = [
        one.left
        for stand in stands
        for one in stock.open_locks(stand.seller.id)
        if one.purpose == purpose_of(card.code)
    ]
    return f"{sum(left)} pieces"


def _reported(card: CampaignCard) -> str:
    """Return how many pieces the operator's report tells, and how many the marketplace's."""
    found = afterwards.operator_report(selectors.campaign(card.id))
    told = afterwards.marketplace_report(card).whole
    outside = "none" if told is None else str(told.amounts.get("pieces", 0))
    return f"{found.pieces} sold, {outside} outside" if found.over else "not over yet"


def _rehearsed(rehearsal_id: int) -> str:
    found = rehearsals.rehearsal(rehearsal_id)
    if found.totals is None:
        return found.trouble or found.state.value
    return f"{found.totals.offers} offers, {found.totals.wanted} buyers"


class _Run:
    """A campaign from the freeze to its end."""

    def __init__(
        self, scene: Scene, stage: Stage, card: CampaignCard, parts: Sequence[_Part]
    ) -> None:
        self._scene = scene
        self._stage = stage
        self._card = card
        self._parts = parts
        self._agreed = [one for one in parts if one.agreed]
        self._stands = list({one.stand.code: one.stand for one in self._agreed}.values())
        self._usual = self._prices()

    def play(self) -> None:
        """Settle it, let it start, sell, pause, go on, end."""
        expect, count = self._scene.expect, len(self._agreed)
        expect("two sellers agree, one is asked in vain", f"{2 * _OFFERS} of {3 * _OFFERS}",
               lambda: f"{count} of {len(self._parts)}")  # fmt: skip
        asked = self._rehearse()
        done = moving.freeze(campaign_id=self._card.id, actor=ACTOR)
        expect("what was agreed to takes part, and nothing else", f"{count} offers",
               lambda: f"{done.enrolled} offers")  # fmt: skip
        expect("their pieces are kept", f"{count * _PIECES} pieces", self._kept)
        self._papers()
        expect("at the minute it starts", "running", partial(_state, self._card),
               patience=self._seconds_to(self._card.outline.starts))  # fmt: skip
        self._expect_reduced("prices in the shops are the campaign's")
        self._sell()
        moving.move(
            campaign_id=self._card.id, wanted=State.PAUSED, actor=ACTOR, reason="the bank is down"
        )
        self._expect_usual("paused: prices are as usual")
        expect("paused: pieces stay kept", f"{count * _PIECES - _BOUGHT} pieces", self._kept)
        moving.move(campaign_id=self._card.id, wanted=State.RUNNING, actor=ACTOR)
        self._expect_reduced("it goes on: prices are the campaign's again")
        expect("at the minute it ends", "over", partial(_state, self._card),
               patience=self._seconds_to(self._card.outline.ends))  # fmt: skip
        self._expect_usual("over: prices are as before")
        expect("meanwhile a worker rehearsed it on a copy", f"{count} offers, {_BUYERS} buyers",
               partial(_rehearsed, asked), patience=_REHEARSED_IN)  # fmt: skip

    def _rehearse(self) -> int:
        """Ask for a rehearsal of what was agreed to; return its id."""
        return rehearsing.ask(
            campaign_id=self._card.id,
            assumptions=Assumptions(orders=_BUYERS),
            actor=ACTOR,
            minutes=rehearsing.LEAST_MINUTES,
            agreed_only=True,
        )

    @staticmethod
    def _seconds_to(moment: datetime) -> float:
        """Return how long to wait for what comes at a moment."""
        return (moment - now()).total_seconds() + PATIENCE

    def _papers(self) -> None:
        """Make the pack for the cabinet, and give the proof back."""
        one = self._stands[0]
        where = self._card.id, one.seller.id, one.shop.id
        book = packs.pack(campaign_id=where[0], seller_id=where[1], shop_id=where[2])
        packs.give_proof(
            campaign_id=where[0], seller_id=where[1], shop_id=where[2], actor=ACTOR,
            note="Заявка принята", name="pack.xlsx", file=BytesIO(book),
        )  # fmt: skip
        self._scene.expect(
            "the pack for the cabinet is made, its proof kept", "1 proof",
            lambda: f"{len(selectors.proofs(self._card.id, seller_id=one.seller.id))} proof",
        )  # fmt: skip

    def _sell(self) -> None:
        """Let a buyer take two of the pieces that are kept."""
        one = self._agreed[0]
        ware = next(
            ware for ware in self._stage.buyers.wares(one.stand.account) if ware.code == one.sku
        )
        self._stage.buyers.buy("demo: in the sale", [(ware, _BOUGHT)])
        left = len(self._agreed) * _PIECES - _BOUGHT
        self._scene.expect(
            f"a buyer takes {_BOUGHT} of the kept pieces", f"{left} pieces", self._kept
        )

    def _kept(self) -> str:
        return _kept(self._card, self._stands)

    def _prices(self) -> dict[str, str]:
        """Return what buyers pay now for everything that was put forward, by seller and SKU."""
        stands = {one.stand.code: one.stand for one in self._parts}
        shown = {code: self._stage.buyers.prices(one.account) for code, one in stands.items()}
        return {f"{one.stand.code} {one.sku}": shown[one.stand.code][one.sku]
                for one in self._parts}  # fmt: skip

    def _expect_reduced(self, what: str) -> None:
        lower = {f"{one.stand.code} {one.sku}": f"{one.price:.2f}" for one in self._agreed}
        self._expect_prices(what, self._usual | lower)

    def _expect_usual(self, what: str) -> None:
        self._expect_prices(what, self._usual)

    def _expect_prices(self, what: str, right: dict[str, str]) -> None:
        def came() -> str:
            there = self._prices()
            wrong = [f"{key} at {there[key]}" for key in right if there[key] != right[key]]
            return ", ".join(wrong) or f"{len(right)} right"

        self._scene.expect(what, f"{len(right)} right", came)

"""A manager may propose less than the rules let pass, never less than the seller's floor."""

from decimal import Decimal

import msgspec
import pytest
from tests.db.campaigns.market import POLICY, Market

from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import BadPriceError, NotNominatedError
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.core.values import CampaignCard, NominationCard, Which
from torgpred.campaigns.services import consenting, drawing_up, judging, moving
from torgpred.campaigns.services.nominating import Nominated, nominate, set_price

ACTOR = "manager@operator.example"


class Proposed:
    """One offer put forward at 800 and agreed to."""

    def __init__(self, market: Market) -> None:
        self.market = market
        policy = msgspec.structs.replace(POLICY, least_price=Decimal("700.00"))
        self.seller = market.seller(policy)
        market.offer(self.seller, "A-1", cost="300.00")
        self.card: CampaignCard = market.campaign()
        nominate(campaign_id=self.card.id, which=Which(), actor=ACTOR)
        self.agree()

    def agree(self) -> None:
        consenting.consent(
            seller_id=self.seller, campaign_id=self.card.id,
            seen={self.one.id: self.one.digest}, actor="desk",
        )  # fmt: skip

    @property
    def one(self) -> NominationCard:
        (found,) = selectors.nominations(self.card.id, seller_id=self.seller)
        return found

    def set(self, price: str | None) -> Nominated:
        return set_price(
            campaign_id=self.card.id, seller_id=self.seller, shop_id=self.market.shop,
            offer_key="A-1", price=None if price is None else Decimal(price), actor=ACTOR,
        )  # fmt: skip


@pytest.fixture
def proposed(market: Market) -> Proposed:
    return Proposed(market)


def test_a_lower_price_is_proposed_and_needs_a_new_yes(proposed: Proposed) -> None:
    assert (proposed.one.terms.price, proposed.one.consented) == (Decimal("800.00"), True)

    proposed.set("750.00")

    terms = proposed.one.terms
    assert (terms.price, terms.set_price) == (Decimal("750.00"), Decimal("750.00"))
    # 750 - delivery 100 - commission 75 - fee 15 - tax 125
    assert terms.keeps == Decimal("435.00")
    assert (proposed.one.consented, proposed.one.void) == (False, True)
    proposed.agree()
    moving.freeze(campaign_id=proposed.card.id, actor=ACTOR)
    (taken,) = selectors.enrolled(proposed.card.id)
    assert taken.price == Decimal("750.00")


def test_it_stays_when_all_are_put_forward_again_and_can_be_taken_back(proposed: Proposed) -> None:
    proposed.set("750.00")
    nominate(campaign_id=proposed.card.id, which=Which(), actor=ACTOR)
    again = proposed.one.terms.price
    outline = msgspec.structs.replace(proposed.card.outline, percent=Decimal(30))
    drawing_up.change(campaign_id=proposed.card.id, outline=outline, actor=ACTOR)
    lower = proposed.one.terms
    drawing_up.change(campaign_id=proposed.card.id, outline=proposed.card.outline, actor=ACTOR)
    proposed.set(None)

    assert again == Decimal("750.00")
    assert (lower.price, lower.set_price) == (Decimal("700.00"), Decimal("750.00"))
    assert (proposed.one.terms.price, proposed.one.terms.set_price) == (Decimal("800.00"), None)


@pytest.mark.parametrize("price", ["800.01", "699.99", "0", "-1", "NaN"])
def test_above_the_rules_and_below_the_sellers_least_price_it_is_refused(
    proposed: Proposed, price: str
) -> None:
    with pytest.raises(BadPriceError) as told:
        proposed.set(price)

    assert "from 700.00 to 800.00" in str(told.value)
    assert proposed.one.consented


def test_a_price_below_the_least_margin_is_refused_by_its_line(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1", cost="460.00")
    card = market.campaign()
    nominate(campaign_id=card.id, which=Which(), actor=ACTOR)

    done = set_price(
        campaign_id=card.id, seller_id=seller, shop_id=market.shop, offer_key="A-1",
        price=Decimal("760.00"), actor=ACTOR,
    )  # fmt: skip

    (refused,) = done.refused
    assert [one.code for one in refused.reasons] == ["margin.below_floor"]
    (kept,) = selectors.nominations(card.id, seller_id=seller)
    assert kept.terms.price == Decimal("800.00")


def test_what_is_not_put_forward_has_no_price_to_set(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1")
    card = market.campaign()

    with pytest.raises(NotNominatedError):
        set_price(
            campaign_id=card.id, seller_id=seller, shop_id=market.shop, offer_key="A-1",
            price=Decimal("700.00"), actor=ACTOR,
        )  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        Change(percent=Decimal(5)),
        Change(percent=Decimal(15)),
        Change(percent=Decimal(60)),
        Change(floor=Decimal(30)),
        Change(percent=Decimal(99), floor=Decimal(0)),
    ],
)
@pytest.mark.parametrize("percent", [Decimal(20), None])
def test_trying_another_percent_equals_judging_all_anew(
    market: Market, monkeypatch: pytest.MonkeyPatch, change: Change, percent: Decimal | None
) -> None:
    from tests.db.campaigns.market import make_rules  # noqa: PLC0415

    from torgpred.campaigns.core.judging.verdicts import Judge  # noqa: PLC0415

    seller = market.seller()
    for number in range(12):
        market.offer(
            seller,
            f"A-{number}",
            cost=None if number == 1 else f"{300 + 30 * number}.00",
            delivery=None if number == 2 else "100.00",
            days=None if number == 3 else 10 if number == 4 else 60,
            seen=[(60, "900.00", None), (5, "1000.00", None)] if number == 5 else (),
            pieces=None if number == 6 else 10,
            status="off_sale" if number == 7 else "on_sale",
        )
    card = market.campaign(make_rules(percent_off=percent), percent=percent)

    lean = judging.simulate(campaign_id=card.id, change=change)
    monkeypatch.setattr(Judge, "repeats", property(lambda _: False))
    whole = judging.simulate(campaign_id=card.id, change=change)

    assert msgspec.to_builtins(lean) == msgspec.to_builtins(whole)
    assert lean.now.offers == 12


def test_the_morning_judges_what_is_open_once(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1")
    card = market.campaign()

    assert (judging.keep_up(), judging.keep_up()) == (1, 0)
    assert selectors.counts(card.id)[0].offers == 1


def test_what_no_plan_worked_out_is_worked_out_by_a_worker(market: Market) -> None:
    from tests.db.campaigns.market import raw  # noqa: PLC0415

    seller = market.seller()
    market.offer(seller, "A-1")
    raw(None, "DELETE FROM listings_desired")
    card = market.campaign()

    judging.judge(campaign_id=card.id)

    asked = raw(None, "SELECT seller_id, shop_id FROM listings_workingout")
    assert asked == [(seller, market.shop)]

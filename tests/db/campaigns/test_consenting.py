"""Nothing takes part without its seller's yes to these very terms; the database holds it too."""

from dataclasses import dataclass
from decimal import Decimal

import pytest
from django.db.utils import IntegrityError, ProgrammingError
from tests.db.campaigns.market import Market, make_budget, make_outline, put, raw

from torgpred.accounts.services import acting
from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import (
    CampaignClosedError,
    ConsentError,
    IllegalMoveError,
    UnknownCampaignError,
)
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.outline import Coupon
from torgpred.campaigns.core.values import CampaignCard, NominationCard, Which
from torgpred.campaigns.services import consenting, drawing_up, moving, nominating

COUPON = Coupon(code="C100", threshold=Decimal(1000), amount=Decimal(100))
MANAGER, SELLER = "manager@operator.example", "desk@seller.example"


@dataclass
class Sale:
    """An open campaign with two sellers, an offer of each put forward."""

    market: Market
    card: CampaignCard
    a: int
    b: int

    def of(self, seller: int) -> list[NominationCard]:
        return selectors.nominations(self.card.id, seller_id=seller)

    def agree(self, seller: int) -> consenting.Consented:
        return consenting.consent(
            seller_id=seller,
            campaign_id=self.card.id,
            seen={one.id: one.digest for one in self.of(seller)},
            actor=SELLER,
        )

    def freeze(self) -> moving.Frozen:
        return moving.freeze(campaign_id=self.card.id, actor=MANAGER)


@pytest.fixture
def sale(market: Market) -> Sale:
    a, b = market.seller(), market.seller()
    market.offer(a, "A-1", cost="380.00")
    market.offer(b, "B-1", cost="380.00", pieces=4)
    card = market.campaign(budget=make_budget(), coupons=(COUPON,))
    nominating.nominate(campaign_id=card.id, which=Which(), actor=MANAGER)
    return Sale(market, card, a, b)


def test_a_seller_sees_the_terms_in_money(sale: Sale) -> None:
    (one,) = sale.of(sale.a)
    terms = one.terms

    # 800 is below the threshold of 1000: bought alone no coupon, in a basket at most 80 of it
    assert (terms.price, terms.buyer_pays, terms.given) == (800, 800, Decimal("80.00"))
    assert (terms.seller_percent, terms.borne) == (30, Decimal("24.00"))
    assert terms.keeps == Decimal("446.67")
    assert terms.usual_keeps == Decimal("613.33")
    assert terms.pieces == 10
    assert terms.worst == Decimal("1666.60")
    assert not one.consented


def test_only_what_was_judged_a_yes_is_put_forward(sale: Sale) -> None:
    sale.market.offer(sale.a, "LOSS", cost="600.00")
    sale.market.offer(sale.a, "NEW", days=3)
    done = nominating.nominate(
        campaign_id=sale.card.id,
        which=Which(offer_keys=("A-1", "LOSS", "NEW")),
        actor=MANAGER,
    )

    assert (done.nominated, done.unchanged) == (0, 1)
    told = {one.offer_key: one.reasons[0].finding for one in done.refused}
    assert told["LOSS"].code == "margin.below_floor"
    assert "is the least" in told["LOSS"].message
    assert told["NEW"].code == "price.too_few_days"


def test_without_a_yes_nothing_is_enrolled(sale: Sale) -> None:
    sale.agree(sale.a)

    done = sale.freeze()

    assert (done.enrolled, done.left_out) == (1, 0)
    found = selectors.enrolled(sale.card.id)
    assert [(one.seller_id, one.offer_key, one.pieces) for one in found] == [(sale.a, "A-1", 10)]


def test_the_database_takes_no_enrolment_without_a_standing_consent(sale: Sale) -> None:
    (one,) = sale.of(sale.b)
    enrol = (
        "INSERT INTO campaigns_enrolment (seller_id, campaign_id, nomination_id, terms_digest,"
        " standing, enrolled_by, enrolled_at) SELECT seller_id, campaign_id, id, {digest},"
        " {standing}, 'x', now() FROM campaigns_nomination WHERE id = %s"
    )
    bare = enrol.format(digest="terms_digest", standing="true")
    with pytest.raises(IntegrityError, match="enrolled_with_consent"):
        raw(None, bare, one.id)
    with pytest.raises(IntegrityError, match="enrolled_by_consent"):
        raw(None, enrol.format(digest="terms_digest", standing="false"), one.id)
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw(sale.b, bare, one.id)

    sale.agree(sale.b)
    with pytest.raises(IntegrityError, match="enrolled_"):
        raw(None, enrol.format(digest="'\\x00'::bytea", standing="true"), one.id)
    consenting.withdraw(seller_id=sale.b, campaign_id=sale.card.id, actor=SELLER)
    with pytest.raises(IntegrityError, match="enrolled_with_consent"):
        raw(None, bare, one.id)


def test_what_is_enrolled_keeps_its_consent_and_its_terms(sale: Sale) -> None:
    sale.agree(sale.a)
    sale.freeze()
    with pytest.raises(IntegrityError, match="enrolled_with_consent"):
        raw(sale.a, "UPDATE campaigns_consent SET standing = false, withdrawn_at = now()")
    with pytest.raises(IntegrityError, match="enrolled_terms"):
        raw(None, "UPDATE campaigns_nomination SET terms_digest = '\\x01' WHERE seller_id = %s",
            sale.a)  # fmt: skip


def test_nobody_but_the_seller_says_yes_not_even_the_operator(sale: Sale) -> None:
    (one,) = sale.of(sale.b)
    say = (
        "INSERT INTO campaigns_consent (seller_id, nomination_id, terms_digest, seen, rule,"
        " given_by, given_at, standing, withdrawn_by) VALUES (%s, %s, decode(%s, 'hex'), '{}', '',"
        " 'x', now(), true, '')"
    )
    for who, whose in ((None, sale.b), (sale.a, sale.b)):
        with pytest.raises(ProgrammingError, match="row-level security"):
            raw(who, say, whose, one.id, one.digest)
    with pytest.raises(IntegrityError, match="consent_of_its_seller"):
        raw(sale.a, say, sale.a, one.id, one.digest)


@pytest.mark.parametrize("table", ["verdict", "nomination", "consent", "judging", "enrolment"])
def test_a_seller_sees_no_row_of_another(sale: Sale, table: str) -> None:
    sale.agree(sale.a)
    sale.agree(sale.b)
    sale.freeze()
    for mine in (sale.a, sale.b):
        found = raw(mine, f"SELECT DISTINCT seller_id FROM campaigns_{table}")
        assert found == [(mine,)]
    assert len(raw(None, f"SELECT DISTINCT seller_id FROM campaigns_{table}")) == 2


def test_a_seller_sees_the_campaign_but_not_who_pays_nor_writes_what_is_judged(
    sale: Sale,
) -> None:
    stranger = sale.market.seller()
    assert selectors.campaign(sale.card.code, seller_id=sale.a).budget is None
    assert raw(sale.a, "SELECT * FROM campaigns_budget") == []
    with pytest.raises(UnknownCampaignError):
        selectors.campaign(sale.card.code, seller_id=stranger)
    assert raw(sale.a, "UPDATE campaigns_campaign SET name = 'mine' RETURNING id") == []
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw(sale.a, "UPDATE campaigns_verdict SET answer = 'yes'")
    with pytest.raises(ProgrammingError, match="row-level security"):
        raw(sale.a, "UPDATE campaigns_nomination SET price = 1")


def test_changed_terms_void_a_consent(sale: Sale) -> None:
    sale.agree(sale.a)
    seen = {one.id: one.digest for one in sale.of(sale.a)}
    drawing_up.change(
        campaign_id=sale.card.id,
        outline=make_outline(percent=Decimal(21), coupons=(COUPON,)),
        actor=MANAGER,
    )

    (one,) = sale.of(sale.a)
    assert (one.consented, one.void) == (False, True)
    assert one.terms.price == Decimal("790.00")
    with pytest.raises(ConsentError, match="changed since"):
        consenting.consent(seller_id=sale.a, campaign_id=sale.card.id, seen=seen, actor=SELLER)
    assert sale.freeze().enrolled == 0


def test_terms_of_another_campaign_window_never_enrol_even_if_nobody_renewed_them(
    sale: Sale,
) -> None:
    sale.agree(sale.a)
    put('UPDATE campaigns_campaign SET outline = outline || \'{"ends": "2026-11-20T21:00:00Z"}\'')
    done = sale.freeze()
    assert (done.enrolled, done.left_out) == (0, 1)


def test_what_moves_by_itself_leaves_a_consent_standing(sale: Sale) -> None:
    sale.agree(sale.a)
    sale.market.desire(sale.a, "A-1", cost="385.00")

    nominating.renew(campaign_id=sale.card.id, actor=MANAGER)

    assert [one.consented for one in sale.of(sale.a)] == [True]


def test_an_offer_that_became_a_loss_is_left_out_though_agreed_to(sale: Sale) -> None:
    sale.agree(sale.a)
    sale.market.desire(sale.a, "A-1", cost="700.00")

    done = sale.freeze()

    assert (done.enrolled, done.left_out) == (0, 1)


def test_a_rule_says_yes_to_what_it_takes_and_each_is_recorded(sale: Sale) -> None:
    sale.market.offer(sale.a, "A-2", cost="400.00")
    nominating.nominate(campaign_id=sale.card.id, which=Which(), actor=MANAGER)

    done = consenting.consent_by_rule(
        seller_id=sale.a, campaign_id=sale.card.id, rule="margin > 12%", actor=SELLER
    )

    assert (done.agreed, done.left_out) == (1, 1)
    agreed = {one.offer_key: one for one in sale.of(sale.a)}
    assert agreed["A-1"].consented
    assert agreed["A-1"].rule == "margin > 12"
    assert not agreed["A-2"].consented
    kept = raw(sale.a, "SELECT seen ->> 'margin', given_by FROM campaigns_consent")
    assert kept == [(str(agreed["A-1"].terms.margin), SELLER)]
    with pytest.raises(ConsentError, match="no rule"):
        consenting.consent_by_rule(
            seller_id=sale.a, campaign_id=sale.card.id, rule="profit = much", actor=SELLER
        )


def test_a_yes_may_be_taken_back_until_the_freeze(sale: Sale) -> None:
    with acting(SELLER):
        sale.agree(sale.a)
        assert consenting.withdraw(seller_id=sale.a, campaign_id=sale.card.id, actor=SELLER) == 1
        sale.agree(sale.a)
    history = raw(
        None,
        "SELECT event.pgh_label, event.standing, context.metadata ->> 'member'"
        " FROM campaigns_consentevent event"
        " JOIN pghistory_context context ON context.id = event.pgh_context_id"
        " ORDER BY event.pgh_id",
    )
    assert history == [
        ("insert", True, SELLER), ("update", False, SELLER), ("update", True, SELLER)
    ]  # fmt: skip
    sale.freeze()
    with pytest.raises(CampaignClosedError):
        consenting.withdraw(seller_id=sale.a, campaign_id=sale.card.id, actor=SELLER)
    with pytest.raises(CampaignClosedError):
        sale.agree(sale.b)


def test_only_legal_moves(sale: Sale) -> None:
    def move(wanted: State) -> None:
        moving.move(campaign_id=sale.card.id, wanted=wanted, actor=MANAGER)

    with pytest.raises(IllegalMoveError):
        move(State.RUNNING)
    sale.agree(sale.a)
    with pytest.raises(CampaignClosedError):
        move(State.DRAFT)
    for wanted in (State.FROZEN, State.RUNNING, State.PAUSED, State.RUNNING, State.OVER):
        move(wanted)
    with pytest.raises(IllegalMoveError):
        move(State.CANCELLED)

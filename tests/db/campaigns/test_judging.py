"""Every offer is answered yes, no or unknown, each with its reason; judged again, only changes."""

from decimal import Decimal

import msgspec
from tests.db.campaigns.market import NOW, Market, make_rules, put, raw

from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.judging.terms import Change
from torgpred.campaigns.core.values import CampaignCard, VerdictCard
from torgpred.campaigns.services import drawing_up
from torgpred.campaigns.services.judging import judge, simulate
from torgpred.listings.services import working_out
from torgpred.programmes.core.values import LocalStock, Programme
from torgpred.programmes.services import judging as programmes
from torgpred.programmes.services import keeping


def verdict(market: Market, card: CampaignCard, seller: int, key: str) -> VerdictCard:
    found = selectors.verdict(card.id, seller_id=seller, shop_id=market.shop, offer_key=key)
    assert found is not None
    return found


def test_an_offer_that_fits_is_answered_with_its_price_and_what_is_left(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1")
    card = market.campaign()

    judge(campaign_id=card.id)

    one = verdict(market, card, seller, "A-1")
    assert (one.answer, one.price, one.usual) == (Answer.YES, Decimal("800.00"), Decimal(1000))
    # 800 - delivery 100 - commission 80 - fee 16 - tax 800/6
    assert one.keeps == Decimal("470.67")
    assert one.margin == Decimal("17.6")
    assert one.pieces == 10
    assert one.reasons == ()


def test_a_loss_is_refused_and_the_largest_line_named(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1", cost="480.00")
    card = market.campaign()

    judge(campaign_id=card.id)

    one = verdict(market, card, seller, "A-1")
    assert one.answer is Answer.NO
    finding = one.reasons[0].finding
    assert finding.code == "margin.below_floor"
    assert finding.data["line"] == "Tax"
    assert "The most that is taken off the price: Tax" in finding.message
    least = Decimal(finding.data["least"])
    assert Decimal(810) < least < Decimal(820)
    assert str(least) in finding.mend


def test_what_nobody_knows_passes_no_rule(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "DAYS", days=20)
    market.offer(seller, "NEVER", days=None)
    market.offer(seller, "COST", cost=None)
    market.offer(seller, "STOCK", pieces=None)
    market.offer(seller, "FITS")
    card = market.campaign()

    judge(campaign_id=card.id)

    cards, _ = selectors.verdicts(card.id, seller_id=seller)
    assert {one.offer_key: one.answer.value for one in cards} == {
        "DAYS": "unknown", "NEVER": "unknown", "COST": "unknown", "STOCK": "unknown",
        "FITS": "yes",
    }  # fmt: skip
    said = {one.offer_key: one.reasons[0].finding for one in cards if one.reasons}
    assert said["DAYS"].message == "Of the 30 days before the start 20 are known."
    assert "2026-11-21" in said["DAYS"].mend


def test_what_holds_an_offer_in_the_shop_holds_it_here(market: Market) -> None:
    seller = market.seller()
    notice = {
        "code": "paper.missing", "severity": "error", "place": "A-1", "value": "x",
        "template": "No paper.", "mend_template": "Record it.", "data": {},
    }  # fmt: skip
    held = msgspec.json.encode([[notice, "", "", ""]]).decode()
    market.offer(seller, "A-1", held=held)
    market.offer(seller, "A-2", status="off_sale")
    card = market.campaign()

    judge(campaign_id=card.id)

    assert verdict(market, card, seller, "A-1").reasons[0].code == "paper.missing"
    assert verdict(market, card, seller, "A-2").reasons[0].code == "listing.not_on_sale"


def test_only_what_changed_is_judged_again_and_equals_judging_from_nothing(market: Market) -> None:
    seller = market.seller()
    for number in range(20):
        market.offer(seller, f"A-{number}")
    card = market.campaign()
    assert judge(campaign_id=card.id).judged == 20
    assert judge(campaign_id=card.id).judged == 0

    market.desire(seller, "A-3", cost="500.00")
    market.stock(seller, "A-4", 0)
    listing = put("SELECT id FROM listings_listing WHERE sku = %s", f"s{seller}-A-5")
    put("UPDATE listings_shelfprice SET until = now() WHERE listing_id = %s", listing)
    market.show(seller, listing, [(8, "900.00", None)])
    put("UPDATE catalogue_offer SET state = 'missing' WHERE key = 'A-6'")
    put("UPDATE listings_listedproduct SET gone_at = now() WHERE product_key = 'A-7'")
    put("UPDATE catalogue_offer SET state = 'missing' WHERE key = 'A-7'")

    assert judge(campaign_id=card.id).judged == 4
    columns = (
        "offer_key, sku, answer, price, usual, base, keeps, margin, days, pieces, code, reasons"
    )
    again = raw(None, f"SELECT {columns} FROM campaigns_verdict ORDER BY offer_key")
    assert len(again) == 19
    put("DELETE FROM campaigns_verdict")
    put("DELETE FROM campaigns_judging")
    judge(campaign_id=card.id)
    anew = raw(None, f"SELECT {columns} FROM campaigns_verdict ORDER BY offer_key")
    assert [tuple(map(_plain, row)) for row in again] == [tuple(map(_plain, row)) for row in anew]


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_what_nobody_worked_out_is_asked_for(market: Market) -> None:
    whole, lacking = market.seller(), market.seller()
    market.offer(whole, "A-1")
    market.offer(lacking, "A-1")
    put("DELETE FROM listings_desired WHERE seller_id = %s", lacking)
    card = market.campaign()

    judge(campaign_id=card.id)

    assert verdict(market, card, lacking, "A-1").answer is Answer.UNKNOWN
    assert working_out.worked_out(lacking, market.shop) is not None
    assert working_out.worked_out(whole, market.shop) is None


def test_other_terms_judge_all_anew(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "A-1")
    card = market.campaign()
    judge(campaign_id=card.id)
    market.look(market.shop)

    assert judge(campaign_id=card.id).judged == 0
    put('UPDATE campaigns_campaign SET outline = outline || \'{"percent": "30"}\'')

    assert judge(campaign_id=card.id).judged == 1
    assert verdict(market, card, seller, "A-1").price == Decimal("700.00")


def test_only_goods_in_the_buyers_country_take_part_in_a_local_sale(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "NEAR")
    market.offer(seller, "FAR", warehouse="FAR")
    card = market.campaign(local_first=True)

    judge(campaign_id=card.id)

    assert verdict(market, card, seller, "NEAR").answer is Answer.YES
    far = verdict(market, card, seller, "FAR")
    assert (far.answer, far.reasons[0].code) == (Answer.NO, "stock.not_local")


def test_orders_that_would_ship_late_are_no(market: Market) -> None:
    slow, fast, silent = (
        market.seller(lead_time_days=4), market.seller(lead_time_days=3),
        market.seller(lead_time_days=None),
    )  # fmt: skip
    for seller in (slow, fast, silent):
        market.offer(seller, "A-1")
    card = market.campaign()

    judge(campaign_id=card.id)

    answers = [verdict(market, card, one, "A-1").answer.value for one in (slow, fast, silent)]
    assert answers == ["no", "yes", "unknown"]


def test_ratings_are_asked_for_and_counted(market: Market) -> None:
    seller = market.seller()
    for key in ("GOOD", "POOR", "SILENT"):
        market.offer(seller, key)
    rules = make_rules(seller_stars=Decimal(4), product_stars=Decimal("3.5"))
    card = market.campaign(rules)
    judge(campaign_id=card.id)
    assert verdict(market, card, seller, "GOOD").reasons[0].code == "stars.unknown"

    drawing_up.rate(
        seller_id=seller,
        shop_id=market.shop,
        stars={"": Decimal("4.2"), "GOOD": Decimal("3.5"), "POOR": Decimal("3.49")},
        seen_on=NOW.date(),
        actor="test",
    )
    judge(campaign_id=card.id)

    answers = {
        key: verdict(market, card, seller, key).answer.value for key in ("GOOD", "POOR", "SILENT")
    }
    assert answers == {"GOOD": "yes", "POOR": "no", "SILENT": "unknown"}


def test_a_simulation_counts_what_else_would_pass_and_keeps_nothing(market: Market) -> None:
    seller = market.seller()
    for number in range(10):
        market.offer(seller, f"A-{number}", cost=f"{400 + 20 * number}.00")
    card = market.campaign(make_rules(percent_off=Decimal(10)))
    judge(campaign_id=card.id)
    before = raw(None, "SELECT id, xmin::text FROM campaigns_verdict ORDER BY id")

    told = simulate(campaign_id=card.id, change=Change(percent=Decimal(15)))

    assert (told.now.yes, told.then.yes, told.more) == (4, 6, 2)
    assert told.then.margin is not None
    assert told.now.margin is not None
    assert raw(None, "SELECT id, xmin::text FROM campaigns_verdict ORDER BY id") == before
    strict = simulate(campaign_id=card.id, change=Change(look_back_days=90))
    assert strict.then.yes == 0
    assert strict.then.reasons["price.too_few_days"] == 10


def test_a_programme_lets_offers_into_a_campaign_that_asks_for_it(market: Market) -> None:
    seller = market.seller()
    market.offer(seller, "MANY", pieces=10)
    market.offer(seller, "FEW", pieces=2)
    mall = Programme(
        "aliexpress_ru", "mall", 1, "Mall", "RU", "told on the phone", NOW.date(),
        conditions=(LocalStock(source="told on the phone", pieces=5),),
    )  # fmt: skip
    keeping.keep_programme(programme=mall, said_by="test")
    card = market.campaign(make_rules(programme=mall.key))

    judge(campaign_id=card.id)
    assert verdict(market, card, seller, "MANY").reasons[0].code == "programme.unjudged"

    programmes.judge_all(key=mall.key, seller_id=seller)
    assert judge(campaign_id=card.id).judged == 2, "what the programme says is looked at"
    assert judge(campaign_id=card.id).judged == 0
    assert verdict(market, card, seller, "MANY").answer.value == "yes"
    few = verdict(market, card, seller, "FEW")
    assert few.answer.value == "no"
    assert few.reasons[0].finding.message == "Too few pieces lie in RU. Missing: 3."
    assert "count them in" in few.reasons[0].finding.mend

    market.stock(seller, "FEW", 5)
    programmes.judge_all(key=mall.key, seller_id=seller)
    judge(campaign_id=card.id)
    assert verdict(market, card, seller, "FEW").answer.value == "yes"

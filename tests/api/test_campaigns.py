"""Campaigns over the API: nothing takes part without the seller's own yes."""

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.api.asking import Program, make_secret, told
from tests.api.campaigning import make_campaign
from tests.db.campaigns.market import END, NOW, START, Market
from tests.db.conftest import make_tenant

from torgpred.accounts import services as accounts
from torgpred.campaigns import selectors
from torgpred.campaigns.core.moves import State
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.services import judging, moving, running
from torgpred.listings.services import timed_prices as timed
from torgpred.stock.services import keeping

pytestmark = pytest.mark.django_db(transaction=True)


class Sale:
    """Two sellers in a joint shop, each with an offer that may take part."""

    def __init__(self) -> None:
        self.market = Market()
        self.operator = Program(make_secret(accounts.ensure_operator().id))
        self.sellers = [self.market.seller(), self.market.seller()]
        self.programs = [Program(make_secret(one)) for one in self.sellers]
        for seller in self.sellers:
            self.market.offer(seller, f"A-{seller}", cost="380.00")
        self.card: CampaignCard = self.market.campaign()
        self.here = f"/campaigns/{self.card.code}"

    def mine(self, place: int = 0) -> str:
        return f"/sellers/C-{place + 1}{self.here}"

    def put_forward(self) -> None:
        assert told(self.operator.post(self.here + "/nominations", {}))["nominated"] == 2

    def one(self, place: int = 0) -> dict[str, object]:
        (found,) = told(self.programs[place].get(self.mine(place) + "/nominations"))["items"]
        return dict(found)

    def agree(self, place: int = 0) -> object:
        one = self.one(place)
        body = {"offers": [{"nomination": one["nomination"], "digest": one["digest"]}]}
        return self.programs[place].post(self.mine(place) + "/consents", body)


@pytest.fixture
def sale(monkeypatch: pytest.MonkeyPatch) -> Sale:
    monkeypatch.setattr(judging, "now", lambda: NOW)
    return Sale()


def test_a_campaign_is_walked_through(sale: Sale) -> None:
    assert told(sale.programs[0].get("/sellers/C-1/campaigns"))["items"] == []
    sale.put_forward()

    listed = told(sale.operator.get("/campaigns"))["items"]
    verdicts = told(sale.operator.get(sale.here + "/verdicts?limit=1"))
    second = told(sale.operator.get(f"{sale.here}/verdicts?limit=1&cursor={verdicts['next']}"))
    own = told(sale.programs[0].get(sale.mine()))

    assert [one["code"] for one in listed] == [sale.card.code]
    assert [one["sku"] for one in verdicts["items"] + second["items"]] == [
        f"A-{one}" for one in sale.sellers
    ]
    assert verdicts["items"][0]["price"] == "800.00"
    assert (own["standing"]["nominated"], own["campaign"]["shops"]) == (1, [])
    assert told(sale.operator.get(sale.here + "/rules"))["content"]["percent_off"] == "20"
    assert told(sale.operator.get(sale.here + "/verdicts?answer=no"))["items"] == []
    one = sale.one()
    assert (one["price"], one["keeps"], one["consented"]) == ("800.00", "470.67", False)


def test_without_a_yes_nothing_takes_part(sale: Sale) -> None:
    sale.put_forward()
    assert told(sale.agree())["agreed"] == 1

    done = moving.freeze(campaign_id=sale.card.id, actor="test")

    assert done.enrolled == 1
    assert [one.seller_id for one in selectors.enrolled(sale.card.id)] == [sale.sellers[0]]


def test_nobody_says_yes_in_a_sellers_place(sale: Sale) -> None:
    sale.put_forward()
    one = sale.one()
    body = {"offers": [{"nomination": one["nomination"], "digest": one["digest"]}]}
    reader = Program(make_secret(sale.sellers[0], "campaigns:read", "campaigns:write"))

    assert sale.operator.post(sale.mine() + "/consents", body).status_code == 403
    assert sale.operator.post(sale.mine() + "/consents", {"rule": "price > 0"}).status_code == 403
    assert sale.operator.post(sale.mine() + "/consents/withdraw", {}).status_code == 403
    assert reader.post(sale.mine() + "/consents", body).status_code == 403
    assert sale.programs[1].post(sale.mine() + "/consents", body).status_code == 404
    # Under one's own address another's nomination is not there.
    assert sale.programs[1].post(sale.mine(1) + "/consents", body).status_code == 422
    assert moving.freeze(campaign_id=sale.card.id, actor="test").enrolled == 0


def test_a_yes_to_terms_that_were_not_seen_is_none(sale: Sale) -> None:
    sale.put_forward()
    seen = sale.one()
    price = {"seller": "C-1", "shop": sale.market.shop, "sku": f"A-{sale.sellers[0]}"}
    lower = sale.operator.post(sale.here + "/nominations/price", {**price, "price": "790.00"})
    old = {"offers": [{"nomination": seen["nomination"], "digest": seen["digest"]}]}

    assert told(lower)["nominated"] == 1
    assert sale.programs[0].post(sale.mine() + "/consents", old).status_code == 422
    assert sale.one()["set_price"] == "790.00"
    assert told(sale.agree())["agreed"] == 1
    high = sale.operator.post(sale.here + "/nominations/price", {**price, "price": "800.01"})
    assert (high.status_code, told(high)["code"]) == (422, "campaigns.bad_price")


def test_a_yes_is_given_once_by_a_rule_and_taken_back(sale: Sale) -> None:
    sale.put_forward()
    path, program = sale.mine() + "/consents", sale.programs[0]
    first = program.post(path, {"rule": "margin >= 12"}, key="k-1")
    again = program.post(path, {"rule": "margin >= 12"}, key="k-1")

    assert told(first) == told(again) == {"agreed": 1, "before": 0, "left_out": 0}
    assert again["Idempotency-Replayed"] == "true"
    assert program.post(path, {"rule": "nonsense"}).status_code == 422
    assert program.post(path, {}).status_code == 422
    assert told(program.post(path + "/withdraw", {})) == {"withdrawn": 1}
    assert moving.freeze(campaign_id=sale.card.id, actor="test").enrolled == 0
    assert program.post(path, {"rule": "margin >= 12"}).status_code == 409


def test_the_operator_pauses_resumes_and_cancels(
    sale: Sale, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale.put_forward()
    sale.agree()
    moving.freeze(campaign_id=sale.card.id, actor="test")
    for place in (running, timed, keeping):
        monkeypatch.setattr(place, "now", lambda: START + timedelta(minutes=1))
    running.run()
    ready = told(sale.operator.get(sale.here + "/running"))
    early = sale.operator.post(sale.here + "/resume", {})
    paused = told(sale.operator.post(sale.here + "/pause", {"reason": "the bank is out"}))
    mine = told(sale.programs[0].get(sale.mine() + "/running"))

    assert (ready["state"], ready["sellers"][0]["prices"]) == ("running", 1)
    assert (early.status_code, told(early)["code"]) == (409, "campaigns.not_paused")
    assert (paused["state"], mine["reason"]) == ("paused", "the bank is out")
    assert told(sale.operator.post(sale.here + "/resume", {}))["state"] == "running"
    assert sale.operator.post(sale.here + "/pause", {}).status_code == 422
    assert sale.programs[0].post(sale.here + "/pause", {"reason": "x"}).status_code == 404
    sale.operator.post(sale.here + "/cancel", {"reason": "no more"})
    assert selectors.campaign(sale.card.id).state is State.CANCELLED


def test_prices_for_a_time_are_planned_listed_and_cancelled(sale: Sale) -> None:
    seller, program = sale.sellers[0], sale.programs[0]
    path = f"/sellers/C-1/shops/{sale.market.shop}/prices"
    body = {
        "prices": [
            {"sku": f"A-{seller}", "price": "700.00", "listed": "1000.00"},
            {"sku": "NONE", "price": "5.00"},
        ],
        "starts_at": "2030-11-11T00:00:00+03:00",
        "ends_at": "2030-11-12T00:00:00+03:00",
        "reference": sale.card.code,
    }
    made = program.post(path, body, key="p-1")
    again = program.post(path, body, key="p-1")
    (listed,) = told(program.get("/sellers/C-1/prices"))["items"]

    assert made.status_code == 201
    assert told(made)["prices"] == 1
    assert [one["sku"] for one in told(made)["not_taken"]] == ["NONE"]
    assert told(again) == told(made)
    assert (listed["price"], listed["state"]) == ("700.00", "coming")
    assert listed["reference"] == f"api: {sale.card.code}"
    cancel = {"ids": [listed["id"]]}
    assert sale.programs[1].post("/sellers/C-2/prices/cancel", cancel).status_code == 404
    assert told(program.post("/sellers/C-1/prices/cancel", cancel)) == {"in_force": 0, "coming": 1}
    wrong = program.post(path, {**body, "starts_at": "2030-99-11T00:00:00Z"})
    assert wrong.status_code == 422
    assert program.post(path, {**body, "ends_at": body["starts_at"]}).status_code == 409


def test_a_campaigns_price_is_not_taken_back_by_itself(sale: Sale) -> None:
    seller = sale.sellers[0]
    timed.schedule(
        seller_id=seller, shop_id=sale.market.shop, actor=running.BY, reference=sale.card.code,
        prices=[timed.PriceAhead(f"A-{seller}", Decimal(700), None)],
        starts_at=START + timedelta(days=900), ends_at=END + timedelta(days=900),
    )  # fmt: skip
    (listed,) = told(sale.programs[0].get("/sellers/C-1/prices"))["items"]

    for program in (sale.programs[0], sale.operator):
        answer = program.post("/sellers/C-1/prices/cancel", {"ids": [listed["id"]]})
        assert (answer.status_code, told(answer)["code"]) == (409, "campaigns.its_price")


def test_a_stranger_sees_no_campaign(sale: Sale) -> None:
    sale.put_forward()
    stranger = Program(make_secret(make_tenant("seller", "S-X")))
    card = make_campaign(sale.sellers[0], sale.market.shop, f"A-{sale.sellers[0]}")

    assert stranger.get(f"/sellers/S-X/campaigns/{card.code}").status_code == 404
    assert told(stranger.get("/sellers/S-X/campaigns"))["items"] == []
    assert sale.programs[1].get(f"/sellers/C-2/campaigns/{card.code}").status_code == 404
    assert sale.programs[0].get(f"/sellers/C-1/campaigns/{card.code}").status_code == 200

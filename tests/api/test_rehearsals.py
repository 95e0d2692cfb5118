"""Rehearsals over the API: started once, followed, read beside fact, each seller its own part."""

import pytest
from tests.api.asking import Program, make_secret, told
from tests.db.campaigns.market import Market
from tests.web.test_rehearsals import market, open_campaign, rehearsed

from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import rehearsals
from torgpred.campaigns.services import rehearsing

__all__ = ["market"]
pytestmark = pytest.mark.django_db(transaction=True)


def here(card: CampaignCard) -> str:
    return f"/campaigns/{card.code}/rehearsals"


def test_one_is_started_once_by_its_key_followed_and_stopped(market: Market) -> None:
    card, program = open_campaign(market), Program(make_secret(market.operator))
    body = {"orders": 40, "crowd": "3.5", "minutes": 2}

    first = program.post(here(card), body, key="the-same")
    again = program.post(here(card), body, key="the-same")
    one = told(first)
    second = program.post(here(card), body)
    rehearsing.claim(one["rehearsal"])
    rehearsing.goes_on(one["rehearsal"], part=0.5)
    half = told(program.get(f"{here(card)}/{one['rehearsal']}"))
    stopped = told(program.post(f"{here(card)}/{one['rehearsal']}/stop", {}))

    assert (first.status_code, told(again)) == (202, one)
    assert (second.status_code, second.json()["code"]) == (409, "campaigns.rehearsal_runs")
    assert (one["state"], one["minutes"], one["assumptions"]["crowd"]) == ("asked", 2.0, "3.5")
    assert (half["state"], half["part"], half["parts"]) == ("playing", 0.5, [])
    assert stopped["state"] == "stopped"
    assert len(rehearsals.rehearsals(card.id)) == 1


def test_the_result_is_read_by_the_operator_whole_and_by_a_seller_its_own(market: Market) -> None:
    card, program = open_campaign(market), Program(make_secret(market.operator))
    mine = Program(make_secret(market.sellers[0]))
    before = told(mine.get(f"/sellers/C-1/campaigns/{card.code}/rehearsal"))
    rehearsed(card)
    rehearsed(card)

    newest = told(program.get(f"{here(card)}?limit=1"))
    older = told(program.get(f"{here(card)}?limit=1&cursor={newest['next']}"))
    found = told(program.get(f"{here(card)}/{newest['items'][0]['rehearsal']}"))
    own = told(mine.get(f"/sellers/C-1/campaigns/{card.code}/rehearsal"))

    assert before == {"at": None, "assumptions": None, "agreed_only": False, "parts": []}
    assert older["items"][0]["rehearsal"] < newest["items"][0]["rehearsal"]
    assert older["next"] is None
    assert (found["state"], found["totals"]["revenue"]) == ("done", {"RUB": "6400"})
    assert [one["seller"] for one in found["parts"]] == ["C-1", "C-2"]
    (part,) = own["parts"]
    assert part == found["parts"][0]
    (offer,) = part["offers"]
    assert (offer["sku"], offer["wanted"], offer["sold"], offer["missed"]) == ("A-1", 7, 4, 3)
    assert (offer["sold_out_minute"], offer["in_fact"]) == (61, 0)


def test_what_cannot_be_rehearsed_is_refused(market: Market) -> None:
    card, program = open_campaign(market), Program(make_secret(market.operator))
    draft = market.campaign(opened=False)
    asked = rehearsals.rehearsals(card.id)

    misfit = program.post(here(card), {"crowd": "many"})
    closed = program.post(here(draft), {})
    other = program.get(f"{here(draft)}/1")

    assert (misfit.status_code, misfit.json()["errors"][0]["place"]) == (422, "body.given.crowd")
    assert (closed.status_code, closed.json()["code"]) == (409, "campaigns.closed")
    assert other.status_code == 404
    assert asked == rehearsals.rehearsals(card.id) == []

"""A rehearsal shown outside: by a link that is made, shown once, ends and is withdrawn."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from tests.db.campaigns.market import Market, raw
from tests.web.test_asks import member_of
from tests.web.test_rehearsals import market, open_campaign, rehearsed

from torgpred.accounts.core.people import TrailFilter
from torgpred.accounts.selectors.trail import trail
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import rehearsals, sharing
from torgpred.kernel.clock import now
from torgpred.web.views import sharing as views

__all__ = ["market"]
pytestmark = pytest.mark.django_db
_LINK = re.compile(r"http://testserver(/rehearsal/[\w-]+/)")


def played(market: Market, sellers: int = 5) -> CampaignCard:
    card = open_campaign(market, sellers)
    rehearsed(card)
    return card


def share(card: CampaignCard, manager: Client, **given: str) -> str:
    """Make a link at the manager's desk; return the page that follows."""
    done = rehearsals.rehearsals(card.id)[0].id
    address = f"/m/campaigns/{card.code}/rehearsal/share/"
    answer = manager.post(address, {"rehearsal": str(done), **given}, follow=True)
    return answer.content.decode()


def link(page: str) -> str:
    found = _LINK.search(page)
    assert found, page
    return found[1]


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_whoever_has_the_link_sees_the_whole_and_no_seller(market: Market, language: str) -> None:
    card = played(market)
    address = link(share(card, member_of(market.operator)))

    answer = Client(headers={"accept-language": language}).get(address)
    page = answer.content.decode()

    assert (answer.status_code, answer["X-Robots-Tag"]) == (200, "noindex")
    assert answer["Referrer-Policy"] == "no-referrer"
    digits = re.sub(r"(?<=\d)[\s,]+(?=\d)", "", page)
    assert "16000" in digits  # sold for, five sellers
    starts = card.outline.reduced_from.astimezone(ZoneInfo(card.outline.zone))
    assert starts.utcoffset()
    assert f"{starts:%H:%M}</time> –" in page  # on the clock that is named beside it
    for secret in ("A-1", "C-1", "Shop", "3200"):
        assert secret not in digits


def test_the_address_is_shown_once_and_only_its_digest_is_kept(market: Market) -> None:
    card, manager = played(market), member_of(market.operator)

    token = link(share(card, manager)).split("/")[2]

    again = manager.get(f"/m/campaigns/{card.code}/rehearsal/").content.decode()
    assert not _LINK.search(again)
    assert "manager@" not in Client().get(f"/rehearsal/{token}/").content.decode()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        cursor.execute("SELECT campaigns_rehearsallink::text FROM campaigns_rehearsallink")
        assert token not in str(cursor.fetchall())
    assert raw(market.sellers[0], "SELECT count(*) FROM campaigns_rehearsallink") == [(0,)]


def test_a_link_that_ended_or_was_withdrawn_opens_nothing(
    market: Market, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, manager = played(market), member_of(market.operator)
    first, second = link(share(card, manager, days="7")), link(share(card, manager))
    later, earlier = sharing.open_links(card.id)

    manager.post(f"/m/campaigns/{card.code}/rehearsal/links/{later.id}/withdraw/")
    with_one = [Client().get(one).status_code for one in (first, second)]
    monkeypatch.setattr(sharing, "now", lambda: now() + timedelta(days=7, seconds=1))

    assert later.expires_at - later.made_at == timedelta(days=30)
    assert earlier.expires_at - earlier.made_at == timedelta(days=7)
    assert with_one == [200, 404]
    assert Client().get(first).status_code == 404
    assert Client().get("/rehearsal/unknown/").status_code == 404
    assert sharing.open_links(card.id) == []
    said = [one.what for one in trail(TrailFilter())]
    assert said.count("manager-rehearsal-share") == 2
    assert said.count("manager-rehearsal-unshare") == 1


def test_what_rests_on_few_sellers_is_not_shared(market: Market) -> None:
    card, manager = played(market, sellers=4), member_of(market.operator)

    page = share(card, manager)

    assert "Figures over fewer than 5 are not shown outside" in page
    assert "Make a link" not in page
    assert sharing.open_links(card.id) == []


def test_only_a_manager_shares(market: Market) -> None:
    card = played(market)
    staff = member_of(market.operator, role="staff")
    page = staff.get(f"/m/campaigns/{card.code}/rehearsal/").content.decode()

    assert "No link is out" in page
    assert "Make a link" not in page
    assert "Make a link" in member_of(market.operator).get(
        f"/m/campaigns/{card.code}/rehearsal/"
    ).content.decode()  # fmt: skip


def test_links_are_not_guessed_by_trying(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    address = link(share(played(market), member_of(market.operator)))
    monkeypatch.setattr(views, "RATES", {"shared": "2/10m/ip"})
    nobody = Client(REMOTE_ADDR="198.51.100.7")

    told = [nobody.get(f"/rehearsal/{one}/").status_code for one in ("a", "b", "c")]

    assert told == [404, 404, 429]
    assert nobody.get(address).status_code == 429

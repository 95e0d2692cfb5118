"""A campaign's money and reports at both desks: entered, read, told, and whose it is."""

from datetime import datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.db.campaigns.market import NOW, Market
from tests.db.campaigns.selling import order, settled

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import money as reads
from torgpred.campaigns.services import judging

pytestmark = pytest.mark.django_db
SOURCE = {"code": "anna", "name": "Anna", "kind": "blogger", "codes": "ANNA10", "link": ""}
SPEND = {
    "source": "anna", "day": "2026-11-11", "amount": "1 000,50", "currency": "RUB",
    "payers": "operator 50, seller 50", "document": "A-1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def _judged_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def moment() -> datetime:
        return NOW

    monkeypatch.setattr(judging, "now", moment)


def sign_in(code: str = "OPERATOR", role: str = "manager", language: str = "en") -> Client:
    tenant = services.ensure_operator() if code == "OPERATOR" else accounts.tenant(code)
    email = f"{code}-{role}@example.org".lower()
    user = services.ensure_person(email=email, name=email)
    services.ensure_member(tenant_id=tenant.id, email=email, name=email, role=role, user_id=user.pk)
    client = Client(headers={"accept-language": language})
    client.force_login(user)
    return client


def sold(sellers: int = 2) -> tuple[Market, CampaignCard]:
    market = Market()
    card = settled(market, sellers)
    for number, seller in enumerate(market.sellers):
        order(market, str(100 + number), (seller, number + 1))
    return market, card


def test_a_source_spend_and_files_are_entered_shown_and_undone() -> None:
    market, card = sold()
    client, page = sign_in(), f"/m/campaigns/{card.code}/money/"
    assert "No source yet" in client.get(page).content.decode()

    client.post(f"{page}source/", SOURCE)
    client.post(f"{page}spend/", SPEND)
    file = SimpleUploadedFile("codes.csv", b"order;code\n100;ANNA10\n999;ANNA10\n")
    told = client.post(
        f"{page}read/", {"kind": "marked", "shop": market.shop, "file": file}
    ).content.decode()

    assert "codes.csv: 1 rows taken, 1 left out." in told
    assert "There is no order 999 of this campaign in the shop" in told
    shown = client.get(page).content.decode()
    assert "RUB 1,000.50" in shown or "1,000.50" in shown
    assert "by our orders" in shown
    (entry,) = reads.spent(card.id)
    assert entry.entered_by == "operator-manager@example.org"
    client.post(f"{page}undo/", {"entry": entry.id})
    client.post(f"{page}withdraw/", {"report": reads.money_reports(card.id)[0].id})
    found = reads.money(card)
    assert found.spend == {"RUB": 0}
    assert found.sources[0].ours is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("payers", "operator 50", "does not say who pays"),
        ("amount", "much", "cannot be read"),
        ("day", "", "Choose a day."),
        ("source", "nobody", "Nothing is here"),
    ],
)
def test_spend_that_cannot_be_read_is_told_and_not_entered(
    field: str, value: str, said: str
) -> None:
    _, card = sold(1)
    client, page = sign_in(), f"/m/campaigns/{card.code}/money/"
    client.post(f"{page}source/", SOURCE)

    answer = client.post(f"{page}spend/", SPEND | {field: value}, follow=True)

    assert said in answer.content.decode()
    assert reads.spent(card.id) == []


def test_a_seller_sees_its_own_report_and_nothing_of_another() -> None:
    market, card = sold()
    own, other = "C-1", "C-2"
    client = sign_in(own)

    shown = client.get(f"/s/{own}/campaigns/{card.code}/report/").content.decode()

    assert "Left to the seller" in shown
    assert "800" in shown
    assert "1,600" not in shown  # what the other seller sold
    assert client.get(f"/s/{other}/campaigns/{card.code}/report/").status_code == 404
    assert client.get(f"/m/campaigns/{card.code}/report/").status_code in {403, 404}
    table = client.get(f"/s/{own}/campaigns/{card.code}/report/file/").content.decode()
    assert table.count("A-1") == 1
    outsider = market.seller()
    assert outsider
    none = sign_in("C-3").get(f"/s/C-3/campaigns/{card.code}/report/")
    assert none.status_code == 404


def test_the_operator_sees_all_sellers_and_outside_nothing_of_few() -> None:
    _, card = sold()
    client, page = sign_in(), f"/m/campaigns/{card.code}/report/"

    whole = client.get(page).content.decode()
    outside = client.get(f"{page}?for=marketplace").content.decode()
    one = client.get(f"{page}?for=seller&seller=C-2").content.decode()

    assert "2,400" in whole
    assert "No figure may be shown" in outside
    assert "800" not in outside
    assert "1,600" in one
    assert client.get(f"{page}?for=seller&seller=NOBODY").status_code == 404
    assert client.get(f"{page}file/?for=operator").content.decode().count("RUB") == 2
    assert "RUB" not in client.get(f"{page}file/?for=marketplace").content.decode()


def test_with_enough_sellers_the_marketplace_is_told_sums() -> None:
    _, card = sold(5)

    outside = sign_in().get(f"/m/campaigns/{card.code}/report/?for=marketplace").content.decode()

    assert "12,000" in outside
    assert "No figure may be shown" not in outside


@pytest.mark.parametrize("language", ["en", "ru", "zh-hans"])
def test_a_country_tells_what_sells_and_what_lies_there(language: str) -> None:
    sold()
    client = sign_in(language=language)

    assert "/m/countries/RU/" in client.get("/m/countries/").content.decode()
    assert client.get("/m/countries/RU/").status_code == 200
    assert client.get("/m/countries/rus/").status_code == 404

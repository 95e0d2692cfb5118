"""Asks at the operator's desk and joint cases at a seller's, through the client."""

import json
import re
from io import BytesIO

import pytest
from django.test import Client
from tests.db.asks.making import make_ask, make_sellers
from tests.db.asks.test_cases import make_case
from tests.db.orders.making import run

from torgpred.accounts import services
from torgpred.asks.selectors import asks, whole

pytestmark = pytest.mark.django_db
WINDOW = {"since": "2026-11-11", "until": "2026-11-12"}


def member_of(tenant: int, role: str = "manager", language: str = "en") -> Client:
    """Return a client signed in as a member of a tenant."""
    email = f"p{tenant}-{role}@example.org"
    person = services.ensure_person(email=email, name="P")
    services.ensure_member(tenant_id=tenant, email=email, name="P", role=role, user_id=person.pk)
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client


@pytest.fixture
def manager() -> Client:
    return member_of(services.ensure_operator().id)


def test_an_ask_goes_its_whole_way_at_the_desk(manager: Client) -> None:
    make_sellers([100] * 6)
    assert "Nothing was asked yet" in manager.get("/m/asks/").content.decode()
    given = {
        "family": "aliexpress_ru", "kind": "slot", "title": "Слот <b>11.11</b>",
        "text-ru": "Просим слот.", "campaign": "1111",
    }  # fmt: skip
    answer = manager.post("/m/asks/new/", given)
    here = answer.headers["Location"]
    code = here.split("/")[3]

    for act, told in (
        ("figure", {"query": "sold", **WINDOW, "says": "Продажи дня"}),
        ("figure", {"query": "cancelled", **WINDOW}),
        ("strike", {"number": "2"}),
        ("promise", {"side": "theirs", "who": "Рынок", "what": "Слот", "due": "2026-12-01"}),
        ("clock", {"rule": "eu.terms", "started": "2026-11-20"}),
        ("move", {"state": "sent", "note": "почтой"}),
        ("answer", {"day": "2026-11-21", "text": "Да", "file": BytesIO(b"paper")}),
        ("move", {"state": "agreed"}),
        ("deliver", {"day": "2026-11-22", "what": "Слот", "figure": "1"}),
        ("move", {"state": "delivered"}),
    ):
        assert manager.post(f"{here}{act}/", told).status_code == 302, act
    found = whole(code)
    manager.post(f"{here}kept/", {"number": found.promises[0].id, "kept": "yes"})
    manager.post(f"{here}clock/state/", {"number": found.clocks[0].id, "state": "met"})

    page = manager.get(here).content.decode()
    assert whole(code).card.state == "delivered"
    assert "Слот &lt;b&gt;11.11&lt;/b&gt;" in page
    assert "Слот <b>" not in page
    assert whole(code).promises[0].kept
    assert "from 11 Nov 2026" in page
    assert "until, not including 12 Nov 2026" in page
    paper = manager.get(f"{here}answers/{found.answers[0].id}/")
    assert b"".join(paper.streaming_content) == b"paper"  # type: ignore[attr-defined]
    assert paper.headers["Content-Disposition"].startswith("attachment")
    assert "Every figure recomputes" in manager.get(f"{here}check/").content.decode()
    assert "Clock" in manager.get("/m/audit/?kind=clock").content.decode()
    run("UPDATE orders_line SET amount = amount + 1 WHERE id = (SELECT min(id) FROM orders_line)")
    assert "its rows changed since" in manager.get(f"{here}check/").content.decode()


@pytest.mark.parametrize("language", ["ru", "en", "zh-hans"])
def test_a_dossier_is_given_in_every_form_and_language(manager: Client, language: str) -> None:
    make_sellers([100] * 4)
    code = make_ask().code
    manager.post(f"/m/asks/{code}/figure/", {"query": "sold", **WINDOW})

    pdf = manager.get(f"/m/asks/{code}/dossier.pdf?language={language}")
    html = manager.get(f"/m/asks/{code}/dossier.html?language={language}").content.decode()
    told = json.loads(manager.get(f"/m/asks/{code}/dossier.json").content)
    inside = json.loads(manager.get(f"/m/asks/{code}/dossier.json?inside=1").content)

    assert pdf.content.startswith(b"%PDF")
    assert "400.00" not in html
    assert "2026-11-1" not in html.partition("SELECT")[0]
    assert told["figures"][0]["total"] == {}
    assert inside["figures"][0]["total"]["RUB"] == "400.00"
    assert manager.get(f"/m/asks/{code}/dossier.exe").status_code == 404
    assert manager.get(f"/m/asks/{code}/dossier.pdf?language=xx").status_code == 404
    assert manager.get("/m/asks/NONE/dossier.pdf").status_code == 404


def test_wrong_input_is_told_and_changes_nothing(manager: Client) -> None:
    code = make_ask().code
    page = manager.post(
        f"/m/asks/{code}/figure/", {"query": "sold", "since": "2026-11-12", "until": "x"},
        follow=True,
    )  # fmt: skip

    assert "write a day as 2026-11-05" in page.content.decode()
    assert whole(code).figures == ()
    manager.post("/m/asks/new/", {"family": "x y", "kind": "slot", "title": "t"})
    assert len(asks()) == 1


def test_a_marketplace_is_chosen_by_its_name_or_named(manager: Client) -> None:
    form = manager.get("/m/asks/").content.decode().partition('action="/m/asks/new/"')[2]
    known = dict(
        re.findall(r'<option value="(\w+)">([^<]+)</option>', form.partition("n-other")[0])
    )
    assert "AliExpress" in known["aliexpress_ru"]

    def begun(**given: str) -> list[str]:
        before = {one.code for one in asks()}
        manager.post("/m/asks/new/", {"kind": "slot", "title": "t", **given})
        return [one.family for one in asks() if one.code not in before]

    assert begun(family="aliexpress_ru", other="") == ["aliexpress_ru"]
    assert begun(family="", other=" Amazon  US ") == ["amazon_us"]
    assert begun(family="", other=known["aliexpress_ru"].upper()) == ["aliexpress_ru"]
    for wrong in (("", ""), ("aliexpress_ru", "Amazon"), ("", "Площадка"), ("", "?")):
        assert begun(family=wrong[0], other=wrong[1]) == []


def test_a_seller_answers_for_itself_and_nobody_else_does(manager: Client) -> None:
    code, sellers = make_case()
    mine = member_of(sellers[0])
    page = mine.get("/s/S-1/cases/").content.decode()
    assert "₽100" in page.replace("\xa0", "") or "100" in page
    assert code in page
    assert "S-2" not in page

    manager.post("/m/sellers/S-1/represent/")
    shown = manager.get("/s/S-1/cases/").content.decode()
    assert "Only a member of the seller itself can answer" in shown
    manager.post(f"/s/S-1/cases/{code}/decide/", {"decision": "joined"})
    assert whole(code).joinings[0].state == "asked"

    assert member_of(sellers[0], "reader").post(
        f"/s/S-1/cases/{code}/decide/", {"decision": "joined"}
    ).status_code == 403  # fmt: skip
    mine.post(f"/s/S-1/cases/{code}/decide/", {"decision": "joined"})
    assert whole(code).joinings[0].state == "joined"
    mine.post(f"/s/S-1/cases/{code}/decide/", {"decision": "left"})
    assert whole(code).joinings[0].state == "left"


def test_a_case_is_asked_and_pooled_at_the_desk(manager: Client) -> None:
    make_sellers([100] * 2)
    code = make_ask("complaint").code
    here = f"/m/asks/{code}/"

    manager.post(f"{here}invite/", {"codes": "S-1, S-2", "query": "sold", **WINDOW})
    manager.post(f"{here}pool/")

    assert len(whole(code).joinings) == 2
    assert whole(code).figures == ()
    assert "S-1" in manager.get(here).content.decode()
    manager.post("/m/asks/small-groups/", {"least": "7", "most_share": "40"})
    assert 'value="7"' in manager.get("/m/asks/").content.decode()

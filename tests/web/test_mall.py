"""Programmes at both desks: what is missing, the seller's word, versions, supply, whose it is."""

import pytest
from django.test import Client
from tests.db.orders.making import Shop, make_line, make_order, make_warehouse, put
from tests.db.programmes.making import MALL, Goods

from torgpred.accounts import selectors as accounts
from torgpred.accounts import services
from torgpred.kernel.clock import now
from torgpred.programmes import selectors
from torgpred.programmes.core.reading import write
from torgpred.programmes.services.judging import judge_all

pytestmark = pytest.mark.django_db
OWN = "/s/ALPHA/mall/"
PAGE = f"/m/mall/{MALL}/"


def sign_in(code: str = "ALPHA", role: str = "manager") -> Client:
    tenant = services.ensure_operator() if code == "OPERATOR" else accounts.tenant(code)
    email = f"{code}-{role}@example.org".lower()
    user = services.ensure_person(email=email, name=email)
    services.ensure_member(tenant_id=tenant.id, email=email, name=email, role=role, user_id=user.pk)
    client = Client(headers={"accept-language": "en"})
    client.force_login(user)
    return client


@pytest.fixture
def goods() -> Goods:
    """A seller ALPHA with one offer that lies in Moscow and one that lies in Yiwu."""
    seller = services.add_seller(name="Alpha", country="RU", code="ALPHA").id
    made = Goods(seller, Shop(seller).id)
    made.add("NEAR-1", "FAR-1")
    put(seller, make_warehouse(seller, "MSK", "RU"), "NEAR-1", 5)
    put(seller, make_warehouse(seller, "YIWU", "CN", rank=1), "FAR-1", 50)
    judge_all()
    return made


def test_a_seller_sees_what_is_missing_and_what_it_frees(goods: Goods) -> None:
    shown = sign_in().get(OWN).content.decode()

    assert "Nobody said whether an address in Russia takes returns." in shown
    assert "Bring them to the warehouse MSK and count them in. Pieces: 1." in shown
    assert "leaves MSK within 48 hours" in shown
    assert "nobody said how long it is on the way" in shown
    assert 'href="/s/ALPHA/stock/"' in shown


def test_a_sellers_word_is_kept_and_its_offers_are_judged_at_once(goods: Goods) -> None:
    client = sign_in()
    given = {"kind": "returns_address", "about": "RU", "text": "Москва, 1", "programme": MALL}

    client.post(OWN + "say/", given)
    client.post(OWN + "say/", {"kind": "warranty", "about": "RU", "number": "12"})
    client.post(OWN + "say/", {"kind": "delivery", "about": "MSK", "number": "4"})
    shown = client.get(OWN + "?verdict=qualifies").content.decode()

    assert "?key=NEAR-1" in shown
    assert "?key=FAR-1" not in shown
    assert "4 days on the way" in shown
    (first, *_) = selectors.assurances(goods.seller)
    assert first.given_by == "alpha-manager@example.org"
    client.post(f"{OWN}{first.id}/undo/", {"programme": MALL})
    assert "?key=NEAR-1" not in client.get(OWN + "?verdict=qualifies").content.decode()


def test_a_word_that_says_too_little_is_told_and_not_kept(goods: Goods) -> None:
    answer = sign_in().post(
        OWN + "say/", {"kind": "delivery", "about": "MSK", "number": "soon"}, follow=True
    )

    assert "give days, 1 to 365" in answer.content.decode()
    assert selectors.assurances(goods.seller) == []


def test_a_reader_is_asked_nothing_it_may_not_answer(goods: Goods) -> None:
    shown = sign_in(role="reader").get(OWN).content.decode()

    assert "<fieldset" in shown
    assert "disabled" in shown
    assert f"{OWN}say/" in shown


@pytest.mark.parametrize("query", ["?programme=x/y", "?verdict=maybe", "?lack=%00"])
def test_what_there_is_not_is_not_found(goods: Goods, query: str) -> None:
    assert sign_in().get(OWN + query).status_code == 404


@pytest.mark.parametrize("query", ["?after=x", "?after=1 A", "?lack=nothing", "?after=999999 Z"])
def test_an_odd_place_in_the_list_is_an_empty_page_or_the_first(goods: Goods, query: str) -> None:
    assert sign_in().get(OWN + query).status_code == 200


def test_a_seller_without_a_shop_is_told_what_to_do_first() -> None:
    services.add_seller(name="Alpha", country="RU", code="ALPHA")

    shown = sign_in().get(OWN).content.decode()

    assert "Connect a shop" in shown


def test_a_seller_never_sees_anothers_goods_or_figures(goods: Goods) -> None:
    other = services.add_seller(name="Beta Rivals", country="CN", code="BETA").id
    rival = Goods(other, Shop(other).id)
    rival.add("RIVAL-1", price="7777")
    put(other, make_warehouse(other, "SECRET", "RU"), "RIVAL-1", 4321)
    judge_all()

    shown = sign_in().get(OWN).content.decode()

    for told in ("RIVAL-1", "Beta", "4321", "4 321", "SECRET", "7777"):
        assert told not in shown
    assert sign_in().get("/s/BETA/mall/").status_code == 404


# --- the operator's desk ------------------------------------------------------------------------
def test_the_manager_sees_supply_side_by_side_and_candidates(goods: Goods) -> None:
    other = services.add_seller(name="Beta Works", country="CN", code="BETA").id
    shop = Shop(other)
    rival = Goods(other, shop.id)
    rival.add("B-1", price="500")
    put(other, make_warehouse(other, "MSK", "RU"), "B-1", 9)
    shop.take(make_order(1, make_line("B-1", 3), created_at=now(), updated_at=now()))
    judge_all()

    client = sign_in("OPERATOR")
    index = client.get("/m/mall/").content.decode()
    shown = client.get(PAGE).content.decode()

    assert "AliExpress Mall" in index
    assert "Beta Works" in shown
    assert "few offers qualify" in shown
    assert "3 pieces ordered in 28 days" in shown
    assert "what qualifies lasts 0 days" in shown, "there are pieces, and none of them qualifies"
    assert "qualify: 0" in shown
    assert "3 come from local warehouses and 0 from abroad" in shown
    assert shown.index('<span class="chip">China</span>') > 0
    assert shown.index('<span class="chip">Russia</span>') > 0


def test_pages_are_there_before_anything_was_judged() -> None:
    services.add_seller(name="Alpha", country="RU", code="ALPHA")
    client = sign_in("OPERATOR")

    for address in ("/m/mall/", PAGE, "/m/mall/aliexpress_ru/official_store/"):
        assert client.get(address).status_code == 200
    assert "Nothing was judged yet" in client.get(PAGE).content.decode()
    assert client.get("/m/mall/aliexpress_ru/nothing/").status_code == 404


def test_a_manager_changes_the_conditions_and_goes_back(goods: Goods) -> None:
    client = sign_in("OPERATOR")
    text = write(selectors.programme(MALL)).replace("days = 3", "days = 1")

    client.post("/m/mall/keep/", {"text": text.replace("\n", "\r\n")})
    shown = client.get(PAGE).content.decode()

    assert "Days from the order until it leaves: at most 1" in shown
    assert "operator-manager@example.org" in shown
    assert selectors.programme(MALL).version == 2
    client.post(PAGE + "withdraw/")
    assert selectors.programme(MALL).version == 1
    assert "manager-programme-keep" in {one.what for one in accounts.deeds()}


def test_a_programme_that_cannot_be_is_told_with_its_place(goods: Goods) -> None:
    text = write(selectors.programme(MALL)).replace("days = 3", "days = 0")

    answer = sign_in("OPERATOR").post("/m/mall/keep/", {"text": text}, follow=True)

    assert "condition 2, days" in answer.content.decode()
    assert selectors.programme(MALL).version == 1


def test_judging_can_be_asked_for(goods: Goods) -> None:
    answer = sign_in("OPERATOR", "staff").post(PAGE + "judge/", follow=True)

    assert "What changed is judged anew" in answer.content.decode()

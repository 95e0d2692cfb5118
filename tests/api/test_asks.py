"""Asks by the API: only the operator's tokens reach them; a seller's sees its own cases."""

import pytest
from tests.api.asking import Program, make_secret, told
from tests.db.asks.making import WINDOW, make_sellers
from tests.db.asks.test_cases import make_case
from tests.db.orders.making import run

from torgpred.accounts import services as accounts

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator(db: None) -> Program:
    return Program(make_secret(accounts.ensure_operator().id))


def test_an_ask_is_begun_given_figures_moved_and_verified(operator: Program) -> None:
    make_sellers([100, 200])
    given = {
        "family": "aliexpress_ru", "kind": "slot", "title": "Слот", "texts": {"ru": "Просим."}
    }  # fmt: skip
    made = operator.post("/asks", given, key="one")
    assert made.status_code == 201
    code = told(made)["code"]
    assert told(operator.post("/asks", given, key="one"))["code"] == code

    figure = operator.post(f"/asks/{code}/figures", {"query": "sold", "params": WINDOW})
    assert told(figure)["value"]["total"]["RUB"] == "300.00"
    assert told(operator.post(f"/asks/{code}/state", {"state": "sent"}))["state"] == "sent"
    assert operator.post(f"/asks/{code}/state", {"state": "draft"}).status_code == 409
    wrong = operator.post(f"/asks/{code}/figures", {"query": "sold", "params": {"since": "x"}})
    assert (wrong.status_code, told(wrong)["code"]) == (422, "asks.unfit_parameter")
    assert operator.get("/asks/NONE").status_code == 404

    seal = told(figure)["seal"]
    assert told(operator.get(f"/asks/{code}/verification?seal={seal}"))["well"]
    run("UPDATE orders_line SET sku = 'other' WHERE id = (SELECT max(id) FROM orders_line)")
    found = told(operator.get(f"/asks/{code}/verification"))
    assert (found["well"], found["figures"][0]["verdict"]) == (False, "changed")
    dossier = told(operator.get(f"/asks/{code}/dossier"))["dossier"]
    assert dossier["figures"][0]["withheld"]["reason"] == "few"
    assert "300.00" not in str(dossier)
    assert told(operator.get("/asks?state=open"))["items"][0]["code"] == code


def test_a_seller_sees_its_own_case_and_no_ask(operator: Program) -> None:
    code, sellers = make_case((100, 200))
    mine = Program(make_secret(sellers[0]))

    (case,) = told(mine.get("/sellers/S-1/cases"))["items"]
    assert (case["ask"], case["value"]["total"]["RUB"]) == (code, "100.00")
    assert mine.get("/sellers/S-2/cases").status_code == 404
    for path in ("/asks", f"/asks/{code}", f"/asks/{code}/verification", f"/asks/{code}/dossier"):
        assert mine.get(path).status_code == 404
        assert operator.get(path).status_code == 200

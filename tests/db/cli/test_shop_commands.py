import json
from typing import Any

import pytest
from django.db import connection
from tests.db.channels.fake_market import FakeFamily
from tests.db.cli.conftest import Run

from torgpred.accounts import services as accounts
from torgpred.channels import selectors, services
from torgpred.channels.core.shops import ShopCard, ShopState, UnknownShopError
from torgpred.cli import choosing
from torgpred.runtime.scope import operator_scope

pytestmark = pytest.mark.django_db(transaction=True)


def add(run: Run, owner: str, *more: str) -> ShopCard:
    told = json.loads(run("shop", "add", owner, "--family", "fake", *more, "--json").stdout)
    return selectors.shop(told["id"])


def rows(query: str) -> list[tuple[Any, ...]]:
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def test_a_newcomers_first_shop_is_tried_and_its_marketplace_learnt_at_once(run: Run) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")

    told = json.loads(run("shop", "add", "LAMPS", "--family", "fake", "--json").stdout)

    assert told["test"]["ok"]
    assert len(selectors.market_categories("fake")) == 5
    assert selectors.brands(told["id"])


def test_a_shop_is_added_although_its_secret_is_dead(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    monkeypatch.setenv("TORGPRED_SHOP_TOKEN", "dead")

    card = add(run, "LAMPS")

    assert not selectors.market_categories("fake")
    again = run("shop", "test", "LAMPS")
    assert (again.exit_code, "dead" in again.stdout) == (1, True)
    assert card.state is ShopState.ACTIVE


def test_the_test_of_a_shop_learns_what_a_plan_needs(run: Run) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    add(run, "LAMPS", "--no-test")
    assert not selectors.market_categories("fake")

    assert run("shop", "test", "lamps").exit_code == 0

    assert len(selectors.market_categories("fake")) == 5


def test_a_shop_is_meant_by_number_by_name_and_by_its_sellers_code(run: Run) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    first = add(run, "LAMPS", "--name", "Первая", "--no-test")

    assert choosing.shop_meant(str(first.id)) == first
    assert choosing.shop_meant("первая") == first
    assert choosing.shop_meant("LAMPS") == first
    with pytest.raises(UnknownShopError):
        choosing.shop_meant("nobody")


def test_of_several_shops_one_is_named_and_a_wrong_name_is_told(run: Run) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    add(run, "LAMPS", "--name", "Первая", "--no-test")
    second = add(run, "LAMPS", "--name", "Вторая", "--no-test")

    with pytest.raises(choosing.WhichShopError):
        choosing.shop_meant("LAMPS")
    assert choosing.shop_meant("LAMPS", "вторая") == second
    with pytest.raises(choosing.NoSuchShopError, match="Первая"):
        choosing.shop_meant("LAMPS", "Третья")


def test_a_joint_shop_needs_no_operator_made_before(run: Run) -> None:
    assert add(run, "OPERATOR", "--no-test").joint


def test_who_changes_a_shop_stands_in_the_audit_trail(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "olga")
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    card = add(run, "LAMPS", "--no-test")

    run("shop", "change", "LAMPS", "--state", "paused")

    assert selectors.shop(card.id).state is ShopState.PAUSED
    assert rows(
        "SELECT e.pgh_label, c.metadata ->> 'member' FROM channels_shopevent e"
        " JOIN pghistory_context c ON c.id = e.pgh_context_id ORDER BY e.pgh_id"
    ) == [("insert", "olga (command line)"), ("update", "olga (command line)")]


def test_what_a_marketplace_says_cannot_break_the_list_of_shops(run: Run, fake: FakeFamily) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    card = add(run, "LAMPS", "--name", "[/odd] name", "--no-test")
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO channels_trial (shop_id, tenant_id, at, ok, message)"
            " VALUES (%s, %s, now(), false, '[/no] way')",
            [card.id, card.tenant_id],
        )

    listed = run("shop", "list")

    assert listed.exit_code == 0
    assert "[/odd]" in listed.stdout


def test_a_secret_from_standard_input_must_be_text(run: Run) -> None:
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    card = add(run, "LAMPS", "--no-test")

    assert run("shop", "secret", str(card.id), "--stdin", stdin='{"token": null}').exit_code == 2
    assert run("shop", "secret", str(card.id), "--stdin", stdin='{"token": "new"}').exit_code == 0
    opened: Any = services.open(card.id)
    assert opened.secrets["token"] == "new"


def test_who_decides_on_prices_stands_in_the_audit_trail(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("getpass.getuser", lambda: "olga")
    accounts.add_seller(name="Лампы", country="RU", code="LAMPS")
    add(run, "LAMPS", "--no-test")

    decided = run("policy", "set", "LAMPS", "--basis", "kept", "--margin", "25")

    assert decided.exit_code == 0
    assert rows(
        "SELECT DISTINCT c.metadata ->> 'member' FROM listings_policyevent e"
        " JOIN pghistory_context c ON c.id = e.pgh_context_id"
    ) == [("olga (command line)",)]

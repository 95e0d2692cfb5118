"""The way of sellers: stages from facts, reasons, pages, counts; and quick with thousands."""

import time
from typing import Any

import pytest
from django.db import connection
from tests.db.orders.making import run

from torgpred.accounts import selectors as accounts_read
from torgpred.accounts import services as accounts
from torgpred.accounts.core.people import UnknownPlaceError
from torgpred.orders.core.funnel import FunnelFilter, FunnelRow, Origin, Stage
from torgpred.orders.selectors.funnel import funnel, standing
from torgpred.runtime.scope import operator_scope, scope

pytestmark = pytest.mark.django_db


def make_seller(code: str, country: str = "RU") -> int:
    return accounts.add_seller(name=f"Продавец {code}", country=country, code=code).id


def make_shop(owner: int, name: str = "shop", *, ok: bool | None = None) -> None:
    run(
        "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
        " created_at) VALUES (%s, 'aliexpress_ru', %s, 'http://127.0.0.1', 'RUB', false, 'active',"
        " now())",
        owner,
        name,
    )
    if ok is not None:
        run(
            "INSERT INTO channels_trial (shop_id, tenant_id, at, ok, message)"
            " SELECT id, tenant_id, now(), %s, 'said' FROM channels_shop WHERE tenant_id = %s",
            ok,
            owner,
        )


def make_listing(owner: int, status: str = "on_sale") -> None:
    run(
        "INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id,"
        " remote_id, status) SELECT tenant_id, id, 'P', 'P', 'R' || tenant_id, %s"
        " FROM channels_shop WHERE tenant_id = %s",
        status,
        owner,
    )


def make_consignment(owner: int) -> None:
    run(
        "INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase, placed_at,"
        " currency, amount, country, buyer) SELECT tenant_id, 1, id, 'O', 'to_ship', now(), 'RUB',"
        " 1, '', '' FROM channels_shop WHERE tenant_id = %s",
        owner,
    )


def found(code: str) -> FunnelRow:
    row = standing(code)
    assert row is not None
    return row


def test_the_stage_follows_from_facts_alone() -> None:
    seller = make_seller("STEPS")
    stages = [found("STEPS").stage]
    for fact in (make_shop, make_listing, make_consignment):
        fact(seller)
        stages.append(found("STEPS").stage)

    assert stages == [Stage.CANDIDATE, Stage.PAPERS, Stage.LISTED, Stage.SOLD]


def test_why_it_goes_no_further() -> None:
    invited, dead, quiet, paused = (make_seller(one) for one in ("INV", "DEAD", "QUIET", "OFF"))
    accounts.invite(
        tenant_id=invited, email="a@example.org", name="A", role="staff", invited_by="test"
    )
    for seller in (dead, quiet, paused):
        make_shop(seller, ok=seller != dead)
    make_listing(dead)
    make_listing(quiet)
    make_listing(paused, "off_sale")
    make_seller("NEW")

    whys = {code: found(code).why for code in ("NEW", "INV", "DEAD", "QUIET", "OFF")}

    assert whys == {
        "NEW": "invite", "INV": "invited", "DEAD": "token", "QUIET": "no_order", "OFF": "off",
    }  # fmt: skip


def test_a_seller_abroad_with_stock_here_is_told_apart() -> None:
    for code, country, store in (("HERE", "RU", "RU"), ("LOCAL", "CN", "RU"), ("FAR", "CN", "CN")):
        run(
            "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
            " VALUES (%s, 'MAIN', 'MAIN', %s, 0, now())",
            make_seller(code, country),
            store,
        )

    assert [found(code).origin for code in ("HERE", "LOCAL", "FAR")] == [
        Origin.HOME, Origin.LOCAL, Origin.ABROAD,
    ]  # fmt: skip


def test_a_product_listed_in_two_shops_counts_once() -> None:
    seller = make_seller("TWICE")
    make_shop(seller, "one")
    make_shop(seller, "two")
    make_listing(seller)

    assert found("TWICE").listed == 1


def test_pages_go_on_where_the_last_ended_and_counts_are_of_all() -> None:
    for number in range(5):
        make_seller(f"P{number}")
    seen, after = [], ""
    while True:
        rows, counts = funnel(FunnelFilter(stage="candidate"), after=after, limit=2)
        assert counts.stages["candidate"] == 5
        if not rows:
            break
        seen += [row.code for row in rows]
        after = rows[-1].key

    assert seen == [f"P{number}" for number in range(5)]
    assert funnel(FunnelFilter(text="родавец p3"))[0][0].code == "P3"
    assert funnel(FunnelFilter(stage="sold"))[0] == []
    with pytest.raises(UnknownPlaceError):
        funnel(FunnelFilter(), after="nowhere")


def test_the_seller_does_not_see_what_was_noted_about_it() -> None:
    card = accounts.add_candidate(
        name="Кружка", country="RU", contact="Анна", note="ждёт", said_by="boss@example.org"
    )
    accounts.note_contact(seller_id=card.id, contact="Пётр", note="", said_by="boss@example.org")
    with scope(card.id), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_contact")
        hidden = cursor.fetchone()

    told = accounts_read.contact(card.id)
    assert hidden == (0,)
    assert told is not None
    assert told.contact == "Пётр"
    assert found(card.code).contact == "Пётр"


@pytest.mark.proof
def test_two_thousand_sellers_are_told_quickly() -> None:
    """2,000 sellers, a quarter at each stage, 40 products and 20 plans each from the shop on."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_tenant (code, kind, name, country, registration, created_at)"
            " SELECT 'S' || n, 'seller', 'Продавец ' || n, 'RU', '', now() FROM"
            " generate_series(1, 2000) n"
        )
        for sql in _MANY:
            cursor.execute(sql)
        for table in ("accounts_tenant", "channels_shop", "listings_listedproduct",
                      "listings_plan", "orders_consignment"):  # fmt: skip
            cursor.execute(f"ANALYZE {table}")
    seconds = [_timed(FunnelFilter()), _timed(FunnelFilter(text="родавец 17", stage="listed"))]
    print(f"2,000 sellers: page {seconds[0]:.3f} s, filtered {seconds[1]:.3f} s")  # noqa: T201

    rows, counts = funnel(FunnelFilter())
    assert len(rows) == 50
    assert counts.stages == {"candidate": 500, "papers": 500, "listed": 500, "sold": 500}


def _timed(wanted: FunnelFilter) -> float:
    funnel(wanted)
    begin = time.perf_counter()
    funnel(wanted)
    return time.perf_counter() - begin


_COUNTS: Any = '{"offers": 40, "ready": 30, "held": 10, "steps": 0}'
_MANY = (
    (
        "INSERT INTO channels_shop (tenant_id, family, name, address, currency, joint, state,"
        " created_at) SELECT id, 'aliexpress_ru', code, 'http://127.0.0.1', 'RUB', false, 'active',"
        " now() FROM accounts_tenant WHERE code LIKE 'S%' AND substr(code, 2)::int > 500"
    ),
    (
        "INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id,"
        " remote_id, status) SELECT s.tenant_id, s.id, 'P' || n, 'P', s.id || '-' || n, 'on_sale'"
        " FROM channels_shop s, generate_series(1, 40) n WHERE substr(s.name, 2)::int > 1000"
    ),
    (
        "INSERT INTO listings_plan (seller_id, shop_id, state, made_by, made_at, applied_by,"
        f" counts, holds) SELECT s.tenant_id, s.id, 'made', 'x', now(), '', '{_COUNTS}', '[]'"
        " FROM channels_shop s, generate_series(1, 20) n"
    ),
    (
        "INSERT INTO orders_consignment (seller_id, order_id, shop_id, remote_id, phase,"
        " placed_at, currency, amount, country, buyer)"
        " SELECT s.tenant_id, n, s.id, 'O' || n, 'to_ship', now(), 'RUB', 1, '', ''"
        " FROM channels_shop s, generate_series(1, 40) n WHERE substr(s.name, 2)::int > 1500"
    ),
)

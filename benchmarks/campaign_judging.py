"""Judging a campaign of many sellers: the first time, and again with 1 % of the offers changed.

Twenty sellers stand in one joint shop, each offer seen at three prices in 60 days. Offers are
planted as rows, as reading, planning and looking at a shop leave them. What is judged again is
compared with judging from nothing, row by row and in time.
"""

import argparse
import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from benchmarks.measuring import figure, in_fresh_process, own_home, timed

SELLERS = 20
CHANGED = 100
"""One offer in so many changes."""
_NOTHING_OF = "judging from nothing, in the same run"

# Of ten offers one makes a loss, one is known for too few days, and one has nothing in stock.
_PLANT = """
    CREATE TEMP TABLE planted ON COMMIT DROP AS
    SELECT number, 'SKU-' || number AS key, 1000 + number %% 700 AS price,
           CASE WHEN number %% 10 = 1 THEN 900 ELSE 300 + number %% 50 END AS cost,
           CASE WHEN number %% 10 = 2 THEN 12 ELSE 60 END AS days
    FROM generate_series(1, %(offers)s) number;
    INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key, digest,
        source_digest, state, read_in, changed_in)
    SELECT %(seller)s, 0, key, key, '10', '\\x00', '\\x00', 'present', 1, 1 FROM planted;
    INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest, context_digest,
        draft_digest, offers, ready_offers, findings, prices)
    SELECT %(seller)s, %(shop)s, key, decode(md5(key), 'hex'), decode(md5(''), 'hex'),
        decode(md5('draft' || key), 'hex'), 1, 1, '',
        convert_to(format('[["%%s","%%s.00",null,"680.00","%%s.00","100.00"]]', key, price, cost),
                   'UTF8')
    FROM planted;
    INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id, remote_id,
        status)
    SELECT %(seller)s, %(shop)s, key, key, %(seller)s || '-' || key, 'on_sale' FROM planted;
    INSERT INTO listings_listing (seller_id, product_id, sku, remote_sku_id)
    SELECT %(seller)s, id, 's' || %(seller)s || '-' || product_key, ''
    FROM listings_listedproduct WHERE seller_id = %(seller)s;
    INSERT INTO listings_shelfprice (seller_id, listing_id, price, currency, seen_from, until)
    SELECT %(seller)s, listing.id, planted.price - step, 'RUB',
        %(start)s::timestamptz - make_interval(days => days / (step + 1)),
        CASE step WHEN 2 THEN NULL
             ELSE %(start)s::timestamptz - make_interval(days => days / (step + 2)) END
    FROM planted
    JOIN listings_listing listing
      ON listing.seller_id = %(seller)s AND listing.sku = 's' || %(seller)s || '-' || planted.key
    CROSS JOIN generate_series(0, 2) step;
    INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand)
    SELECT %(seller)s, key, %(house)s, CASE WHEN number %% 10 = 3 THEN 0 ELSE 25 END FROM planted;
"""
_CHANGE = """
    UPDATE listings_desired SET offers_digest = decode(md5('b' || product_key), 'hex'),
        prices = convert_to(replace(convert_from(prices, 'UTF8'), '"680.00"', '"681.00"'), 'UTF8')
    WHERE id %% %(every)s = 1;
    UPDATE stock_level SET on_hand = on_hand + 1 WHERE id %% %(every)s = 2;
    UPDATE listings_shelfprice SET until = now() WHERE until IS NULL AND listing_id %% %(every)s = 3
"""
_TABLES = (
    "catalogue_offer", "listings_desired", "listings_listedproduct", "listings_listing",
    "listings_shelfprice", "stock_level",
)  # fmt: skip


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--offers", type=int, default=200_000)
    given = parser.parse_args()
    with own_home():
        import django

        django.setup()
        campaign = _plant(given.offers // SELLERS)
        offers = given.offers // SELLERS * SELLERS
        first = _judge(campaign)
        _expect(first["judged"] == offers, first)
        _expect(0.65 < first["yes"] / offers < 0.75, first)
        figure("campaign.judge", first["seconds"], "s")
        figure("campaign.judge.rate", offers / first["seconds"], "offers/s")
        figure("campaign.judge.memory", first["peak_mb"], "MB")
        changed = _change()
        again = _judge(campaign)
        _expect(abs(again["judged"] - changed) <= SELLERS, {"changed": changed, **again})
        _forget()
        anew = _judge(campaign)
        _expect(again["content"] == anew["content"], {"again": again, "anew": anew})
        figure(
            "campaign.judge.again",
            again["seconds"],
            "s",
            ratio=anew["seconds"] / again["seconds"],
            against=_NOTHING_OF,
        )
        tried = in_fresh_process("benchmarks.campaign_judging", "simulate", campaign)
        figure("campaign.simulate", tried["seconds"], "s")


def _plant(offers: int) -> int:
    """Plant the sellers and their offers; return the id of an open campaign."""
    from django.db import connection

    from torgpred.accounts import services as accounts
    from torgpred.campaigns.core.moves import State
    from torgpred.campaigns.core.outline import Outline
    from torgpred.campaigns.core.rules import Base, RuleSet
    from torgpred.campaigns.services import drawing_up, moving, rule_sets
    from torgpred.channels import services as channels
    from torgpred.listings.core.policy import ShopPolicy
    from torgpred.listings.core.pricing import Logistics, PricingPolicy, Route
    from torgpred.listings.services import contexts
    from torgpred.runtime.scope import operator_scope

    start = datetime.now(UTC) + timedelta(days=5)
    shop = channels.add_shop(
        tenant_id=accounts.ensure_operator().id,
        family="aliexpress_ru",
        name="joint",
        credentials={"token": "none"},
        address="http://127.0.0.1",
    ).id
    policy = ShopPolicy(
        pricing=PricingPolicy(
            commission=Decimal(8),
            fee=Decimal(2),
            route=Route(tax_out=Decimal(20), logistics=Logistics("RUB", per_parcel=Decimal(100))),
        ),
        lead_time_days=2,
    )
    for number in range(SELLERS):
        seller = accounts.add_seller(name=f"S{number}", country="RU", code=f"BENCH{number}").id
        channels.admit_seller(shop_id=shop, seller_id=seller)
        contexts.set_policy(seller_id=seller, shop_id=shop, policy=policy, actor="bench")
        with operator_scope(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO stock_warehouse (seller_id, code, name, country, rank, created_at)"
                " VALUES (%s, 'MAIN', 'Main', 'RU', 0, now()) RETURNING id",
                [seller],
            )
            house = cursor.fetchone()[0]
            names: dict[str, Any] = {
                "offers": offers,
                "seller": seller,
                "shop": shop,
                "start": start,
            }
            for statement in _PLANT.split(";\n"):
                cursor.execute(statement, names | {"house": house})
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO listings_observation (tenant_id, shop_id, started_at, finished_at,"
            " products, unknown) SELECT tenant_id, id, now(), now(), 0, 0 FROM channels_shop"
        )
    _analyze()
    rules = RuleSet(
        code="bench", title="Bench", source="made up", percent_off=Decimal(20),
        base=Base.LOWEST_SHOWN, look_back_days=30,
    )  # fmt: skip
    rule_sets.keep_rules(rules=rules, actor="bench")
    card = drawing_up.draw_up(
        name="Bench",
        rules="bench",
        outline=Outline(
            zone="Europe/Moscow", starts=start, ends=start + timedelta(days=3), country="RU"
        ),
        shop_ids=[shop],
        actor="bench",
    )
    return moving.move(campaign_id=card.id, wanted=State.OPEN, actor="bench").id


def _analyze() -> None:
    """Do what autovacuum does by and by."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        for table in _TABLES:
            cursor.execute(f"VACUUM ANALYZE {table}")


def _change() -> int:
    """Change one offer in a hundred: costs, stock, or the end of a price; return how many."""
    from django.db import connection

    from torgpred.runtime.scope import operator_scope

    changed = 0
    with operator_scope(), connection.cursor() as cursor:
        for statement in _CHANGE.split(";\n"):
            cursor.execute(statement, {"every": CHANGED * 3})
            changed += cursor.rowcount
    return changed


def _forget() -> None:
    from django.db import connection

    from torgpred.runtime.scope import operator_scope

    with operator_scope(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM campaigns_verdict")
        cursor.execute("DELETE FROM campaigns_judging")


def _judge(campaign: int) -> dict[str, Any]:
    return in_fresh_process("benchmarks.campaign_judging", "judge", campaign)


def _expect(holds: bool, result: dict[str, Any]) -> None:  # noqa: FBT001 - private
    if not holds:
        message = f"not the expected judging: {result}"
        raise RuntimeError(message)


def judge(campaign: int) -> None:
    """In a process of its own: judge the campaign and tell counts, seconds and a digest."""
    import django

    django.setup()
    from django.db import connection

    from torgpred.campaigns.services import judging
    from torgpred.runtime.scope import operator_scope

    connection.ensure_connection()
    with timed() as seconds:
        done = judging.judge(campaign_id=campaign)
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FILTER (WHERE answer = 'yes'), md5(string_agg(concat_ws('|',"
            " seller_id, offer_key, inputs, answer, price, usual, base, keeps, margin, days,"
            " to_come, pieces, code, encode(reasons, 'hex')), ','"
            ' ORDER BY seller_id, offer_key COLLATE "C")) FROM campaigns_verdict'
        )
        yes, content = cursor.fetchone()
    told = {"seconds": seconds[0], "judged": done.judged, "yes": yes, "content": content}
    print(json.dumps(told))


def simulate(campaign: int) -> None:
    """In a process of its own: try 15 % instead of 20 % and tell the seconds."""
    import django

    django.setup()
    from django.db import connection

    from torgpred.campaigns.core.judging.terms import Change
    from torgpred.campaigns.services import judging

    connection.ensure_connection()
    with timed() as seconds:
        tried = judging.simulate(campaign_id=campaign, change=Change(percent=Decimal(15)))
    print(json.dumps({"seconds": seconds[0], "more": tried.more}))


if __name__ == "__main__":
    if sys.argv[1:2] == ["judge"]:
        judge(int(sys.argv[2]))
    elif sys.argv[1:2] == ["simulate"]:
        simulate(int(sys.argv[2]))
    else:
        main()

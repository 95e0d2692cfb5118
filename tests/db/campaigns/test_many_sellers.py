"""Twenty sellers, five thousand offers: all are answered, and what is no yes says its mend."""

from collections import Counter
from typing import Any

import msgspec
from django.db import connection
from tests.db.campaigns.market import START, Market

from torgpred.campaigns import selectors
from torgpred.campaigns.core.judging.reasons import Answer
from torgpred.campaigns.core.values import Which
from torgpred.campaigns.services import judging, nominating
from torgpred.runtime.scope import operator_scope

SELLERS, OFFERS = 20, 250

# Of ten: 0 a loss, 1 known for 29 days, 2 nothing in stock, 3 no cost, the others fit.
PLANT = """
        INSERT INTO catalogue_offer (seller_id, feed_id, key, product_key, category_key, digest,
        source_digest, state, read_in, changed_in) SELECT %(seller)s, 0, 'K-' || n, 'K-' || n,
        '10', '\\x00', '\\x00', 'present', 1, 1 FROM generate_series(1, %(offers)s) n;
        INSERT INTO listings_desired (seller_id, shop_id, product_key, offers_digest,
        context_digest, draft_digest, offers, ready_offers, findings, prices) SELECT %(seller)s,
        %(shop)s, 'K-' || n, decode(md5(n::text), 'hex'), '\\x00', '\\x01', 1, 1, '',
        convert_to(jsonb_build_array(jsonb_build_array('K-' || n, '1000.00', NULL, '680.00',
        CASE n %% 10 WHEN 0 THEN '700.00' WHEN 3 THEN NULL ELSE '300.00' END, '100.00'))::text,
        'UTF8') FROM generate_series(1, %(offers)s) n;
        INSERT INTO listings_listedproduct (seller_id, shop_id, product_key, external_id,
        remote_id, status) SELECT %(seller)s, %(shop)s, 'K-' || n, '', %(seller)s || '-' || n,
        'on_sale' FROM generate_series(1, %(offers)s) n;
        INSERT INTO listings_listing (seller_id, product_id, sku, remote_sku_id) SELECT
        seller_id, id, 's' || seller_id || '-' || product_key, '' FROM listings_listedproduct
        WHERE seller_id = %(seller)s;
        INSERT INTO listings_shelfprice (seller_id, listing_id, price, currency, seen_from)
        SELECT %(seller)s, listing.id, 1000, 'RUB', %(start)s::timestamptz - make_interval(days
        => CASE WHEN listing.sku LIKE '%%1' THEN 29 ELSE 30 END) FROM listings_listing listing
        WHERE listing.seller_id = %(seller)s;
        INSERT INTO stock_level (seller_id, sku, warehouse_id, on_hand) SELECT %(seller)s, 'K-'
        || n, warehouse.id, CASE WHEN n %% 10 = 2 THEN 0 ELSE 5 END FROM generate_series(1,
        %(offers)s) n, stock_warehouse warehouse WHERE seller_id = %(seller)s AND code = 'HOME'
"""


def test_all_are_judged_and_explained(market: Market) -> None:
    for _ in range(SELLERS):
        seller = market.seller()
        names: dict[str, Any] = {
            "seller": seller,
            "shop": market.shop,
            "offers": OFFERS,
            "start": START,
        }
        with operator_scope(), connection.cursor() as cursor:
            for statement in PLANT.split(";\n"):
                cursor.execute(statement, names)
    card = market.campaign()

    done = judging.judge(campaign_id=card.id)

    assert (done.offers, done.judged) == (SELLERS * OFFERS, SELLERS * OFFERS)
    tenth = SELLERS * OFFERS // 10
    counted: Counter[tuple[str, str]] = Counter()
    for one in selectors.counts(card.id):
        counted[one.answer.value, one.code] += one.offers
    assert counted == {
        ("yes", ""): 6 * tenth,
        ("no", "margin.below_floor"): tenth,
        ("no", "stock.not_enough"): tenth,
        ("unknown", "price.too_few_days"): tenth,
        ("unknown", "margin.cost_unknown"): tenth,
    }
    found, place = selectors.verdicts(card.id, seller_id=None, limit=SELLERS * OFFERS + 1)
    assert place == 0
    for verdict in found:
        if verdict.answer is Answer.YES:
            assert verdict.price is not None
        else:
            finding = verdict.reasons[0].finding
            assert finding.place == verdict.offer_key
            assert finding.message
            assert finding.mend
    put = nominating.nominate(campaign_id=card.id, which=Which(), actor="manager")
    assert put.nominated == 6 * tenth
    assert selectors.standing(card.id).sellers == SELLERS
    assert msgspec.json.encode(selectors.nominations(card.id, seller_id=market.sellers[0]))

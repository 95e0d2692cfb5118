"""A country's story: what sells there by category, how it grows, what lies there."""

from datetime import timedelta
from decimal import Decimal

from tests.db.campaigns.market import START, Market, put
from tests.db.campaigns.selling import order

from torgpred.campaigns.core.money.countries import DAYS, CategoryStory, Mood
from torgpred.campaigns.selectors.countries import countries, country_story

UNTIL = START + timedelta(days=3)


def mapped(seller: int, category: str = "2") -> None:
    put(
        "INSERT INTO listings_mapping (seller_id, family, category_key, market_category, how,"
        " reason, decided_by, decided_at)"
        " VALUES (%s, 'aliexpress_ru', '10', %s, 'hand', '', 'me', now())",
        seller, category,
    )  # fmt: skip


def test_a_category_is_told_with_growth_stock_and_days_to_send(market: Market) -> None:
    one, two = market.seller(), market.seller()
    for seller in (one, two):
        market.offer(seller, "A-1", pieces=10)
        mapped(seller)
    market.offer(one, "B-1", pieces=7, warehouse="FAR")
    order(market, "1", (one, 10), hours=1, phase="shipped", sent_after=48)
    order(market, "2", (one, 5), (two, 5), hours=2)
    order(market, "3", (two, 9), hours=3, phase="cancelled")
    order(market, "4", (one, 10), hours=-24 * DAYS)

    story = country_story("RU", UNTIL)

    (row,) = story.categories
    assert (row.category, row.sellers, row.orders, row.pieces, row.pieces_before) == (
        "2", 2, 3, 20, 10,
    )  # fmt: skip
    assert (row.growth, row.revenue) == (100, {"RUB": Decimal(16000)})
    assert (row.local_sellers, row.local_offers, row.local_pieces) == (2, 2, 20)
    assert row.days_to_send == Decimal("2.0")
    assert (row.lasts, row.moods) == (28, (Mood.GROWING,))
    # Two sellers' parts of one order are one order of the country.
    assert (story.orders, story.pieces, story.local_pieces) == (2, 20, 20)
    assert country_story("CN", UNTIL).categories[0].local_pieces == 7
    assert {one.country for one in countries()} == {"RU", "CN"}


def make_story(**overrides: int) -> CategoryStory:
    given = {"pieces": 28, "pieces_before": 28, "local_pieces": 100} | overrides
    return CategoryStory(
        "f", "1", "Tea", 1, 1, given["pieces"], given["pieces_before"], {}, 1, 1,
        given["local_pieces"], None,
    )  # fmt: skip


def test_what_stands_out() -> None:
    assert make_story().moods == ()
    assert make_story(local_pieces=13).moods == (Mood.THIN,)
    assert make_story(pieces_before=0).moods == (Mood.NEW,)
    assert make_story(pieces=22).moods == (Mood.FALLING,)
    assert make_story(pieces=0).moods == (Mood.FALLING, Mood.IDLE)
    assert make_story(pieces=9, pieces_before=3).growth is None

"""Sources, spend and reports of a campaign: added only, undone by entry, never mixed."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from django.db import DatabaseError
from tests.db.campaigns.market import Market, put, raw
from tests.db.campaigns.selling import ACTOR, file_of, many, order, settled

from torgpred.campaigns.core.errors import (
    NotAShopOfCampaignError,
    SpendUndoneError,
    UnfitMoneyError,
    UnknownReportError,
    UnknownSourceError,
    UnknownSpendError,
)
from torgpred.campaigns.core.money.files import NewSpend
from torgpred.campaigns.core.money.results import Basis
from torgpred.campaigns.core.money.sources import SourceKind
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import money as selectors
from torgpred.campaigns.services import reporting, spending

SPEND = NewSpend("anna", date(2026, 11, 11), Decimal(100), "rub", "operator 60, seller 40", "A-1")
TABLE = (
    "date,source,amount,currency,payers,document\n"
    "2026-11-11,anna,100,RUB,operator 60; seller 40,A-1\n"
    "2026-11-12,ads,50.50,RUB,marketplace,A-2\n"
    "never,ads,50.50,RUB,marketplace,A-3\n"
)


def sourced(market: Market, sellers: int = 2) -> CampaignCard:
    card = settled(market, sellers)
    for code, kind, codes in (
        ("anna", SourceKind.BLOGGER, ("ANNA10",)),
        ("ads", SourceKind.MARKETPLACE_ADS, ()),
    ):
        spending.keep_source(
            campaign_id=card.id, code=code, name=code.title(), kind=kind, codes=codes, actor=ACTOR,
            link=f"utm_source={code}",
        )  # fmt: skip
    return card


def test_the_same_spend_is_entered_once_and_undone_by_its_opposite(
    market: Market, tmp_path: Path
) -> None:
    card = sourced(market)
    by_hand = spending.spend(campaign_id=card.id, entry=SPEND, actor=ACTOR)

    read = spending.read_spend_file(campaign_id=card.id, path=file_of(tmp_path, TABLE), actor=ACTOR)
    again = spending.read_spend_file(
        campaign_id=card.id, path=file_of(tmp_path, TABLE), actor=ACTOR
    )

    assert (read.entered, read.known) == (1, 1)
    assert (again.entered, again.known) == (0, 2)
    assert [(one.place, one.code, one.value) for one in read.findings] == [
        ("row 4", "money.file.day", "never")
    ]
    opposite = spending.undo_spend(campaign_id=card.id, entry=by_hand, actor=ACTOR)
    entries = {one.id: one for one in selectors.spent(card.id)}
    assert (entries[by_hand].undone, entries[opposite].amount) == (True, Decimal(-100))
    assert selectors.money(card).spend == {"RUB": Decimal("50.50")}
    for wrong in (by_hand, opposite):
        with pytest.raises(SpendUndoneError):
            spending.undo_spend(campaign_id=card.id, entry=wrong, actor=ACTOR)
    # Undone by mistake: the same document may be entered anew.
    anew = spending.spend(campaign_id=card.id, entry=SPEND, actor=ACTOR)
    assert anew not in {by_hand, opposite}
    assert selectors.money(card).spend == {"RUB": Decimal("150.50")}
    with pytest.raises(UnknownSpendError):
        spending.undo_spend(campaign_id=card.id, entry=10**9, actor=ACTOR)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", Decimal(0)), ("amount", Decimal("1.005")), ("amount", Decimal("NaN")),
        ("currency", "RUBLE"), ("payers", "operator 50"), ("document", " "),
    ],
)  # fmt: skip
def test_unfit_spend_is_refused(market: Market, field: str, value: object) -> None:
    card = sourced(market)

    with pytest.raises(UnfitMoneyError):
        spending.spend(
            campaign_id=card.id, entry=msgspec.structs.replace(SPEND, **{field: value}), actor=ACTOR
        )
    assert many("campaigns_spend") == 0


def test_what_was_entered_cannot_be_changed_nor_taken_away_nor_seen_by_a_seller(
    market: Market,
) -> None:
    card = sourced(market)
    spending.spend(campaign_id=card.id, entry=SPEND, actor=ACTOR)

    raw(None, "UPDATE campaigns_spend SET amount = 1")
    raw(None, "DELETE FROM campaigns_spend")
    assert selectors.money(card).spend == {"RUB": Decimal(100)}
    seller = market.sellers[0]
    for table in ("source", "spend", "report", "traffic", "marked"):
        assert raw(seller, f"SELECT * FROM campaigns_{table}") == []
    with pytest.raises(DatabaseError, match="row-level security"):
        raw(
            seller,
            "INSERT INTO campaigns_source (tenant_id, campaign_id, code, name, kind, link, codes,"
            " made_by, made_at) VALUES (%s, %s, 'x', 'x', 'other', '{}', '[]', '', now())",
            seller, card.id,
        )  # fmt: skip


def test_orders_by_mark_and_the_report_stand_side_by_side(market: Market, tmp_path: Path) -> None:
    card = sourced(market)
    one, two = market.sellers
    order(market, "100", (one, 1), (two, 2))
    order(market, "101", (one, 1))
    order(market, "102", (two, 1), phase="cancelled")
    order(market, "103", (two, 1))
    spending.spend(campaign_id=card.id, entry=SPEND, actor=ACTOR)

    taken = reporting.read_marked_file(
        campaign_id=card.id, shop_id=market.shop, actor=ACTOR,
        path=file_of(tmp_path, "order,code\n100,anna10\n101,ANNA10\n102,ANNA10\n999,ANNA10\n"),
    )  # fmt: skip
    told = reporting.read_traffic_file(
        campaign_id=card.id, shop_id=market.shop, actor=ACTOR,
        path=file_of(
            tmp_path,
            "date,source,sku,views,clicks,orders,revenue\n"
            f"2026-11-11,anna,s{one}-A-1,500,50,4,3200\n2026-11-11,anna,nobody,5,5,1,800\n"
            "2026-11-11,ads,,900,90,9,7200\n",
        ),
    )  # fmt: skip

    assert (taken.rows, [(it.place, it.value) for it in taken.findings]) == (3, [("row 5", "999")])
    assert [it.code for it in told.findings] == ["money.file.no_seller"]
    anna, ads = selectors.money(card).sources
    assert (anna.basis, anna.ours and anna.ours.orders) == (Basis.OURS, 2)
    assert anna.ours is not None
    assert anna.ours.revenue == {"RUB": Decimal(3200)}
    assert (anna.told and anna.told.orders, anna.difference_orders) == (5, 3)
    assert anna.cost_per_order == {"RUB": Decimal("50.00")}
    assert (ads.basis, ads.ours, ads.told and ads.told.orders) == (Basis.REPORT, None, 9)
    found = selectors.money(card)
    assert (found.orders.orders, found.unmarked.orders) == (3, 1)
    # One seller's goods in a report are that seller's to see, and no other's.
    assert raw(one, "SELECT views FROM campaigns_traffic") == [(500,)]
    assert raw(two, "SELECT views FROM campaigns_traffic") == []


def test_a_joint_order_counts_once_for_the_whole_and_once_for_each_of_its_sellers(
    market: Market, tmp_path: Path
) -> None:
    card = sourced(market, sellers=3)
    sellers = one, two, three = market.sellers
    orders = {
        "100": ((one, 1), (two, 2)),
        "101": ((one, 1), (two, 1), (three, 4)),
        "102": ((three, 1),),
        "103": ((two, 3), (three, 1)),
    }
    for number, sold in orders.items():
        order(market, number, *sold)
    # The part that would count for the whole is cancelled, the order's other part is not.
    put("UPDATE orders_consignment SET phase = 'cancelled' WHERE seller_id = %s"
        " AND remote_id = '103'", two)  # fmt: skip
    orders["103"] = ((three, 1),)
    reporting.read_marked_file(
        campaign_id=card.id, shop_id=market.shop, actor=ACTOR,
        path=file_of(tmp_path, "order,code\n100,ANNA10\n101,ANNA10\n"),
    )  # fmt: skip

    found = selectors.money(card)

    by_source: dict[int | None, set[str]] = {}
    by_seller: dict[int, set[str]] = {}
    pieces = dict.fromkeys(sellers, 0)
    anna = found.sources[0]
    for number, sold in orders.items():
        source = anna.source.id if number in {"100", "101"} else None
        by_source.setdefault(source, set()).add(number)
        for seller, many_of_it in sold:
            by_seller.setdefault(seller, set()).add(number)
            pieces[seller] += many_of_it
    assert found.orders.orders == len(orders) == 4
    assert found.orders.revenue == {"RUB": Decimal(800) * sum(pieces.values())}
    assert anna.ours is not None
    assert anna.ours.orders == len(by_source[anna.source.id])
    assert found.unmarked.orders == len(by_source[None])
    assert {mine.seller_id: (mine.orders, mine.pieces) for mine in found.sellers} == {
        seller: (len(by_seller[seller]), pieces[seller]) for seller in sellers
    }


def test_a_later_report_takes_the_place_of_the_earlier_until_it_is_withdrawn(
    market: Market, tmp_path: Path
) -> None:
    card = sourced(market)

    def give(orders: int, day: str = "2026-11-11") -> reporting.TakenIn:
        path = file_of(tmp_path, f"date,source,orders\n{day},ads,{orders}\n")
        return reporting.read_traffic_file(
            campaign_id=card.id, shop_id=market.shop, path=path, actor=ACTOR
        )

    def orders() -> int | None:
        ads = selectors.money(card).sources[1]
        return ads.told.orders if ads.told else None

    give(3, "2026-11-12")
    first, second = give(5), give(7)
    assert give(7).known
    assert give(7).report == second.report
    assert (first.report != second.report, orders()) == (True, 10)
    reporting.withdraw_report(campaign_id=card.id, report=second.report, actor=ACTOR)
    assert orders() == 8
    with pytest.raises(UnknownReportError):
        reporting.withdraw_report(campaign_id=card.id, report=second.report, actor=ACTOR)
    assert [one.withdrawn_by for one in selectors.money_reports(card.id)] == [ACTOR, "", ""]


def test_reports_are_for_shops_and_sources_of_the_campaign(market: Market, tmp_path: Path) -> None:
    card = sourced(market)
    other = market.new_shop(market.sellers[0])
    path = file_of(tmp_path, "date,source,orders\n2026-11-11,ads,1\n")

    with pytest.raises(NotAShopOfCampaignError):
        reporting.read_traffic_file(campaign_id=card.id, shop_id=other, path=path, actor=ACTOR)
    with pytest.raises(UnknownSourceError):
        reporting.read_traffic_file(
            campaign_id=card.id, shop_id=market.shop, path=path, actor=ACTOR, source="boris"
        )
    empty = file_of(tmp_path, "date,source,orders\n2026-11-11,boris,1\n")
    taken = reporting.read_traffic_file(
        campaign_id=card.id, shop_id=market.shop, path=empty, actor=ACTOR
    )
    assert (taken.report, taken.rows, taken.refused) == (0, 0, 1)
    with pytest.raises(UnfitMoneyError):
        spending.keep_source(
            campaign_id=card.id, code="boris", name="Boris", kind=SourceKind.BLOGGER,
            codes=["anna10"], actor=ACTOR,
        )  # fmt: skip

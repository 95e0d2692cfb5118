"""The three tables of a campaign's money: spend, a marketplace's traffic report, marked orders."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import msgspec

from torgpred.campaigns.core.money.sheets import Column, Reader, Row, Table
from torgpred.campaigns.core.money.sources import Source, named, sources_of
from torgpred.campaigns.core.outline import HUNDRED, Share
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import hold

DAY: Final = Column("day", ("day", "date", "дата", "день", "日期"))
SOURCE: Final = Column(
    "source",
    ("source", "traffic source", "utm source", "utm_source", "channel", "campaign", "источник",
     "источник трафика", "канал", "来源", "流量来源", "渠道"),
)  # fmt: skip
CURRENCY: Final = Column("currency", ("currency", "валюта", "币种", "货币"), needed=False)
SPEND: Final = (
    DAY,
    SOURCE,
    Column("amount", ("amount", "spend", "cost", "sum", "сумма", "расход", "затраты", "стоимость",
                      "金额", "花费", "费用")),
    CURRENCY,
    Column("payers", ("payers", "who pays", "paid by", "кто платит", "плательщик", "оплачивает",
                      "付款方", "谁付款")),
    Column("document", ("document", "document number", "invoice", "документ", "номер документа",
                        "счет", "单据", "单据号", "发票号")),
    Column("note", ("note", "comment", "примечание", "комментарий", "备注"), needed=False),
)  # fmt: skip
TRAFFIC: Final = (
    DAY,
    SOURCE,
    Column("sku", ("sku", "артикул", "артикул продавца", "код товара", "seller sku", "商家编码",
                   "货号"), needed=False),
    Column("views", ("views", "impressions", "shows", "показы", "просмотры", "曝光", "展现量",
                     "浏览量"), needed=False),
    Column("clicks", ("clicks", "visits", "клики", "переходы", "点击", "点击量", "访客数"),
           needed=False),
    Column("orders", ("orders", "orders count", "заказы", "количество заказов", "订单", "订单数",
                      "成交笔数"), needed=False),
    Column("revenue", ("revenue", "sales", "gmv", "выручка", "сумма заказов", "продажи", "销售额",
                       "成交金额"), needed=False),
    CURRENCY,
)  # fmt: skip
MARKED: Final = (
    Column("order", ("order", "order id", "order number", "заказ", "номер заказа", "id заказа",
                     "订单号", "订单编号")),
    Column("mark", ("mark", "code", "promo code", "promocode", "coupon", "coupon code", "link",
                    "utm", "промокод", "код", "купон", "метка", "ссылка", "优惠码", "优惠券",
                    "链接", *SOURCE.titles)),
)  # fmt: skip

NO_SOURCE = hold(
    "money.file.no_source",
    "{value} is no source of this campaign; the row was left out.",
    "Add the source or its mark first, or write one of: {known}.",
)
WHICH_SOURCE = hold(
    "money.file.which_source",
    "{value} may be any of: {known}; the row was left out.",
    "Write the short name of the source.",
)
NO_AMOUNT = hold(
    "money.file.no_amount",
    "There is no money in {value}; the row was left out.",
    "Write what was spent, above 0. What was entered wrongly is undone, not entered below 0.",
)
BAD_SHARES = hold(
    "money.file.shares",
    "{value} does not say who pays; the row was left out.",
    "Write payers with their percent, 100 together, such as: operator 50, marketplace 50.",
)
NOTHING_TOLD = hold(
    "money.file.nothing_told",
    "The row tells neither views nor clicks, orders or revenue; it was left out.",
    "Fill at least one of them.",
)
TWICE = hold(
    "money.file.twice",
    "This stands in {first} already; the row was left out.",
    "Leave one row for each day, source and SKU, or one for each order.",
)
SUM_AND_PARTS = hold(
    "money.file.sum_and_parts",
    "{value} is told as a whole and by SKU on the same day; the row was left out.",
    "Give the file by SKU, or as a whole: both would count twice.",
)


class NewSpend(msgspec.Struct, frozen=True):
    """Spend as a person enters it; `payers` such as "operator 50, marketplace 50"."""

    source: str
    day: date
    amount: Decimal
    currency: str
    payers: str
    document: str
    note: str = ""


class SpendRow(msgspec.Struct, frozen=True):
    """Money spent on a source on a day, and who pays how many percent of it."""

    place: str
    source_id: int
    day: date
    amount: Decimal
    currency: str
    shares: tuple[Share, ...]
    document: str
    note: str = ""


class TrafficRow(msgspec.Struct, frozen=True):
    """What a report tells of a source on a day; `sku` empty: of all goods. None: not told."""

    place: str
    source_id: int
    day: date
    sku: str
    views: int | None
    clicks: int | None
    orders: int | None
    revenue: Decimal | None
    currency: str


class MarkedRow(msgspec.Struct, frozen=True):
    """An order, and the source that its mark belongs to."""

    place: str
    order: str
    source_id: int
    mark: str


class Usual(msgspec.Struct, frozen=True):
    """What holds for the whole file where its rows do not say otherwise; empty: nothing."""

    source: Source | None = None
    currency: str = ""
    payers: str = ""
    document: str = ""

    @property
    def given(self) -> frozenset[str]:
        """Names of columns that the file may lack."""
        said = {
            "source": self.source, "mark": self.source, "payers": self.payers,
            "document": self.document,
        }  # fmt: skip
        return frozenset(name for name, value in said.items() if value)


def shares_of(text: str) -> tuple[Share, ...] | None:
    """Read who pays, such as "operator 50, marketplace 50"; None where it is not 100 together.

    A payer alone pays all of it. Payers are compared without case; each stands once.
    """
    parts = [one.strip() for one in text.replace(";", ",").split(",") if one.strip()]
    found: dict[str, Decimal] = {}
    for part in parts:
        name, _, number = part.replace("=", " ").replace(":", " ").rpartition(" ")
        if len(parts) == 1 and not part.rstrip("%")[-1:].isdigit():
            name, number = part, "100"
        try:
            percent = Decimal(number.strip().rstrip("%"))
        except InvalidOperation:
            return None
        payer = " ".join(name.split()).casefold()
        if not payer or payer in found or not percent.is_finite() or not 0 < percent <= HUNDRED:
            return None
        if percent != percent.quantize(Decimal("0.01")):
            return None
        found[payer] = percent
    if sum(found.values(), Decimal(0)) != HUNDRED:
        return None
    return tuple(Share(payer, percent) for payer, percent in found.items())


def read_spend(
    path: Path, sources: Sequence[Source], usual: Usual
) -> tuple[list[SpendRow], list[Finding]]:
    """Return a table's rows of spend, and what was wrong with the others."""
    table = Table(path, SPEND, usual.given)
    rows: list[SpendRow] = []
    wrong: list[Finding] = []
    for row in table.rows():
        cell = Reader(row, table.titles)
        source = _source(row, cell, sources, usual.source)
        day, amount = cell.day("day"), cell.money("amount")
        currency = cell.currency("currency", usual.currency)
        payers, document = cell.text("payers", usual.payers), cell.text("document", usual.document)
        shares = None if payers is None else shares_of(payers)
        if payers is not None and shares is None:
            cell.wrong.append(BAD_SHARES.at(row.place, payers))
        if not cell.wrong and not amount:
            cell.wrong.append(NO_AMOUNT.at(row.place, row.text("amount")))
        wrong += cell.wrong
        if cell.wrong or source is None or day is None or currency is None or shares is None:
            continue
        rows.append(
            SpendRow(
                row.place, source.id, day, amount or Decimal(0), currency, shares,
                (document or "")[:100], row.text("note")[:300],
            )
        )  # fmt: skip
    return rows, [*table.findings, *wrong]


def read_traffic(
    path: Path, sources: Sequence[Source], usual: Usual
) -> tuple[list[TrafficRow], list[Finding]]:
    """Return a report's rows, and what was wrong with the others."""
    table = Table(path, TRAFFIC, usual.given)
    rows: list[TrafficRow] = []
    wrong: list[Finding] = []
    seen: dict[tuple[int, date, str], str] = {}
    whole: dict[tuple[int, date], bool] = {}
    for row in table.rows():
        cell = Reader(row, table.titles)
        source, day = _source(row, cell, sources, usual.source), cell.day("day")
        views, clicks = cell.count("views"), cell.count("clicks")
        orders, revenue = cell.count("orders"), cell.money("revenue")
        currency = cell.currency("currency", usual.currency)
        sku = row.text("sku")[:255]
        if not cell.wrong and {views, clicks, orders, revenue} == {None}:
            cell.wrong.append(NOTHING_TOLD.at(row.place))
        if not cell.wrong and source is not None and day is not None:
            first = seen.setdefault((source.id, day, sku), row.place)
            if first != row.place:
                cell.wrong.append(TWICE.at(row.place, first=first))
            elif whole.setdefault((source.id, day), not sku) is bool(sku):
                cell.wrong.append(SUM_AND_PARTS.at(row.place, source.name))
        wrong += cell.wrong
        if cell.wrong or source is None or day is None or currency is None:
            continue
        rows.append(
            TrafficRow(
                row.place, source.id, day, sku, views, clicks, orders, revenue, currency,
            )
        )  # fmt: skip
    return rows, [*table.findings, *wrong]


def read_marked(
    path: Path, sources: Sequence[Source], usual: Usual
) -> tuple[list[MarkedRow], list[Finding]]:
    """Return orders with the source of their mark, and what was wrong with the other rows."""
    table = Table(path, MARKED, usual.given)
    rows: list[MarkedRow] = []
    wrong: list[Finding] = []
    seen: dict[str, str] = {}
    for row in table.rows():
        cell = Reader(row, table.titles)
        order = cell.text("order")
        given = row.text("mark")
        found = sources_of(given, sources) or named(given, sources) if given else []
        source = _chosen(row, cell, given, found, sources, usual.source)
        if order is not None and not cell.wrong:
            first = seen.setdefault(order, row.place)
            if first != row.place:
                cell.wrong.append(TWICE.at(row.place, first=first))
        wrong += cell.wrong
        if cell.wrong or order is None or source is None:
            continue
        rows.append(MarkedRow(row.place, order[:64], source.id, given[:300]))
    return rows, [*table.findings, *wrong]


def _source(
    row: Row, cell: Reader, sources: Sequence[Source], usual: Source | None
) -> Source | None:
    given = row.text("source")
    return _chosen(row, cell, given, named(given, sources) if given else [], sources, usual)


def _chosen(
    row: Row,
    cell: Reader,
    given: str,
    found: Sequence[Source],
    sources: Sequence[Source],
    usual: Source | None,
) -> Source | None:
    if not given and usual is not None:
        return usual
    if len(found) == 1:
        return found[0]
    if found:
        known = ", ".join(one.code for one in found)
        cell.wrong.append(WHICH_SOURCE.at(row.place, given, known=known))
    else:
        known = ", ".join(one.code for one in sources) or "-"
        cell.wrong.append(NO_SOURCE.at(row.place, given, known=known))
    return None

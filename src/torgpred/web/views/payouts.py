"""Expected payouts of a month: the marketplace's estimate beside ours, by currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop as _

from torgpred.orders.selectors.payouts import PayoutCard, payouts
from torgpred.web import formats, showing, tables, words
from torgpred.web.desks import Desk, seller_desk
from torgpred.web.views.handovers import today
from torgpred.web.views.orders import shop_names

MOST: Final = 5_000
"""Consignments of a month that are worked out at once."""
_PAGE: Final = 50
_COLUMNS: Final = (
    _("Order"), _("Shop"), _("State"), _("Placed"), _("Currency"), _("Goods"),
    _("What the marketplace is to pay"), _("What the marketplace keeps"),
    _("What it should pay by our reckoning"), _("Difference"), _("Of it not explained"),
    _("What you keep"), _("What is not known"),
)  # fmt: skip


@dataclass(slots=True)
class Total:
    """Sums of one currency: each only over what is known, and how many are not."""

    currency: str
    orders: int = 0
    goods: Decimal = Decimal(0)
    theirs: Decimal = Decimal(0)
    ours: Decimal = Decimal(0)
    difference: Decimal = Decimal(0)
    keeps: Decimal = Decimal(0)
    untold: int = 0
    unknown: int = 0
    compared: int = 0


@seller_desk()
def index(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Show a month's consignments and its sums, one line a currency."""
    month = _month(request, desk)
    found = _found(desk, month)
    after = request.GET.get("after", "0")
    if not after.isdecimal() or len(after) > 6:
        raise Http404
    names = shop_names(desk)
    start = int(after)
    rows = found[start : start + _PAGE + 1]
    given = {
        "rows": [(one, names.get(one.shop_id, "")) for one in rows[:_PAGE]],
        "page": showing.Page(
            rows[:_PAGE], str(start + _PAGE) if len(rows) > _PAGE else "", start == 0
        ),
        "totals": totals(found),
        "unknown": list(dict.fromkeys(words.stored(why) for one in found
                                      for why in one.ours.unknown))[:5],
        "month": f"{month:%Y-%m}",
        "months": [(f"{one:%Y-%m}", formats.month(one)) for one in _months(today(desk), month)],
        "shown": formats.month(month),
        "full": len(found) == MOST,
        "limit": MOST,
    }  # fmt: skip
    return render(request, "web/payouts/index.html", given)


@seller_desk()
def table(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Give a month's consignments as a table (CSV), one row each, amounts as plain numbers.

    Headings, states and reasons are in the reader's language; the columns keep their order.
    """
    month = _month(request, desk)
    names = shop_names(desk)
    lines = [tables.row([words.word(one) for one in _COLUMNS])]
    for one in _found(desk, month):
        rest = next((p.amount for p in one.difference.parts if p.label == "not explained"), "")
        lines.append(
            tables.row(
                [one.order, names.get(one.shop_id, ""), words.label("order", one.phase),
                 one.placed_at.isoformat(), one.currency, one.amount, one.theirs, one.fees,
                 one.ours.payout, one.difference.amount, rest, one.keeps,
                 "; ".join(map(words.stored, one.ours.unknown))]
            )
        )  # fmt: skip
    text = tables.BEGIN + "".join(lines)
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="payouts-{month:%Y-%m}.csv"'
    return answer


def totals(cards: Sequence[PayoutCard]) -> list[Total]:
    """Return sums by currency, never over two. The difference is over those known on both sides."""
    found: dict[str, Total] = {}
    for one in cards:
        total = found.setdefault(one.currency, Total(one.currency))
        total.orders += 1
        total.goods += one.amount
        total.theirs += one.theirs or 0
        total.ours += one.ours.payout or 0
        total.keeps += one.keeps or 0
        total.untold += one.theirs is None
        total.unknown += one.ours.payout is None
        if one.difference.amount is not None:
            total.compared += 1
            total.difference += one.difference.amount
    return sorted(found.values(), key=lambda one: one.currency)


def _found(desk: Desk, month: date) -> list[PayoutCard]:
    clock = formats.zone(desk.tenant.country)
    since = datetime(month.year, month.month, 1, tzinfo=clock)
    end = _after(month)
    until = datetime(end.year, end.month, 1, tzinfo=clock)
    return payouts(desk.tenant.id, since=since, until=until, limit=MOST)


def _month(request: HttpRequest, desk: Desk) -> date:
    given = request.GET.get("month", "")
    if not given:
        return today(desk).replace(day=1)
    try:
        month = date.fromisoformat(f"{given}-01")
    except ValueError as error:
        raise Http404 from error
    if not 2010 <= month.year <= 2100:
        raise Http404
    return month


def _months(last: date, chosen: date) -> list[date]:
    """Return the months to choose from: the last twelve, and the one that is shown."""
    found = [last.replace(day=1)]
    while len(found) < 12:
        found.append(_before(found[-1]))
    return sorted({*found, chosen}, reverse=True)


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _before(month: date) -> date:
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)

"""What is told of a campaign: to its seller, to the operator, to the marketplace; countries."""

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_noop

from torgpred.accounts import selectors as accounts
from torgpred.accounts.core.errors import UnknownTenantError
from torgpred.campaigns import selectors
from torgpred.campaigns.core.errors import NotInCampaignError, UnknownCampaignError
from torgpred.campaigns.core.money.afterwards import MoneyLine, SellerReport
from torgpred.campaigns.core.money.countries import DAYS
from torgpred.campaigns.core.money.overview import Overview
from torgpred.campaigns.core.money.pooling import Pooled
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import afterwards
from torgpred.campaigns.selectors import countries as reads
from torgpred.web import showing, tables, words
from torgpred.web.desks import Desk, manager_desk, seller_desk

OPERATOR, MARKETPLACE, SELLER = "operator", "marketplace", "seller"
WATERFALL: Final[tuple[tuple[str, Callable[[MoneyLine], Decimal], str], ...]] = (
    (gettext_noop("At usual prices"), lambda one: one.usual, ""),
    (gettext_noop("Taken off by the campaign"), lambda one: -one.discount, ""),
    (gettext_noop("Sold for"), lambda one: one.revenue, "sum"),
    (gettext_noop("Orders not worked out"), lambda one: -one.revenue_unknown, "if"),
    (gettext_noop("Marketplace's commission"), lambda one: -one.commission, ""),
    (gettext_noop("Delivery"), lambda one: -one.delivery, ""),
    (gettext_noop("Tax"), lambda one: -one.tax, ""),
    (gettext_noop("Operator's fee"), lambda one: -one.fee, ""),
    (gettext_noop("Left to the seller"), lambda one: one.kept, "sum"),
    (gettext_noop("Own share of the campaign's spend"), lambda one: -one.own_spend, ""),
    (gettext_noop("Left"), lambda one: one.left, "sum"),
)
"""Lines of a seller's money, each added to the one before it; "if": left out where it is 0."""
_SELLER_COLUMNS: Final = (
    gettext_noop("Offer"), gettext_noop("Name"), gettext_noop("Currency"),
    gettext_noop("Price in the campaign"), gettext_noop("Pieces sold"), gettext_noop("Revenue"),
    gettext_noop("Came back"), gettext_noop("Pieces kept"), gettext_noop("Sold out at"),
)  # fmt: skip
_OPERATOR_COLUMNS: Final = (
    gettext_noop("Seller"), gettext_noop("Currency"), gettext_noop("Orders"),
    gettext_noop("Pieces sold"), gettext_noop("Revenue"), gettext_noop("Left to the seller"),
    gettext_noop("Operator's fee"), gettext_noop("Spend"), gettext_noop("Operator's margin"),
)  # fmt: skip
_POOLED_COLUMNS: Final = (
    gettext_noop("By"), gettext_noop("Group"), gettext_noop("Sellers"), gettext_noop("Unit"),
    gettext_noop("Amount"),
)  # fmt: skip


@seller_desk()
def mine(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show a seller what the campaign came to for it alone."""
    card, found = _mine(desk, campaign)
    return render(request, "web/campaigns/my_report.html", _of_seller(card, found))


@seller_desk()
def my_file(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Give the seller's offers in the campaign as a table (CSV)."""
    card, found = _mine(desk, campaign)
    return _csv(_SELLER_COLUMNS, _seller_rows(found), f"{card.code}-{desk.tenant.code}")


@manager_desk()
def show(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show the operator's report, what may be told to the marketplace, or one seller's report."""
    card = selectors.campaign(campaign)
    whom, seller = _whom(request)
    sellers = {one.id: one for one in accounts.sellers()}
    given: dict[str, Any] = {"card": card, "whom": whom, "seller": None}
    if whom == MARKETPLACE:
        given["pooled"] = afterwards.marketplace_report(card)
        return render(request, "web/campaigns/pooled.html", given)
    if whom == SELLER:
        given |= _of_seller(card, _one(card, seller)) | {"seller": seller}
        return render(request, "web/campaigns/my_report.html", given)
    found = afterwards.operator_report(card)
    given |= {
        "found": found,
        "rows": [{"one": one, "seller": sellers.get(one.seller_id)} for one in found.rows],
    }
    return render(request, "web/campaigns/report.html", given)


@manager_desk()
def download(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Give a report as a table (CSV)."""
    card = selectors.campaign(campaign)
    whom, seller = _whom(request)
    if whom == MARKETPLACE:
        pooled = afterwards.marketplace_report(card)
        return _csv(_POOLED_COLUMNS, _pooled_rows(pooled), f"{card.code}-marketplace")
    if whom == SELLER and seller is not None:
        rows = _seller_rows(_one(card, seller))
        return _csv(_SELLER_COLUMNS, rows, f"{card.code}-{seller.code}")
    rows = _operator_rows(afterwards.operator_report(card))
    return _csv(_OPERATOR_COLUMNS, rows, card.code)


@manager_desk()
def countries(request: HttpRequest, desk: Desk) -> HttpResponse:
    """List the countries where our goods sell or lie."""
    return render(
        request, "web/campaigns/countries.html", {"rows": reads.countries(), "days": DAYS}
    )


@manager_desk()
def country(request: HttpRequest, desk: Desk, country: str) -> HttpResponse:
    """Tell a country's story: which categories sell, how they grow, what lies there."""
    if not (len(country) == 2 and country.isascii() and country.isupper()):
        raise Http404
    story = reads.country_story(country)
    rows = [
        {"one": one, "market": showing.market_name(one.family),
         "moods": [it.value for it in one.moods]}
        for one in story.categories
    ]  # fmt: skip
    at = [one for one in selectors.campaigns() if one.outline.country == country]
    given = {"story": story, "rows": rows, "days": DAYS, "campaigns": at[:10]}
    return render(request, "web/campaigns/country.html", given)


def _mine(desk: Desk, campaign: str) -> tuple[CampaignCard, SellerReport]:
    try:
        card = selectors.campaign(campaign, seller_id=desk.tenant.id)
        return card, afterwards.seller_report(card, desk.tenant.id)
    except (UnknownCampaignError, NotInCampaignError) as error:
        raise Http404 from error


def _whom(request: HttpRequest) -> tuple[str, Any]:
    whom, code = request.GET.get("for", OPERATOR), request.GET.get("seller", "")
    if whom not in {OPERATOR, MARKETPLACE, SELLER}:
        raise Http404
    if whom != SELLER:
        return whom, None
    try:
        return whom, accounts.tenant(code)
    except UnknownTenantError as error:
        raise Http404 from error


def _one(card: CampaignCard, seller: Any) -> SellerReport:  # noqa: ANN401 - a tenant's card
    try:
        return afterwards.seller_report(card, seller.id)
    except NotInCampaignError as error:
        raise Http404 from error


def _of_seller(card: CampaignCard, found: SellerReport) -> dict[str, Any]:
    return {
        "card": card,
        "found": found,
        "money": [{"one": one, "lines": list(_waterfall(one))} for one in found.money],
        "lessons": [
            {"message": message, "mend": mend,
             "level": {"error": "bad", "warning": "warn"}.get(one.severity.value, "info")}
            for one in found.lessons
            for message, mend in [words.tell_finding(one)]
        ],
    }  # fmt: skip


def _waterfall(one: MoneyLine) -> Iterator[tuple[str, Decimal, bool]]:
    for label, amount, kind in WATERFALL:
        value = amount(one)
        if kind != "if" or value:
            yield words.word(label), value, kind == "sum"


def _seller_rows(found: SellerReport) -> Iterator[list[object]]:
    for one in found.offers:
        at = one.sold_out_at.isoformat() if one.sold_out_at else ""
        yield [one.offer_key, one.name, one.currency, one.price, one.pieces, one.revenue,
               one.returned, one.kept, at]  # fmt: skip


def _operator_rows(found: Overview) -> Iterator[list[object]]:
    codes = {one.id: one.code for one in accounts.sellers()}
    for one in found.rows:
        currencies = sorted({*one.revenue, *one.spend}) or [""]
        for currency in currencies:
            zero = Decimal(0)
            yield [codes.get(one.seller_id, ""), currency, one.orders, one.pieces,
                   one.revenue.get(currency, zero), one.kept.get(currency, zero),
                   one.fee.get(currency, zero), one.spend.get(currency, zero),
                   one.margin.get(currency, zero)]  # fmt: skip


def _pooled_rows(found: Pooled) -> Iterator[list[object]]:
    if found.whole is None:
        return
    for unit, amount in found.whole.amounts.items():
        yield ["", words.word(gettext_noop("All")), found.whole.sellers, unit, amount]
    for one in found.breakdowns:
        parts = [*one.shown, *([one.together] if one.together else [])]
        for part in parts:
            alone = len(part.names) == 1
            name = part.names[0] if alone else words.word(gettext_noop("Others together"))
            for unit, amount in part.amounts.items():
                yield [words.label("breakdown", one.name), name, part.sellers, unit, amount]


def _csv(columns: Iterable[str], rows: Iterable[Iterable[object]], name: str) -> HttpResponse:
    lines = [tables.row([words.word(one) for one in columns]), *(tables.row(one) for one in rows)]
    answer = HttpResponse(tables.BEGIN + "".join(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="campaign-{name}.csv"'
    return answer

"""A campaign's money at the manager's desk: sources, spend, what reports tell, cost an order."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from torgpred.accounts import selectors as accounts
from torgpred.campaigns import selectors
from torgpred.campaigns.core.money.files import NewSpend
from torgpred.campaigns.core.money.sources import SourceKind
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.selectors import money as reads
from torgpred.campaigns.services import reporting, spending
from torgpred.channels import selectors as channels
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding
from torgpred.kernel.quantity import decimal_of
from torgpred.web import showing, words
from torgpred.web.desks import Desk, Need, manager_desk
from torgpred.web.uploads import sent_file

SPEND: Final = "spend"
KINDS: Final = (SPEND, reporting.TRAFFIC, reporting.MARKED)
_MOST: Final = 50
"""Findings of a file that are shown; the rest is counted."""


class MoneyFormError(TorgpredError):
    """A field of a form about money cannot be so."""

    code = "web.money_form"
    template = gettext_noop("{field}: {value} cannot be read. {mend}")


class NoFileError(TorgpredError):
    """A form that brings a file brought none."""

    code = "web.no_file"
    template = "No file was chosen. Choose a CSV or XLSX file."


@manager_desk()
def show(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Show what each source cost and brought, and what that was read from."""
    return _page(request, selectors.campaign(campaign))


@require_POST
@manager_desk(Need.ACT)
def source(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Add a source, or change the one of the same short name."""
    card = selectors.campaign(campaign)
    try:
        kind = SourceKind(request.POST.get("kind", ""))
    except ValueError as error:
        raise Http404 from error
    made = spending.keep_source(
        campaign_id=card.id,
        code=request.POST.get("code", ""),
        name=request.POST.get("name", ""),
        kind=kind,
        link=request.POST.get("link", ""),
        codes=request.POST.get("codes", "").replace(",", " ").split(),
        actor=desk.actor,
    )
    _note(request, f"{card.code} {made.code}")
    return redirect("manager-campaign-money", campaign=card.code)


@require_POST
@manager_desk(Need.ACT)
def spend(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Enter what was spent on a source."""
    card = selectors.campaign(campaign)
    given = request.POST.get("day", "")
    try:
        day = date.fromisoformat(given)
    except ValueError as error:
        mend = gettext_noop("Choose a day.")
        raise MoneyFormError(field="day", value=given, mend=mend) from error
    amount = decimal_of(request.POST.get("amount", ""))
    if amount is None:
        mend = gettext_noop("Give a number.")
        raise MoneyFormError(field="amount", value=request.POST.get("amount", ""), mend=mend)
    entry = NewSpend(
        request.POST.get("source", ""), day, amount, request.POST.get("currency", ""),
        request.POST.get("payers", ""), request.POST.get("document", ""),
        request.POST.get("note", ""),
    )  # fmt: skip
    made = spending.spend(campaign_id=card.id, entry=entry, actor=desk.actor)
    _note(request, f"{card.code} {made}")
    messages.success(request, words.say(_("Entry {n} stands."), n=made))
    return redirect("manager-campaign-money", campaign=card.code)


@require_POST
@manager_desk(Need.ACT)
def undo(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Undo an entry of spend by its opposite."""
    card = selectors.campaign(campaign)
    entry = showing.whole_number(request.POST.get("entry", ""))
    made = spending.undo_spend(campaign_id=card.id, entry=entry, actor=desk.actor)
    _note(request, f"{card.code} {entry}")
    told = words.say(_("Entry {n} is undone by entry {made}; both stay to be read."), n=entry,
                     made=made)  # fmt: skip
    messages.success(request, told)
    return redirect("manager-campaign-money", campaign=card.code)


@require_POST
@manager_desk(Need.ACT)
def read(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Read a file of spend, of traffic or of marked orders, and show what was wrong in it."""
    card = selectors.campaign(campaign)
    kind = request.POST.get("kind", "")
    if kind not in KINDS:
        raise Http404
    file = sent_file(request, "file")
    if file is None:
        raise NoFileError
    name = (file.name or "file").rsplit("/", 1)[-1]
    with NamedTemporaryFile(suffix=Path(name).suffix[:8]) as kept:
        for chunk in file.chunks():
            kept.write(chunk)
        kept.flush()
        told, findings = _read(request, desk, card, kind, Path(kept.name), name)
    _note(request, f"{card.code} {name}"[:200])
    return _page(request, card, told=told, findings=findings)


@require_POST
@manager_desk(Need.ACT)
def withdraw(request: HttpRequest, desk: Desk, campaign: str) -> HttpResponse:
    """Let a report count no longer."""
    card = selectors.campaign(campaign)
    report = showing.whole_number(request.POST.get("report", ""))
    reporting.withdraw_report(campaign_id=card.id, report=report, actor=desk.actor)
    _note(request, f"{card.code} {report}")
    messages.success(request, words.say(_("Report {n} counts no longer."), n=report))
    return redirect("manager-campaign-money", campaign=card.code)


def _read(
    request: HttpRequest, desk: Desk, card: CampaignCard, kind: str, path: Path, name: str
) -> tuple[str, Sequence[Finding]]:
    source_code = request.POST.get("source", "")
    if kind == SPEND:
        done = spending.read_spend_file(
            campaign_id=card.id, path=path, actor=desk.actor, source=source_code,
            currency=request.POST.get("currency", "").strip().upper(),
        )  # fmt: skip
        said = words.say(
            _("{name}: {entered} entries made, {known} were there before."), name=name,
            entered=done.entered, known=done.known,
        )  # fmt: skip
        return said, done.findings
    shop = showing.whole_number(request.POST.get("shop", ""))
    take = reporting.read_marked_file if kind == reporting.MARKED else reporting.read_traffic_file
    taken = take(
        campaign_id=card.id, shop_id=shop, path=path, actor=desk.actor, name=name,
        source=source_code,
    )  # fmt: skip
    if taken.known:
        return words.say(_("{name}: the same file counts already."), name=name), taken.findings
    said = words.say(
        _("{name}: {rows} rows taken, {refused} left out."), name=name, rows=taken.rows,
        refused=taken.refused,
    )  # fmt: skip
    return said, taken.findings


def _page(
    request: HttpRequest, card: CampaignCard, *, told: str = "", findings: Sequence[Finding] = ()
) -> HttpResponse:
    found = reads.money(card)
    shops = {one: showing.shop_name(channels.shop(one)) for one in card.shop_ids}
    sellers = {one.id: one for one in accounts.sellers()}
    named = {one.source.id: one.source.name for one in found.sources}
    given: dict[str, Any] = {
        "card": card,
        "found": found,
        "sellers": [{"one": one, "seller": sellers.get(one.seller_id)} for one in found.sellers],
        "entries": [
            {"one": one, "source": named.get(one.source_id, "")}
            for one in reversed(reads.spent(card.id))
        ],
        "reports": [
            {"one": one, "shop": shops.get(one.shop_id, "")} for one in reads.money_reports(card.id)
        ],
        "shops": list(shops.items()),
        "kinds": [one.value for one in SourceKind],
        "currency": next(iter(channels.shop(one).currency for one in card.shop_ids), "RUB"),
        "told": told,
        "wrong": [
            (one.place, *words.tell_finding(one), one.severity.value) for one in findings[:_MOST]
        ],
        "more": max(0, len(findings) - _MOST),
    }
    return render(request, "web/campaigns/money.html", given)


def _note(request: HttpRequest, about: str) -> None:
    request.deed_about = about  # type: ignore[attr-defined]

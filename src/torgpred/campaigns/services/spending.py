"""Sources of a campaign and what is spent on them: entered by hand or by a table, undone by entry.

Entering the same again changes nothing: same source, day, amount, currency and document.
"""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from torgpred.campaigns.core.errors import (
    SpendUndoneError,
    UnfitMoneyError,
    UnknownSpendError,
)
from torgpred.campaigns.core.money.files import (
    BAD_SHARES,
    NewSpend,
    SpendRow,
    Usual,
    read_spend,
    shares_of,
)
from torgpred.campaigns.core.money.sources import BAD_LINK, Source, SourceKind, link_of, unfit
from torgpred.campaigns.core.outline import Share
from torgpred.campaigns.models import Campaign, Spend
from torgpred.campaigns.models import Source as SourceRow
from torgpred.campaigns.selectors.money import source_meant, source_value, sources_here
from torgpred.campaigns.services.turns import campaign_row
from torgpred.kernel.clock import now
from torgpred.kernel.findings import Finding
from torgpred.kernel.money import CENT
from torgpred.listings.core.remarks import hold
from torgpred.runtime.scope import operator_scope

BAD_AMOUNT = hold(
    "spend.amount",
    "{value} is no amount that can be spent.",
    "Write a number above 0 with at most two places.",
)
BAD_CURRENCY = hold(
    "spend.currency", "{value} is no currency.", "Write three letters, such as RUB or CNY."
)
NO_DOCUMENT = hold(
    "spend.document",
    "No document is named.",
    "Write the number of the invoice or act: by it an entry is known again.",
)
_MOST: Final = Decimal(10) ** 12


class Entered(msgspec.Struct, frozen=True):
    """What became of a table of spend: entries made, rows known before, and what was wrong."""

    entered: int
    known: int
    findings: tuple[Finding, ...]


def keep_source(
    *,
    campaign_id: int,
    code: str,
    name: str,
    kind: SourceKind,
    link: str = "",
    codes: Sequence[str] = (),
    actor: str,
) -> Source:
    """Add a source, or change the one of this code. Audited.

    `link` is a link of it, or its parameters alone. Raises UnknownCampaignError, UnfitMoneyError.
    """
    params = link_of(link)
    if link.strip() and not params:
        raise _unfit(BAD_LINK.at("link", link))
    wanted = [one.strip() for one in codes if one.strip()]
    with operator_scope():
        campaign = Campaign.objects.select_for_update().filter(pk=campaign_id).first()
        if campaign is None:
            campaign = campaign_row(campaign_id)  # raises
        before = SourceRow.objects.filter(campaign_id=campaign_id, code=code.strip()).first()
        value = Source(
            before.pk if before else 0, code.strip(), name.strip()[:200], kind, params,
            tuple(dict.fromkeys(one[:60] for one in wanted)),
        )  # fmt: skip
        wrong = unfit(value, sources_here(campaign_id))
        if wrong:
            raise _unfit(wrong[0])
        row = before or SourceRow(
            tenant_id=campaign.tenant_id, campaign_id=campaign_id, code=value.code, made_by=actor,
            made_at=now(),
        )  # fmt: skip
        row.name, row.kind = value.name, value.kind.value
        row.link, row.codes = value.link, list(value.codes)
        row.save()
        return source_value(row)


def spend(*, campaign_id: int, entry: NewSpend, actor: str) -> int:
    """Enter what was spent on a source; return the entry's number, the same for the same entry.

    Raises UnknownCampaignError, UnknownSourceError, UnfitMoneyError.
    """
    amount, currency = entry.amount, entry.currency.strip().upper()
    shares = shares_of(entry.payers)
    if not amount.is_finite() or not 0 < amount < _MOST or amount != amount.quantize(CENT):
        raise _unfit(BAD_AMOUNT.at("amount", amount))
    if len(currency) != 3 or not (currency.isascii() and currency.isalpha()):
        raise _unfit(BAD_CURRENCY.at("currency", currency))
    if shares is None:
        raise _unfit(BAD_SHARES.at("payers", entry.payers))
    if not entry.document.strip():
        raise _unfit(NO_DOCUMENT.at("document"))
    with operator_scope():
        meant = source_meant(campaign_row(campaign_id), entry.source)
        row = SpendRow(
            "", meant.id, entry.day, amount.quantize(CENT), currency, shares,
            entry.document.strip()[:100], entry.note.strip()[:300],
        )  # fmt: skip
        _lock(campaign_id)
        return _enter(campaign_id, row, actor)[0]


def read_spend_file(
    *, campaign_id: int, path: Path, actor: str, source: str = "", currency: str = "",
    payers: str = "", document: str = "",
) -> Entered:  # fmt: skip
    """Enter a table of spend; rows that cannot be read are told and left out, the rest goes in.

    Source, currency, payers and document hold where the table does not say otherwise. Raises
    UnknownCampaignError, UnknownSourceError.
    """
    with operator_scope():
        campaign = campaign_row(campaign_id)
        known = sources_here(campaign_id)
        usual = Usual(
            source_meant(campaign, source) if source else None, currency, payers, document
        )
    rows, findings = read_spend(path, known, usual)
    with operator_scope():
        _lock(campaign_id)
        made = [_enter(campaign_id, one, actor)[1] for one in rows]
    return Entered(sum(made), len(made) - sum(made), tuple(findings))


def undo_spend(*, campaign_id: int, entry: int, actor: str, note: str = "") -> int:
    """Undo an entry by its opposite, dated as the entry; return the opposite's number.

    Raises UnknownCampaignError, UnknownSpendError, SpendUndoneError.
    """
    with operator_scope():
        campaign = campaign_row(campaign_id)
        _lock(campaign_id)
        row = Spend.objects.filter(campaign_id=campaign_id, pk=entry).first()
        if row is None:
            raise UnknownSpendError(campaign=campaign.code, given=entry)
        if row.undoes_id is not None or Spend.objects.filter(undoes_id=row.pk).exists():
            raise SpendUndoneError(given=entry)
        made = Spend.objects.create(
            tenant_id=row.tenant_id, campaign_id=campaign_id, source_id=row.source_id, day=row.day,
            amount=-row.amount, currency=row.currency, shares=row.shares, document=row.document,
            note=note.strip()[:300], take=row.take, undoes_id=row.pk, entered_by=actor,
            entered_at=now(),
        )  # fmt: skip
        return int(made.pk)


def _enter(campaign_id: int, row: SpendRow, actor: str) -> tuple[int, bool]:
    """Enter a row; return its number, and whether it is new. Under the campaign's lock."""
    same = Spend.objects.filter(
        campaign_id=campaign_id, source_id=row.source_id, document=row.document, day=row.day,
        amount=row.amount, currency=row.currency,
    )  # fmt: skip
    last = same.order_by("-take").first()
    if last is not None and not Spend.objects.filter(undoes_id=last.pk).exists():
        return int(last.pk), False
    made = Spend.objects.create(
        tenant_id=campaign_row(campaign_id).tenant_id,
        campaign_id=campaign_id,
        source_id=row.source_id,
        day=row.day,
        amount=row.amount,
        currency=row.currency,
        shares=_plain(row.shares),
        document=row.document,
        note=row.note,
        take=1 if last is None else last.take + 1,
        entered_by=actor,
        entered_at=now(),
    )
    return int(made.pk), True


def _plain(shares: Sequence[Share]) -> list[dict[str, str]]:
    return [{"payer": one.payer, "percent": str(one.percent)} for one in shares]


def _lock(campaign_id: int) -> None:
    """Let one at a time enter money: a known entry is looked for before a new one is made."""
    Campaign.objects.select_for_update().get(pk=campaign_id)


def _unfit(finding: Finding) -> UnfitMoneyError:
    return UnfitMoneyError(place=finding.place, message=finding.message, mend=finding.mend)

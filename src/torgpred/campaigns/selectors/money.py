"""Reads of a campaign's money: sources, spend, reports, and what they come to."""

from datetime import datetime
from typing import Any, Final, LiteralString

import msgspec
from django.db import connection

from torgpred.campaigns.core.errors import UnknownSourceError
from torgpred.campaigns.core.money.results import Results, SellerPart, Spent, Told, results
from torgpred.campaigns.core.money.sources import Source, SourceKind
from torgpred.campaigns.core.outline import Share
from torgpred.campaigns.core.values import CampaignCard
from torgpred.campaigns.models import Campaign, Report, Spend
from torgpred.campaigns.models import Source as SourceRow
from torgpred.runtime.scope import operator_scope

_SHARES: Final = tuple[Share, ...]

SOLD: LiteralString = """
    SELECT part.id AS part, part.seller_id, part.shop_id, part.remote_id, part.placed_at,
           part.phase, part.country, part.currency, line.id AS line, line.sku, line.quantity,
           line.amount
    FROM campaigns_nomination nomination
    JOIN campaigns_enrolment enrolment ON enrolment.nomination_id = nomination.id
    JOIN orders_consignment part
      ON part.seller_id = nomination.seller_id AND part.shop_id = nomination.shop_id
     AND part.placed_at >= %(since)s AND part.placed_at < %(until)s
    JOIN orders_line line
      ON line.consignment_id = part.id AND line.sku = nomination.offer_key AND line.quantity > 0
    WHERE nomination.campaign_id = %(campaign)s
      AND (%(seller)s::bigint IS NULL OR nomination.seller_id = %(seller)s)
"""
"""Lines of what took part, ordered in the campaign's shops while its prices held.

Cancelled ones are among them, by their phase. Of one seller, or in the operator's scope of all.
"""
_PARTS: LiteralString = (
    "WITH sold AS MATERIALIZED ("  # noqa: S608 - constants only
    + SOLD
    + """),
    marks AS (
        SELECT DISTINCT ON (marked.shop_id, marked."order") marked.shop_id, marked."order",
               marked.source_id
        FROM campaigns_marked marked
        JOIN campaigns_report report ON report.id = marked.report_id
        WHERE marked.campaign_id = %(campaign)s AND report.withdrawn_at IS NULL
        ORDER BY marked.shop_id, marked."order", report.id DESC
    ),
    parts AS (
        SELECT seller_id, shop_id, remote_id, currency, sum(quantity) AS pieces,
               sum(amount) AS amount,
               row_number() OVER (PARTITION BY shop_id, remote_id ORDER BY part) = 1 AS is_first
        FROM sold
        WHERE phase <> 'cancelled'
        GROUP BY part, seller_id, shop_id, remote_id, currency
    )
    SELECT parts.seller_id, count(*), count(*) FILTER (WHERE parts.is_first),
           sum(parts.pieces)::bigint, sum(parts.amount), parts.currency, marks.source_id
    FROM parts
    LEFT JOIN marks ON marks.shop_id = parts.shop_id AND marks."order" = parts.remote_id
    GROUP BY parts.seller_id, marks.source_id, parts.currency
    ORDER BY parts.seller_id, marks.source_id, parts.currency
"""
)
_TOLD: LiteralString = """
    WITH newest AS (
        SELECT report.shop_id, traffic.source_id, traffic.day, max(report.id) AS report_id
        FROM campaigns_traffic traffic
        JOIN campaigns_report report ON report.id = traffic.report_id
        WHERE traffic.campaign_id = %(campaign)s AND report.withdrawn_at IS NULL
        GROUP BY report.shop_id, traffic.source_id, traffic.day
    )
    SELECT traffic.source_id, CASE WHEN tenant.kind = 'seller' THEN tenant.id END,
           sum(traffic.views)::bigint, sum(traffic.clicks)::bigint, sum(traffic.orders)::bigint,
           sum(traffic.revenue), traffic.currency
    FROM newest
    JOIN campaigns_traffic traffic
      ON traffic.report_id = newest.report_id AND traffic.source_id = newest.source_id
     AND traffic.day = newest.day
    JOIN accounts_tenant tenant ON tenant.id = traffic.tenant_id
    GROUP BY traffic.source_id, 2, traffic.currency
    ORDER BY traffic.source_id, 2 NULLS FIRST, traffic.currency
"""


class ReportCard(msgspec.Struct, frozen=True):
    """A file that was taken in. `kind` is "traffic" or "marked"."""

    id: int
    shop_id: int
    kind: str
    name: str
    rows: int
    refused: int
    given_by: str
    given_at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None


def sources(campaign_id: int) -> list[Source]:
    """Return a campaign's sources, as they were added; the operator's to see."""
    with operator_scope():
        return sources_here(campaign_id)


def sources_here(campaign_id: int) -> list[Source]:
    """Return the same inside the operator's scope."""
    return [
        source_value(row)
        for row in SourceRow.objects.filter(campaign_id=campaign_id).order_by("id")
    ]


def source_value(row: SourceRow) -> Source:
    """Return a source's row as a value."""
    return Source(row.pk, row.code, row.name, SourceKind(row.kind), row.link, tuple(row.codes))


def source_meant(campaign: Campaign, given: str) -> Source:
    """Return the source of a code, inside the operator's scope. Raises UnknownSourceError."""
    known = sources_here(campaign.pk)
    found = next((one for one in known if one.code == given.strip()), None)
    if found is None:
        names = ", ".join(one.code for one in known) or "-"
        raise UnknownSourceError(campaign=campaign.code, given=given, known=names)
    return found


def spent(campaign_id: int) -> list[Spent]:
    """Return all entries of spend, those that undo others too, by day; the operator's to see."""
    with operator_scope():
        rows = list(Spend.objects.filter(campaign_id=campaign_id).order_by("day", "id"))
    undone = {row.undoes_id for row in rows}
    return [
        Spent(
            id=row.pk,
            source_id=row.source_id,
            day=row.day,
            amount=row.amount,
            currency=row.currency,
            shares=msgspec.convert(row.shares, _SHARES, strict=False),
            document=row.document,
            note=row.note,
            entered_by=row.entered_by,
            undoes=row.undoes_id,
            undone=row.pk in undone,
        )
        for row in rows
    ]


def money_reports(campaign_id: int) -> list[ReportCard]:
    """Return the files that were taken in, the newest first; the operator's to see."""
    with operator_scope():
        rows = Report.objects.filter(campaign_id=campaign_id).order_by("-id")
        return [
            ReportCard(
                row.pk, row.shop_id, row.kind, row.name, row.rows, row.refused, row.given_by,
                row.given_at, row.withdrawn_by, row.withdrawn_at,
            )
            for row in rows
        ]  # fmt: skip


def seller_parts(card: CampaignCard) -> list[SellerPart]:
    """Return what each seller sold through each source, of what took part and is not cancelled."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_PARTS, window(card))
        return [SellerPart(*row) for row in cursor.fetchall()]


def told(campaign_id: int) -> list[Told]:
    """Return what reports tell of each source and seller; of each day its newest report counts."""
    with operator_scope(), connection.cursor() as cursor:
        cursor.execute(_TOLD, {"campaign": campaign_id})
        return [Told(*row) for row in cursor.fetchall()]


def money(card: CampaignCard) -> Results:
    """Return what a campaign's sources brought and cost so far; the operator's to see."""
    return results(sources(card.id), spent(card.id), seller_parts(card), told(card.id))


def window(card: CampaignCard, seller_id: int | None = None) -> dict[str, Any]:
    """Return what `SOLD` is bound to."""
    outline = card.outline
    return {
        "campaign": card.id,
        "seller": seller_id,
        "since": outline.reduced_from,
        "until": outline.sold_until,
    }

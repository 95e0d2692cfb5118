"""Files that tell of a campaign's traffic: a marketplace's report, a list of orders by their marks.

Nothing told is ever changed: a later report of the same shop, source and day takes the place of the
earlier one, which counts again once the later is withdrawn.
"""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec
from django.db import connection

from torgpred.campaigns.core.errors import NotAShopOfCampaignError, UnknownReportError
from torgpred.campaigns.core.money.files import (
    MarkedRow,
    TrafficRow,
    Usual,
    read_marked,
    read_traffic,
)
from torgpred.campaigns.models import Marked, Report, Traffic
from torgpred.campaigns.selectors.cards import outline_of, shop_ids_of
from torgpred.campaigns.selectors.money import source_meant, sources_here
from torgpred.campaigns.services.turns import campaign_row
from torgpred.channels import selectors as channels
from torgpred.kernel.clock import now
from torgpred.kernel.findings import Finding
from torgpred.listings.core.remarks import hold, note
from torgpred.runtime.scope import operator_scope

TRAFFIC: Final = "traffic"
MARKED: Final = "marked"
_BATCH: Final = 2_000

NO_SELLER = note(
    "money.file.no_seller",
    "The SKU {value} is of no seller in this shop; its figures count for the source alone.",
    "Check the spelling, or take in the listing that has it.",
)
NO_ORDER = hold(
    "money.file.no_order",
    "There is no order {value} of this campaign in the shop; the row was left out.",
    "Check the number; pull the shop's orders first if it is new, and give the file again.",
)


class TakenIn(msgspec.Struct, frozen=True):
    """What became of a file. `report` 0: nothing of it was taken; `known`: it was before."""

    report: int
    rows: int
    refused: int
    findings: tuple[Finding, ...]
    known: bool = False


def read_traffic_file(
    *, campaign_id: int, shop_id: int, path: Path, actor: str, name: str = "", source: str = ""
) -> TakenIn:
    """Take in a marketplace's traffic report for a shop.

    `source` holds where the file names none. Whose goods an SKU is follows from the shop's
    listings. Raises UnknownCampaignError, UnknownSourceError, NotAShopOfCampaignError.
    """
    usual = _usual(campaign_id, shop_id, source, channels.shop(shop_id).currency)
    with operator_scope():
        known = sources_here(campaign_id)
    rows, findings = read_traffic(path, known, usual)
    with operator_scope():
        owners = _owners(shop_id, {one.sku for one in rows if one.sku})
        findings += [
            NO_SELLER.at(one.place, one.sku) for one in rows if one.sku and one.sku not in owners
        ]
        report = _kept(campaign_id, shop_id, TRAFFIC, path, name, len(rows), findings, actor)
        if isinstance(report, Report):
            Traffic.objects.bulk_create(_traffic(report, rows, owners), batch_size=_BATCH)
    return _taken(report, len(rows), findings)


def read_marked_file(
    *, campaign_id: int, shop_id: int, path: Path, actor: str, name: str = "", source: str = ""
) -> TakenIn:
    """Take in a list of a shop's orders with the code or link by which each came.

    `source` holds where the file has no mark: a list of one code's orders. An order that is not the
    campaign's is told and left out. Raises as `read_traffic_file`.
    """
    usual = _usual(campaign_id, shop_id, source, "")
    with operator_scope():
        campaign = campaign_row(campaign_id)
        rows, findings = read_marked(path, sources_here(campaign_id), usual)
        outline = outline_of(campaign)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT remote_id FROM orders_order WHERE shop_id = %s AND remote_id = ANY(%s)"
                " AND placed_at >= %s AND placed_at < %s",
                [
                    shop_id, [one.order for one in rows], outline.reduced_from, outline.sold_until,
                ],
            )  # fmt: skip
            there = {order for (order,) in cursor.fetchall()}
        findings += [NO_ORDER.at(one.place, one.order) for one in rows if one.order not in there]
        rows = [one for one in rows if one.order in there]
        report = _kept(campaign_id, shop_id, MARKED, path, name, len(rows), findings, actor)
        if isinstance(report, Report):
            Marked.objects.bulk_create(_marked(report, rows), batch_size=_BATCH)
    return _taken(report, len(rows), findings)


def withdraw_report(*, campaign_id: int, report: int, actor: str) -> None:
    """Let a report count no longer; what it replaced counts again.

    Raises UnknownCampaignError, UnknownReportError.
    """
    with operator_scope():
        campaign = campaign_row(campaign_id)
        rows = Report.objects.filter(campaign_id=campaign_id, pk=report, withdrawn_at=None)
        if not rows.update(withdrawn_at=now(), withdrawn_by=actor[:254]):
            raise UnknownReportError(campaign=campaign.code, given=report)


def _usual(campaign_id: int, shop_id: int, source: str, currency: str) -> Usual:
    with operator_scope():
        campaign = campaign_row(campaign_id)
        shops = shop_ids_of(campaign_id)
        if shop_id not in shops:
            names = ", ".join(f"{one} ({channels.shop(one).name})" for one in shops)
            raise NotAShopOfCampaignError(given=shop_id, campaign=campaign.code, known=names)
        chosen = source_meant(campaign, source) if source else None
        return Usual(source=chosen, currency=currency)


def _owners(shop_id: int, skus: Iterable[str]) -> dict[str, int]:
    """Return whose the SKUs of a shop are, as it calls them; those of nobody are left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT listing.sku, min(listing.seller_id) FROM listings_listing listing"
            " JOIN listings_listedproduct product ON product.id = listing.product_id"
            " WHERE product.shop_id = %s AND listing.sku = ANY(%s) GROUP BY listing.sku"
            " HAVING count(DISTINCT listing.seller_id) = 1",
            [shop_id, sorted(set(skus))],
        )
        return dict(cursor.fetchall())


def _kept(
    campaign_id: int,
    shop_id: int,
    kind: str,
    path: Path,
    name: str,
    rows: int,
    findings: Sequence[Finding],
    actor: str,
) -> Report | int:
    """Write a report down; the number of the one that was given before, 0 where nothing is told."""
    digest = hashlib.sha256(path.read_bytes()).digest()
    before = Report.objects.filter(
        campaign_id=campaign_id, shop_id=shop_id, kind=kind, withdrawn_at=None
    ).order_by("-id").first()  # fmt: skip
    if before is not None and bytes(before.digest) == digest and before.rows == rows:
        return -int(before.pk)
    if not rows:
        return 0
    return Report.objects.create(
        tenant_id=campaign_row(campaign_id).tenant_id,
        campaign_id=campaign_id,
        shop_id=shop_id,
        kind=kind,
        name=(name or path.name)[-200:],
        digest=digest,
        rows=rows,
        refused=_refused(findings),
        given_by=actor[:254],
        given_at=now(),
    )


def _taken(report: Report | int, rows: int, findings: Sequence[Finding]) -> TakenIn:
    refused = _refused(findings)
    if isinstance(report, Report):
        return TakenIn(int(report.pk), rows, refused, tuple(findings))
    return TakenIn(-report, rows if report else 0, refused, tuple(findings), known=bool(report))


def _refused(findings: Sequence[Finding]) -> int:
    return len({one.place for one in findings if one.severity.value == "error"})


def _traffic(
    report: Report, rows: Sequence[TrafficRow], owners: dict[str, int]
) -> Iterable[Traffic]:
    for one in rows:
        yield Traffic(
            tenant_id=owners.get(one.sku, report.tenant_id),
            campaign_id=report.campaign_id,
            report_id=report.pk,
            source_id=one.source_id,
            day=one.day,
            sku=one.sku,
            views=one.views,
            clicks=one.clicks,
            orders=one.orders,
            revenue=one.revenue,
            currency=one.currency,
        )


def _marked(report: Report, rows: Sequence[MarkedRow]) -> Iterable[Marked]:
    for one in rows:
        yield Marked(
            tenant_id=report.tenant_id,
            campaign_id=report.campaign_id,
            report_id=report.pk,
            source_id=one.source_id,
            shop_id=report.shop_id,
            order=one.order,
            mark=one.mark,
        )

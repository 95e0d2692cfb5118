"""Importing: a file of SKUs and pieces, taken as a stock-take of what it names."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

import msgspec
from django.db import connection

from torgpred.kernel.findings import Finding
from torgpred.runtime.scope import scope
from torgpred.stock.core.sheet import NO_OFFER, NO_WAREHOUSE, TWICE, StockSheet
from torgpred.stock.selectors import warehouses
from torgpred.stock.services.moving import COUNTED, count
from torgpred.stock.services.warehouses import warehouse_meant

CHUNK: Final = 5_000
_KEPT: Final = 100
"""Findings of one code that are kept; the rest is counted."""


class FileReport(msgspec.Struct, frozen=True):
    """What became of a file: rows that told a number, levels changed, pieces owing, findings.

    `finding_totals` counts findings by code, kept or not.
    """

    rows: int
    changed: int
    owing: int
    findings: tuple[Finding, ...]
    finding_totals: dict[str, int]


def read_file(
    *, seller_id: int, path: Path, actor: str, warehouse: str = "", kind: str = COUNTED
) -> FileReport:
    """Take a CSV, XLSX or XLS of SKU, pieces and perhaps warehouse as the numbers that lie there.

    Rows that name no warehouse are about the one given by code, else about the first one. SKUs that
    the file does not name stay as they are, whatever it is. It is taken in transactions of some
    thousand levels; repeating it is safe. Raises UnknownWarehouseError for `warehouse`.
    """
    default = warehouse_meant(seller_id=seller_id, code=warehouse).id
    sheet = StockSheet(path)
    told, findings = _sorted_out(seller_id, default, sheet)
    findings += _without_offer(
        seller_id, {sku: at for one in told.values() for sku, (_, at) in one.items()}
    )
    changed = owing = 0
    for place, pieces in told.items():
        skus = sorted(pieces)
        for start in range(0, len(skus), CHUNK):
            done = count(
                seller_id=seller_id,
                warehouse_id=place,
                pieces={sku: pieces[sku][0] for sku in skus[start : start + CHUNK]},
                actor=actor,
                kind=kind,
                reference=path.name,
            )
            changed, owing = changed + done.levels, owing + done.owing
    kept, totals = _bounded([*sheet.findings, *findings])
    return FileReport(sum(map(len, told.values())), changed, owing, kept, totals)


_Rows = dict[int, dict[str, tuple[int, str]]]
"""Warehouse -> SKU -> (pieces, place in the file)."""


def _sorted_out(seller_id: int, default: int, sheet: StockSheet) -> tuple[_Rows, list[Finding]]:
    places = {"": default}
    for one in reversed(warehouses(seller_id)):
        places[one.name.casefold()] = one.id
    for one in warehouses(seller_id):
        places[one.code.casefold()] = one.id
    told: _Rows = {}
    findings: list[Finding] = []
    for row in sheet.rows():
        place = places.get(row.warehouse.casefold())
        if place is None:
            findings.append(NO_WAREHOUSE.at(row.place, row.warehouse, sku=row.sku))
            continue
        there = told.setdefault(place, {})
        if row.sku in there:
            findings.append(TWICE.at(row.place, row.sku, first=there[row.sku][1]))
        else:
            there[row.sku] = (row.pieces, row.place)
    return told, findings


def _without_offer(seller_id: int, places: Mapping[str, str]) -> list[Finding]:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT asked.sku FROM unnest(%s::text[]) asked (sku) WHERE NOT EXISTS"
            " (SELECT FROM catalogue_offer offer WHERE offer.seller_id = %s"
            " AND offer.key = asked.sku)",
            [list(places), seller_id],
        )
        return [NO_OFFER.at(places[sku], sku) for (sku,) in cursor.fetchall()]


def _bounded(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], dict[str, int]]:
    totals: Counter[str] = Counter()
    kept = []
    for finding in findings:
        totals[finding.code] += 1
        if totals[finding.code] <= _KEPT:
            kept.append(finding)
    return tuple(kept), dict(totals)

"""The fix file comes back: its cells become statements, mappings and choices, all at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
from django.db import connection

from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue.core.offers import Offer
from torgpred.catalogue.core.tables.cells import Cell
from torgpred.catalogue.core.tables.grids import CELLS_LIMIT, open_grid
from torgpred.catalogue.services import NewStatement
from torgpred.channels import selectors as channels
from torgpred.channels import services as channel_services
from torgpred.kernel.errors import TorgpredError
from torgpred.kernel.findings import Finding
from torgpred.listings.core.context import Context
from torgpred.listings.core.desired import Product, desire
from torgpred.listings.core.facts import FACT_NAMES, Facts, FactSet, attribute_key
from torgpred.listings.core.fixing.choosing import Chosen, choose_categories, choose_for_shop
from torgpred.listings.core.fixing.columns import ColumnReader, MarketPlaces, Standing
from torgpred.listings.core.fixing.deciding import Decided, OfferSheets, keys_of
from torgpred.listings.core.fixing.layout import VERSION
from torgpred.listings.core.fixing.questions import known, lacking
from torgpred.listings.core.fixing.sheets import (
    ROWS_MOST,
    Manifest,
    RawSheet,
    SheetRead,
    manifest_of,
    read_sheets,
)
from torgpred.listings.services import contexts, decisions, statements
from torgpred.listings.services.contexts import Surroundings, gather
from torgpred.runtime.scope import scope

CHUNK: Final = 1_000
NO_FACTS: Final = Facts()
SIZE_MOST: Final = 256 << 20
"""Bytes of a file that is read."""
COLUMNS_MOST: Final = 2_000
LOOKED_AT: Final = ROWS_MOST + 1_000
"""Rows of a sheet that are kept in memory: they are gone through twice."""


class UnreadableFixFileError(TorgpredError):
    """The file is none of ours, or cannot be opened."""

    code = "fix.unreadable"
    template = "{path} cannot be read as a fix file: {reason}. {mend}"


class ForeignFixFileError(TorgpredError):
    """The file was made for another seller, shop or version."""

    code = "fix.foreign"
    template = "{path} was made for {theirs}, not for {ours}. Nothing of it was used."


class FixReading(msgspec.Struct, frozen=True):
    """What a fix file brought. Cells: used, equal to what was known before, wrong (`findings`)."""

    used: int
    unchanged: int
    findings: tuple[Finding, ...]
    statements: int
    """Statements that were made of the used cells."""
    offers: int
    """Offers that single answers are about; answers for a whole category come on top."""
    mapped: int
    chosen: int
    """Choices for the whole shop."""


def read_fix(*, seller_id: int, shop_id: int, seller: str, path: Path, given_by: str) -> FixReading:
    """Read a fix file back. All that can be used of it is kept at once, the rest are findings.

    Raises UnreadableFixFileError, ForeignFixFileError, RulesNotLearntError, and what calls raise.
    """
    raw = _open(path)
    manifest = manifest_of(raw)
    if manifest is None:
        raise UnreadableFixFileError(
            path=path.name,
            reason="its hidden sheet is missing",
            mend=f"Make one anew: torgpred fix {seller}",
        )
    _refuse_foreign(manifest, path, seller_id=seller_id, seller=seller, shop_id=shop_id)
    findings: list[Finding] = []
    sheets = read_sheets(raw, manifest, findings)
    family = channels.shop(shop_id).family
    wanted = {card.market_category for card in decisions.mappings(seller_id, family).values()}
    channel_services.learn_missing_dictionaries(shop_id, wanted)
    around = gather(seller_id=seller_id, shop_id=shop_id)
    with scope(seller_id):
        decided = _offers(around, family, sheets, manifest)
        chosen = _chosen(around, family, sheets, manifest)
        kept = statements.state_facts(
            seller_id=seller_id,
            facts=[
                NewStatement(one.kind, one.value, one.category, one.keys)
                for one in decided.statements()
            ],
            given_by=given_by,
        )
        _keep(around, family, chosen, given_by)
    return FixReading(
        used=decided.used + chosen.used,
        unchanged=decided.unchanged + chosen.unchanged,
        findings=(*findings, *decided.findings, *chosen.findings),
        statements=len(kept),
        offers=len({key for _, keys in decided.offers.values() for key in keys}),
        mapped=len(chosen.mapped),
        chosen=len(chosen.policy) + len(chosen.rates),
    )


# --- the file -----------------------------------------------------------------------------------
def _open(path: Path) -> list[RawSheet]:
    """Return the sheets of a workbook that is small and sound enough to be unpacked."""
    mend = "Save it as XLSX and give that file."
    try:
        size = path.stat().st_size
    except OSError as error:
        reason = error.strerror or str(error)
        raise UnreadableFixFileError(path=path.name, reason=reason, mend=mend) from error
    if size > SIZE_MOST:
        reason = f"it is larger than {SIZE_MOST >> 20} MB"
        raise UnreadableFixFileError(path=path.name, reason=reason, mend=mend)
    grid = open_grid(path, "xlsx")
    if grid.cut or not grid.sheets:
        _refuse(path, grid.findings)
    found: list[RawSheet] = []
    cells = 0
    for sheet in grid.sheets:
        rows, cells = _kept(path, sheet.rows(), cells)
        found.append(RawSheet(sheet.name, rows, grid.lefts.get(sheet.name, 0)))
    if grid.cut:
        _refuse(path, grid.findings)
    return found


def _kept(
    path: Path, rows: Iterable[tuple[int, list[Cell]]], cells: int
) -> tuple[list[tuple[int, list[Cell]]], int]:
    """Return a sheet's rows, which are gone through twice, and how many cells there are by now."""
    found: list[tuple[int, list[Cell]]] = []
    for number, row in islice(rows, LOOKED_AT):
        del row[COLUMNS_MOST:]
        while row and row[-1] in {None, ""}:
            row.pop()
        cells += len(row)
        if cells > CELLS_LIMIT:
            raise UnreadableFixFileError(
                path=path.name,
                reason=f"it holds more than {CELLS_LIMIT} cells",
                mend="Delete what stands beside and below the tables.",
            )
        found.append((number, row))
    return found, cells


def _refuse(path: Path, findings: Sequence[Finding]) -> None:
    told = findings[0] if findings else None
    raise UnreadableFixFileError(
        path=path.name,
        reason=told.message.rstrip(".") if told else "it holds no sheets",
        mend=told.mend if told else "Save it as XLSX and give that file.",
    )


def _refuse_foreign(
    manifest: Manifest, path: Path, *, seller_id: int, seller: str, shop_id: int
) -> None:
    theirs = ours = ""
    if (manifest.seller_id, manifest.seller) != (str(seller_id), seller):
        theirs, ours = f"seller {manifest.seller or '?'}", f"seller {seller}"
    elif manifest.shop_id != str(shop_id):
        theirs, ours = f"shop {manifest.shop_id} ({manifest.shop})", f"shop {shop_id}"
    elif manifest.version != str(VERSION):
        theirs, ours = f"version {manifest.version} of Torgpred's files", f"version {VERSION}"
    if theirs:
        raise ForeignFixFileError(path=path.name, theirs=theirs, ours=ours)


# --- answers ------------------------------------------------------------------------------------
def _offers(
    around: Surroundings, family: str, sheets: Sequence[SheetRead], manifest: Manifest
) -> Decided:
    own = [one for one in sheets if manifest.kinds[one.number] == "offers"]
    names = {name for one in own for name in one.ids.values()}
    markets = {name.partition("@")[2] for name in names} - {""}
    market = channels.market_categories(family)
    listed = channels.dictionaries(family, sorted(markets))
    readers: dict[str, ColumnReader] = {}

    def reader(column: str) -> ColumnReader:
        if column not in readers:
            readers[column] = ColumnReader(column, around.context.rules, market, listed)
        return readers[column]

    given = keys_of(own)
    deciding = OfferSheets(
        reader=reader,
        standing=standings(around, given, frozenset(reader(name).fact for name in names)),
        facts=around.context.facts,
        manifest=manifest,
        inner={one.parent for one in catalogue.categories(around.seller_id).values()},
    )
    for sheet in own:
        deciding.add(sheet)
    return deciding.decided


def standings(around: Surroundings, given: set[str], facts: frozenset[str]) -> dict[str, Standing]:
    """Return what is known, of these facts, of the present offers among some keys.

    Offers whose key is one of them but for leading zeros come too.
    """
    found: dict[str, Standing] = {}
    unstated = around.context.unstated()
    products = _products(around.seller_id, given)
    for start in range(0, len(products), CHUNK):
        chunk = products[start : start + CHUNK]
        for _, offers in catalogue.stream_products(around.seller_id, product_keys=chunk):
            whole = tuple(around.completed(offer) for _, offer in offers)
            found |= _of_product(whole, around.context, unstated, facts)
    return found


def _products(seller_id: int, given: set[str]) -> list[str]:
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT product_key FROM catalogue_offer"
            " WHERE seller_id = %s AND state = 'present'"
            " AND (key = ANY(%s) OR ltrim(key, '0') = ANY(%s)) ORDER BY 1",
            [seller_id, list(given), [key for key in given if key.isdecimal()]],
        )
        return [row[0] for row in cursor.fetchall()]


def _of_product(
    offers: tuple[Offer, ...], stated: Context, unstated: Context, facts: frozenset[str]
) -> dict[str, Standing]:
    now = desire(Product(offers), stated)
    bare = now if stated.facts == NO_FACTS else desire(Product(offers), unstated)
    variants = zip(now.parts.variants, bare.parts.variants, strict=True)
    return {
        one.offer.key: Standing(
            group=now.group,
            market=now.parts.category_id,
            lacks=lacking(bare, alone).facts,
            of_file=_only(known(bare.parts, alone), facts),
            known=_only(known(now.parts, one), facts),
            own=_own(stated.facts, one.offer.key),
        )
        for one, alone in variants
    }


def _only(told: dict[str, Any], facts: frozenset[str]) -> dict[str, Any]:
    return {fact: value for fact, value in told.items() if fact in facts}


def _own(facts: Facts, key: str) -> frozenset[str]:
    stated: FactSet | None = facts.by_offer.get(key)
    if stated is None:
        return frozenset()
    names = {name for name in FACT_NAMES if getattr(stated, name)}
    return frozenset(names | {attribute_key(one.attribute_id) for one in stated.attributes})


# --- choices ------------------------------------------------------------------------------------
def _chosen(
    around: Surroundings, family: str, sheets: Sequence[SheetRead], manifest: Manifest
) -> Chosen:
    chosen = Chosen(findings=[], mapped={}, policy={}, rates={})
    seller_id, shop_id = around.seller_id, around.shop_id
    rules = around.context.rules
    for sheet in sheets:
        kind = manifest.kinds[sheet.number]
        if kind == "categories":
            decided = decisions.mappings(seller_id, family)
            choose_categories(
                sheet,
                chosen,
                places=MarketPlaces(channels.market_categories(family)),
                known=catalogue.categories(seller_id).keys() | catalogue.category_counts(seller_id),
                mapped={key: card.market_category for key, card in decided.items()},
            )
        elif kind == "shop":
            templates = {one.id: one.name for one in channels.delivery_templates(shop_id)}
            now = _now(seller_id, shop_id, rules.currency)
            choose_for_shop(sheet, chosen, rules=rules, templates=templates, now=now)
    return chosen


def _now(seller_id: int, shop_id: int, currency: str) -> Mapping[str, object]:
    policy = contexts.shop_policy(seller_id, shop_id)
    rates = decisions.rates()
    known_rates = {
        f"rate:{one}": rates.rate(one, currency).value.normalize()
        for one in rates.currencies()
        if rates.knows(one, currency)
    }
    return {
        "delivery_template": policy.delivery_template_id,
        "lead_time": policy.lead_time_days,
        "unit": policy.unit,
        **known_rates,
    }


def _keep(around: Surroundings, family: str, chosen: Chosen, given_by: str) -> None:
    seller_id, shop_id = around.seller_id, around.shop_id
    for key, (market_category, _) in chosen.mapped.items():
        decisions.map_category(
            seller_id=seller_id,
            family=family,
            category_key=key,
            market_category=market_category,
            actor=given_by,
        )
    if chosen.policy:
        policy = contexts.shop_policy(seller_id, shop_id)
        changes: dict[str, Any] = dict(chosen.policy)
        contexts.set_policy(
            seller_id=seller_id,
            shop_id=shop_id,
            policy=msgspec.structs.replace(policy, **changes),
            actor=given_by,
        )
    for currency, value in chosen.rates.items():
        decisions.set_rate(
            source=currency,
            target=around.context.rules.currency,
            value=value,
            as_of=datetime.now(UTC).date(),
            said_by=given_by,
        )

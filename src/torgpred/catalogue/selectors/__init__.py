"""Reads of the catalogue. A product is the offers of a seller that share a product key."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import count, groupby
from operator import itemgetter
from typing import Any, LiteralString

import msgspec
import psycopg
from django.db import connection
from django.db.models import Count

from torgpred.catalogue.core.offers import Category, Offer
from torgpred.catalogue.core.papers import Paper
from torgpred.catalogue.models import (
    CategoryRow,
    Feed,
    FindingRow,
    Intake,
    OfferRow,
    PaperRow,
    Picture,
    Price,
    State,
    Statement,
)
from torgpred.kernel.digests import digest
from torgpred.kernel.findings import Finding
from torgpred.runtime.scope import operator_scope, scope

_CHUNK = 2_000
_NAMES = count(1)
_decode = msgspec.json.Decoder(Offer).decode


class FeedCard(msgspec.Struct, frozen=True):
    """A feed as lists show it."""

    id: int
    name: str
    source: str
    format: str
    profile: str


class IntakeCard(msgspec.Struct, frozen=True):
    """One reading of a feed. `counts` has the names of services.report.Counts."""

    id: int
    feed: str
    number: int
    outcome: str
    problem: str
    actor: str
    source: str
    started_at: datetime
    finished_at: datetime | None
    format: str
    profile: str
    encoding: str
    scope: str
    complete: bool
    counts: dict[str, int]
    finding_totals: dict[str, int]
    missing: tuple[str, ...]


class ProductCard(msgspec.Struct, frozen=True):
    """A product as lists show it: its key and its present offers, by key."""

    product_key: str
    offers: tuple[Offer, ...]


class OfferCounts(msgspec.Struct, frozen=True):
    """How large a seller's catalogue is."""

    products: int
    present: int
    missing: int


class PricePeriod(msgspec.Struct, frozen=True):
    """What the seller asked from a moment until the next; `valid_to` is None while it holds."""

    amount: Decimal
    old_amount: Decimal | None
    currency: str
    valid_from: datetime
    valid_to: datetime | None


class StatementCard(msgspec.Struct, frozen=True):
    """A fact about a group of offers, in force unless `undone_at` is set."""

    id: int
    kind: str
    value: Any
    group_by: str
    category: str
    keys: tuple[str, ...]
    given_by: str
    given_at: datetime
    undone_at: datetime | None
    undone_by: str = ""


class PictureCard(msgspec.Struct, frozen=True):
    """A picture that was looked at. `file` is empty where its own address serves it."""

    reference: str
    key: str
    file: str
    media_type: str
    width: int
    height: int
    size: int
    checked_at: datetime
    problem: Finding | None


def feeds(seller_id: int) -> list[FeedCard]:
    """Return a seller's feeds by name."""
    with scope(seller_id):
        return [
            FeedCard(id=f.pk, name=f.name, source=f.source, format=f.format, profile=f.profile)
            for f in Feed.objects.filter(seller_id=seller_id).order_by("name")
        ]


def intakes(
    seller_id: int, *, feed: str = "", before: int = 0, limit: int = 50
) -> list[IntakeCard]:
    """Return a seller's latest intakes, newest first, of all feeds or one, all or before an id."""
    with scope(seller_id):
        rows = Intake.objects.filter(seller_id=seller_id).select_related("feed")
        if feed:
            rows = rows.filter(feed__name=feed)
        if before:
            rows = rows.filter(pk__lt=before)
        return [_intake_card(row) for row in rows.order_by("-id")[:limit]]


def intake(seller_id: int, intake_id: int) -> IntakeCard | None:
    """Return one intake of a seller, None where there is no such."""
    with scope(seller_id):
        rows = Intake.objects.filter(seller_id=seller_id, pk=intake_id).select_related("feed")
        return next((_intake_card(row) for row in rows), None)


def _intake_card(row: Intake) -> IntakeCard:
    return IntakeCard(
        id=row.pk,
        feed=row.feed.name,
        number=row.number,
        outcome=row.outcome,
        problem=row.problem,
        actor=row.actor,
        source=row.source,
        started_at=row.started_at,
        finished_at=row.finished_at,
        format=row.format,
        profile=row.profile,
        encoding=row.encoding,
        scope=row.scope,
        complete=row.complete,
        counts=row.counts,
        finding_totals=row.finding_totals,
        missing=tuple(row.missing),
    )


def findings(seller_id: int, intake_id: int, *, code: str = "") -> list[Finding]:
    """Return the kept findings of an intake in the order they were made, or those of one code."""
    with scope(seller_id):
        rows = FindingRow.objects.filter(seller_id=seller_id, intake_id=intake_id)
        if code:
            rows = rows.filter(code=code)
        bodies = list(rows.order_by("position").values_list("body", flat=True))
    return [msgspec.convert(body, Finding) for body in bodies]


def categories(seller_id: int, *, feed_id: int | None = None) -> dict[str, Category]:
    """Return a seller's categories by key, of all feeds (the newest feed's word counts) or one."""
    with scope(seller_id):
        rows = CategoryRow.objects.filter(seller_id=seller_id)
        if feed_id is not None:
            rows = rows.filter(feed_id=feed_id)
        return {
            row.key: Category(key=row.key, name=row.name, parent=row.parent, path=tuple(row.path))
            for row in rows.order_by("feed_id", "id")
        }


def offer_counts(seller_id: int) -> OfferCounts:
    """Count a seller's products and offers."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT product_key) FILTER (WHERE state = 'present'),"
            " count(*) FILTER (WHERE state = 'present'),"
            " count(*) FILTER (WHERE state = 'missing')"
            " FROM catalogue_offer WHERE seller_id = %s",
            [seller_id],
        )
        return OfferCounts(*cursor.fetchone())


def category_counts(seller_id: int) -> dict[str, int]:
    """Count the present offers of each category key."""
    with scope(seller_id):
        rows = OfferRow.objects.filter(seller_id=seller_id, state=State.PRESENT)
        return dict(rows.values_list("category_key").annotate(number=Count("id")))


def offers_of(seller_id: int, keys: Iterable[str]) -> dict[str, Offer]:
    """Return a seller's offers by key, the missing ones too; unknown keys are left out."""
    with scope(seller_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.key, c.content FROM catalogue_offer o"
            " JOIN catalogue_offer_content c ON c.offer_id = o.id"
            " WHERE o.seller_id = %s AND o.key = ANY(%s)",
            [seller_id, list(keys)],
        )
        return {key: _decode(content) for key, content in cursor.fetchall()}


def missing_keys(seller_id: int) -> list[str]:
    """Return the keys of a seller's offers that its catalogue no longer holds, sorted."""
    with scope(seller_id):
        rows = OfferRow.objects.filter(seller_id=seller_id, state=State.MISSING)
        return sorted(rows.values_list("key", flat=True))


def products_page(seller_id: int, *, after: str = "", limit: int = 50) -> list[ProductCard]:
    """Return a page of products with present offers, by product key, after the one given."""
    with scope(seller_id):
        keys = list(
            OfferRow.objects.filter(seller_id=seller_id, state=State.PRESENT, product_key__gt=after)
            .order_by("product_key")
            .values_list("product_key", flat=True)
            .distinct()[:limit]
        )
        found = stream_products(seller_id, product_keys=keys)
        return [
            ProductCard(product_key=key, offers=tuple(offer for _, offer in offers))
            for key, offers in found
        ]


_PRESENT: LiteralString = """
FROM catalogue_offer o {join}
WHERE o.seller_id = %(seller)s AND o.state = 'present'
  AND (%(feed)s::bigint IS NULL OR o.feed_id = %(feed)s)
  AND (%(keys)s::text[] IS NULL OR o.product_key = ANY(%(keys)s))
ORDER BY o.product_key, o.key
"""
_PRODUCTS: LiteralString = "SELECT o.product_key, o.digest, c.content" + _PRESENT.replace(
    "{join}", "JOIN catalogue_offer_content c ON c.offer_id = o.id"
)
_DIGESTS: LiteralString = "SELECT o.product_key, o.key, o.digest" + _PRESENT.replace("{join}", "")


def stream_products(
    seller_id: int,
    *,
    feed_id: int | None = None,
    product_keys: Sequence[str] | None = None,
) -> Iterator[tuple[str, list[tuple[bytes, Offer]]]]:
    """Yield (product key, [(digest, offer)]) of the present offers, by product key, then key.

    Streams by a server-side cursor: consume it inside the caller's own `scope(seller_id)`; the
    connection may be used for other things between two products. An offer's 16-byte digest covers
    all of it: equal digests, equal offers.
    """
    rows = _stream(_PRODUCTS, seller_id, feed_id, product_keys)
    for product_key, group in groupby(rows, key=itemgetter(0)):
        yield product_key, [(row[1], _decode(row[2])) for row in group]


def stream_digests(
    seller_id: int,
    *,
    feed_id: int | None = None,
    product_keys: Sequence[str] | None = None,
) -> Iterator[tuple[str, list[tuple[str, bytes]]]]:
    """Yield (product key, [(offer key, digest)]) as `stream_products`, without the contents.

    Some ten times faster: to find out which products changed.
    """
    rows = _stream(_DIGESTS, seller_id, feed_id, product_keys)
    for product_key, group in groupby(rows, key=itemgetter(0)):
        yield product_key, [(row[1], row[2]) for row in group]


def _stream(
    query: LiteralString, seller_id: int, feed_id: int | None, product_keys: Sequence[str] | None
) -> Iterator[tuple[Any, ...]]:
    keys = None if product_keys is None else list(product_keys)
    connection.ensure_connection()
    with psycopg.ServerCursor(connection.connection, f"products_{next(_NAMES)}") as cursor:
        cursor.itersize = _CHUNK
        cursor.execute(query, {"seller": seller_id, "feed": feed_id, "keys": keys}, binary=True)
        yield from cursor


def prices_of(seller_id: int, key: str) -> list[PricePeriod]:
    """Return the price periods of an offer, oldest first; the last one may be open."""
    with scope(seller_id):
        rows = Price.objects.filter(seller_id=seller_id, offer__seller_id=seller_id, offer__key=key)
        return [
            PricePeriod(
                amount=row.amount,
                old_amount=row.old_amount,
                currency=row.currency,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
            for row in rows.order_by("valid_from")
        ]


def statements(seller_id: int, *, kind: str = "", undone: bool = False) -> list[StatementCard]:
    """Return a seller's statements in force, oldest first, of all kinds or one; or the undone too.

    Where two speak of one offer, the later one counts.
    """
    with scope(seller_id):
        rows = Statement.objects.filter(seller_id=seller_id)
        if kind:
            rows = rows.filter(kind=kind)
        if not undone:
            rows = rows.filter(undone_at=None)
        return [statement_card(row) for row in rows.order_by("id")]


def statement_card(row: Statement) -> StatementCard:
    """Return a statement's row as a value."""
    return StatementCard(
        id=row.pk,
        kind=row.kind,
        value=row.value,
        group_by=row.group_by,
        category=row.category,
        keys=tuple(row.keys),
        given_by=row.given_by,
        given_at=row.given_at,
        undone_at=row.undone_at,
        undone_by=row.undone_by,
    )


def papers(seller_id: int, *, undone: bool = False) -> list[Paper]:
    """Return a seller's papers, oldest first, whatever their dates; or the undone too."""
    with scope(seller_id):
        rows = PaperRow.objects.filter(seller_id=seller_id)
        if not undone:
            rows = rows.filter(undone_at=None)
        return [
            msgspec.convert(row, Paper, from_attributes=True, strict=False)
            for row in rows.order_by("id")
        ]


def pictures(
    seller_id: int, *, key: str = "", references: Iterable[str] | None = None
) -> list[PictureCard]:
    """Return the pictures looked at: of one SKU out of ZIPs, or of the references given."""
    with scope(seller_id):
        rows = Picture.objects.filter(seller_id=seller_id)
        if key:
            rows = rows.filter(key=key)
        if references is not None:
            rows = rows.filter(digest__in=[digest(r.encode()) for r in references])
        return [
            PictureCard(
                reference=row.reference,
                key=row.key,
                file=row.file,
                media_type=row.media_type,
                width=row.width,
                height=row.height,
                size=row.size,
                checked_at=row.checked_at,
                problem=None if row.problem is None else msgspec.convert(row.problem, Finding),
            )
            for row in rows.order_by("reference")
        ]


def public_picture(file: str) -> str:
    """Return the media type of a kept picture by its file reference; empty where it is none.

    Pictures of offers are public: marketplaces and buyers fetch them without signing in.
    """
    with operator_scope():
        found = Picture.objects.filter(file=file).exclude(media_type="").first() if file else None
        return "" if found is None else found.media_type

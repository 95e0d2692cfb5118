"""Feeds, intakes, categories, products and offers with what holds them."""

from pathlib import Path
from typing import Annotated, Any, Literal

from django.core.files.uploadedfile import TemporaryUploadedFile
from ninja import File, Form, Query
from ninja.files import UploadedFile

from torgpred.api.entering import Entered
from torgpred.api.paging import Cursor, Limit, after_number, after_text, page
from torgpred.api.problems import UnknownError
from torgpred.api.registering import Section
from torgpred.api.routes.showing import offer_shape, standings
from torgpred.api.shapes.catalogue import (
    Categories,
    Feeds,
    FindingsShape,
    Intakes,
    IntakeShape,
    OfferInFull,
    Products,
    Reading,
)
from torgpred.api.shapes.values import NO_CONTROL, FindingShape, Id
from torgpred.catalogue import selectors as catalogue
from torgpred.catalogue import services
from torgpred.channels import selectors as channels
from torgpred.listings import selectors as listings

READ, WRITE = "catalogue:read", "catalogue:write"
_SHOWN = 100
FeedName = Annotated[str, Query("", max_length=100, description="Of this feed only.")]
Sought = Annotated[
    str,
    Query(
        "",
        max_length=100,
        pattern=NO_CONTROL,
        description="Beginning of an SKU or product key, or words, begun or in another form.",
    ),
]
View = Annotated[
    Literal["", "ready", "held", "listed", "refused"],
    Query("", description="Only products that stand so in some shop."),
]

section = Section("Catalogue")


@section.read("/sellers/{seller}/feeds", READ, Feeds)
def feeds(request: Entered, seller: str) -> dict[str, object]:
    """List a seller's feeds."""
    return {"items": catalogue.feeds(request.caller.seller.id)}


@section.write("/sellers/{seller}/feeds/{feed}/intakes", WRITE, Reading, status=201, whole=False)
def read_feed(
    request: Entered,
    seller: str,
    feed: str,
    file: Annotated[UploadedFile, File(description="YML, CommerceML, Google, XLSX, CSV; gz, zip.")],
    accept_missing: Annotated[
        bool, Form(False, description="Most offers are gone, and that is right.")
    ],
) -> Reading:
    """Take a file into a seller's catalogue and answer with the intake and its findings.

    A file of which nothing can be used is an intake all the same: `outcome` and findings tell why.
    Sending the same file again changes nothing. At most 256 MB; larger ones: `torgpred feed read`.
    """
    _named(feed)
    owner = request.caller.seller.id
    report = services.take_in(
        seller_id=owner,
        feed_name=feed,
        path=_path(file),
        actor=request.caller.actor,
        accept_missing=accept_missing,
    )
    made = catalogue.intake(owner, report.intake_id)
    return Reading(
        intake=IntakeShape.model_validate(made),
        findings=[FindingShape.model_validate(one) for one in report.findings[:_SHOWN]],
    )


def _named(feed: str) -> None:
    if not 1 <= len(feed) <= 100 or not feed.isprintable():
        raise UnknownError


def _path(file: UploadedFile) -> Path:
    """Return where an uploaded file lies; settings keep every one in a file of its own."""
    if not isinstance(file, TemporaryUploadedFile):
        raise TypeError("uploads are kept in files")
    return Path(file.temporary_file_path())


@section.read("/sellers/{seller}/intakes", READ, Intakes)
def intakes(
    request: Entered, seller: str, cursor: Cursor, limit: Limit, feed: FeedName
) -> dict[str, object]:
    """List the intakes, the newest first."""
    found = catalogue.intakes(
        request.caller.seller.id,
        feed=feed,
        before=after_number(cursor, "intakes") or 0,
        limit=limit + 1,
    )
    rows, following = page(found, lambda one: one.id, of="intakes", limit=limit)
    return {"items": rows, "next": following}


@section.read("/sellers/{seller}/intakes/{intake}", READ, IntakeShape)
def intake(request: Entered, seller: str, intake: Id) -> object:
    """Tell one intake."""
    found = catalogue.intake(request.caller.seller.id, intake)
    if found is None:
        raise UnknownError
    return found


@section.read("/sellers/{seller}/intakes/{intake}/findings", READ, FindingsShape)
def findings(
    request: Entered,
    seller: str,
    intake: Id,
    cursor: Cursor,
    limit: Limit,
    code: Annotated[str, Query("", max_length=80, description="Of this code only.")],
) -> dict[str, object]:
    """List the kept findings of an intake: all of an error's kinds, a bounded number of each."""
    owner = request.caller.seller.id
    if catalogue.intake(owner, intake) is None:
        raise UnknownError
    of = f"findings {intake} {code}"
    begin = after_number(cursor, of) or 0
    found = list(enumerate(catalogue.findings(owner, intake, code=code), start=1))[begin:]
    rows, following = page(found, lambda pair: pair[0], of=of, limit=limit)
    return {"items": [one for _, one in rows], "next": following}


@section.read("/sellers/{seller}/categories", READ, Categories)
def categories(request: Entered, seller: str, cursor: Cursor, limit: Limit) -> dict[str, object]:
    """List the seller's categories with how many present offers each has."""
    owner = request.caller.seller.id
    after = after_text(cursor, "categories")
    counts = catalogue.category_counts(owner)
    known = sorted(catalogue.categories(owner).items())
    found = [
        {"key": key, "path": list(one.path), "offers": counts.get(key, 0)}
        for key, one in known
        if key > after
    ]
    rows, following = page(found, lambda one: str(one["key"]), of="categories", limit=limit)
    return {"items": rows, "next": following}


@section.read("/sellers/{seller}/products", READ, Products)
def products(
    request: Entered, seller: str, cursor: Cursor, limit: Limit, view: View, q: Sought
) -> dict[str, object]:
    """List products with their offers and how they stand in each shop, as of its last plan."""
    owner = request.caller.seller.id
    of = f"products {view} {q}"
    found = listings.catalogue_page(
        owner,
        shop_ids=[one.id for one in channels.shops_of(owner)],
        after=after_text(cursor, of),
        limit=limit + 1,
        view=view,
        text=q.strip(),
    )
    rows, following = page(found, lambda one: one.product_key, of=of, limit=limit)
    return {"items": [_product(one) for one in rows], "next": following}


@section.read("/sellers/{seller}/offers/{path:sku}", READ, OfferInFull)
def offer(request: Entered, seller: str, sku: str) -> dict[str, object]:
    """Tell one offer: what the seller states, how its product stands in shops, its prices."""
    owner = request.caller.seller.id
    found = catalogue.offers_of(owner, [sku]).get(sku)
    if found is None:
        raise UnknownError
    shops = [one.id for one in channels.shops_of(owner)]
    rows = listings.catalogue_rows(owner, [found.product_key or sku], shops)
    return {
        "offer": offer_shape(found),
        "missing": not any(one.key == sku for row in rows for one in row.offers),
        "shops": standings(rows[0]) if rows else [],
        "prices": catalogue.prices_of(owner, sku),
    }


def _product(row: listings.CatalogueRow) -> dict[str, Any]:
    return {
        "product_key": row.product_key,
        "offers": [offer_shape(one) for one in row.offers],
        "shops": standings(row),
    }

"""What a seller says about itself, since nobody recorded it: kept, dated, undoable."""

from decimal import Decimal, InvalidOperation
from typing import Final

from torgpred.accounts.core.entries import checked_country
from torgpred.channels.families import families
from torgpred.kernel.clock import now
from torgpred.programmes import models
from torgpred.programmes.core import values
from torgpred.programmes.core.errors import UnfitAssuranceError, UnknownAssuranceError
from torgpred.programmes.core.values import Assurance, AssuranceKind
from torgpred.programmes.selectors.assurances import assurance_card
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import scope
from torgpred.stock import selectors as stock

WAKE: Final = "programmes.judge"
LONGEST: Final = 500


def say(
    *,
    seller_id: int,
    kind: str,
    about: str,
    given_by: str,
    holds: bool = True,
    text: str = "",
    number: Decimal | str | None = None,
) -> Assurance:
    """Keep what a seller says about itself; it takes the place of what it said before.

    `about` is a country (returns_address, warranty), a code of one of its warehouses (delivery) or
    a marketplace family (rating); `number` months, days or the rating. With `holds=False` the
    seller says that there is none. Raises UnfitAssuranceError, accounts' UnfitEntryError for a
    country.
    """
    known = _kind(kind)
    row = models.Assurance(
        seller_id=seller_id,
        kind=known.value,
        about=_about(seller_id, known, about),
        holds=_held(known, holds=holds),
        text=_text(known, text, holds=holds),
        number=_number(known, number, holds=holds),
        given_by=given_by,
        given_at=now(),
    )
    with scope(seller_id):
        before = models.Assurance.objects.select_for_update().filter(
            seller_id=seller_id, kind=row.kind, about=row.about, undone_at=None
        )
        for one in before:
            _end(one, given_by)
        row.save(force_insert=True)
        wake(WAKE)
    return assurance_card(row)


def unsay(*, seller_id: int, assurance_id: int, undone_by: str) -> Assurance:
    """Take back what a seller said; it stays in the history. Raises UnknownAssuranceError."""
    with scope(seller_id):
        row = (
            models.Assurance.objects.select_for_update()
            .filter(seller_id=seller_id, pk=assurance_id, undone_at=None)
            .first()
        )
        if row is None:
            raise UnknownAssuranceError(number=assurance_id)
        _end(row, undone_by)
        wake(WAKE)
    return assurance_card(row)


def _end(row: models.Assurance, by: str) -> None:
    row.undone_at, row.undone_by = now(), by
    row.save(update_fields=["undone_at", "undone_by"])


def _kind(given: str) -> AssuranceKind:
    try:
        return AssuranceKind(given)
    except ValueError as error:
        raise UnfitAssuranceError(what="kind", value=given[:40], why=values.NO_KIND) from error


def _about(seller_id: int, kind: AssuranceKind, given: str) -> str:
    if kind in {AssuranceKind.RETURNS, AssuranceKind.WARRANTY}:
        return checked_country(given)
    if kind is AssuranceKind.RATING:
        if given not in families():
            raise UnfitAssuranceError(what="marketplace", value=given[:40], why=values.NO_MARKET)
        return given
    codes = [one.code for one in stock.warehouses(seller_id)]
    code = given.strip().upper()
    if code not in codes:
        raise UnfitAssuranceError(what="warehouse", value=given[:40], why=values.NO_HOUSE)
    return code


def _held(kind: AssuranceKind, *, holds: bool) -> bool:
    if not holds and kind not in {AssuranceKind.RETURNS, AssuranceKind.WARRANTY}:
        raise UnfitAssuranceError(what="number", value="no", why=values.NO_NUMBER)
    return holds


def _text(kind: AssuranceKind, given: str, *, holds: bool) -> str:
    text = " ".join(given.split())
    if len(text) > LONGEST or not text.isprintable():
        raise UnfitAssuranceError(what="text", value=text[:40], why=values.LONG_TEXT)
    if kind is AssuranceKind.RETURNS and holds and not text:
        raise UnfitAssuranceError(what="address", value="", why=values.NO_ADDRESS)
    return text


def _number(kind: AssuranceKind, given: Decimal | str | None, *, holds: bool) -> Decimal | None:
    if kind is AssuranceKind.RETURNS or not holds:
        return None
    most, why = values.NUMBERS[kind]
    if given is None or given == "":
        if kind is AssuranceKind.WARRANTY:
            return None
        raise UnfitAssuranceError(what="number", value="", why=why)
    try:
        number = Decimal(str(given).strip().replace(",", "."))
    except InvalidOperation as error:
        raise UnfitAssuranceError(what="number", value=str(given)[:40], why=why) from error
    fits = number.is_finite() and 0 < number <= most
    if not fits or (kind is not AssuranceKind.RATING and number != int(number)):
        raise UnfitAssuranceError(what="number", value=str(given)[:40], why=why)
    return number.quantize(Decimal("0.01"))

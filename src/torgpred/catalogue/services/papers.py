"""Papers: a seller's certificates, trademarks and registrations, given by a person, undoable."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Final

import msgspec

from torgpred.catalogue.core.papers import Paper, PaperKind
from torgpred.catalogue.models import GroupBy, PaperRow
from torgpred.kernel.clock import now
from torgpred.kernel.errors import TorgpredError
from torgpred.runtime import files
from torgpred.runtime.jobs import wake
from torgpred.runtime.scope import scope

LARGEST: Final = 20 << 20
"""Bytes that the copy of a paper may have."""


class PaperGroupError(TorgpredError):
    """A paper that says neither or several of a category, keys and all."""

    code = "paper.group"
    template = "Say which offers it covers: those of one category, some by key, or all."


class PaperPeriodError(TorgpredError):
    """A paper that would end before it begins."""

    code = "paper.period"
    template = "A paper cannot be valid from {valid_from} until {valid_until}."


class UnknownPaperError(TorgpredError):
    """No such paper of this seller, or it was undone before."""

    code = "paper.unknown_paper"
    template = "There is no paper {number} in force."


def add_paper(  # noqa: PLR0913 - a document has many fields
    *,
    seller_id: int,
    kind: PaperKind,
    given_by: str,
    number: str = "",
    issuer: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    category: str = "",
    keys: Iterable[str] = (),
    everything: bool = False,
    brand: str = "",
    copy: Path | None = None,
) -> Paper:
    """Record a document of a seller and which offers it covers; its dates may lie in the past.

    With a `brand` it covers only offers that bear it, of all where no other group is named.
    `copy` is a file that is kept with it. Raises PaperGroupError, PaperPeriodError, and
    runtime.files.FileTooLargeError for a copy over 20 MB.
    """
    chosen = sorted(set(keys))
    everything = everything or bool(brand and not category and not chosen)
    if bool(category) + bool(chosen) + everything != 1:
        raise PaperGroupError
    if valid_from is not None and valid_until is not None and valid_until < valid_from:
        raise PaperPeriodError(valid_from=valid_from, valid_until=valid_until)
    kept = "" if copy is None else _kept(copy)
    with scope(seller_id):
        row = PaperRow.objects.create(
            seller_id=seller_id,
            kind=kind.value,
            number=number.strip(),
            issuer=issuer.strip(),
            valid_from=valid_from,
            valid_until=valid_until,
            group_by=GroupBy.CATEGORY if category else GroupBy.KEYS if chosen else GroupBy.ALL,
            category=category,
            keys=chosen,
            brand=brand.strip(),
            file=kept,
            file_name="" if copy is None else copy.name[:255],
            given_by=given_by,
            given_at=now(),
        )
        wake("catalogue.changed")
        return _card(row)


def undo_paper(*, seller_id: int, paper_id: int, undone_by: str) -> Paper:
    """End a paper's record as if it had not been given; it stays in the history.

    Raises UnknownPaperError.
    """
    with scope(seller_id):
        rows = PaperRow.objects.select_for_update().filter(
            seller_id=seller_id, pk=paper_id, undone_at=None
        )
        row = rows.first()
        if row is None:
            raise UnknownPaperError(number=paper_id)
        row.undone_at, row.undone_by = now(), undone_by
        row.save(update_fields=["undone_at", "undone_by"])
        wake("catalogue.changed")
        return _card(row)


def _kept(copy: Path) -> str:
    with copy.open("rb") as stream:
        return files.store().put(stream, limit=LARGEST)


def _card(row: PaperRow) -> Paper:
    return msgspec.convert(row, Paper, from_attributes=True, strict=False)

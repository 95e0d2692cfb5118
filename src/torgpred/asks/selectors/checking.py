"""Recomputing figures from their stored queries: what changed since, and what was tampered with."""

from collections.abc import Sequence

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.asks.core.adding import Value
from torgpred.asks.core.checking import Checked, Verdict, Verification
from torgpred.asks.core.library import version
from torgpred.asks.core.sealing import Sealed, seal
from torgpred.asks.models import Ask, Figure, Joining
from torgpred.asks.selectors import ask, cells_of
from torgpred.asks.selectors.reading import read
from torgpred.runtime.scope import one_moment, operator_scope


def verify(given: str, *, known: str = "") -> Verification:
    """Recompute every figure of an ask, and of a complaint each joined seller's effect.

    Each is run anew from its stored query, parameters and moment, all at one moment of the
    database, and its seal is made anew of what is kept. A query is run only where the library holds
    the same text. `known` is a seal printed on an earlier dossier, in hex: whether it is in the
    chain is told. Raises UnknownAskError, TooHeavyError.
    """
    with one_moment(), operator_scope():
        card = ask(given)
        row = Ask.objects.get(pk=card.id)
        figures = list(Figure.objects.filter(ask=row).order_by("number"))
        parts = list(Joining.objects.filter(ask=row).order_by("id"))
        codes = {one.id: one.code for one in accounts.sellers()} if parts else {}
        checked = [_figure(card.code, one, before) for one, before in _chain(figures)]
        checked += [_part(card.code, one, codes.get(one.seller_id, "")) for one in parts]
    seals = {bytes(one.seal).hex() for one in figures}
    whole = [one.number for one in figures] == list(range(1, row.figures + 1))
    last = bytes(figures[-1].seal) if figures else b""
    return Verification(
        card.code,
        card.head,
        whole and last == bytes(row.head),
        tuple(checked),
        known.strip().lower() in seals if known else None,
    )


def _chain(figures: Sequence[Figure]) -> list[tuple[Figure, bytes]]:
    """Return each figure with the seal that it should go on from."""
    before = [b"", *(bytes(one.seal) for one in figures)]
    return list(zip(figures, before, strict=False))


def _figure(code: str, row: Figure, before: bytes) -> Checked:
    return _checked(f"{code}/{row.number}", str(row.number), row, before)


def _part(code: str, row: Joining, seller: str) -> Checked:
    return _checked(f"{code}/{seller}", seller, row, b"")


def _checked(place: str, name: str, row: Figure | Joining, before: bytes) -> Checked:
    kept, digest = msgspec.convert(row.value, Value), bytes(row.rows_digest)
    made = seal(
        Sealed(
            place, row.query, row.version, row.sql, row.params, row.as_of, row.rows, digest, kept,
            cells_of(row), bytes(row.salt), bytes(row.previous),
        )
    )  # fmt: skip
    sound = made == bytes(row.seal) and bytes(row.previous) == before
    chosen = version(row.query, row.version)
    if chosen is None or chosen.sql != row.sql:
        verdict = Verdict.UNKNOWN if sound else Verdict.TAMPERED
        return Checked(name, row.query, verdict, kept, None, digest.hex(), None)
    found = read(chosen, row.params, row.as_of)
    verdict = Verdict.SAME
    if not sound:
        verdict = Verdict.TAMPERED
    elif found.digest != digest or found.value != kept:
        verdict = Verdict.CHANGED
    return Checked(name, row.query, verdict, kept, found.value, digest.hex(), found.digest.hex())

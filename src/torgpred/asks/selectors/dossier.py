"""An ask made a dossier: what of its figures may be seen by whoever gets it."""

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from torgpred.accounts import selectors as accounts
from torgpred.asks.core.adding import by_seller
from torgpred.asks.core.dossiers import DeliveryTold, Dossier, FigureTold, PartTold, QueryTold
from torgpred.asks.core.states import JoiningState, Kind
from torgpred.asks.core.values import FigureCard, WholeAsk
from torgpred.asks.core.withholding import (
    Counted,
    Outside,
    SmallGroups,
    Withheld,
    outside,
    tells_beside,
)
from torgpred.asks.selectors import small_groups, whole
from torgpred.kernel.clock import now


def dossier(given: str, *, inside: bool = False) -> Dossier:
    """Return an ask's dossier: to be handed out, or with single sellers' figures for one's own.

    Raises UnknownAskError.
    """
    found, rule = whole(given), small_groups()
    codes = {one.id: one.code for one in accounts.sellers()}
    card = found.card
    used = {(one.query, one.version): one.sql for one in found.figures if one.struck_at is None}
    joined = [one for one in found.joinings if one.state is JoiningState.JOINED]
    return Dossier(
        code=card.code,
        inside=inside,
        made_at=now(),
        family=card.family,
        kind=card.kind.value,
        title=card.title,
        texts=card.texts,
        asked_by=card.asked_by,
        campaign=card.campaign,
        state=card.state.value,
        head=card.head,
        rule=rule,
        figures=tuple(_figures(found.figures, rule, codes, inside=inside)),
        queries=tuple(QueryTold(*key, sql) for key, sql in sorted(used.items())),
        joined=len(joined) if card.kind is Kind.COMPLAINT else None,
        parts=_parts(found, codes) if inside else (),
        promises=found.promises,
        clocks=found.clocks,
        answers=found.answers,
        deliveries=tuple(DeliveryTold(one.day, one.what, one.figure) for one in found.deliveries),
        moves=found.moves if inside else (),
    )


def _figures(
    cards: Sequence[FigureCard], rule: SmallGroups, codes: Mapping[int, str], *, inside: bool
) -> Iterator[FigureTold]:
    """Yield figures, each held to the rule by itself and beside those shown before it."""
    before: list[Counted] = []
    for card in cards:
        shown = outside(card.cells, rule, grouped=bool(card.value.groups))
        if card.struck_at is None and not isinstance(shown, Withheld):
            counted = Counted(card.number, card.query, card.sql, card.params, card.cells)
            beside = tells_beside(counted, before, rule)
            if beside is None:
                before.append(counted)
            else:
                shown = beside
        yield _figure(card, shown, codes, inside=inside)


def _figure(
    card: FigureCard, shown: Outside | Withheld, codes: Mapping[int, str], *, inside: bool
) -> FigureTold:
    named = card.params.get("sellers", [])
    withheld = shown if isinstance(shown, Withheld) else None
    told = FigureTold(
        number=card.number,
        query=card.query,
        version=card.version,
        says=card.says,
        params=card.params if inside else {k: v for k, v in card.params.items() if k != "sellers"},
        sellers_named=len(named) if named else -1,
        as_of=card.as_of,
        seal=card.seal,
        struck=card.struck_at is not None,
        withheld=withheld,
    )
    if told.struck or (withheld and not inside):
        return told
    if inside or isinstance(shown, Withheld):
        return _with_all(told, card, codes)
    return msgspec.structs.replace(
        told,
        rows=card.rows,
        rows_digest=card.rows_digest,
        sellers=shown.sellers,
        total=shown.total,
        groups=shown.groups,
        together=shown.together,
    )


def _with_all(told: FigureTold, card: FigureCard, codes: Mapping[int, str]) -> FigureTold:
    parts = by_seller(card.cells)
    return msgspec.structs.replace(
        told,
        rows=card.rows,
        rows_digest=card.rows_digest,
        sellers=len(parts),
        total=card.value.total,
        groups=card.value.groups,
        by_seller={codes.get(seller, str(seller)): sums for seller, sums in parts.items()},
    )


def _parts(found: WholeAsk, codes: Mapping[int, str]) -> tuple[PartTold, ...]:
    return tuple(
        PartTold(
            codes.get(one.seller_id, str(one.seller_id)), one.state.value, one.value.total, one.seal
        )
        for one in found.joinings
    )

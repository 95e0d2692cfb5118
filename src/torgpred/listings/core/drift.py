"""Drift: what stands in a shop and nobody here desired, and what people decided about it.

A difference between what was last carried out and what is seen was made in the shop: by the
marketplace or by hand in its cabinet, which of them it does not tell. Stock is no drift: buyers
change it. A decision overrides one place of a desired draft before it is compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

import msgspec

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Seen, SeenVariant, Status, Value, Variant
from torgpred.listings.core.diff import (
    BACK,
    PAUSE_ALL,
    PRODUCT_FIELDS,
    SET_BACK,
    TAKEN_OVER,
    VARIANT_FIELDS,
    Endings,
    FieldChange,
    Same,
    Standing,
    StepDraft,
    difference,
    shown,
)

STATUS: Final = "status"
VARIANT: Final = "variant"
GONE: Final = "gone"
"""Status of a product that a whole walk through the shop no longer met."""
LONG_REVIEW: Final = timedelta(days=3)

NEXT_PLAN = "the next plan sets it back"
LEFT_ALONE = "left alone"
WAITS = "waits for the marketplace"


class Choice(StrEnum):
    """What a person may decide about a drift."""

    TAKE_OVER = "take_over"
    SET_BACK = "set_back"
    LEAVE = "leave"


ALL: Final = (Choice.TAKE_OVER, Choice.SET_BACK, Choice.LEAVE)
_OFFERED: Final[Mapping[str, tuple[Choice, ...]]] = {
    Status.REJECTED.value: (Choice.SET_BACK, Choice.LEAVE),
    Status.IN_REVIEW.value: (Choice.LEAVE,),
    Status.UNKNOWN.value: (Choice.LEAVE,),
}


class Decision(msgspec.Struct, frozen=True):
    """What was decided about one place of a product. `sku` is empty for the product itself."""

    sku: str
    field: str
    choice: Choice
    value: Any
    decided_at: datetime


class DriftLine(msgspec.Struct, frozen=True):
    """One place that stands in the shop as nobody here desired."""

    product_key: str
    sku: str
    field: str
    ours: str
    """What we last carried out, cut to be read."""
    there: str
    """What stands there."""
    since: datetime
    """Since when it was seen so."""
    then: str
    """What becomes of it without a decision."""
    choices: tuple[Choice, ...]
    value: Any
    """What stands there, as JSON: what a decision keeps."""
    note: str = ""
    """The marketplace's reason, in its words."""
    by: str = "the marketplace or its cabinet"

    @property
    def place(self) -> str:
        """How a person names it: PRODUCT:FIELD or PRODUCT:SKU:FIELD."""
        return ":".join(one for one in (self.product_key, self.sku, self.field) if one)


# --- places of a draft --------------------------------------------------------------------------
class _Untold:
    """Says that an answer did not tell a value."""


_UNTOLD: Final = _Untold()
_TYPES: Final[Mapping[str, Any]] = {
    field.name: field.type
    for struct in (Draft, Variant)
    for field in msgspec.structs.fields(struct)
}


def _part(holder: Draft | Seen | Variant | SeenVariant, field: str) -> Any:  # noqa: ANN401
    name, _, inner = field.partition(".")
    value = getattr(holder, name)
    if value is None:
        silent = name != "discount_price" or getattr(holder, "price", None) is None
        return _UNTOLD if silent else None
    if not inner:
        return value
    if isinstance(value, Mapping):
        return value.get(inner, _UNTOLD)  # an answer may tell one language only
    return tuple(one for one in value if one.attribute_id == inner)


def _put(holder: Any, field: str, value: Any) -> Any:  # noqa: ANN401
    name, _, inner = field.partition(".")
    if inner:
        whole = getattr(holder, name)
        if isinstance(whole, Mapping):
            value = {**whole, inner: value}
            value = {language: text for language, text in value.items() if text is not None}
        else:
            kept = [one for one in whole if one.attribute_id != inner]
            value = (*kept, *value)
    return msgspec.structs.replace(holder, **{name: value})


def _typed(field: str, value: Any) -> Any:  # noqa: ANN401
    name, _, inner = field.partition(".")
    if field == VARIANT:
        return msgspec.convert(value, SeenVariant | None)
    if not inner:
        return msgspec.convert(value, _TYPES[name])
    return msgspec.convert(value, tuple[Value, ...] if name == "attributes" else str | None)


# --- decisions over a desired draft -------------------------------------------------------------
def overridden(
    draft: Draft, *, seen: Seen | None, last: Draft | None, decisions: Sequence[Decision]
) -> Draft:
    """Return a draft with what was decided for its places; the same object without decisions.

    Taken over: the value that stood there when it was decided. Left: what stands there now, else
    what was last carried out, so that an edit for other reasons changes nothing there.
    """
    decided = [one for one in decisions if one.choice is not Choice.SET_BACK]
    draft = _with_variants(draft, [one for one in decided if one.field == VARIANT], seen)
    for one in decided:
        if one.field in {STATUS, VARIANT}:
            continue
        if not one.sku:
            value = _decided(one, seen, last)
            draft = draft if value is _UNTOLD else _put(draft, one.field, value)
        else:
            there, before = _variant(seen, one.sku), _variant(last, one.sku)
            value = _decided(one, there, before)
            if value is not _UNTOLD:
                variants = tuple(
                    _put(variant, one.field, value) if variant.sku == one.sku else variant
                    for variant in draft.variants
                )
                draft = msgspec.structs.replace(draft, variants=variants)
    return draft


def _decided(
    one: Decision,
    seen: Seen | SeenVariant | None,
    last: Draft | Variant | None,
) -> Any:  # noqa: ANN401
    if one.choice is Choice.TAKE_OVER:
        return _typed(one.field, one.value)
    told = _UNTOLD if seen is None else _part(seen, one.field)
    if told is _UNTOLD and one.value is None and "." in one.field:
        return None  # its absence was the drift
    return told if told is not _UNTOLD or last is None else _part(last, one.field)


def _variant(holder: Seen | Draft | None, sku: str) -> Any:  # noqa: ANN401
    return next((one for one in holder.variants if one.sku == sku), None) if holder else None


def _with_variants(draft: Draft, decisions: Sequence[Decision], seen: Seen | None) -> Draft:
    """Return a draft with the variants that were decided to be there, or not to be."""
    here = {one.sku: one for one in draft.variants}
    for one in decisions:
        if one.choice is Choice.TAKE_OVER:
            there = _typed(VARIANT, one.value)
        elif seen is not None:
            there = _variant(seen, one.sku)
        else:
            continue
        if there is None:
            here.pop(one.sku, None)
        elif one.sku not in here and there.price is not None:
            here[one.sku] = Variant(
                one.sku,
                there.price,
                there.discount_price,
                there.stock or 0,
                there.barcode or "",
                there.attributes or (),
            )
    # A product without variants cannot be sent: then all stay.
    variants = tuple(here.values()) or draft.variants
    unchanged = variants == draft.variants
    return draft if unchanged else msgspec.structs.replace(draft, variants=variants)


def decided_difference(
    decisions: Sequence[Decision],
    *,
    desired: Draft,
    standing: Standing,
    same: Same,
    endings: Endings = PAUSE_ALL,
    held: frozenset[str] = frozenset(),
) -> StepDraft | None:
    """Return `difference` of what is desired after people's decisions about drift."""
    if not decisions:
        return difference(desired=desired, standing=standing, same=same, endings=endings, held=held)
    chosen = {one.choice for one in decisions if one.field == STATUS}
    wish, left = Choice.SET_BACK in chosen, Choice.LEAVE in chosen
    paused = (standing.paused_by_us or wish) and not left
    wanted = overridden(
        desired, seen=standing.seen, last=standing.last_applied, decisions=decisions
    )
    step = difference(
        desired=wanted,
        standing=msgspec.structs.replace(standing, paused_by_us=paused),
        same=same,
        endings=endings,
        held=held,
    )
    if wish and standing.seen is not None and standing.seen.status is Status.REJECTED:
        step = _sent_again(step, wanted, standing.seen)
    return None if step is None else _explained(step, decisions, wish=wish)


def _sent_again(step: StepDraft | None, wanted: Draft, seen: Seen) -> StepDraft:
    """Return an update of a rejected product: sent again, it is looked at again."""
    line = FieldChange("", STATUS, seen.status.value, Status.ON_SALE.value, SET_BACK)
    changes = (line,) if step is None else (*step.changes, line)
    base = step or StepDraft(Action.UPDATE, wanted, (), remote_id=seen.remote_id)
    return msgspec.structs.replace(base, action=Action.UPDATE, changes=changes)


def _explained(step: StepDraft, decisions: Sequence[Decision], *, wish: bool) -> StepDraft:
    taken = {
        (one.sku, one.field): TAKEN_OVER.format(date=one.decided_at.date().isoformat())
        for one in decisions
        if one.choice is Choice.TAKE_OVER
    }
    changes = []
    for change in step.changes:
        reason = taken.get((change.place, change.field), change.reason)
        if wish and reason == BACK:
            reason = SET_BACK
        changes.append(msgspec.structs.replace(change, reason=reason))
    return msgspec.structs.replace(step, changes=tuple(changes))


# --- what drifted -------------------------------------------------------------------------------
class Place(msgspec.Struct, frozen=True):
    """A product as it stands in a shop, for the report."""

    key: str
    status: Status
    ended_by_us: bool
    desired: bool
    gone_at: datetime | None
    told_since: Mapping[str, datetime]
    bound_at: datetime

    def since(self, sku: str, field: str) -> datetime:
        """Return since when a field stands as it was last seen."""
        name = field.partition(".")[0]
        return self.told_since.get(f"{sku}/{name}" if sku else name, self.bound_at)


def field_drift(
    place: Place, *, applied: Draft, seen: Seen, same: Same, decisions: Sequence[Decision] = ()
) -> Iterator[DriftLine]:
    """Yield the places of a product's content that differ from what was last carried out.

    What an answer did not tell is no drift. What was decided is none while it stands so.
    """
    wanted = overridden(applied, seen=seen, last=applied, decisions=decisions)

    def line(sku: str, field: str, ours: object, there: object) -> DriftLine:
        since = place.since(sku, field)
        value = msgspec.to_builtins(there)
        shown_there = there.price if isinstance(there, SeenVariant) else there
        return DriftLine(
            place.key, sku, field, _said(ours), _said(shown_there), since, NEXT_PLAN, ALL, value
        )

    for field in PRODUCT_FIELDS:
        for path, ours, there in _parts(field, wanted, seen, same):
            yield line("", path, ours, there)
    left = {one.sku: one for one in seen.variants}
    for variant in wanted.variants:
        other = left.pop(variant.sku, None)
        if other is None:
            yield line(variant.sku, VARIANT, variant.price, None)
            continue
        for field in VARIANT_FIELDS:
            for path, ours, there in _parts(field, variant, other, same):
                yield line(variant.sku, path, ours, there)
    for sku, other in left.items():
        yield line(sku, VARIANT, None, other)


def _parts(
    field: str, wanted: Draft | Variant, seen: Seen | SeenVariant, same: Same
) -> Iterator[tuple[str, Any, Any]]:
    """Yield (place, ours, there) of what differs in one field, as finely as can be decided."""
    ours, there = getattr(wanted, field), _part(seen, field)
    if there is _UNTOLD or ours == there or same(field, ours, there):
        return
    found = list(_inner(field, ours, there, same))
    yield from found or [(field, ours, there)]


def _inner(field: str, ours: Any, there: Any, same: Same) -> Iterator[tuple[str, Any, Any]]:  # noqa: ANN401
    if isinstance(ours, Mapping) and isinstance(there, Mapping):
        for key in sorted({*ours, *there}):
            if key not in there:
                # An answer may tell one language only: then the others are no drift.
                if not same(field, {**there, key: ours[key]}, there):
                    yield f"{field}.{key}", ours[key], None
            elif key not in ours or not same(field, {key: ours[key]}, {key: there[key]}):
                yield f"{field}.{key}", ours.get(key), there[key]
    elif field == "attributes":
        for key in sorted({one.attribute_id for one in (*ours, *there)}):
            mine = tuple(one for one in ours if one.attribute_id == key)
            other = tuple(one for one in there if one.attribute_id == key)
            if not same(field, mine, other):
                yield f"{field}.{key}", mine, other


def _said(value: object) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], Value):
        return shown(tuple(one.text or one.value_id for one in value))
    return shown(value)


def status_drift(
    place: Place, *, note: str, now: datetime, decisions: Sequence[Decision] = ()
) -> DriftLine | None:
    """Return that a product is not on sale, or is, without our doing; None where it is as it was.

    A review is drift once it takes longer than LONG_REVIEW.
    """
    status = GONE if place.gone_at is not None else place.status.value
    ours = Status.OFF_SALE.value if place.ended_by_us else Status.ON_SALE.value
    since = place.gone_at or place.since("", STATUS)
    ended = {Status.OFF_SALE.value, Status.DELETED.value, GONE}
    if status == ours or (place.ended_by_us and status in ended):
        return None
    if status == Status.ON_SALE.value and place.desired:
        return None
    if status == Status.IN_REVIEW.value and now - since < LONG_REVIEW:
        return None
    then = LEFT_ALONE
    if status == Status.ON_SALE.value:
        then = NEXT_PLAN
    elif status == Status.IN_REVIEW.value:
        then = WAITS
    for one in decisions:
        if one.field != STATUS:
            continue
        if one.choice is Choice.LEAVE or (one.choice is Choice.TAKE_OVER and one.value == status):
            return None
        if one.choice is Choice.SET_BACK:
            then = NEXT_PLAN
    choices = _OFFERED.get(status, ALL)
    return DriftLine(place.key, "", STATUS, ours, status, since, then, choices, status, note)

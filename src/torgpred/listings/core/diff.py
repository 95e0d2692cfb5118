"""The difference between what should stand in a shop and what was seen there: one step, or none.

Carrying the step out and looking again gives no step (held by a law in the tests). Stock is told
beside a step but is never one. What an answer of the marketplace did not tell is compared with
what was last applied; what nobody knows is not a difference.
"""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from torgpred.channels.core.contract import Action
from torgpred.channels.core.drafts import Draft, Seen, SeenVariant, Status, Value, Variant

Same = Callable[[str, object, object], bool]
"""`Connector.same`: (field, desired, seen) -> whether the marketplace would show it so."""

SHOWN: Final = 400
"""Characters of an old or new value that a line of a plan shows."""
PRODUCT_FIELDS: Final = (
    "category_id", "titles", "descriptions", "pictures", "weight_kg", "length_cm", "width_cm",
    "height_cm", "lead_time_days", "delivery_template_id", "unit", "brand", "country", "tnved",
    "attributes",
)  # fmt: skip
VARIANT_FIELDS: Final = ("price", "discount_price", "barcode", "attributes")
PRICE_FIELDS: Final = frozenset({"price", "discount_price"})
_NULLABLE: Final = frozenset({"discount_price"})

NEW = "new in the catalogue and ready"
CHANGED = "changed by the seller, a setting or a rule"
CHANGED_THERE = "changed in the shop, not by us"
ADDED = "a variant that is new or ready again"
LEFT_OUT = "a variant that is no longer offered"
VARIANT_HELD = "a variant that is held now"
MISSING = "no longer in the seller's complete catalogue"
HELD = "held by a check since it was listed"
BACK = "offered and ready again"
UNDONE = "taken back: as it stood before"
TAKEN_OVER = "taken over from the shop on {date}"
FOR_A_TIME = "a price for a time: {reference}"
ORDINARY_AGAIN = "the ordinary price again"
SET_BACK = "brought back: a person asked for it"
REASONS: Final = (
    NEW, CHANGED, CHANGED_THERE, ADDED, LEFT_OUT, VARIANT_HELD, MISSING, HELD, BACK, UNDONE,
    TAKEN_OVER, SET_BACK, FOR_A_TIME, ORDINARY_AGAIN,
)  # fmt: skip
"""English templates of all reasons, for translators."""


class Absence(StrEnum):
    """Why nothing is desired. UNKNOWN (a partial or broken reading) never leads to a step."""

    UNKNOWN = "unknown"
    MISSING = "missing"
    HELD = "held"


class Then(StrEnum):
    """What to do with a listing that is desired no more."""

    PAUSE = "pause"
    REMOVE = "remove"
    LEAVE = "leave"


class Endings(msgspec.Struct, frozen=True):
    """The seller's policy for listings that are desired no more."""

    missing: Then = Then.PAUSE
    held: Then = Then.PAUSE


PAUSE_ALL: Final = Endings()


class FieldChange(msgspec.Struct, frozen=True, array_like=True):
    """One line of a plan. `place` is the SKU, empty for the product; values are cut to be read."""

    place: str
    field: str
    old: str
    new: str
    reason: str


class StepDraft(msgspec.Struct, frozen=True, omit_defaults=True):
    """What to do with one product. `then` follows in the same apply (update, then resume).

    `draft` is the whole product as it shall stand; for a price step too. `stock` is shown only:
    (SKU, seen pieces, desired pieces).
    """

    action: Action
    draft: Draft | None
    changes: tuple[FieldChange, ...]
    then: Action | None = None
    remote_id: str = ""
    remote_sku_ids: dict[str, str] = {}
    stock: tuple[tuple[str, int, int], ...] = ()


class Standing(msgspec.Struct, frozen=True):
    """What is known of a product in the shop.

    `bound` means that we listed or adopted it; `seen` may still be None when it was not read yet.
    `paused_by_us` tells our own pause from one made in the marketplace's cabinet. `not_ours` are
    SKUs of variants that stood there before us and are no offers of the seller's.
    """

    bound: bool = False
    seen: Seen | None = None
    last_applied: Draft | None = None
    paused_by_us: bool = False
    not_ours: frozenset[str] = frozenset()


def exactly(_field: str, desired: object, seen: object) -> bool:
    """Tell sameness for a marketplace that changes nothing; attributes in any order."""
    if isinstance(desired, tuple) and desired and isinstance(desired[0], Value):
        return isinstance(seen, tuple) and set(desired) == set(seen)
    return desired == seen


def difference(
    *,
    desired: Draft | None,
    standing: Standing,
    same: Same = exactly,
    absence: Absence = Absence.UNKNOWN,
    endings: Endings = PAUSE_ALL,
    held: frozenset[str] = frozenset(),
) -> StepDraft | None:
    """Return the step that brings a product in a shop to its desired state; None where it is.

    `absence` says why `desired` is None. `held` are SKUs whose variant is held while its siblings
    are ready: a listed one leaves the listing, or stays as last applied where `endings.held` is
    LEAVE. A product that the marketplace deleted is not made again: that is drift, for a person.
    """
    seen = standing.seen
    if seen is not None and seen.status is Status.DELETED:
        return None
    if desired is None:
        return _ended(standing, absence, endings)
    if seen is None and not standing.bound:
        return _created(desired)
    if endings.held is Then.LEAVE and held:
        desired = _with_kept(desired, standing, held)
    if standing.not_ours and seen is not None:
        desired = _with_not_ours(desired, seen, standing.not_ours)
    changes = [*_product_changes(desired, standing, same)]
    prices_only = not changes
    for change in _variant_changes(desired, standing, same, held):
        changes.append(change)
        prices_only = prices_only and change.field in PRICE_FIELDS
    resume = standing.paused_by_us and (seen is None or seen.status is Status.OFF_SALE)
    return _step(desired, standing, changes, prices_only=prices_only, resume=resume)


def _step(
    desired: Draft,
    standing: Standing,
    changes: list[FieldChange],
    *,
    prices_only: bool,
    resume: bool,
) -> StepDraft | None:
    seen = standing.seen
    remote_id, sku_ids = _remote(seen)
    if not changes and not resume:
        return None
    if resume:
        old = seen.status.value if seen is not None else Status.OFF_SALE.value
        changes.append(FieldChange("", "status", old, Status.ON_SALE.value, BACK))
    if len(changes) == 1 and resume:
        action, then = Action.RESUME, None
    else:
        action = Action.PRICE if prices_only else Action.UPDATE
        then = Action.RESUME if resume else None
    return StepDraft(
        action=action,
        draft=desired,
        changes=tuple(changes),
        then=then,
        remote_id=remote_id,
        remote_sku_ids=sku_ids,
        stock=_stock(desired, seen),
    )


def _remote(seen: Seen | None) -> tuple[str, dict[str, str]]:
    if seen is None:
        return "", {}
    return seen.remote_id, {one.sku: one.remote_sku_id for one in seen.variants}


def created_lines(desired: Draft) -> tuple[FieldChange, ...]:
    """Return what a create brings into the shop: the title, and per variant price and stock."""
    lines = [FieldChange("", "product", "", shown(desired.titles), NEW)]
    for variant in desired.variants:
        price = variant.price if variant.discount_price is None else variant.discount_price
        lines.append(FieldChange(variant.sku, "price", "", shown(price), NEW))
        lines.append(FieldChange(variant.sku, "stock", "", shown(variant.stock), NEW))
    return tuple(lines)


def _created(desired: Draft) -> StepDraft:
    lines = created_lines(desired)
    stock = tuple((one.sku, 0, one.stock) for one in desired.variants)
    return StepDraft(Action.CREATE, desired, lines, stock=stock)


def _ended(standing: Standing, absence: Absence, endings: Endings) -> StepDraft | None:
    """Return a pause or removal of what is desired no more."""
    if absence is Absence.UNKNOWN or not standing.bound:
        return None
    then = endings.missing if absence is Absence.MISSING else endings.held
    seen = standing.seen
    status = seen.status if seen is not None else Status.UNKNOWN
    if then is Then.LEAVE:
        return None
    off = status is Status.OFF_SALE or (seen is None and standing.paused_by_us)
    if then is Then.PAUSE and off:
        return None
    remove = then is Then.REMOVE
    reason = MISSING if absence is Absence.MISSING else HELD
    new = Status.DELETED if remove else Status.OFF_SALE
    remote_id, sku_ids = _remote(seen)
    return StepDraft(
        action=Action.REMOVE if remove else Action.PAUSE,
        draft=None,
        changes=(FieldChange("", "status", status.value, new.value, reason),),
        remote_id=remote_id,
        remote_sku_ids=sku_ids,
    )


def _with_kept(desired: Draft, standing: Standing, held: frozenset[str]) -> Draft:
    """Return the draft with held variants as they were last applied."""
    last = standing.last_applied
    here = {one.sku for one in desired.variants}
    kept = [
        one for one in (last.variants if last else ()) if one.sku in held and one.sku not in here
    ]
    if not kept:
        return desired
    return msgspec.structs.replace(desired, variants=(*desired.variants, *kept))


def _with_not_ours(desired: Draft, seen: Seen, not_ours: frozenset[str]) -> Draft:
    """Return the draft with variants that are not ours as they stand: an edit sends them all."""
    here = {one.sku for one in desired.variants}
    kept = [
        Variant(
            sku=one.sku,
            price=one.price if one.price is not None else Decimal(0),
            discount_price=one.discount_price,
            stock=one.stock or 0,
            barcode=one.barcode or "",
            attributes=one.attributes or (),
        )
        for one in seen.variants
        if one.sku in not_ours and one.sku not in here
    ]
    return msgspec.structs.replace(desired, variants=(*desired.variants, *kept))


# --- fields -------------------------------------------------------------------------------------
def _product_changes(desired: Draft, standing: Standing, same: Same) -> Iterable[FieldChange]:
    seen, last = standing.seen, standing.last_applied
    for field in PRODUCT_FIELDS:
        wanted = getattr(desired, field)
        there = getattr(seen, field) if seen is not None else None
        applied = getattr(last, field) if last is not None else None
        if there is None:
            if last is not None and wanted != applied and not exactly(field, wanted, applied):
                yield from lines("", field, applied, wanted, CHANGED)
        elif wanted != there and not same(field, wanted, there):
            told = last is not None and wanted == applied
            yield from lines("", field, there, wanted, CHANGED_THERE if told else CHANGED)


def _variant_changes(
    desired: Draft, standing: Standing, same: Same, held: frozenset[str]
) -> Iterable[FieldChange]:
    seen, last = standing.seen, standing.last_applied
    applied = {one.sku: one for one in last.variants} if last is not None else {}
    there: Mapping[str, SeenVariant | Variant]
    there = {one.sku: one for one in seen.variants} if seen is not None else applied
    for variant in desired.variants:
        other = there.get(variant.sku)
        if other is None:
            reason = CHANGED_THERE if variant.sku in applied else ADDED
            yield FieldChange(variant.sku, "variant", "", shown(variant.price), reason)
            continue
        now = other if isinstance(other, SeenVariant) else None
        yield from _fields_of(variant, now, applied.get(variant.sku), same)
    wanted = {one.sku for one in desired.variants}
    for sku, other in there.items():
        if sku not in wanted:
            reason = VARIANT_HELD if sku in held else LEFT_OUT
            if last is not None and sku not in applied:
                reason = CHANGED_THERE
            yield FieldChange(sku, "variant", shown(other.price), "", reason)


def _fields_of(
    variant: Variant, seen: SeenVariant | None, applied: Variant | None, same: Same
) -> Iterable[FieldChange]:
    for field in VARIANT_FIELDS:
        wanted = getattr(variant, field)
        there = getattr(seen, field) if seen is not None else None
        before = getattr(applied, field) if applied is not None else None
        if there is None and not _tells_none(field, seen):
            if applied is not None and wanted != before and not exactly(field, wanted, before):
                yield from lines(variant.sku, field, before, wanted, CHANGED)
        elif wanted != there and not same(field, wanted, there):
            told = applied is not None and wanted == before
            reason = CHANGED_THERE if told else CHANGED
            yield from lines(variant.sku, field, there, wanted, reason)


def price_changes(
    desired: Draft, standing: Standing, same: Same = exactly
) -> Iterable[FieldChange]:
    """Yield what differs in the prices of the variants that stand there, and in nothing else."""
    seen, last = standing.seen, standing.last_applied
    applied = {one.sku: one for one in last.variants} if last is not None else {}
    there = {one.sku: one for one in seen.variants} if seen is not None else {}
    for variant in desired.variants:
        now, before = there.get(variant.sku), applied.get(variant.sku)
        if now is None and (seen is not None or before is None):
            continue
        for change in _fields_of(variant, now, before, same):
            if change.field in PRICE_FIELDS:
                yield change


def _tells_none(field: str, seen: SeenVariant | None) -> bool:
    """Tell whether None is an answer: no discount beside a price that was told."""
    return field in _NULLABLE and seen is not None and seen.price is not None


def lines(place: str, field: str, old: object, new: object, reason: str) -> Iterable[FieldChange]:
    """Yield the readable lines of one field; texts by language and attributes one by one."""
    if isinstance(new, dict):
        before = old if isinstance(old, dict) else {}
        for language in sorted({*new, *before}):
            one, other = before.get(language, ""), new.get(language, "")
            if one != other:
                yield FieldChange(place, f"{field}.{language}", shown(one), shown(other), reason)
    elif field == "attributes":
        before_values, after = _by_attribute(old), _by_attribute(new)
        for one_id in sorted({*before_values, *after}):
            one, other = before_values.get(one_id, ""), after.get(one_id, "")
            if one != other:
                yield FieldChange(place, f"attributes.{one_id}", shown(one), shown(other), reason)
    else:
        yield FieldChange(place, field, shown(old), shown(new), reason)


def _by_attribute(values: object) -> dict[str, str]:
    found: dict[str, list[str]] = {}
    for value in values if isinstance(values, tuple) else ():
        found.setdefault(value.attribute_id, []).append(value.value_id or value.text)
    return {one_id: ", ".join(sorted(texts)) for one_id, texts in found.items()}


def _stock(desired: Draft, seen: Seen | None) -> tuple[tuple[str, int, int], ...]:
    there = {one.sku: one.stock for one in seen.variants} if seen is not None else {}
    return tuple(
        (one.sku, there.get(one.sku) or 0, one.stock)
        for one in desired.variants
        if there.get(one.sku) is not None and there.get(one.sku) != one.stock
    )


def shown(value: object) -> str:
    """Return a value as a line of a plan shows it."""
    if value is None:
        return ""
    if isinstance(value, tuple):
        text = ", ".join(str(one) for one in value)
    elif isinstance(value, dict):
        text = next(iter(value.values()), "") if len(value) == 1 else str(value)
    else:
        text = str(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"

"""What a product looked like before a step, as a draft that can be sent again.

What the shop told then goes first; what it did not tell comes from the draft that was last carried
out before; what neither knows stays as it stands now, and is named. An undo takes back only what
the step itself changed: what others changed since is drift, and stays (`taken_back`).
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from torgpred.channels.core.drafts import Draft, Seen, SeenVariant, Status, Variant
from torgpred.listings.core.diff import PRODUCT_FIELDS, VARIANT_FIELDS, Same, exactly

CANNOT_SHOWN: Final = 500
"""So many of the things that an undo leaves as they are, are kept with it by name."""


class Cannot(msgspec.Struct, frozen=True):
    """Something that an undo leaves as it is: of which product, what, and why."""

    product_key: str
    what: str
    why: str


class Rebuilt(msgspec.Struct, frozen=True):
    """A product as it stood. `unknown`: (SKU or empty, field) that nobody knows any more."""

    draft: Draft
    unknown: tuple[tuple[str, str], ...] = ()


def overlaid(seen: Seen, draft: Draft) -> Seen:
    """Return what will be seen once a draft is carried out that nobody has looked at since."""
    there = {one.sku: one for one in seen.variants}
    variants = []
    for variant in draft.variants:
        other = there.get(variant.sku)
        told = {field: getattr(variant, field) for field in VARIANT_FIELDS}
        stock = variant.stock if other is None or other.stock is None else other.stock
        remote = "" if other is None else other.remote_sku_id
        variants.append(SeenVariant(variant.sku, remote, stock=stock, **told))
    fields = {field: getattr(draft, field) for field in PRODUCT_FIELDS}
    return msgspec.structs.replace(seen, variants=tuple(variants), **fields)


def seen_now(seen: Seen, status: Status, unread: Draft | None) -> Seen:
    """Return what stands there now: as seen, with what we carried out since.

    `status` is the product's newest; `unread` is a draft that was carried out after the look.
    """
    if unread is not None:
        seen = overlaid(seen, unread)
    return seen if seen.status is status else msgspec.structs.replace(seen, status=status)


def rebuild(
    before: Seen | None, *, base: Draft | None, sent: Draft, same: Same = exactly
) -> Rebuilt:
    """Return a product as it stood at `before`.

    `base` is the draft that was last carried out by then; where the shop showed what it makes of
    it, its own form is taken. `sent` is the draft that was carried out afterwards: what nobody
    knows is taken from it. Its stock is that of `sent`: stock is never taken back.
    A variant that was seen without a price, and that no draft knows, is left out and named.
    """
    fields: dict[str, Any] = {}
    unknown: list[tuple[str, str]] = []
    for field in PRODUCT_FIELDS:
        told = getattr(before, field) if before is not None else None
        if told is None and base is None:
            fields[field] = getattr(sent, field)
            if fields[field]:
                unknown.append(("", field))
        else:
            fields[field] = _stood(field, told, base, same)
    variants, strange = _variants(before, base, sent, same)
    named = before.external_id if before is not None else None
    external_id = named or (base or sent).external_id
    draft = msgspec.structs.replace(sent, external_id=external_id, variants=variants, **fields)
    return Rebuilt(draft, (*unknown, *strange))


def _stood(field: str, told: Any, base: Draft | Variant | None, same: Same) -> Any:  # noqa: ANN401
    """Return the value that stood there: told by the shop, or known from the draft before."""
    if base is None:
        return told
    ours = getattr(base, field)
    if told is None or ours == told or same(field, ours, told):
        return ours
    if isinstance(told, Mapping):
        # An answer may tell one language only; the others stood there as well.
        whole = {**ours, **told}
        return whole if same(field, whole, told) else dict(told)
    return told


def _variants(
    before: Seen | None, base: Draft | None, sent: Draft, same: Same
) -> tuple[tuple[Variant, ...], list[tuple[str, str]]]:
    in_base = {one.sku: one for one in base.variants} if base is not None else {}
    in_sent = {one.sku: one for one in sent.variants}
    unknown: list[tuple[str, str]] = []
    if before is None:
        kept = base or sent
        return _with_stock_of(kept.variants, in_sent), unknown
    found: dict[str, Variant] = {}
    for seen in before.variants:
        ours, other = in_base.get(seen.sku), in_sent.get(seen.sku)
        price = seen.price
        if price is None:
            known = ours or other
            if known is None:
                unknown.append((seen.sku, "variant"))
                continue
            price = known.price
        bare = Variant(seen.sku, price, stock=seen.stock or 0)
        fields: dict[str, Any] = {}
        for field in VARIANT_FIELDS:
            told = getattr(seen, field)
            silent = told is None and not (field == "discount_price" and seen.price is not None)
            if silent and ours is None:
                fields[field] = getattr(other or bare, field)
                if other is not None and fields[field]:
                    unknown.append((seen.sku, field))
            elif silent:
                fields[field] = getattr(ours, field)
            elif told is None:
                fields[field] = None
            else:
                fields[field] = _stood(field, told, ours, same)
        found[seen.sku] = msgspec.structs.replace(other or bare, **fields)
    return tuple(found.values()), unknown


def _with_stock_of(
    variants: tuple[Variant, ...], others: Mapping[str, Variant]
) -> tuple[Variant, ...]:
    return tuple(
        msgspec.structs.replace(one, stock=others[one.sku].stock) if one.sku in others else one
        for one in variants
    )


def taken_back(*, sent: Draft, restored: Draft, standing: Draft, same: Same = exactly) -> Draft:
    """Return what stands there now without what a step changed.

    `sent` is what the step carried out, `restored` how it stood before, `standing` how it stands
    now. Without changes by others (`standing` equals `sent`) the result is `restored`.
    """
    changes = {
        field: getattr(restored, field)
        for field in PRODUCT_FIELDS
        if not _alike(field, sent, restored, same)
    }
    was = {one.sku: one for one in sent.variants}
    now = {one.sku: one for one in standing.variants}
    variants: list[Variant] = []
    for variant in restored.variants:
        ours, there = was.get(variant.sku), now.get(variant.sku)
        if ours is None:
            variants.append(variant)  # the step took it away
        elif there is not None:
            fields = {
                field: getattr(variant, field)
                for field in VARIANT_FIELDS
                if not _alike(field, ours, variant, same)
            }
            variants.append(msgspec.structs.replace(there, **fields))
    known = {one.sku for one in (*restored.variants, *sent.variants)}
    variants += [one for one in standing.variants if one.sku not in known]
    return msgspec.structs.replace(standing, variants=tuple(variants), **changes)


def _alike(field: str, sent: Draft | Variant, restored: Draft | Variant, same: Same) -> bool:
    ours, then = getattr(sent, field), getattr(restored, field)
    return bool(ours == then) or same(field, ours, then)


def with_stock(draft: Draft, pieces: Mapping[str, int]) -> Draft:
    """Return a draft with the stock of today, by SKU, where it is known."""
    variants = tuple(
        msgspec.structs.replace(one, stock=pieces.get(one.sku, one.stock)) for one in draft.variants
    )
    return msgspec.structs.replace(draft, variants=variants)

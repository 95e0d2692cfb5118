"""One product at a switch of prices: what stands there with the prices of a moment, no more.

A switch changes prices alone. Whatever else differs between what is wanted and what stands there
waits for a plan that a person applies.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from torgpred.channels.core.drafts import Draft, Seen, Variant
from torgpred.listings.core.desired import Desired
from torgpred.listings.core.diff import (
    FOR_A_TIME,
    ORDINARY_AGAIN,
    FieldChange,
    Same,
    Standing,
    price_changes,
)
from torgpred.listings.core.drift import Decision, overridden
from torgpred.listings.core.question import SkuNames
from torgpred.listings.core.rebuilding import rebuild
from torgpred.listings.core.remarks import Remark, hold
from torgpred.listings.core.timed import TimedPrices, about_price

NOT_THERE: Final = hold(
    "switch.not_there",
    "The product does not stand in the shop.",
    "Once it is listed it costs what is wanted then.",
)
NOT_OFFERED: Final = hold(
    "switch.not_offered",
    "The catalogue no longer offers the product: it costs again what it did before.",
    "Take it off sale by a plan, or bring it back into the file.",
)

NOT_KNOWN: Final = hold(
    "switch.not_known",
    "What the offer costs without the price for a time is not known now.",
    "It costs again what it did before. Once the file tells its price, a plan brings that.",
)
TOO_FAR: Final = hold(
    "switch.too_far",
    "The ordinary price {value} is more than {times} times away from {before}, which it was"
    " before the price for a time.",
    "It costs again what it did before. If the new price is meant, apply a plan.",
)

Prices = tuple[Decimal, Decimal | None]
"""What a draft tells: price, and the price with discount beside it."""


class Wanted(msgspec.Struct, frozen=True):
    """The prices of one product at a moment, by SKU; variants held back are told by remarks."""

    prices: Mapping[str, Prices]
    remarks: tuple[Remark, ...]


class Switched(msgspec.Struct, frozen=True):
    """A step of a switch: the product as it stands, with its prices of the moment."""

    draft: Draft
    changes: tuple[FieldChange, ...]


def wanted(
    desired: Desired,
    timed: TimedPrices,
    names: SkuNames,
    *,
    before: Mapping[str, Prices],
    times: Decimal,
) -> Wanted:
    """Return the prices that a product's variants have as of a desired state's moment.

    A price for a time goes to no variant that a check holds. An ordinary price comes back
    whatever else holds the variant. Where it cannot be worked out, or lies more than `times`
    times away from the one `before` the price for a time (by SKU), that one comes back:
    nobody is there at the moment to say that so large a change is meant.
    """
    prices: dict[str, Prices] = {}
    remarks: list[Remark] = []
    for one in desired.variants:
        sku = names.of(one.sku)
        earlier = None if one.sku in timed.by_offer else before.get(sku)
        if one.price is None and earlier is not None:
            prices[sku] = earlier
            remarks.append(Remark(NOT_KNOWN.at(one.sku), one.sku))
        elif one.price is None:
            remarks += one.waterfall.holds
        elif earlier is not None and far(one.price, paid(earlier), times):
            prices[sku] = earlier
            said = TOO_FAR.at(one.sku, one.price, before=paid(earlier), times=times)
            remarks.append(Remark(said, one.sku))
        elif one.held and one.sku in timed.by_offer:
            remarks += [said for said in desired.holds if said.sku in {"", one.sku}]
        elif one.listed is None:
            prices[sku] = (one.price, None)
        else:
            prices[sku] = (one.listed, one.price)
    return Wanted(prices, tuple(remarks))


def gone(before: Mapping[str, Prices], timed: TimedPrices, names: SkuNames) -> Wanted:
    """Return the prices of a product that the catalogue no longer offers: those of before.

    A price for a time that is in force stays.
    """
    running = {names.of(key) for key in timed.by_offer}
    return Wanted({sku: one for sku, one in before.items() if sku not in running}, ())


def prices_of(seen: Seen) -> dict[str, Prices]:
    """Return the prices that were seen, by SKU."""
    return {
        one.sku: (one.price, one.discount_price) for one in seen.variants if one.price is not None
    }


def paid(prices: Prices) -> Decimal:
    """Return what the shopper pays."""
    price, discount = prices
    return price if discount is None else discount


def far(new: Decimal, old: Decimal, times: Decimal) -> bool:
    """Tell whether a price lies more than so many times away from another."""
    return old > 0 and (new > old * times or new * times < old)


def switched(
    at: Wanted,
    *,
    desired: Draft,
    standing: Standing,
    same: Same,
    decisions: Sequence[Decision] = (),
    reasons: Mapping[str, str] | None = None,
) -> Switched | None:
    """Return the step that brings a product's prices to those of a moment; None where they are.

    `desired` fills what neither the shop nor we ever told of the product. `decisions` are those
    that hold at the moment; only those about prices count. `reasons` says by SKU why a price
    changes; without one it is the ordinary price again.
    """
    seen, last = standing.seen, standing.last_applied
    base = last or rebuild(seen, base=None, sent=desired, same=same).draft
    draft = _priced(base, at.prices, seen)
    if decisions:
        prices = [one for one in decisions if about_price(one)]
        draft = overridden(draft, seen=seen, last=last, decisions=prices)
    found = tuple(_explained(price_changes(draft, standing, same), reasons or {}))
    return Switched(draft, found) if found else None


def _priced(base: Draft, prices: Mapping[str, Prices], seen: Seen | None) -> Draft:
    """Return a draft of the variants that stand there, with their prices of the moment.

    A variant of which no price is wanted keeps the one that was seen, else its last one.
    """
    there = {one.sku: one for one in seen.variants} if seen is not None else None
    variants: list[Variant] = []
    for one in base.variants:
        if there is not None and one.sku not in there:
            continue
        price, discount = prices.get(one.sku, (None, None))
        now = there.get(one.sku) if there is not None else None
        if price is None and now is not None and now.price is not None:
            price, discount = now.price, now.discount_price
        variants.append(
            one
            if price is None
            else msgspec.structs.replace(one, price=price, discount_price=discount)
        )
    return msgspec.structs.replace(base, variants=tuple(variants))


def _explained(changes: Iterable[FieldChange], reasons: Mapping[str, str]) -> Iterable[FieldChange]:
    for one in changes:
        yield msgspec.structs.replace(one, reason=reasons.get(one.place, ORDINARY_AGAIN))


def reasons_of(timed: TimedPrices, keys: Iterable[str], names: SkuNames) -> dict[str, str]:
    """Return why variants cost what they do at a moment, by SKU: those with a timed price."""
    return {
        names.of(key): FOR_A_TIME.format(reference=timed.by_offer[key].reference or "-")
        for key in keys
        if key in timed.by_offer
    }

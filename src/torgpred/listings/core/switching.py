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
from torgpred.listings.core.notices import Notice, hold
from torgpred.listings.core.question import SkuNames
from torgpred.listings.core.rebuilding import rebuild
from torgpred.listings.core.timed import TimedPrices, about_price

NOT_THERE: Final = hold(
    "switch.not_there",
    "The product does not stand in the shop.",
    "Once it is listed it costs what is wanted then.",
)
NOT_OFFERED: Final = hold(
    "switch.not_offered",
    "The catalogue no longer offers the product, so that nobody knows its price.",
    "Take it off sale by a plan, or bring it back into the file.",
)

Prices = tuple[Decimal, Decimal | None]
"""What a draft tells: price, and the price with discount beside it."""


class Wanted(msgspec.Struct, frozen=True):
    """The prices of one product at a moment, by SKU; variants held back are told by notices."""

    prices: Mapping[str, Prices]
    notices: tuple[Notice, ...]


class Switched(msgspec.Struct, frozen=True):
    """A step of a switch: the product as it stands, with its prices of the moment."""

    draft: Draft
    changes: tuple[FieldChange, ...]


def wanted(desired: Desired, timed: TimedPrices, names: SkuNames) -> Wanted:
    """Return the prices that a product's variants have as of a desired state's moment.

    A price for a time goes to no variant that a check holds. An ordinary price comes back
    whatever else holds the variant, as long as it can be worked out.
    """
    prices: dict[str, Prices] = {}
    notices: list[Notice] = []
    for one in desired.variants:
        if one.price is None:
            notices += one.waterfall.holds
        elif one.held and one.sku in timed.by_offer:
            notices += [said for said in desired.holds if said.sku in {"", one.sku}]
        elif one.listed is None:
            prices[names.of(one.sku)] = (one.price, None)
        else:
            prices[names.of(one.sku)] = (one.listed, one.price)
    return Wanted(prices, tuple(notices))


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

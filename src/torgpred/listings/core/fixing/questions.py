"""What a fix file asks: the facts that held offers lack, and what is known of them already.

Facts are named as statements name their kinds; attributes as "attribute:<id>".
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import msgspec

from torgpred.kernel.findings import Finding
from torgpred.listings.core import pricing
from torgpred.listings.core.desired import Desired
from torgpred.listings.core.facts import attribute_key
from torgpred.listings.core.question import Parts, PartVariant
from torgpred.listings.core.remarks import Remark
from torgpred.listings.core.units import plain

CATEGORY: Final = "category"
PACKAGE: Final = "package"
OF_SHOP: Final = frozenset({"delivery_template", "lead_time", "unit"})
"""Facts that are chosen for the whole shop, as remarks name them."""

_ALIKE: Final = "variants.alike"
_FACTS: Final = {
    "weight": "weight_kg",
    "package": PACKAGE,
    "currency": "currency",
    "picture": "pictures",
    "title": "name",
    "description": "description",
    "country": "country",
    "brand": "brand",
    "tnved": "tnved",
}
"""Facts as remarks name them -> kinds of statements that mend whatever holds by them."""
_BY_CODE: Final = {
    pricing.NO_PRICE.code: "price",
    pricing.NO_COST.code: "cost",
    pricing.NO_COST_FOR_FLOOR.code: "cost",
}
"""Facts that a statement gives only where the file has none at all."""


class Lacking(msgspec.Struct, frozen=True):
    """What one held offer lacks: facts that a cell can give, and what only its file can mend."""

    facts: frozenset[str]
    beyond: tuple[Finding, ...]
    category: bool
    """The seller's category has no counterpart yet."""
    shop: frozenset[str]
    """Facts of the whole shop, and "rate:<CUR>"."""

    @property
    def asks(self) -> bool:
        """Tell whether a cell of its row is to be filled."""
        return bool(self.facts)


def lacking(desired: Desired, variant: PartVariant) -> Lacking:
    """Return what one variant of a product lacks by the holds on it and on its product."""
    facts: set[str] = set()
    shop: set[str] = set()
    beyond: list[Finding] = []
    category = False
    for one in _holds_of(desired.remarks, variant.offer.key):
        if one.fact == CATEGORY:
            category = True
        elif one.fact in OF_SHOP or one.fact.startswith("rate:"):
            shop.add(one.fact)
        elif fact := _mending(one, variant):
            facts.add(fact)
        else:
            beyond.append(one.finding)
    return Lacking(frozenset(facts), tuple(beyond), category, frozenset(shop))


def _holds_of(remarks: Iterable[Remark], sku: str) -> list[Remark]:
    return [one for one in remarks if one.holds and one.sku in ("", sku)]


def _mending(remark: Remark, variant: PartVariant) -> str:
    """Return the fact that lifts a hold; empty where the file alone can."""
    if remark.fact.startswith("attribute:"):
        told = {attribute_key(one.attribute_id) for one in variant.attributes}
        # A file that fills it alike for several variants goes before whatever is stated.
        return "" if remark.code == _ALIKE and remark.fact in told else remark.fact
    return _BY_CODE.get(remark.code) or _FACTS.get(remark.fact, "")


def known(parts: Parts, variant: PartVariant) -> dict[str, Any]:
    """Return what is known of a variant by fact, in the form that statements keep.

    Attributes are lists of [value id, text].
    """
    offer = variant.offer
    weight, package = offer.weight_kg or parts.weight_kg, offer.package or parts.package
    currency = offer.currency
    found: dict[str, Any] = {
        "weight_kg": None if weight is None else plain(weight),
        PACKAGE: package
        and [plain(one) for one in (package.length, package.width, package.height)],
        "country": parts.country,
        "brand": parts.brand,
        "tnved": list(parts.tnved),
        "name": offer.name,
        "description": offer.description,
        "price": None if offer.price is None else [plain(offer.price), currency],
        "cost": None if offer.cost is None else [plain(offer.cost), currency],
        "currency": currency,
        "pictures": list(offer.pictures),
    }
    for value in (*parts.attributes, *variant.attributes):
        rows = found.setdefault(attribute_key(value.attribute_id), [])
        rows.append([value.value_id, value.text])
    return {fact: value for fact, value in found.items() if value}


def value_shown(
    fact: str,
    value: Any,  # noqa: ANN401 - JSON
    dictionaries: Mapping[str, Mapping[str, str]],
) -> str:
    """Return a known value as a person reads it; `dictionaries` are texts by id, by fact."""
    if fact.startswith("attribute:"):
        texts = dictionaries.get(fact, {})
        return "; ".join(text or texts.get(value_id, value_id) for value_id, text in value)
    if fact == PACKAGE:
        return "x".join(value)
    if fact in {"price", "cost"}:
        return str(value[0])
    if isinstance(value, list):
        return ", ".join(value)
    return str(value)


def ranked_groups(counts: Mapping[str, int], most: int) -> tuple[Sequence[str], Sequence[str]]:
    """Return the groups with most offers that get a sheet of their own, and the rest."""
    ranked = sorted(counts, key=lambda group: (-counts[group], group))
    if len(ranked) <= most:
        return ranked, ()
    return ranked[: most - 1], ranked[most - 1 :]

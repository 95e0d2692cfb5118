"""Checks: one small class each, in a registry; the same code in preview, plan and apply.

To add one: write a class with `look`, declare its kinds beside it, and name it in `CHECKS` or
`VARIANT_CHECKS`. `look` answers `()` on the common way out, since it runs for every offer.
"""

from collections.abc import Sequence
from typing import Final

from torgpred.listings.core.checks.base import Check, VariantCheck
from torgpred.listings.core.checks.content import (
    DescriptionFits,
    GoodsAllowed,
    PicturesFit,
    TitleFits,
)
from torgpred.listings.core.checks.papers import PapersThere
from torgpred.listings.core.checks.place import (
    AttributesFilled,
    AttributeTroubles,
    BrandKnown,
    CategoryFits,
    ValuesListed,
)
from torgpred.listings.core.checks.references import NearReference
from torgpred.listings.core.checks.shipping import (
    CustomsCodes,
    DeliveryTemplate,
    LeadTime,
    PackageFits,
    UnitKnown,
    WeightFits,
)
from torgpred.listings.core.checks.variants import (
    PriceFits,
    PriceSane,
    StockFits,
    VariantAttributes,
    VariantsDiffer,
    VariantsLimit,
    VariantsOnce,
)
from torgpred.listings.core.question import Question
from torgpred.listings.core.remarks import Remark

CHECKS: Final[tuple[Check, ...]] = (
    CategoryFits(),
    TitleFits(),
    DescriptionFits(),
    PicturesFit(),
    GoodsAllowed(),
    PapersThere(),
    WeightFits(),
    PackageFits(),
    LeadTime(),
    DeliveryTemplate(),
    UnitKnown(),
    CustomsCodes(),
    BrandKnown(),
    AttributesFilled(),
    ValuesListed(),
    AttributeTroubles(),
    VariantsLimit(),
    VariantsOnce(),
    VariantsDiffer(),
)
"""Checks of a product; a hold with a SKU holds that variant alone."""

VARIANT_CHECKS: Final[tuple[VariantCheck, ...]] = (
    PriceFits(),
    PriceSane(),
    NearReference(),
    StockFits(),
    VariantAttributes(),
)
"""Checks of every single variant."""

_LOOKS: Final = tuple(check.look for check in CHECKS)
_VARIANT_LOOKS: Final = tuple(check.look for check in VARIANT_CHECKS)


def look_at(question: Question) -> list[Remark]:
    """Return what all checks say of a product, in the registry's order."""
    said: list[Remark] = []
    for look in _LOOKS:
        found: Sequence[Remark] = look(question)
        if found:
            said += found
    for variant in question.parts.variants:
        for look_variant in _VARIANT_LOOKS:
            found = look_variant(question, variant)
            if found:
                said += found
    return said


__all__ = ["CHECKS", "VARIANT_CHECKS", "Check", "VariantCheck", "look_at"]
